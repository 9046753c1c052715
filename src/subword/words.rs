//! The engine of vocabularies that cut texts at white space, and perhaps at punctuation: WordPiece and Unigram.
//!
//! A word's ids do not depend on the words around it, so words are cut here, remembered as they stand in the text, and
//! only a word that was not seen before is normalized and searched for pieces. What a character becomes, and whether it
//! cuts, is asked of the [`Pipeline`] when the character is first met; a word with a character that is not
//! known goes through the pipeline whole, and a text that does not fall apart at spaces does so too.
//!
//! Under sentencepiece a path also depends on the sum of the scores before it, see [`unigram`](super::unigram). A word
//! whose path is not certain is remembered with how far it is, and settled when the sum is known.

use std::collections::HashSet;

use tokenizers::{Decoder as _, DecoderWrapper};

use super::added::Added;
use super::characters::{Answer, Characters, Part, Scanner, is_starter, joins_next, stands_alone};
use super::decode::unknown;
use super::lookup::{Pieces, Queue, Token, Worker, join_runs};
use super::merges::Scratch;
use super::pipeline::Pipeline;
use super::settle;
use super::tokenizer::through_reference;
use super::unigram::{Lattice, RESET, Step, Unigram};
use super::vocabulary::Vocabulary;
use super::wordpiece::WordPiece;
use super::words_file::Steps;
use crate::{Result, Span};

/// What finds the pieces of a word.
#[derive(Debug)]
pub(super) enum Searcher {
    Unigram(Unigram),
    WordPiece(WordPiece),
}

/// Where texts are cut into what is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// At white space, which belongs to no word.
    WhiteSpace,
    /// Before white space, which becomes marks.
    Marks,
    /// Nowhere.
    Nowhere,
}

/// Characters that a vocabulary's normalizer does not change by themselves.
#[derive(Debug, Default)]
pub(super) struct Caution {
    /// Those that are changed together with others; for sentencepiece with others before them, in order.
    pub(super) joined: Vec<char>,
    /// Whether clusters of characters are changed together.
    pub(super) clusters: bool,
    /// Whether white space at the ends is taken away.
    pub(super) strips: bool,
}

/// A vocabulary of words.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) searcher: Searcher,
    pub(super) vocabulary: Vocabulary,
    pub(super) decoder: Option<DecoderWrapper>,
    pipeline: Pipeline,
    cut: Cut,
    caution: Caution,
    characters: Characters,
    /// What stands before a word at the beginning, later on, and behind other words.
    leads: [String; 3],
    /// For sentencepiece: what each id adds to the sum.
    sums: Vec<f64>,
    /// How a `tokenizer.json` says what happens to a text.
    pub(super) steps: Option<Box<Steps>>,
}

/// Pieces cut of a chunk before it is known that all of its characters are.
const AHEAD: usize = 32;

/// Longest chunk that is settled by itself.
const LONGEST: usize = 256;

impl Words {
    pub(super) fn new(
        searcher: Searcher,
        vocabulary: Vocabulary,
        pipeline: Pipeline,
        decoder: Option<DecoderWrapper>,
        cut: Cut,
        caution: Caution,
    ) -> Self {
        let sums = match (&searcher, &pipeline) {
            (Searcher::Unigram(unigram), Pipeline::Sentencepiece { .. }) => unigram.sums(),
            _ => Vec::new(),
        };
        let mut words = Self {
            searcher,
            vocabulary,
            decoder,
            pipeline,
            cut,
            caution,
            characters: Characters::new(|_| Answer::default()),
            leads: Default::default(),
            sums,
            steps: None,
        };
        match words.find_leads() {
            Some(leads) => words.leads = leads,
            None => words.cut = Cut::Nowhere,
        }
        words.characters = Characters::new(|c| words.ask(c));
        // A space must be what words are cut at, or nothing is cut.
        let is_space = |c: char| words.ask(c).0 == Part::Space;
        let cuts = match words.cut {
            Cut::WhiteSpace => [' ', '\t', '\n', '\r'].into_iter().all(is_space),
            Cut::Marks => is_space(' '),
            Cut::Nowhere => false,
        };
        if !cuts {
            words.cut = Cut::Nowhere;
        }
        words
    }

    /// Whether words are remembered.
    pub(super) fn cuts(&self) -> bool {
        self.cut != Cut::Nowhere
    }

