use std::collections::BTreeSet;

use sprogkit::formats::Encoding;
use sprogkit::formats::hunspell::{Affixes, words};

use super::told;
use crate::data::shared;

fn forms(aff: &str, dic: &str, expand: bool) -> Vec<String> {
    let affixes = Affixes::parse("f.aff", aff.as_bytes()).unwrap();
    let (words, wrong) = told(words("f.dic", dic.as_bytes(), &affixes, expand).unwrap());
    assert_eq!(wrong, None);
    words.into_iter().map(|word| word.form).collect()
}

/// `.aff` (after `SET UTF-8`), `.dic` (after the count), the forms.
const CASES: &[(&str, &str, &[&str])] = &[
    ("", "hus\ntræ", &["hus", "træ"]),
    ("", "ad hoc\nand/or\\/so", &["ad hoc", "and"]),
    ("", "\\/x", &["/x"]),
    ("", "hus\n st:træ\n\n", &["hus"]),
    ("", "a\\/b", &["a/b"]),
    ("SFX A Y 1\nSFX A 0 en .", "stol/A", &["stol", "stolen"]),
    (
        "SFX A Y 2\nSFX A 0 n e\nSFX A 0 en [^e]",
        "bil/A\nkrone/A",
        &["bil", "bilen", "krone", "kronen"],
    ),
    ("SFX A Y 1\nSFX A y ies [^aeiou]y", "sky/A\ndrey/A", &["sky", "skies", "drey"]),
    ("PFX U Y 1\nPFX U 0 u .", "kær/U", &["kær", "ukær"]),
    // Both sides at once only where both say Y.
    ("PFX U Y 1\nPFX U 0 u .\nSFX T Y 1\nSFX T 0 t .", "kær/UT", &["kær", "kært", "ukær", "ukært"]),
    ("PFX U N 1\nPFX U 0 u .\nSFX T Y 1\nSFX T 0 t .", "kær/UT", &["kær", "kært", "ukær"]),
    // A suffix that takes another.
    ("SFX A Y 1\nSFX A 0 en/S .\nSFX S Y 1\nSFX S 0 s .", "bil/A", &["bil", "bilen", "bilens"]),
    (
        "FLAG num\nSFX 10 Y 1\nSFX 10 0 en/7 .\nSFX 7 Y 1\nSFX 7 0 s .",
        "bil/10,7",
        &["bil", "bilen", "bilens", "bils"],
    ),
    (
        "FLAG long\nSFX Aa Y 1\nSFX Aa 0 en .\nSFX aA Y 1\nSFX aA 0 s .",
        "bil/AaaA\nsol/aA",
        &["bil", "bilen", "bils", "sol", "sols"],
    ),
    (
        "AF 2\nAF A\nAF AB\nSFX A Y 1\nSFX A 0 en .\nSFX B Y 1\nSFX B 0 s .",
        "bil/2\nsol/1",
        &["bil", "bilen", "bils", "sol", "solen"],
    ),
    ("FLAG num", "\"A/S\"", &["\"A/S\""]),
    ("NEEDAFFIX X\nSFX A Y 1\nSFX A 0 en .", "bil/AX", &["bilen"]),
    (
        "NEEDAFFIX X\nSFX A Y 1\nSFX A 0 e/XB .\nSFX B Y 1\nSFX B 0 ns .",
        "bil/A",
        &["bil", "bilens"],
    ),
    ("ONLYINCOMPOUND X\nSFX A Y 1\nSFX A 0 s/X .", "bil/A\nsol/X\n", &["bil"]),
    ("FORBIDDENWORD F\nSFX A Y 1\nSFX A 0 en .", "bil/A\nbilen/F", &["bil"]),
    (
        "CIRCUMFIX X\nPFX G Y 1\nPFX G 0 ge/X .\nSFX G Y 1\nSFX G 0 t/X .\n",
        "mach/G",
        &["gemacht", "mach"],
    ),
    ("SFX A Y 1\nSFX A bil x .", "bil/A", &["bil"]),
    ("FULLSTRIP\nSFX A Y 1\nSFX A bil x .", "bil/A", &["bil", "x"]),
    ("SFX A Y 1\nSFX A 0 0 .", "bil/A", &["bil"]),
];

