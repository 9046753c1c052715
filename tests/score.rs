//! Scores against jiwer's figures, groups and intervals.

use proptest::prelude::*;
use sprogkit::align::{self, Counts};
use sprogkit::score::{self, Bootstrap, Options, Profile, Score, Scorer, Unit, Variants};

use super::data::rows;

fn text(json: &str) -> String {
    serde_json::from_str(json).unwrap()
}

fn counts(columns: &[String]) -> Counts {
    let [hits, substitutions, deletions, insertions] =
        [0, 1, 2, 3].map(|at: usize| columns[at].parse().unwrap());
    Counts { hits, substitutions, deletions, insertions }
}

fn same(score: &Score, row: &[String]) {
    let figures: Vec<f64> = row[6..9].iter().map(|figure| figure.parse().unwrap()).collect();
    assert_eq!(score.counts, counts(&row[2..6]), "{row:?}");
    assert_eq!(score.rate(), figures[0], "{row:?}");
    assert_eq!(score.match_error_rate(), figures[1], "{row:?}");
    assert_eq!(score.information_lost(), figures[2], "{row:?}");
}

#[test]
fn words_and_characters_are_scored_as_jiwer_scores_them() {
    let rows = rows("tests/data/score/jiwer.tsv");
    assert!(rows.len() > 70);
    let (pooled, pairs) = rows.split_last().unwrap();
    for row in pairs {
        let (reference, hypothesis) = (text(&row[0]), text(&row[1]));
        same(&score::wer(&[&reference], &[&hypothesis]).unwrap(), row);
        let characters = score::cer(&[&reference], &[&hypothesis]).unwrap();
        assert_eq!(characters.counts, counts(&row[9..13]), "{row:?}");
        assert_eq!(characters.rate(), row[13].parse::<f64>().unwrap(), "{row:?}");
    }
    let references: Vec<_> = pairs.iter().map(|row| text(&row[0])).collect();
    let hypotheses: Vec<_> = pairs.iter().map(|row| text(&row[1])).collect();
    same(&score::wer(&references, &hypotheses).unwrap(), pooled);
}

#[test]
fn the_steps_point_at_the_tokens() {
    let mut scorer = Scorer::new(Options::default());
    let (reference, hypothesis) = (" en lille  kat", "en kat ");
    let aligned = scorer.align(reference, hypothesis);
    let words: Vec<_> = aligned.reference.iter().map(|span| span.of(reference)).collect();
    assert_eq!(words, ["en", "lille", "kat"]);
    let words: Vec<_> = aligned.hypothesis.iter().map(|span| span.of(hypothesis)).collect();
    assert_eq!(words, ["en", "kat"]);
    assert_eq!(aligned.edits.deletions, 1);
    let mut scorer = Scorer::new(Options { unit: Unit::Char, ..Options::default() });
    let aligned = scorer.align(" på ", "pæ");
    assert_eq!(aligned.reference[1].of(" på "), "å");
    assert_eq!(aligned.edits.substitutions, 1);
}

#[test]
fn unequal_numbers_of_texts_and_unknown_profiles_are_refused() {
    let error = score::wer(&["a", "b"], &["a"]).unwrap_err();
    assert_eq!(error.to_string(), "hypotheses must be as many as there are references (2), got 1");
    assert!(score::wer::<&str, &str>(&[], &[]).is_err());
    assert!(Profile::named("as is").unwrap_err().to_string().contains("as-is"));
    let pair = [Counts::default()];
    assert!(score::groups(&pair, &["a", "b"], &Bootstrap::default()).is_err());
    assert!(score::interval(&[], &Bootstrap::default()).is_err());
    for level in [0.0, 1.0, f64::NAN] {
        assert!(score::interval(&pair, &Bootstrap { level, ..Bootstrap::default() }).is_err());
    }
}

/// Pairs of ten words with an error in a quarter of them, a few pairs wholly wrong.
fn pairs(count: usize) -> Vec<Counts> {
    (0..count)
        .map(|at| match at * 7919 % 10 {
            0 => Counts { substitutions: 10, ..Counts::default() },
            1..6 => Counts { hits: 10, ..Counts::default() },
            _ => Counts { hits: 7, substitutions: 2, deletions: 1, insertions: 1 },
        })
        .collect()
}

