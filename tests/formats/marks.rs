use proptest::prelude::*;

use sprogkit::formats::marks::textgrid::{Form, TextGrid};
use sprogkit::formats::marks::whisperx::{Segment, Transcript};
use sprogkit::formats::marks::{About, Format, Mark, Tier, write};
use sprogkit::formats::marks::{audacity, ctm, subtitles, textgrid, whisperx};

fn marks(of: &[(f64, f64, &str)]) -> Vec<Mark> {
    of.iter().map(|&(start, end, text)| Mark::new(start, end, text)).collect()
}

/// As Praat 6 saves one: long, with a blank behind every value.
const LONG: &str = r#"File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 
xmax = 1.5 
tiers? <exists> 
size = 2 
item []: 
    item [1]:
        class = "IntervalTier" 
        name = "ord" 
        xmin = 0 
        xmax = 1.5 
        intervals: size = 3 
        intervals [1]:
            xmin = 0 
            xmax = 0.25 
            text = "" 
        intervals [2]:
            xmin = 0.25 
            xmax = 0.75 
            text = "så ""sagde""" 
        intervals [3]:
            xmin = 0.75 
            xmax = 1.5 
            text = "han" 
    item [2]:
        class = "TextTier" 
        name = "klik" 
        xmin = 0 
        xmax = 1.5 
        points: size = 1 
        points [1]:
            number = 1.25 
            mark = "!" 
"#;

const SHORT: &str = "File type = \"ooTextFile short\"\r\n\"TextGrid\"\r\n\r\n0\r\n1.5\r\n<exists>\r\n2\r\n\
    \"IntervalTier\"\r\n\"ord\"\r\n0\r\n1.5\r\n3\r\n0\r\n0.25\r\n\"\"\r\n0.25\r\n0.75\r\n\
    \"så \"\"sagde\"\"\"\r\n0.75\r\n1.5\r\n\"han\"\r\n\"TextTier\"\r\n\"klik\"\r\n0\r\n1.5\r\n1\r\n\
    1.25 ! a comment with \"quotes\"\r\n\"!\"\r\n";

fn grid() -> TextGrid {
    let words = Tier::new("ord", marks(&[(0.25, 0.75, "så \"sagde\""), (0.75, 1.5, "han")]));
    let clicks = Tier { name: "klik".into(), points: true, marks: marks(&[(1.25, 1.25, "!")]) };
    TextGrid { start: 0.0, end: 1.5, tiers: vec![words, clicks] }
}

#[test]
fn a_textgrid_is_read_in_every_form_praat_writes() {
    let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(LONG.encode_utf16()).flat_map(unit).collect()
    };
    for bytes in [
        LONG.as_bytes().to_vec(),
        SHORT.as_bytes().to_vec(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ] {
        assert_eq!(textgrid::read("f", &bytes).unwrap(), grid());
    }
    assert_eq!(
        textgrid::write(&grid(), Form::Long).unwrap().replace(" \n", "\n"),
        LONG.replace(" \n", "\n")
    );
    for form in [Form::Long, Form::Short] {
        let text = textgrid::write(&grid(), form).unwrap();
        assert_eq!(textgrid::read("f", text.as_bytes()).unwrap(), grid());
    }
}

#[test]
fn a_damaged_textgrid_is_told_with_its_line() {
    for (from, to, want) in [
        ("ooTextFile", "ooText", "f:1: expected \"ooTextFile\", got \"ooText\""),
        ("\"TextGrid\"", "\"Sound\"", "f:2: expected \"TextGrid\", got \"Sound\""),
        ("xmax = 1.5", "xmax = -1.5", "f:5: the recording ends at -1.5, before 0"),
        ("size = 2", "size = 2.5", "f:7: expected how many tiers there are, got the number 2.5"),
        ("size = 2", "size = 4000000000", "f:36: expected the class of a tier, the file ends"),
        ("size = 3", "size = 4", "f:28: expected where a mark begins, got \"TextTier\""),
        ("IntervalTier", "Tier", "f:10: expected \"IntervalTier\" or \"TextTier\", got \"Tier\""),
        ("xmin = 0.25", "xmin = 0.2", "f:21: a mark from 0.2 to 0.75, but 0.25 is reached"),
        ("text = \"han\"", "text = \"han", "f:"),
        ("text = \"han\"", "text = 7", "f:26: expected the text of a mark, got the number 7"),
        ("mark = \"!\"", "mark = \"!", "f:35: a quote that is opened here is never closed"),
        (
            "File type = \"ooTextFile\"",
            "ooBinaryFile",
            "f: byte 0: a binary TextGrid; save it as text",
        ),
    ] {
        let text = LONG.replacen(from, to, 1);
        let wrong = textgrid::read("f", text.as_bytes()).unwrap_err().to_string();
        assert!(wrong.starts_with(want), "{to}: {wrong}");
    }
    assert!(textgrid::read("f", b"\xff\xfea").unwrap_err().to_string().starts_with("f: byte 2: "));
}

