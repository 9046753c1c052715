//! Words of many texts at once: every unit, one thread and two, beside the words alone.
//!
//! ```text
//! cd benches/rivals && cargo build --release
//! taskset -c 1 target/release/batch FILE…
//! ```
//!
//! Each line of the files is a text. What is printed: a fingerprint of the answers, the best of the
//! rounds in MB (10⁶ bytes) per second, and what two threads gain.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::hint::black_box;
use std::time::Instant;

use sprogkit::text::Options;
use sprogkit::text::offsets::Unit;

const ROUNDS: usize = 9;

fn main() {
    let texts: Vec<String> = std::env::args()
        .skip(1)
        .map(|file| std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{file}: {e}")))
        .collect();
    let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
    let size = lines.iter().map(|line| line.len()).sum::<usize>() as f64 / 1e6;
    let options = Options::default();
    for lines in [&lines, &texts.iter().map(String::as_str).collect()] {
        for &unit in Unit::ALL {
            let found = options.words_batch(lines, unit).expect("short texts");
            let mut hasher = DefaultHasher::new();
            (&found.offsets, &found.starts, &found.ends, &found.kinds).hash(&mut hasher);
            println!("{:5} {:016x} {} words", unit.name(), hasher.finish(), found.starts.len());
        }
    }
    let mut alone = f64::INFINITY;
    let mut best = [[f64::INFINITY; 2]; 3];
    let pools = [1, 2].map(|threads| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
    });
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let mut sum = 0;
        for line in &lines {
            sprogkit::text::words(line)
                .for_each(|word| sum += word.span.end() + word.kind as usize);
        }
        black_box(sum);
        alone = alone.min(start.elapsed().as_secs_f64());
        for (best, &unit) in best.iter_mut().zip(Unit::ALL) {
            for (best, pool) in best.iter_mut().zip(&pools) {
                let start = Instant::now();
                let found = pool.install(|| options.words_batch(black_box(&lines), unit));
                *best = best.min(start.elapsed().as_secs_f64());
                black_box(found).expect("short texts");
            }
        }
    }
    println!("words alone {:8.1} MB/s", size / alone);
    for (best, unit) in best.iter().zip(Unit::ALL) {
        println!(
            "{:11} {:8.1} MB/s, two threads {:8.1} MB/s: {:.2} times",
            unit.name(),
            size / best[0],
            size / best[1],
            best[0] / best[1]
        );
    }
}
