//! Sentence boundaries against a gold file.

use std::collections::BTreeMap;

use sprogkit::Span;

/// Whether a sentence ends with `. ! ? … :`, perhaps inside quotation marks or brackets.
fn is_marked(sentence: &str) -> bool {
    sentence
        .trim_end_matches(['"', '\'', '”', '“', '’', '‘', '»', '«', '›', '‹', ')', ']'])
        .ends_with(['.', '!', '?', '…', ':'])
}

/// What a boundary is called among the errors.
fn kind(text: &str, at: usize) -> &'static str {
    let before = text[..at].trim_end();
    let word = before.rsplit(' ').next().unwrap_or("");
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if !is_marked(before) {
        return match text[at..].trim_start().chars().next() {
            Some('"' | '-') => "no stop, quotation mark or dash after",
            Some(c) if c.is_lowercase() => "no stop, small letter after",
            _ => "no stop",
        };
    }
    if before.ends_with([':']) {
        "colon"
    } else if word.contains(['!', '?']) {
        "! or ?"
    } else if word.ends_with("..") || word.contains('…') {
        "dots"
    } else if bare.chars().all(|c| c.is_ascii_digit()) {
        "figure"
    } else if bare.len() <= 4 || bare.contains('.') {
        "short word or abbreviation"
    } else {
        "word"
    }
}

/// Prints precision, recall and F1 of sentences and of marked boundaries, and lists the errors.
pub(crate) fn report(text: &str, gold: &[Span], found: &[Span]) {
    let right = found.iter().filter(|span| gold.binary_search(span).is_ok()).count();
    let precision = 100.0 * right as f64 / found.len() as f64;
    let recall = 100.0 * right as f64 / gold.len() as f64;
    let f1 = 2.0 * precision * recall / (precision + recall);
    println!("{} sentences, {} found, {right} right", gold.len(), found.len());
    println!("sentences   precision {precision:6.2}   recall {recall:6.2}   F1 {f1:6.2}");

    let ends = |spans: &[Span]| -> Vec<usize> {
        spans.iter().map(|span| span.end()).filter(|&end| end < text.len()).collect()
    };
    let (want, have) = (ends(gold), ends(found));
    let marked = |ends: &[usize]| -> Vec<usize> {
        ends.iter().copied().filter(|&end| is_marked(&text[..end])).collect()
    };
    for (name, want, have) in
        [("boundaries", want.clone(), have.clone()), ("marked    ", marked(&want), marked(&have))]
    {
        let right = have.iter().filter(|end| want.binary_search(end).is_ok()).count();
        println!(
            "{name}  precision {:6.2}   recall {:6.2}   ({} wanted, {} found, {right} right)",
            100.0 * right as f64 / have.len() as f64,
            100.0 * right as f64 / want.len() as f64,
            want.len(),
            have.len(),
        );
    }

    let mut errors: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for &end in want.iter().filter(|end| have.binary_search(end).is_err()) {
        errors.entry(("missed", kind(text, end))).or_default().push(end);
    }
    for &end in have.iter().filter(|end| want.binary_search(end).is_err()) {
        errors.entry(("wrong", kind(text, end))).or_default().push(end);
    }
    for ((error, kind), ends) in &errors {
        println!("\n{error}: {kind} ({})", ends.len());
        for &end in ends {
            let before = text[..end].chars().rev().take(50).collect::<Vec<_>>();
            let before: String = before.into_iter().rev().collect();
            let after: String = text[end..].chars().take(40).collect();
            println!("    {before} |{after}");
        }
    }
}
