//! CoNLL-U: sentences with annotated tokens, which get their spans back.
//!
//! The text of a sentence is its `# text`, or is put together from the forms and `SpaceAfter`;
//! tokens are looked up in it one after the other.
//!
//! # Source
//!
//! `https://universaldependencies.org/format.html`.

use super::Encoding;
use super::lines::{Line, Lines};
use crate::{Error, Result, Span};

/// A sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sentence {
    /// The line on which it begins, from 1: its first comment or token.
    pub line: u64,
    /// The byte of the file at which that line begins.
    pub offset: u64,
    /// Its comments: key and value, the value empty where there is no `=`.
    pub comments: Vec<(String, String)>,
    /// Its text.
    pub text: String,
    /// Its tokens: words, the surface forms of several words, and empty nodes.
    pub tokens: Vec<Token>,
}

impl Sentence {
    /// The value of the first comment `key`.
    #[must_use]
    pub fn comment(&self, key: &str) -> Option<&str> {
        self.comments.iter().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    /// The sentence's id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.comment("sent_id").filter(|id| !id.is_empty())
    }

    /// Whether a document begins here.
    #[must_use]
    pub fn begins_document(&self) -> bool {
        self.document().is_some()
    }

    fn document(&self) -> Option<&str> {
        self.comment("newdoc id").or_else(|| self.comment("newdoc"))
    }

    fn begins_paragraph(&self) -> bool {
        self.comments.iter().any(|(key, _)| key == "newpar" || key == "newpar id")
    }

    /// What stands between this sentence and the next of its paragraph.
    fn gap(&self) -> String {
        self.tokens.iter().rfind(|token| token.is_surface()).map_or(" ".to_owned(), Token::gap)
    }

    /// The tokens that stand in the text: a surface form in place of the words it is made of.
    pub fn surface(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.is_surface())
    }
}

/// Which line of a sentence a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenId {
    /// A word, counted from 1.
    Word(u32),
    /// The surface form of the words from the first to the last: `3-4`.
    Range(u32, u32),
    /// An empty node behind a word: `3.1`.
    Empty(u32, u32),
}

/// A line of a sentence. Columns that are `_` are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token {
    /// Which line it is.
    pub id: TokenId,
    /// Where it stands in the sentence's text, in bytes. Words of a surface form all have its
    /// span; an empty node has an empty one.
    pub span: Span,
    /// The form.
    pub form: String,
    /// The lemma.
    pub lemma: String,
    /// The universal part of speech.
    pub upos: String,
    /// The language's own part of speech.
    pub xpos: String,
    /// The features, as in the file: `Case=Nom|Number=Plur`.
    pub feats: String,
    /// The word that this one depends on; 0 for a root.
    pub head: Option<u32>,
    /// The relation to it.
    pub deprel: String,
    /// The enhanced dependencies, as in the file.
    pub deps: String,
    /// Anything else, as in the file: `SpaceAfter=No`.
    pub misc: String,
    /// Whether the token stands in the text.
    surface: bool,
}

impl Token {
    /// Whether the token itself stands in the text: it is neither an empty node nor a word of a
    /// surface form.
    #[must_use]
    pub fn is_surface(&self) -> bool {
        self.surface
    }

    /// The value of `key` in the last column.
    #[must_use]
    pub fn misc(&self, key: &str) -> Option<&str> {
        self.misc.split('|').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
    }

    /// What stands behind the token.
    fn gap(&self) -> String {
        match (self.misc("SpaceAfter"), self.misc("SpacesAfter")) {
            (Some("No"), _) => String::new(),
            (_, Some(spaces)) => spaces
                .replace("\\s", " ")
                .replace("\\t", "\t")
                .replace("\\r", "\r")
                .replace("\\n", "\n"),
            _ => " ".to_owned(),
        }
    }
}

/// The sentences of `bytes`, one at a time. Errors call the file `origin`; after one the iterator
/// ends.
///
/// Where `# text` has a space and `SpaceAfter=No` stands in its place, or the other way round,
/// the text is believed.
///
/// # Errors
///
/// [`Error::Line`] for a line that has not ten columns, ids that do not count up, a head that is
/// no word of the sentence, a form that is not found in `# text`, comments without a sentence;
/// [`Error::Format`] for bytes that the encoding does not know.
///
/// # Complexity
///
/// `O(n)`, one sentence in memory.
///
/// # Example
///
/// ```
/// use sprogkit::formats::{Encoding, conllu};
///
/// let file = "# text = Det regner.\n\
///     1\tDet\tdet\tPRON\t_\t_\t2\texpl\t_\t_\n\
///     2\tregner\tregne\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No\n\
///     3\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_\n\n";
/// let sentence = conllu::sentences("a.conllu", file.as_bytes(), Encoding::Utf8).next().unwrap()?;
/// assert_eq!(sentence.tokens[1].span.of(&sentence.text), "regner");
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn sentences<'b>(
    origin: &str,
    bytes: &'b [u8],
    encoding: Encoding,
) -> impl Iterator<Item = Result<Sentence>> + 'b {
    let mut lines = Lines::new(origin, bytes, encoding);
    std::iter::from_fn(move || {
        let found = sentence(&mut lines).transpose();
        if matches!(found, Some(Err(_))) {
            lines.stop();
        }
        found
    })
}

