//! Tags of word lists, in the terms of Universal Dependencies.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Upos;
use crate::da::Table;

type Parts = HashMap<(&'static str, &'static str), (Option<Upos>, &'static str)>;

static TAGSETS: LazyLock<Parts> = LazyLock::new(|| {
    Table::new("da/tagsets.tsv", include_str!("../da/tagsets.tsv"))
        .rows::<4>()
        .map(|row| {
            let (_, [layout, part, upos, feats]) = row.expect("tests read every embedded table");
            let feats = if feats == "-" { "" } else { feats };
            ((layout, part), (Upos::of_name(upos), feats))
        })
        .collect()
});

/// What the tag `tag` of a list of the layout `layout` (`cor`, `ddo`, `unimorph`, `nst`, and names of
/// Universal Dependencies for any) says: the part of speech, and the features, sorted as in
/// Universal Dependencies. A tag with a part that is not known keeps it as `Tag=…`.
///
/// # Example
///
/// ```
/// use sprogkit::lexicon::{Upos, tag};
///
/// let (upos, feats) = tag("cor", "sb.fk.pl.best.gen");
/// assert_eq!(upos, Some(Upos::Noun));
/// assert_eq!(feats, "Case=Gen|Definite=Def|Gender=Com|Number=Plur");
/// ```
#[must_use]
pub fn tag(layout: &str, tag: &str) -> (Option<Upos>, String) {
    let tag = tag.trim();
    let upos = Upos::of_name(tag);
    if upos.is_some() && layout != "unimorph" && layout != "nst" {
        return (upos, String::new());
    }
    let (mut upos, mut feats) = (None, Vec::new());
    let mut unknown = false;
    for part in tag.split(['.', ';', '|', ' ']).filter(|part| !part.is_empty()) {
        match TAGSETS.get(&(layout, part)) {
            Some(&(found, said)) => {
                upos = upos.or(found);
                feats.extend(said.split('|').filter(|feat| !feat.is_empty()));
            }
            None => unknown = true,
        }
    }
    feats.sort_unstable();
    feats.dedup();
    let mut feats = feats.join("|");
    if unknown {
        if !feats.is_empty() {
            feats.push('|');
        }
        feats.push_str("Tag=");
        feats.extend(tag.chars().map(|c| if c == '|' { ',' } else { c }));
    }
    (upos, feats)
}
