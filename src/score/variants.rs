//! Forms that say the same: a score that counts none of them as an error.
//!
//! A reference with its allowed forms is a lattice. The path through it that lies nearest to the
//! hypothesis is a text again, which is then scored, aligned and shown like any other.

use std::borrow::Cow;
use std::collections::HashMap;

use super::words;
use crate::da::Table;
use crate::{Error, Result};

/// Classes of forms of one or more words, any of which may stand for another.
#[derive(Clone, Debug, Default)]
pub struct Variants {
    /// For the first word of a form the forms that begin with it: words and class.
    forms: HashMap<String, Vec<(Vec<String>, usize)>>,
    /// The forms of each class.
    classes: Vec<Vec<Vec<String>>>,
}

/// A stretch of the reference in other words.
struct Arc {
    from: usize,
    to: usize,
    words: Vec<String>,
}

/// What may cling to a word without being part of it.
const CLINGS: [char; 10] = [',', ';', ':', '.', '!', '?', ')', '"', '”', '«'];

impl Variants {
    /// The Danish forms that come with the crate: `src/da/variants.tsv`.
    #[must_use]
    pub fn danish() -> Self {
        Self::from_rules("da/variants.tsv", include_str!("../da/variants.tsv"))
            .expect("a test reads the table")
    }

    /// Forms from a table of your own: form, the form whose class it joins, kind, remark; parted
    /// by tabs. `#` starts a comment line.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] at the first row that has not four columns, has an empty form or a form
    /// that was there before, or joins a class that no row heads.
    pub fn from_rules(name: &str, rules: &str) -> Result<Self> {
        let rows: Vec<(u64, [&str; 4])> = Table::new(name, rules).rows().collect::<Result<_>>()?;
        let mut heads: HashMap<&str, usize> = HashMap::new();
        for (_, [form, head, ..]) in &rows {
            if form == head {
                let class = heads.len();
                heads.entry(head).or_insert(class);
            }
        }
        let mut variants = Self { forms: HashMap::new(), classes: vec![Vec::new(); heads.len()] };
        for (line, [form, head, ..]) in rows {
            let Some(&class) = heads.get(head) else {
                return Err(Error::line(name, line, format!("no row is headed by {head:?}")));
            };
            variants.add(form, class).map_err(|reason| Error::line(name, line, reason))?;
        }
        Ok(variants)
    }

    /// Forms from classes of your own.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for a form without words, and for one that is there twice.
    ///
    /// # Example
    ///
    /// ```
    /// let variants = sprogkit::score::Variants::from_classes(&[["nul", "0"], ["ja", "jo"]])?;
    /// assert_eq!(variants.nearest("ja til nul", "jo til 0"), "jo til 0");
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    pub fn from_classes<C: AsRef<[F]>, F: AsRef<str>>(classes: &[C]) -> Result<Self> {
        let mut variants = Self { forms: HashMap::new(), classes: vec![Vec::new(); classes.len()] };
        for (class, forms) in classes.iter().enumerate() {
            for form in forms.as_ref() {
                variants.add(form.as_ref(), class).map_err(|reason| {
                    let got = format!("class {class}, in which {reason}");
                    Error::argument("classes", "of words, each form once", got)
                })?;
            }
        }
        Ok(variants)
    }

    /// One form more of a class, or what is wrong with it.
    fn add(&mut self, form: &str, class: usize) -> Result<(), String> {
        let words: Vec<String> = form.split_whitespace().map(str::to_owned).collect();
        let Some(first) = words.first() else {
            return Err("the form is empty".to_owned());
        };
        let known = self.forms.entry(first.clone()).or_default();
        if known.iter().any(|(other, _)| *other == words) {
            return Err(format!("{form:?} is there twice"));
        }
        known.push((words.clone(), class));
        self.classes[class].push(words);
        Ok(())
    }

    /// `reference` in those allowed forms that lie nearest to `hypothesis`; as it is where no
    /// other form is nearer.
    ///
    /// A form is also found with a capital first letter, and with punctuation behind it; both
    /// stay.
    ///
    /// # Complexity
    ///
    /// O(n · m) for n words of the reference and its other forms, and m of the hypothesis.
    ///
    /// # Example
    ///
    /// ```
    /// let variants = sprogkit::score::Variants::danish();
    /// let reference = "Århus har for eksempel tusinde huse, osv.";
    /// let hypothesis = "Aarhus har fx tusind hus, og så videre.";
    /// assert_eq!(
    ///     variants.nearest(reference, hypothesis),
    ///     "Aarhus har fx tusind huse, og så videre."
    /// );
    /// ```
    #[must_use]
    pub fn nearest<'r>(&self, reference: &'r str, hypothesis: &str) -> Cow<'r, str> {
        let own = spoken(reference);
        let arcs = self.arcs(&own);
        if arcs.is_empty() {
            return Cow::Borrowed(reference);
        }
        let heard = spoken(hypothesis);
        let taken = nearest_arcs(&own, &arcs, &heard);
        if taken.is_empty() {
            return Cow::Borrowed(reference);
        }
        let (mut out, mut at) = (Vec::new(), 0);
        for arc in taken {
            out.extend(own[at..arc.from].iter().copied());
            out.extend(arc.words.iter().map(String::as_str));
            at = arc.to;
        }
        out.extend(own[at..].iter().copied());
        Cow::Owned(out.join(" "))
    }

    /// All other forms of what stands in `words`.
    fn arcs(&self, words: &[&str]) -> Vec<Arc> {
        let mut arcs = Vec::new();
        for from in 0..words.len() {
            let first = words[from];
            let bare = first.trim_end_matches(CLINGS);
            for capital in [false, true] {
                let lower =
                    |word: &str| if capital { recased(word, false) } else { word.to_owned() };
                if capital && lower(first) == first {
                    continue;
                }
                let mut starts = vec![lower(first), lower(bare)];
                starts.dedup();
                for start in starts {
                    for (form, class) in self.forms.get(&start).into_iter().flatten() {
                        let to = from + form.len();
                        let Some(stretch) = words.get(from..to) else { continue };
                        let Some(tail) = tail(stretch, form, &start) else { continue };
                        for other in self.classes[*class].iter().filter(|other| *other != form) {
                            let mut others = other.clone();
                            if capital {
                                others[0] = recased(&others[0], true);
                            }
                            // One dot ends both an abbreviation and the sentence.
                            let ends = to == words.len() && stretch.join(" ").ends_with('.');
                            let last = others.len() - 1;
                            let dotted = others[last].ends_with('.') && tail.starts_with('.');
                            others[last].push_str(&tail[usize::from(dotted)..]);
                            if ends && !others[last].ends_with('.') {
                                let mut ended = others.clone();
                                ended[last].push('.');
                                arcs.push(Arc { from, to, words: ended });
                            }
                            arcs.push(Arc { from, to, words: others });
                        }
                    }
                }
            }
        }
        arcs.sort_by_key(|arc| (arc.to, arc.from));
        arcs
    }
}

