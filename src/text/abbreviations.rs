//! The Danish abbreviations of `src/da/abbreviations.tsv`.

use std::sync::LazyLock;

use crate::da::Table;

/// An abbreviation, under the one key that its variants share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abbreviation {
    /// The key: `"bl.a."` also for `bl. a.`
    pub form: &'static str,
    /// Other spellings, parted by `"; "`.
    variants: &'static str,
    /// Readings, parted by `" / "`.
    expansion: &'static str,
    /// What it is used for: `"title"`, `"unit"`, `"date"`, …; the table's head lists them.
    pub class: &'static str,
    /// Whether its stop may also end a sentence.
    pub ends: Ends,
    /// Whether the form without its stop is an everyday word: `min.`, `tom.`
    pub word: bool,
    /// Whether words end in it: `sagsnr.`
    pub compounds: bool,
}

/// Whether the stop of an abbreviation may also end a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ends {
    /// Often: `osv.`, `m.v.`
    Often,
    /// By what follows: `pct.`
    Perhaps,
    /// Hardly ever: `bl.a.`, `hr.`
    Never,
}

impl Abbreviation {
    /// The other spellings.
    pub fn variants(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.variants.split("; ").filter(|v| !v.is_empty())
    }

    /// What it may stand for.
    pub fn expansions(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.expansion.split(" / ").filter(|v| !v.is_empty())
    }
}

/// Every abbreviation, sorted by its key.
#[must_use]
pub fn all() -> &'static [Abbreviation] {
    &INDEX.rows
}

/// The abbreviation written as `form`, stop and all, in whatever case; `None` where the table
/// has none.
///
/// # Example
///
/// ```
/// let found = sprogkit::text::abbreviations::find("F.eks.").unwrap();
/// assert_eq!(found.form, "f.eks.");
/// assert!(found.expansions().eq(["for eksempel"]));
/// ```
#[must_use]
pub fn find(form: &str) -> Option<&'static Abbreviation> {
    INDEX.find(form.as_bytes())
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// A closed hash table over the folded spellings.
struct Index {
    rows: Vec<Abbreviation>,
    // Invariant: a power of two, more than half of it empty.
    slots: Vec<Option<(&'static str, u16)>>,
}

impl Index {
    fn new() -> Self {
        let table = Table::new("da/abbreviations.tsv", include_str!("../da/abbreviations.tsv"));
        let mut rows = Vec::new();
        for row in table.rows::<6>() {
            let (line, [form, variants, expansion, class, end, remark]) =
                row.expect("tests read every embedded table");
            let ends = match end {
                "y" => Ends::Often,
                "?" => Ends::Perhaps,
                "n" => Ends::Never,
                _ => panic!("da/abbreviations.tsv:{line}: end must be y, ? or n, got {end:?}"),
            };
            rows.push(Abbreviation {
                form,
                variants,
                expansion,
                class,
                ends,
                word: remark.starts_with("word:"),
                compounds: remark.starts_with("compounds:"),
            });
        }
        let mut index = Self { slots: vec![None; 2048], rows };
        for at in 0..index.rows.len() {
            let row = index.rows[at];
            for spelling in std::iter::once(row.form).chain(row.variants()) {
                let slot = index.slot(spelling.as_bytes());
                index.slots[slot] = Some((spelling, at as u16));
            }
        }
        index
    }

    fn find(&self, form: &[u8]) -> Option<&Abbreviation> {
        self.slots[self.slot(form)].map(|(_, row)| &self.rows[usize::from(row)])
    }

    /// Where `form` stands, or the empty slot where it would.
    fn slot(&self, form: &[u8]) -> usize {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in folded(form) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let mask = self.slots.len() - 1;
        let mut slot = (hash ^ (hash >> 29)) as usize & mask;
        while let Some((held, _)) = self.slots[slot] {
            if held.len() == form.len() && folded(held.as_bytes()).eq(folded(form)) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }
}

/// The bytes with the capitals of ASCII and of U+00C0..U+00DE made small.
fn folded(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut before = 0;
    bytes.iter().map(move |&byte| {
        let latin = before == 0xc3 && (0x80..=0x9e).contains(&byte) && byte != 0x97;
        before = byte;
        if latin { byte | 0x20 } else { byte.to_ascii_lowercase() }
    })
}
