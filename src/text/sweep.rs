//! The words of a whole text, 64 bytes at a time.
//!
//! What most chunks between white space hold is found from sets of bits alone: plain letters,
//! also with hyphens between them, or digits, perhaps with one mark before and one behind. For every other
//! chunk the rules of `danish` run, a word at a time. The iterator is the naive twin: it gives
//! the same words.

use std::sync::LazyLock;

use super::blocks::{self, Kinds, Machine, Masks};
use super::danish::DanishWords;
use super::offsets::{Converter, Unit};
use super::{Kind, Options, Word, stops};
use crate::Span;

/// What is done with the words found.
pub(super) trait Sink {
    /// Takes the masks of the block at byte `base`, before its words come.
    fn block(&mut self, base: usize, masks: &Masks);

    /// Takes words that lie in the block: where they start, where they end, what they are.
    fn run<M: Machine>(&mut self, starts: u64, ends: u64, kinds: &Kinds);

    /// Takes one word that lies in the block.
    fn word(&mut self, word: Word);

    /// Takes the words of a chunk that is longer than a block.
    fn long(&mut self, chunk: Span, words: impl Iterator<Item = Word>);

    /// Leaves the block at byte `behind`.
    fn leave(&mut self, behind: usize);
}

/// Words in a block, as sets of bits.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    /// The first bytes of chunks.
    chunks: u64,
    /// The first bytes of words, and the bytes behind them.
    starts: u64,
    ends: u64,
    kinds: Kinds,
    /// The bytes behind chunks for which the rules have to run.
    ruled: u64,
    /// The stops right behind letters, each at the end of its chunk.
    stops: u64,
    /// Hyphens between letters.
    inner: u64,
    /// How many bytes are done with: up to white space, or a chunk that goes on behind.
    done: u32,
}

impl Found {
    #[inline(always)]
    fn new(masks: &Masks) -> Self {
        let open = masks.black.leading_ones();
        // A chunk that goes on behind the block is left to the next.
        let black = if open < 64 { masks.black & !0 >> open } else { 0 };
        let letter = masks.letter & black;
        let digit = masks.digit & black;
        let chunks = black & !(black << 1);
        let ends = !black & black << 1;
        let inner = masks.hyphen & letter << 1 & letter >> 1 & black;
        let before = masks.open & chunks & (letter | digit) >> 1;
        let stops = masks.stop & letter << 1;
        let behind = (masks.mark & !masks.stop & (letter | digit) << 1 | stops) & black & ends >> 1;
        let others = black & !(letter | inner | digit | before | behind);
        // A bit added anywhere in a run of bits carries to the bit behind the run.
        let with = |set: u64| black.wrapping_add(set) & ends;
        let heads = chunks | before << 1;
        Self {
            chunks,
            starts: heads | behind,
            ends: ends | behind | before << 1,
            kinds: Kinds { punctuation: before | behind, number: digit & heads, abbreviation: 0 },
            ruled: with(others) | with(letter) & with(digit),
            stops: stops & behind,
            inner,
            done: 64 - open,
        }
    }

    /// Looks whether the stop that is the lowest bit of `stop` belongs to the word before it,
    /// which then takes it in.
    #[inline(always)]
    fn stop(&mut self, text: &str, base: usize, stop: u64) {
        let at = stop.trailing_zeros();
        let start = 63 - (self.starts & (stop - 1)).leading_zeros();
        let (from, dot) = (base + start as usize, base + at as usize);
        let between = (stop - 1) & !0 << start;
        let abbreviation = if self.inner & between == 0 {
            stops::letters(text, from, dot)
        } else {
            stops::owner(text, from, dot).is_some()
        };
        if abbreviation {
            self.starts &= !stop;
            self.ends &= !stop;
            self.kinds.abbreviation |= 1 << start;
        }
    }
}

