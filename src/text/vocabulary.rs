//! The words of `src/da/word-rules.tsv`, which decide what a stop or an apostrophe belongs to.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::folded::Folded;
use crate::da::Table;

/// What a word does to its neighbours: a set of the roles below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles(u8);

impl Roles {
    /// A number with a stop behind it is an ordinal also before a capital.
    pub(super) const DETERMINER: Self = Self(1);
    /// A name that ordinals follow.
    pub(super) const RULER: Self = Self(2);
    /// Behind it a number with a stop is a label.
    pub(super) const SECTION: Self = Self(4);
    /// An ordinal stands before it.
    pub(super) const MONTH: Self = Self(8);
    /// A capitalised form that begins a sentence.
    pub(super) const OPENER: Self = Self(16);
    /// Its last apostrophe belongs to it.
    pub(super) const ELISION: Self = Self(32);
    /// An ending of addresses on the web.
    pub(super) const DOMAIN: Self = Self(64);

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "determiner" => Self::DETERMINER,
            "ruler" => Self::RULER,
            "section" => Self::SECTION,
            "month" => Self::MONTH,
            "opener" => Self::OPENER,
            "elision" => Self::ELISION,
            "domain" => Self::DOMAIN,
            _ => return None,
        })
    }

    /// Whether one of `roles` is among them.
    pub(super) const fn any(self, roles: Self) -> bool {
        self.0 & roles.0 != 0
    }

    /// Whether there is none.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Both sets.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What `word` does, in whatever case it is written.
pub(super) fn roles(word: &str) -> Roles {
    ROLES.get(word.as_bytes()).unwrap_or_default()
}

static ROLES: LazyLock<Folded<Roles>> = LazyLock::new(|| {
    let name = "da/word-rules.tsv";
    let table = Table::new(name, include_str!("../da/word-rules.tsv"));
    // A form may stand twice, in different roles and cases.
    let mut roles: BTreeMap<String, (&str, Roles)> = BTreeMap::new();
    for row in table.rows::<3>() {
        let (line, [form, role, _]) = row.expect("tests read every embedded table");
        let role = Roles::named(role).unwrap_or_else(|| panic!("{name}:{line}: no role {role:?}"));
        let held = roles.entry(form.to_lowercase()).or_insert((form, role));
        held.1 = held.1.or(role);
    }
    Folded::new(roles.into_values())
});
