//! `words` and `sentences` on streams of text.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use super::{command, error, printed, run, run_on, write};

#[test]
fn words_come_one_a_line() {
    let output = run_on("Åse købte 2 æbler.\n".as_bytes(), &["words"]);
    assert_eq!(printed(&output), "Åse\nkøbte\n2\næbler\n.\n");
}

#[test]
fn sentences_come_one_a_line_and_a_broken_line_is_one() {
    let output = run_on("Det regner. Vi\r\ngår hjem\n\nSlut".as_bytes(), &["sentences"]);
    let lines: Vec<_> = printed(&output).lines().collect();
    assert_eq!(lines.concat().replace(' ', ""), "Detregner.VigårhjemSlut");
    assert_eq!((lines[0], lines[lines.len() - 1]), ("Det regner.", "Slut"));
}

#[test]
fn offsets_cut_the_token_out_of_the_text_in_every_unit() {
    let text = "\u{feff}Hej 👩‍👩‍👧, e\u{301}n\r\nå\0b 𝄞 slut.\n\nNyt afsnit: 5 %.";
    let chars: Vec<char> = text.chars().collect();
    let utf16: Vec<u16> = text.encode_utf16().collect();
    for command in ["words", "sentences"] {
        for unit in ["byte", "char", "utf16"] {
            let output = run_on(text.as_bytes(), &[command, "--json", "--unit", unit]);
            let mut seen = 0;
            for line in printed(&output).lines() {
                let object: serde_json::Value = serde_json::from_str(line).unwrap();
                let of = |name: &str| usize::try_from(object[name].as_u64().unwrap()).unwrap();
                let (start, end) = (of("start"), of("end"));
                let cut = match unit {
                    "byte" => text[start..end].to_owned(),
                    "char" => chars[start..end].iter().collect(),
                    _ => String::from_utf16(&utf16[start..end]).unwrap(),
                };
                assert_eq!(object["text"], cut, "{command} {unit}");
                assert_eq!(object.get("kind").is_some(), command == "words");
                seen += 1;
            }
            assert!(seen >= 2, "{command} {unit}");
        }
    }
}

#[test]
fn a_byte_order_mark_is_passed_over_and_counted() {
    let text = "\u{feff}Ja.\n\nNej";
    for command in ["words", "sentences"] {
        let plain = run_on(text.trim_start_matches('\u{feff}').as_bytes(), &[command]);
        assert_eq!(printed(&run_on(text.as_bytes(), &[command])), printed(&plain), "{command}");
        for (unit, mark) in [("byte", 3), ("char", 1), ("utf16", 1)] {
            let output = run_on(text.as_bytes(), &[command, "--json", "--unit", unit]);
            let starts: Vec<u64> = printed(&output)
                .lines()
                .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
                .map(|object| object["start"].as_u64().unwrap())
                .collect();
            assert_eq!((starts[0], starts[starts.len() - 1]), (mark, mark + 5), "{command} {unit}");
        }
    }
    assert_eq!(printed(&run_on("\u{feff}".as_bytes(), &["words", "--spaces"])), "");
}

#[test]
fn utf16_gets_a_hint_of_its_own() {
    for bytes in [b"\xFF\xFEJ\0a\0", b"\xFE\xFF\0J\0a"] {
        let output = run_on(bytes, &["words"]);
        let text = error(&output, 1);
        assert!(text.contains("byte 0: UTF-16") && text.contains("iconv -f utf-16"), "{text}");
    }
}

#[test]
fn several_files_are_named_and_each_counts_from_its_start() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.txt"), folder.path().join("two.txt"));
    write(&one, "Ja.");
    write(&two, "Nej");
    let (one, two) = (one.to_str().unwrap(), two.to_str().unwrap());
    let output = run(&["words", "--json", one, two]);
    let found: Vec<serde_json::Value> =
        printed(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<_> = found
        .iter()
        .map(|o| (o["file"].as_str().unwrap(), o["text"].as_str().unwrap(), o["start"].as_u64()))
        .collect();
    assert_eq!(found, [(one, "Ja", Some(0)), (one, ".", Some(2)), (two, "Nej", Some(0))]);
}

