//! Spans carried between versions of a text, and tokenizations lined up.

use proptest::prelude::*;
use sprogkit::align::{self, Projection};
use sprogkit::{Error, Span};

/// The span of the only place where `text` has `part`.
fn of(text: &str, part: &str) -> Span {
    let mut found = text.match_indices(part);
    let (start, _) = found.next().unwrap();
    assert!(found.next().is_none(), "{part:?} is in {text:?} twice");
    Span::new(start, start + part.len())
}

#[test]
fn spans_hold_in_the_target_what_they_held_in_the_source() {
    // Source, target, part of the source, what it becomes.
    let cases = [
        ("Hun bor i Århus.", "Hun bor i Aarhus.", "Århus", "Aarhus"),
        ("Hun bor i Aarhus.", "hun bor i århus", "Aarhus", "århus"),
        ("Hun bor i Aarhus.", "hun bor i århus", "Aarhus.", "århus"),
        ("DET KOSTER MEGET", "det koster meget", "KOSTER", "koster"),
        ("blå\u{AD}bær og  brød", "blåbær og brød", "blå\u{AD}bær", "blåbær"),
        ("blåbær", "bla\u{30A}bær", "blå", "bla\u{30A}"),
        ("ca. 5 pct. af det", "cirka 5 procent af det", "5 pct.", "5 procent"),
        ("ca. 5 pct. af det", "cirka 5 procent af det", "ca.", "cirka"),
        ("det er et ord for meget", "det er for meget", "et ord ", ""),
        ("det er for meget", "det er et ord for meget", "er", "er"),
        ("det er for meget", "det er et ord for meget", "er for", "er et ord for"),
        ("ﬁnt på ½ time", "fint på 1⁄2 time", "ﬁnt", "fint"),
        ("en 🙂 smiler", "en :-) smiler", "🙂", ":-)"),
        ("xyz", "abc", "xyz", "abc"),
    ];
    for (source, target, part, want) in cases {
        let found = align::project(&[of(source, part)], source, target).unwrap()[0];
        assert_eq!(found.of(target), want, "{source:?} to {target:?}: {part:?}");
    }
}

#[test]
fn a_large_change_in_the_middle_leaves_the_rest_in_place() {
    let words: Vec<String> = (0..400).map(|n| format!("ord{n}")).collect();
    let source = words.join(" ");
    let other: Vec<String> = (0..90).map(|n| format!("andet{n}")).collect();
    let target =
        format!("{} {} {}", words[..150].join(" "), other.join(" "), words[180..].join(" "));
    for at in (0..150).chain(180..400) {
        let (part, text) = (format!("ord{at} "), format!("{target} "));
        if at == 149 || at == 399 {
            continue;
        }
        let found =
            align::project(&[of(&format!("{source} "), &part)], &format!("{source} "), &text);
        assert_eq!(found.unwrap()[0].of(&text), part);
    }
}

#[test]
fn spans_outside_the_text_are_refused() {
    for span in [Span::new(0, 5), Span::new(9, 9), Span::new(1, 2)] {
        let error = align::project(&[span], "åb", "ab").unwrap_err();
        assert!(matches!(error, Error::Argument { name: "span", .. }), "{error}");
    }
}

#[test]
fn tokenizations_are_lined_up_by_their_characters() {
    // First, second, for each token of the first those of the second, and the other way.
    type Case<'c> = (&'c [&'c str], &'c [&'c str], &'c [&'c [u32]], &'c [&'c [u32]]);
    let cases: [Case<'_>; 6] = [
        (&["a", "bc"], &["ab", "c"], &[&[0], &[0, 1]], &[&[0, 1], &[1]]),
        (
            &["Øl", "og", "vin"],
            &["▁øl", "▁o", "g", "▁vin"],
            &[&[0], &[1, 2], &[3]],
            &[&[0], &[1], &[1], &[2]],
        ),
        (
            &["C#", "kode"],
            &["c", "##", "#", "ko", "##de"],
            &[&[0, 1], &[3, 4]],
            &[&[0], &[0], &[], &[1], &[1]],
        ),
        (&["", "a", ""], &["a"], &[&[], &[0], &[]], &[&[1]]),
        (&["x"], &["y"], &[&[]], &[&[]]),
        (&[], &[], &[], &[]),
    ];
    for (first, second, forward, backward) in cases {
        let both = align::tokenizations(first, second).unwrap();
        let lists = |lists: &align::Lists| -> Vec<Vec<u32>> {
            (0..lists.len()).map(|at| lists.get(at).unwrap().to_vec()).collect()
        };
        assert_eq!(lists(&both.forward), forward, "{first:?} {second:?}");
        assert_eq!(lists(&both.backward), backward, "{first:?} {second:?}");
    }
}

proptest! {
    #[test]
    fn spans_stay_inside_in_order_and_unchanged_text_stays_where_it_is(
        source in "[abcæøå .🙂é]{0,40}",
        target in "[abcæøå .🙂é]{0,40}",
        cuts in (0_usize..50, 0_usize..50, 0_usize..50),
    ) {
        let places: Vec<usize> =
            source.char_indices().map(|(at, _)| at).chain([source.len()]).collect();
        let mut cuts = [cuts.0, cuts.1, cuts.2].map(|cut| places[cut % places.len()]);
        cuts.sort_unstable();
        let spans = [Span::new(cuts[0], cuts[1]), Span::new(cuts[1], cuts[2])];
        let found = align::project(&spans, &source, &target).unwrap();
        for span in &found {
            let _ = span.of(&target);
        }
        prop_assert!(found[0].start() <= found[1].end());
        prop_assert_eq!(align::project(&spans, &source, &source).unwrap(), spans);
        let projection = Projection::new(&source, &target).unwrap();
        let whole = projection.project(Span::new(0, source.len())).unwrap();
        prop_assert!(whole.end() <= target.len());
        prop_assert!(projection.back(Span::new(0, target.len())).unwrap().end() <= source.len());
    }

    #[test]
    fn tokens_of_one_text_share_exactly_the_characters_that_overlap(
        text in "[a-cæøå]{1,60}",
        first in prop::collection::vec(1_usize..6, 1..40),
        second in prop::collection::vec(1_usize..6, 1..40),
    ) {
        let cut = |sizes: &[usize]| {
            let mut pieces = Vec::new();
            let characters: Vec<char> = text.chars().collect();
            let (mut at, mut sizes) = (0, sizes.iter().cycle());
            while at < characters.len() {
                let end = (at + sizes.next().unwrap()).min(characters.len());
                pieces.push((at, end, characters[at..end].iter().collect::<String>()));
                at = end;
            }
            pieces
        };
        let (first, second) = (cut(&first), cut(&second));
        let strings = |pieces: &[(usize, usize, String)]| -> Vec<String> {
            pieces.iter().map(|piece| piece.2.clone()).collect()
        };
        let both = align::tokenizations(&strings(&first), &strings(&second)).unwrap();
        for (at, one) in first.iter().enumerate() {
            let want: Vec<u32> = (0..)
                .zip(&second)
                .filter(|(_, other)| one.0.max(other.0) < one.1.min(other.1))
                .map(|(number, _)| number)
                .collect();
            prop_assert_eq!(both.forward.get(at).unwrap(), want);
        }
    }
}
