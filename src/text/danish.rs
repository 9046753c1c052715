//! Words by the conventions of UD Danish-DDT.
//!
//! A text is cut at white space into chunks. A chunk of plain letters is a word, found from two
//! sets of bits (`blocks`). What other chunks hold is decided by the rules of `core` and `stops`;
//! no rule runs anywhere else.

use super::blocks::{self, Carry, Classify, Masks};
use super::classes::{self, Class};
use super::context::{char_at, char_before};
use super::core;
use super::{Kind, Options, Word, stops};
use crate::Span;
use unicode_segmentation::UnicodeSegmentation;

/// Where in a chunk the next word is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Between chunks.
    Between,
    /// Before a word, in a chunk that ends at `chunk`.
    Head { chunk: usize },
    /// Inside a word that ends at `core` and is given in parts.
    Inside { core: usize, segment: usize, chunk: usize },
    /// In the marks behind a word, up to `segment`.
    Tail { segment: usize, chunk: usize },
}

/// The words of a text.
#[derive(Clone)]
pub(super) struct DanishWords<'t> {
    text: &'t str,
    options: Options,
    classify: Classify,
    // Everything before this byte has been given.
    at: usize,
    place: Place,
    // The block of 64 bytes that `at` stands in, and what it holds.
    block: usize,
    masks: Masks,
    carry: Carry,
}

impl<'t> DanishWords<'t> {
    pub(super) fn new(text: &'t str, options: Options) -> Self {
        let mut new = Self {
            text,
            options,
            classify: blocks::fastest(),
            at: 0,
            place: Place::Between,
            block: 0,
            masks: Masks::default(),
            carry: Carry::default(),
        };
        new.load();
        new
    }

    /// Classifies the block at `self.block`; behind the text is white space.
    #[inline]
    fn load(&mut self) {
        let rest = &self.text.as_bytes()[self.block.min(self.text.len())..];
        let (masks, carry) = match rest.first_chunk::<64>() {
            Some(block) => (self.classify)(block, self.carry),
            None => {
                let mut block = [b' '; 64];
                block[..rest.len()].copy_from_slice(rest);
                (self.classify)(&block, self.carry)
            }
        };
        (self.masks, self.carry) = (masks, carry);
    }

    /// The next word, from between two chunks.
    #[inline]
    fn between(&mut self) -> Option<Word> {
        if self.options.spaces {
            if let Some(space) = self.space() {
                return Some(space);
            }
        }
        // Where the chunk starts.
        let start = loop {
            let seen = self.at - self.block;
            let rest = if seen < 64 { !self.masks.space >> seen << seen } else { 0 };
            if rest != 0 {
                break self.block + rest.trailing_zeros() as usize;
            }
            self.block += 64;
            if self.block >= self.text.len() {
                self.block -= 64;
                self.at = self.text.len();
                return None;
            }
            self.load();
            self.at = self.at.max(self.block);
        };
        // Where it ends, and the first of its bytes that is not of a plain letter.
        let from = start - self.block;
        let ends = self.masks.space >> from;
        let others = !self.masks.letter >> from;
        let (end, other) = if ends != 0 {
            (start + ends.trailing_zeros() as usize, start + others.trailing_zeros() as usize)
        } else {
            self.across(start, others)
        };
        self.at = end;
        if other >= end {
            return Some(Word { span: Span::new(start, end), kind: Kind::Word });
        }
        self.marked(start, other, end)
    }

    /// The end of a chunk that goes on behind its block, and its first byte that is not of a
    /// plain letter.
    #[inline(never)]
    fn across(&mut self, start: usize, others: u64) -> (usize, usize) {
        let mut other = usize::MAX;
        if others != 0 && start + (others.trailing_zeros() as usize) < self.block + 64 {
            other = start + others.trailing_zeros() as usize;
        }
        loop {
            self.block += 64;
            self.load();
            if other == usize::MAX && self.masks.letter != !0 {
                other = self.block + (!self.masks.letter).trailing_zeros() as usize;
            }
            if self.masks.space != 0 {
                return (self.block + self.masks.space.trailing_zeros() as usize, other);
            }
        }
    }

    /// The first word of a chunk whose first byte that is not of a plain letter is at `other`.
    #[inline]
    fn marked(&mut self, start: usize, other: usize, end: usize) -> Option<Word> {
        if other + 1 == end && other > start {
            match self.text.as_bytes()[other] {
                b',' | b':' | b';' | b'!' | b'?' | b'"' | b')' | b']' | b'}' => {
                    self.at = other;
                    self.place = Place::Tail { segment: end, chunk: end };
                    return Some(Word { span: Span::new(start, other), kind: Kind::Word });
                }
                b'.' => {
                    if stops::letters(self.text, start, other) {
                        let span = Span::new(start, end);
                        return Some(Word { span, kind: Kind::Abbreviation });
                    }
                    self.at = other;
                    self.place = Place::Tail { segment: end, chunk: end };
                    return Some(Word { span: Span::new(start, other), kind: Kind::Word });
                }
                _ => {}
            }
        }
        self.at = start;
        self.place = Place::Head { chunk: end };
        None
    }

