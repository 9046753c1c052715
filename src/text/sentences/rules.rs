//! Whether a gap between two words ends a sentence, by rules.
//!
//! The word on the left says how it stops, the word on the right how it starts; the tables in
//! `src/da/` know the words that mean something.

use super::edges::REACH;
use super::features::Kind;
use super::lexicon::{End, Lexicon, Number, Start};
use super::scan::{Gap, is_space, skip_space, skip_space_back};
use super::window::Window;

/// So many signs may open a word.
const SIGNS: usize = 4;

/// A gap with what is around it.
#[derive(Clone, Copy)]
pub(super) struct Context<'t> {
    pub(super) text: &'t [u8],
    /// Where the sentence that the gap may end begins.
    pub(super) sentence: usize,
    /// Where the sentence before it begins; the same where there is none.
    pub(super) previous: usize,
    pub(super) gap: Gap,
    pub(super) lexicon: &'static Lexicon,
    /// What is known of the bytes around the gap.
    pub(super) window: &'t Window,
}

/// What the left word ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    None,
    Colon,
    Ellipsis,
    /// `!` or `?`, with dots or without.
    Mark,
    Period,
    /// `..`
    Periods,
}

/// The word before a gap, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    pub(super) stop: Stop,
    /// The word without its stop, and without what opens and closes around it.
    pub(super) from: usize,
    pub(super) to: usize,
    /// The stop stood before a closing quotation mark or bracket.
    pub(super) closed: bool,
    /// A bracket opens before the word without closing: `(2.`
    pub(super) bracket: bool,
}

/// How the word after a gap begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Capital,
    /// A small letter, then a capital: iPhone.
    Mixed,
    Small,
    Digit,
    /// `...` or `…`
    Ellipsis,
    /// `*`, `§`, `#`, `=` and other signs that may begin a sentence.
    Sign,
    /// A closing bracket, a comma, a symbol of its own.
    Other,
    /// The text ends.
    Nothing,
}

/// The word after a gap, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Right {
    pub(super) case: Case,
    /// The word begins here, behind what opens before it.
    pub(super) from: usize,
    pub(super) quote: bool,
    pub(super) dash: bool,
    pub(super) bracket: bool,
}

impl Left {
    /// A word without a stop, whose last byte is of a letter or a figure.
    pub(super) fn without_stop(text: &[u8], start: usize, to: usize) -> Self {
        let (from, bracket) = behind_opening(text, start, to);
        Self { stop: Stop::None, from, to, closed: false, bracket }
    }
}

impl Right {
    /// The word of a capital at `from` that nothing opens.
    pub(super) fn capital(from: usize) -> Self {
        Self { case: Case::Capital, from, quote: false, dash: false, bracket: false }
    }

    /// Where the word ends, without and with what closes and stops after it.
    #[inline]
    pub(super) fn ends(&self, context: &Context<'_>) -> (usize, usize) {
        let end = context.word_end(self.from);
        (self.from + bare(context.text, self.from, end).len(), end)
    }

    /// The word without what opens before it and closes after it.
    pub(super) fn word<'t>(&self, context: &Context<'t>) -> &'t [u8] {
        &context.text[self.from..self.ends(context).0]
    }
}

/// The text without the signs that close and stop at its end.
pub(super) fn bare(text: &[u8], from: usize, mut to: usize) -> &[u8] {
    while to > from && !text[to - 1].is_ascii_alphanumeric() {
        if let Some(len) = closing(text, to, from) {
            to -= len;
        } else if matches!(text[to - 1], b'.' | b',' | b';' | b':' | b'!' | b'?') {
            to -= 1;
        } else {
            break;
        }
    }
    &text[from..to]
}

