//! Whether a gap ends a sentence. The commonest are judged by the few bytes that matter there.

use super::Sentences;
use super::features::{Kind, View};
use super::lexicon::Start;
use super::model::{Boundaries, Pair};
use super::rules::{Case, Context, Left, Right, Verdict, bare, has_vowel, judge, right_at};
use super::scan::Gap;

impl Sentences<'_> {
    /// Whether the gap ends a sentence: as [`judge`] says, and where that asks the model, as it
    /// says. Where it is plain what they will say, neither is asked. Without a model, its place is
    /// taken by what the rules say.
    #[inline(always)]
    pub(super) fn ends(&self, gap: Gap) -> bool {
        let text = self.text.as_bytes();
        let first = text[gap.end];
        match text[gap.start - 1] {
            last @ (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0xA5 | 0xB8) => match first {
                // At a line's end it takes more.
                b'A'..=b'Z' if gap.lines > 0 => self.look(gap),
                b'A'..=b'Z' => self.capital(gap, last),
                b'a'..=b'z' | b'0'..=b'9' => false,
                // Without a stop only a capital begins a sentence.
                0xC3 if matches!(text.get(gap.end + 1), Some(0x9F..)) => false,
                _ => {
                    let right = right_at(text, gap.end);
                    right.case == Case::Capital && !right.bracket && self.look(gap)
                }
            },
            b',' | b';' | b'-' | b'/' | b'&' | b'(' | b'>' | b'<' | b'|' | b'+' | b'_' => false,
            b'.' if first.is_ascii_uppercase() => self.is_word_with_dot(gap) || self.look(gap),
            // Behind what closes or a colon, which stand on no stop, only a capital begins one.
            b')' | b'"' | b'\'' | b':'
                if matches!(first, b'a'..=b'z' | b'0'..=b'9')
                    && gap.start > self.start + 1
                    && text[gap.start - 2].is_ascii_alphanumeric() =>
            {
                false
            }
            0x90..=0x95 if self.is_dash(gap) => false,
            _ => self.look(gap),
        }
    }

    /// Whether a dash beyond ASCII stands alone before the gap.
    #[inline]
    fn is_dash(&self, gap: Gap) -> bool {
        let word = &self.text.as_bytes()[self.start..gap.start];
        matches!(word, [0xE2, 0x80, _] | [.., b' ', 0xE2, 0x80, _])
    }

    /// The same, with all that there is to look at.
    #[inline(never)]
    fn look(&self, gap: Gap) -> bool {
        let context = &self.context(gap);
        let (left, right) = (&context.left(), &context.right());
        match (judge(context, left, right), self.model) {
            (Verdict::Ask(kind, rule), Some(model)) => {
                let (to, end) = right.ends(context);
                model.ends(&View { context, left, right, to, end, kind, rule }, None)
            }
            (Verdict::Sure(ends) | Verdict::Ask(_, ends), _) => ends,
        }
    }

    /// A gap with what is around it.
    #[inline]
    fn context(&self, gap: Gap) -> Context<'_> {
        Context {
            text: self.text.as_bytes(),
            sentence: self.start,
            previous: self.previous,
            gap,
            lexicon: self.lexicon,
            window: self.gaps.window(),
        }
    }

    /// A capital of A–Z behind a word without a stop that ends with `last`.
    #[inline(always)]
    fn capital(&self, gap: Gap, last: u8) -> bool {
        let (text, window) = (self.text.as_bytes(), self.gaps.window());
        let start = window.word_start(text, gap.start, self.start);
        let end = window.word_end(text, gap.end);
        let to = gap.end + bare(text, gap.end, end).len();
        let Some(model) = self.model.filter(|_| !last.is_ascii_uppercase()) else {
            return self.after_capital(gap, start, to, end);
        };
        let pair = model.may_begin(text, (start, gap.start), (gap.end, to));
        pair.is_some() && self.ask(model, gap, start, to, end, pair)
    }

    /// The same after a word that ends with a capital, or without a model.
    fn after_capital(&self, gap: Gap, start: usize, to: usize, end: usize) -> bool {
        let text = self.text.as_bytes();
        // In a row of capitals no sentence begins, except with the word I. After capitals, a
        // headline may end before any word.
        let row = text[gap.start - 1].is_ascii_uppercase()
            && text[gap.end] != b'I'
            && text.get(gap.end + 1).is_some_and(|next| *next < b'a');
        !row && match self.model {
            Some(model) => self.ask(model, gap, start, to, end, None),
            None => self.begins_unmarked(gap, to),
        }
    }

    /// What the rules say of a capital of A–Z behind a word without a stop, as `unmarked` does.
    fn begins_unmarked(&self, gap: Gap, to: usize) -> bool {
        let word = &self.text.as_bytes()[gap.end..to];
        !matches!(word, [_, b'A'..=b'Z', ..])
            && self.lexicon.starts.at(self.text.as_bytes(), gap.end, to) >= Some(Start::Opener)
    }

    /// What the model says of a capital behind a word without a stop that begins at `start`.
    #[inline(never)]
    fn ask(
        &self,
        model: &Boundaries,
        gap: Gap,
        start: usize,
        to: usize,
        end: usize,
        pair: Option<Pair>,
    ) -> bool {
        let context = &self.context(gap);
        let right = &Right::capital(gap.end);
        let left = &Left::without_stop(context.text, start, gap.start);
        let (kind, rule) = (Kind::Unmarked, self.begins_unmarked(gap, to));
        // Of a word behind a bracket nothing is known yet.
        let pair = pair.filter(|_| left.from == start);
        model.ends(&View { context, left, right, to, end, kind, rule }, pair)
    }

    /// Whether a word that no table of abbreviations knows stands before the gap, with a dot that
    /// therefore is a full stop.
    #[inline(always)]
    fn is_word_with_dot(&self, gap: Gap) -> bool {
        let (text, window) = (self.text.as_bytes(), self.gaps.window());
        let dot = gap.start - 1;
        let start = window.word_start(text, dot, self.start);
        let small = matches!(text[start..dot], [.., b'a'..=b'z'] | [.., 0xC3, 0xA5 | 0xA6 | 0xB8]);
        if !small || dot - start < 2 {
            return false;
        }
        if !window.is_plain(start, dot) {
            return self.is_joined(start, dot);
        }
        (dot - start > 5 || has_vowel(&text[start..dot]))
            && self.lexicon.ends.at(text, start, dot + 1).is_none()
    }

    /// The same of a word with more than letters in it, of which only the last part may be known:
    /// `it-chefen.`, `365-dages.`
    #[inline(never)]
    fn is_joined(&self, start: usize, dot: usize) -> bool {
        let text = self.text.as_bytes();
        let word = &text[start..dot];
        let unknown = |from: usize| self.lexicon.ends.at(text, from, dot + 1).is_none();
        let hyphen = || memchr::memrchr(b'-', word).is_none_or(|at| unknown(start + at + 1));
        word[0].is_ascii_alphanumeric()
            && memchr::memchr(b'.', word).is_none()
            && (word.len() > 5 || has_vowel(word))
            && unknown(start)
            && hyphen()
    }
}