    /// The white space at `at`, as a word.
    fn space(&mut self) -> Option<Word> {
        let rest = &self.text[self.at..];
        let length = rest.len() - rest.trim_start().len();
        let start = self.at;
        self.at += length;
        (length > 0).then(|| Word { span: Span::new(start, self.at), kind: Kind::Space })
    }

    /// The next word of a chunk; `None` where it has no more.
    #[inline(never)]
    fn inside(&mut self) -> Option<Word> {
        match self.place {
            Place::Between => None,
            Place::Tail { segment, chunk } => Some(self.tail(segment, chunk)),
            Place::Inside { core, segment, chunk } => Some(self.part(core, segment, chunk)),
            Place::Head { chunk } => self.head(chunk),
        }
    }

    /// The mark at `at`, behind a word.
    fn tail(&mut self, segment: usize, chunk: usize) -> Word {
        let word = self.mark(segment);
        self.at = word.span.end();
        self.place = if self.at < segment {
            Place::Tail { segment, chunk }
        } else if segment < chunk {
            Place::Head { chunk }
        } else {
            Place::Between
        };
        word
    }

    /// The mark at `at`: one character, or the same one repeated where that is one mark.
    fn mark(&self, limit: usize) -> Word {
        let start = self.at;
        let c = char_at(self.text, start).unwrap_or('.');
        let class = classes::of(c);
        let kind = match class {
            Class::Sign | Class::Symbol | Class::Digit | Class::Letter | Class::Underscore => {
                Kind::Symbol
            }
            Class::Control => Kind::Control,
            _ if matches!(c, '*' | '/' | '·') => Kind::Symbol,
            _ => Kind::Punctuation,
        };
        let repeats = matches!(class, Class::Stop | Class::Hyphen | Class::Dash | Class::Bar)
            || class == Class::Sign && !matches!(c, '%' | '&' | '@' | '$');
        let mut end = start + c.len_utf8();
        for next in self.text[end..limit].chars() {
            let goes_on = repeats && next == c || classes::of(next) == Class::Mark;
            if !goes_on {
                break;
            }
            end += next.len_utf8();
        }
        // Four stops and more may be an ellipsis and the stop of an abbreviation before it; the
        // stop is gone by then.
        Word { span: Span::new(start, end), kind }
    }

    /// Before a word, in a chunk.
    fn head(&mut self, chunk: usize) -> Option<Word> {
        let text = self.text;
        while self.at < chunk {
            let start = self.at;
            let c = char_at(text, start)?;
            let next = start + c.len_utf8();
            let class = classes::of(c);
            match class {
                Class::Space => {
                    if self.options.spaces {
                        self.place = Place::Between;
                        return None;
                    }
                    self.at = next;
                    continue;
                }
                Class::Letter | Class::Digit | Class::Underscore | Class::Mark => {
                    return Some(self.word(next, chunk));
                }
                Class::Emoji => return Some(self.emoji(chunk)),
                Class::Foreign => return Some(self.foreign(chunk)),
                _ => {}
            }
            if let Some(from) = self.opens_word(c, class, next, chunk) {
                return Some(self.word(from, chunk));
            }
            if let Some(end) = smiley(text, start, chunk) {
                return Some(self.given(end, Kind::Emoji, chunk));
            }
            if let Some((end, kind)) = self.tag(c, next, chunk) {
                return Some(self.given(end, kind, chunk));
            }
            let word = self.mark(chunk);
            return Some(self.given(word.span.end(), word.kind, chunk));
        }
        self.place = Place::Between;
        None
    }

    /// The word from `at` to `end`, given as it is.
    fn given(&mut self, end: usize, kind: Kind, chunk: usize) -> Word {
        let word = Word { span: Span::new(self.at, end), kind };
        self.at = end;
        self.place = if end < chunk { Place::Head { chunk } } else { Place::Between };
        word
    }