/// The letter case of the character at `at`, if it is a letter or a digit.
pub(super) fn case_at(text: &[u8], at: usize) -> Option<Case> {
    match *text.get(at)? {
        b'A'..=b'Z' => Some(Case::Capital),
        b'a'..=b'z' => Some(Case::Small),
        b'0'..=b'9' => Some(Case::Digit),
        0xC3 => match text.get(at + 1)? {
            0x97 | 0xB7 => None,
            0x80..=0x9E => Some(Case::Capital),
            _ => Some(Case::Small),
        },
        // Half and quarter signs, as in ½ liter.
        0xC2 => matches!(text.get(at + 1), Some(0xBC..=0xBE)).then_some(Case::Digit),
        lead @ 0xC4..=0xDF => {
            let bytes = [lead, *text.get(at + 1)?];
            letter(std::str::from_utf8(&bytes).ok()?)
        }
        // General Punctuation.
        0xE2 if text.get(at + 1) == Some(&0x80) => None,
        0xE1..=0xED if at + 2 < text.len() => letter(std::str::from_utf8(&text[at..at + 3]).ok()?),
        _ => None,
    }
}

fn letter(character: &str) -> Option<Case> {
    let c = character.chars().next()?;
    if c.is_uppercase() {
        Some(Case::Capital)
    } else if c.is_alphabetic() {
        Some(Case::Small)
    } else {
        None
    }
}

/// The bytes of the quotation mark, bracket or dash at `at`: an opening sign's length, what it is.
fn opening(text: &[u8], at: usize) -> Option<(usize, u8)> {
    match *text.get(at)? {
        b'"' | b'\'' => Some((1, b'"')),
        b'(' | b'[' => Some((1, b'(')),
        b'-' => Some((1, b'-')),
        0xC2 => matches!(text.get(at + 1), Some(0xAB | 0xBB)).then_some((2, b'"')),
        0xE2 if text.get(at + 1) == Some(&0x80) => match text.get(at + 2)? {
            0x98..=0x9F | 0xB9 | 0xBA => Some((3, b'"')),
            0x90..=0x95 => Some((3, b'-')),
            0xA2 => Some((3, b'-')),
            _ => None,
        },
        _ => None,
    }
}

/// The position behind what opens the word `from..to`, and whether a bracket does.
fn behind_opening(text: &[u8], mut from: usize, to: usize) -> (usize, bool) {
    let mut bracket = false;
    while let Some((len, what)) = opening(text, from).filter(|(len, _)| from + len <= to) {
        bracket |= what == b'(';
        from += len;
    }
    (from, bracket)
}

/// The bytes of the closing quotation mark or bracket that ends at `at`.
fn closing(text: &[u8], at: usize, floor: usize) -> Option<usize> {
    if at <= floor {
        return None;
    }
    match text[at - 1] {
        b'"' | b'\'' | b')' | b']' => Some(1),
        0xAB | 0xBB if at >= floor + 2 && text[at - 2] == 0xC2 => Some(2),
        0x98..=0x9F | 0xB9 | 0xBA
            if at >= floor + 3 && text[at - 2] == 0x80 && text[at - 3] == 0xE2 =>
        {
            Some(3)
        }
        _ => None,
    }
}