fn sentence(lines: &mut Lines<'_>) -> Result<Option<Sentence>> {
    let mut found: Option<Sentence> = None;
    let mut rows = Rows::default();
    while let Some(line) = lines.next().transpose()? {
        if line.text.trim_matches([' ', '\u{feff}']).is_empty() {
            if found.is_some() {
                break;
            }
            continue;
        }
        let sentence = found.get_or_insert_with(|| Sentence {
            line: line.number,
            offset: line.offset,
            ..Sentence::default()
        });
        match line.text.strip_prefix('#') {
            Some(comment) if sentence.tokens.is_empty() => {
                let (key, value) = comment.split_once('=').unwrap_or((comment, ""));
                sentence.comments.push((key.trim().to_owned(), value.trim().to_owned()));
            }
            Some(_) => return Err(lines.wrong(line.number, "a comment between tokens")),
            None => {
                let token = rows.token(lines, &line)?;
                sentence.tokens.push(token);
            }
        }
    }
    let Some(mut sentence) = found else { return Ok(None) };
    if sentence.tokens.is_empty() {
        return Err(lines.wrong(sentence.line, "comments without a sentence"));
    }
    rows.finish(lines)?;
    rows.place(lines, &mut sentence)?;
    Ok(Some(sentence))
}

/// The token lines of a sentence, as they are read.
#[derive(Default)]
struct Rows {
    /// The line of each token.
    lines: Vec<u64>,
    /// Words so far.
    words: u32,
    /// The last word that a surface form covers.
    covered: u32,
    /// Empty nodes behind the last word.
    empty: u32,
    /// Heads, each with its line.
    heads: Vec<(u32, u64)>,
}

impl Rows {
    fn token(&mut self, lines: &Lines<'_>, line: &Line<'_>) -> Result<Token> {
        let wrong = |reason: String| Err(lines.wrong(line.number, reason));
        let mut columns = [""; 10];
        let mut count = 0;
        for column in line.text.split('\t') {
            if let Some(place) = columns.get_mut(count) {
                *place = column;
            }
            count += 1;
        }
        if count != 10 {
            return wrong(format!("expected 10 columns parted by tabs, found {count}"));
        }
        if let Some(empty) = columns.iter().position(|column| column.is_empty()) {
            return wrong(format!("column {} is empty, expected a value or _", empty + 1));
        }
        let Some(id) = token_id(columns[0]) else {
            return wrong(format!("expected an id such as 3, 3-4 or 3.1, got \"{}\"", columns[0]));
        };
        let surface = match id {
            TokenId::Word(number) => {
                if number != self.words.saturating_add(1) {
                    return wrong(format!("expected word {}, got {number}", self.words + 1));
                }
                self.words = number;
                self.empty = 0;
                number > self.covered
            }
            TokenId::Range(first, last) => {
                if first != self.words.saturating_add(1) || last < first || first <= self.covered {
                    let reason = format!(
                        "expected a range from word {} on, got {}",
                        self.words + 1,
                        columns[0]
                    );
                    return wrong(reason);
                }
                self.covered = last;
                true
            }
            TokenId::Empty(word, number) => {
                if word != self.words || number != self.empty.saturating_add(1) {
                    let reason = format!(
                        "expected the empty node {}.{}, got {}",
                        self.words,
                        self.empty + 1,
                        columns[0]
                    );
                    return wrong(reason);
                }
                self.empty = number;
                false
            }
        };
        let head = match (columns[6], id) {
            ("_", _) => None,
            (head, TokenId::Word(_)) => match number(head) {
                Some(head) => {
                    self.heads.push((head, line.number));
                    Some(head)
                }
                None => return wrong(format!("expected a head's number or _, got \"{head}\"")),
            },
            (head, _) => return wrong(format!("only words have a head, got \"{head}\"")),
        };
        self.lines.push(line.number);
        let filled = |column: usize| match columns[column] {
            "_" => String::new(),
            value => value.to_owned(),
        };
        Ok(Token {
            id,
            span: Span::default(),
            // `_` is a form too.
            form: columns[1].to_owned(),
            lemma: if columns[1] == "_" && columns[2] == "_" { "_".to_owned() } else { filled(2) },
            upos: filled(3),
            xpos: filled(4),
            feats: filled(5),
            head,
            deprel: filled(7),
            deps: filled(8),
            misc: filled(9),
            surface,
        })
    }

    fn finish(&self, lines: &Lines<'_>) -> Result<()> {
        if self.covered > self.words {
            let line = self.lines.last().copied().unwrap_or_default();
            let reason = format!("a surface form covers word {}, which is not there", self.covered);
            return Err(lines.wrong(line, reason));
        }
        match self.heads.iter().find(|(head, _)| *head > self.words) {
            Some(&(head, line)) => {
                let reason = format!("head {head}, but the sentence has {} words", self.words);
                Err(lines.wrong(line, reason))
            }
            None => Ok(()),
        }
    }