    /// Whether the mark `c` at `at` is the first character of a word, and up to where that word
    /// reaches at least.
    fn opens_word(&self, c: char, class: Class, next: usize, chunk: usize) -> Option<usize> {
        let text = self.text;
        let after = text[next..chunk].chars().next();
        let follows = after.map(classes::of);
        let behind = next + after.map_or(0, char::len_utf8);
        match class {
            // `-stole`, `-5`, but not a dash of speech: `-Hvad`.
            Class::Hyphen => {
                let small =
                    follows == Some(Class::Letter) && !after.is_some_and(char::is_uppercase);
                (small || follows == Some(Class::Digit)).then_some(behind)
            }
            Class::Sign | Class::Symbol if matches!(c, '+' | '±' | '−') => {
                (follows == Some(Class::Digit)).then_some(behind)
            }
            // `'90`
            Class::Apostrophe => (follows == Some(Class::Digit)).then_some(behind),
            // `.NET`, `.5`
            Class::Stop => matches!(follows, Some(Class::Letter | Class::Digit)).then_some(behind),
            // `$env`, but `$` before an amount stands alone.
            Class::Sign if c == '$' => (follows == Some(Class::Letter)).then_some(behind),
            // `/etc/hosts`
            Class::Sign if c == '/' => {
                let path = || text[next..chunk].bytes().take(64).any(|byte| byte == b'/');
                (follows == Some(Class::Letter) && path()).then_some(behind)
            }
            // `(u)heldig`
            Class::Open if c == '(' => {
                let rest = &text[next..chunk];
                let close = rest.find(|c: char| classes::of(c) != Class::Letter)?;
                let behind = next + close + 1;
                let letter = rest[close..].starts_with(')')
                    && close > 0
                    && char_at(&text[..chunk], behind)
                        .is_some_and(|c| matches!(classes::of(c), Class::Letter));
                letter.then_some(behind + 1).map(|at| super::context::floor(text, at))
            }
            // `"Jump"-nummer`
            Class::Quote | Class::Apostrophe if follows.is_some_and(classes::makes_word) => {
                let rest = &text[next..chunk];
                let (close, mark) = rest
                    .char_indices()
                    .find(|(_, c)| matches!(classes::of(*c), Class::Quote | Class::Bar))?;
                let hyphen = next + close + mark.len_utf8();
                let letter = text[hyphen..chunk].strip_prefix('-')?.chars().next()?;
                let compound = matches!(classes::of(letter), Class::Letter | Class::Digit)
                    && classes::of(mark) == Class::Quote;
                compound.then_some(hyphen + 1)
            }
            // `°C`
            Class::Symbol if c == '°' => {
                let unit = text[next..chunk].chars();
                let one = unit.take_while(|&c| classes::of(c) == Class::Letter).count() == 1;
                one.then_some(behind)
            }
            // `%'s`
            Class::Sign if c == '%' => {
                let ending = follows == Some(Class::Apostrophe)
                    && char_at(&text[..chunk], behind)
                        .is_some_and(|c| classes::of(c) == Class::Letter);
                ending.then_some(behind)
            }
            _ => None,
        }
    }

    /// A handle or a hashtag at `at`: its end and kind.
    fn tag(&self, c: char, next: usize, chunk: usize) -> Option<(usize, Kind)> {
        let kind = match c {
            '@' => Kind::Handle,
            '#' => Kind::Hashtag,
            _ => return None,
        };
        let inside = |c: char| {
            let class = classes::of(c);
            classes::makes_word(class) || class == Class::Foreign
        };
        let rest = &self.text[next..chunk];
        let length = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let letters = rest[..length].chars().any(char::is_alphabetic);
        letters.then_some((next + length, kind))
    }

    /// The word at `at`, which reaches at least byte `from`.
    fn word(&mut self, from: usize, chunk: usize) -> Word {
        let text = self.text;
        let start = self.at;
        let segment = segment(text, from, chunk);
        let (mut core, kind) = core::end(text, start, from, segment);
        if kind == Kind::Number || kind == Kind::Word {
            core = percent(text, from, core);
        }
        let parts = (self.options.slashes || self.options.endings)
            && matches!(kind, Kind::Word | Kind::Number | Kind::Abbreviation);
        if parts {
            return self.part(core, segment, chunk);
        }
        self.at = core;
        self.leave(core, segment, chunk);
        Word { span: Span::new(start, core), kind }
    }

    /// Sets the place behind a word that ends at `core`.
    fn leave(&mut self, core: usize, segment: usize, chunk: usize) {
        self.place = if core < segment {
            // A sign of its own may open what comes behind a number: `20%'s`.
            let opens = self.text.as_bytes()[core] == b'%';
            if opens { Place::Head { chunk } } else { Place::Tail { segment, chunk } }
        } else if segment < chunk {
            Place::Head { chunk }
        } else {
            Place::Between
        };
    }

    /// The next part of a word that ends at `core`, parted as the options say.
    fn part(&mut self, core: usize, segment: usize, chunk: usize) -> Word {
        let text = self.text;
        let start = self.at;
        let end = self.parted(core);
        let kind = if text[start..end] == *"/" {
            Kind::Symbol
        } else {
            super::shape::kind(text, start, end)
        };
        self.at = end;
        if end < core {
            self.place = Place::Inside { core, segment, chunk };
        } else {
            self.leave(core, segment, chunk);
        }
        Word { span: Span::new(start, end), kind }
    }

