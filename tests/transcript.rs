//! `align::transcript`: what was said is found, what was not is named.

use sprogkit::align::ctc::LogProbs;
use sprogkit::align::transcript::{self, Lengths, Options, Transcript};

#[path = "../benches/inputs/emissions.rs"]
mod emissions;

use emissions::{Made, Recipe, make, words};

fn align(made: &Made, ends: &[usize]) -> Transcript {
    let frames = made.log_probs.len() / made.vocabulary;
    let view = LogProbs::new(&made.log_probs, frames, made.vocabulary).unwrap();
    transcript::align(&view, &made.targets, ends, &Options::default(), &()).unwrap()
}

/// That every token that was said and found lies where it was put.
#[track_caller]
fn lie_where_they_were_put(made: &Made, found: &Transcript, missed: usize) {
    let mut lost = 0;
    for (j, put) in made.frames.iter().enumerate() {
        let Some(put) = put else { continue };
        if found.starts[j] < 0 {
            lost += 1;
        } else if made.heard[j] {
            assert!(
                found.starts[j].abs_diff(*put as i64) <= 2,
                "token {j} {put} {}",
                found.starts[j]
            );
        }
    }
    assert!(lost <= missed, "{lost} tokens that were said were not found");
}

#[test]
fn speech_without_text_and_text_without_speech_are_named() {
    let (seconds, untranscribed, unsaid) = (240, 20, 100);
    let made = make(Recipe { seconds, untranscribed, unsaid, ..Recipe::default() });
    let ends = words(&made);
    let found = align(&made, &ends);
    // A word that holds both said and unsaid tokens may go either way, so may the words beside it.
    lie_where_they_were_put(&made, &found, 24);
    let first = made.frames.iter().position(Option::is_none).unwrap();
    assert_eq!(found.missing_text.len(), 1, "{:?}", found.missing_text);
    let run = &found.missing_text[0];
    let tokens = ends[run.start - 1]..ends[run.end - 1];
    assert!(tokens.start.abs_diff(first) <= 12, "{tokens:?} {first}");
    assert!(tokens.end.abs_diff(first + unsaid) <= 12, "{tokens:?} {first}");
    let hidden = seconds * 25..(seconds / 2 + untranscribed) * 50;
    let gap = found.missing_speech.iter().max_by_key(|gap| gap.len()).unwrap();
    assert!(gap.start.abs_diff(hidden.start) <= 50, "{gap:?} {hidden:?}");
    assert!(gap.end.abs_diff(hidden.end) <= 50, "{gap:?} {hidden:?}");
}

#[test]
fn words_beside_foreign_speech_are_neither_lost_nor_drawn_into_it() {
    for seed in 1..=24 {
        let recipe =
            Recipe { seconds: 60, untranscribed: 12, unsaid: 40, seed, ..Recipe::default() };
        let made = make(recipe);
        let ends = words(&made);
        let found = align(&made, &ends);
        for (j, put) in made.frames.iter().enumerate() {
            let (Some(put), Ok(start)) = (put, usize::try_from(found.starts[j])) else { continue };
            // At times a token beside it was recognised as this one.
            let shown = made.log_probs[start * made.vocabulary + made.targets[j] as usize] > -1.0;
            assert!(
                !made.heard[j] || start.abs_diff(*put) <= if shown { 8 } else { 2 },
                "seed {seed}: token {j} {put} {start}"
            );
        }
        let mut start = 0;
        for (unit, &end) in found.units.iter().zip(&ends) {
            let heard = made.heard[start..end].iter().filter(|&&heard| heard).count();
            let said = made.frames[start].is_some();
            // A word of which half was heard may have been another one.
            assert!(
                unit.matched || !said || heard * 2 <= end - start,
                "seed {seed}: tokens {start}..{end}, {heard} heard"
            );
            start = end;
        }
        let gap = found.missing_speech.iter().max_by_key(|gap| gap.len()).unwrap();
        let hidden = 30 * 50..42 * 50;
        assert!(gap.start.abs_diff(hidden.start) <= 50, "seed {seed}: {gap:?} {hidden:?}");
        assert!(gap.end.abs_diff(hidden.end) <= 50, "seed {seed}: {gap:?} {hidden:?}");
    }
}