    /// Gives the sentence its text and the tokens their spans.
    fn place(&self, lines: &Lines<'_>, sentence: &mut Sentence) -> Result<()> {
        let given = sentence.comment("text").map(str::to_owned);
        let mut text = given.clone().unwrap_or_default();
        let mut at = 0;
        let mut gap = String::new();
        let mut range: Option<(u32, Span)> = None;
        for (token, &line) in sentence.tokens.iter_mut().zip(&self.lines) {
            token.span = match (token.surface, token.id, range) {
                (true, ..) => {
                    let start = if given.is_some() {
                        let rest = text[at..].trim_start();
                        let start = text.len() - rest.len();
                        if !rest.starts_with(&token.form) {
                            let found: String = rest.chars().take(20).collect();
                            let reason = format!(
                                "\"{}\" is not what `# text` goes on with: \"{found}\"",
                                token.form
                            );
                            return Err(lines.wrong(line, reason));
                        }
                        start
                    } else {
                        text.push_str(&gap);
                        text.push_str(&token.form);
                        gap = token.gap();
                        text.len() - token.form.len()
                    };
                    at = start + token.form.len();
                    let span = Span::new(start, at);
                    if let TokenId::Range(_, last) = token.id {
                        range = Some((last, span));
                    }
                    span
                }
                (false, TokenId::Word(word), Some((last, span))) if word <= last => span,
                _ => Span::new(at, at),
            };
        }
        if given.is_some() && !text[at..].trim().is_empty() {
            let line = self.lines.last().copied().unwrap_or(sentence.line);
            let reason =
                format!("`# text` goes on after the last token: \"{}\"", text[at..].trim());
            return Err(lines.wrong(line, reason));
        }
        sentence.text = text;
        Ok(())
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn token_id(text: &str) -> Option<TokenId> {
    if let Some((first, last)) = text.split_once('-') {
        return Some(TokenId::Range(number(first)?, number(last)?));
    }
    match text.split_once('.') {
        Some((word, empty)) => Some(TokenId::Empty(number(word)?, number(empty)?)),
        None => number(text).map(TokenId::Word),
    }
}

/// Several sentences as one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// The id that `# newdoc id` gives.
    pub id: Option<String>,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The byte of the file at which that line begins.
    pub offset: u64,
    /// The sentences' texts: two line ends before `# newpar`, else a space between them, or
    /// what `SpaceAfter` or `SpacesAfter` of the last token says.
    pub text: String,
    /// The sentences, each with its span in the text; spans of tokens are their sentence's.
    pub sentences: Vec<(Span, Sentence)>,
}

/// The documents of `bytes`, which begin at `# newdoc`; what is before the first is one too.
///
/// # Errors
///
/// Those of [`sentences`].
///
/// # Complexity
///
/// `O(n)`, one document in memory.
pub fn documents<'b>(
    origin: &str,
    bytes: &'b [u8],
    encoding: Encoding,
) -> impl Iterator<Item = Result<Document>> + 'b {
    let mut sentences = sentences(origin, bytes, encoding).peekable();
    std::iter::from_fn(move || {
        let mut document = Document::default();
        let mut gap = String::new();
        loop {
            match sentences.peek() {
                Some(Ok(next)) if !document.sentences.is_empty() && next.begins_document() => break,
                None if document.sentences.is_empty() => return None,
                None => break,
                Some(_) => {}
            }
            let sentence = match sentences.next()? {
                Ok(sentence) => sentence,
                Err(wrong) => return Some(Err(wrong)),
            };
            if document.sentences.is_empty() {
                document.line = sentence.line;
                document.offset = sentence.offset;
                document.id = sentence.document().filter(|id| !id.is_empty()).map(str::to_owned);
            } else if sentence.begins_paragraph() {
                document.text.push_str("\n\n");
            } else {
                document.text.push_str(&gap);
            }
            let start = document.text.len();
            document.text.push_str(&sentence.text);
            gap = sentence.gap();
            document.sentences.push((Span::new(start, document.text.len()), sentence));
        }
        Some(Ok(document))
    })
}

/// Whether a line of `bytes` is a `# newdoc`.
#[must_use]
pub fn parts_documents(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"newdoc").any(|at| {
        let before = &bytes[memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1)..at];
        before.trim_ascii() == b"#" || before == b"\xef\xbb\xbf#"
    })
}

/// All sentences of `bytes` as one document; `# newdoc` parts paragraphs.
///
/// # Errors
///
/// Those of [`sentences`]; [`Error::Line`] where there is no sentence.
pub fn whole(origin: &str, bytes: &[u8], encoding: Encoding) -> Result<Document> {
    let mut parts = documents(origin, bytes, encoding);
    let Some(first) = parts.next() else {
        return Err(Error::line(origin, 1, "expected a sentence, found none"));
    };
    let mut whole = first?;
    whole.id = None;
    for part in parts {
        let part = part?;
        whole.text.push_str("\n\n");
        let start = whole.text.len();
        whole.text.push_str(&part.text);
        whole
            .sentences
            .extend(part.sentences.into_iter().map(|(span, s)| (span.shifted(start), s)));
    }
    Ok(whole)
}