#[test]
fn affixes_are_put_on_as_hunspell_does() {
    for &(aff, dic, want) in CASES {
        let mut got = forms(&format!("SET UTF-8\n{aff}\n"), &format!("1\n{dic}\n"), true);
        got.sort();
        got.dedup();
        let mut want = want.to_vec();
        want.sort();
        assert_eq!(got, want, "{aff}\n{dic}");
    }
}

#[test]
fn every_form_of_the_cases_is_known_to_another_implementation_and_no_other_is() {
    let letters: Vec<String> =
        CASES.iter().flat_map(|case| case.2).map(ToString::to_string).collect();
    let endings = ["", "s", "en", "ens", "n", "t", "e", "ies", "x"];
    for &(aff, dic, want) in CASES {
        if dic.contains('"') {
            continue; // It asks for `\/`.
        }
        let (aff, dic) = (format!("SET UTF-8\n{aff}\n"), format!("9\n{dic}\n"));
        let Ok(other) = spellbook::Dictionary::new(&aff, &dic) else {
            panic!("refused: {aff}\n{dic}")
        };
        let candidates: BTreeSet<String> = letters
            .iter()
            .flat_map(|word| endings.iter().map(move |ending| format!("{word}{ending}")))
            .flat_map(|word| [format!("u{word}"), word])
            .collect();
        for word in candidates {
            // It takes a whole stem off without FULLSTRIP too.
            if word.contains([' ', '/']) || word == "x" {
                continue;
            }
            assert_eq!(other.check(&word), want.contains(&&*word), "{word}\n{aff}\n{dic}");
        }
    }
}

#[test]
fn a_word_carries_its_lemma_and_morphology() {
    let aff = "SET UTF-8\nFLAG num\nSFX 2 Y 1\nSFX 2 0 en . +DEF\n";
    let dic =
        "160502 # made by hand\nbil/2 po:noun is:sing\nmænd\tst:mand po:noun\na-hus al:a-huset\n";
    let affixes = Affixes::parse("f", aff.as_bytes()).unwrap();
    let (words, _) = told(words("f", dic.as_bytes(), &affixes, true).unwrap());
    let got: Vec<_> =
        words.iter().map(|w| (w.line, &*w.form, &*w.lemma, &*w.pos, &*w.feats)).collect();
    let want = [
        (2, "bil", "bil", "noun", "is:sing"),
        (2, "bilen", "bil", "noun", "is:sing|+DEF"),
        (3, "mænd", "mand", "noun", ""),
        (4, "a-hus", "a-hus", "", ""),
    ];
    assert_eq!(got, want);
    assert_eq!(forms(aff, dic, false), ["bil", "mænd", "a-hus"]);
}

#[test]
fn the_encoding_that_set_names_is_honoured() {
    for (name, want) in [
        ("ISO8859-1", Encoding::Latin1),
        ("microsoft-cp1252", Encoding::Windows1252),
        ("UTF-8", Encoding::Utf8),
    ] {
        let affixes = Affixes::parse("f", format!("# x\r\nSET {name}\r\n").as_bytes()).unwrap();
        assert_eq!(affixes.encoding(), want);
    }
    let affixes = Affixes::parse("f", b"SET ISO8859-1\nSFX \xc5 Y 1\nSFX \xc5 0 \xe5 .\n").unwrap();
    let (words, _) = told(words("f", b"1\nbl/\xc5\n", &affixes, true).unwrap());
    assert_eq!(words[1].form, "blå");
}

