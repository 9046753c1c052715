//! The words of a generated corpus: by the iterator, by blocks, in batches, and by the slow [`twin`].

use proptest::prelude::*;
use sprogkit::text::offsets::Unit;
use sprogkit::text::{Options, Word, words};

#[path = "words/twin.rs"]
mod twin;

use twin::naive;

/// What the generated corpus is made of.
const PIECES: &[&str] = &[
    " ",
    " ",
    " ",
    " ",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u{a0}",
    "\n\n",
    "\0",
    "hus",
    "Hus",
    "hun",
    "Hun",
    "den",
    "Den",
    "blå",
    "ÆØÅ",
    "é",
    "i",
    "I",
    "K",
    "a",
    "v",
    "B",
    "kr",
    "Kr",
    "ca",
    "f",
    "eks",
    "f.eks",
    "min",
    "tv",
    "km",
    "kg",
    "km/t",
    "bl",
    "ph.d",
    "cand",
    "mag",
    "nr",
    "sagsnr",
    "kl",
    "jan",
    "maj",
    "Maj",
    "Stk",
    "stk",
    "Frederik",
    "spsk",
    "cd",
    "TV",
    "søn",
    "ha",
    "sku",
    "ikke",
    "www.",
    "http://",
    "mailto:",
    "a.b",
    "2",
    "12",
    "1992",
    "24",
    "9.11",
    "3/5",
    "½",
    ".",
    ".",
    ".",
    "..",
    "...",
    ",",
    ",",
    ";",
    ":",
    "!",
    "?",
    "(",
    ")",
    "\"",
    "\"",
    "»",
    "«",
    "”",
    "„",
    "‘",
    "`",
    "'",
    "'",
    "’",
    "-",
    "-",
    "--",
    "–",
    "—",
    "…",
    "_",
    "%",
    "/",
    "=",
    "*",
    "@",
    "#",
    "+",
    "&",
    "\\",
    "$",
    "<3",
    ":-)",
    "§",
    "€",
    "×",
    "°",
    "→",
    "\u{301}",
    "\u{ad}",
    "\u{fe0f}",
    "😀",
    "👍",
    "🇩🇰",
    "\u{200d}",
    "漢字",
    "ש",
    "s",
    "er",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzæøåabcdefghijklmnopqrstuvwxyz",
];

fn compare(text: &str) {
    let fast: Vec<_> = words(text).map(|word| word.of(text)).collect();
    assert_eq!(fast, naive(text), "{text:?}");
    for options in
        [Options::default(), Options { slashes: true, endings: true, ..Options::default() }]
    {
        the_same_by_blocks(text, &options);
    }
}

/// The words one by one are those of the text as a whole, of its rest, and of a batch.
fn the_same_by_blocks(text: &str, options: &Options) {
    let mut one_by_one = Vec::new();
    let mut iterator = options.words(text);
    while let Some(word) = iterator.next() {
        let rest = iterator.clone().fold(Vec::new(), |mut rest, word| {
            rest.push(word);
            rest
        });
        one_by_one.push((word, rest));
    }
    let all: Vec<Word> = one_by_one.iter().map(|(word, _)| *word).collect();
    for (at, (_, rest)) in one_by_one.iter().enumerate() {
        assert_eq!(rest, &all[at + 1..], "{text:?} behind word {at}");
    }
    for &unit in Unit::ALL {
        let place = |at: usize| match unit {
            Unit::Byte => at as u32,
            Unit::Char => text[..at].chars().count() as u32,
            Unit::Utf16 => text[..at].encode_utf16().count() as u32,
        };
        // Behind another text and before an empty one.
        let found = options.words_batch(&["å 😀", text, ""], unit).unwrap();
        let own = found.offsets[1] as usize..found.offsets[2] as usize;
        assert_eq!((own.start, own.end), (2, found.starts.len()), "{text:?}");
        assert_eq!(found.offsets[3] as usize, own.end);
        let got: Vec<_> =
            own.map(|at| (found.starts[at], found.ends[at], found.kinds[at])).collect();
        let naive = all.iter().map(|w| (place(w.span.start()), place(w.span.end()), w.kind as u8));
        assert_eq!(got, naive.collect::<Vec<_>>(), "{text:?} {unit:?}");
    }
}

#[test]
fn long_texts_and_lines_are_the_same_by_blocks() {
    let long = "a-b (c) \"d\" 12, x12 e. kl. 5. ".repeat(9);
    for text in [&long, &long.replace(' ', ""), &long.replace('a', "æ😀"), &"å".repeat(99)] {
        for from in 0..text.len().min(70) {
            if text.is_char_boundary(from) {
                the_same_by_blocks(&text[from..], &Options::default());
            }
        }
    }
}

#[test]
fn the_fast_way_and_the_slow_way_agree_on_pairs_and_triples() {
    for one in PIECES {
        for two in PIECES {
            compare(&format!("{one}{two}"));
            compare(&format!("Se {one}{two} nu"));
            compare(&format!("{one}{two}. Hun"));
            compare(&format!("den {one}.{two}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_fast_way_and_the_slow_way_agree(at in prop::collection::vec(0..PIECES.len(), 0..24)) {
        let text: String = at.iter().map(|&at| PIECES[at]).collect();
        compare(&text);
    }
}