#[test]
fn what_matches_is_one_segment_and_nothing_is_missing() {
    let made = make(Recipe { seconds: 120, wrong: 0.0, ..Recipe::default() });
    let ends = words(&made);
    let found = align(&made, &ends);
    lie_where_they_were_put(&made, &found, 0);
    assert_eq!(found.segments.len(), 1);
    assert!(found.missing_text.is_empty() && found.missing_speech.is_empty());
    assert!(found.segments[0].score > -0.5);
}

#[test]
fn a_passage_in_another_order_is_found_where_it_was_said() {
    let mut made = make(Recipe { seconds: 120, wrong: 0.03, ..Recipe::default() });
    let ends: Vec<usize> = (1..=made.targets.len() / 5).map(|i| i * 5).collect();
    // In the text, the passage of the tokens 500 to 700 stands before 900.
    let (passage, place) = (500..700, 900);
    let mut order: Vec<usize> = (0..made.targets.len()).collect();
    order.drain(passage.clone());
    order.splice(place - 200..place - 200, passage.clone());
    let targets: Vec<i32> = order.iter().map(|&j| made.targets[j]).collect();
    let frames: Vec<Option<usize>> = order.iter().map(|&j| made.frames[j]).collect();
    let heard: Vec<bool> = order.iter().map(|&j| made.heard[j]).collect();
    (made.targets, made.frames, made.heard) = (targets, frames, heard);
    let found = align(&made, &ends);
    lie_where_they_were_put(&made, &found, 60);
    let moved = found.units.iter().filter(|unit| unit.moved).count();
    assert!((30..=45).contains(&moved), "{moved} units of 40 were moved");
    assert!(found.segments.is_sorted_by_key(|segment| segment.start));
}

#[test]
fn nothing_agrees_with_an_unrelated_text() {
    let made = make(Recipe { seconds: 60, unrelated: true, ..Recipe::default() });
    let ends = words(&made);
    let found = align(&made, &ends);
    let matched = found.units.iter().filter(|unit| unit.matched).count();
    assert!(matched * 20 <= ends.len(), "{matched} of {} units", ends.len());
}

#[test]
fn a_text_longer_than_the_speech_is_lined_up_all_the_same() {
    let mut made = make(Recipe { seconds: 30, ..Recipe::default() });
    let more = 2000;
    made.targets.extend((0..more).map(|i| 1 + (i * i + i / 7) % 39));
    made.frames.extend(vec![None; more as usize]);
    made.heard.extend(vec![false; more as usize]);
    let ends = words(&made);
    let found = align(&made, &ends);
    lie_where_they_were_put(&made, &found, 20);
    assert_eq!(found.missing_text.last().unwrap().end, ends.len());
}

/// The words of `made`, some left out of the text, some put in, some replaced.
fn edited(made: &Made, seed: i32) -> (Made, Vec<usize>) {
    let whole = words(made);
    let (mut targets, mut frames, mut heard, mut ends) = (vec![], vec![], vec![], vec![]);
    let mut first = 0;
    let mut state = seed;
    let mut random = |below: i32| {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12345);
        (state >> 8).rem_euclid(below)
    };
    for &end in &whole {
        let chance = random(100);
        if (6..12).contains(&chance) {
            // Words that nobody said, beside this one or in its place.
            for _ in 0..3 + random(5) {
                targets.push(1 + random(39));
                frames.push(None);
                heard.push(false);
            }
            ends.push(targets.len());
        }
        if chance >= 9 {
            targets.extend(&made.targets[first..end]);
            frames.extend(&made.frames[first..end]);
            heard.extend(&made.heard[first..end]);
            ends.push(targets.len());
        }
        first = end;
    }
    (
        Made {
            log_probs: made.log_probs.clone(),
            vocabulary: made.vocabulary,
            targets,
            frames,
            heard,
        },
        ends,
    )
}

