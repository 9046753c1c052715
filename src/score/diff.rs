//! Alignments to look at: on a terminal, and as a page for the browser.

use std::fmt::Write;

use super::{Aligned, Options, Score, Scorer, Unit, check, confusions};
use crate::Result;
use crate::align::{Counts, Operation};

/// A stretch of an alignment: what both sides say there. The same on both sides for hits.
struct Stretch<'t> {
    same: bool,
    reference: &'t str,
    hypothesis: &'t str,
}

/// The alignment as stretches of hits and of mistakes, by turns.
fn stretches<'t>(reference: &'t str, hypothesis: &'t str, aligned: &Aligned) -> Vec<Stretch<'t>> {
    let mut found = Vec::new();
    let pairs = &aligned.edits.pairs;
    let mut start = 0;
    while start < pairs.len() {
        let same = pairs[start].operation == Operation::Hit;
        let length = pairs[start..]
            .iter()
            .take_while(|pair| (pair.operation == Operation::Hit) == same)
            .count();
        let (first, next) = (&pairs[start], pairs.get(start + length));
        let cover = |text: &'t str, spans: &[crate::Span], from: usize, to: Option<usize>| {
            let spans = &spans[from..to.unwrap_or(spans.len())];
            match (spans.first(), spans.last()) {
                (Some(first), Some(last)) => &text[first.start()..last.end()],
                _ => "",
            }
        };
        found.push(Stretch {
            same,
            reference: cover(
                reference,
                &aligned.reference,
                first.reference,
                next.map(|pair| pair.reference),
            ),
            hypothesis: cover(
                hypothesis,
                &aligned.hypothesis,
                first.hypothesis,
                next.map(|pair| pair.hypothesis),
            ),
        });
        start += length;
    }
    found
}

/// One pair as one line: the reference, with what the hypothesis lacks and has instead.
///
/// With `color`, what is only in the reference is red and struck through, what is only in the
/// hypothesis green, in ANSI escape codes; without, these are `[-…-]` and `{+…+}`. Control
/// characters in the texts are shown as pictures, so that a text cannot steer the terminal.
///
/// # Example
///
/// ```
/// use sprogkit::score::{Options, Scorer, diff_line};
///
/// let (reference, hypothesis) = ("en stor hvid hund løb", "en hvid hun løb nu");
/// let aligned = Scorer::new(Options::default()).align(reference, hypothesis);
/// assert_eq!(
///     diff_line(reference, hypothesis, &aligned, false),
///     "en [-stor-] hvid [-hund-] {+hun+} løb {+nu+}"
/// );
/// ```
#[must_use]
pub fn diff_line(reference: &str, hypothesis: &str, aligned: &Aligned, color: bool) -> String {
    let (gone, new, end) =
        if color { ("\u{1b}[31;9m", "\u{1b}[32m", "\u{1b}[0m") } else { ("[-", "{+", "") };
    let (gone_end, new_end) = if color { (end, end) } else { ("-]", "+}") };
    let mut parts = Vec::new();
    for stretch in stretches(reference, hypothesis, aligned) {
        if stretch.same {
            parts.push(shown(stretch.hypothesis));
            continue;
        }
        if !stretch.reference.is_empty() {
            parts.push(format!("{gone}{}{gone_end}", shown(stretch.reference)));
        }
        if !stretch.hypothesis.is_empty() {
            parts.push(format!("{new}{}{new_end}", shown(stretch.hypothesis)));
        }
    }
    parts.join(" ")
}

