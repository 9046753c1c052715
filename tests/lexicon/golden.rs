//! Tables that a linguist can read and extend: `tests/data/lexicon/*.tsv`.

use std::sync::LazyLock;

use super::*;
use crate::data::survey;

const WORDS: &str = include_str!("../data/lexicon/words.tsv");

/// The rows of a table, each as its columns, with their lines.
pub(super) fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(at, line)| (at + 1, line.split('\t').collect()))
}

/// The words of `words.tsv`, as a lexicon; without their parts of speech where `bare`.
fn words(bare: bool) -> Lexicon {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.tsv");
    let text: String = rows(WORDS)
        .map(
            |(_, row)| {
                if bare { format!("{}\t{}\n", row[0], row[1]) } else { row.join("\t") + "\n" }
            },
        )
        .collect();
    fs::write(&path, text).unwrap();
    Lexicon::open(&path).unwrap()
}

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| words(false));

/// Every row that `fails`, together.
fn all(text: &str, least: usize, mut fails: impl FnMut(&[&str]) -> Option<String>) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (line, row) in rows(text) {
        count += 1;
        wrong.extend(fails(&row).map(|got| format!("line {line}: {} gives {got}", row.join(" "))));
    }
    assert!(count >= least, "{count} rows are left");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn lemmas_are_those_of_the_table() {
    all(include_str!("../data/lexicon/lemmas.tsv"), 270, |row| {
        let found = LEXICON.lemmas(row[0], Upos::of_name(row[1]));
        (found[0].text != row[2]).then(|| format!("{found:?}"))
    });
}

#[test]
fn compounds_are_split_as_in_the_table() {
    let mut first = 0;
    let table = include_str!("../data/lexicon/compounds.tsv");
    all(table, 150, |row| {
        let found: Vec<String> =
            LEXICON.split_compound(row[0]).iter().map(ToString::to_string).collect();
        first += usize::from(found.first().is_some_and(|split| split == row[1]));
        // Every split is the word again.
        for split in LEXICON.split_compound(row[0]) {
            let whole: String = split.parts.iter().flat_map(|(a, b)| [&**a, &**b]).collect();
            assert_eq!(whole, row[0]);
        }
        (!found.iter().any(|split| split == row[1])).then(|| format!("{found:?}"))
    });
    let count = rows(table).count();
    assert!(first * 100 >= count * 90, "{first} of {count} are the first split");
}

#[test]
fn what_a_hyphen_leaves_out_is_put_back() {
    all(include_str!("../data/lexicon/ellipsis.tsv"), 15, |row| {
        let found = LEXICON.complete_ellipsis(row[0]);
        let want: Vec<String> = row[1].split(' ').map(str::to_owned).collect();
        (found.as_ref() != Some(&want)).then(|| format!("{found:?}"))
    });
    assert_eq!(LEXICON.complete_ellipsis("hus og have"), None);
    assert_eq!(LEXICON.complete_ellipsis("sommer- og"), None);
    assert_eq!(LEXICON.complete_ellipsis(""), None);
}

#[test]
fn words_are_divided_as_in_the_table() {
    all(include_str!("../data/lexicon/hyphenation.tsv"), 90, |row| {
        let found = hyphenate(row[0]).join("/");
        (found != row[1]).then_some(found)
    });
}

#[test]
fn compounds_are_divided_where_their_parts_meet() {
    all(include_str!("../data/lexicon/hyphenation-compounds.tsv"), 55, |row| {
        let found = LEXICON.hyphenate(row[0]).join("/");
        (found != row[1]).then_some(found)
    });
}

#[test]
fn endings_tell_the_readings_of_a_list_without_parts_of_speech() {
    let bare = words(true);
    all(include_str!("../data/lexicon/readings.tsv"), 80, |row| {
        let found = bare.lookup(row[0]);
        let there = found.iter().any(|reading| {
            let upos = reading.upos().map_or("", Upos::name);
            (&*reading.lemma(), upos, reading.feats()) == (row[1], row[2], row[3])
        });
        (!there).then(|| format!("{found:?}"))
    });
    // What was concluded says so.
    assert!(bare.lookup("bilen").iter().all(sprogkit::lexicon::Reading::is_derived));
    assert!(!words(false).lookup("bilen").iter().any(sprogkit::lexicon::Reading::is_derived));
    // A lemma that homographs crowded out of the list is a form of itself.
    assert!(bare.lookup("bakke").iter().any(|reading| reading.upos() == Some(Upos::Verb)));
}

