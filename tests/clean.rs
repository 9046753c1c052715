//! Cleaning: what is undone, what is left alone, and where everything came from.

use proptest::prelude::*;
use sprogkit::Span;
use sprogkit::text::{Cleaner, Rewrite, Rewriter, clean, clean_batch, clean_mapped, words};

use super::data::shared_text;

const GOLDEN: &str = include_str!("data/text/clean.tsv");

/// `text` with `\n`, `\r`, `\t` and `\u{…}` as the characters.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let sign = rest.chars().next().unwrap();
        rest = &rest[1..];
        match sign {
            'n' => plain.push('\n'),
            'r' => plain.push('\r'),
            't' => plain.push('\t'),
            'u' => {
                let end = rest.find('}').unwrap();
                let number = u32::from_str_radix(&rest[1..end], 16).unwrap();
                plain.push(char::from_u32(number).unwrap());
                rest = &rest[end + 1..];
            }
            other => panic!("\\{other}"),
        }
    }
    plain + rest
}

/// What holds for every rewrite.
fn check_map(source: &str, rewrite: &Rewrite<'_>) {
    let text = rewrite.text();
    let (mut source_at, mut target_at) = (0, 0);
    for change in rewrite.changes() {
        let (from, to) = (change.source, change.target);
        assert!(from.start() >= source_at && to.start() >= target_at, "{source:?}");
        assert_eq!(
            source[source_at..from.start()],
            text[target_at..to.start()],
            "untouched text is the same: {source:?}"
        );
        assert!(Cleaner::KINDS.contains(&change.kind));
        (source_at, target_at) = (from.end(), to.end());
    }
    assert_eq!(source[source_at..], text[target_at..], "untouched text is the same: {source:?}");
    let touched = |span: Span| {
        rewrite
            .changes()
            .iter()
            .any(|change| span.start() < change.source.end() && change.source.start() < span.end())
    };
    let places: Vec<usize> =
        source.char_indices().map(|(at, _)| at).chain([source.len()]).collect();
    for pair in places.windows(2) {
        let span = Span::new(pair[0], pair[1]);
        let there = rewrite.project(span);
        let back = rewrite.back(there);
        if touched(span) {
            let covered = back.start() <= span.start() && span.end() <= back.end();
            assert!(covered, "{source:?} {span:?} {there:?} {back:?}");
        } else {
            assert_eq!(there.of(text), span.of(source));
            assert_eq!(back, span, "{source:?}");
        }
    }
    // Words of the rewritten text, mapped back, are in order and apart.
    let spans: Vec<Span> = words(text).map(|word| word.span).collect();
    let back: Vec<Span> = rewrite.back_all(spans.iter().copied()).collect();
    for (span, &back) in spans.iter().zip(&back) {
        assert_eq!(rewrite.back(*span), back);
        let again = rewrite.project(back);
        let inserts = rewrite.changes().iter().any(|change| change.source.is_empty());
        assert!(
            inserts || again.start() <= span.start() && span.end() <= again.end(),
            "{source:?}"
        );
        let _ = back.of(source);
    }
    let forth: Vec<Span> = rewrite.project_all(back.iter().copied()).collect();
    for (span, &there) in back.iter().zip(&forth) {
        assert_eq!(rewrite.project(*span), there);
    }
}

#[test]
fn every_golden_case_comes_out_as_it_should() {
    let mut cases = 0;
    let mut wrong = Vec::new();
    for line in GOLDEN.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [source, expected, kinds, _reason] = columns[..] else { panic!("{line}") };
        let source = unescaped(source);
        let expected = if expected == "=" { source.clone() } else { unescaped(expected) };
        let got = clean_mapped(&source);
        check_map(&source, &got);
        let found: Vec<&str> = got.counts().into_iter().map(|(kind, _)| kind).collect();
        let found = if found.is_empty() { "-".to_owned() } else { found.join(" ") };
        if got.text() != expected || found != kinds {
            wrong.push(format!(
                "{source:?} gave {:?} ({found}), expected {expected:?} ({kinds})",
                got.text()
            ));
        }
        let again = clean(&expected);
        if again != expected {
            wrong.push(format!("{expected:?} is clean, became {again:?}"));
        }
        cases += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 120, "{cases}");
}

