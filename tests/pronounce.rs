//! Pronunciation: the tables, the golden words, and that nothing brings it down.

use proptest::prelude::*;
use sprogkit::lexicon::pronounce::{
    Alphabet, Model, Pair, Pronouncer, Segment, Source, Stress, Training, parse, pronounce,
    syllables, train, write,
};

use super::data::rows;

/// Sounds in X-SAMPA, which tells less than narrow IPA, without stress and syllables.
fn bare(segments: &[Segment]) -> String {
    let mut out = String::new();
    segments.iter().for_each(|segment| segment.write(Alphabet::XSampa, &mut out));
    out
}

fn stressed(segments: &[Segment]) -> Option<usize> {
    let starts = syllables(segments);
    let at = segments.iter().position(|s| s.stress == Stress::Primary)?;
    Some(starts.iter().filter(|&&start| start <= at).count())
}

#[test]
fn each_sound_is_read_as_it_is_written() {
    for row in rows("src/da/phones.tsv") {
        for (alphabet, sign) in [(Alphabet::Ipa, &row[0]), (Alphabet::XSampa, &row[1])] {
            let found = parse(sign, alphabet).unwrap();
            let mut signs = String::new();
            found.iter().for_each(|s| s.write(alphabet, &mut signs));
            assert_eq!(&signs, sign);
        }
        for other in row[3].split(' ').filter(|sign| !sign.is_empty()) {
            let found = parse(other, Alphabet::Ipa).unwrap();
            assert_eq!(found.len(), 1, "{other}");
            assert_eq!(found[0].phone.sign(Alphabet::Ipa), row[0], "{other}");
        }
        let example = parse(&row[5], Alphabet::Ipa).unwrap();
        let has = example.iter().any(|s| s.phone.sign(Alphabet::Ipa) == row[0]);
        assert!(has, "{} does not sound in {}", row[0], row[5]);
    }
}

#[test]
fn both_alphabets_write_stress_length_and_stod() {
    for (ipa, xsampa) in [
        ("ˈhunˀ", "\"hun?"),
        ("ˈmaðn̩", "\"maD$@n"),
        ("ˈsɡ̊oːlə", "\"sgo:$l@"),
        ("ˈhʌnˌb̥ʌlˀ", "\"h6n$%b6l?"),
        ("ˈhamɐ", "\"ha$m6"),
        ("ˈiˀ", "\"i:?"),
    ] {
        let segments = parse(ipa, Alphabet::Ipa).unwrap();
        assert_eq!(write(&segments, Alphabet::Ipa), ipa);
        assert_eq!(write(&segments, Alphabet::XSampa), xsampa);
    }
}

#[test]
fn six_is_read_by_its_place() {
    for (xsampa, ipa) in
        [("\"he6?", "ˈheɐ̯ˀ"), ("\"ha$m6", "ˈhamɐ"), ("\"6b", "ˈʌb̥"), ("\"k2:$6", "ˈkʰøːɐ")]
    {
        let segments = parse(xsampa, Alphabet::XSampa).unwrap();
        assert_eq!(write(&segments, Alphabet::Ipa), ipa, "{xsampa}");
    }
}

#[test]
fn a_sign_that_is_no_sound_is_an_error_that_says_where() {
    for (text, alphabet) in
        [("ˈhuX", Alphabet::Ipa), ("\"hu8", Alphabet::XSampa), ("ː", Alphabet::Ipa)]
    {
        let error = parse(text, alphabet).unwrap_err().to_string();
        assert!(error.contains("at byte"), "{error}");
    }
}

#[test]
fn the_exceptions_come_out_as_they_stand() {
    let table = rows("src/da/pronunciations.tsv");
    assert!(table.len() > 150);
    for row in &table {
        assert_eq!(row[0], row[0].to_lowercase());
        let found = Pronouncer::embedded().pronounce(&row[0], 5);
        assert!(found.iter().all(|way| way.source == Source::Exceptions), "{}", row[0]);
        assert!(
            found.iter().any(|way| way.write(Alphabet::Ipa) == row[1]),
            "{}: {}",
            row[0],
            row[1]
        );
    }
    assert!(table.windows(2).all(|pair| pair[0][0] <= pair[1][0]), "sorted");
}

