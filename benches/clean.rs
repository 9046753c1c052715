//! How fast text that needs no cleaning is found to need none: against `memchr` looking for one
//! byte that is not there, the least that any look at every byte costs, and against a check for NFC.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use std::borrow::Cow;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sprogkit::text::clean;
use unicode_normalization::{IsNormalized, is_nfc_quick};

fn cleaning(criterion: &mut Criterion) {
    let paragraph = "Kommunen sender et brev til borgeren om at få plads på skolen. Ærø og Åbenrå \
                     søger både pædagoger og lærere, og fristen er den 1. december klokken 12.\n";
    let text = paragraph.repeat(8 << 20 >> 7);
    let quoted = "»Nej,« sagde hun – og så gik de hjem til kaffen på § 5 …\n".repeat(1 << 17);
    for text in [&text, &quoted] {
        assert!(matches!(clean(text), Cow::Borrowed(_)));
        assert_eq!(is_nfc_quick(text.chars()), IsNormalized::Yes);
    }
    let mut group = criterion.benchmark_group("clean");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("letters", |b| b.iter(|| clean(black_box(&text)).len()));
    group.bench_function("memchr", |b| b.iter(|| memchr::memchr(0, black_box(text.as_bytes()))));
    group.bench_function("nfc", |b| b.iter(|| is_nfc_quick(black_box(&text).chars())));
    group.throughput(Throughput::Bytes(quoted.len() as u64));
    group.bench_function("quotations", |b| b.iter(|| clean(black_box(&quoted)).len()));
    group.finish();
}

criterion_group!(benches, cleaning);
criterion_main!(benches);
