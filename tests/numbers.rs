//! Danish numbers in words.

use std::collections::HashSet;

use proptest::prelude::*;
use sprogkit::numbers::{Form, Gender, Number, parse, parse_as, spell, variants};

use super::data::{rows, survey};

fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn form(name: &str) -> (Form, Gender) {
    match name {
        "neuter" => (Form::Cardinal, Gender::Neuter),
        _ => (Form::named(name).unwrap(), Gender::Common),
    }
}

#[test]
fn each_word_of_the_table_is_read_as_its_example_says() {
    let mut seen = HashSet::new();
    for row in rows("src/da/numbers.tsv") {
        let [class, value, word, _, example, source] = &row[..] else { panic!("{row:?}") };
        let (words, value_said) = example.split_once(" = ").unwrap();
        assert!(words.contains(word.as_str()), "{word}: its example does not show it: {example}");
        assert!(!source.is_empty(), "{word} has no source");
        assert!(seen.insert((class.clone(), value.clone(), word.clone())), "{word} stands twice");
        assert_eq!(parse(words).unwrap(), number(value_said), "{example}");
    }
}

#[test]
fn numbers_are_spelled_and_read_as_the_golden_table_says() {
    for row in rows("tests/data/numbers/spelled.tsv") {
        let [given, name, words, ..] = &row[..] else { panic!("{row:?}") };
        let (form, gender) = form(name);
        assert_eq!(&spell(&number(given), form, gender).unwrap(), words, "{given} as {name}");
        let read = parse_as(words, form).unwrap();
        assert!(read.same_value(&number(given)), "{words} is {read}, not {given}");
    }
}

#[test]
fn accepted_forms_are_listed_and_read() {
    for row in rows("tests/data/numbers/variants.tsv") {
        let [given, name, words, ..] = &row[..] else { panic!("{row:?}") };
        let (form, _) = form(name);
        let all: Vec<String> = variants(&number(given), form).unwrap().collect();
        assert!(all.contains(words), "{given} as {name}: no {words:?} in {all:?}");
        assert!(parse(words).unwrap().same_value(&number(given)), "{words}");
    }
}

#[test]
fn rarer_forms_are_read() {
    for row in rows("tests/data/numbers/read.tsv") {
        let [words, value, ..] = &row[..] else { panic!("{row:?}") };
        if value == "-" {
            assert!(parse(words).is_err(), "{words:?} was read as {}", parse(words).unwrap());
        } else {
            let read = parse(words).unwrap_or_else(|e| panic!("{e}"));
            assert!(read.same_value(&number(value)), "{words}: {read}, not {value}");
        }
    }
}

/// Every variant of `n` in `form` is read as `n`, and no variant stands twice.
fn all_read(n: &Number, form: Form) {
    let mut seen = HashSet::new();
    for words in variants(n, form).unwrap() {
        let read = parse_as(&words, form).unwrap_or_else(|e| panic!("{n} as {form:?}: {e}"));
        assert!(read.same_value(n), "{words:?} is {n}, was read as {read}");
        assert!(seen.insert(words.clone()), "{n}: {words:?} stands twice");
    }
    assert!(seen.contains(&spell(n, form, Gender::Common).unwrap()));
    assert!(seen.contains(&spell(n, form, Gender::Neuter).unwrap()), "{n} {form:?} neuter");
}

#[test]
fn every_variant_of_small_numbers_is_read_as_its_number() {
    for n in (0..1200).chain((1200..10_000).step_by(37)).chain((10_000..=1_000_000).step_by(9973)) {
        let n = Number::from(n as u32);
        for form in [Form::Cardinal, Form::Ordinal, Form::Year] {
            all_read(&n, form);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_variant_of_large_numbers_is_read_as_its_number(
        digits in "[1-9][0-9]{0,35}", negative: bool, zeros in 0_usize..30,
    ) {
        let keep = digits.len().saturating_sub(zeros).max(1);
        let digits = format!("{}{}", &digits[..keep], "0".repeat(digits.len() - keep));
        let n = Number::new(negative, digits.parse().unwrap()).unwrap();
        all_read(&n, Form::Cardinal);
        if !negative {
            all_read(&n, Form::Ordinal);
        }
    }

    #[test]
    fn decimals_are_read_as_they_were_said(
        whole in 0_u128..2_000_000, decimals in "[0-9]{1,6}", negative: bool,
    ) {
        all_read(&Number::with_decimals(negative, whole, &decimals).unwrap(), Form::Cardinal);
    }

    #[test]
    fn fractions_are_read_as_they_were_said(whole in 0_u128..3000, under in 2_u32..21, over: u32) {
        let over = 1 + over % (under - 1);
        let n = Number::with_fraction(false, whole, over, under).unwrap();
        all_read(&n, Form::Cardinal);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,40}") {
        let _ = parse(&text);
        let _ = text.parse::<Number>();
    }

    #[test]
    fn no_mixture_of_number_words_makes_the_reader_panic(
        words in proptest::collection::vec(0_usize..130, 0..20), spaces: u32,
    ) {
        let table = rows("src/da/numbers.tsv");
        let mut text = String::new();
        for (at, word) in words.iter().enumerate() {
            text.push_str(&table[word % table.len()][2]);
            if spaces >> at & 1 == 1 {
                text.push(' ');
            }
        }
        if let Ok(read) = parse(&text) {
            prop_assert!(read.whole() <= Number::MAX);
        }
    }

    #[test]
    fn a_number_is_read_as_it_is_shown(whole in 0_u128..10_u128.pow(36), decimals in "[0-9]{0,5}") {
        let n = Number::with_decimals(false, whole, &decimals).unwrap();
        prop_assert_eq!(&n.to_string().parse::<Number>().unwrap(), &n);
    }
}

#[test]
fn what_has_no_words_is_refused() {
    assert!(spell(&number("1,5"), Form::Ordinal, Gender::Common).is_err());
    assert!(spell(&number("-5"), Form::Year, Gender::Common).is_err());
    assert!(Number::new(false, 10_u128.pow(36) + 1).is_err());
    for wrong in ["", "1,", "1.23", "1,000.5", "12.50", "x", "--1", "3/2", "1/0", "1 2"] {
        assert!(wrong.parse::<Number>().is_err(), "{wrong:?}");
    }
    assert_eq!(Number::from_plain("-12.50").unwrap(), number("-12,50"));
    assert!(Number::from_plain("12,50").is_err());
}

/// The cases of the project's fact sheet, where they lie beside the repository.
#[test]
fn the_fact_sheets_numbers_are_met() {
    let Some(cases) = survey(&["num2words", "ordinal", "year"]) else { return };
    let mut met = 0;
    for (area, given, expected) in &cases {
        let form = if area == "num2words" { "cardinal" } else { area };
        let form = Form::named(form).unwrap();
        let all: Vec<String> =
            variants(&number(given.trim_end_matches('.')), form).unwrap().collect();
        for words in expected.iter().flat_map(|pattern| optional(pattern)) {
            assert!(all.contains(&words), "{given}: no {words:?} in {all:?}");
            met += 1;
        }
    }
    assert!(met >= 15);
}

/// The texts that a pattern with optional parts in parentheses stands for.
fn optional(pattern: &str) -> Vec<String> {
    let Some((before, rest)) = pattern.split_once('(') else { return vec![pattern.to_owned()] };
    let (inner, after) = rest.split_once(')').unwrap();
    let ends = optional(after);
    let texts = ["", inner].into_iter().flat_map(|part| {
        ends.iter().map(move |end| format!("{before}{part}{end}").replace("  ", " "))
    });
    texts.collect()
}