/// `text` with a picture for each control character.
fn shown(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
            '\u{7f}' => '\u{2421}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Mistakes that a page lists.
const MISTAKES: usize = 40;

/// All pairs as one HTML page that needs nothing else: the figures, the most frequent mistakes,
/// and each pair with its mistakes in colour. `labels` name the pairs; without them they are
/// numbered from 1.
///
/// # Errors
///
/// [`crate::Error::Argument`] as [`super::wer`], and where there are not as many labels as pairs.
pub fn diff_page<R: AsRef<str> + Sync, H: AsRef<str> + Sync, L: AsRef<str>>(
    title: &str,
    references: &[R],
    hypotheses: &[H],
    labels: Option<&[L]>,
    options: &Options,
) -> Result<String> {
    check(references.len(), hypotheses.len())?;
    if let Some(labels) = labels
        && labels.len() != references.len()
    {
        let requirement = format!("as many as there are pairs ({})", references.len());
        return Err(crate::Error::argument("labels", requirement, labels.len()));
    }
    let mut scorer = Scorer::new(*options);
    let mut rows = String::new();
    let mut score = Score::default();
    for (at, (reference, hypothesis)) in references.iter().zip(hypotheses).enumerate() {
        let (reference, hypothesis) = (reference.as_ref(), hypothesis.as_ref());
        let aligned = scorer.align(reference, hypothesis);
        let counts = aligned.edits.counts();
        score.counts += counts;
        let number = (at + 1).to_string();
        let label = labels.map_or(number.as_str(), |labels| labels[at].as_ref());
        row(&mut rows, label, &counts, &stretches(reference, hypothesis, &aligned));
    }
    let unit = match options.unit {
        Unit::Word => "word",
        Unit::Char => "character",
    };
    let mut mistakes = String::new();
    for mistake in confusions(references, hypotheses, options)?.iter().take(MISTAKES) {
        write(
            &mut mistakes,
            format_args!(
                "<tr><td class=n>{}<td><del>{}</del><td><ins>{}</ins>\n",
                mistake.count,
                escaped(&mistake.reference),
                escaped(&mistake.hypothesis)
            ),
        );
    }
    let Counts { hits, substitutions, deletions, insertions } = score.counts;
    let (rate, mer) = (score.rate() * 100.0, score.match_error_rate() * 100.0);
    let (pairs, title) = (references.len(), escaped(title));
    Ok(format!(
        "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n\
         <meta name=viewport content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n<h1>{title}</h1>\n\
         <p class=rate><b>{rate:.2}&nbsp;%</b> {unit} error rate in {pairs} pairs</p>\n\
         <dl><div><dt>hits<dd>{hits}</div><div><dt>substitutions<dd>{substitutions}</div>\
         <div><dt>deletions<dd>{deletions}</div><div><dt>insertions<dd>{insertions}</div>\
         <div><dt>match error rate<dd>{mer:.2}&nbsp;%</div></dl>\n\
         <h2>Most frequent mistakes</h2>\n\
         <table class=mistakes><thead><tr><th>times<th>reference<th>hypothesis<tbody>\n{mistakes}</table>\n\
         <h2>Pairs</h2>\n<p><del>only in the reference</del> <ins>only in the hypothesis</ins></p>\n\
         <table class=pairs><thead><tr><th>pair<th>errors<th>text<tbody>\n{rows}</table>\n</html>\n"
    ))
}

fn row(rows: &mut String, label: &str, counts: &Counts, stretches: &[Stretch<'_>]) {
    write(rows, format_args!("<tr><th>{}<td class=n>{}<td>", escaped(label), counts.errors()));
    for stretch in stretches {
        if stretch.same {
            write(rows, format_args!("{} ", escaped(stretch.hypothesis)));
            continue;
        }
        if !stretch.reference.is_empty() {
            write(rows, format_args!("<del>{}</del> ", escaped(stretch.reference)));
        }
        if !stretch.hypothesis.is_empty() {
            write(rows, format_args!("<ins>{}</ins> ", escaped(stretch.hypothesis)));
        }
    }
    rows.push('\n');
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes everything");
}

/// `text` as HTML: no character in it is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = "\
:root{color-scheme:light dark;--gone:#b3261e;--gone-back:#fdeceb;--new:#146c2e;--new-back:#e6f4ea;\
--line:#d0d7de;--dim:#57606a}\
@media(prefers-color-scheme:dark){:root{--gone:#ffb4ab;--gone-back:#4a1512;--new:#8fd6a4;\
--new-back:#10351c;--line:#3d444d;--dim:#9198a1}}\
body{font:16px/1.55 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}\
.rate{color:var(--dim)}.rate b{font-size:1.6rem;color:CanvasText}\
dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:0}dt{color:var(--dim);font-size:.85rem}\
dd{margin:0;font-variant-numeric:tabular-nums}\
table{border-collapse:collapse}td,th{padding:.3rem .75rem .3rem 0;text-align:left;\
vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}\
thead th{color:var(--dim);font-size:.85rem}.pairs{width:100%}.pairs tbody th{color:var(--dim)}\
.pairs td:last-child{width:100%;overflow-wrap:anywhere}\
td.n{text-align:right;font-variant-numeric:tabular-nums}\
del{color:var(--gone);background:var(--gone-back);border-radius:3px;padding:0 .2em}\
ins{color:var(--new);background:var(--new-back);border-radius:3px;padding:0 .2em;\
text-decoration:none}del:empty,ins:empty{display:none}";