#[test]
fn marks_that_a_format_cannot_hold_are_refused() {
    let tier = |of: &[(f64, f64, &str)]| TextGrid {
        start: 0.0,
        end: 1.0,
        tiers: vec![Tier::new("t", marks(of))],
    };
    for of in [
        &[(0.5, 0.25, "x")][..],
        &[(f64::NAN, 1.0, "x")],
        &[(-1.0, 1.0, "x")],
        &[(0.5, 0.75, "x"), (0.25, 0.5, "y")],
    ] {
        assert!(textgrid::write(&tier(of), Form::Short).is_err(), "{of:?}");
        assert!(subtitles::write_srt(&marks(of)).is_err(), "{of:?}");
        assert!(subtitles::write_vtt(&marks(of)).is_err(), "{of:?}");
        assert!(audacity::write(&marks(of)).is_err(), "{of:?}");
        let channel = ctm::Channel { recording: "r".into(), name: "1".into(), marks: marks(of) };
        assert!(ctm::write(&[channel]).is_err(), "{of:?}");
        let words = Segment { mark: Mark::new(0.0, 1.0, "x"), words: marks(of) };
        assert!(
            whisperx::write(&Transcript { segments: vec![words], ..Default::default() }).is_err()
        );
    }
    for of in [&[(0.0, 0.5, "x"), (0.4, 0.6, "y")][..], &[(0.5, 0.5, "x")], &[(0.5, 1.5, "x")]] {
        assert!(textgrid::write(&tier(of), Form::Long).is_err(), "{of:?}");
    }
    for text in ["", "a\n\nb", "a --> b", "a\r"] {
        assert!(subtitles::write_srt(&marks(&[(0.0, 1.0, text)])).is_err(), "{text:?}");
    }
    assert!(audacity::write(&marks(&[(0.0, 1.0, "a\nb")])).is_err());
    for word in ["", "to ord", ";;x"] {
        let channel = ctm::Channel {
            recording: "r".into(),
            name: "1".into(),
            marks: marks(&[(0.0, 1.0, word)]),
        };
        assert!(ctm::write(&[channel]).is_err(), "{word:?}");
    }
}

#[test]
fn subtitles_are_read_as_they_come() {
    let srt = "\u{feff}1\r\n00:00:01,500 --> 00:00:02,250\r\nJa,\r\n<i>tak</i>.\r\n\r\n\r\n00:01:00.000 --> 01:00:00.001 X1:5\r\n2 & 3";
    let want = marks(&[(1.5, 2.25, "Ja,\n<i>tak</i>."), (60.0, 3600.001, "2 & 3")]);
    assert_eq!(subtitles::read_srt("f", srt.as_bytes()).unwrap(), want);
    let vtt = "WEBVTT - prøve\nKind: captions\n\nNOTE\nto lines\n\nSTYLE\n::cue {}\n\nid 7\n00:01.500 --> 00:02.250 align:start\n<v Asta>Ja &amp; <i>nej</i> &lt;3\n\n00:01:00.000 --> 01:00:00.001\n2\n";
    let want = marks(&[(1.5, 2.25, "Ja & nej <3"), (60.0, 3600.001, "2")]);
    assert_eq!(subtitles::read_vtt("f", vtt.as_bytes()).unwrap(), want);
    for (text, want) in [
        ("1\nJa\n", "f:2: expected a line such as"),
        ("Ja\n", "f:1: expected a line such as"),
        (
            "1\n00:00:01 --> 00:00:02\nJa\n",
            "f:2: expected a time such as 00:00:01,000, got \"00:00:01\"",
        ),
        (
            "\n1\n00:00:02,000 --> 00:00:01,000\nJa\n",
            "f:3: it ends at 1 s, before it starts at 2 s",
        ),
        ("1\n00:00:01,000 -->\nJa\n", "f:2: expected a time such as 00:00:01,000, got \"\""),
        ("1\n99999999999999999999:00:01,000 --> 00:00:02,000\n", "f:2: expected a time"),
    ] {
        let wrong = subtitles::read_srt("f", text.as_bytes()).unwrap_err().to_string();
        assert!(wrong.starts_with(want), "{wrong}");
    }
    let wrong = subtitles::read_vtt("f", b"VTT\n").unwrap_err().to_string();
    assert_eq!(wrong, "f:1: expected \"WEBVTT\", got \"VTT\"");
}