    fn is_sentencepiece(&self) -> bool {
        matches!(self.pipeline, Pipeline::Sentencepiece { .. })
    }

    /// What stands before a letter.
    fn find_leads(&self) -> Option<[String; 3]> {
        let lead = |word: &str| word.strip_suffix('b').map(str::to_owned);
        let one = |is_first| match &self.pipeline.words("b", is_first)?[..] {
            [word] => lead(word),
            _ => None,
        };
        let behind = match &self.pipeline.words("b b", true)?[..] {
            [_, word] => lead(word)?,
            _ => return None,
        };
        Some([one(true)?, one(false)?, behind])
    }

    /// What `c` does between two letters, and what becomes of it.
    fn ask(&self, c: char) -> Answer {
        self.answer(c).unwrap_or_default()
    }

    fn answer(&self, c: char) -> Option<Answer> {
        let words = |text: &str| self.pipeline.words(text, true);
        match &self.pipeline {
            Pipeline::Reference { .. } => {
                if self.caution.clusters && joins_next(c) {
                    return Some((Part::Whole, None));
                }
                if !stands_alone(c) || self.caution.joined.contains(&c) {
                    return None;
                }
            }
            Pipeline::Sentencepiece { symbols, .. } => {
                if c == '\u{2581}' {
                    return Some((Part::Whole, None));
                }
                if self.caution.joined.binary_search(&c).is_ok() || symbols.begins(c) {
                    return None;
                }
            }
        }
        let between = words(&format!("b{c}b"))?;
        let alone = words(c.encode_utf8(&mut [0; 4]))?;
        if between == words("b b")? && (self.cut == Cut::Marks || alone.is_empty()) {
            return Some((Part::Space, None));
        }
        if self.cut == Cut::Marks && self.caution.strips && c.is_whitespace() {
            return Some((Part::Whole, None));
        }
        let (joined, two) = (words(&format!("b{c}"))?, words(&format!("{c}b"))?);
        match (&between[..], &joined[..], &two[..]) {
            ([word], [_], [_]) => {
                let inner = word.strip_prefix(&*self.leads[0])?.strip_prefix('b')?;
                let inner = inner.strip_suffix('b')?;
                let is_apart = |c: char| is_starter(c) && !self.caution.joined.contains(&c);
                if inner.chars().next().is_some_and(|c| !is_apart(c)) {
                    return None;
                }
                if inner.chars().eq([c]) {
                    return Some((Part::Inside, None));
                }
                Some((Part::Changed, Some(inner.into())))
            }
            ([left, middle, right], [_, _], [_, _]) if self.cut == Cut::WhiteSpace => {
                let letter = format!("{}b", self.leads[2]);
                if *left != letter || *right != letter || alone[..] != [middle.clone()] {
                    return None;
                }
                let inner = middle.strip_prefix(&*self.leads[2])?;
                let itself = inner.chars().eq([c]);
                Some((Part::Alone, (!itself).then(|| inner.into())))
            }
            _ => None,
        }
    }

    #[inline]
    fn part(&self, bytes: &[u8], at: usize) -> (Part, usize) {
        self.characters.part(bytes, at, |c| self.ask(c))
    }

    /// Adds the ids of `text`, which begins at the beginning where `is_first` is set, to `out`.
    pub(super) fn encode(
        &self,
        text: &str,
        is_first: bool,
        worker: &mut Worker,
        out: &mut Vec<u32>,
    ) -> Result<()> {
        let start = out.len();
        let mut is_done = match self.cut {
            Cut::WhiteSpace => self.at_white_space(text.as_bytes(), worker, out),
            Cut::Marks => self.at_marks(text, is_first, worker, out),
            Cut::Nowhere => false,
        };
        if let Some(reason) = worker.failure() {
            return Err(through_reference(reason));
        }
        if is_done && self.cut == Cut::Marks {
            is_done = self.settle(start, out);
        }
        if !is_done {
            out.truncate(start);
            self.whole(text, is_first, |id, _, _| out.push(id))
                .ok_or_else(|| through_reference("a text that cannot be encoded"))?;
        }
        self.join_unknown(out, start);
        Ok(())
    }

