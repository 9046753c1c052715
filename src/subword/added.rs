//! Added tokens: strings that are one token wherever they stand, found before anything else.
//!
//! As in `tokenizers`: those that are not normalized are found in the text as it is, the others in what lies
//! between, after normalization; the leftmost first, the longest of those that start together.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind, StartKind};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// One added token, as `tokenizer.json` has it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct AddedToken {
    pub(super) id: u32,
    pub(super) content: String,
    #[serde(default)]
    pub(super) single_word: bool,
    #[serde(default)]
    pub(super) lstrip: bool,
    #[serde(default)]
    pub(super) rstrip: bool,
    #[serde(default)]
    pub(super) normalized: bool,
    #[serde(default)]
    pub(super) special: bool,
}

impl AddedToken {
    /// A token that is found as it is.
    pub(super) fn plain(id: u32, content: &str) -> Self {
        Self {
            id,
            content: content.to_owned(),
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
            special: false,
        }
    }
}

/// A set of added tokens that are looked for together.
#[derive(Debug)]
struct Finder {
    automaton: AhoCorasick,
    /// By pattern: the token's number.
    tokens: Vec<usize>,
}

/// The added tokens of a vocabulary.
#[derive(Debug, Default)]
pub(super) struct Added {
    tokens: Vec<AddedToken>,
    /// By id: the token's number.
    ids: HashMap<u32, usize>,
    /// By id: what a normalized token is decoded as.
    spelled: HashMap<u32, String>,
    raw: Option<Finder>,
    normalized: Option<Finder>,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Ordinary text, from byte to byte.
    Text(usize, usize),
    /// An added token, from byte to byte.
    Token(u32, usize, usize),
}

impl Added {
    /// The tokens with the ids that `tokenizers` gives them: that of the model's token of the same content, else the
    /// next behind the model's `count`. The id in the file is only what its writer expected.
    pub(super) fn with_ids(
        tokens: Vec<AddedToken>,
        count: usize,
        in_model: impl Fn(&str) -> Option<u32>,
    ) -> Vec<AddedToken> {
        let mut next = count as u32;
        let mut placed: Vec<AddedToken> = Vec::with_capacity(tokens.len());
        let mut places: HashMap<String, usize> = HashMap::new();
        for mut token in tokens.into_iter().filter(|token| !token.content.is_empty()) {
            if let Some(&place) = places.get(&token.content) {
                token.id = placed[place].id;
                placed[place] = token;
                continue;
            }
            token.id = in_model(&token.content).unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            places.insert(token.content.clone(), placed.len());
            placed.push(token);
        }
        placed
    }

    /// Makes the finders; `normalize` is what the vocabulary does to texts.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] where the tokens are too many for an automaton.
    pub(super) fn new(
        origin: &str,
        tokens: Vec<AddedToken>,
        normalize: impl Fn(&str) -> String,
    ) -> Result<Self> {
        let finder = |normalized: bool| {
            let chosen: Vec<usize> = (0..tokens.len())
                .filter(|&i| tokens[i].normalized == normalized && !tokens[i].content.is_empty())
                .collect();
            if chosen.is_empty() {
                return Ok(None);
            }
            let patterns = chosen.iter().map(|&i| {
                let content = &tokens[i].content;
                if normalized { normalize(content) } else { content.clone() }
            });
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .start_kind(StartKind::Both)
                .build(patterns)
                .map_err(|error| Error::format(origin, 0, format!("added tokens: {error}")))?;
            Ok(Some(Finder { automaton, tokens: chosen }))
        };
        let (raw, normalized) = (finder(false)?, finder(true)?);
        let ids = tokens.iter().enumerate().map(|(number, token)| (token.id, number)).collect();
        let normalized_tokens = tokens.iter().filter(|token| token.normalized);
        let spelled =
            normalized_tokens.map(|token| (token.id, normalize(&token.content))).collect();
        Ok(Self { tokens, ids, spelled, raw, normalized })
    }

    /// The tokens, as they stand in the file.
    pub(super) fn tokens(&self) -> &[AddedToken] {
        &self.tokens
    }

    /// The token with this id.
    pub(super) fn by_id(&self, id: u32) -> Option<&AddedToken> {
        self.ids.get(&id).map(|&number| &self.tokens[number])
    }

    /// What token `id` is decoded as.
    pub(super) fn spelling(&self, id: u32) -> Option<&str> {
        let content = || self.by_id(id).map(|token| token.content.as_str());
        self.spelled.get(&id).map(String::as_str).or_else(content)
    }

    /// The length of the longest token that `text` begins with, of those that are not normalized; 0 without one.
    pub(super) fn prefix(&self, text: &str) -> usize {
        let Some(finder) = &self.raw else { return 0 };
        let input = aho_corasick::Input::new(text).anchored(aho_corasick::Anchored::Yes);
        finder.automaton.find(input).map_or(0, |found| found.end())
    }

    /// Whether a token that is not normalized begins with `c`.
    pub(super) fn begins(&self, c: char) -> bool {
        self.tokens.iter().any(|token| !token.normalized && token.content.starts_with(c))
    }

    /// Whether tokens are looked for in normalized text.
    pub(super) fn has_normalized(&self) -> bool {
        self.normalized.is_some()
    }

    /// Calls `part` with each part of a text that was not normalized.
    pub(super) fn split(&self, text: &str, part: impl FnMut(Part) -> Result<()>) -> Result<()> {
        self.walk(self.raw.as_ref(), text, part)
    }

    /// Calls `part` with each part of a normalized text.
    pub(super) fn split_normalized(
        &self,
        text: &str,
        part: impl FnMut(Part) -> Result<()>,
    ) -> Result<()> {
        self.walk(self.normalized.as_ref(), text, part)
    }

    fn walk(
        &self,
        finder: Option<&Finder>,
        text: &str,
        mut part: impl FnMut(Part) -> Result<()>,
    ) -> Result<()> {
        let mut done = 0;
        if let Some(finder) = finder {
            for found in finder.automaton.find_iter(text) {
                let token = &self.tokens[finder.tokens[found.pattern().as_usize()]];
                let (mut start, mut end) = (found.start(), found.end());
                if token.single_word {
                    let word = regex_syntax::is_word_character;
                    let before = text[..start].chars().next_back().is_some_and(word);
                    let after = text[end..].chars().next().is_some_and(word);
                    if before || after {
                        continue;
                    }
                }
                if token.lstrip {
                    start = text[..start].trim_end().len().max(done);
                }
                if token.rstrip {
                    end = text.len() - text[end..].trim_start().len();
                }
                if done < start {
                    part(Part::Text(done, start))?;
                }
                part(Part::Token(token.id, start, end))?;
                done = end;
            }
        }
        if done < text.len() {
            part(Part::Text(done, text.len()))?;
        }
        Ok(())
    }
}