#[test]
fn intervals_hold_the_rate_narrow_with_more_pairs_and_depend_on_the_seed_alone() {
    let options = Bootstrap::default();
    let few = score::interval(&pairs(40), &options).unwrap();
    let many = score::interval(&pairs(4000), &options).unwrap();
    // 1 in 10 wholly wrong and 4 in 10 with four errors: 26 %. The spread of a pair's rate is
    // 0.287, so 1.96 standard errors of 4,000 pairs are 0.0089.
    assert!(few.low < 0.26 && 0.26 < few.high);
    assert!((many.low - (0.26 - 0.0089)).abs() < 0.002, "{many:?}");
    assert!((many.high - (0.26 + 0.0089)).abs() < 0.002, "{many:?}");
    assert!(few.high - few.low > 5.0 * (many.high - many.low));
    assert_eq!(few, score::interval(&pairs(40), &options).unwrap());
    let other = score::interval(&pairs(40), &Bootstrap { seed: 1, ..options }).unwrap();
    assert_ne!(few, other);
}

#[test]
fn the_result_is_the_same_for_any_number_of_threads() {
    let references: Vec<String> = (0..3000).map(|n| format!("ord {n} og {} igen", n % 7)).collect();
    let hypotheses: Vec<String> = (0..3000).map(|n| format!("ord {n} {} igen nu", n % 5)).collect();
    let run = |threads| {
        sprogkit::threads::install(Some(threads), || {
            let score = score::wer(&references, &hypotheses).unwrap();
            let labels: Vec<String> = (0..3000).map(|n| format!("taler {}", n % 11)).collect();
            let options = Bootstrap { samples: 50, ..Bootstrap::default() };
            let groups = score::groups(&score.pairs, &labels, &options).unwrap();
            (score, groups)
        })
        .unwrap()
    };
    let (one, three) = (run(1), run(3));
    assert_eq!(one, three);
    assert_eq!(one.1.len(), 11);
    assert!(one.1.iter().all(|group| !group.small));
    assert_eq!(one.1.iter().map(|group| group.counts).sum::<Counts>(), one.0.counts);
}

#[test]
fn the_nearest_forms_are_taken_and_nothing_else_changes() {
    let variants = Variants::danish();
    // Reference, hypothesis, the reference as it is taken.
    let cases = [
        ("fx i dag", "f.eks. i dag", "f.eks. i dag"),
        ("fx i dag", "for eksempel i dag", "for eksempel i dag"),
        ("for eksempel i dag", "fx i morgen", "fx i dag"),
        ("For eksempel i dag", "Fx i dag", "Fx i dag"),
        ("for eksempel i dag", "for et eksempel i dag", "for eksempel i dag"),
        ("vi var tusinde, mindst", "vi var tusind, mindst", "vi var tusind, mindst"),
        ("brød, ost osv.", "brød, ost og så videre.", "brød, ost og så videre."),
        ("hun kom fra Århus.", "hun kom fra Aarhus.", "hun kom fra Aarhus."),
        ("hun kom fra Århus.", "hun kom fra Odense.", "hun kom fra Århus."),
        ("to hundrede og tusind", "to hundred og tusinde", "to hundred og tusinde"),
        ("ingen former her", "noget helt andet", "ingen former her"),
        ("på grund af det", "pga. det", "pga. det"),
        ("på grunden af det", "pga. det", "på grunden af det"),
        ("", "fx", ""),
    ];
    for (reference, hypothesis, want) in cases {
        assert_eq!(variants.nearest(reference, hypothesis), want, "{reference:?} {hypothesis:?}");
    }
}

/// All ways to write `reference`, and the least distance of one.
fn every_way(reference: &[&str], hypothesis: &[&str], classes: &[&[&[&str]]]) -> usize {
    fn walk<'t>(
        rest: &[&'t str],
        taken: &mut Vec<&'t str>,
        classes: &[&[&'t [&'t str]]],
        all: &mut Vec<Vec<&'t str>>,
    ) {
        if rest.is_empty() {
            all.push(taken.clone());
            return;
        }
        taken.push(rest[0]);
        walk(&rest[1..], taken, classes, all);
        taken.pop();
        for class in classes {
            for form in class.iter().filter(|form| rest.starts_with(form)) {
                for other in *class {
                    let length = taken.len();
                    taken.extend(*other);
                    walk(&rest[form.len()..], taken, classes, all);
                    taken.truncate(length);
                }
            }
        }
    }
    let mut all = Vec::new();
    walk(reference, &mut Vec::new(), classes, &mut all);
    all.iter().map(|way| align::distance(way, hypothesis)).min().unwrap()
}