/// Gives `sink` the words of `words` from byte `from` on, which begins a chunk or is white space.
#[inline(always)]
pub(super) fn sweep<M: Machine, S: Sink>(mut words: DanishWords<'_>, from: usize, sink: &mut S) {
    let text = words.text();
    let bytes = text.as_bytes();
    let mut base = from;
    while base < bytes.len() {
        let masks = M::classify(&bytes[base..]);
        let mut found = Found::new(&masks);
        if found.done == 0 {
            base = long(&mut words, base, sink);
            continue;
        }
        sink.block(base, &masks);
        let mut stops = found.stops;
        while stops != 0 {
            let stop = stops & stops.wrapping_neg();
            if found.ruled & stop << 1 == 0 {
                found.stop(text, base, stop);
            }
            stops &= stops - 1;
        }
        let Found { chunks, mut starts, mut ends, ref kinds, mut ruled, .. } = found;
        while ruled != 0 {
            let end = ruled & ruled.wrapping_neg();
            let start = 63 - (chunks & (end - 1)).leading_zeros();
            let before = (1 << start) - 1;
            if starts & before != 0 {
                sink.run::<M>(starts & before, ends & before, kinds);
            }
            let chunk = Span::new(base + start as usize, base + end.trailing_zeros() as usize);
            match alone(chunk.of(text).as_bytes()) {
                Some(kind) => sink.word(Word { span: chunk, kind }),
                None => {
                    words.enter(chunk.start(), chunk.end());
                    while let Some(word) = words.within() {
                        sink.word(word);
                    }
                }
            }
            starts &= !(end | (end - 1));
            ends &= !(end | (end - 1));
            ruled &= ruled - 1;
        }
        if starts != 0 {
            sink.run::<M>(starts, ends, kinds);
        }
        base += found.done as usize;
        sink.leave(base);
    }
}

/// What a chunk of one mark is, if it is a common one: what the rules say of it.
#[inline(always)]
fn alone(chunk: &[u8]) -> Option<Kind> {
    static ALONE: LazyLock<[Kind; 128]> = LazyLock::new(|| {
        std::array::from_fn(|byte| {
            let text = char::from(byte as u8).to_string();
            let word = DanishWords::new(&text, Options::default()).next();
            word.map_or(Kind::Punctuation, |word| word.kind)
        })
    });
    match *chunk {
        [byte] => ALONE.get(usize::from(byte)).copied(),
        // The dashes of running text.
        [0xe2, 0x80, 0x93 | 0x94] => Some(Kind::Punctuation),
        _ => None,
    }
}

/// The words of the chunk at byte `start`, of 64 bytes and more; gives its end.
#[cold]
#[inline(never)]
fn long<S: Sink>(words: &mut DanishWords<'_>, start: usize, sink: &mut S) -> usize {
    let bytes = words.text().as_bytes();
    let length = bytes[start..].iter().position(|&b| matches!(b, b'\t'..=b'\r' | b' '));
    let end = length.map_or(bytes.len(), |length| start + length);
    let span = Span::new(start, end);
    if blocks::plain_letters(&bytes[start..end]) == end - start {
        sink.long(span, std::iter::once(Word { span, kind: Kind::Word }));
    } else {
        words.enter(start, end);
        sink.long(span, std::iter::from_fn(|| words.within()));
    }
    end
}

/// Hands each word on.
pub(super) struct Each<F> {
    each: F,
    base: usize,
}

impl<F: FnMut(Word)> Each<F> {
    pub(super) const fn new(each: F) -> Self {
        Self { each, base: 0 }
    }
}

impl<F: FnMut(Word)> Sink for Each<F> {
    #[inline(always)]
    fn block(&mut self, base: usize, _: &Masks) {
        self.base = base;
    }

    #[inline(always)]
    fn run<M: Machine>(&mut self, mut starts: u64, mut ends: u64, kinds: &Kinds) {
        while starts != 0 {
            let start = starts.trailing_zeros();
            let span =
                Span::new(self.base + start as usize, self.base + ends.trailing_zeros() as usize);
            (self.each)(Word { span, kind: kinds.of(start) });
            starts &= starts - 1;
            ends &= ends - 1;
        }
    }

    #[inline(always)]
    fn word(&mut self, word: Word) {
        (self.each)(word);
    }

    fn long(&mut self, _: Span, words: impl Iterator<Item = Word>) {
        words.for_each(&mut self.each);
    }

    #[inline(always)]
    fn leave(&mut self, _: usize) {}
}

/// Columns that words are written to, in a unit.
#[derive(Default)]
pub(super) struct Columns {
    // Invariant: the three are of one length; what lies behind the first `count` is no word.
    starts: Vec<u32>,
    ends: Vec<u32>,
    kinds: Vec<u8>,
    count: usize,
}

