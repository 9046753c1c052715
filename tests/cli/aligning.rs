//! `align ctc` and `align bitext`.

use serde_json::Value;

use super::{error, printed, run, write};

/// A `.npy` file of log probabilities: in frame `i` the token `said[i]` has 0.9.
fn npy(said: &[usize], columns: usize) -> Vec<u8> {
    let header = format!(
        "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {columns}), }}\n",
        said.len()
    );
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    let rest = (0.1 / (columns - 1) as f32).ln();
    for &token in said {
        for column in 0..columns {
            let value = if column == token { 0.9f32.ln() } else { rest };
            file.extend(value.to_le_bytes());
        }
    }
    file
}

#[test]
fn words_get_their_times_from_the_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // Tokens: blank, |, p, å, ø, aa. Said: på | ø, with blanks.
    let frames = npy(&[0, 2, 2, 3, 0, 1, 4, 4, 0, 0], 6);
    write(path("f.npy").as_ref(), frames);
    write(path("tokens.txt").as_ref(), "<blank>\n|\np\nå\nø\naa\n");
    write(path("text.txt").as_ref(), "På, ø!\n");
    let (frames, text, tokens) = (path("f.npy"), path("text.txt"), path("tokens.txt"));
    let args = ["align", "ctc", &frames, &text, "--vocabulary", &tokens, "--hop", "0.5"];
    let output = run(&args);
    assert_eq!(printed(&output), "0.500\t2.000\t0.9000\tPå,\n3.000\t4.000\t0.9000\tø!\n");
    let output = run(&[&args[..], &["--json"]].concat());
    let first: Value = serde_json::from_str(printed(&output).lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["text"], &first["start"], &first["end"]),
        (&"På,".into(), &0.5.into(), &2.0.into())
    );
    for (format, says) in [
        ("textgrid", "\"IntervalTier\""),
        ("ctm", "f 1 0.5 1.5 På,"),
        ("srt", "00:00:00,500 --> 00:00:02,000"),
        ("vtt", "WEBVTT"),
        ("audacity", "0.5\t2\tPå,"),
        ("whisperx", "\"word\""),
    ] {
        let output = run(&[&args[..], &["--format", format]].concat());
        assert!(printed(&output).contains(says), "{format}: {}", super::out(&output));
    }
    let output = run(&[&args[..], &["--format", "whisperx"]].concat());
    assert!(printed(&output).ends_with("}\n"));
    let output = run(&[&args[..], &["--json", "--format", "srt"]].concat());
    assert!(error(&output, 2).contains("--format"));
    // Speech around the text: the wildcard takes the frames of »på«.
    write(path("text.txt").as_ref(), "ø\n");
    let output = run(&[&args[..], &["--wildcard", "0.5"]].concat());
    // Whether the last frame of it is its own or the wildcard's costs the same.
    let line = printed(&output);
    assert!(line.starts_with("3.000\t") && line.ends_with("\tø\n"), "{line}");
    // What is wrong with the frames names their file.
    let wrong = |more: &[&str], says: &str| {
        let output = run(&[&args[..], more].concat());
        let start = format!("sprogkit: {frames}: ");
        let text = error(&output, 1);
        assert!(text.starts_with(&start) && text.contains(says), "{text}");
    };
    wrong(&["--blank", "6"], "--blank is 6; its 6 columns are numbered 0 to 5");
    write(path("text.txt").as_ref(), "ø ø ø ø ø ø\n");
    wrong(&[], "need 11 frames");
    let mut broken = npy(&[0, 2, 2], 6);
    let end = broken.len();
    broken[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    write(path("f.npy").as_ref(), broken);
    wrong(&[], "log_probs[2, 5] is NaN");
    write(path("tokens.txt").as_ref(), "<blank>\n|\n");
    write(path("f.npy").as_ref(), npy(&[0], 6));
    assert!(error(&run(&args), 1).contains("2 tokens for 6 columns"));
    write(path("f.npy").as_ref(), "no array");
    assert!(error(&run(&args), 1).starts_with(&format!("sprogkit: {frames}: byte 0: ")));
}

#[test]
fn sentences_are_put_beside_their_translations() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (danish, english) = (path("da.txt"), path("en.txt"));
    write(danish.as_ref(), "Filen blev åbnet.\n\nDen har 12 linjer.\nLuk\tvinduet.\n");
    write(english.as_ref(), "The file was opened. It has 12 lines.\nClose the window.\n");
    let output = run(&["align", "bitext", "--json", &danish, &english]);
    let beads: Vec<Value> =
        printed(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(beads.len(), 2);
    assert_eq!(beads[0]["source"], serde_json::json!([0, 2]));
    assert_eq!(beads[1]["source_text"], "Luk vinduet.");
    let output = run(&["align", "bitext", "--split", &danish, &english]);
    for line in printed(&output).lines() {
        assert_eq!(line.split('\t').count(), 3, "{line}");
    }
    let output = run(&["align", "bitext", "--min-score", "1e9", &danish, &english]);
    assert_eq!(printed(&output), "");
}
