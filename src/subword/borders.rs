//! The known patterns, 64 bytes at a time.
//!
//! In plain text (letters of ASCII and of U+00C0 to U+017F, digits, signs, single spaces) the few bytes before a
//! place say whether a piece begins there, so that the borders of a block are some operations on sets of
//! bits. Everything else is rare: line breaks, apostrophes, runs of spaces, other scripts. A piece
//! that touches such a byte is cut by [`next`], the scanner of one piece, which is also the twin that
//! the tests compare with.

use super::classes::Classes;
use super::pattern::{Known, next};
use crate::text::blocks::{self, Machine, Work};

/// So far ahead the text is fetched.
const AHEAD: usize = 1024;

/// Most pieces that are handed on at once, but for those of the last block.
const MOST: usize = 256;

/// Pieces behind one another: where the first begins, and where each ends, counted from an origin.
#[derive(Clone, Copy)]
pub(super) struct Ends<'e> {
    pub(super) start: usize,
    origin: usize,
    ends: &'e [u32],
}

impl<'e> Ends<'e> {
    /// Where each piece ends, by piece.
    #[inline(always)]
    pub(super) fn each(self) -> impl ExactSizeIterator<Item = usize> + 'e {
        self.ends.iter().map(move |&end| self.origin.wrapping_add(end as usize))
    }

    /// These pieces, some at a time.
    #[inline(always)]
    pub(super) fn blocks(self, most: usize) -> impl Iterator<Item = Self> + 'e {
        let mut start = self.start;
        self.ends.chunks(most).map(move |ends| {
            let block = Self { start, ends, ..self };
            start = ends.last().map_or(start, |&end| self.origin.wrapping_add(end as usize));
            block
        })
    }
}

/// Cuts `bytes`, which are UTF-8, by the pattern `known`: calls `each` with its pieces, many at a time, in order.
pub(super) fn cut<F: FnMut(Ends<'_>)>(known: Known, bytes: &[u8], each: F) {
    let ends = Collected { each, start: 0, origin: 0, count: 0, ends: [0; MOST + 64] };
    match known {
        Known::Gpt2 => blocks::fastest(Cut::<_, false, 0, false> { known, bytes, ends }),
        Known::Cl100k | Known::Llama3 | Known::Llama3Ascii => {
            blocks::fastest(Cut::<_, true, 3, false> { known, bytes, ends });
        }
        Known::Qwen2 => blocks::fastest(Cut::<_, true, 1, false> { known, bytes, ends }),
        Known::O200k => blocks::fastest(Cut::<_, true, 3, true> { known, bytes, ends }),
        Known::Tekken => blocks::fastest(Cut::<_, true, 1, true> { known, bytes, ends }),
    }
}

/// Cuts `bytes` where `next` says that the piece ends that begins at a place: calls `each` as [`cut`] does.
pub(super) fn cut_by<F: FnMut(Ends<'_>)>(bytes: &[u8], next: impl Fn(usize) -> usize, each: F) {
    let mut ends = Collected { each, start: 0, origin: 0, count: 0, ends: [0; MOST + 64] };
    let mut at = 0;
    while at < bytes.len() {
        at = next(at);
        ends.one(at);
    }
    ends.hand_on();
}

/// Where pieces end that were not handed on yet.
struct Collected<F> {
    each: F,
    start: usize,
    origin: usize,
    count: usize,
    ends: [u32; MOST + 64],
}

impl<F: FnMut(Ends<'_>)> Collected<F> {
    /// One more piece.
    #[inline(always)]
    fn one(&mut self, end: usize) {
        if self.count >= MOST {
            self.hand_on();
        }
        let Ok(place) = u32::try_from(end - self.origin) else { return self.far(end) };
        self.ends[self.count] = place;
        self.count += 1;
    }

    /// One more piece, which ends far behind the origin.
    #[cold]
    fn far(&mut self, end: usize) {
        self.hand_on();
        (self.each)(Ends { start: self.start, origin: end, ends: &[0] });
        (self.start, self.origin) = (end, end);
    }

    /// More pieces, which end at `bits` of the block at `base`.
    #[inline(always)]
    fn many<M: Machine>(&mut self, bits: u64, base: usize) {
        if self.count > MOST || base.abs_diff(self.origin) > 1 << 30 {
            self.hand_on();
            // A piece that began long ago may end in this block.
            if base.abs_diff(self.origin) > 1 << 30 {
                let first = base + bits.trailing_zeros() as usize;
                self.far(first);
                return self.many::<M>(bits & (bits - 1), base);
            }
        }
        let base = base.wrapping_sub(self.origin) as u32;
        if let Some(into) = self.ends[self.count..].first_chunk_mut() {
            M::places(bits, base, into);
        }
        self.count += bits.count_ones() as usize;
    }

    #[inline(never)]
    fn hand_on(&mut self) {
        let Some(&last) = self.ends[..self.count].last() else { return };
        let last = self.origin.wrapping_add(last as usize);
        (self.each)(Ends {
            start: self.start,
            origin: self.origin,
            ends: &self.ends[..self.count],
        });
        (self.start, self.origin, self.count) = (last, last, 0);
    }
}