    /// Where the part at `at` of a word that ends at `core` ends.
    fn parted(&self, core: usize) -> usize {
        let text = self.text;
        let start = self.at;
        let letter = |c: char| classes::of(c) == Class::Letter;
        for (ahead, c) in text[start..core].char_indices() {
            let at = start + ahead;
            if c == '/' && self.options.slashes {
                let long = |side: &mut dyn Iterator<Item = char>| side.take(2).all(letter);
                let before = char_before(text, start, at).is_some_and(letter) || ahead == 0;
                if ahead == 0 && self.place != (Place::Head { chunk: core }) {
                    if matches!(self.place, Place::Inside { .. }) {
                        return at + 1;
                    }
                } else if before
                    && text[start..at].chars().count() > 1
                    && long(&mut text[at + 1..core].chars())
                    && text[at + 1..core].chars().nth(1).is_some()
                {
                    return at;
                }
            }
            if self.options.endings && ahead > 0 && matches!(c, '\'' | '’') {
                let rest = &text[at + c.len_utf8()..core];
                let ending = !rest.is_empty() && rest.len() < 8 && rest.chars().all(letter);
                if ending {
                    return at;
                }
            }
        }
        core
    }

    /// The pictograph at `at`.
    fn emoji(&mut self, chunk: usize) -> Word {
        let rest = &self.text[self.at..chunk];
        let length = rest.graphemes(true).next().map_or(rest.len(), str::len);
        self.given(self.at + length, Kind::Emoji, chunk)
    }

    /// The word of another script at `at`, by UAX #29.
    fn foreign(&mut self, chunk: usize) -> Word {
        let rest = &self.text[self.at..chunk];
        let piece = rest.split_word_bounds().next().unwrap_or(rest);
        let letters = piece.chars().any(char::is_alphabetic);
        let kind = if letters {
            Kind::Word
        } else if piece.chars().any(char::is_numeric) {
            Kind::Number
        } else {
            Kind::Punctuation
        };
        self.given(self.at + piece.len(), kind, chunk)
    }
}

impl Iterator for DanishWords<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        loop {
            if self.place == Place::Between {
                let word = self.between();
                if word.is_some() || self.place == Place::Between {
                    return word;
                }
            }
            if let Some(word) = self.inside() {
                return Some(word);
            }
        }
    }
}

/// The end of the segment that reaches at least byte `from`: the next character that is never
/// inside a word.
fn segment(text: &str, from: usize, chunk: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < chunk {
        if bytes[at] < 0x80 {
            let class = classes::of(char::from(bytes[at]));
            if !classes::inner(class) {
                return at;
            }
            at += 1;
            continue;
        }
        let Some(c) = char_at(text, at) else { return chunk };
        if !classes::inner(classes::of(c)) {
            return at;
        }
        at += c.len_utf8();
    }
    chunk
}

/// Parts a per cent sign from the number before it: `20%`, `20%'s`.
fn percent(text: &str, from: usize, core: usize) -> usize {
    let bytes = &text.as_bytes()[from..core];
    let number =
        bytes.iter().take_while(|b| b.is_ascii_digit() || matches!(b, b',' | b'.')).count();
    let sign = bytes.get(number) == Some(&b'%');
    let ending = bytes.get(number + 1).is_none_or(|&byte| byte == b'\'' || byte >= 0x80);
    if sign && ending { from + number } else { core }
}

/// The end of a smiley at byte `at`, where it is alone in its chunk or only marks follow.
fn smiley(text: &str, at: usize, chunk: usize) -> Option<usize> {
    let rest = &text.as_bytes()[at..chunk];
    let alone = char_before(text, 0, at).is_none_or(char::is_whitespace);
    if !alone || rest.len() < 2 || rest.len() > 5 {
        return None;
    }
    let length = match rest {
        [b'<', b'3', ..] => 2,
        [b'^', b'^', ..] => 2,
        [b':' | b';' | b'=', b'-' | b'\'' | b'o', mouth, ..] if is_mouth(*mouth) => 3,
        [b':' | b';' | b'=', mouth, ..] if is_mouth(*mouth) => 2,
        _ => return None,
    };
    let marks = rest[length..].iter().all(|byte| matches!(byte, b'.' | b',' | b'!' | b')' | b'?'));
    marks.then_some(at + length)
}

const fn is_mouth(byte: u8) -> bool {
    matches!(byte, b')' | b'(' | b'D' | b'P' | b'p' | b'O' | b'o' | b'|' | b'/' | b'\\' | b'*')
}
