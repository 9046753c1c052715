//! What a character is to the rules of words.

/// The class of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter of a script that parts words with spaces.
    Letter,
    /// A digit or another sign of number: `½`, `²`.
    Digit,
    /// What belongs to the character before it: accents, joiners, soft hyphens.
    Mark,
    /// White space.
    Space,
    /// Control and invisible characters.
    Control,
    /// `.`
    Stop,
    /// `,` `;` `:` `!` `?` `…` and their like.
    Pause,
    /// `(` `[` `{`
    Open,
    /// `)` `]` `}`
    Close,
    /// `"` and the quotes that come in pairs.
    Quote,
    /// `'` `’`
    Apostrophe,
    /// `-` and its like inside words.
    Hyphen,
    /// `–`: a hyphen between digits or letters, else a dash.
    Dash,
    /// A dash or another mark that is never inside a word.
    Bar,
    /// A sign that may stand inside names of things in machines: `_`, `&`, `/`, `=`.
    Sign,
    /// `_`
    Underscore,
    /// A sign that is never inside a word: `%`, `§`, `→`.
    Symbol,
    /// A pictograph.
    Emoji,
    /// A letter of any other script.
    Foreign,
}

use Class::*;

const fn ascii(byte: u8) -> Class {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' => Letter,
        b'0'..=b'9' => Digit,
        b'\t'..=b'\r' | b' ' => Space,
        0..=0x1f | 0x7f => Control,
        b'.' => Stop,
        b',' | b';' | b':' | b'!' | b'?' => Pause,
        b'(' | b'[' | b'{' => Open,
        b')' | b']' | b'}' => Close,
        b'"' | b'`' => Quote,
        b'\'' => Apostrophe,
        b'-' => Hyphen,
        b'_' => Underscore,
        _ => Sign,
    }
}

const ASCII: [Class; 128] = {
    let mut classes = [Control; 128];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = ascii(byte as u8);
        byte += 1;
    }
    classes
};

/// The class of `c`.
#[inline]
pub(super) fn of(c: char) -> Class {
    match c {
        '\0'..='\u{7f}' => ASCII[c as usize],
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{24f}' => Letter,
        '\u{300}'..='\u{36f}' => Mark,
        _ => beyond(c),
    }
}

/// As [`of`], for characters beyond the Latin letters with accents.
fn beyond(c: char) -> Class {
    match c {
        '\u{85}' | '\u{a0}' => Space,
        '\u{80}'..='\u{9f}' => Control,
        '\u{ad}' => Mark,
        '¡' | '¿' => Pause,
        '«' | '»' => Quote,
        'ª' | 'º' | 'µ' => Letter,
        '²' | '³' | '¹' | '¼'..='¾' => Digit,
        '·' => Hyphen,
        '\u{a0}'..='\u{bf}' | '×' | '÷' => Symbol,
        '\u{250}'..='\u{2ff}' => Letter,
        '\u{483}'..='\u{489}' => Mark,
        '\u{370}'..='\u{52f}' => greek_or_cyrillic(c),
        '\u{1e00}'..='\u{1fff}' => letter_or(c, Symbol),
        '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' => Mark,
        '\u{1d00}'..='\u{1dbf}' => Letter,
        '\u{200c}' | '\u{200d}' | '\u{2060}' => Mark,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => Control,
        '\u{2061}'..='\u{206f}' | '\u{feff}' => Control,
        '\u{2010}' | '\u{2011}' => Hyphen,
        '\u{2012}' | '\u{2013}' => Dash,
        '\u{2014}' | '\u{2015}' | '\u{2e3a}' | '\u{2e3b}' => Bar,
        '\u{2019}' => Apostrophe,
        '\u{2018}' | '\u{201a}'..='\u{201f}' | '\u{2039}' | '\u{203a}' => Quote,
        '\u{2026}' => Bar,
        '\u{203c}' | '\u{2047}'..='\u{2049}' => Pause,
        '\u{2070}'..='\u{209c}' => letter_or(c, Symbol),
        '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' => Mark,
        '\u{2150}'..='\u{218b}' | '\u{2460}'..='\u{249b}' => Digit,
        '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}' => Letter,
        '\u{fb00}'..='\u{fb06}' => Letter,
        _ if emoji(c) => Emoji,
        _ if c.is_whitespace() => Space,
        '\u{2000}'..='\u{2bff}' => letter_or(c, Symbol),
        '\u{e0000}'..='\u{e0fff}' => Mark,
        _ if c.is_control() => Control,
        _ if c.is_alphanumeric() => Foreign,
        _ if c.is_ascii_punctuation() => Sign,
        _ => other(c),
    }
}

