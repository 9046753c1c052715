//! Packs: opening, reading at random, checking, and layers on one core and on two.
//!
//! `cargo bench --all-features --bench corpus`. Packs of 20 MB and 200 MB are written below
//! `target/bench-packs` by a seeded generator over the built-in sample's sentences and kept for the
//! next run; `benches/python_access.py` reads the large one beside pyarrow and HF datasets. Times
//! are wall times with a warm page cache, the best of several; answers are asserted first.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints and may panic")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sprogkit::corpus::{Check, Info, NewDocument, Pack, Writer, WriterOptions};
use sprogkit::text::{self, Options, offsets::Unit};
use sprogkit::{annotate, threads};

/// Numbers that are the same in every run. Source: Vigna, splitmix64.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// The sample's sentences.
fn sentences() -> Vec<&'static str> {
    let all = include_str!("../corpora-manifest/smagsproeve/sentences.tsv");
    let rows = all.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.split_once('\t')).map(|(_, sentence)| sentence).collect()
}

/// A pack with `bytes` of text, made once.
fn pack(bytes: usize) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-packs");
    let path = path.join(format!("text-{}MB", bytes / 1_000_000));
    if Pack::open(&path).is_ok() {
        return path;
    }
    let sentences = sentences();
    let mut seeded = Seeded(1);
    let info = Info { id: "bench".into(), ..Info::default() };
    let options = WriterOptions { overwrite: true, ..WriterOptions::default() };
    let mut writer = Writer::create_with(&path, info, options).unwrap();
    let (mut written, mut row) = (0, 0);
    let mut text = String::new();
    while written < bytes {
        text.clear();
        // Most documents are short and few are long: about 1.8 kB on the mean.
        let length = 1 + seeded.below(8) * seeded.below(8);
        for _ in 0..=length {
            text.push_str(sentences[seeded.below(sentences.len())]);
            text.push(' ');
        }
        written += text.len();
        let id = format!("dok-{row:07}");
        writer
            .document(&NewDocument {
                id: &id,
                text: &text,
                source: Some("bench"),
                ..NewDocument::default()
            })
            .unwrap();
        row += 1;
    }
    writer.finish().unwrap();
    path
}

/// The shortest of `runs` runs.
fn best<R>(runs: usize, mut work: impl FnMut() -> R) -> Duration {
    (0..runs)
        .map(|_| {
            let began = Instant::now();
            black_box(work());
            began.elapsed()
        })
        .min()
        .unwrap()
}

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    for megabytes in [20, 200] {
        let path = pack(megabytes * 1_000_000);
        let open = best(50, || Pack::open(&path).unwrap().documents().len());
        let first = best(50, || {
            Pack::open(&path).unwrap().documents().get(7).unwrap().text().unwrap().len()
        });
        let pack = Pack::open(&path).unwrap();
        let rows = pack.documents().len();
        println!("{megabytes} MB of text, {rows} documents");
        println!("  open                         {:8.3} ms", open.as_secs_f64() * 1e3);
        println!("  open and read a document     {:8.3} ms", first.as_secs_f64() * 1e3);
        let verify = best(3, || assert!(pack.verify(&()).unwrap().problems.is_empty()));
        println!("  verify                       {:8.0} ms", verify.as_secs_f64() * 1e3);
        let full = best(3, || Pack::open_with(&path, Check::Full).unwrap());
        println!("  open with every byte checked {:8.0} ms", full.as_secs_f64() * 1e3);
        let mut seeded = Seeded(2);
        let order: Vec<u64> = (0..100_000).map(|_| seeded.next() % rows).collect();
        let documents = pack.documents();
        let random = best(3, || {
            order
                .iter()
                .map(|&row| documents.get(row).unwrap().text().unwrap().len())
                .sum::<usize>()
        });
        println!("  a document at random         {:8.3} µs", random.as_secs_f64() * 1e6 / 1e5);
        let ids: Vec<&str> = order
            .iter()
            .take(10_000)
            .map(|&row| documents.get(row).unwrap().id().unwrap())
            .collect();
        assert_eq!(documents.find(ids[5]).unwrap(), Some(order[5]));
        let find =
            best(3, || ids.iter().filter(|id| documents.find(id).unwrap().is_some()).count());
        println!("  a document by its id         {:8.3} µs", find.as_secs_f64() * 1e6 / 1e4);
    }

    let path = pack(200_000_000);
    let pack = Pack::open(&path).unwrap();
    let texts: Vec<&str> = pack.documents().iter().map(|d| d.unwrap().text().unwrap()).collect();
    let words: usize = texts.iter().map(|text| text::words(text).count()).sum();
    println!("200 MB, {words} words");
    on_two_cores("cut into words", words, || {
        Options::default().words_batch(&texts, Unit::Byte).unwrap().starts.len()
    });
    on_two_cores("the layer of words, written and synced", words, || {
        let mut pack = Pack::open(&path).unwrap();
        let done = annotate::words(&mut pack, &Options::default(), Unit::Byte, &());
        done.unwrap().items as usize
    });
}

/// Prints how long `work` takes on one core and on two, in turn, and asserts what it gives.
fn on_two_cores(name: &str, expected: usize, work: impl Fn() -> usize + Sync) {
    let mut best = [f64::INFINITY; 2];
    for _ in 0..4 {
        for (count, best) in [1, 2].into_iter().zip(&mut best) {
            let began = Instant::now();
            assert_eq!(threads::install(Some(count), &work).unwrap(), expected);
            *best = best.min(began.elapsed().as_secs_f64());
        }
    }
    let [one, two] = best;
    println!(
        "  {name}: {:.0} ms on one core, {:.0} ms on two: {:.2} ×",
        one * 1e3,
        two * 1e3,
        one / two
    );
}