#[test]
fn clean_text_is_borrowed() {
    for text in ["", "Rødgrød med fløde", "»Nej,« sagde Åse – 1½ gang …", "a\r\nb\tc\n"]
    {
        assert!(matches!(clean(text), std::borrow::Cow::Borrowed(_)), "{text:?}");
        assert!(clean_mapped(text).changes().is_empty());
    }
}

#[test]
fn each_step_can_be_switched_off() {
    let off = Cleaner {
        mojibake: false,
        composition: false,
        invisible: false,
        control: false,
        spaces: false,
        hyphens: false,
        ligatures: false,
        hyphenation: false,
    };
    for (source, cleaner, kind) in [
        ("blÃ¥", Cleaner { mojibake: true, ..off }, "mojibake"),
        ("a\u{30A}", Cleaner { composition: true, ..off }, "composition"),
        ("a\u{AD}b", Cleaner { invisible: true, ..off }, "soft-hyphen"),
        ("a\u{7}b", Cleaner { control: true, ..off }, "control"),
        ("a\u{A0}b", Cleaner { spaces: true, ..off }, "space"),
        ("a\u{2011}b", Cleaner { hyphens: true, ..off }, "hyphen"),
        ("\u{FB01}n", Cleaner { ligatures: true, ..off }, "ligature"),
        ("kom-\nmune", Cleaner { hyphenation: true, ..off }, "hyphenation"),
    ] {
        assert_eq!(off.clean(source), source);
        assert_eq!(cleaner.clean_mapped(source).counts(), [(kind, 1)], "{source:?}");
        let all = "blÃ¥ a\u{30A} a\u{AD}b a\u{7}b a\u{A0}b a\u{2011}b \u{FB01}n kom-\nmune";
        assert_eq!(cleaner.clean_mapped(all).counts(), [(kind, 1)], "{source:?}");
    }
}

#[test]
fn a_batch_is_the_same_as_one_by_one() {
    let texts: Vec<String> =
        (0..200).map(|i| format!("{i}: {}", ["blÃ¥", "blå", "bl\u{AD}å"][i % 3])).collect();
    let batch = clean_batch(&texts);
    assert_eq!(batch.len(), texts.len());
    for (text, got) in texts.iter().zip(&batch) {
        assert_eq!(*got, clean(text));
    }
}

/// What bytes of Danish become when each stands for one character.
fn misread(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            0x80..=0x9F => {
                const SHOWN: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ";
                SHOWN.chars().nth(usize::from(byte - 0x80)).unwrap()
            }
            byte => char::from(byte),
        })
        .collect()
}

#[test]
fn danish_read_as_latin_1_or_windows_1252_once_twice_or_thrice_comes_back() {
    for text in [
        "Blåbærgrød på øen",
        "Ærlig Østers Ål",
        "»Nej,« sagde Søren – og gik …",
        "“Ja,” svarede én af dem: § 5, 1½ time, 20 °C, 3 €",
        "ÆBLEGRØD PÅ ØEN",
        "Zoë spiste crème brûlée à la carte på Café Åen",
        "En smiley 😀 på Ærø",
        "Skovsø Miljø\nÅbo Trælast\nsmørrebrød",
    ] {
        let latin: String = text.bytes().map(char::from).collect();
        assert_eq!(clean(&latin), text, "latin-1");
        let once = misread(text);
        assert_eq!(clean(&once), text, "windows-1252");
        check_map(&once, &clean_mapped(&once));
        let twice = misread(&once);
        assert_eq!(clean(&twice), text, "twice: {twice}");
        let thrice = misread(&twice);
        assert_eq!(clean(&thrice), text, "thrice");
        check_map(&thrice, &clean_mapped(&thrice));
    }
}