#[test]
fn ctm_labels_and_json_are_read_as_they_come() {
    let file = ";; comment\nb A 0.5 .25 ja 0.9\nb B 1 1 nej\n\nb A 1 0 tak NA\n";
    let channels = ctm::read("f", file.as_bytes()).unwrap();
    assert_eq!(channels.len(), 2);
    assert_eq!(
        channels[0].marks[0],
        Mark { start: 0.5, end: 0.75, text: "ja".into(), score: Some(0.9) }
    );
    assert_eq!(channels[0].marks[1], Mark::new(1.0, 1.0, "tak"));
    for (line, want) in [
        ("b A 0.5 ja", "f:1: expected 5 or 6 columns, found 4"),
        ("b A 0.5 1 ja 1 1", "f:1: expected 5 or 6 columns, found 7"),
        ("b A 0,5 1 ja", "f:1: expected a start in seconds, got \"0,5\""),
        ("b A 0.5 inf ja", "f:1: expected a duration in seconds, got \"inf\""),
        ("b A 0.5 -1 ja", "f:1: expected times from 0 on, got 0.5 and -1"),
    ] {
        assert!(ctm::read("f", line.as_bytes()).unwrap_err().to_string().starts_with(want));
    }
    let labels =
        audacity::read("f", "0.5\t0.5\tså\tog så\n\\\t100\t200\n1.0\t2.0\r\n".as_bytes()).unwrap();
    assert_eq!(labels, marks(&[(0.5, 0.5, "så\tog så"), (1.0, 2.0, "")]));
    for line in ["0.5\tja", "0,5\t0,6\tja", "2\t1\tja", "-1\t1\tja"] {
        assert!(audacity::read("f", line.as_bytes()).is_err(), "{line}");
    }
    let json = r#"{"segments": [{"start": 1, "end": 2, "text": "a b c", "words": [{"word": "a"}, {"word": "b"}, {"word": "c", "start": 1.5, "end": 1.75, "score": 0.5}], "chars": []}], "language": "da"}"#;
    let transcript = whisperx::read("f", json.as_bytes()).unwrap();
    let times: Vec<_> = transcript.segments[0].words.iter().map(|w| (w.start, w.end)).collect();
    assert_eq!(times, [(1.0, 1.25), (1.25, 1.5), (1.5, 1.75)]);
    for (json, want) in [
        ("{\n\"segments\": 1}", "f:2: invalid type"),
        ("{", "f:1: EOF"),
        (
            "{\"segments\": [{\"start\": 2, \"end\": 1, \"text\": \"\"}]}",
            "f:1: segments[0]: its times",
        ),
    ] {
        let wrong = whisperx::read("f", json.as_bytes()).unwrap_err().to_string();
        assert!(wrong.starts_with(want), "{wrong}");
    }
}

/// Marks in their order without overlaps, at whole milliseconds.
fn any_marks(text: &'static str) -> impl Strategy<Value = Vec<Mark>> {
    proptest::collection::vec((0u32..500, 1u32..500, text, proptest::option::of(0u8..=100)), 0..8)
        .prop_map(|parts| {
            let mut at = 0;
            let mut marks = Vec::new();
            for (gap, length, text, score) in parts {
                let (start, end) = (at + gap, at + gap + length);
                at = end;
                let score = score.map(|score| f64::from(score) / 100.0);
                let mark = Mark::new(f64::from(start) / 1000.0, f64::from(end) / 1000.0, text);
                marks.push(Mark { score, ..mark });
            }
            marks
        })
}

