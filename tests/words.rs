//! Words: what they are, where they stand, and how fast they may never become slow.

use std::path::Path;

use sprogkit::text::offsets::{Converter, Unit};
use sprogkit::text::{Kind, Norm, Options, abbreviations, words};

fn pieces<'t>(text: &'t str, options: &Options) -> Vec<&'t str> {
    options.words(text).map(|word| word.of(text)).collect()
}

#[test]
fn the_numbers_of_kinds_are_their_places() {
    for (at, &kind) in Kind::ALL.iter().enumerate() {
        assert_eq!(kind as usize, at);
        assert_eq!(Kind::from_number(at as u8), Some(kind));
    }
    assert_eq!(Kind::from_number(Kind::ALL.len() as u8), None);
}

#[test]
fn the_table_of_abbreviations_is_sorted_and_holds_no_spelling_twice() {
    let mut seen = std::collections::BTreeMap::new();
    let all = abbreviations::all();
    assert!(all.len() > 300, "{}", all.len());
    for pair in all.windows(2) {
        assert!(pair[0].form < pair[1].form, "{} before {}", pair[0].form, pair[1].form);
    }
    for entry in all {
        for spelling in std::iter::once(entry.form).chain(entry.variants()) {
            let other = seen.insert(spelling.to_lowercase(), entry.form);
            assert_eq!(other, None, "{spelling} stands under {} too", entry.form);
            assert_eq!(abbreviations::find(spelling).map(|e| e.form), Some(entry.form));
            assert_eq!(
                abbreviations::find(&spelling.to_uppercase()).map(|e| e.form),
                Some(entry.form)
            );
        }
        assert!(entry.expansions().count() > 0, "{} stands for nothing", entry.form);
        assert!(!entry.class.is_empty(), "{} has no class", entry.form);
    }
    assert_eq!(abbreviations::find("hund."), None);
}

#[test]
fn by_unicode_words_are_those_of_annex_29() {
    let options = Options { norm: Norm::Unicode, spaces: true, ..Options::default() };
    assert_eq!(pieces("EU's 80'erne", &options), ["EU's", " ", "80", "'", "erne"]);
}

#[test]
fn positions_convert_between_units_both_ways() {
    for text in ["", "på øen", "a😀b\u{301}\r\n", &"blå ".repeat(100), &"𝒳y".repeat(90)] {
        for &unit in Unit::ALL {
            let mut forth = Converter::new(text, unit);
            let mut back = Converter::new(text, unit);
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let before = &text[..byte];
                let naive = match unit {
                    Unit::Byte => byte,
                    Unit::Char => before.chars().count(),
                    Unit::Utf16 => before.encode_utf16().count(),
                };
                assert_eq!(forth.from_byte(byte), naive, "{text:?} {byte} {unit:?}");
                assert_eq!(back.to_byte(naive), Some(byte), "{text:?} {naive} {unit:?}");
            }
            assert_eq!(back.to_byte(unit.length(text) + 1), None, "{text:?} {unit:?}");
            assert_eq!(forth.from_byte(0), 0);
            assert_eq!(back.to_byte(0), Some(0));
        }
    }
    assert_eq!(Converter::new("😀", Unit::Utf16).to_byte(1), None);
    assert_eq!(Converter::new("å", Unit::Char).from_byte(1), 0);
}

#[test]
fn batches_say_what_single_calls_say() {
    let texts: Vec<String> =
        (0..700).map(|i| format!("Nr. {i} på øen 😀 i dag. {}", "x ".repeat(i % 7))).collect();
    for &unit in Unit::ALL {
        let batch = Options::default().words_batch(&texts, unit).unwrap();
        assert_eq!(batch.offsets.len(), texts.len() + 1);
        for (i, text) in texts.iter().enumerate() {
            let own = batch.offsets[i] as usize..batch.offsets[i + 1] as usize;
            let mut convert = Converter::new(text, unit);
            let naive: Vec<_> = words(text)
                .map(|w| {
                    let start = convert.from_byte(w.span.start()) as u32;
                    (start, convert.from_byte(w.span.end()) as u32, w.kind as u8)
                })
                .collect();
            let got: Vec<_> =
                own.map(|at| (batch.starts[at], batch.ends[at], batch.kinds[at])).collect();
            assert_eq!(got, naive, "{text:?}");
        }
    }
}

/// The measuring data beside the repository, where it is there.
fn data(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {} is not there", path.display());
    }
    text
}

#[test]
fn words_of_a_real_text_do_not_overlap_and_leave_only_white_space() {
    let Some(text) = data("text/lcc.txt") else { return };
    let text = &text[..text.floor_char_boundary(200_000)];
    let mut end = 0;
    for word in words(text) {
        assert!(text[end..word.span.start()].chars().all(char::is_whitespace));
        assert!(!word.span.is_empty());
        end = word.span.end();
    }
}