#[test]
fn edited_minutes_give_the_words_that_were_said() {
    let (mut said, mut found_said, mut unsaid, mut found_unsaid, mut astray) = (0, 0, 0, 0, 0);
    for seed in 1..=6 {
        let made = make(Recipe { seconds: 90, seed: seed as u64, ..Recipe::default() });
        let (made, ends) = edited(&made, seed);
        let found = align(&made, &ends);
        let mut first = 0;
        for (unit, &end) in found.units.iter().zip(&ends) {
            if made.frames[first].is_some() {
                said += 1;
                found_said += usize::from(unit.matched);
                astray += (first..end)
                    .filter(|&j| unit.matched && made.heard[j])
                    .filter(|&j| {
                        made.frames[j].is_some_and(|put| found.starts[j].abs_diff(put as i64) > 2)
                    })
                    .count();
            } else {
                unsaid += 1;
                found_unsaid += usize::from(unit.matched);
            }
            first = end;
        }
    }
    assert!(said > 1200 && unsaid > 60);
    assert!(found_said * 100 >= said * 97, "{found_said} of {said} said words");
    assert!(found_unsaid * 100 <= unsaid * 15, "{found_unsaid} of {unsaid} unsaid words");
    assert!(astray * 100 <= said, "{astray} tokens astray of {said} words of three to seven");
}

#[test]
fn utterances_lie_in_pauses_and_keep_to_the_lengths() {
    let made = make(Recipe { seconds: 300, untranscribed: 20, unsaid: 60, ..Recipe::default() });
    let ends = words(&made);
    let found = align(&made, &ends);
    let lengths = Lengths { shortest: 100, wanted: 300, longest: 500, ..Lengths::default() };
    let utterances = found.utterances(&lengths).unwrap();
    let mut behind = 0;
    let mut covered = 0;
    for utterance in &utterances {
        let frames = utterance.start..utterance.end;
        assert!(behind <= frames.start && frames.end <= found.frames);
        behind = frames.end;
        covered += frames.len();
        assert!((lengths.shortest..=lengths.longest).contains(&frames.len()));
        assert!(utterance.score >= lengths.score);
        let (first, last) = (utterance.units.start, utterance.units.end - 1);
        assert!(frames.start <= found.units[first].start && found.units[last].end <= frames.end);
        assert!(found.units[first..=last].iter().all(|unit| unit.matched));
        for gap in &found.missing_speech {
            assert!(gap.end <= frames.start || frames.end <= gap.start, "{gap:?} {frames:?}");
        }
    }
    let matched: usize = found.segments.iter().map(|s| s.end - s.start).sum();
    assert!(covered * 10 >= matched * 9, "{covered} of {matched} matched frames are used");
}

#[test]
fn bad_input_says_which_value_where() {
    let values = [-1.0f32; 12];
    let view = LogProbs::new(&values, 4, 3).unwrap();
    let run = |tokens: &[i32], ends: &[usize], options: &Options| {
        transcript::align(&view, tokens, ends, options, &()).unwrap_err().to_string()
    };
    let ok = Options::default();
    for (message, part) in [
        (run(&[1, 2], &[2, 1], &ok), "ends[1] is 1"),
        (run(&[1, 2], &[1], &ok), "the last of ends is 1; there are 2 tokens"),
        (run(&[1, 3], &[2], &ok), "tokens[1] is 3 (unit 0)"),
        (run(&[1, -1], &[2], &ok), "tokens[1] is -1 (unit 0)"),
        (run(&[1, 0], &[2], &ok), "which is the blank"),
        (run(&[1], &[1], &Options { garbage: f32::NAN, ..ok }), "garbage must be finite"),
        (run(&[1], &[1], &Options { omission: 0.0, ..ok }), "omission must be finite"),
    ] {
        assert!(message.contains(part), "{message}");
    }
    let silence = vec![-1.0f32; 30_000];
    let view = LogProbs::new(&silence, 10_000, 3).unwrap();
    let long = vec![1; 60_000];
    let message = transcript::align(&view, &long, &[60_000], &ok, &()).unwrap_err().to_string();
    assert!(message.contains("60000 tokens on 10000 frames"), "{message}");
    let made = make(Recipe::default());
    let found = align(&made, &words(&made));
    let lengths = Lengths { shortest: 9, wanted: 8, ..Lengths::default() };
    assert!(found.utterances(&lengths).unwrap_err().to_string().contains("9, 8"));
}

#[test]
fn no_text_is_all_missing_speech() {
    let made = make(Recipe::default());
    let view = LogProbs::new(&made.log_probs, 500, 40).unwrap();
    let found = transcript::align(&view, &[], &[], &Options::default(), &()).unwrap();
    assert!(found.units.is_empty() && found.segments.is_empty());
    assert!(!found.missing_speech.is_empty());
}