/// `SIGN`: one sign leads the letters behind it, and no space the digits. `DIGITS`: most digits of a piece; 0:
/// all. `CAPITALS`: a piece ends before a capital behind a small letter.
struct Cut<'c, F, const SIGN: bool, const DIGITS: usize, const CAPITALS: bool> {
    known: Known,
    bytes: &'c [u8],
    ends: Collected<F>,
}

/// A set of bytes of a block, and of the block before it, whose last byte is the highest bit.
#[derive(Clone, Copy, Default)]
struct Set {
    now: u64,
    before: u64,
}

impl Set {
    /// The bytes that stand `count` (1 to 63) behind one of the set.
    #[inline(always)]
    fn behind(self, count: u32) -> u64 {
        self.now << count | self.before >> (64 - count)
    }

    /// The set of the next block, where this one had `width` bytes.
    #[inline(always)]
    fn then(self, now: u64, width: u32) -> Self {
        Self { now, before: self.now << (64 - width) }
    }
}

/// What a block is made of.
#[derive(Clone, Copy, Default)]
struct Sets {
    width: u32,
    letter: Set,
    small: Set,
    digit: Set,
    first_digit: Set,
    sign: Set,
    lone_sign: Set,
    space: Set,
    /// Where pieces begin, for a piece that touches no byte of `hard`.
    starts: u64,
    hard: u64,
}

