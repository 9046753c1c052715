//! Any bytes at all: errors, never a panic.

use proptest::prelude::*;

use sprogkit::formats::marks::{audacity, ctm, subtitles, textgrid, whisperx};
use sprogkit::formats::{Encoding, conllu, delimited, hunspell, jsonl, plain};

/// Reads `bytes` with every reader to the end or the first error.
fn read_all(bytes: &[u8]) {
    for (_, encoding) in Encoding::ALL {
        let _ = plain::lines("f", bytes, encoding).count();
        let _ = plain::blocks("f", bytes, encoding).count();
        let _ = plain::whole("f", bytes, encoding);
        let _ = jsonl::objects("f", bytes, encoding).count();
        let _ = conllu::documents("f", bytes, encoding).count();
        let _ = conllu::whole("f", bytes, encoding);
        for (header, quoted) in [(true, true), (false, true), (false, false)] {
            let options = delimited::Options { delimiter: b';', header, quoted, encoding };
            if let Ok(table) = delimited::Reader::new("f", bytes, options) {
                let _ = table.count();
            }
        }
    }
    let affixes = hunspell::Affixes::parse("f", bytes).unwrap_or_default();
    if let Ok(words) = hunspell::words("f", bytes, &affixes, true) {
        let _ = words.count();
    }
    let _ = audacity::read("f", bytes);
    let _ = ctm::read("f", bytes);
    let _ = subtitles::read_srt("f", bytes);
    let _ = subtitles::read_vtt("f", bytes);
    let _ = textgrid::read("f", bytes);
    let _ = whisperx::read("f", bytes);
    #[cfg(feature = "audio")]
    let _ = sprogkit::audio::wav::decode("f", bytes);
}

/// Small files that are right, to be damaged.
const GOOD: &[&[u8]] = &[
    "\u{feff}Ja.\r\n\r\nNej, æøå 👩‍👧.\n".as_bytes(),
    "a;b\n\"x;\"\"y\"\"\n\";2\n".as_bytes(),
    "{\"id\": 1, \"text\": \"bl\\u00e5\"}\n{\"a\": [1, {}]}\n".as_bytes(),
    b"# newdoc id = d\n# text = Vi har zum\n1\tVi\tvi\tPRON\t_\tA=b\t0\t_\t_\t_\n2\thar\t_\t_\t_\t_\t1\t_\t_\t_\n3-4\tzum\t_\t_\t_\t_\t_\t_\t_\t_\n3\tzu\t_\t_\t_\t_\t1\t_\t_\t_\n4\tdem\t_\t_\t_\t_\t1\t_\t_\t_\n4.1\tx\t_\t_\t_\t_\t_\t_\t_\t_\n\n",
    b"SET UTF-8\nFLAG num\nAF 1\nAF 1,2\nSFX 1 Y 1\nSFX 1 y ies/2 [^ab]y +X\nPFX 2 Y 1\nPFX 2 0 u .\n",
    b"0.5\t1\tja\n\\\t1\t2\n2\t2\tx\n",
    b";;\nr 1 0.5 1 ja 0.5\nr 1 2 0 x\n",
    b"1\n00:00:01,500 --> 00:00:02,250\nJa\n\n2\n00:00:01,500 --> 00:00:02,250\nJa\n",
    b"WEBVTT\n\nNOTE x\n\n00:01.500 --> 00:02.250 a\n<v A>Ja &amp;\n",
    b"\"ooTextFile\"\n\"TextGrid\" 0 1 <exists> 1 \"IntervalTier\" \"x\"\"y\" 0 1 1 0 1 \"a\"",
    b"{\"segments\":[{\"start\":0,\"end\":2,\"text\":\"a\",\"words\":[{\"word\":\"a\"},{\"word\":\"b\",\"start\":1,\"end\":2}]}]}",
    b"3\nsky/1\nbil/12 po:noun\na\\/b\n",
    b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\x00\x7d\0\0\x02\0\x10\0data\x08\0\0\0\x01\0\x02\0\x03\0\x04\0",
    b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x03\0\x02\0\x80\x3e\0\0\x00\xf4\x01\0\x08\0\x20\0data\x08\0\0\0\x01\0\x02\0\x03\0\x04\0",
];

#[test]
fn every_byte_of_a_good_file_changed_and_every_cut_is_an_error_or_a_file() {
    for good in GOOD {
        for at in 0..good.len() {
            read_all(&good[..at]);
            for with in [0, b'"', b'\n', b'\t', b'/', 0x7f, 0x80, 0xff, good[at] ^ 1] {
                let mut changed = good.to_vec();
                changed[at] = with;
                read_all(&changed);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_an_error_or_a_file(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn pieces_of_good_files_in_any_order_are_an_error_or_a_file(
        pieces in proptest::collection::vec((0..GOOD.len(), any::<u16>(), 0usize..40), 0..12)
    ) {
        let mut bytes = Vec::new();
        for (file, at, length) in pieces {
            let file = GOOD[file];
            let at = usize::from(at) % file.len();
            bytes.extend(&file[at..(at + length).min(file.len())]);
        }
        read_all(&bytes);
    }
}
