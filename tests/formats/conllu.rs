use sprogkit::formats::Encoding;
use sprogkit::formats::conllu::{self, TokenId};

use super::told;
use crate::data::shared;

/// A sentence's lines, short: id, form, last column, head.
fn rows(tokens: &[(&str, &str, &str)]) -> String {
    tokens
        .iter()
        .map(|(id, form, misc)| {
            let head = if id.contains(['-', '.']) { "_" } else { "0" };
            format!("{id}\t{form}\t_\t_\t_\t_\t{head}\t_\t_\t{misc}\n")
        })
        .collect()
}

fn one(file: &str) -> conllu::Sentence {
    let (mut sentences, wrong) = told(conllu::sentences("f", file.as_bytes(), Encoding::Utf8));
    assert_eq!((sentences.len(), wrong), (1, None));
    sentences.remove(0)
}

#[test]
fn spans_come_from_the_text_where_it_is_given_and_from_space_after_where_not() {
    let tokens = rows(&[
        ("1", "Vi", "_"),
        ("2-3", "zum", "_"),
        ("2", "zu", "_"),
        ("3", "dem", "_"),
        ("3.1", "er", "_"),
        ("4", "hus", "SpaceAfter=No"),
        ("5", "…", "_"),
    ]);
    for head in ["", "# text = Vi zum hus…\n", "#text=Vi  zum hus …\n"] {
        let sentence = one(&format!("{head}{tokens}\n"));
        let got: Vec<_> =
            sentence.tokens.iter().map(|t| (t.span.of(&sentence.text), t.is_surface())).collect();
        let want = [
            ("Vi", true),
            ("zum", true),
            ("zum", false),
            ("zum", false),
            ("", false),
            ("hus", true),
            ("…", true),
        ];
        assert_eq!(got, want, "{head}");
        assert_eq!(sentence.tokens[1].id, TokenId::Range(2, 3));
        assert_eq!(sentence.surface().count(), 4);
    }
}

#[test]
fn documents_are_put_together_from_sentences() {
    let file = format!(
        "# newdoc id = a\n# sent_id = a1\n{}\n# sent_id = a2\n{}\n# newpar\n{}\n# newdoc\n{}",
        rows(&[("1", "Ja", "SpaceAfter=No"), ("2", ".", "SpacesAfter=\\n")]),
        rows(&[("1", "Nej", "_")]),
        rows(&[("1", "Jo", "_")]),
        rows(&[("1", "Æ", "_"), ("2", "ø", "_")]),
    );
    let (documents, wrong) = told(conllu::documents("f", file.as_bytes(), Encoding::Utf8));
    assert_eq!(wrong, None);
    let got: Vec<_> = documents.iter().map(|d| (d.id.as_deref(), &*d.text, d.line)).collect();
    assert_eq!(got, [(Some("a"), "Ja.\nNej\n\nJo", 1), (None, "Æ ø", 12)]);
    for document in &documents {
        for (span, sentence) in &document.sentences {
            assert_eq!(span.of(&document.text), sentence.text);
        }
    }
    let whole = conllu::whole("f", file.as_bytes(), Encoding::Utf8).unwrap();
    assert_eq!(whole.text, "Ja.\nNej\n\nJo\n\nÆ ø");
    assert_eq!(whole.sentences.len(), 4);
    for (span, sentence) in &whole.sentences {
        assert_eq!(span.of(&whole.text), sentence.text);
    }
    assert_eq!(whole.sentences[1].1.id(), Some("a2"));
}

