//! `align::ctc`: exact, whatever the shape; and errors that say where.

use sprogkit::align::ctc::{self, Alignment, LogProbs, Optional, Options, Values};

/// A generator of numbers: the recurrence of Steele and Vigna's SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The textbook: all states, all frames, all back-pointers.
fn naive(log_probs: &[f32], vocabulary: usize, targets: &[i32], blank: i32) -> Option<f64> {
    let states: Vec<i32> =
        targets.iter().flat_map(|&t| [blank, t]).chain(std::iter::once(blank)).collect();
    let n = states.len();
    let mut row = vec![f64::NEG_INFINITY; n];
    for (t, frame) in log_probs.chunks(vocabulary).enumerate() {
        let before = row.clone();
        for s in 0..n {
            let mut best = if t == 0 && s < 2 { 0.0 } else { f64::NEG_INFINITY };
            if t > 0 {
                best = before[s];
                if s >= 1 {
                    best = best.max(before[s - 1]);
                }
                if s >= 2 && states[s] != blank && states[s] != states[s - 2] {
                    best = best.max(before[s - 2]);
                }
            }
            row[s] = best + f64::from(frame[states[s] as usize]);
        }
    }
    let score = row[n - 1].max(if n > 1 { row[n - 2] } else { f64::NEG_INFINITY });
    (score > f64::NEG_INFINITY).then_some(score)
}

/// What every answer must be, whatever the score: a path of the targets, and figures that are
/// those of the path.
#[track_caller]
fn check(found: &Alignment, log_probs: &[f32], vocabulary: usize, targets: &[i32], blank: i32) {
    let frames = log_probs.len() / vocabulary;
    assert_eq!(found.path.len(), frames);
    let mut collapsed = Vec::new();
    let mut before = blank;
    for &token in &found.path {
        if token != before && token != blank {
            collapsed.push(token);
        }
        before = token;
    }
    assert_eq!(collapsed, targets, "the path does not say the targets");
    let along = |t: usize| f64::from(log_probs[t * vocabulary + found.path[t] as usize]);
    let sum: f64 = (0..frames).map(along).sum();
    assert!((sum - found.score).abs() <= 1e-9 * (1.0 + sum.abs()), "{sum} {}", found.score);
    let mut behind = 0;
    for (j, &target) in targets.iter().enumerate() {
        let (start, end) = (found.starts[j] as usize, found.ends[j] as usize);
        assert!(behind <= start && start < end && end <= frames);
        assert!(found.path[behind..start].iter().all(|&t| t == blank));
        assert!(found.path[start..end].iter().all(|&t| t == target));
        let mean = (start..end).map(along).sum::<f64>() / (end - start) as f64;
        assert!((mean - f64::from(found.scores[j])).abs() <= 1e-5 * (1.0 + mean.abs()));
        behind = end;
    }
    assert!(found.path[behind..].iter().all(|&t| t == blank));
}

/// A random problem: any shape, sometimes with repeats, ties, impossible tokens, logits.
fn problem(random: &mut Random) -> (Vec<f32>, usize, Vec<i32>, i32) {
    let vocabulary = [2, 3, 5, 17, 40, 62, 63, 64, 80, 300, 1000][random.below(11)];
    let longest = [6, 40, 200][random.below(3)];
    let frames = 1 + random.below(longest);
    let most = [0, frames / 4, frames / 2, frames][random.below(4)];
    let length = random.below(most + 1);
    let blank = if random.below(2) == 0 { 0 } else { random.below(vocabulary) as i32 };
    let alphabet = 1 + random.below(vocabulary - 1);
    let token = |random: &mut Random| {
        let t = random.below(alphabet) as i32;
        t + i32::from(t >= blank)
    };
    let mut targets: Vec<i32> = (0..length).map(|_| token(random)).collect();
    loop {
        let repeats = targets.windows(2).filter(|w| w[0] == w[1]).count();
        if targets.len() + repeats <= frames {
            break;
        }
        targets.pop();
    }
    let kind = random.below(5);
    let value = |random: &mut Random| match kind {
        0 => -(random.below(3) as f32),
        1 if random.below(8) == 0 => f32::NEG_INFINITY,
        2 => random.unit() as f32 * 40.0 - 20.0,
        3 => (random.unit() as f32).ln() * 1e6,
        _ => (random.unit() as f32 + 1e-9).ln(),
    };
    let log_probs = (0..frames * vocabulary).map(|_| value(random)).collect();
    (log_probs, vocabulary, targets, blank)
}