#[test]
fn damaged_lists_are_told_with_their_line() {
    for (aff, want) in [
        (&b"SET KOI8-R\n"[..], "f:1: SET KOI8-R: an encoding that is not read"),
        (b"\nFLAG numbers\n", "f:2: FLAG must be long, num or UTF-8, got \"numbers\""),
        (b"FLAG num\nSFX a Y 1\n", "f:2: expected flags that are numbers of 1 to 65535, got \"a\""),
        (b"FLAG num\nSFX 99999999 Y 1\n", "f:2: expected flags that are numbers"),
        (b"FLAG long\nSFX abc Y 1\n", "f:2: expected flags of two characters each, got \"abc\""),
        (b"SFX A X 1\n", "f:1: expected `SFX flag Y|N count`"),
        (b"SFX\n", "f:1: expected one flag after SFX"),
        (b"SFX A Y many\n", "f:1: expected a count of rules, got \"many\""),
        (b"SFX A Y 2\nSFX A 0 s .\n", "f:1: 2 rules promised, found 1"),
        (b"SFX A Y 1\nSFX A 0\n", "f:2: expected `SFX flag strip add condition`"),
        (b"SFX A Y 1\nSFX A 0 s [ab\n", "f:2: the condition \"[ab\" has no closing ]"),
        (b"SFX A Y 1\nSFX A 0 s .\nSFX A 0 t .\n", "f:3: expected `SFX flag Y|N count`"),
        (b"NEEDAFFIX\n", "f:1: expected one flag after NEEDAFFIX"),
        (b"SET UTF-8\nSFX A Y 1\nSFX A 0 \xe5 .\n", "f: byte 28: "),
        (b"SFX A Y 18446744073709551615\n", "f:1: 18446744073709551615 rules promised, found 0"),
    ] {
        let wrong = Affixes::parse("f", aff).unwrap_err().to_string();
        assert!(wrong.starts_with(want), "{wrong}");
    }
    let affixes = Affixes::parse("f", b"SET UTF-8\nFLAG num\n").unwrap();
    for (dic, want) in [
        (&b""[..], "f:1: expected a count of words, got \"\""),
        (b"hus\n", "f:1: expected a count of words, got \"hus\""),
        (b"1\nhus/1x\n", "f:2: expected flags that are numbers of 1 to 65535, got \"1x\""),
        (b"1\nbl\xe5\n", "f: byte 4: "),
    ] {
        let wrong = match words("f", dic, &affixes, true) {
            Ok(words) => told(words).1.unwrap(),
            Err(wrong) => wrong.to_string(),
        };
        assert!(wrong.starts_with(want), "{wrong}");
    }
}

/// Every word that comes out of a real list is one for another implementation.
#[test]
fn a_real_list_makes_words_that_another_implementation_knows() {
    let Some(folder) = shared("data/lexica/hunspell-da") else { return };
    let [aff, dic] =
        ["aff", "dic"].map(|e| std::fs::read(folder.join("da_DK").with_extension(e)).unwrap());
    let affixes = Affixes::parse("da_DK.aff", &aff).unwrap();
    // It knows no morphological fields behind a blank.
    let bare: String = std::str::from_utf8(&dic)
        .unwrap()
        .lines()
        .map(|line| {
            let fields = [" al:", " st:", " ph:"].iter().filter_map(|field| line.find(field)).min();
            fields.map_or(line, |at| &line[..at])
        })
        .filter(|line| !line.starts_with('"'))
        .flat_map(|line| [line, "\n"])
        .collect();
    let other = spellbook::Dictionary::new(std::str::from_utf8(&aff).unwrap(), &bare)
        .map_err(|wrong| wrong.to_string())
        .unwrap();
    let (mut count, mut checked, mut unknown) = (0, 0, Vec::new());
    for word in words("da_DK.dic", &dic, &affixes, true).unwrap() {
        let word = word.unwrap();
        count += 1;
        if count % 50 == 0 && !word.form.contains([' ', '"']) {
            checked += 1;
            if !other.check(&word.form) {
                unknown.push(word.form);
            }
        }
    }
    eprintln!(
        "{count} words, {checked} checked, {} unknown: {:?}",
        unknown.len(),
        &unknown[..unknown.len().min(20)]
    );
    assert!(count > 300_000, "{count}");
    assert!(unknown.len() * 1000 <= checked, "{} of {checked}: {unknown:?}", unknown.len());
}
