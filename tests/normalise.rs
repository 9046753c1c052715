//! Text as it is spoken, as it is written, as it is scored.

use proptest::prelude::*;
use sprogkit::Span;
use sprogkit::normalise::{
    Clock, Profile, Spoken, Written, scoring, scoring_batch, scoring_mapped, to_spoken,
    to_spoken_batch, to_spoken_mapped, to_written, to_written_batch, to_written_mapped,
};
use sprogkit::text::Rewrite;

use super::data::{rows, survey};

/// That the changes of a rewrite, made in the original, give its text.
fn holds(text: &str, rewrite: &Rewrite<'_>) {
    let (mut at, mut done) = (0, String::new());
    for change in rewrite.changes() {
        done.push_str(&text[at..change.source.start()]);
        assert_eq!(done.len(), change.target.start(), "{text:?}");
        done.push_str(change.target.of(rewrite.text()));
        at = change.source.end();
    }
    done.push_str(&text[at..]);
    assert_eq!(done, rewrite.text(), "{text:?}");
}

#[test]
fn coral_compat_makes_what_the_golden_table_says() {
    for row in rows("tests/data/normalise/coral.tsv") {
        assert_eq!(scoring(&row[0], Profile::Coral), row[1], "{}", row[0]);
    }
}

#[test]
fn each_scoring_rule_does_what_its_example_says() {
    for row in rows("src/da/scoring.tsv") {
        let profile = Profile::named(&format!("{}@1", row[0])).unwrap();
        let (given, wanted) = row[4].split_once(" = ").unwrap();
        assert_eq!(scoring(given, profile), wanted, "{row:?}");
    }
}

#[test]
fn profiles_make_what_the_golden_table_says() {
    for row in rows("tests/data/normalise/scoring.tsv") {
        let profile = Profile::named(&row[0]).unwrap();
        assert_eq!(scoring(&row[1], profile), row[2], "{row:?}");
    }
}

#[test]
fn profiles_are_named_with_their_versions() {
    for (name, profile) in Profile::NAMES.iter().zip(Profile::ALL) {
        assert_eq!(Profile::named(name).unwrap(), profile);
        assert_eq!(profile.name(), *name);
        let plain = name.split('@').next().unwrap();
        assert_eq!(Profile::named(plain).unwrap(), profile, "the newest version");
    }
    let refused = Profile::named("da-lex@0").unwrap_err().to_string();
    assert!(refused.contains("da-lex@1"), "{refused}");
}

/// The wrong ones of `rows`, each with what came out.
fn wrong(rows: &[Vec<String>], call: impl Fn(&str) -> String) -> Vec<String> {
    let compared = rows.iter().filter_map(|row| {
        let found = call(&row[0]);
        (found != row[1]).then(|| format!("{}\n  wanted {}\n  found  {found}", row[0], row[1]))
    });
    compared.collect()
}

