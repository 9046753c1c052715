//! Subwords: load, first pass and second pass of each vocabulary, one core, in megabytes per second of processor time.
//!
//! ```text
//! cargo bench --no-default-features --features subword --bench subword -- ../shared/data [MEGABYTES] [NAME] [FILE]
//! cargo bench --no-default-features --features subword --bench subword -- worst ../shared/data [MEGABYTES] [NAME]
//! ```
//!
//! The text is `text/adl_historic.txt` and `text/msdocs.txt` line by line in turn, in documents of about 8 KB. Cold is the
//! first pass of a fresh tokenizer, warm the second. Each line is one JSON object. Before anything is timed, the ids
//! are decoded and compared with the text, and with those of `tokenizers` on the first 200 KB. Rivals with Python wheels are
//! measured by `benches/subword_rivals.py`, which runs this too.

#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sprogkit::io;
use sprogkit::subword::{Engine, Tokenizer};

const VOCABULARIES: &[(&str, &str, Option<&str>)] = &[
    ("cl100k", "cl100k_base.tiktoken", Some("cl100k")),
    ("o200k", "o200k_base.tiktoken", Some("o200k")),
    ("gpt2", "gpt2_encoder.json", None),
    ("qwen3", "qwen3.tokenizer.json", None),
    ("mistral", "mistral_mistral_instruct_tokenizer_240323.model.v3", None),
    ("minilm", "all-minilm-l6-v2_wordpiece.tokenizer.json", None),
    ("mbert", "bert-base-multilingual-cased.vocab.txt", None),
    ("xlm-roberta", "xlm-roberta_unigram.tokenizer.json", None),
];

/// Lines of both files in turn, in documents of about 8 KB, up to `most` bytes.
fn documents(data: &Path, most: usize) -> Vec<String> {
    let read =
        |name: &str| io::read_text(&data.join("text").join(name)).expect("the text is there");
    let (old, new) = (read("adl_historic.txt"), read("msdocs.txt"));
    let (mut old, mut new) = (old.split_inclusive('\n'), new.split_inclusive('\n'));
    let (mut documents, mut document, mut size) = (Vec::new(), String::new(), 0);
    loop {
        let pair = [old.next(), new.next()];
        if pair == [None, None] || size >= most {
            break;
        }
        for line in pair.into_iter().flatten() {
            document.push_str(line);
            size += line.len();
        }
        if document.len() >= 8000 {
            documents.push(std::mem::take(&mut document));
        }
    }
    documents.push(document);
    documents
}

/// Processor seconds of this thread; wall seconds where the system does not tell.
fn processor(since: Instant) -> f64 {
    let nanoseconds = io::read_text(Path::new("/proc/thread-self/schedstat"))
        .ok()
        .and_then(|line| line.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| since.elapsed().as_secs_f64(), |time| time / 1e9)
}

fn timed<R>(since: Instant, work: impl FnOnce() -> R) -> (f64, R) {
    let start = processor(since);
    let result = work();
    (processor(since) - start, result)
}