    /// The ids of `text` with the bytes of it that they stand for.
    pub(super) fn encode_spans(&self, text: &str, is_first: bool) -> Result<Vec<(u32, Span)>> {
        let state = std::cell::RefCell::new((Lattice::default(), 0.0f32));
        let placed = self.pipeline.spans(text, is_first, |word, add| {
            let (lattice, base) = &mut *state.borrow_mut();
            self.one(word, lattice, base, |step| {
                add(step.id, step.start as usize, step.end as usize);
            })
        });
        let mut placed =
            placed.ok_or_else(|| through_reference("a text that cannot be encoded"))?;
        self.join_unknown(&mut placed, 0);
        Ok(placed)
    }

    /// The token of an id.
    pub(super) fn token(&self, id: u32) -> Option<String> {
        let bytes = self.vocabulary.bytes(id)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The text of `ids`, as `tokenizers` puts tokens together.
    pub(super) fn decode(&self, ids: &[u32], added: &Added, skip_special: bool) -> Result<String> {
        let special = added.tokens().iter().filter(|added| skip_special && added.special);
        let left_out: HashSet<&str> = special.map(|added| &*added.content).collect();
        let mut tokens = Vec::with_capacity(ids.len());
        for &id in ids {
            let token = added.spelling(id).map(str::to_owned).or_else(|| self.token(id));
            let token = token.ok_or_else(|| unknown(id))?;
            if !left_out.contains(&*token) {
                tokens.push(token);
            }
        }
        match &self.decoder {
            Some(decoder) => decoder.decode(tokens).map_err(through_reference),
            None => Ok(tokens.join(" ")),
        }
    }

    /// Calls `each` with the ids of `text` without remembering anything.
    fn whole(
        &self,
        text: &str,
        is_first: bool,
        mut each: impl FnMut(u32, usize, usize),
    ) -> Option<()> {
        let mut lattice = Lattice::default();
        let mut base = 0.0;
        for word in self.pipeline.words(text, is_first)? {
            self.one(&word, &mut lattice, &mut base, |step| {
                each(step.id, step.start as usize, step.end as usize);
            })?;
        }
        Some(())
    }

    /// Calls `each` with the ids of one word, as the reference finds them behind the sum `base`.
    fn one(
        &self,
        word: &str,
        lattice: &mut Lattice,
        base: &mut f32,
        each: impl FnMut(Step),
    ) -> Option<()> {
        let bytes = word.as_bytes();
        match &self.searcher {
            Searcher::Unigram(unigram) => {
                if self.is_sentencepiece() {
                    *base = unigram.search_from(*base, bytes, lattice).ok()?;
                } else {
                    unigram.search(bytes, lattice).ok()?;
                }
                unigram.ids(bytes, &lattice.path, each);
            }
            Searcher::WordPiece(pieces) => {
                pieces.search(bytes, &mut lattice.path).ok()?;
                lattice.path.iter().copied().for_each(each);
            }
        }
        Some(())
    }

    /// As [`one`](Self::one), for what is remembered.
    fn remembered(&self, word: &str, lattice: &mut Lattice, tokens: &mut Vec<u32>) -> Option<()> {
        let (Searcher::Unigram(unigram), true) = (&self.searcher, self.is_sentencepiece()) else {
            return self.one(word, lattice, &mut 0.0, |step| tokens.push(step.id));
        };
        let bytes = word.as_bytes();
        let safe = unigram.search_safely(bytes, lattice).ok()?;
        let safe = if unigram.depth(bytes) > settle::MARGIN { 0.0 } else { safe };
        let ids = |tokens: &mut Vec<u32>| {
            unigram.ids(bytes, &lattice.path, |step| tokens.push(step.id));
        };
        // What is unknown could not be found again by the ids.
        if safe >= f64::from(RESET) && !unigram.has_unknown(&lattice.path) {
            ids(tokens);
        } else {
            settle::note(safe, bytes, tokens, ids);
        }
        Some(())
    }

    /// Settles what was noted in `out` from `start` on; whether that could be done.
    fn settle(&self, start: usize, out: &mut Vec<u32>) -> bool {
        let Searcher::Unigram(unigram) = &self.searcher else { return true };
        let mut lattice = Lattice::default();
        settle::settle(
            &self.sums,
            |id| self.vocabulary.bytes(id).unwrap_or_default(),
            start,
            out,
            |base, word, out| {
                let Ok(sum) = unigram.search_from(base, word, &mut lattice) else { return None };
                unigram.ids(word, &lattice.path, |step| out.push(step.id));
                Some(sum)
            },
        )
    }

    /// Makes a run of unknown pieces one, from `start` on, where words do not part them.
    fn join_unknown<T: Token>(&self, ids: &mut Vec<T>, start: usize) {
        if let Searcher::Unigram(unigram) = &self.searcher
            && let Some(unknown) = unigram.joined()
        {
            join_runs(ids, start, unknown);
        }
    }

    /// Cuts at white space and at characters that are words by themselves; whether that could be done.
    fn at_white_space(&self, bytes: &[u8], worker: &mut Worker, out: &mut Vec<u32>) -> bool {
        let mut queue = Queue::new(self, bytes, worker, out);
        // What was cut already is right whatever comes, but a character that is not known leaves the whole.
        let mut cuts = [(0usize, 0usize); AHEAD];
        let mut scanner = Scanner::new(&self.characters, bytes);
        let mut at = 0;
        let mut is_done = true;
        'chunks: while at < bytes.len() {
            if is_space(bytes[at]) {
                at += 1;
                continue;
            }
            let start = at;
            let mut from = start;
            let mut count = 0;
            let mut is_known = false;
            loop {
                let (end, part, next) = scanner.inside(at, |c| self.ask(c));
                let is_end = part.is_none() || (next == end + 1 && is_space(bytes[end]));
                if is_end && count == 0 {
                    // Most words.
                    if from < end {
                        queue.one(from, end);
                    }
                    at = next;
                    break;
                }
                let whole = match part {
                    Some(Part::Whole) => Some(Part::Whole),
                    Some(Part::Unknown) => match self.scan(bytes, next) {
                        Part::Whole => Some(Part::Whole),
                        _ => Some(Part::Unknown),
                    },
                    _ if count + 2 > AHEAD && !is_known => Some(self.scan(bytes, next)),
                    _ => None,
                };
                match whole {
                    Some(Part::Whole) => {
                        is_done = false;
                        break 'chunks;
                    }
                    Some(Part::Unknown) => {
                        let space = bytes[next..].iter().position(|&byte| is_space(byte));
                        at = space.map_or(bytes.len(), |length| next + length);
                        queue.one(start, at);
                        break;
                    }
                    Some(_) => {
                        is_known = true;
                        cuts[..count].iter().for_each(|&(from, to)| queue.one(from, to));
                        count = 0;
                    }
                    None => {}
                }
                let mut cut = |from, to| {
                    if is_known {
                        queue.one(from, to);
                    } else {
                        cuts[count] = (from, to);
                        count += 1;
                    }
                };
                if from < end {
                    cut(from, end);
                }
                if part == Some(Part::Alone) {
                    cut(end, next);
                }
                from = next;
                at = next;
                if is_end {
                    cuts[..count].iter().for_each(|&(from, to)| queue.one(from, to));
                    break;
                }
            }
        }
        queue.finish();
        is_done
    }