#[test]
fn each_reading_is_spoken_as_its_example_says() {
    let mut examples = Vec::new();
    for row in rows("src/da/spoken.tsv") {
        assert_eq!(row.len(), 8, "{row:?}");
        if let Some((given, wanted)) = row[6].split_once(" = ") {
            examples.push(vec![given.to_owned(), wanted.to_owned()]);
        }
    }
    assert!(examples.len() > 250);
    let wrong = wrong(&examples, |text| to_spoken(text).into_owned());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn texts_are_spoken_as_the_golden_table_says() {
    let wrong = wrong(&rows("tests/data/normalise/spoken.tsv"), |text| {
        let rewrite = to_spoken_mapped(text);
        holds(text, &rewrite);
        rewrite.text().to_owned()
    });
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn texts_are_written_as_the_golden_table_says() {
    let wrong = wrong(&rows("tests/data/normalise/written.tsv"), |text| {
        let rewrite = to_written_mapped(text);
        holds(text, &rewrite);
        rewrite.text().to_owned()
    });
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_spoken_is_written_as_it_was() {
    let rows = rows("tests/data/normalise/roundtrip.tsv");
    assert!(rows.len() >= 300);
    let mut wrong = Vec::new();
    for row in &rows {
        let spoken = to_spoken(&row[0]);
        assert!(!spoken.contains(|c: char| c.is_ascii_digit()), "{spoken}");
        let back = to_written(&spoken);
        if back != row[0] {
            wrong.push(format!("{}\n  spoken {spoken}\n  back   {back}", row[0]));
        }
    }
    // The figure to hold is 97 in a hundred.
    assert!(wrong.len() * 100 <= rows.len() * 3, "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    eprintln!("{} of {} came back\n{}", rows.len() - wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn times_are_spoken_by_the_nearest_hour_where_that_is_asked_for() {
    let spoken = Spoken { clock: Clock::Spoken, ..Spoken::default() };
    let wrong = wrong(&rows("tests/data/normalise/clock.tsv"), |text| {
        spoken.rewrite(text).text().to_owned()
    });
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn initialisms_are_spelled_where_that_is_asked_for() {
    let spoken = Spoken { letters: true, ..Spoken::default() };
    assert_eq!(spoken.rewrite("DSB og EU").text(), "de es be og e u");
    assert_eq!(spoken.rewrite("DSB").text(), "de es be", "a word alone");
    assert_eq!(to_spoken("DSB og EU"), "DSB og EU");
    for shouted in ["HEJ MED DIG", "HEJ MED DIG!", "DSB EU"] {
        assert_eq!(spoken.rewrite(shouted).text(), shouted, "a whole line in capitals");
    }
}

/// The cases of the project's fact sheet, where they lie beside the repository.
#[test]
fn the_fact_sheets_texts_are_met() {
    let Some(cases) = survey(&["money", "itn"]) else { return };
    for (area, given, expected) in &cases {
        let found = if area == "itn" { to_written(given) } else { to_spoken(given) };
        assert_eq!([found], expected[..], "{given}");
    }
    assert!(cases.len() >= 10);
}

#[test]
fn many_texts_become_what_each_becomes() {
    let texts = ["20 kr. nu", "kl. 9.30", "intet"];
    assert_eq!(to_spoken_batch(&texts), texts.map(to_spoken));
    let spoken = texts.map(|text| to_spoken(text).into_owned());
    assert_eq!(to_written_batch(&spoken), texts);
    assert_eq!(
        scoring_batch(&texts, Profile::Lexical),
        texts.map(|t| scoring(t, Profile::Lexical))
    );
}

#[test]
fn a_number_is_written_the_same_wherever_it_stands() {
    // Words of all lengths, next to the ends of a text and of every stretch of it.
    for (spoken, written) in [
        ("tolv", "12"),
        ("FEMTEN", "15"),
        ("Femogtyve", "25"),
        ("halvfjerdsindstyve", "70"),
        ("fem, femten eller tyve kroner", "5, 15 eller 20 kr."),
        ("halvtredsårig", "50-årig"),
        ("nitten hundrede og halvtredserne", "1950'erne"),
    ] {
        assert_eq!(to_written(spoken), written);
        for length in 1..140 {
            let (before, behind) = ("x".repeat(length), "å".repeat(length / 2));
            let given = format!("{before} {spoken} {behind}");
            assert_eq!(to_written(&given), format!("{before} {written} {behind}"));
            assert_eq!(to_written_mapped(&given).text(), to_written(&given));
        }
    }
}

proptest! {
    #[test]
    fn pieces_give_what_the_whole_gives(
        words in proptest::collection::vec(0_usize..100, 0..40), cuts in proptest::collection::vec(0_usize..300, 0..6),
    ) {
        let choice: Vec<&str> = "en to tre ti tyve fem femogtyve hundrede tusind og komma halv kvart over i til minus klokken kroner procent den tredje maj paragraf stykke nummer fra nul million millioner to firserne halvtredsårig kilometer timen hest kat mus gik hjem ind ud frem, Frederik niende. øre fire atten fyrre halvanden femte plus femogfyrre minutter grader celsius hus by vej sten og\nnu kop fad mellem både gange mennesker side kapitel punkt Frederik timer stykker hus tyverne plus minus fem, femten, tyve, eller".split(' ').collect();
        let text: Vec<&str> = words.iter().map(|at| choice[at % choice.len()]).collect();
        let text = text.join(" ");
        let mut stream = Written::default().stream();
        let (mut out, mut from) = (String::new(), 0);
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|at| text.is_char_boundary(*at) && *at <= text.len()).collect();
        cuts.sort_unstable();
        for cut in cuts {
            out += &stream.push(&text[from..cut]);
            from = cut;
        }
        out += &stream.push(&text[from..]);
        out += &stream.finish();
        prop_assert_eq!(&out, &to_written(&text));
        holds(&text, &to_written_mapped(&text));
    }

    #[test]
    fn no_text_makes_a_rewrite_panic(text in "\\PC{0,60}") {
        holds(&text, &to_spoken_mapped(&text));
        holds(&text, &to_written_mapped(&text));
    }

    #[test]
    fn no_digits_and_signs_make_a_rewrite_panic(
        text in "([0-9]{1,4}|kr\\.|kl\\.|[-.,/:%§€°½ ]|mio\\.|maj|'erne|-årig|XIV|\n){0,14}",
    ) {
        holds(&text, &to_spoken_mapped(&text));
        holds(&text, &to_written_mapped(&text));
    }

    #[test]
    fn a_scored_text_knows_where_it_came_from(text in "[a-zæøåA-Z0-9 .,%'é\u{301}\u{AD}kg-]{0,40}") {
        for profile in Profile::ALL {
            let rewrite = scoring_mapped(&text, profile);
            holds(&text, &rewrite);
            let again = scoring(rewrite.text(), profile).into_owned();
            if matches!(profile, Profile::Verbatim | Profile::Lexical) {
                prop_assert_eq!(rewrite.text(), again, "{:?} twice", profile);
            }
        }
    }

    #[test]
    fn no_text_makes_a_profile_panic(text in "\\PC{0,40}") {
        for profile in Profile::ALL {
            let rewrite = scoring_mapped(&text, profile);
            prop_assert_eq!(rewrite.project(Span::new(0, text.len())).start(), 0);
        }
    }
}

#[test]
fn time_grows_with_the_length_of_any_line() {
    let units = [
        "femten, ",
        "fem og tyve, ",
        "fem, ",
        "tusind, ",
        "en ",
        "hundrede ",
        "komma fem ",
        "minus ",
        "halv ",
        "fem eller ",
        "fem til ",
        "mellem fem og ",
        "femten, tyve eller ",
        "kr. ",
        "§ ",
        "1. ",
        "1.",
        "1-",
        "12.3.",
        "12:3 ",
    ];
    let time = |unit: &str, length: usize, rewrite: fn(&str) -> usize| {
        let text = unit.repeat(length / unit.len());
        let start = std::time::Instant::now();
        assert!(rewrite(&text) > 0);
        start.elapsed().as_secs_f64() / text.len() as f64
    };
    for unit in units {
        for rewrite in [|text: &str| to_written(text).len(), |text: &str| to_spoken(text).len()] {
            // Thirty-two times the length: what grows with its square takes thirty-two times as long a byte.
            let times = || time(unit, 64_000, rewrite) / time(unit, 2_000, rewrite);
            // Other work on the machine may disturb one measurement, not four.
            let ratios: Vec<_> =
                std::iter::repeat_with(times).take(4).take_while(|&r| r > 12.0).collect();
            assert!(ratios.len() < 4, "{unit:?}: {ratios:?} times as long a byte");
        }
    }
}
