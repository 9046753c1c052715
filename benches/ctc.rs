//! Time and memory of `align::ctc` on made-up emissions of known alignment.
//!
//! `cargo bench --bench ctc -- 10s 5min 1h any missing transcript 3h 24h`; without
//! names, the first six.
//! The answer is checked before a figure is printed. The rival is measured by `benches/ctc.py`.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints and may panic")]
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use sprogkit::align::ctc::{self, LogProbs, Options};
use sprogkit::align::transcript;

#[path = "inputs/emissions.rs"]
mod emissions;

use emissions::{Made, Recipe, make, words};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// CPU seconds of this thread, so that other work on the machine does not count.
#[cfg(target_os = "linux")]
fn seconds() -> f64 {
    unsafe extern "C" {
        fn clock_gettime(clock: i32, time: *mut [i64; 2]) -> i32;
    }
    const THREAD: i32 = 3;
    let mut time = [0; 2];
    // SAFETY: on 64-bit Linux a `timespec` is two 64-bit integers.
    assert_eq!(unsafe { clock_gettime(THREAD, &raw mut time) }, 0);
    time[0] as f64 + time[1] as f64 * 1e-9
}

/// Seconds since the first call.
#[cfg(not(target_os = "linux"))]
fn seconds() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
}

fn main() {
    let mut names: Vec<String> =
        std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    if std::env::args().any(|name| name == "--test") {
        names = vec!["10s".to_owned()];
    } else if names.is_empty() {
        names = ["10s", "5min", "1h", "any", "missing", "transcript"].map(str::to_owned).into();
    }
    for name in names {
        let hour = Recipe { seconds: 3600, ..Recipe::default() };
        let torn = Recipe { untranscribed: 60, unsaid: 300, ..hour };
        if name == "transcript" {
            whole_transcript("1h", torn);
            continue;
        }
        if name == "transcripts" {
            (1..=12)
                .for_each(|seed| whole_transcript(&format!("1h-{seed}"), Recipe { seed, ..torn }));
            continue;
        }
        let (recipe, runs) = match name.as_str() {
            "10s" => (Recipe { seconds: 10, ..hour }, 400),
            "1min" => (Recipe { seconds: 60, ..hour }, 100),
            "5min" => (Recipe { seconds: 300, ..hour }, 40),
            "1h" => (hour, 5),
            "wrong" => (Recipe { wrong: 0.3, ..hour }, 3),
            "any" => (Recipe { unrelated: true, ..hour }, 2),
            "missing" => (Recipe { untranscribed: 60, unsaid: 300, ..hour }, 2),
            "3h" => (Recipe { seconds: 3 * 3600, ..hour }, 2),
            "3h-any" => (Recipe { seconds: 3 * 3600, unrelated: true, ..hour }, 1),
            "24h" => (Recipe { seconds: 24 * 3600, ..hour }, 1),
            other => panic!("no case is called {other:?}"),
        };
        case(&name, recipe, runs);
    }
}

fn case(name: &str, recipe: Recipe, runs: usize) {
    let made = make(recipe);
    let frames = made.log_probs.len() / made.vocabulary;
    let view = LogProbs::new(&made.log_probs, frames, made.vocabulary).unwrap();
    let options = Options::default();
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let found = ctc::align(&view, &made.targets, &options).unwrap();
    let peak = PEAK.load(Relaxed) - before;
    assert!(found.exact);
    let (off, misheard) = off_by_more_than_two(&made, &found.starts);
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = seconds();
            let view = LogProbs::new(&made.log_probs, frames, made.vocabulary).unwrap();
            let again = ctc::align(&view, &made.targets, &options).unwrap();
            assert_eq!(again.score.to_bits(), found.score.to_bits());
            seconds() - start
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "align/ctc/{name}: {frames} x {}: best {:.6} s, median {:.6} s, {:.1} MB beyond the \
         input, score {:.4}; off by more than 2 frames: {off} of {} tokens that were heard, {misheard} misheard",
        made.targets.len(),
        times[0],
        times[times.len() / 2],
        peak as f64 / 1e6,
        found.score,
        made.heard.iter().filter(|&&heard| heard).count(),
    );
}

/// How many of the tokens that were said start elsewhere than they were put: those that the
/// emissions show, and those they show as another token.
fn off_by_more_than_two(made: &Made, starts: &[i64]) -> (usize, usize) {
    let off = |heard: bool| {
        (0..starts.len())
            .filter(|&j| made.heard[j] == heard)
            .filter(|&j| made.frames[j].is_some_and(|put| starts[j].abs_diff(put as i64) > 2))
            .count()
    };
    (off(true), off(false))
}