#[test]
fn words_and_compounds_are_right_and_slips_are_not() {
    for word in
        ["bil", "Bil", "BIL", "fodboldkamp", "Rødvin", "tv-skærm", "1.200,50", "kaffekander"]
    {
        assert!(LEXICON.check(word), "{word}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.tsv");
    let forms = [
        "sundhed", "platform", "ved", "rør", "rende", "nogen", "lude", "rød", "rod", "børn",
        "gude", "hus", "hu", "set", "sene", "dom", "kirke", "vin", "glas", "børnene",
    ];
    let list: String = forms.iter().map(|form| format!("{form}\t{form}\tNOUN\n")).collect();
    fs::write(&path, list + "huset\thus\tNOUN\nhusene\thus\tNOUN\n").unwrap();
    let own = Lexicon::open(&path).unwrap();
    for word in ["sundhedsplatform", "Sundhedsplatform", "SUNDHEDSPLATFORM", "domkirke", "vinglas"]
    {
        assert!(own.check(word), "{word}");
    }
    for word in [
        "sundhedplatform",
        "vedrørrende",
        "nogenlude",
        "rødArod",
        "børNenes",
        "nogenGude",
        "vinGlas",
    ] {
        assert!(!own.check(word), "{word}: {:?}", own.split_compound(word));
    }
    for word in ["huset", "husene"] {
        assert_eq!(own.split_compound(word), [], "{word}");
    }
    for word in ["", "bill", "fodbolt", "kafekande", "tvskrm", "x", "enbil", "biler1"] {
        assert!(!LEXICON.check(word), "{word}");
    }
}

#[test]
fn suggestions_begin_with_what_was_meant() {
    for (slip, meant) in [
        ("hsu", "hus"),
        ("kagr", "kager"),
        ("Kagrne", "Kagerne"),
        ("tyve knægte", "tyveknægte"),
        ("kaffekadne", "kaffekande"),
        ("bilioteket", "biblioteket"),
        ("motovejen", "motorvejen"),
    ] {
        let found = LEXICON.suggest(slip, 3).unwrap();
        assert!(found.iter().any(|form| form == meant), "{slip}: {found:?}");
    }
    assert!(LEXICON.suggest("xxxxxxxxxxxxxxx", 3).unwrap().is_empty());
    for letters in [300, 5000] {
        let wrong = LEXICON.suggest(&"a".repeat(letters), 3).unwrap_err().to_string();
        assert!(wrong.starts_with("word must be") && wrong.contains("too long"), "{wrong}");
    }
    for nothing in ["", " "] {
        assert!(LEXICON.suggest(nothing, 3).unwrap().is_empty());
    }
    assert_eq!(LEXICON.lemmas("a b", None)[0].text, "a b");
}

#[test]
fn long_and_strange_words_end_soon() {
    let long = "sag".repeat(40);
    assert!(!LEXICON.split_compound(&long).iter().any(|split| split.parts.len() > 6));
    let longest = ["sag".repeat(30_000), "s".repeat(90_000)];
    for word in ["", "-", "--", "a-", "-a", "🙂", "ﬁn", "İstanbul", "sag\u{301}"]
        .into_iter()
        .chain(longest.iter().map(String::as_str))
    {
        let _ = (LEXICON.split_compound(word), LEXICON.check(word), LEXICON.lemmas(word, None));
        assert_eq!(LEXICON.hyphenate(word).concat(), word);
        assert_eq!(hyphenate(word).concat(), word);
        for upos in Upos::ALL {
            assert_eq!(LEXICON.lemmas(word, Some(upos)).is_empty(), word.is_empty());
        }
    }
}

/// The cases of the survey of Danish beside the repository, where it is.
#[test]
fn the_surveys_cases_of_lemmas_compounds_and_division_hold() {
    let Some(cases) = survey(&["lemma", "compound", "hyphenation"]) else { return };
    assert!(cases.len() >= 3);
    for (area, input, expected) in &cases {
        let found: Vec<String> = match area.as_str() {
            "lemma" => {
                LEXICON.lemmas(input, None).into_iter().map(|lemma| lemma.text).take(1).collect()
            }
            "compound" => {
                LEXICON.split_compound(input).iter().map(ToString::to_string).take(1).collect()
            }
            _ => {
                vec![LEXICON.hyphenate(input).join("-"), hyphenate(input).join("-")]
            }
        };
        assert!(!found.is_empty(), "{area} of {input}");
        assert!(found.iter().all(|text| *text == expected[0]), "{area} of {input}: {found:?}");
    }
}
