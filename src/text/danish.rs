//! Words by the conventions of UD Danish-DDT.
//!
//! A text is cut at white space into chunks. A chunk of plain letters is a word, found from two
//! sets of bits (`blocks`). What other chunks hold is decided by the rules of `core` and `stops`;
//! no rule runs anywhere else. `sweep` does the same for a whole text, and finds more of the words from bits.

use super::blocks::{self, Classify, Machine, Masks, Work};
use super::classes::{self, Class};
use super::context::{char_at, char_before};
use super::core;
use super::sweep::{self, Each};
use super::{Kind, Options, Word, shape, stops};
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
    /// Before one mark of ASCII that ends its chunk.
    Mark,
    /// In the marks behind a word, up to `segment`.
    Tail { segment: usize, chunk: usize },
}

/// The words of a text.
#[derive(Clone)]
pub(super) struct DanishWords<'t> {
    text: &'t str,
    options: Options,
    classify: Classify,
    // Inside a chunk: everything before this byte has been given.
    at: usize,
    place: Place,
    // The marks up to here are words of one byte.
    run: usize,
    window: Window,
}

/// The chunks that start in the 64 bytes from `base`, as sets of bits, the first byte lowest;
/// those already given are gone.
#[derive(Clone, Debug)]
struct Window {
    base: usize,
    /// The first bytes of chunks.
    starts: u64,
    /// The bytes behind chunks.
    ends: u64,
    /// Of `ends`, those of chunks that hold more than plain letters.
    marked: u64,
    /// The bytes in chunks that are not of plain letters.
    others: u64,
    /// Where the next window begins: at white space or a chunk that does not end in this one.
    behind: usize,
}

impl Window {
    /// Nothing read yet.
    const UNREAD: Self =
        Self { base: usize::MAX, starts: 0, ends: 0, marked: 0, others: 0, behind: 0 };

    #[inline]
    fn new(base: usize, Masks { black, letter, .. }: Masks) -> Self {
        // A chunk that goes on behind the window is left to the next.
        let open = black.leading_ones();
        let black = if open < 64 { black & !0 >> open } else { 0 };
        let others = black & !letter;
        let ends = !black & black << 1;
        Self {
            base,
            starts: black & !(black << 1),
            ends,
            // A bit added anywhere in a run of bits carries to the bit behind the run.
            marked: (black.wrapping_add(others)) & ends,
            others,
            behind: base + 64 - open as usize,
        }
    }
}

impl<'t> DanishWords<'t> {
    #[inline]
    pub(super) fn new(text: &'t str, options: Options) -> Self {
        Self::with(text, options, blocks::classify())
    }

    /// The same with a machine already chosen.
    #[inline]
    pub(super) fn with(text: &'t str, options: Options, classify: Classify) -> Self {
        Self {
            text,
            options,
            classify,
            at: 0,
            place: Place::Between,
            run: 0,
            window: Window::UNREAD,
        }
    }

