//! Words: what they are, where they stand, and how fast they may never become slow.

use sprogkit::text::offsets::{Converter, Unit};
use sprogkit::text::{Kind, Norm, Options, abbreviations, words};

use super::data::{shared_text, survey};

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

#[test]
fn batches_are_the_same_on_any_number_of_threads() {
    let texts: Vec<String> = (0..70_000)
        .map(|i| if i % 3 == 0 { String::new() } else { format!("Den {i}. søndag, kl. {i}") })
        .chain([1_u8, 2].map(|_| "Bøger (nye) og 😀 ".repeat(40_000)))
        .collect();
    let one = Options::default();
    let spaced = Options { spaces: true, ..one };
    for options in [one, spaced] {
        let by = |threads: usize| {
            let install = sprogkit::threads::install;
            install(Some(threads), || options.words_batch(&texts, Unit::Char).unwrap()).unwrap()
        };
        let naive = by(1);
        let last = naive.starts.len() - 1;
        assert_eq!(naive.offsets.last(), Some(&(last as u32 + 1)));
        for threads in [2, 3, 8] {
            assert!(by(threads) == naive, "{threads} threads");
        }
    }
    let none: [&str; 0] = [];
    assert_eq!(one.words_batch(&none, Unit::Char).unwrap().offsets, [0]);
}

#[test]
fn words_of_a_real_text_do_not_overlap_and_leave_only_white_space() {
    let Some(text) = shared_text("data/text/lcc.txt") else { return };
    let text = &text[..text.floor_char_boundary(200_000)];
    let mut end = 0;
    for word in words(text) {
        assert!(text[end..word.span.start()].chars().all(char::is_whitespace));
        assert!(!word.span.is_empty());
        end = word.span.end();
    }
}

/// The golden files: rule, text, words, kinds.
const GOLDEN: &[(&str, &str)] = &[
    ("words-stops.tsv", include_str!("data/text/words-stops.tsv")),
    ("words-numbers.tsv", include_str!("data/text/words-numbers.tsv")),
    ("words-signs.tsv", include_str!("data/text/words-signs.tsv")),
];

#[test]
fn words_are_as_in_the_golden_files() {
    let mut cases = 0;
    let mut wrong = Vec::new();
    for (file, table) in GOLDEN {
        for (at, line) in table.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let columns: Vec<_> = line.split('\t').collect();
            let [rule, text, want, kinds] = columns.as_slice() else {
                panic!("{file}:{}: expected 4 columns, found {}", at + 1, columns.len())
            };
            let found: Vec<_> = words(text).collect();
            let got = found.iter().map(|w| w.of(text)).collect::<Vec<_>>().join(" ");
            let got_kinds = found.iter().map(|w| w.kind.name()).collect::<Vec<_>>().join(" ");
            if (got.as_str(), got_kinds.as_str()) != (*want, *kinds) {
                wrong.push(format!("{file}:{}: {rule}: {got}    {got_kinds}", at + 1));
            }
            cases += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 300, "{cases}");
}

#[test]
fn every_abbreviation_comes_out_as_one_word() {
    for entry in abbreviations::all() {
        for form in std::iter::once(entry.form).chain(entry.variants()) {
            if form.contains(' ') {
                continue;
            }
            let text = format!("Se {form} 5 nu");
            let found = pieces(&text, &Options::default());
            assert_eq!(found, ["Se", form, "5", "nu"], "{form}");
        }
    }
}

#[test]
fn every_rule_of_the_table_holds_in_its_example() {
    let table = include_str!("../src/da/word-rules.tsv");
    let mut before = ("", "");
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<_> = line.split('\t').collect();
        let [form, role, example] = columns.as_slice() else { panic!("{line}") };
        assert!((*form, *role) > before, "{form} {role} stands behind {before:?}");
        before = (form, role);
        let want: Vec<_> = example.split('|').collect();
        // Marks stand close to the word before them.
        let mut text = want.join(" ");
        for mark in [" .", " ,"] {
            text = text.replace(mark, &mark[1..]);
        }
        assert_eq!(pieces(&text, &Options::default()), want, "{form} as {role}: {text:?}");
    }
}

#[test]
fn options_part_slashes_and_endings_and_keep_spaces() {
    let slashes = Options { slashes: true, ..Options::default() };
    for (text, want) in [
        ("Bus/tog/metro.", &["Bus", "/", "tog", "/", "metro", "."][..]),
        ("og/eller", &["og", "/", "eller"]),
        ("80 km/t i Holm A/S", &["80", "km/t", "i", "Holm", "A/S"]),
        ("1/2 l m/k c/o", &["1/2", "l", "m/k", "c/o"]),
        ("https://a.dk/bus/tog", &["https://a.dk/bus/tog"]),
        ("børn/voksne-billet, ja", &["børn", "/", "voksne-billet", ",", "ja"]),
    ] {
        assert_eq!(pieces(text, &slashes), want, "{text:?}");
    }
    let endings = Options { endings: true, ..Options::default() };
    for (text, want) in [
        ("EU's 80'erne.", &["EU", "'s", "80", "'erne", "."][..]),
        ("Lars' ha' tv’et", &["Lars'", "ha'", "tv", "’et"]),
    ] {
        assert_eq!(pieces(text, &endings), want, "{text:?}");
    }
    let spaces = Options { spaces: true, ..Options::default() };
    let text = "\u{a0} Ja,  nej\u{a0}\r\n";
    assert_eq!(pieces(text, &spaces), ["\u{a0} ", "Ja", ",", "  ", "nej", "\u{a0}\r\n"]);
    let kinds: Vec<_> = spaces.words(text).map(|word| word.kind).collect();
    assert_eq!(kinds[0], Kind::Space);
}

