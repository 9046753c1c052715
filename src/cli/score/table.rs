//! The figures of `sprogkit score`, for people and for machines.

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::json;

use super::Scored;
use crate::align::Counts;
use crate::cli::Done;
use crate::cli::figures::count;
use crate::cli::out::{Out, shown};
use crate::score::{Interval, Profile};

/// A rate in per cent.
pub(in crate::cli) fn percent(rate: f64) -> String {
    format!("{:.2} %", rate * 100.0)
}

/// From where to where, in per cent.
pub(in crate::cli) fn range(interval: &Interval) -> String {
    format!("{:.2} to {:.2} %", interval.low * 100.0, interval.high * 100.0)
}

impl Scored {
    /// What the intervals hold: "95 % of draws".
    pub(in crate::cli) fn draws(&self) -> String {
        // A share of 0.95 is not quite 95 hundredths.
        let level = format!("{:.4}", self.level * 100.0);
        format!("{} % of draws", level.trim_end_matches('0').trim_end_matches('.'))
    }

    /// What was done to the texts before they were compared, each with its name.
    pub(in crate::cli) fn conditions(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.profile != Profile::AsIs {
            found.push(("profile", self.profile.name().to_owned()));
        }
        if self.references > 1 {
            found.push(("references", format!("the nearest of {}", self.references)));
        }
        if !self.variants.is_empty() {
            found.push(("variants", self.variants.join(", ")));
        }
        found
    }
}

/// The table for people, with the `most` frequent errors.
pub(super) fn write(scored: &Scored, most: usize, out: &mut Out) -> Done {
    let Counts { hits, substitutions, deletions, insertions } = scored.words.counts;
    let words = scored.words.counts.reference() as u64;
    out.heading(&format!(
        "{} pairs, {} words of reference",
        count(scored.pairs.ids.len() as u64),
        count(words)
    ))?;
    for (name, value) in scored.conditions() {
        out.field(name, value)?;
    }
    let wer = out.paint.bright(&percent(scored.words.rate()));
    match &scored.interval {
        Some(interval) => {
            let range = format!("{}: {}", scored.draws(), range(interval));
            out.field("WER", format!("{wer}  {}", out.paint.faint(&range)))?;
        }
        None => out.field("WER", wer)?,
    }
    out.field("CER", percent(scored.characters.rate()))?;
    out.field("MER", percent(scored.words.match_error_rate()))?;
    out.field("WIL", percent(scored.words.information_lost()))?;
    out.field("hits", count(hits as u64))?;
    out.field("substitutions", count(substitutions as u64))?;
    out.field("deletions", count(deletions as u64))?;
    out.field("insertions", count(insertions as u64))?;
    groups(scored, out)?;
    if !scored.confusions.is_empty() && most > 0 {
        writeln!(out)?;
        out.heading("Most frequent errors")?;
        for one in scored.confusions.iter().take(most) {
            let side = |text: &str| match text {
                "" => "(nothing)".to_owned(),
                text => shown(text),
            };
            let (was, came) = (side(&one.reference), side(&one.hypothesis));
            writeln!(out, "  {:>6} ×  {was} → {came}", count(one.count as u64))?;
        }
    }
    Ok(())
}

fn groups(scored: &Scored, out: &mut Out) -> Done {
    if scored.groups.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = scored.groups.iter().map(|group| shown(&group.name)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(5);
    writeln!(out)?;
    let draws = if scored.drawn { scored.draws() } else { String::new() };
    let head = format!("  {:width$}  {:>7}  {:>9}  {:>9}  {draws}", "group", "pairs", "WER", "MER");
    out.heading(head.trim_end())?;
    for (group, name) in scored.groups.iter().zip(names) {
        let small = if group.small { out.paint.changed("  few pairs") } else { String::new() };
        let range = if scored.drawn { range(&group.interval) } else { String::new() };
        let line = format!(
            "  {name:width$}  {:>7}  {:>9}  {:>9}  {range}{small}",
            count(group.pairs as u64),
            percent(group.rate),
            percent(group.match_error_rate()),
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// The counts of each pair, with tabs between them; a pair without words has no rate.
pub(super) fn pairs(scored: &Scored) -> String {
    let mut table = "id\twer\thits\tsubstitutions\tdeletions\tinsertions\n".to_owned();
    for (id, counts) in scored.pairs.ids.iter().zip(&scored.words.pairs) {
        let Counts { hits, substitutions, deletions, insertions } = counts;
        let rate = counts.rate().map(|rate| format!("{rate:.6}")).unwrap_or_default();
        let _ = writeln!(
            table,
            "{}\t{rate}\t{hits}\t{substitutions}\t{deletions}\t{insertions}",
            shown(id)
        );
    }
    table
}

/// The object for machines, with the `most` frequent errors.
pub(super) fn object(scored: &Scored, most: usize) -> serde_json::Value {
    let interval = |i: &Interval| json!([i.low, i.high]);
    let groups: Vec<_> = scored
        .groups
        .iter()
        .map(|group| {
            let Counts { hits, substitutions, deletions, insertions } = group.counts;
            json!({
                "group": group.name,
                "pairs": group.pairs,
                "wer": group.rate,
                "mer": group.match_error_rate(),
                "interval": scored.drawn.then(|| interval(&group.interval)),
                "small": group.small,
                "hits": hits,
                "substitutions": substitutions,
                "deletions": deletions,
                "insertions": insertions,
            })
        })
        .collect();
    let confusions: Vec<_> = scored
        .confusions
        .iter()
        .take(most)
        .map(|one| {
            json!({
                "reference": one.reference,
                "hypothesis": one.hypothesis,
                "count": one.count,
            })
        })
        .collect();
    let Counts { hits, substitutions, deletions, insertions } = scored.words.counts;
    json!({
        "profile": scored.profile.name(),
        "references": scored.references,
        "variants": scored.variants,
        "pairs": scored.pairs.ids.len(),
        "words": scored.words.counts.reference(),
        "wer": scored.words.rate(),
        "level": scored.level,
        "interval": scored.interval.as_ref().map(interval),
        "cer": scored.characters.rate(),
        "mer": scored.words.match_error_rate(),
        "wil": scored.words.information_lost(),
        "hits": hits,
        "substitutions": substitutions,
        "deletions": deletions,
        "insertions": insertions,
        "groups": groups,
        "confusions": confusions,
    })
}