/// The sum of the log probabilities from the place of the first of `tokens` up to that of the one
/// behind the last; `None` where one has no place.
fn along(
    made: &Made,
    tokens: std::ops::Range<usize>,
    place: impl Fn(usize) -> Option<std::ops::Range<usize>>,
) -> Option<f64> {
    let end = place(tokens.end)?.start;
    let mut at = place(tokens.start)?.start;
    let mut sum = 0.0;
    let mut add = |frames: std::ops::Range<usize>, column: usize| {
        for frame in frames {
            sum += f64::from(made.log_probs[frame * made.vocabulary + column]);
        }
    };
    for token in tokens {
        let frames = place(token)?;
        add(at..frames.start, 0);
        add(frames.clone(), made.targets[token] as usize);
        at = frames.end;
    }
    add(at..end, 0);
    Some(sum)
}

/// A transcript with errors on both sides, in words of three to seven tokens.
fn whole_transcript(name: &str, recipe: Recipe) {
    let made = make(recipe);
    let frames = made.log_probs.len() / made.vocabulary;
    let view = LogProbs::new(&made.log_probs, frames, made.vocabulary).unwrap();
    let ends = words(&made);
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let start = seconds();
    let found =
        transcript::align(&view, &made.targets, &ends, &transcript::Options::default(), &())
            .unwrap();
    let time = seconds() - start;
    let peak = PEAK.load(Relaxed) - before;
    let matched: Vec<bool> = found.starts.iter().map(|&start| start >= 0).collect();
    let said = |j: usize| made.frames[j].is_some();
    let count = |want: &dyn Fn(usize) -> bool| (0..matched.len()).filter(|&j| want(j)).count();
    let away = |j: usize| {
        made.frames[j].is_some_and(|put| matched[j] && found.starts[j].abs_diff(put as i64) > 2)
    };
    // The emissions themselves put a token elsewhere where the whole neighbourhood has a higher
    // probability as it was found than as it was made: any exact alignment does the same.
    let elsewhere = |j: usize| {
        let fixed =
            |&i: &usize| made.heard[i] && made.frames[i] == usize::try_from(found.starts[i]).ok();
        let (Some(a), Some(b)) = ((0..j).rev().find(fixed), (j + 1..matched.len()).find(fixed))
        else {
            return false;
        };
        let put = |i: usize| made.frames[i].map(|frame| frame..frame + 1);
        let own = |i: usize| {
            usize::try_from(found.starts[i]).ok().map(|start| start..found.ends[i] as usize)
        };
        match (along(&made, a..b, put), along(&made, a..b, own)) {
            (Some(made), Some(found)) => found > made,
            _ => false,
        }
    };
    for j in (0..matched.len()).filter(|&j| away(j) && !elsewhere(j)) {
        println!(
            "  token {j} ({}): put {:?}, found {}",
            if made.heard[j] { "heard" } else { "misheard" },
            made.frames[j],
            found.starts[j]
        );
    }
    for run in &found.missing_text {
        let tokens = run.start.checked_sub(1).map_or(0, |unit| ends[unit])..ends[run.end - 1];
        if tokens.clone().any(said) {
            let heard = tokens.clone().filter(|&j| made.heard[j]).count();
            println!(
                "  not matched, though said: tokens {tokens:?} at {:?}, {heard} heard",
                made.frames[tokens.start]
            );
        }
    }
    println!(
        "align/transcript/{name}: {frames} x {}: {time:.3} s, {:.1} MB beyond the input; {} of {} \
         said tokens matched, {} of them off by more than 2 frames, {} of these where the emissions \
         show them; {} of {} unsaid tokens \
         matched; text without speech {:?}; speech without text {:?} (hidden: {:?}); {} segments, \
         {} utterances",
        matched.len(),
        peak as f64 / 1e6,
        count(&|j| said(j) && matched[j]),
        count(&said),
        count(&away),
        count(&|j| away(j) && !elsewhere(j)),
        count(&|j| !said(j) && matched[j]),
        count(&|j| !said(j)),
        found
            .missing_text
            .iter()
            .map(|run| ends[run.start] - 3..ends[run.end - 1])
            .collect::<Vec<_>>(),
        found.missing_speech,
        frames / 2..frames / 2 + recipe.untranscribed * 50,
        found.segments.len(),
        found.utterances(&transcript::Lengths::default()).unwrap().len(),
    );
}
