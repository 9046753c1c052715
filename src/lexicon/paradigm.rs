//! Regular inflection: what a form can be of a lemma, and what its forms say a lemma is.

use std::sync::LazyLock;

use super::Upos;
use super::lemma::irregular;
use crate::da::Table;

/// A row of `da/paradigms.tsv`.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) upos: Upos,
    /// What goes from the lemma.
    lemma: &'static str,
    /// What comes.
    form: &'static str,
    joint: Joint,
    pub(super) feats: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
enum Joint {
    Plain,
    /// The stem's last letter is doubled.
    Doubled,
    /// A double letter at the stem's end becomes single.
    Single,
}

pub(super) static ENDINGS: LazyLock<Vec<Ending>> = LazyLock::new(|| {
    Table::new("da/paradigms.tsv", include_str!("../da/paradigms.tsv"))
        .rows::<6>()
        .map(|row| {
            let (_, [upos, lemma, form, feats, ..]) = row.expect("tests read every embedded table");
            let empty = |text: &'static str| if text == "0" { "" } else { text };
            let (joint, form) = match form.as_bytes().first() {
                Some(b'+') => (Joint::Doubled, &form[1..]),
                Some(b'-') => (Joint::Single, &form[1..]),
                _ => (Joint::Plain, empty(form)),
            };
            let upos = Upos::of_name(upos).expect("tests read every embedded table");
            Ending { upos, lemma: empty(lemma), form, joint, feats }
        })
        .collect()
});

impl Ending {
    /// Whether `form` is `lemma` with this ending.
    pub(super) fn fits(&self, form: &str, lemma: &str) -> bool {
        let (Some(stem), Some(base)) =
            (lemma.strip_suffix(self.lemma), form.strip_suffix(self.form))
        else {
            return false;
        };
        let Some(last) = stem.chars().next_back() else { return false };
        match self.joint {
            Joint::Plain => base == stem,
            Joint::Doubled => base.strip_suffix(last) == Some(stem),
            Joint::Single => {
                let short = &stem[..stem.len() - last.len_utf8()];
                base == if short.ends_with(last) { short } else { stem }
            }
        }
    }
}

/// What `form` can be of `lemma` by its ending, the features of each part of speech once.
pub(super) fn readings(form: &str, lemma: &str) -> Vec<(Upos, &'static str)> {
    ENDINGS
        .iter()
        .filter(|ending| ending.fits(form, lemma))
        .map(|ending| (ending.upos, ending.feats))
        .collect()
}

/// The features of a noun whose stem changed, such as *bøgerne*: those of the longest ending of a plural. Empty
/// where there is none.
pub(super) fn changed_plural(form: &str) -> &'static str {
    ENDINGS
        .iter()
        .filter(|ending| {
            ending.upos == Upos::Noun
                && ending.joint == Joint::Plain
                && ending.form.len() > 1
                && ending.feats.contains("Number=Plur")
                && form.ends_with(ending.form)
        })
        .max_by_key(|ending| ending.form.len())
        .map_or("", |ending| ending.feats)
}

/// The parts of speech that the forms of a lemma show it to have, of those that inflect.
///
/// A form that only one part of speech explains is evidence for it: two such forms, or one where there
/// is no more for any. Without any, the parts of speech that explain most forms.
pub(super) fn evident<'f>(lemma: &str, forms: impl Iterator<Item = &'f str>) -> Vec<Upos> {
    const OPEN: [Upos; 3] = [Upos::Noun, Upos::Verb, Upos::Adj];
    let (mut explained, mut alone) = ([0u32; 3], [0u32; 3]);
    for form in forms {
        // An irregular form proves what the table says it is.
        let told = irregular(form, lemma);
        if !told.is_empty() && form != lemma {
            for (at, _) in OPEN.iter().enumerate().filter(|(_, upos)| told.contains(upos)) {
                explained[at] += 1;
                alone[at] += 2;
            }
            continue;
        }
        let can: [bool; 3] =
            OPEN.map(|upos| ENDINGS.iter().any(|end| end.upos == upos && end.fits(form, lemma)));
        let only = can.iter().filter(|&&can| can).count() == 1;
        for (at, _) in can.iter().enumerate().filter(|(_, can)| **can) {
            explained[at] += 1;
            alone[at] += u32::from(only);
        }
    }
    let most = |counts: &[u32; 3]| counts.iter().copied().max().unwrap_or(0);
    let enough = |count: u32| count >= 2 || count == 1 && most(&alone) == 1;
    let pick = |fits: &dyn Fn(usize) -> bool| -> Vec<Upos> {
        (0..3).filter(|&at| fits(at)).map(|at| OPEN[at]).collect()
    };
    let found = pick(&|at| enough(alone[at]));
    if found.is_empty() && most(&explained) > 0 {
        return pick(&|at| explained[at] == most(&explained));
    }
    found
}