proptest! {
    #[test]
    fn the_lattice_finds_the_nearest_of_all_ways_to_write_the_reference(
        reference in prop::collection::vec(0_usize..5, 0..7),
        hypothesis in prop::collection::vec(0_usize..5, 0..7),
    ) {
        let rules = "a b\ta b\tx\tx\nc\ta b\tx\tx\nd a\ta b\tx\tx\nb\tb\tx\tx\ne e e\tb\tx\tx\n";
        let classes: [&[&[&str]]; 2] =
            [&[&["a", "b"], &["c"], &["d", "a"]], &[&["b"], &["e", "e", "e"]]];
        let variants = Variants::from_rules("rules", rules).unwrap();
        let words = |numbers: &[usize]| -> Vec<&str> {
            numbers.iter().map(|&n| ["a", "b", "c", "d", "e"][n]).collect()
        };
        let (reference, hypothesis) = (words(&reference), words(&hypothesis));
        let (first, second) = (reference.join(" "), hypothesis.join(" "));
        let nearest = variants.nearest(&first, &second);
        let found: Vec<&str> = nearest.split_whitespace().collect();
        prop_assert_eq!(
            align::distance(&found, &hypothesis),
            every_way(&reference, &hypothesis, &classes)
        );
    }
}

#[test]
fn a_table_of_variants_says_where_it_is_wrong() {
    for (rules, want) in [
        ("a\ta\tx\n", "own.tsv:1: expected 4 columns, found 3"),
        ("# head\na\tb\tx\tx\n", "own.tsv:2: no row is headed by \"b\""),
        ("a\ta\tx\tx\na\ta\tx\tx\n", "own.tsv:2: \"a\" is there twice"),
        ("a\ta\tx\tx\n \ta\tx\tx\n", "own.tsv:2: the form is empty"),
    ] {
        assert_eq!(Variants::from_rules("own.tsv", rules).unwrap_err().to_string(), want);
    }
}

#[test]
fn the_danish_table_is_sorted_and_each_class_has_two_forms() {
    let rows = rows("src/da/variants.tsv");
    assert!(rows.windows(2).all(|pair| pair[0][0] < pair[1][0]));
    for row in &rows {
        assert!(rows.iter().any(|other| other[1] == row[1] && other[0] != row[0]), "{row:?}");
        // Each form becomes each other of its class.
        for other in rows.iter().filter(|other| other[1] == row[1]) {
            assert_eq!(Variants::danish().nearest(&row[0], &other[0]), other[0]);
        }
    }
}

#[test]
fn forms_are_found_in_lower_case_and_by_what_a_profile_makes_the_same() {
    let variants = Variants::danish();
    for (reference, hypothesis, want) in [
        ("i århus", "i aarhus", "i aarhus"),
        ("i århus", "i Aarhus", "i århus"),
        ("på tv", "på TV", "på TV"),
        ("klokken fem", "kl. fem", "kl. fem"),
        ("Kl. 5", "Klokken 5", "Klokken 5"),
        ("det er mm.", "det er millimeter.", "det er millimeter."),
    ] {
        assert_eq!(variants.nearest(reference, hypothesis), want, "{reference:?}");
    }
    let profile = Profile::named("da-lex@1").unwrap();
    for (reference, hypothesis, want) in [
        ("I Århus!", "i aarhus", "I Aarhus!"),
        ("Fx: tusind.", "for eksempel tusinde", "For eksempel: tusinde."),
        ("ÅRHUS", "aarhus", "ÅRHUS"),
    ] {
        assert_eq!(variants.nearest_as(reference, hypothesis, profile), want, "{reference:?}");
    }
    let options = Options { profile, ..Options::default() };
    let score =
        score::score_variants(&["I Århus, kl. 5."], &["i aarhus klokken 5"], &variants, &options);
    assert_eq!(score.unwrap().counts.hits, 4);
}

#[test]
fn classes_that_share_a_form_become_one() {
    let first = Variants::from_classes(&[["a", "b"], ["c", "d"], ["e", "f"]]).unwrap();
    let second = Variants::from_lines("own", "b\tc\nx y\tz\r\n").unwrap();
    let both = first.and(&second);
    let mut classes = both.classes();
    classes.iter_mut().for_each(|class| class.sort());
    classes.sort();
    assert_eq!(classes, [vec!["a", "b", "c", "d"], vec!["e", "f"], vec!["x y", "z"]]);
    assert_eq!(both.nearest("a z", "d x y"), "d x y");
    let again = Variants::from_classes(&both.classes()).unwrap();
    assert_eq!(again.nearest("a z", "d x y"), "d x y");
}

#[test]
fn the_best_of_several_references_counts() {
    let references = [vec!["et to tre", "en to"], vec!["ja"]];
    let score = score::score_any(&references, &["en to", "nej"], &Options::default()).unwrap();
    assert_eq!((score.counts.hits, score.counts.substitutions), (2, 1));
    let none: [Vec<&str>; 1] = [vec![]];
    assert!(score::score_any(&none, &["a"], &Options::default()).is_err());
    assert!(score::score_any(&references, &["a"], &Options::default()).is_err());
}

