//! The Danish abbreviations of `src/da/abbreviations.tsv`.

use std::sync::LazyLock;

use super::folded::Folded;
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
    /// Whether the norm writes it without a stop: `kg`, `km`.
    pub stopless: bool,
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
    find_bytes(form.as_bytes())
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// Whether letters end in an abbreviation that ends compounds, written without its stop:
/// `sagsnr`, `etagekvm`.
pub(super) fn ends_compounds(word: &[u8]) -> bool {
    let index = &*INDEX;
    word.last().is_some_and(|last| index.last[usize::from(last | 0x20)])
        && index.endings.iter().any(|ending| {
            word.len() > ending.len() + 1
                && word[word.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
        })
}

/// The rows, and where each spelling leads.
struct Index {
    rows: Vec<Abbreviation>,
    spellings: Folded<u16>,
    // What compounds end in, without the stop, and the last bytes of that.
    endings: Vec<&'static str>,
    last: [bool; 256],
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
                stopless: remark.starts_with("stopless:"),
                compounds: remark.starts_with("compounds:"),
            });
        }
        let spellings = rows.iter().enumerate().flat_map(|(at, row): (usize, &Abbreviation)| {
            let all = std::iter::once(row.form).chain(row.variants());
            all.map(move |spelling| (spelling, at as u16))
        });
        let spellings = Folded::new(spellings);
        let compounds = rows.iter().filter(|row| row.compounds);
        let endings: Vec<_> = compounds.map(|row| row.form.trim_end_matches('.')).collect();
        let mut last = [false; 256];
        for ending in &endings {
            last[usize::from(ending.as_bytes()[ending.len() - 1])] = true;
        }
        Self { rows, spellings, endings, last }
    }
}

/// As [`find`], for bytes.
pub(super) fn find_bytes(form: &[u8]) -> Option<&'static Abbreviation> {
    let index = &*INDEX;
    index.spellings.get(form).map(|row| &index.rows[usize::from(row)])
}