impl Context<'_> {
    /// Where the word that ends at `end` begins, in this sentence.
    #[inline(always)]
    pub(super) fn word_start(&self, end: usize) -> usize {
        self.window.word_start(self.text, end, self.sentence)
    }

    /// Where the word that begins at `start` ends.
    #[inline(always)]
    pub(super) fn word_end(&self, start: usize) -> usize {
        self.window.word_end(self.text, start)
    }

    /// The word before the gap, taken apart.
    pub(super) fn left(&self) -> Left {
        let text = self.text;
        let mut end = self.gap.start;
        let mut start = self.word_start(end);
        let mut to = strip_closing(text, end, start);
        let mut closed = to < end;
        if to == start && start > self.sentence {
            // A quotation mark on its own: the stop stands before it.
            end = skip_space_back(text, start, self.sentence);
            start = self.word_start(end);
            to = strip_closing(text, end, start);
            closed = true;
        }
        let (mut dots, mut marks, mut colon, mut ellipsis) = (0, 0, false, false);
        while to > start {
            match text[to - 1] {
                b'.' => dots += 1,
                b'!' | b'?' => marks += 1,
                b':' if dots + marks == 0 => colon = true,
                0xA6 if to >= start + 3 && text[to - 3..to] == [0xE2, 0x80, 0xA6] => {
                    ellipsis = true;
                    to -= 2;
                }
                _ => break,
            }
            to -= 1;
        }
        let stop = match (marks, dots) {
            (1.., _) => Stop::Mark,
            _ if ellipsis => Stop::Ellipsis,
            (_, 3..) => Stop::Ellipsis,
            (_, 2) => Stop::Periods,
            (_, 1) => Stop::Period,
            _ if colon => Stop::Colon,
            _ => Stop::None,
        };
        // A quotation mark may stand before the stop as well: »ja«.
        let inner = strip_closing(text, to, start);
        let (from, bracket) = behind_opening(text, start, to);
        let to = if inner > from { inner } else { to };
        Left { stop, from, to: to.max(from), closed, bracket }
    }

    /// The word after the gap, taken apart.
    pub(super) fn right(&self) -> Right {
        right_at(self.text, self.gap.end)
    }

    /// The word before `at`, with its dot, without quotation marks; empty at the sentence's start.
    fn word_before(&self, at: usize) -> &[u8] {
        let end = skip_space_back(self.text, at, self.sentence);
        let mut start = self.word_start(end);
        while let Some((len, _)) = opening(self.text, start).filter(|(len, _)| start + len <= end) {
            start += len;
        }
        let end = strip_closing(self.text, end, start);
        &self.text[start..end]
    }

    /// Whether the left word is a figure that leads the sentence, but neither the first of a list
    /// nor the next of one, nor on a line of its own.
    fn begins_no_list(&self, left: &Left) -> bool {
        let labelled = |at: usize| {
            let digits = self.text[at..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
            digits > 0 && matches!(self.text.get(at + digits), Some(b'.' | b')'))
        };
        left.leads(self)
            && self.previous < self.sentence
            && self.text[self.sentence - 1] == b' '
            && &self.text[left.from..left.to] != b"1"
            && !labelled(self.previous)
    }

    /// Whether the right word is one that begins sentences.
    fn starts(&self, right: &Right, least: Start) -> bool {
        right.case == Case::Capital && {
            let (to, _) = right.ends(self);
            self.lexicon.starts.at(self.text, right.from, to) >= Some(least)
        }
    }

    /// Whether an odd number of straight quotation marks stands in the sentence so far.
    fn in_quotation(&self) -> bool {
        let from = self.sentence.max(self.gap.start.saturating_sub(REACH));
        memchr::memchr_iter(b'"', &self.text[from..self.gap.start]).count() % 2 == 1
    }

    /// Whether the sentence so far is speech without quotation marks, then who says it: what
    /// follows the colon is more of the speech, and no part of this sentence.
    fn reports_speech(&self) -> bool {
        let from = self.sentence.max(self.gap.start.saturating_sub(REACH));
        let so_far = &self.text[from..self.gap.start];
        memchr::memchr_iter(b',', so_far).any(|comma| {
            let last = if comma > 0 { so_far[comma - 1] } else { b' ' };
            let verb = &so_far[comma + 1..];
            let letter = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte >= 0x80;
            letter(&&last)
                && closing(self.text, from + comma, from).is_none()
                && verb.first() == Some(&b' ')
                && {
                    let length = verb[1..].iter().take_while(letter).count();
                    self.lexicon.speech.of(&verb[1..=length]).is_some()
                }
        })
    }

    /// Whether the sentence so far has letters, and all of them small.
    fn is_small(&self) -> bool {
        let from = self.sentence.max(self.gap.start.saturating_sub(REACH));
        let sentence = &self.text[from..self.gap.start];
        case_at(self.text, self.sentence) == Some(Case::Small)
            && !sentence.iter().any(u8::is_ascii_uppercase)
    }
}

