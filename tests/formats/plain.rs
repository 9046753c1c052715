use sprogkit::formats::{Encoding, plain};

use super::told;

type Pieces = &'static [(u64, &'static str)];

/// File, lines, blocks.
const CASES: &[(&str, Pieces, Pieces)] = &[
    ("", &[], &[]),
    ("\n\n \n", &[], &[]),
    ("\u{feff}", &[], &[]),
    ("Ja", &[(1, "Ja")], &[(1, "Ja")]),
    ("\u{feff}Ja\n", &[(1, "Ja")], &[(1, "Ja")]),
    ("Ja\r\nNej\r\n", &[(1, "Ja"), (2, "Nej")], &[(1, "Ja\r\nNej")]),
    ("\n\nJa\n\n\nNej\nJo", &[(3, "Ja"), (6, "Nej"), (7, "Jo")], &[(3, "Ja"), (6, "Nej\nJo")]),
    (" Ja \n\t\nNej", &[(1, " Ja "), (3, "Nej")], &[(1, " Ja "), (3, "Nej")]),
    ("a\0b\n", &[(1, "a\0b")], &[(1, "a\0b")]),
    ("a\rb", &[(1, "a\rb")], &[(1, "a\rb")]),
    ("👩‍👧 \u{301}\r\n\r\n\r\n", &[(1, "👩‍👧 \u{301}")], &[(1, "👩‍👧 \u{301}")]),
];

#[test]
fn text_is_cut_at_lines_and_at_blank_lines() {
    for &(file, lines, blocks) in CASES {
        let bytes = file.as_bytes();
        let pairs = |found: Vec<plain::Passage<'_>>| -> Vec<(u64, String)> {
            found.into_iter().map(|p| (p.line, p.text.into_owned())).collect()
        };
        let owned = |want: &[(u64, &str)]| -> Vec<(u64, String)> {
            want.iter().map(|&(line, text)| (line, text.to_owned())).collect()
        };
        let (got, wrong) = told(plain::lines("f", bytes, Encoding::Utf8));
        assert_eq!((pairs(got), wrong), (owned(lines), None), "lines of {file:?}");
        let (got, wrong) = told(plain::blocks("f", bytes, Encoding::Utf8));
        assert_eq!((pairs(got), wrong), (owned(blocks), None), "blocks of {file:?}");
    }
}

#[test]
fn a_passage_stands_at_its_offset() {
    let file = "\u{feff}Første\r\n\r\nAnden\nlinje\n\nTredje";
    for passage in plain::blocks("f", file.as_bytes(), Encoding::Utf8) {
        let passage = passage.unwrap();
        let there = &file[passage.offset as usize..];
        assert!(there.trim_start_matches('\u{feff}').starts_with(&*passage.text), "{passage:?}");
    }
}

/// Encoding, bytes, the text or the error.
const ENCODINGS: &[(&str, &[u8], Result<&str, &str>)] = &[
    ("utf-8", "blå".as_bytes(), Ok("blå")),
    ("utf-8", b"bl\xe5", Err("f: byte 2: the text ends inside a UTF-8 character")),
    (
        "utf-8",
        b"bl\xe5t",
        Err(
            "f: byte 2: 0xE5 is not UTF-8 here; where the file is older, say `encoding = \"latin-1\"` or \"windows-1252\"",
        ),
    ),
    (
        "utf-8",
        b"\xff\xfea\0",
        Err("f: byte 0: this is UTF-16, which is not read; save the file as UTF-8"),
    ),
    ("utf-8", b"\xed\xa0\x80", Err("f: byte 0: 0xED is not UTF-8 here")),
    ("latin-1", b"bl\xe5 \x80", Ok("blå \u{80}")),
    ("latin-9", b"bl\xe5 \xa4", Ok("blå €")),
    ("windows-1252", b"bl\xe5 \x80 \x96 \x93x\x94", Ok("blå € – “x”")),
    ("windows-1252", b"a\x81", Err("f: byte 1: 0x81 stands for nothing in windows-1252")),
];

#[test]
fn bytes_become_text_by_the_encoding_that_is_named() {
    for &(name, bytes, ref want) in ENCODINGS {
        let encoding = Encoding::of_label(name).unwrap();
        assert_eq!(encoding.name(), name);
        let got = plain::whole("f", bytes, encoding).map(|whole| whole.text.into_owned());
        match (got, want) {
            (Ok(got), Ok(want)) => assert_eq!(got, *want),
            (Err(got), Err(want)) => assert!(got.to_string().starts_with(want), "{got}"),
            (got, want) => panic!("{name} {bytes:?}: {got:?}, expected {want:?}"),
        }
    }
    assert_eq!(Encoding::of_label("ISO8859-1"), Some(Encoding::Latin1));
    assert_eq!(Encoding::of_label("KOI8-R"), None);
}

#[test]
fn the_byte_of_an_error_is_counted_from_the_beginning_of_the_file() {
    let file = b"Ja\r\n\r\nbl\xe5t\nNej\n";
    for (lines, error) in [
        told(plain::lines("f", file, Encoding::Utf8)),
        told(plain::blocks("f", file, Encoding::Utf8)),
    ] {
        assert_eq!(lines.len(), 1);
        assert!(error.unwrap().starts_with("f: byte 8: 0xE5"));
    }
    // Nothing comes after an error.
    assert_eq!(plain::lines("f", file, Encoding::Utf8).count(), 2);
}