#[test]
fn the_cases_of_the_facts_come_out_right() {
    let Some(cases) = survey(&["tok"]) else { return };
    assert!(cases.len() >= 4);
    for (_, text, want) in &cases {
        // One case of the list has a comma that its text has not.
        let got = pieces(text, &Options::default());
        let want: Vec<_> = want.iter().filter(|w| text.contains(*w)).collect();
        assert_eq!(got, want, "{text:?}");
    }
}

#[test]
fn words_of_the_treebank_are_those_of_its_gold() {
    let Some(gold) = shared_text("data/gold/ddt/dev.jsonl") else { return };
    let mut text = String::new();
    let mut wanted = std::collections::BTreeSet::new();
    for line in gold.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let base = text.chars().count();
        for span in row["spans"].as_array().unwrap() {
            let side = |i: usize| base + span[i].as_u64().unwrap() as usize;
            wanted.insert((side(0), side(1)));
        }
        text.push_str(row["text"].as_str().unwrap());
        text.push(' ');
    }
    let mut convert = Converter::new(&text, Unit::Char);
    let found: std::collections::BTreeSet<_> = words(&text)
        .map(|w| (convert.from_byte(w.span.start()), convert.from_byte(w.span.end())))
        .collect();
    let hits = wanted.intersection(&found).count();
    let f1 = 200.0 * hits as f64 / (wanted.len() + found.len()) as f64;
    assert!(f1 >= 99.95, "{f1}");
}

#[test]
fn words_cover_all_but_white_space_in_any_text() {
    let strange = [
        "\u{feff}Hej\0 \u{200b}\u{301}\r\n😀\u{200d}",
        "\u{1}\u{85}x",
        "🇩🇰🇸",
        "é\u{301}’",
        "\u{e000}",
        // A digit of another script, and what the annex takes for a part of its word.
        "\u{11d50}\u{202f}",
        "x\u{11d50}\u{202f}=A \u{11d50}\u{202f}\u{11d50}",
    ];
    for text in strange {
        assert_covers(text);
    }
}

fn assert_covers(text: &str) {
    for options in
        [Options::default(), Options { slashes: true, endings: true, ..Options::default() }]
    {
        let mut end = 0;
        for word in options.words(text) {
            let gap = &text[end..word.span.start()];
            assert!(gap.chars().all(char::is_whitespace), "{text:?} {word:?} after {gap:?}");
            assert!(!word.span.is_empty());
            assert!(word.of(text).chars().all(|c| !c.is_whitespace()), "{text:?} {word:?}");
            end = word.span.end();
        }
        assert!(text[end..].chars().all(char::is_whitespace), "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn words_cover_whatever_the_text_is(text in "\\PC{0,60}|[ -~\\s]{0,80}|[\\x00-\\u{fffff}]{0,40}") {
        assert_covers(&text);
        let one: Vec<_> = words(&text).collect();
        let mut two = Vec::new();
        words(&text).for_each(|word| two.push(word));
        assert_eq!(one, two);
    }
}

#[test]
fn time_grows_with_the_length_of_any_text() {
    let time = |text: &str| {
        let run = || {
            let start = std::time::Instant::now();
            assert!(words(text).map(|word| word.span.end()).max() <= Some(text.len()));
            start.elapsed().as_secs_f64() / text.len() as f64
        };
        (0..7).map(|_| run()).fold(f64::INFINITY, f64::min)
    };
    let units = [
        ".", "a", "(", ")", "\u{301}", "1.", "\"", "'", "a'", "a' ", "-", "a-", "/", "a/", "a—",
        "(a", "a(", "\"a-", "a\"", "a@", "http://", "www.", "1%", "kr.", "a.b.", "min. ", "min.\"",
        "»", "…", "a…", "1. ", "_", ":", "%'s", "'a ", "»a", "a«-", "\0", "\u{a0}", "<3", "#a",
        "@", "å", "😀",
    ];
    for unit in units {
        // Thirty-two times the length: what grows with its square takes thirty-two times as long a byte.
        let times = || {
            let few = time(&unit.repeat(5_000 / unit.len()));
            time(&unit.repeat(160_000 / unit.len())) / few
        };
        // Other work on the machine may disturb one measurement, not four.
        let ratios: Vec<_> =
            std::iter::repeat_with(times).take(4).take_while(|&r| r > 12.0).collect();
        assert!(ratios.len() < 4, "{unit:?}: {ratios:?} times as long a byte");
    }
}
