//! The sections of a compiled vocabulary of words, see [`compiled`](super::compiled).

use serde::{Deserialize, Serialize};

use super::compiled::{File, Parts, narrow, wide};
use super::trie::Trie;
use super::unigram::{self, Unigram};
use super::vocabulary::Vocabulary;
use super::wordpiece::{self, WordPiece};
use super::words::{Searcher, Words};
use super::words_file::{self, Steps};
use crate::Result;

/// In place of an id.
const NONE: u32 = u32::MAX;

/// What the header says of such a vocabulary.
#[derive(Deserialize, Serialize)]
pub(super) struct Header {
    steps: Box<Steps>,
    root: u32,
    searcher: SearcherHeader,
}

#[derive(Deserialize, Serialize)]
enum SearcherHeader {
    Unigram(unigram::Rest),
    WordPiece(wordpiece::Rest),
}

/// The header and the sections of `words`; `None` where they were not read from a `tokenizer.json`.
pub(super) fn parts(words: &Words) -> Option<(Header, Parts)> {
    let steps = words.steps.clone()?;
    let (trie, scores, bytes, searcher) = match &words.searcher {
        Searcher::Unigram(unigram) => {
            let (trie, scores, bytes, rest) = unigram.parts();
            (trie, scores, bytes, SearcherHeader::Unigram(rest))
        }
        Searcher::WordPiece(pieces) => {
            let (trie, rest) = pieces.parts();
            (trie, &[][..], &[][..], SearcherHeader::WordPiece(rest))
        }
    };
    let (units, root) = trie.parts();
    let sections = vec![
        ("trie_units", narrow(units)),
        ("scores", wide(scores.iter().map(|score| score.to_bits()))),
        ("byte_pieces", narrow(bytes.iter().map(|piece| piece.unwrap_or(NONE)))),
    ];
    Some((Header { steps, root, searcher }, sections))
}

/// The words of a file with such a header.
///
/// # Errors
///
/// [`Error::Corrupt`](crate::Error::Corrupt) where its parts do not fit each other.
pub(super) fn open(file: &File<'_>, header: Header, vocabulary: Vocabulary) -> Result<Words> {
    let end = vocabulary.end();
    let trie = Trie::from_parts(&file.narrow("trie_units")?, header.root, end)
        .ok_or_else(|| file.wrong("trie_units"))?;
    let searcher = match header.searcher {
        SearcherHeader::Unigram(rest) => {
            let scores: Vec<_> = file.wide("scores")?.into_iter().map(f64::from_bits).collect();
            let bytes = file.narrow("byte_pieces")?.into_iter();
            let bytes = bytes.map(|piece| (piece != NONE).then_some(piece)).collect();
            if scores.len() != end as usize {
                return Err(file.wrong("scores"));
            }
            Unigram::from_parts(trie, scores, bytes, rest).map(Searcher::Unigram)
        }
        SearcherHeader::WordPiece(rest) => {
            WordPiece::from_parts(trie, rest, end).map(Searcher::WordPiece)
        }
    };
    let searcher = searcher.ok_or_else(|| file.wrong("scores"))?;
    let words = words_file::assembled(*header.steps, searcher, vocabulary);
    words.ok_or_else(|| file.corrupt(16, "steps that words are not cut by".to_owned()))
}