impl Columns {
    /// Room for the words of `bytes` bytes of ordinary text.
    pub(super) fn for_bytes(bytes: usize) -> Self {
        // Zeroed pages come from the system when they are first written to.
        let room = bytes / 3 + 64;
        Self { starts: vec![0; room], ends: vec![0; room], kinds: vec![0; room], count: 0 }
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    #[inline(always)]
    pub(super) fn push(&mut self, start: usize, end: usize, kind: u8) {
        if self.count == self.starts.len() {
            self.grow();
        }
        self.starts[self.count] = start as u32;
        self.ends[self.count] = end as u32;
        self.kinds[self.count] = kind;
        self.count += 1;
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let room = self.starts.len() * 2 + 64;
        self.starts.resize(room, 0);
        self.ends.resize(room, 0);
        self.kinds.resize(room, 0);
    }

    /// The starts, the ends and the numbers of the kinds.
    pub(super) fn finish(mut self) -> (Vec<u32>, Vec<u32>, Vec<u8>) {
        fn cut<T>(mut column: Vec<T>, count: usize) -> Vec<T> {
            column.truncate(count);
            column.shrink_to_fit();
            column
        }
        let count = std::mem::take(&mut self.count);
        (cut(self.starts, count), cut(self.ends, count), cut(self.kinds, count))
    }

    /// The columns as they are so far.
    pub(super) fn parts(&self) -> (&[u32], &[u32], &[u8]) {
        (&self.starts[..self.count], &self.ends[..self.count], &self.kinds[..self.count])
    }
}

/// Writes the words of one text to columns.
pub(super) struct Write<'c, 't> {
    columns: &'c mut Columns,
    text: &'t str,
    unit: Unit,
    base: usize,
    /// How many units stand before `base`.
    units: usize,
    /// One bit a unit: bytes that count.
    kept: u64,
}

impl<'c, 't> Write<'c, 't> {
    #[inline(always)]
    pub(super) const fn new(columns: &'c mut Columns, text: &'t str, unit: Unit) -> Self {
        Self { columns, text, unit, base: 0, units: 0, kept: !0 }
    }

    /// The units before byte `at`, which is less than 64 bytes behind `base`.
    #[inline(always)]
    const fn position(&self, at: usize) -> usize {
        let below = (1 << (at - self.base)) - 1;
        self.units + (self.kept & below).count_ones() as usize
    }
}

impl Sink for Write<'_, '_> {
    #[inline(always)]
    fn block(&mut self, _: usize, masks: &Masks) {
        self.kept = match self.unit {
            Unit::Byte => !0,
            Unit::Char => masks.lead,
            // Of the four bytes of a character of two units, the first two count.
            Unit::Utf16 => masks.lead | masks.four << 1,
        };
    }

    #[inline(always)]
    fn run<M: Machine>(&mut self, starts: u64, ends: u64, kinds: &Kinds) {
        let columns = &mut *self.columns;
        if columns.starts.len() - columns.count < 64 {
            columns.grow();
        }
        let room = columns.count..;
        let (Some(to_starts), Some(to_ends), Some(to_kinds)) = (
            columns.starts[room.clone()].first_chunk_mut(),
            columns.ends[room.clone()].first_chunk_mut(),
            columns.kinds[room].first_chunk_mut(),
        ) else {
            return;
        };
        M::places(M::packed(starts, self.kept), self.units as u32, to_starts);
        M::places(M::packed(ends, self.kept), self.units as u32, to_ends);
        M::kinds(starts, kinds, to_kinds);
        columns.count += starts.count_ones() as usize;
    }

    #[inline(always)]
    fn word(&mut self, Word { span, kind }: Word) {
        let (start, end) = (self.position(span.start()), self.position(span.end()));
        self.columns.push(start, end, kind as u8);
    }

    fn long(&mut self, chunk: Span, words: impl Iterator<Item = Word>) {
        let mut positions = Converter::at(self.text, self.unit, chunk.start(), self.units);
        for Word { span, kind } in words {
            let start = positions.from_byte(span.start());
            self.columns.push(start, positions.from_byte(span.end()), kind as u8);
        }
        (self.base, self.units) = (chunk.end(), positions.from_byte(chunk.end()));
    }

    #[inline(always)]
    fn leave(&mut self, behind: usize) {
        let count = behind - self.base;
        let below = if count < 64 { (1 << count) - 1 } else { !0 };
        self.units += (self.kept & below).count_ones() as usize;
        self.base = behind;
    }
}
