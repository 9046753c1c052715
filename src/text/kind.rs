//! A word and what it is.

use crate::Span;

/// What a word is. The number of a kind never changes; new kinds come behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Kind {
    /// Letters, with what belongs to them: `hus`, `EU's`, `social-`, `rock'n'roll`, `80'erne`.
    Word = 0,
    /// Digits and their marks: `12`, `1.234,50`, `1/2`, `20-30`, `-5`.
    Number = 1,
    /// A number with the stop that makes it an ordinal: `2.` in `den 2. verdenskrig`.
    Ordinal = 2,
    /// `f.eks.`, `kl.`, `ph.d.erne`, `H.C.`
    Abbreviation = 3,
    /// What parts and ends sentences: `.`, `,`, `»`, `(`, `–`, `...`
    Punctuation = 4,
    /// Signs that stand for something: `%`, `§`, `€`, `+`, `→`.
    Symbol = 5,
    /// A day in digits: `11.9.2001`, `2024-05-03`, `3/5-24`.
    Date = 6,
    /// A time of day in digits: `10:30`, `kl.` followed by `10.30`.
    Time = 7,
    /// An address on the web: `https://dsn.dk/ordbog`, `www.dr.dk`.
    Url = 8,
    /// A mail address.
    Email = 9,
    /// A name as networks write it: `@sprog`.
    Handle = 10,
    /// A keyword as networks write it: `#dkpol`.
    Hashtag = 11,
    /// One emoji, with its skin tone and joiners, or a smiley such as `:-)`.
    Emoji = 12,
    /// Names of things in machines: `C:\mappe`, `config.json`, `v1.2.3`, `max_len`, `B1903`.
    Identifier = 13,
    /// Control and invisible characters that stand alone: NUL, a byte order mark.
    Control = 14,
    /// White space; only where [`Options::spaces`](super::Options::spaces) asks for it.
    Space = 15,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::Word,
        Self::Number,
        Self::Ordinal,
        Self::Abbreviation,
        Self::Punctuation,
        Self::Symbol,
        Self::Date,
        Self::Time,
        Self::Url,
        Self::Email,
        Self::Handle,
        Self::Hashtag,
        Self::Emoji,
        Self::Identifier,
        Self::Control,
        Self::Space,
    ];

    /// The kind in a word, in lower case: `"word"`, `"ordinal"`, …
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Number => "number",
            Self::Ordinal => "ordinal",
            Self::Abbreviation => "abbreviation",
            Self::Punctuation => "punctuation",
            Self::Symbol => "symbol",
            Self::Date => "date",
            Self::Time => "time",
            Self::Url => "url",
            Self::Email => "email",
            Self::Handle => "handle",
            Self::Hashtag => "hashtag",
            Self::Emoji => "emoji",
            Self::Identifier => "identifier",
            Self::Control => "control",
            Self::Space => "space",
        }
    }

    /// The kind whose number is `number`.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// A word: where it stands and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// Where it stands, in bytes.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

impl Word {
    /// The word itself, out of the `text` it was found in.
    ///
    /// # Panics
    ///
    /// Where `text` is another text and the span is not one of it.
    #[must_use]
    #[track_caller]
    pub fn of(self, text: &str) -> &str {
        self.span.of(text)
    }
}