fn unscored(marks: &[Mark]) -> Vec<Mark> {
    marks.iter().map(|mark| Mark { score: None, ..mark.clone() }).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        marks in any_marks("[a-zæøå\"&<!] ?[a-zæøå\"&]{1,6}"), words in any_marks("[a-zæøå.,&\"<]{1,6}")
    ) {
        let plain = unscored(&marks);
        let grid = TextGrid { start: 0.0, end: 10.0, tiers: vec![Tier::new("å \"1\"", plain.clone()), Tier::new("", unscored(&words))] };
        for form in [Form::Long, Form::Short] {
            let text = textgrid::write(&grid, form).unwrap();
            prop_assert_eq!(&textgrid::read("f", text.as_bytes()).unwrap(), &grid);
        }
        let text = subtitles::write_srt(&marks).unwrap();
        prop_assert_eq!(&subtitles::read_srt("f", text.as_bytes()).unwrap(), &plain);
        let text = subtitles::write_vtt(&marks).unwrap();
        prop_assert_eq!(&subtitles::read_vtt("f", text.as_bytes()).unwrap(), &plain);
        let text = audacity::write(&marks).unwrap();
        prop_assert_eq!(&audacity::read("f", text.as_bytes()).unwrap(), &plain);
        let transcript = Transcript {
            language: "da".into(),
            segments: vec![Segment { mark: Mark::new(0.0, 10.0, "alt"), words: words.clone() }],
        };
        let text = whisperx::write(&transcript).unwrap();
        prop_assert_eq!(&whisperx::read("f", text.as_bytes()).unwrap(), &transcript);
        let channel = ctm::Channel { recording: "r".into(), name: "1".into(), marks: words };
        let text = ctm::write(std::slice::from_ref(&channel)).unwrap();
        let back = ctm::read("f", text.as_bytes()).unwrap();
        prop_assert_eq!(back.len(), usize::from(!channel.marks.is_empty()));
        for (got, want) in back.iter().flat_map(|c| &c.marks).zip(&channel.marks) {
            prop_assert_eq!((&got.text, got.score), (&want.text, want.score));
            prop_assert!((got.start - want.start).abs() < 1e-6 && (got.end - want.end).abs() < 1e-6);
        }
    }
}

#[test]
fn every_format_is_written_by_its_name_and_its_path() {
    let words =
        Tier::new("words", marks(&[(0.0, 0.5, "ja"), (0.5, 1.0, "tak"), (2.0, 3.0, "nej")]));
    let about = About { recording: "a".to_owned(), end: Some(4.0), ..About::default() };
    for (name, path) in
        Format::NAMES.into_iter().zip(["a.TextGrid", "a.ctm", "a.srt", "a.VTT", "a.txt", "a.json"])
    {
        let format = Format::named(name).unwrap();
        assert_eq!(Format::of(path.as_ref()), Some(format), "{path}");
        let file = write(std::slice::from_ref(&words), format, &about).unwrap();
        let bytes = file.as_bytes();
        let read = match format {
            Format::TextGrid => textgrid::read("a", bytes).unwrap().tiers[0].marks.clone(),
            Format::Ctm => ctm::read("a", bytes).unwrap()[0].marks.clone(),
            Format::Srt => subtitles::read_srt("a", bytes).unwrap(),
            Format::Vtt => subtitles::read_vtt("a", bytes).unwrap(),
            Format::Audacity => audacity::read("a", bytes).unwrap(),
            _ => whisperx::read("a", bytes).unwrap().segments[0].words.clone(),
        };
        assert_eq!(read, words.marks, "{name}");
        let two = [words.clone(), words.clone()];
        let several = matches!(format, Format::TextGrid | Format::WhisperX);
        assert_eq!(write(&two, format, &about).is_ok(), several, "{name}");
    }
    assert!(Format::named("elan").unwrap_err().to_string().contains("textgrid"));
}

#[test]
fn words_go_into_the_segment_they_lie_in() {
    let segments = Tier::new("s", marks(&[(0.0, 1.0, "ja tak"), (1.0, 3.0, "nej")]));
    let words = Tier::new("w", marks(&[(0.0, 0.5, "ja"), (0.5, 1.2, "tak"), (2.0, 3.0, "nej")]));
    let file = write(&[segments, words.clone()], Format::WhisperX, &About::default()).unwrap();
    let found = whisperx::read("a", file.as_bytes()).unwrap();
    assert_eq!(found.language, "da");
    let counts: Vec<usize> = found.segments.iter().map(|segment| segment.words.len()).collect();
    assert_eq!(counts, [2, 1]);
    let none = Tier::new("s", Vec::new());
    assert!(write(&[none, words], Format::WhisperX, &About::default()).is_err());
}