#[test]
fn a_line_shows_what_is_missing_and_what_is_there_instead_and_obeys_no_text() {
    let mut scorer = Scorer::new(Options::default());
    let mut line = |reference: &str, hypothesis: &str, color| {
        let aligned = scorer.align(reference, hypothesis);
        score::diff_line(reference, hypothesis, &aligned, color)
    };
    assert_eq!(line("a b c", "a x c d", false), "a [-b-] {+x+} c {+d+}");
    assert_eq!(line("a b", "a", true), "a \u{1b}[31;9mb\u{1b}[0m");
    assert_eq!(line("a", "a \u{1b}[2J", false), "a {+␛[2J+}");
    assert_eq!(line("", "", false), "");
}

#[test]
fn a_page_holds_the_figures_and_the_texts_and_no_foreign_markup() {
    let references = ["en <b>fed</b> & god dag", "ja i dag", "nu i dag"];
    let hypotheses = ["en <i>fed & god dag", "ja idag", "nu idag"];
    let labels = ["<script>", "2", "3"];
    let page =
        score::diff_page("Prøve", &references, &hypotheses, Some(&labels), &Options::default())
            .unwrap();
    assert!(page.contains("<del>&lt;b&gt;fed&lt;/b&gt;</del> <ins>&lt;i&gt;fed</ins>"), "{page}");
    assert!(page.contains("<td class=n>2<td><del>i</del><td><ins>idag</ins>"), "{page}");
    assert!(page.contains("<b>45.45&nbsp;%</b> word error rate in 3 pairs"), "{page}");
    assert!(!page.contains("<script>") && !page.contains("<i>fed"));
    assert!(!page.contains("http"));
    let wrong = score::diff_page("", &references, &hypotheses, Some(&["a"]), &Options::default());
    assert!(wrong.is_err());
}

#[test]
fn confusions_do_not_depend_on_threads_and_add_up_to_the_errors() {
    let references: Vec<String> = (0..500).map(|n| format!("a{} b c{}", n % 3, n % 7)).collect();
    let hypotheses: Vec<String> = (0..500).map(|n| format!("a{} c{} d", n % 2, n % 7)).collect();
    let run = |threads| {
        sprogkit::threads::install(Some(threads), || {
            score::confusions(&references, &hypotheses, &Options::default()).unwrap()
        })
        .unwrap()
    };
    let found = run(1);
    assert_eq!(found, run(3));
    let errors = score::wer(&references, &hypotheses).unwrap().counts.errors();
    assert_eq!(found.iter().map(|one| one.count).sum::<usize>(), errors);
    assert!(found.windows(2).all(|two| two[0].count >= two[1].count));
}

#[test]
fn more_draws_than_the_most_are_refused_by_all_that_draw() {
    let pairs = score::wer(&["ja tak"], &["ja"]).unwrap().pairs;
    for samples in [0, Bootstrap::MOST_SAMPLES + 1, usize::MAX] {
        let options = Bootstrap { samples, ..Bootstrap::default() };
        for refused in [
            score::interval(&pairs, &options).unwrap_err(),
            score::groups(&pairs, &["jysk"], &options).unwrap_err(),
            score::groups::<&str>(&[], &[], &options).unwrap_err(),
        ] {
            assert!(
                matches!(refused, sprogkit::Error::Argument { name: "samples", .. }),
                "{refused}"
            );
        }
    }
}

#[test]
fn a_profile_is_done_to_both_sides_and_the_steps_point_at_the_texts_before_it() {
    let profile = Profile::named("da-spoken@1").unwrap();
    let options = score::Options { profile, ..score::Options::default() };
    let (reference, hypothesis) =
        ("Den 3. maj 2024, kl. 9.30.", "den tredje maj to tusind og fireogtyve klokken ni");
    let found = score::score(&[reference], &[hypothesis], &options).unwrap();
    assert_eq!((found.counts.hits, found.counts.deletions, found.counts.errors()), (9, 1, 1));
    let aligned = Scorer::new(options).align(reference, hypothesis);
    assert_eq!(aligned.reference[1].of(reference), "3.");
    assert_eq!(aligned.reference[9].of(reference), "9.30");
    assert_eq!(aligned.hypothesis[1].of(hypothesis), "tredje");
    for name in Profile::NAMES {
        assert_eq!(Profile::named(name).unwrap().name(), name);
    }
}