pub(super) fn strip_closing(text: &[u8], mut at: usize, floor: usize) -> usize {
    while let Some(len) = closing(text, at, floor) {
        at -= len;
    }
    at
}

/// The word that begins at `at`, taken apart.
pub(super) fn right_at(text: &[u8], mut at: usize) -> Right {
    if let Some(b'A'..=b'Z') = text.get(at) {
        return Right::capital(at);
    }
    let (mut quote, mut dash, mut bracket) = (false, false, false);
    for _ in 0..SIGNS {
        let Some((len, what)) = opening(text, at) else { break };
        quote |= what == b'"';
        dash |= what == b'-';
        bracket |= what == b'(';
        at += len;
        if what != b'(' {
            at = skip_space(text, at);
        }
    }
    let from = at;
    let case = match case_at(text, from) {
        Some(Case::Small) => {
            let length = if text[from].is_ascii() { 1 } else { 2 };
            let next = case_at(text, from + length);
            if text.get(from + 1) == Some(&b')') {
                // A list label: b)
                Case::Sign
            } else if next == Some(Case::Capital) {
                Case::Mixed
            } else {
                Case::Small
            }
        }
        Some(case) => case,
        None => match text.get(from) {
            None => Case::Nothing,
            Some(b'*' | b'#' | b'=' | b'<' | b'@' | b'/' | b'+') => Case::Sign,
            Some(b'.') if text[from..].starts_with(b"..") => Case::Ellipsis,
            Some(0xE2) if text[from..].starts_with("…".as_bytes()) => Case::Ellipsis,
            Some(0xC2) if matches!(text.get(from + 1), Some(0xA7 | 0xBF | 0xA1)) => Case::Sign,
            _ => Case::Other,
        },
    };
    Right { case, from, quote, dash, bracket }
}

/// What the rules say of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Whether it ends a sentence.
    Sure(bool),
    /// The same, but the model may know better.
    Ask(Kind, bool),
}

/// Whether the gap ends a sentence.
pub(super) fn judge(context: &Context<'_>, left: &Left, right: &Right) -> Verdict {
    use Verdict::{Ask, Sure};
    if right.case == Case::Nothing && left.stop != Stop::None {
        // Only signs follow: a last quotation mark, a row of dashes.
        return Sure(false);
    }
    // A straight quotation mark between blanks closes where one is open.
    if right.quote
        && context.text[context.gap.end] == b'"'
        && is_space(context.text, context.gap.end + 1)
        && context.in_quotation()
    {
        return Sure(false);
    }
    let empty = left.from == left.to;
    match left.stop {
        Stop::None if may_begin(context, left, right) => {
            Ask(Kind::Unmarked, unmarked(context, right))
        }
        Stop::None => Sure(false),
        Stop::Colon if right.case == Case::Capital => {
            Ask(Kind::Colon, !right.quote && !right.dash && context.reports_speech())
        }
        Stop::Colon => Sure(false),
        // (?) and (!) are remarks, a leading … begins the sentence.
        Stop::Mark | Stop::Ellipsis | Stop::Periods if empty && (left.bracket || left.closed) => {
            Sure(false)
        }
        Stop::Ellipsis if empty && left.leads(context) => Sure(false),
        Stop::Mark => Sure(begins(context, right, true)),
        Stop::Ellipsis => Sure(begins(context, right, false)),
        Stop::Periods => Sure(begins(context, right, false)),
        Stop::Period if empty => Sure(begins(context, right, true)),
        Stop::Period => after_period(context, left, right),
    }
}

impl Left {
    /// Whether the sentence begins with this word.
    fn leads(&self, context: &Context<'_>) -> bool {
        let mut at = context.sentence;
        while let Some((len, _)) = opening(context.text, at).filter(|_| at < self.from) {
            at = skip_space(context.text, at + len);
        }
        at >= self.from
    }
}