#[test]
fn repairing_takes_linear_time_on_hard_texts() {
    for unit in
        ["\u{301}", "a-\n", "Ã", "Ã¥", "a\u{30A}", "\u{AD}", "\u{200D}", "v\u{91}", "‘", "Â "]
    {
        let text = unit.repeat(400_000 / unit.len());
        let begun = std::time::Instant::now();
        let cleaned = clean_mapped(&text);
        assert!(begun.elapsed().as_secs() < 5, "{unit:?} {:?}", begun.elapsed());
        drop(cleaned);
    }
}

#[test]
fn in_corpora_only_what_can_be_no_right_text_is_undone() {
    for name in ["lcc.txt", "libreoffice.txt", "cms_manual.txt"] {
        let Some(text) = shared_text(&format!("data/text/{name}")) else { continue };
        let mut wrong = Vec::new();
        for line in text.lines() {
            let got = clean_mapped(line);
            for change in got.changes().iter().filter(|change| change.kind == "mojibake") {
                // A control character, or the first of a sequence of UTF-8: these corpora are
                // known to hold both, and no other misreading.
                let seen = change.source.of(line);
                if !seen.starts_with(|c: char| {
                    matches!(c, '\u{80}'..='\u{9F}' | 'Ã' | 'Â' | 'â' | 'ï' | 'ð')
                }) {
                    wrong.push(line);
                }
            }
        }
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
}

/// Pieces of which hard texts are made.
fn hard_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[a-zæøå]{1,4}",
        proptest::sample::select(vec![
            "Ã", "Â", "â", "€", "¥", "¦", "¸", "…", "†", "›", "‘", "\u{91}", "\u{86}", "\u{9B}",
            "Ж", "Ы", "√", "∏", "├", "ª", "-\n", "-\r\n", "\u{AD}\n", "\u{AD}", "\u{200B}",
            "\u{200D}", "\u{200E}", "א", "\u{FEFF}", "\u{A0}", "\u{202F}", "1", "A", "o",
            "\u{338}", "\u{301}", "\u{30A}", "\u{2DA}", "a", "\u{2011}", "ﬁ", "\0", "\u{85}", "\n",
            " ", "og", "👩", "ƒ", "¾", "¿", "Œ", "‚", "Ä", "Å", "Ê", "¯", "µ", "\u{1E9B}", "가",
            "\u{11A8}",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_twice_is_cleaning_once_and_maps_exactly(text in hard_text()) {
        let once = clean_mapped(&text);
        check_map(&text, &once);
        let twice = clean(once.text());
        prop_assert_eq!(&twice, once.text());
        prop_assert_eq!(clean(&text), once.text());
    }

    #[test]
    fn two_rewrites_compose_to_the_map_of_both(
        text in "[a-f]{0,12}",
        first in proptest::collection::vec((0usize..5, 0usize..4, "[xyz]{0,3}"), 0..4),
        second in proptest::collection::vec((0usize..5, 0usize..4, "[xyz]{0,3}"), 0..4),
    ) {
        fn apply<'t>(text: &'t str, edits: &[(usize, usize, String)]) -> Rewrite<'t> {
            let mut rewriter = Rewriter::new(text);
            let mut at = 0;
            for (skip, length, replacement) in edits {
                let start = at + skip;
                let end = start + length;
                if end > text.len() {
                    break;
                }
                rewriter.replace(Span::new(start, end), replacement, "space");
                at = end;
            }
            rewriter.finish()
        }
        let a = apply(&text, &first);
        check_map(&text, &a);
        let between = a.text().to_owned();
        let b = apply(&between, &second);
        let both = a.clone().then(b.clone());
        prop_assert_eq!(both.text(), b.text());
        check_map(&text, &both);
        // Going in two steps never leads farther than going in one.
        for start in 0..=text.len() {
            for end in start + 1..=text.len() {
                let span = Span::new(start, end);
                let stepwise = b.project(a.project(span));
                let direct = both.project(span);
                prop_assert!(direct.start() <= stepwise.start() && stepwise.end() <= direct.end()
                    || stepwise.is_empty() || a.project(span).is_empty(),
                    "{:?}: {:?} {:?}", span, stepwise, direct);
            }
        }
    }
}