#[test]
fn the_rules_of_stress_hold_on_their_examples() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for row in rows("src/da/stress.tsv") {
        if row[4] == "-" {
            continue;
        }
        checked += 1;
        let mut segments = parse(&row[4], Alphabet::Ipa).unwrap();
        Pronouncer::embedded().stress(&row[3], &mut segments);
        let found = write(&segments, Alphabet::Ipa);
        if found != row[4] {
            wrong.push(format!("{} {} {}: {found}, not {}", row[0], row[1], row[3], row[4]));
        }
    }
    assert!(checked > 60, "{checked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn golden_words_sound_as_they_should() {
    let table = rows("tests/data/lexicon/pronunciation.tsv");
    assert!(table.len() >= 150, "{}", table.len());
    let (mut met, mut met_three, mut stress, mut places, mut wrong) = (0, 0, 0, 0, Vec::new());
    for row in &table {
        let ways = Pronouncer::embedded().pronounce(&row[0], 3);
        let accepted: Vec<Vec<Segment>> =
            row[1].split(" / ").map(|p| parse(p, Alphabet::Ipa).unwrap()).collect();
        let hits = |ways: &[sprogkit::lexicon::pronounce::Pronunciation]| {
            ways.iter().any(|way| accepted.iter().any(|a| bare(a) == bare(&way.segments)))
        };
        let right = hits(&ways[..1]);
        met += usize::from(right);
        met_three += usize::from(hits(&ways));
        if accepted[0].iter().filter(|s| s.is_nucleus()).count() > 1 {
            places += 1;
            let same = accepted.iter().any(|a| stressed(a) == stressed(&ways[0].segments));
            stress += usize::from(same);
            if !same {
                eprintln!("stress: {} {}, not {}", row[0], row[1], ways[0].write(Alphabet::Ipa));
            }
        }
        if !right {
            eprintln!("{} ({}): {}, not {}", row[0], row[2], ways[0].write(Alphabet::Ipa), row[1]);
            if row[3] == "sure" {
                wrong.push(row[0].clone());
            }
        }
    }
    let all = table.len();
    eprintln!(
        "{met} of {all} words right, {met_three} among three, stress in {stress} of {places}"
    );
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(met * 100 >= all * 75, "{met} of {all}");
    assert!(stress * 100 >= places * 90, "{stress} of {places}");
}

#[test]
fn a_loaded_lexicon_comes_first() {
    let mut own = Pronouncer::embedded().clone();
    own.add("Kvarknug", "\"kvAg$nu:?", Alphabet::XSampa).unwrap();
    own.add("dag", "\"dAw", Alphabet::XSampa).unwrap();
    own.add("dag", "\"da:?", Alphabet::XSampa).unwrap();
    let found = own.pronounce("dag", 5);
    let signs: Vec<String> = found.iter().map(|way| way.write(Alphabet::XSampa)).collect();
    assert_eq!(signs, ["\"dAw", "\"da:?"]);
    assert!(found.iter().all(|way| way.source == Source::Lexicon));
    assert_eq!(own.pronounce("kvarknug", 1)[0].source, Source::Lexicon);
    assert_eq!(own.pronounce("kvarknuge", 1)[0].source, Source::Model);
    assert!(own.add("dag", "d[", Alphabet::XSampa).is_err());
}

#[test]
fn letters_are_said_by_name() {
    for (word, xsampa) in [
        ("EU", "%e$\"u:?"),
        ("DR", "%de$\"a6"),
        ("tv", "%te$\"ve:?"),
        ("ABC", "%a$%be$\"se:?"),
        ("EU's", "%e$\"u:?s"),
    ] {
        let found = Pronouncer::embedded().pronounce(word, 3);
        assert_eq!(found.len(), 1, "{word}");
        assert_eq!(found[0].source, Source::Letters);
        assert_eq!(found[0].write(Alphabet::XSampa), xsampa, "{word}");
    }
}

#[test]
fn what_is_no_word_has_no_pronunciation() {
    for word in ["", " ", "-", "12", "4g", "1.000", "...", "😀", "\u{0}"] {
        assert_eq!(pronounce(word, Alphabet::Ipa), Vec::<String>::new(), "{word:?}");
    }
    assert!(Pronouncer::embedded().pronounce("hus", 0).is_empty());
}

#[test]
fn accents_hyphens_and_case_do_not_stop_it() {
    let say = |word: &str| pronounce(word, Alphabet::Ipa)[0].clone();
    assert_eq!(say("HUSET"), say("huset"));
    assert_eq!(say("hu\u{301}set"), say("huset"));
    assert_eq!(say("alle\u{301}"), say("all\u{e9}"));
    assert_eq!(say("hus-båd"), format!("{} {}", say("hus"), say("båd")));
    assert!(!say("Müller").is_empty());
}