#[test]
fn the_standard_input_is_a_dash_among_files() {
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("one.txt");
    write(&one, "a");
    let output = run_on(b"b", &["words", one.to_str().unwrap(), "-"]);
    assert_eq!(printed(&output), "a\nb\n");
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads() {
    let text = "Sag nr. 7 kom for retten d. 3. maj kl. 10.\nDer var 12 vidner.\n\n".repeat(60_000);
    assert!(text.len() > 3 << 20, "several pieces");
    for command in ["words", "sentences"] {
        let one = run_on(text.as_bytes(), &[command, "--threads", "1"]);
        let four = run_on(text.as_bytes(), &[command, "--threads", "4"]);
        assert!(printed(&one) == printed(&four), "{command}");
        assert!(printed(&one).lines().count() >= 60_000);
    }
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    for command in ["words", "sentences"] {
        let output = run(&[command, "findes-ikke.txt"]);
        assert!(error(&output, 1).starts_with("sprogkit: findes-ikke.txt: "));
    }
}

#[test]
fn a_folder_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let output = run(&["words", path]);
    assert!(error(&output, 1).starts_with(&format!("sprogkit: {path}: ")));
}

#[test]
fn bytes_that_are_not_utf8_are_an_error_with_file_and_offset() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latin1.txt");
    // Far into the file, so that the offset counts from its start and not from a piece's.
    let mut bytes = "Det er en linje.\n\n".repeat(200_000).into_bytes();
    let at = bytes.len() + 2;
    bytes.extend_from_slice(b"p\xc3\xa5 \xf8en");
    let at = at + 2;
    write(&path, bytes);
    let output = run(&["sentences", path.to_str().unwrap()]);
    let text = error(&output, 1);
    assert!(text.starts_with(&format!("sprogkit: {}: byte {at}: ", path.display())), "{text}");
    assert!(text.contains("0xF8") && text.contains("iconv"), "{text}");
    assert!(super::out(&output).lines().count() > 100_000, "what stands before was written");
}

#[test]
fn a_character_cut_off_by_the_end_is_an_error() {
    assert!(error(&run_on(b"p\xc3", &["words"]), 1).contains("byte 1"));
}

#[test]
fn an_empty_text_gives_nothing() {
    assert_eq!(printed(&run_on(b"", &["words"])), "");
    assert_eq!(printed(&run_on(b"\n \n", &["sentences", "--json"])), "");
}

#[test]
fn a_broken_pipe_ends_quietly() {
    let mut child = command(&["words"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let text = "Hej med dig.\n\n".repeat(1000);
        while stdin.write_all(text.as_bytes()).is_ok() {}
    });
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    assert_eq!(first, "Hej\n");
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(super::err(&output), "");
}

#[test]
fn what_comes_slowly_is_answered_as_it_comes() {
    let mut child =
        command(&["words"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for paragraph in ["Ja", "Nej"] {
        stdin.write_all(paragraph.as_bytes()).unwrap();
        stdin.write_all(b"\n\n").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), paragraph);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
#[cfg(target_os = "linux")]
fn a_large_file_is_read_in_flat_memory() {
    let folder = tempfile::tempdir().unwrap();
    let peak = |megabytes: usize| {
        let path = folder.path().join(format!("{megabytes}.txt"));
        let line = "Byrådet vedtog budgettet for 2027 med 12 stemmer mod 9.\n";
        write(&path, line.repeat(megabytes * 1_000_000 / line.len()));
        let mut child = command(&["words", "--threads", "2", path.to_str().unwrap()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut buffer = vec![0; 1 << 16];
        let mut peak = 0;
        let status = format!("/proc/{}/status", child.id());
        while std::io::Read::read(&mut stdout, &mut buffer).unwrap() > 0 {
            let status = std::fs::read_to_string(&status).unwrap_or_default();
            let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("");
            let kilobytes = line.split_whitespace().nth(1).and_then(|n| n.parse().ok());
            peak = peak.max(kilobytes.unwrap_or(0));
        }
        assert!(child.wait().unwrap().success());
        peak
    };
    // Two threads may have eight pieces and their answers in hand; 12 MB are fewer.
    let (small, large) = (peak(24), peak(72));
    assert!(small > 1000 && large < small + 8_000, "{small} kB for 24 MB, {large} kB for 72 MB");
}