#[test]
fn the_path_is_the_best_on_thousands_of_random_problems() {
    let mut random = Random(1);
    let (mut possible, mut impossible) = (0, 0);
    for number in 0..3000 {
        let (log_probs, vocabulary, targets, blank) = problem(&mut random);
        let frames = log_probs.len() / vocabulary;
        let view = LogProbs::new(&log_probs, frames, vocabulary).unwrap();
        let found = ctc::align(&view, &targets, &Options { blank, ..Options::default() });
        match naive(&log_probs, vocabulary, &targets, blank) {
            Some(best) => {
                let found = found.unwrap_or_else(|e| panic!("problem {number}: {e}"));
                check(&found, &log_probs, vocabulary, &targets, blank);
                assert!(
                    (best - found.score).abs() <= 1e-9 * (1.0 + best.abs()),
                    "problem {number}: {best} is the best, {} was found",
                    found.score
                );
                assert!(found.exact);
                possible += 1;
            }
            None => {
                let message = found.unwrap_err().to_string();
                assert!(message.contains("probability zero"), "{message}");
                impossible += 1;
            }
        }
    }
    assert!(possible > 2000 && impossible > 20, "{possible} {impossible}");
}

/// Emissions in which `said` is said, a token every third frame.
fn spoken(random: &mut Random, said: &[i32], vocabulary: usize) -> Vec<f32> {
    let mut log_probs: Vec<f32> =
        (0..(3 * said.len() + 2) * vocabulary).map(|_| -6.0 - 3.0 * random.unit() as f32).collect();
    for (t, row) in log_probs.chunks_mut(vocabulary).enumerate() {
        let peak = if t % 3 == 1 && t / 3 < said.len() { said[t / 3] } else { 0 };
        row[peak as usize] = -0.01 * random.unit() as f32;
    }
    log_probs
}

#[test]
fn a_wrong_beam_never_says_that_it_is_exact() {
    let mut random = Random(5);
    let (mut wrong, mut right, mut proven) = (0, 0, 0);
    for number in 0..120 {
        let vocabulary = 12;
        let token = |random: &mut Random| 1 + random.below(vocabulary - 1) as i32;
        let said: Vec<i32> = (0..400).map(|_| token(&mut random)).collect();
        let log_probs = spoken(&mut random, &said, vocabulary);
        let frames = log_probs.len() / vocabulary;
        let mut targets = said.clone();
        // Half of the texts lack what was said for a while and say what was not: the way of the
        // beam, which stays with what fits best so far, leads astray.
        if number % 2 == 0 {
            let start = 20 + random.below(100);
            let cut = 30 + random.below(120);
            targets.drain(start..start + cut);
            let at = 150 + random.below(60);
            let more: Vec<i32> = (0..30 + random.below(90)).map(|_| token(&mut random)).collect();
            targets.splice(at..at, more);
        }
        let view = LogProbs::new(&log_probs, frames, vocabulary).unwrap();
        let best = ctc::align(&view, &targets, &Options::default()).unwrap();
        assert!(best.exact);
        for beam in [1, 40, 100, 200] {
            let options = Options { beam: Some(beam), ..Options::default() };
            let found = ctc::align(&view, &targets, &options).unwrap();
            check(&found, &log_probs, vocabulary, &targets, 0);
            if found.score < best.score - 1e-6 {
                assert!(!found.exact, "problem {number}, beam {beam}");
                wrong += 1;
            } else {
                right += 1;
                proven += usize::from(found.exact);
            }
        }
    }
    assert!(wrong > 20 && proven > 100, "{wrong} wrong, {right} right, {proven} of them proven");
}