#[test]
fn variants_differ_and_come_in_order() {
    for word in ["vandet", "kartoffel", "sprogteknologi", "løber"] {
        let found = Pronouncer::embedded().pronounce(word, 8);
        assert!(found.len() > 1, "{word}");
        for pair in found.windows(2) {
            assert!(pair[0].score >= pair[1].score);
            assert_ne!(pair[0].segments, pair[1].segments);
        }
        assert!(found.iter().all(|way| way.score <= 1e-3));
    }
}

/// Pairs of an invented language in which each letter has one sound.
fn invented() -> Vec<(String, Vec<Segment>)> {
    let mut found = Vec::new();
    for one in ["p", "s", "m", "l"] {
        for two in ["i", "a", "u"] {
            for three in ["n", "f", "s", "m"] {
                let word = format!("{one}{two}{three}");
                let ipa = format!("{}{two}{three}", if one == "p" { "pʰ" } else { one });
                found.push((word, parse(&ipa, Alphabet::Ipa).unwrap()));
            }
        }
    }
    found
}

#[test]
fn training_is_repeatable_and_learns_a_regular_language() {
    let words = invented();
    let pairs: Vec<Pair<'_>> =
        words.iter().map(|(word, segments)| Pair { word, segments: segments.clone() }).collect();
    let table = train(&pairs, Training::default()).unwrap();
    let mut turned = pairs.clone();
    turned.reverse();
    assert_eq!(table, train(&turned, Training::default()).unwrap());
    let own = Pronouncer::from_model(Model::read("own", &table).unwrap()).unwrap();
    for (word, ipa) in [("pif", "ˈpʰif"), ("lum", "ˈlum"), ("mas", "ˈmas"), ("limas", "ˈlimas")]
    {
        assert_eq!(own.pronounce(word, 1)[0].write(Alphabet::Ipa), ipa);
    }
    assert!(train(&[], Training::default()).is_err());
}

#[test]
fn hostile_models_are_errors_with_a_line() {
    let good = "letter\ta\ta=3 -=1\n";
    assert!(Model::read("own", good).is_ok());
    for (bad, line) in [
        ("letter\ta\n", 1),
        ("letter\tab\ta=3\n", 1),
        ("letter\ta\ta\n", 1),
        ("letter\ta\ta=x\n", 1),
        ("letter\ta\tX=3\n", 1),
        ("letter\ta\ta=3\nletter\ta\ta=3\n", 2),
        ("letter\ta\ta=3\nno-such\ta\ta=3\n", 2),
        ("letter\ta\ta=3\nwindow-0+1\ta\ta=3\n", 2),
        ("letter\ta\ta=3\nwindow-0+1\tab\ta=3\n", 2),
        ("letter\ta\ta=3\nwindow-0+1\taa\ti=3\n", 2),
        ("letter\ta\ta=3\nsound\ta\ta=3\n", 2),
        ("letter\ta\ta=99999\n", 1),
    ] {
        let error = Model::read("own", bad).unwrap_err().to_string();
        assert!(error.starts_with(&format!("own:{line}:")), "{bad:?}: {error}");
    }
    assert!(Model::read("own", "").is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_string_brings_it_down(text in any::<String>()) {
        for &alphabet in Alphabet::ALL {
            for found in pronounce(&text, alphabet) {
                prop_assert!(!found.is_empty());
                prop_assert!(parse(&found, alphabet).is_ok(), "{found}");
            }
            let _ = parse(&text, alphabet);
        }
    }

    #[test]
    fn words_come_out_with_one_primary_stress(word in "[a-zæøå]{1,24}") {
        for way in Pronouncer::embedded().pronounce(&word, 4) {
            let primary =
                way.segments.iter().filter(|s| s.stress == Stress::Primary).count();
            prop_assert!(primary == usize::from(way.segments.iter().any(|s| s.is_nucleus())));
            let ipa = way.write(Alphabet::Ipa);
            prop_assert_eq!(write(&parse(&ipa, Alphabet::Ipa).unwrap(), Alphabet::Ipa), ipa);
        }
    }

    #[test]
    fn no_table_brings_the_reader_down(text in any::<String>(), cut in 0usize..2000) {
        let _ = Model::read("own", &text);
        let table = "letter\ta\ta=3 -=1\nletter\tb\tb̥=2\nsounds-three\ta b̥ - ^\ta=1\nclasses-4+0\ta1122\t-=2\n";
        let end = (0..=cut.min(table.len())).rev().find(|&at| table.is_char_boundary(at)).unwrap();
        let _ = Model::read("own", &table[..end]);
    }
}
