//! Words of ordinary text, in every unit; words and sentences of the worst texts.
//!
//! Rivals: `benches/rivals`. The texts are written here; the answers are checked first.
#![allow(missing_docs, reason = "criterion's macros")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sprogkit::text::offsets::Unit;
use sprogkit::text::{Options, sentences, words};

const ORDINARY: &str = "Mødet begynder kl. 14.30 i den store sal, og alle er velkomne. Det koster \
    ca. 25 kr., men børn og unge under 18 år betaler ikke. Foreningens formand, Ida Lund, siger: \
    »Vi glæder os til den 3. udgave af festen.« Læs mere på siden om byens liv i 80'erne. ";

fn ordinary(c: &mut Criterion) {
    let text = ORDINARY.repeat(4000);
    assert_eq!(words(ORDINARY).count() * 4000, words(&text).count());
    let mut group = c.benchmark_group("text/words");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("ordinary", |b| {
        b.iter(|| words(black_box(&text)).map(|word| word.span.end()).max());
    });
    let lines: Vec<&str> = text.split_inclusive(". ").collect();
    for &unit in Unit::ALL {
        let options = Options::default();
        assert_eq!(
            options.words_batch(&lines, unit).map(|c| c.offsets.len()).ok(),
            Some(lines.len() + 1)
        );
        group.bench_function(BenchmarkId::new("batch", unit.name()), |b| {
            b.iter(|| options.words_batch(black_box(&lines), unit));
        });
    }
    group.finish();
}

/// Nothing takes longer than four times as long as ordinary text does for a byte.
fn worst(c: &mut Criterion) {
    let mut group = c.benchmark_group("text/words/worst");
    for unit in [".", "a", "(", "\u{301}", "1."] {
        let text = unit.repeat(10_000_000 / unit.len());
        assert!(words(&text).map(|word| word.span.len()).sum::<usize>() == text.len());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.sample_size(10);
        group.bench_function(format!("{unit:?}"), |b| {
            b.iter(|| words(black_box(&text)).map(|word| word.span.end()).max());
        });
    }
    group.finish();
}

/// Sentences of ordinary text, and of texts in which each word or sign is a place where a sentence
/// might end.
fn worst_sentences(c: &mut Criterion) {
    let mut group = c.benchmark_group("text/sentences/worst");
    let units = [
        ".",
        "a",
        "(",
        "\u{301}",
        "1.",
        "Det ",
        "Æ ",
        "I I ",
        "\" A ",
        "\" ",
        "NYT Det ",
        "\u{2003}A",
    ];
    for unit in [ORDINARY].iter().chain(&units) {
        let text = unit.repeat(10_000_000 / unit.len());
        let solid = |s: &str| s.chars().filter(|c| !c.is_whitespace()).count();
        assert_eq!(sentences(&text).map(|s| solid(s.of(&text))).sum::<usize>(), solid(&text));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.sample_size(10);
        let name = if *unit == ORDINARY { "ordinary".to_owned() } else { format!("{unit:?}") };
        group.bench_function(name, |b| {
            b.iter(|| sentences(black_box(&text)).map(|span| span.end()).max());
        });
    }
    group.finish();
}

criterion_group!(benches, ordinary, worst, worst_sentences);
criterion_main!(benches);