/// [`naive`] where a blank must stand before each target of `blanks` (and behind the last where
/// it holds their number).
fn naive_with_blanks(
    log_probs: &[f32],
    vocabulary: usize,
    targets: &[i32],
    blanks: &[usize],
) -> f64 {
    let states: Vec<i32> = targets.iter().flat_map(|&t| [0, t]).chain(std::iter::once(0)).collect();
    let mut row = vec![f64::NEG_INFINITY; states.len()];
    for (t, frame) in log_probs.chunks(vocabulary).enumerate() {
        let before = row.clone();
        for s in 0..states.len() {
            let free = s % 2 == 1 && !blanks.contains(&(s / 2));
            let mut best = if t == 0 && (s == 0 || s == 1 && free) { 0.0 } else { before[s] };
            if s >= 1 {
                best = best.max(before[s - 1]);
            }
            if s >= 3 && free && states[s] != states[s - 2] {
                best = best.max(before[s - 2]);
            }
            row[s] = best + f64::from(frame[states[s] as usize]);
        }
    }
    let last = row[states.len() - 1];
    if targets.is_empty() || blanks.contains(&targets.len()) {
        last
    } else {
        last.max(row[states.len() - 2])
    }
}

#[test]
fn optional_runs_are_left_out_where_that_pays() {
    let mut random = Random(9);
    let (mut left, mut kept) = (0, 0);
    for number in 0..400 {
        let vocabulary = 2 + random.below(5);
        let frames = 4 + random.below(20);
        let count = 1 + random.below(frames);
        let targets: Vec<i32> =
            (0..count).map(|_| 1 + random.below(vocabulary - 1) as i32).collect();
        let log_probs: Vec<f32> =
            (0..frames * vocabulary).map(|_| -6.0 * random.unit() as f32).collect();
        let mut optional = Vec::new();
        let mut at = 0;
        while at < count && optional.len() < 4 {
            let end = (at + 1 + random.below(4)).min(count);
            if random.below(2) == 0 {
                let cost = 5.0 * random.unit() as f32;
                optional.push(Optional { targets: at..end, cost });
            }
            at = end;
        }
        let mut best = f64::NEG_INFINITY;
        for subset in 0..1 << optional.len() {
            let out = |j: usize| {
                optional
                    .iter()
                    .enumerate()
                    .any(|(i, o)| subset >> i & 1 == 1 && o.targets.contains(&j))
            };
            let said: Vec<usize> = (0..count).filter(|&j| !out(j)).collect();
            let rest: Vec<i32> = said.iter().map(|&j| targets[j]).collect();
            let blanks: Vec<usize> = (0..=said.len())
                .filter(|&i| {
                    let from = if i == 0 { 0 } else { said[i - 1] + 1 };
                    let to = said.get(i).copied().unwrap_or(count);
                    from < to
                })
                .collect();
            let cost: f64 = optional
                .iter()
                .enumerate()
                .filter(|(i, _)| subset >> i & 1 == 1)
                .map(|(_, o)| f64::from(o.cost))
                .sum();
            best = best.max(naive_with_blanks(&log_probs, vocabulary, &rest, &blanks) - cost);
        }
        let view = LogProbs::new(&log_probs, frames, vocabulary).unwrap();
        let found = ctc::align_optional(&view, &targets, &optional, &Options::default());
        if best == f64::NEG_INFINITY {
            assert!(found.is_err());
            continue;
        }
        let found = found.unwrap();
        let mut score = found.score;
        for run in &optional {
            let out = found.starts[run.targets.start] == found.ends[run.targets.start];
            for j in run.targets.clone() {
                assert_eq!(out, found.starts[j] == found.ends[j], "problem {number}");
                assert_eq!(out, found.scores[j] == f32::NEG_INFINITY);
            }
            score -= if out { f64::from(run.cost) } else { 0.0 };
            left += usize::from(out);
            kept += usize::from(!out);
        }
        assert!((score - best).abs() < 1e-9, "problem {number}: {score} {best}");
        let along: f64 = found
            .path
            .iter()
            .enumerate()
            .map(|(t, &token)| f64::from(log_probs[t * vocabulary + token as usize]))
            .sum();
        assert!((along - found.score).abs() < 1e-9);
    }
    assert!(left > 50 && kept > 50, "{left} {kept}");
}