/// Whether the right word can begin a sentence after a clear stop.
fn begins(context: &Context<'_>, right: &Right, digits: bool) -> bool {
    match right.case {
        Case::Capital | Case::Mixed | Case::Sign => true,
        Case::Digit | Case::Ellipsis => digits,
        Case::Small => right.bracket && digits || context.is_small(),
        Case::Other | Case::Nothing => false,
    }
}

/// Whether one dot ends a sentence.
fn after_period(context: &Context<'_>, left: &Left, right: &Right) -> Verdict {
    use Verdict::{Ask, Sure};
    let text = context.text;
    let word = &text[left.from..left.to];
    // The dot stands behind the bracket or quotation mark: »…«.
    let dotted = text.get(left.to) == Some(&b'.');
    if !dotted {
        return Sure(begins(context, right, true));
    }
    if word[0].is_ascii_digit() && is_ordinal(word) {
        let ends = after_figure(context, left, right);
        let alone = right.case == Case::Capital && !right.dash && context.begins_no_list(left);
        return if alone { Ask(Kind::Period, ends) } else { Sure(ends) };
    }
    if is_initials(word) {
        return Sure(after_initial(context, left, right));
    }
    if let Some(end) = context.lexicon.ends.at(text, left.from, left.to + 1) {
        return Sure(after_abbreviation(context, end, left, right));
    }
    let small = right.case == Case::Small;
    // A label that leads: IV. or b.
    if left.leads(context) && !small && (is_roman(word) || word.len() == 1) {
        return Sure(false);
    }
    let marked = memchr::memchr2(b'.', b'-', word).is_some();
    if (2..=5).contains(&word.len()) && !small && !has_vowel(word) || marked && is_dotted(word) {
        return Sure(after_abbreviation(context, End::May, left, right));
    }
    if marked
        && let Some(hyphen) = memchr::memrchr(b'-', word)
        && let Some(end) = context.lexicon.ends.at(text, left.from + hyphen + 1, left.to + 1)
    {
        return Sure(after_abbreviation(context, end, left, right));
    }
    // cand.-scient.-pol.
    if marked && memchr::memmem::find(word, b".-").is_some() {
        return Sure(after_abbreviation(context, End::May, left, right));
    }
    let ends = begins(context, right, true);
    // "Ok." – sagde han.
    let ask = small && word.len() > 1 && !(right.dash && left.closed);
    if ask { Ask(Kind::Period, ends) } else { Sure(ends) }
}

fn after_abbreviation(context: &Context<'_>, end: End, left: &Left, right: &Right) -> bool {
    let may = || {
        context.starts(right, Start::Start)
            || right.dash && !right.bracket && right.case == Case::Capital
    };
    match end {
        End::Plain => begins(context, right, true),
        End::Unit if !context.word_before(left.from).iter().any(u8::is_ascii_digit) => {
            begins(context, right, true)
        }
        // Hardly any word follows there that is no name and yet begins a sentence.
        End::Never => context.starts(right, Start::Opener) && !right.bracket,
        End::Number if is_label(context, right) => false,
        // Nr. Snede, but: pr. stk. Køb to.
        End::Number => {
            let small = case_at(context.text, left.from) == Some(Case::Small);
            may() || small && right.case == Case::Capital
        }
        End::May | End::Unit => may(),
        End::Often => match right.case {
            Case::Capital => !is_label(context, right),
            Case::Mixed => true,
            _ => false,
        },
    }
}

/// Whether the right word is a figure, a letter or a Roman numeral.
fn is_label(context: &Context<'_>, right: &Right) -> bool {
    let word = right.word(context);
    match right.case {
        Case::Digit => true,
        Case::Capital => {
            word.len() == 1 && word != b"I"
                || word.len() == 2 && word.iter().all(u8::is_ascii_uppercase)
                || word.len() > 1 && is_roman(word)
        }
        _ => false,
    }
}