    /// The text.
    pub(super) const fn text(&self) -> &'t str {
        self.text
    }

    /// Goes to the chunk from byte `start` to byte `end`, not before the last one;
    /// [`DanishWords::within`] gives its words.
    #[inline]
    pub(super) fn enter(&mut self, start: usize, end: usize) {
        self.at = start;
        self.place = Place::Head { chunk: end };
    }

    /// The next word of the chunk; `None` where it has no more.
    #[inline]
    pub(super) fn within(&mut self) -> Option<Word> {
        while self.place != Place::Between {
            let mark = self.place == Place::Mark;
            if mark {
                self.place = Place::Between;
            } else if self.at >= self.run {
                // Of two such marks in a row, the first opens nothing.
                self.run = self.marks_in_a_row();
            }
            if mark || self.at < self.run {
                let start = self.at;
                self.at = start + 1;
                return Some(Word { span: Span::new(start, start + 1), kind: Kind::Punctuation });
            }
            if let Some(word) = self.inside() {
                return Some(word);
            }
        }
        None
    }

    /// Classifies the 64 bytes from `base`, a character's first; behind the text is white space.
    #[inline]
    fn load(&mut self, base: usize) {
        self.window = Window::new(base, (self.classify)(&self.text.as_bytes()[base..]));
    }

    /// Gives `each` all words that are left.
    #[inline(always)]
    fn all<M: Machine>(mut self, mut each: impl FnMut(Word)) {
        while let Some(word) = self.within() {
            each(word);
        }
        let window = &self.window;
        let from = if window.starts == 0 {
            window.behind
        } else {
            window.base + window.starts.trailing_zeros() as usize
        };
        sweep::sweep::<M, _>(self, from, &mut Each::new(each));
    }

    /// The next word, from between two chunks.
    #[inline]
    fn between(&mut self) -> Option<Word> {
        loop {
            let window = &mut self.window;
            if window.ends != 0 {
                let from = window.starts.trailing_zeros();
                let start = window.base + from as usize;
                let end = window.base + window.ends.trailing_zeros() as usize;
                let plain = window.marked & window.ends & window.ends.wrapping_neg() == 0;
                window.starts &= window.starts - 1;
                window.ends &= window.ends - 1;
                if plain {
                    return Some(Word { span: Span::new(start, end), kind: Kind::Word });
                }
                let other = start + (window.others >> from).trailing_zeros() as usize;
                return self.marked(start, other, end);
            }
            let behind = window.behind;
            if behind >= self.text.len() {
                return None;
            }
            if behind == window.base {
                return self.long(behind);
            }
            self.load(behind);
        }
    }

    /// The first word of a chunk of 64 bytes and more.
    #[cold]
    fn long(&mut self, start: usize) -> Option<Word> {
        let bytes = self.text.as_bytes();
        let length = bytes[start..].iter().position(|&b| matches!(b, b'\t'..=b'\r' | b' '));
        let end = length.map_or(bytes.len(), |length| start + length);
        let plain = start + blocks::plain_letters(&bytes[start..end]);
        self.load(end);
        if plain == end {
            return Some(Word { span: Span::new(start, end), kind: Kind::Word });
        }
        self.marked(start, plain, end)
    }

    /// The first word of a chunk whose first byte that is not of a plain letter is at `other`.
    #[inline]
    fn marked(&mut self, start: usize, other: usize, end: usize) -> Option<Word> {
        if other + 1 == end && other > start {
            let mark = self.text.as_bytes()[other];
            if is_mark(mark) {
                if mark == b'.' && stops::letters(self.text, start, other) {
                    let span = Span::new(start, end);
                    return Some(Word { span, kind: Kind::Abbreviation });
                }
                self.at = other;
                self.place = Place::Mark;
                return Some(Word { span: Span::new(start, other), kind: Kind::Word });
            }
        }
        self.at = start;
        self.place = Place::Head { chunk: end };
        None
    }

    /// The end of the marks from `at` that another mark follows, each of them one word.
    #[inline]
    fn marks_in_a_row(&self) -> usize {
        let (Place::Head { chunk: end } | Place::Tail { segment: end, .. }) = self.place else {
            return self.at;
        };
        let marks = &self.text.as_bytes()[self.at..end];
        let single = marks.iter().take_while(|&&byte| is_single(byte)).count();
        self.at + single.saturating_sub(1)
    }

    /// The next word of a chunk; `None` where it has no more.
    #[inline(never)]
    fn inside(&mut self) -> Option<Word> {
        match self.place {
            Place::Between | Place::Mark => None,
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
        let bytes = self.text.as_bytes();
        if is_single(bytes[start]) && bytes.get(start + 1).is_none_or(u8::is_ascii) {
            return Word { span: Span::new(start, start + 1), kind: Kind::Punctuation };
        }
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
            let byte = text.as_bytes()[start];
            if byte.is_ascii_alphanumeric() {
                return Some(self.word(start + 1, chunk));
            }
            let c = char_at(text, start)?;
            let next = start + c.len_utf8();
            let class = classes::of(c);
            match class {
                Class::Space => {
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
            // `-stole`, `-5`, `--force`, but not a dash of speech: `-Hvad`.
            Class::Hyphen => {
                if after == Some('-') && c == '-' {
                    let option = text[behind..chunk].starts_with(|c: char| c.is_ascii_lowercase());
                    return option.then_some(behind + 1);
                }
                let small =
                    follows == Some(Class::Letter) && !after.is_some_and(char::is_uppercase);
                (small || follows == Some(Class::Digit)).then_some(behind)
            }
            Class::Sign | Class::Symbol if matches!(c, '+' | '±' | '−') => {
                (follows == Some(Class::Digit)).then_some(behind)
            }
            // `'90`
            Class::Apostrophe if follows == Some(Class::Digit) => Some(behind),
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
                let (close, mark) = rest.char_indices().find(
                    |(_, c)| matches!(classes::of(*c), of if of == class || of == Class::Bar),
                )?;
                let hyphen = next + close + mark.len_utf8();
                let letter = text[hyphen..chunk].strip_prefix('-')?.chars().next()?;
                let compound = matches!(classes::of(letter), Class::Letter | Class::Digit)
                    && classes::of(mark) == class;
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
        let (segment, marks) = shape::segment(text, start, from, chunk);
        let (mut core, mut kind) = core::end(text, start, from, segment, marks);
        if marks.has(shape::PERCENT) {
            let number = percent(text, start, core);
            if number < core {
                (core, kind) = (number, Kind::Number);
            }
        }
        let parts = (self.options.slashes || self.options.endings)
            && matches!(kind, Kind::Word | Kind::Number | Kind::Abbreviation);
        if parts {
            let word = self.part(core, segment, chunk);
            // Not parted after all, it is what it was.
            return if word.span.end() == core { Word { kind, ..word } } else { word };
        }
        self.at = core;
        self.leave(core, segment, chunk);
        Word { span: Span::new(start, core), kind }
    }

    /// Sets the place behind a word that ends at `core`.
    fn leave(&mut self, core: usize, segment: usize, chunk: usize) {
        self.place = if core < segment {
            // What a quotation's end has parted from its hyphen comes by itself.
            let text = self.text;
            let quote = char_at(text, core).filter(|&c| classes::of(c) == Class::Quote);
            if quote.is_some_and(|c| text[core + c.len_utf8()..segment].starts_with('-')) {
                self.place = Place::Head { chunk };
                return;
            }
            // A sign of its own may open what comes behind a number: `20%'s`.
            let mark = self.text.as_bytes()[core];
            if core + 1 == chunk && is_mark(mark) {
                Place::Mark
            } else if mark == b'%' {
                Place::Head { chunk }
            } else {
                Place::Tail { segment, chunk }
            }
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
        let kind =
            if text[start..end] == *"/" { Kind::Symbol } else { shape::kind(text, start, end) };
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
        // To the annex a narrow space is part of a word.
        let piece = &piece[..piece.find(char::is_whitespace).unwrap_or(piece.len())];
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
            if let Some(word) = self.within() {
                return Some(word);
            }
        }
    }

    /// The same words, a block at a time.
    #[inline]
    fn fold<B, F: FnMut(B, Word) -> B>(self, init: B, mut each: F) -> B {
        let mut made = Some(init);
        let each = |word| made = made.take().map(|made| each(made, word));
        blocks::fastest(All { words: self, each });
        made.expect("taken only to be given back")
    }
}

/// Gives each word on, on the machine there is.
struct All<'t, F> {
    words: DanishWords<'t>,
    each: F,
}

impl<F: FnMut(Word)> Work for All<'_, F> {
    type Made = ();

    #[inline(always)]
    fn on<M: Machine>(self) {
        self.words.all::<M>(self.each);
    }
}

/// Whether a byte is a mark that alone ends a chunk as punctuation.
#[inline]
const fn is_mark(byte: u8) -> bool {
    const MARKS: [bool; 256] = {
        let mut marks = [false; 256];
        let list = b".,:;!?\")]}";
        let mut at = 0;
        while at < list.len() {
            marks[list[at] as usize] = true;
            at += 1;
        }
        marks
    };
    MARKS[byte as usize]
}

/// Whether a byte is a mark that is punctuation by itself, however often it stands.
#[inline]
const fn is_single(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'"' | b'\'' | b'`' | b',' | b'!' | b'?'
    )
}

/// Parts a per cent sign from the number before it: `20%`, `20%'s`.
fn percent(text: &str, start: usize, core: usize) -> usize {
    let bytes = &text.as_bytes()[start..core];
    let number =
        bytes.iter().take_while(|b| b.is_ascii_digit() || matches!(b, b',' | b'.')).count();
    let sign = bytes.get(number) == Some(&b'%');
    let ending = bytes.get(number + 1).is_none_or(|&byte| byte == b'\'' || byte >= 0x80);
    if number > 0 && sign && ending { start + number } else { core }
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