/// What clings to the last word of `stretch`, where its words are those of `form`.
fn tail<'w>(stretch: &[&'w str], form: &[String], start: &str) -> Option<&'w str> {
    let (last, inner) = stretch.split_last()?;
    let (want, wants) = form.split_last()?;
    if inner.iter().zip(wants).skip(1).any(|(word, want)| word != want) {
        return None;
    }
    if inner.is_empty() {
        // `start` is the word in lower case, with or without what clings to it.
        return Some(&last[start.len().min(last.len())..]);
    }
    if inner[0].len() != wants[0].len() {
        return None;
    }
    let tail = last.strip_prefix(want.as_str())?;
    tail.chars().all(|c| CLINGS.contains(&c)).then_some(tail)
}

/// `word` with its first letter in upper or lower case.
fn recased(word: &str, upper: bool) -> String {
    let mut characters = word.chars();
    let Some(first) = characters.next() else { return String::new() };
    let first: String =
        if upper { first.to_uppercase().collect() } else { first.to_lowercase().collect() };
    // A letter that changes its length would move what clings to the word.
    format!("{first}{}", characters.as_str())
}

/// The words of a text.
fn spoken(text: &str) -> Vec<&str> {
    let mut spans = Vec::new();
    words::split(text, &mut spans);
    spans.into_iter().map(|(start, end)| &text[start..end]).collect()
}

/// One row further: the cheapest way to have read `word` of the reference before each place of
/// the hypothesis.
fn step(before: &[u32], word: &str, heard: &[&str]) -> Vec<u32> {
    let mut row = Vec::with_capacity(before.len());
    row.push(before[0] + 1);
    for (j, other) in heard.iter().enumerate() {
        let same = before[j] + u32::from(word != *other);
        row.push(same.min(before[j + 1] + 1).min(row[j] + 1));
    }
    row
}

/// The arcs of the path nearest to `heard`, in order. The reference's own words win ties.
fn nearest_arcs<'a>(own: &[&str], arcs: &'a [Arc], heard: &[&str]) -> Vec<&'a Arc> {
    // rows[i][j]: the least cost of reaching the node before word i with j words heard, and the
    // arc by which each cell was reached last (from itself, its own word or another form).
    let m = heard.len();
    let mut rows: Vec<Vec<u32>> = vec![(0..=m as u32).collect()];
    let mut ways: Vec<Vec<(u32, u32)>> = vec![vec![(0, 0); m + 1]];
    let mut rest = arcs;
    for i in 1..=own.len() {
        let here = rest.iter().take_while(|arc| arc.to == i).count();
        let (ending, later) = rest.split_at(here);
        let first = arcs.len() - rest.len();
        rest = later;
        let (mut row, mut way) = trace(&rows[i - 1], &[own[i - 1]], heard, 0);
        for (number, arc) in (first as u32 + 1..).zip(ending) {
            let words: Vec<&str> = arc.words.iter().map(String::as_str).collect();
            let (other, others) = trace(&rows[arc.from], &words, heard, number);
            for j in 0..=m {
                if other[j] < row[j] {
                    (row[j], way[j]) = (other[j], others[j]);
                }
            }
        }
        rows.push(row);
        ways.push(way);
    }
    let (mut i, mut j) = (own.len(), m);
    let mut taken = Vec::new();
    while i > 0 {
        let (number, from) = ways[i][j];
        j = from as usize;
        match number.checked_sub(1) {
            None => i -= 1,
            Some(number) => {
                let arc = &arcs[number as usize];
                taken.push(arc);
                i = arc.from;
            }
        }
    }
    taken.reverse();
    taken
}

/// [`step`] over all `words` of arc `number`, with the place of the hypothesis from which each
/// cell was reached.
fn trace(
    before: &[u32],
    words: &[&str],
    heard: &[&str],
    number: u32,
) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut row = before.to_vec();
    let mut from: Vec<u32> = (0..=heard.len() as u32).collect();
    for word in words {
        let next = step(&row, word, heard);
        let mut origin = Vec::with_capacity(from.len());
        origin.push(from[0]);
        for j in 1..next.len() {
            let same = row[j - 1] + u32::from(*word != heard[j - 1]);
            origin.push(if next[j] == same {
                from[j - 1]
            } else if next[j] == row[j] + 1 {
                from[j]
            } else {
                origin[j - 1]
            });
        }
        row = next;
        from = origin;
    }
    (row, from.into_iter().map(|from| (number, from)).collect())
}