fn letter_or(c: char, or: Class) -> Class {
    if c.is_alphabetic() {
        Letter
    } else if c.is_numeric() {
        Digit
    } else if c.is_whitespace() {
        Space
    } else {
        or
    }
}

fn greek_or_cyrillic(c: char) -> Class {
    if c == '\u{37e}' || c == '\u{387}' { Pause } else { letter_or(c, Symbol) }
}

/// What is left: marks of other scripts go with their letters, all else is a sign.
fn other(c: char) -> Class {
    let of_a_script = matches!(c,
        '\u{591}'..='\u{5f4}' | '\u{600}'..='\u{1cff}' | '\u{3001}'..='\u{303f}'
        | '\u{3040}'..='\u{30ff}' | '\u{a000}'..='\u{abff}' | '\u{ff00}'..='\u{ffef}'
        | '\u{10000}'..='\u{1cfff}');
    if of_a_script { Foreign } else { Symbol }
}

/// Whether `c` is shown as a picture by itself, or half of a flag.
fn emoji(c: char) -> bool {
    matches!(c,
        '\u{231a}' | '\u{231b}' | '\u{23e9}'..='\u{23f3}' | '\u{25fd}' | '\u{25fe}'
        | '\u{2600}'..='\u{2604}' | '\u{260e}' | '\u{2614}' | '\u{2615}' | '\u{2618}'
        | '\u{261d}' | '\u{2620}'..='\u{2623}' | '\u{2638}'..='\u{263a}'
        | '\u{2648}'..='\u{2653}' | '\u{2660}'..='\u{2668}' | '\u{267b}'..='\u{267f}'
        | '\u{2692}'..='\u{26ff}' | '\u{2702}' | '\u{2705}'..='\u{270d}' | '\u{270f}'
        | '\u{2712}' | '\u{2714}' | '\u{2716}' | '\u{271d}' | '\u{2721}' | '\u{2728}'
        | '\u{2733}' | '\u{2734}' | '\u{2744}' | '\u{2747}' | '\u{274c}' | '\u{274e}'
        | '\u{2753}'..='\u{2757}' | '\u{2763}' | '\u{2764}' | '\u{2795}'..='\u{2797}'
        | '\u{27a1}' | '\u{27b0}' | '\u{27bf}' | '\u{2b1b}' | '\u{2b1c}' | '\u{2b50}'
        | '\u{2b55}' | '\u{1f004}' | '\u{1f0cf}' | '\u{1f18e}' | '\u{1f191}'..='\u{1f19a}'
        | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f201}'..='\u{1f265}' | '\u{1f300}'..='\u{1faff}')
}

/// Whether a character of this class may stand inside a word.
pub(super) const fn inner(class: Class) -> bool {
    !matches!(class, Space | Control | Bar | Symbol | Emoji | Foreign)
}

/// Whether a character of this class makes a word: letters, digits and their marks.
pub(super) const fn makes_word(class: Class) -> bool {
    matches!(class, Letter | Digit | Underscore | Mark)
}

/// Whether a byte may start a character that is never inside a word.
pub(super) const fn may_end_segment(byte: u8) -> bool {
    ENDS[byte as usize]
}

const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        ends[byte] = !inner(ASCII[byte]);
        byte += 1;
    }
    // The letters of C3 to C8 with × and ÷ among those of C3.
    ends[0xc2] = true;
    ends[0xc3] = true;
    byte = 0xc9;
    while byte < 256 {
        ends[byte] = true;
        byte += 1;
    }
    ends
};