#[test]
fn what_is_no_conllu_is_told_with_its_line() {
    let good = rows(&[("1", "Ja", "_")]);
    let line = |text: &str| format!("{good}\n{text}\n");
    for (file, want) in [
        (line("1\tJa\t_\n"), "f:3: expected 10 columns parted by tabs, found 3"),
        (line("1 Ja _ _ _ _ _ _ _ _\n"), "f:3: expected 10 columns parted by tabs, found 1"),
        (line(&good.replace("\tJa\t", "\t\t")), "f:3: column 2 is empty, expected a value or _"),
        (line(&rows(&[("2", "Ja", "_")])), "f:3: expected word 1, got 2"),
        (line(&rows(&[("x", "Ja", "_")])), "f:3: expected an id such as 3, 3-4 or 3.1, got \"x\""),
        (line(&rows(&[("+1", "Ja", "_")])), "f:3: expected an id such as"),
        (line(&rows(&[("99999999999", "Ja", "_")])), "f:3: expected an id such as"),
        (line(&rows(&[("1", "Ja", "_"), ("1", "Ja", "_")])), "f:4: expected word 2, got 1"),
        (line(&rows(&[("2-3", "Ja", "_")])), "f:3: expected a range from word 1 on, got 2-3"),
        (
            line(&rows(&[("1-2", "Ja", "_"), ("1", "J", "_")])),
            "f:4: a surface form covers word 2, which is not there",
        ),
        (
            line(&rows(&[("1", "Ja", "_"), ("1.2", "J", "_")])),
            "f:4: expected the empty node 1.1, got 1.2",
        ),
        (line(&good.replace("\t0\t", "\t2\t")), "f:3: head 2, but the sentence has 1 words"),
        (line(&good.replace("\t0\t", "\t-1\t")), "f:3: expected a head's number or _, got \"-1\""),
        (
            line("# text = Nej\n1\tJa\t_\t_\t_\t_\t0\t_\t_\t_\n"),
            "f:4: \"Ja\" is not what `# text` goes on with: \"Nej\"",
        ),
        (
            line("# text = Ja og\n1\tJa\t_\t_\t_\t_\t0\t_\t_\t_\n"),
            "f:4: `# text` goes on after the last token: \"og\"",
        ),
        (line("# text = Ja\n\n"), "f:3: comments without a sentence"),
        (line(&format!("{good}# sent_id = 1\n")), "f:4: a comment between tokens"),
    ] {
        let (sentences, wrong) = told(conllu::sentences("f", file.as_bytes(), Encoding::Utf8));
        let wrong = wrong.unwrap_or_else(|| panic!("no error in {file}"));
        assert!(wrong.starts_with(want), "{file}\n{wrong}");
        assert_eq!(sentences.len(), 1);
    }
    assert!(
        conllu::whole("f", b"\n\n", Encoding::Utf8).unwrap_err().to_string().starts_with("f:1: ")
    );
}

/// Counts lines instead of parsing.
#[test]
fn a_treebank_is_read_as_simple_counting_says() {
    let Some(path) = shared("data/gold/ddt/da_ddt-ud-dev.conllu") else { return };
    let bytes = std::fs::read(path).unwrap();
    let (sentences, wrong) = told(conllu::sentences("dev", &bytes, Encoding::Utf8));
    assert_eq!(wrong, None);
    let text = std::str::from_utf8(&bytes).unwrap();
    let tokens = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).count();
    let texts: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# text = ")).collect();
    assert_eq!(sentences.iter().map(|s| s.tokens.len()).sum::<usize>(), tokens);
    assert_eq!(sentences.iter().map(|s| &*s.text).collect::<Vec<_>>(), texts);
    for token in sentences.iter().flat_map(|s| s.surface().map(move |t| (s, t))) {
        let (sentence, token) = token;
        assert_eq!(token.span.of(&sentence.text), token.form);
    }
    // Without `# text` the same text comes out.
    let bare: String =
        text.lines().filter(|l| !l.starts_with("# text")).map(|l| l.to_owned() + "\n").collect();
    let (rebuilt, wrong) = told(conllu::sentences("dev", bare.as_bytes(), Encoding::Utf8));
    assert_eq!(wrong, None);
    let same = rebuilt.iter().zip(&texts).filter(|(s, text)| s.text == **text).count();
    assert!(same * 100 >= texts.len() * 99, "{same} of {}", texts.len());
}
