//! The score as one HTML page that needs nothing else.

use std::fmt::Write;

use super::diff;
use super::figures::count;
use super::score::{Scored, percent, range};

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#1c1c1c;background:#fff}\
table{border-collapse:collapse;margin:1rem 0}\
th,td{text-align:left;padding:.2rem 1rem .2rem 0;border-bottom:1px solid #ddd;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\
del{color:#a40000;background:#fdecec}ins{color:#00600f;background:#e7f6e9;text-decoration:none;\
border-bottom:2px solid #00600f}.faint{color:#666}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}th,td{border-color:#444}\
del{color:#ff9d9d;background:#3c1616}ins{color:#9be8a8;background:#12331a;border-color:#9be8a8}\
.faint{color:#aaa}}";

/// The page: figures, groups, the most frequent errors, and every pair that differs.
pub(super) fn html(scored: &Scored) -> String {
    let mut page = String::new();
    let counts = scored.words.counts;
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>WER {wer}</title><style>{STYLE}</style></head><body>\n\
         <h1>WER {wer}</h1>\n<p>{pairs} pairs, {words} words of reference.{interval}</p>\n",
        wer = percent(scored.words.rate()),
        pairs = count(scored.pairs.ids.len() as u64),
        words = count(counts.reference() as u64),
        interval = scored
            .interval
            .as_ref()
            .map(|i| format!(" {}: {}.", scored.draws(), range(i)))
            .unwrap_or_default(),
    );
    let rows = [
        ("CER", percent(scored.characters.rate())),
        ("MER", percent(scored.words.match_error_rate())),
        ("WIL", percent(scored.words.information_lost())),
        ("Hits", count(counts.hits as u64)),
        ("Substitutions", count(counts.substitutions as u64)),
        ("Deletions", count(counts.deletions as u64)),
        ("Insertions", count(counts.insertions as u64)),
    ];
    page.push_str("<table>\n");
    for (name, value) in scored.conditions() {
        let value = escaped(&value);
        let _ = writeln!(page, "<tr><th>{name}</th><td class=\"n\">{value}</td></tr>");
    }
    for (name, value) in rows {
        let _ = writeln!(page, "<tr><th>{name}</th><td class=\"n\">{value}</td></tr>");
    }
    page.push_str("</table>\n");
    if !scored.groups.is_empty() {
        let draws = if scored.drawn { scored.draws() } else { String::new() };
        let _ = writeln!(
            page,
            "<h2>Groups</h2>\n<table><tr><th>Group</th><th class=\"n\">Pairs</th>\
             <th class=\"n\">WER</th><th>{draws}</th></tr>",
        );
        for group in &scored.groups {
            let _ = writeln!(
                page,
                "<tr><td>{}{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
                escaped(&group.name),
                if group.small { " <span class=\"faint\">few pairs</span>" } else { "" },
                count(group.pairs as u64),
                percent(group.rate),
                if scored.drawn { range(&group.interval) } else { String::new() },
            );
        }
        page.push_str("</table>\n");
    }
    if !scored.confusions.is_empty() {
        page.push_str("<h2>Most frequent errors</h2>\n<table>\n");
        for one in scored.confusions.iter().take(50) {
            let (was, came) = (&one.reference, &one.hypothesis);
            let _ = writeln!(
                page,
                "<tr><td class=\"n\">{}</td><td>{}</td><td>{}</td></tr>",
                count(one.count as u64),
                if was.is_empty() { String::new() } else { format!("<del>{}</del>", escaped(was)) },
                if came.is_empty() {
                    String::new()
                } else {
                    format!("<ins>{}</ins>", escaped(came))
                },
            );
        }
        page.push_str("</table>\n<h2>Pairs that differ</h2>\n<table>\n");
        for (at, aligned) in scored.differing() {
            let pairs = &scored.pairs;
            let mut line = String::new();
            for stretch in diff::of(&aligned, &pairs.references[at], &pairs.hypotheses[at]) {
                let (was, came) = (stretch.reference.join(" "), stretch.hypothesis.join(" "));
                if stretch.same {
                    let _ = write!(line, "{} ", escaped(&was));
                    continue;
                }
                if !was.is_empty() {
                    let _ = write!(line, "<del>{}</del> ", escaped(&was));
                }
                if !came.is_empty() {
                    let _ = write!(line, "<ins>{}</ins> ", escaped(&came));
                }
            }
            let id = escaped(&pairs.ids[at]);
            let _ =
                writeln!(page, "<tr><td class=\"faint\">{id}</td><td>{}</td></tr>", line.trim());
        }
        page.push_str("</table>\n");
    }
    page.push_str("</body></html>\n");
    page
}

/// Text as it stands in HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}