#[test]
fn optional_runs_out_of_order_are_errors() {
    let values = [-1.0f32; 30];
    let view = LogProbs::new(&values, 10, 3).unwrap();
    let run = |first: usize, end: usize, cost: f32| Optional { targets: first..end, cost };
    for (optional, part) in [
        (vec![run(0, 4, 1.0)], "optional[0] is 0..4"),
        (vec![run(1, 1, 1.0)], "optional[0] is 1..1"),
        (vec![run(0, 2, 1.0), run(1, 3, 1.0)], "optional[1] is 1..3"),
        (vec![run(0, 2, f32::NAN)], "optional[0] costs NaN"),
    ] {
        let found = ctc::align_optional(&view, &[1, 2, 1], &optional, &Options::default());
        let message = found.unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_wildcard_lies_over_speech_that_is_not_in_the_text() {
    let mut random = Random(10);
    let vocabulary = 20;
    let said: Vec<i32> = (0..200).map(|_| 1 + random.below(vocabulary - 1) as i32).collect();
    let log_probs = spoken(&mut random, &said, vocabulary);
    let view = LogProbs::new(&log_probs, log_probs.len() / vocabulary, vocabulary).unwrap();
    let mut targets = said.clone();
    targets.splice(80..140, [ctc::WILDCARD]);
    let options = Options { wildcard: Some(0.5), ..Options::default() };
    let found = ctc::align(&view, &targets, &options).unwrap();
    assert!(found.starts[80].abs_diff(80 * 3) <= 2 && found.ends[80].abs_diff(140 * 3) <= 3);
    for (j, put) in (0..80).chain(140..200).enumerate() {
        let j = j + usize::from(j >= 80);
        assert_eq!(found.starts[j], 3 * put + 1, "target {j}");
    }
    assert_eq!(found.path[300], ctc::WILDCARD);
    for cost in [f32::NAN, -1.0] {
        let options = Options { wildcard: Some(cost), ..Options::default() };
        let message = ctc::align(&view, &targets, &options).unwrap_err().to_string();
        assert!(message.contains("wildcard"), "{message}");
    }
}

#[test]
fn targets_are_grouped_into_words() {
    let mut random = Random(11);
    let said = [3, 1, 2, 2, 4, 1];
    let log_probs = spoken(&mut random, &said, 5);
    let view = LogProbs::new(&log_probs, log_probs.len() / 5, 5).unwrap();
    let found = ctc::align(&view, &said, &Options::default()).unwrap();
    let words = found.groups(&[2, 2, 6]).unwrap();
    let spans: Vec<_> = words.iter().map(|w| (w.targets.clone(), w.start, w.end)).collect();
    assert_eq!(spans, [(0..2, 1, 5), (2..2, 7, 7), (2..6, 7, 17)]);
    assert!(words[0].score > -0.1 && words[1].score == f32::NEG_INFINITY);
    for (ends, part) in [(vec![2, 1, 6], "ends[1] is 1"), (vec![2], "the last of ends is 2")] {
        assert!(found.groups(&ends).unwrap_err().to_string().contains(part));
    }
}

#[test]
fn a_batch_gives_what_each_pair_gives_alone() {
    let mut random = Random(2);
    let problems: Vec<_> = (0..40)
        .map(|_| {
            loop {
                let p = problem(&mut random);
                if p.3 == 0 && naive(&p.0, p.1, &p.2, 0).is_some() {
                    break p;
                }
            }
        })
        .collect();
    let batch: Vec<(LogProbs<'_>, &[i32])> = problems
        .iter()
        .map(|(v, n, t, _)| (LogProbs::new(v, v.len() / n, *n).unwrap(), t.as_slice()))
        .collect();
    let together = ctc::par_align(&batch, &Options::default());
    for ((log_probs, targets), found) in batch.iter().zip(together) {
        let alone = ctc::align(log_probs, targets, &Options::default()).unwrap();
        assert_eq!(alone, found.unwrap());
    }
}

#[test]
fn every_number_type_gives_the_path_of_its_values() {
    let mut random = Random(3);
    let (frames, vocabulary) = (50, 12);
    let count = frames * vocabulary;
    let targets = [3, 3, 7, 1, 11];
    let eighths: Vec<i8> = (0..count).map(|_| -(random.below(100) as i8)).collect();
    let floats: Vec<f32> = eighths.iter().map(|&q| (f32::from(q) - 4.0) * 0.125).collect();
    // Multiples of 1/8 down to -13 are exact in both half formats.
    let half = |x: f32| {
        if x == 0.0 {
            return 0;
        }
        let bits = x.to_bits();
        let exponent = (bits >> 23 & 0xff) as i32 - 127 + 15;
        (bits >> 16 & 0x8000 | (exponent as u32) << 10 | bits >> 13 & 0x3ff) as u16
    };
    let f16: Vec<u16> = floats.iter().map(|&x| half(x)).collect();
    let bf16: Vec<u16> = floats.iter().map(|&x| (x.to_bits() >> 16) as u16).collect();
    let want = ctc::align(
        &LogProbs::new(&floats, frames, vocabulary).unwrap(),
        &targets,
        &Options::default(),
    )
    .unwrap();
    for values in [
        Values::F16(&f16),
        Values::Bf16(&bf16),
        Values::I8 { values: &eighths, scale: 0.125, zero_point: 4 },
    ] {
        let view = LogProbs::of(values, frames, vocabulary).unwrap();
        assert_eq!(ctc::align(&view, &targets, &Options::default()).unwrap(), want);
    }
}

#[test]
fn bad_input_is_an_error_that_says_which_value_where() {
    let ok = vec![-1.0f32; 12];
    let with = |at: usize, value: f32| {
        let mut v = ok.clone();
        v[at] = value;
        v
    };
    let shape = |v: &[f32], frames, vocabulary| {
        LogProbs::new(v, frames, vocabulary).map(|_| ()).unwrap_err().to_string()
    };
    for (message, parts) in [
        (shape(&ok, 5, 3), ["12 values", "[5, 3]"]),
        (shape(&ok, 12, 0), ["columns", "[12, 0]"]),
        (shape(&ok, usize::MAX, 3), ["12 values", "3]"]),
        (shape(&with(7, f32::NAN), 4, 3), ["log_probs[2, 1]", "NaN"]),
        (shape(&with(11, f32::INFINITY), 4, 3), ["log_probs[3, 2]", "inf"]),
    ] {
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
    }
    let run = |v: &[f32], vocabulary: usize, targets: &[i32], blank: i32| {
        let view = LogProbs::new(v, v.len() / vocabulary, vocabulary).unwrap();
        let options = Options { blank, ..Options::default() };
        ctc::align(&view, targets, &options).unwrap_err().to_string()
    };
    let silent = [f32::NEG_INFINITY; 12];
    let mut half = ok.clone();
    half[6..9].fill(f32::NEG_INFINITY);
    for (message, parts) in [
        (run(&ok, 3, &[1, 3], 0), ["targets[1] is 3", "0 to 2"]),
        (run(&ok, 3, &[1, -1], 0), ["targets[1] is -1", "0 to 2"]),
        (run(&ok, 3, &[1, 0], 0), ["targets[1] is 0", "blank"]),
        (run(&ok, 3, &[1], 3), ["blank is 3", "0 to 2"]),
        (run(&ok, 3, &[1], -2), ["blank is -2", "0 to 2"]),
        (run(&ok, 3, &[1, 2, 1, 2, 1], 0), ["5 targets with 0 repeats", "4"]),
        (run(&ok, 3, &[1, 1, 1], 0), ["2 repeats need 5 frames", "4"]),
        (run(&[], 3, &[1], 0), ["no frames", "[0, 3]"]),
        (run(&silent, 3, &[1], 0), ["probability zero", "frame 0"]),
        (run(&half, 3, &[1], 0), ["probability zero", "frame 2"]),
    ] {
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
    }
}

#[test]
fn no_targets_are_all_blank_and_one_frame_is_enough() {
    let values = [-1.0f32, -2.0, -3.0, -4.0];
    let view = LogProbs::new(&values, 2, 2).unwrap();
    let none = ctc::align(&view, &[], &Options::default()).unwrap();
    assert_eq!((none.path, none.score), (vec![0, 0], -4.0));
    let view = LogProbs::new(&values[..2], 1, 2).unwrap();
    let one = ctc::align(&view, &[1], &Options::default()).unwrap();
    assert_eq!((one.path, one.score, one.scores), (vec![1], -2.0, vec![-2.0]));
}