    /// The worst of the parts from `at` to the next white space.
    #[cold]
    fn scan(&self, bytes: &[u8], mut at: usize) -> Part {
        let mut worst = Part::Inside;
        while at < bytes.len() && !is_space(bytes[at]) {
            let (part, next) = self.part(bytes, at);
            match part {
                Part::Whole => return part,
                Part::Unknown => worst = part,
                _ => {}
            }
            at = next;
        }
        worst
    }

    /// Cuts before white space; whether that could be done.
    fn at_marks(
        &self,
        text: &str,
        is_first: bool,
        worker: &mut Worker,
        out: &mut Vec<u32>,
    ) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut scanner = Scanner::new(&self.characters, bytes);
        // The first chunk is like no other.
        let Some(end) = self.chunk(bytes, &mut scanner, 0) else { return false };
        if end > LONGEST && self.is_sentencepiece() {
            return false;
        }
        if end > 0 {
            let mut scratch = Scratch::default();
            if self.first_chunk(&text[..end], is_first, &mut scratch).is_none() {
                return false;
            }
            out.extend_from_slice(&scratch.tokens);
            at = end;
        }
        let mut queue = Queue::new(self, bytes, worker, out);
        let mut is_done = true;
        while at < bytes.len() {
            match self.chunk(bytes, &mut scanner, at) {
                Some(end) if end - at <= LONGEST || !self.is_sentencepiece() => {
                    queue.one(at, end);
                    at = end;
                }
                _ => {
                    is_done = false;
                    break;
                }
            }
        }
        queue.finish();
        is_done
    }

    /// Where the chunk at `at` ends: white space and what follows it. `None` where the text does not fall apart.
    #[inline]
    fn chunk(&self, bytes: &[u8], scanner: &mut Scanner<'_>, mut at: usize) -> Option<usize> {
        let mut spaces = at;
        while at < bytes.len() {
            let (end, part, next) = scanner.inside(at, |c| self.ask(c));
            // A space, then a word, then a space again.
            match part {
                Some(Part::Space) if end == spaces => (at, spaces) = (next, next),
                None | Some(Part::Space) => return Some(end),
                Some(Part::Whole) => return None,
                Some(_) => return self.unknown(bytes, next),
            }
        }
        Some(at)
    }

    /// Where the next space is behind a character that is not known.
    #[cold]
    fn unknown(&self, bytes: &[u8], mut at: usize) -> Option<usize> {
        while at < bytes.len() {
            let (part, next) = self.part(bytes, at);
            match part {
                Part::Space => break,
                Part::Whole => return None,
                _ => at = next,
            }
        }
        Some(at)
    }

    fn first_chunk(&self, chunk: &str, is_first: bool, scratch: &mut Scratch) -> Option<()> {
        let Scratch { tokens, word, lattice, .. } = scratch;
        let lead = &self.leads[usize::from(!is_first)];
        if self.write(lead, chunk, false, word) && word.len() > lead.len() {
            return self.remembered(word, lattice, tokens);
        }
        let words = self.pipeline.words(chunk, is_first)?;
        if self.hangs_over(&words) {
            return None;
        }
        words.iter().try_for_each(|word| self.remembered(word, lattice, tokens))
    }

    /// Whether marks at the end of these words would go with what follows.
    fn hangs_over(&self, words: &[String]) -> bool {
        words.last().is_some_and(|word| word.ends_with('\u{2581}'))
    }

    /// Makes `word` of what becomes of `text`; whether every character of it is known.
    fn write(&self, lead: &str, text: &str, alone: bool, word: &mut String) -> bool {
        word.clear();
        word.push_str(lead);
        self.characters.write(text, alone, |c| self.ask(c), word)
    }

    /// The ids of what stands between white space, or of a part of it.
    fn of_words(&self, piece: &str, scratch: &mut Scratch) -> Option<()> {
        let Scratch { tokens, word, lattice, .. } = scratch;
        let is_one = piece.chars().nth(1).is_none();
        let lead = &self.leads[2];
        if self.write(lead, piece, is_one, word) {
            if word.len() == lead.len() {
                return Some(());
            }
            return self.remembered(word, lattice, tokens);
        }
        let words = self.pipeline.words(piece, true)?;
        words.iter().try_for_each(|word| self.remembered(word, lattice, tokens))
    }

    /// The ids of white space and what follows it, behind another word.
    fn of_marks(&self, piece: &str, scratch: &mut Scratch) -> Option<()> {
        let Scratch { tokens, word, lattice, .. } = scratch;
        let mut spaces = 0;
        while spaces < piece.len() {
            let (Part::Space, next) = self.part(piece.as_bytes(), spaces) else { break };
            spaces = next;
        }
        let (space, rest) = piece.split_at(spaces);
        let lead = &self.leads[2];
        let is_plain = space.chars().nth(1).is_none() && self.write(lead, rest, false, word);
        if is_plain && word.len() > lead.len() {
            return self.remembered(word, lattice, tokens);
        }
        let words = self.pipeline.words(&format!("b{piece}"), true)?;
        let Some((letter, words)) = words.split_first() else {
            settle::give_up(tokens);
            return Some(());
        };
        let is_letter = letter.strip_suffix('b') == Some(&self.leads[0]);
        // Marks at the very end are the text's last word.
        if !is_letter || (self.hangs_over(words) && !rest.is_empty()) {
            settle::give_up(tokens);
            return Some(());
        }
        words.iter().try_for_each(|word| self.remembered(word, lattice, tokens))
    }
}

impl Pieces for Words {
    fn tokens_of(&self, piece: &[u8], scratch: &mut Scratch) {
        scratch.tokens.clear();
        let piece = std::str::from_utf8(piece).expect("words are cut between characters");
        let found = match self.cut {
            Cut::Marks => self.of_marks(piece, scratch),
            _ => self.of_words(piece, scratch),
        };
        if found.is_none() {
            scratch.failure = Some(format!("the word {piece:?} cannot be encoded"));
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