impl<F: FnMut(Ends<'_>), const SIGN: bool, const DIGITS: usize, const CAPITALS: bool>
    Cut<'_, F, SIGN, DIGITS, CAPITALS>
{
    /// The sets of the block behind `last`, of which `there` bytes are the text's.
    #[inline(always)]
    fn sets<M: Machine>(block: &[u8; 64], there: u32, last: &Sets) -> Sets {
        let between = |low: u8, high: u8| M::between(block, low, high);
        let row = between(0xc3, 0xc5);
        // A letter is not cut in two.
        let width = if there == 64 && row >> 63 == 1 { 63 } else { there };
        let inside = !0 >> (64 - width);
        let latin = between(0xc3, 0xc3);
        let signs = (between(0x97, 0x97) | between(0xb7, 0xb7)) & latin << 1;
        let lead = row & !(signs >> 1);
        let capital = between(b'A', b'Z');
        let letter = (capital | between(b'a', b'z') | lead | lead << 1) & inside;
        let digit = between(b'0', b'9') & inside;
        let space = between(b' ', b' ') & inside;
        let mut hard = !between(b' ', b'~') & !letter | between(b'\'', b'\'');
        let sign = inside & !(letter | digit | space | hard);
        let mut sets = Sets { width, ..Sets::default() };
        sets.letter = last.letter.then(letter, last.width);
        sets.digit = last.digit.then(digit, last.width);
        sets.sign = last.sign.then(sign, last.width);
        sets.space = last.space.then(space, last.width);
        let behind_space = sets.space.behind(1);
        hard |= space & behind_space;
        let lone_sign = sign & !sets.sign.behind(1) & !behind_space;
        sets.lone_sign = last.lone_sign.then(lone_sign, last.width);
        let mut starts = space | lone_sign;
        let first_letter = letter & !sets.letter.behind(1) & !behind_space;
        starts |= if SIGN { first_letter & !sets.lone_sign.behind(1) } else { first_letter };
        let mut first_digit = digit & !sets.digit.behind(1);
        if !SIGN {
            first_digit &= !behind_space;
        }
        sets.first_digit = last.first_digit.then(first_digit, last.width);
        starts |= if DIGITS == 1 { digit } else { first_digit };
        if DIGITS > 1 {
            let run = |count: u32| (1..=count).fold(digit, |run, at| run & sets.digit.behind(at));
            let group = DIGITS as u32;
            starts |= sets.first_digit.behind(group) & run(group);
            hard |= run(2 * group);
        }
        if CAPITALS {
            let tail = between(0x80, 0x9e) & latin << 1 & !signs;
            let capital = (capital | tail | tail >> 1) & letter;
            // Beyond Latin-1 capitals and small letters take turns.
            let other = row & !latin;
            hard |= other | other << 1;
            let small = letter & !capital;
            sets.small = last.small.then(small, last.width);
            starts |= capital & sets.small.behind(1);
        }
        sets.starts = starts & inside;
        sets.hard = hard & inside;
        sets
    }
}

impl<F: FnMut(Ends<'_>), const SIGN: bool, const DIGITS: usize, const CAPITALS: bool> Work
    for Cut<'_, F, SIGN, DIGITS, CAPITALS>
{
    type Made = ();

    #[inline(always)]
    fn on<M: Machine>(self) {
        let Self { known, bytes, mut ends } = self;
        let classes = Classes::get();
        // Where the piece begins whose end is looked for; whether it begins where the sets say; whether
        // something hard was seen in it.
        let (mut at, mut begins, mut hard) = (0, false, false);
        let mut base = 0;
        let mut sets = Sets { width: 64, ..Sets::default() };
        while base < bytes.len() {
            let rest = &bytes[base..];
            blocks::fetch(rest.as_ptr().wrapping_add(AHEAD));
            let mut padded = [0; 64];
            let block = rest.first_chunk::<64>().unwrap_or_else(|| {
                padded[..rest.len()].copy_from_slice(rest);
                &padded
            });
            sets = Self::sets::<M>(block, rest.len().min(64) as u32, &sets);
            let end = base + sets.width as usize;
            while at < end {
                // The bits of the block from `at` on, and those behind it.
                let (from, behind) = match at.checked_sub(base) {
                    Some(place) => (!0 << place, !1 << place),
                    None => (!0, !0),
                };
                if begins || (at >= base && sets.starts & from & !behind != 0) {
                    begins = true;
                    hard |= sets.hard & from & !behind != 0;
                    let mut starts = sets.starts & behind;
                    let mut odd = sets.hard & behind;
                    if !hard {
                        // Up to the first hard byte every start ends a piece.
                        let easy = (odd & odd.wrapping_neg()).wrapping_sub(1);
                        let easy = starts & easy;
                        if easy != 0 {
                            ends.many::<M>(easy, base);
                            at = base + 63 - easy.leading_zeros() as usize;
                        }
                        let behind = if at < base { !0 } else { !1 << (at - base) };
                        starts &= behind;
                        odd &= behind;
                    }
                    if starts == 0 {
                        // The piece goes on into the next block.
                        hard |= odd != 0;
                        break;
                    }
                }
                let next = next(known, classes, bytes, at);
                ends.one(next);
                (at, begins, hard) = (next, false, false);
            }
            base = end;
        }
        while at < bytes.len() {
            at = next(known, classes, bytes, at);
            ends.one(at);
        }
        ends.hand_on();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_one(known: Known, text: &str) -> Vec<(usize, usize)> {
        let (classes, bytes) = (Classes::get(), text.as_bytes());
        let mut at = 0;
        let pieces = std::iter::from_fn(|| {
            let start = at;
            at = (start < bytes.len()).then(|| next(known, classes, bytes, start))?;
            Some((start, at))
        });
        pieces.collect()
    }

    fn agree(text: &str) {
        for known in Known::ALL {
            let mut pieces = Vec::new();
            cut(known, text.as_bytes(), |ends| {
                let mut start = ends.start;
                for end in ends.each() {
                    pieces.push((start, end));
                    start = end;
                }
            });
            assert_eq!(pieces, by_one(known, text), "{known:?}: {text:?}");
        }
    }

    #[test]
    fn blocks_are_cut_as_one_piece_after_the_other_is() {
        // Each unit at each place of a block, between units of other kinds.
        let units = [
            "a",
            "B",
            "ø",
            "Å",
            "ą",
            "×",
            "7",
            "2024",
            "123456789",
            " ",
            "  ",
            ".",
            "--",
            "'",
            "'s",
            "\n",
            "\t",
            "е",
            "😀",
            "\u{301}",
        ];
        for first in units {
            for second in units {
                for third in units {
                    let short = format!("{first}{second}{third}");
                    agree(&short);
                    agree(&format!("{}{short}{short} ab", "x ".repeat(29)));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut_as_one_piece_after_the_other_is(
            text in proptest::collection::vec(
                prop_oneof![
                    6 => "[a-zæøå]{1,12}", 3 => "[A-ZÆØÅ]{1,3}", 6 => Just(" ".to_owned()), 2 => "[0-9]{1,8}",
                    2 => "[!-/:-@\\[-`{-~]{1,3}", 1 => "['\r\n\t]{1,2}", 1 => "\\PC{1,2}", 1 => any::<String>(),
                ],
                0..80,
            )
        ) {
            agree(&text.concat());
        }
    }
}