fn main() {
    let since = Instant::now();
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let mut first = arguments.next();
    let is_worst = first.as_deref() == Some("worst");
    if is_worst {
        first = arguments.next();
    }
    let data = first.map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let megabytes: usize = arguments.next().map_or(60, |text| text.parse().expect("a number"));
    let only = arguments.next().unwrap_or_default();
    // A file of the caller's own.
    let own = arguments.next();
    if !data.join("text").exists() {
        println!("skipped: no text in {}", data.display());
        return;
    }
    if is_worst {
        return worst(&data, megabytes * 1_000_000, &only);
    }
    let documents = documents(&data, megabytes * 1_000_000);
    let size: usize = documents.iter().map(String::len).sum();
    let own = own.as_deref().map(|file| (&*only, file, None));
    let known = VOCABULARIES.iter().filter(|entry| entry.0.contains(&*only)).copied();
    for (name, file, pattern) in known.chain(own) {
        let path = if own.is_some() { file.into() } else { data.join("tokenizers").join(file) };
        let mut rows = Vec::new();
        let mut ids = 0;
        for _ in 0..3 {
            let (load, tokenizer) =
                timed(since, || Tokenizer::open(&path, pattern).expect("opens"));
            if rows.is_empty() {
                check(name, &path, &tokenizer, &documents);
            }
            let tokenizer = if rows.is_empty() {
                Tokenizer::open(&path, pattern).expect("opens")
            } else {
                tokenizer
            };
            let pass = || -> usize {
                let encode = |text: &String| tokenizer.encode(text, false).expect("encodes");
                documents.iter().map(|text| black_box(encode(text)).len()).sum()
            };
            let (cold, count) = timed(since, pass);
            let (warm, again) = timed(since, pass);
            assert_eq!(count, again, "{name}: the second pass differs");
            ids = count;
            rows.push((load, size as f64 / 1e6 / cold, size as f64 / 1e6 / warm));
        }
        let median = |value: fn(&(f64, f64, f64)) -> f64| {
            let mut values: Vec<f64> = rows.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        println!(
            "{{\"vocabulary\": \"{name}\", \"bytes\": {size}, \"ids\": {ids}, \"load_s\": {:.3}, \"cold_mb_s\": {:.1}, \"warm_mb_s\": {:.1}}}",
            median(|row| row.0),
            median(|row| row.1),
            median(|row| row.2),
        );
    }
}

/// Texts that are meant to take long, each as one text, beside ordinary ones: times a byte, as a ratio.
fn worst(data: &Path, most: usize, only: &str) {
    let since = Instant::now();
    let ordinary = documents(data, most);
    let without: String = ordinary.iter().flat_map(|text| text.split_whitespace()).collect();
    let times = |text: &str| text.repeat(most / text.len());
    let texts = [
        ("a", times("a")),
        ("ab", times("ab")),
        ("aab", times("aab")),
        ("!", times("!")),
        ("\u{301}", times("\u{301}")),
        ("кириллица中文", times("кириллица中文")),
        ("no white space", without),
    ];
    for (name, file, pattern) in VOCABULARIES.iter().filter(|entry| entry.0.contains(only)) {
        let open = || Tokenizer::open(data.join("tokenizers").join(file), *pattern).expect("opens");
        let a_byte = |texts: &[&str]| {
            let tokenizer = open();
            let encode = |text: &&str| tokenizer.encode(text, false).expect("encodes").len();
            let pass = || texts.iter().map(|text| black_box(encode(text))).sum::<usize>();
            timed(since, pass).0 / texts.iter().map(|text| text.len()).sum::<usize>() as f64
        };
        let usual = a_byte(&ordinary.iter().map(String::as_str).collect::<Vec<_>>());
        print!("{name:12} ordinary {:6.1} ns a byte; times that:", usual * 1e9);
        for (what, text) in &texts {
            print!("  {what:?} {:.2}", a_byte(&[text]) / usual);
        }
        println!();
    }
}

/// The ids give the text back and, for a `tokenizer.json`, are those of `tokenizers`.
fn check(name: &str, path: &Path, tokenizer: &Tokenizer, documents: &[String]) {
    let reference = path.extension().filter(|end| *end == "json" && !name.starts_with("gpt2"));
    let reference = reference.map(|_| tokenizers::Tokenizer::from_file(path).expect("opens"));
    for text in documents.iter().take(25) {
        let ids = tokenizer.encode(text, false).expect("encodes");
        match &reference {
            Some(reference) => {
                let want = reference.encode_fast(text.as_str(), false).expect("encodes");
                assert_eq!(ids, want.get_ids(), "{name}");
            }
            // These do not keep all white space.
            None if matches!(tokenizer.engine(), Engine::Unigram | Engine::WordPiece) => {}
            None => assert_eq!(tokenizer.decode(&ids, false).expect("decodes"), *text, "{name}"),
        }
    }
}