/// Whether a word of digits is short enough to be an ordinal.
fn is_ordinal(word: &[u8]) -> bool {
    word.len() <= 3 && word.iter().all(u8::is_ascii_digit)
}

fn after_figure(context: &Context<'_>, left: &Left, right: &Right) -> bool {
    let starter = context.starts(right, Start::Start);
    match right.case {
        Case::Small => return right.bracket && !left.leads(context),
        Case::Other | Case::Nothing | Case::Ellipsis => return false,
        Case::Capital | Case::Mixed | Case::Digit | Case::Sign => {}
    }
    if left.leads(context) {
        return false;
    }
    let number = |word: &[u8]| context.lexicon.numbers.of(word);
    if number(right.word(context)) == Some(Number::Month) {
        return false;
    }
    let before = context.word_before(left.from);
    match number(before) {
        Some(Number::Cardinal) => true,
        Some(Number::Ordinal) => starter && right.case != Case::Digit,
        _ if right.case == Case::Digit => false,
        _ => true,
    }
}

/// Capitals with dots between: C, H.C
fn is_initials(word: &[u8]) -> bool {
    let mut at = 0;
    loop {
        if case_at(word, at) != Some(Case::Capital) {
            return false;
        }
        at += if word[at].is_ascii() { 1 } else { 2 };
        match word.get(at) {
            None => return true,
            Some(b'.') => at += 1,
            Some(_) => return false,
        }
    }
}

/// After an initial. It leads a name, as in H. C. Andersen, or ends a label, as in vitamin C.
fn after_initial(context: &Context<'_>, left: &Left, right: &Right) -> bool {
    if right.case != Case::Capital || is_label(context, right) || left.leads(context) {
        return false;
    }
    let before = context.word_before(left.from);
    context.starts(right, Start::Start)
        || right.dash
        || context.lexicon.numbers.of(before) == Some(Number::Cardinal)
}

/// I, IV, XII and so on.
fn is_roman(word: &[u8]) -> bool {
    word.len() <= 7 && word.iter().all(|b| b"IVXLCDM".contains(b))
}

/// Whether the word is parts of at most five letters with dots between: H.C, d.v.s, dr.phil.
fn is_dotted(word: &[u8]) -> bool {
    word.contains(&b'.')
        && !word.iter().any(u8::is_ascii_digit)
        && word.split(|&b| b == b'.').all(|part| (1..=5).contains(&part.len()))
        && word.split(|&b| b == b'.').any(|part| part.len() <= 2)
}

pub(super) fn has_vowel(word: &[u8]) -> bool {
    // The vowels beyond ASCII all have a first byte of 0xC3.
    word.iter().any(|b| b"aeiouyAEIOUY\xC3".contains(b) || b.is_ascii_digit())
        || !word.iter().all(|b| b.is_ascii_alphabetic())
        || word.iter().all(u8::is_ascii_uppercase)
}

/// Whether a sentence might begin although nothing stopped the last one.
fn may_begin(context: &Context<'_>, left: &Left, right: &Right) -> bool {
    let last = context.text[context.gap.start - 1];
    // What a bracket opens there is an aside.
    right.case == Case::Capital
        && !right.bracket
        && left.from < left.to
        && (last.is_ascii_alphanumeric() || last >= 0x80 || b")\"'%=*".contains(&last))
        // A list label that leads: 2) or b)
        && !(last == b')' && !left.bracket && left.to - left.from <= 3 && left.leads(context))
}

/// Whether a sentence begins although nothing stopped the last one: a headline before it.
pub(super) fn unmarked(context: &Context<'_>, right: &Right) -> bool {
    let last = context.text[context.gap.start - 1];
    let word = right.word(context);
    !right.bracket
        && !right.quote
        && (last.is_ascii_alphanumeric() || last >= 0x80 || last == b')')
        && !(word.len() > 1 && word[1].is_ascii_uppercase())
        && context.starts(right, Start::Opener)
}
