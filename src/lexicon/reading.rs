//! One reading of a form.

use super::format::NO_ID;
use super::{Lexicon, Source, Upos};

/// One reading of a form: what it may be a form of, and as what.
#[derive(Clone)]
pub struct Reading<'l> {
    pub(super) lexicon: &'l Lexicon,
    pub(super) form: String,
    /// The form's number, and the reading's among those of the form.
    pub(super) number: u64,
    pub(super) at: usize,
    pub(super) item: u64,
}

impl<'l> Reading<'l> {
    /// The form as it is written.
    #[must_use]
    pub fn form(&self) -> &str {
        &self.form
    }

    /// The lemma.
    #[must_use]
    pub fn lemma(&self) -> String {
        let (strip, add) = self.lexicon.edit(self.item as u32);
        let stem = self.form.len().checked_sub(strip).and_then(|end| self.form.get(..end));
        [stem.unwrap_or(&self.form), add].concat()
    }

    /// The part of speech, where the source says one.
    #[must_use]
    pub fn upos(&self) -> Option<Upos> {
        self.lexicon.tag((self.item >> 32) as u16).0
    }

    /// The features (Universal Dependencies, `Name=Value|…`), or what the source says in their
    /// place; empty for none.
    #[must_use]
    pub fn feats(&self) -> &'l str {
        self.lexicon.tag((self.item >> 32) as u16).1
    }

    /// Where the reading comes from.
    #[must_use]
    pub fn source(&self) -> Option<&'l Source> {
        self.lexicon.sources().get(usize::from((self.item >> 48) as u8))
    }

    /// Whether the reading, or its part of speech, was concluded when the lexicon was made, not said by its
    /// source.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.item >> 56 != 0
    }

    /// Whether its source says the form and the lemma, of which the part of speech was concluded.
    pub(crate) fn has_concluded_class(&self) -> bool {
        self.item >> 56 == 2
    }

    /// Whether its source says nothing of it.
    pub(crate) fn is_unsaid(&self) -> bool {
        self.is_derived() && !self.has_concluded_class()
    }

    /// How often the form was counted, where that is known.
    #[must_use]
    pub fn frequency(&self) -> Option<u64> {
        self.lexicon.frequency_of(self.number)
    }

    /// How the reading is said, in the source's alphabet, where that is known.
    #[must_use]
    pub fn pronunciation(&self) -> Option<&'l str> {
        self.lexicon.spoken(self.lexicon.row(self.number)? + self.at as u64)
    }

    /// What the source calls the reading; `None` where it calls it nothing.
    #[must_use]
    pub fn given_id(&self) -> Option<String> {
        let given = self.lexicon.id(self.lexicon.row(self.number)? + self.at as u64);
        if given >= NO_ID {
            return None;
        }
        let template = self.lexicon.template((given >> 56) as usize)?;
        let wanted = template.bytes().filter(|&byte| byte == b'#').count();
        let digits = format!("{:0wanted$}", given << 8 >> 8);
        let mut digits = digits.chars();
        Some(
            template
                .chars()
                .map(|c| if c == '#' { digits.next().unwrap_or('#') } else { c })
                .collect(),
        )
    }

    /// What the source calls the reading; where it calls it nothing, a name made of what the reading says,
    /// which stays the same whatever else is in the lexicon.
    #[must_use]
    pub fn id(&self) -> String {
        if let Some(given) = self.given_id() {
            return given;
        }
        let source = self.source().map_or("", |source| &source.name);
        let lemma = self.lemma();
        let upos = self.upos().map_or("", Upos::name);
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        // FNV-1a, 64 bits (Fowler, Noll and Vo, RFC 9923).
        for part in [&self.form, &*lemma, upos, self.feats()] {
            for byte in part.bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        }
        format!("{source}.{hash:016x}")
    }
}

impl std::fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading")
            .field("form", &self.form)
            .field("lemma", &self.lemma())
            .field("upos", &self.upos())
            .field("feats", &self.feats())
            .field("source", &self.source().map(|source| &source.name))
            .finish()
    }
}

impl PartialEq for Reading<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.form(), self.lemma(), self.upos(), self.feats(), self.id())
            == (other.form(), other.lemma(), other.upos(), other.feats(), other.id())
    }
}

impl Eq for Reading<'_> {}
