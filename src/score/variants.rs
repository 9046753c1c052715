//! Forms that say the same: a score that counts none of them as an error.
//!
//! A reference with its allowed forms is a lattice. The path through it that lies nearest to the
//! hypothesis is a text again, which is then scored, aligned and shown like any other.

use std::borrow::Cow;
use std::collections::HashMap;

use super::lattice::{Arc, nearest_arcs};
use super::{Profile, words};
use crate::da::Table;
use crate::{Error, Result};

/// Classes of forms of one or more words, any of which may stand for another.
#[derive(Clone, Debug, Default)]
pub struct Variants {
    /// For the first word of a form the forms that begin with it: words and class.
    forms: HashMap<String, Vec<(Vec<String>, usize)>>,
    /// The forms of each class.
    classes: Vec<Vec<Vec<String>>>,
    /// How many of the classes were given; the others are the same in lower case.
    given: usize,
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
        let mut variants = Self::empty(heads.len());
        for (line, [form, head, ..]) in rows {
            let Some(&class) = heads.get(head) else {
                return Err(Error::line(name, line, format!("no row is headed by {head:?}")));
            };
            variants.add(form, class).map_err(|reason| Error::line(name, line, reason))?;
        }
        Ok(variants.with_lower_case())
    }

    /// Forms from lines of your own: those that say the same on one line, with tabs between them.
    /// Empty lines and lines that begin with `#` are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] at the first line that has one form only, an empty form, or a form that was
    /// there before.
    ///
    /// # Example
    ///
    /// ```
    /// let variants = sprogkit::score::Variants::from_lines("own.txt", "nul\t0\nja\tjo\tjoh\n")?;
    /// assert_eq!(variants.nearest("ja til nul", "joh til 0"), "joh til 0");
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    pub fn from_lines(name: &str, lines: &str) -> Result<Self> {
        let mut variants = Self::empty(0);
        for (line, forms) in (1..).zip(lines.lines()) {
            if forms.trim().is_empty() || forms.starts_with('#') {
                continue;
            }
            let class = variants.given;
            variants.given += 1;
            variants.classes.push(Vec::new());
            for form in forms.split('\t') {
                variants.add(form, class).map_err(|reason| Error::line(name, line, reason))?;
            }
            if variants.classes[class].len() < 2 {
                let reason = format!("one form only, {forms:?}: expected several, with tabs");
                return Err(Error::line(name, line, reason));
            }
        }
        Ok(variants.with_lower_case())
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
        let mut variants = Self::empty(classes.len());
        for (class, forms) in classes.iter().enumerate() {
            for form in forms.as_ref() {
                variants.add(form.as_ref(), class).map_err(|reason| {
                    let got = format!("class {class}, in which {reason}");
                    Error::argument("classes", "of words, each form once", got)
                })?;
            }
        }
        Ok(variants.with_lower_case())
    }

    /// The forms of both. Classes that share a form become one.
    ///
    /// # Example
    ///
    /// ```
    /// use sprogkit::score::Variants;
    ///
    /// let own = Variants::from_classes(&[["Sct.", "Sankt"], ["aarhus", "Aros"]])?;
    /// let variants = Variants::danish().and(&own);
    /// assert_eq!(variants.nearest("Sankt Hans i Aarhus", "Sct. Hans i Århus"), "Sct. Hans i Århus");
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut classes: Vec<Vec<Vec<String>>> = Vec::new();
        let mut places: HashMap<&Vec<String>, usize> = HashMap::new();
        for class in self.classes[..self.given].iter().chain(&other.classes[..other.given]) {
            let mut shared: Vec<usize> =
                class.iter().filter_map(|form| places.get(form).copied()).collect();
            shared.sort_unstable();
            shared.dedup();
            let home = shared.first().copied().unwrap_or(classes.len());
            if home == classes.len() {
                classes.push(Vec::new());
            }
            for &from in shared.iter().skip(1) {
                let moved = std::mem::take(&mut classes[from]);
                classes[home].extend(moved);
                places.values_mut().filter(|place| **place == from).for_each(|place| *place = home);
            }
            for form in class {
                if places.insert(form, home).is_none() {
                    classes[home].push(form.clone());
                }
            }
        }
        classes.retain(|forms| !forms.is_empty());
        let mut both = Self::empty(classes.len());
        for (class, forms) in classes.iter().enumerate() {
            for form in forms {
                both.add(&form.join(" "), class).expect("each form was taken once");
            }
        }
        both.with_lower_case()
    }

    /// The classes, each with its forms, as they were given.
    #[must_use]
    pub fn classes(&self) -> Vec<Vec<String>> {
        let class = |forms: &Vec<Vec<String>>| forms.iter().map(|form| form.join(" ")).collect();
        self.classes[..self.given].iter().map(class).collect()
    }

    fn empty(given: usize) -> Self {
        Self { forms: HashMap::new(), classes: vec![Vec::new(); given], given }
    }

    /// The same forms in lower case, as many transcripts are, where they still differ.
    fn with_lower_case(mut self) -> Self {
        for class in 0..self.given {
            let lower = |form: &Vec<String>| form.join(" ").to_lowercase();
            let mut forms: Vec<String> = self.classes[class].iter().map(lower).collect();
            forms.sort_unstable();
            forms.dedup();
            if forms.len() > 1 && !forms.iter().any(|form| self.knows(form)) {
                self.classes.push(Vec::new());
                for form in forms {
                    let added = self.add(&form, self.classes.len() - 1);
                    added.expect("it was looked up before");
                }
            }
        }
        self
    }

    fn knows(&self, form: &str) -> bool {
        let words: Vec<&str> = form.split_whitespace().collect();
        let known = words.first().and_then(|first| self.forms.get(*first));
        known.is_some_and(|known| known.iter().any(|(other, _)| *other == words))
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
    /// A form is also found with a capital first letter, all in lower case, and with punctuation
    /// behind it; these stay.
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
        self.nearest_as(reference, hypothesis, Profile::AsIs)
    }

    /// [`Variants::nearest`], with words counted as the same that `profile` makes the same.
    ///
    /// # Example
    ///
    /// ```
    /// use sprogkit::score::{Profile, Variants};
    ///
    /// let (variants, profile) = (Variants::danish(), Profile::named("da-lex@1")?);
    /// assert_eq!(variants.nearest_as("Århus!", "AARHUS", profile), "Aarhus!");
    /// # Ok::<(), sprogkit::Error>(())
    /// ```
    #[must_use]
    pub fn nearest_as<'r>(
        &self,
        reference: &'r str,
        hypothesis: &str,
        profile: Profile,
    ) -> Cow<'r, str> {
        let own = spoken(reference);
        let mut arcs = self.arcs(&own);
        if arcs.is_empty() {
            return Cow::Borrowed(reference);
        }
        let heard = spoken(hypothesis);
        for arc in &mut arcs {
            arc.keys = arc.words.iter().map(|word| profile.apply(word).into_owned()).collect();
        }
        let keys = |words: &[&'_ str]| -> Vec<String> {
            words.iter().map(|word| profile.apply(word).into_owned()).collect()
        };
        let taken = match profile {
            Profile::AsIs => nearest_arcs(&own, &arcs, &heard),
            Profile::Normalised(_) => nearest_arcs(&keys(&own), &arcs, &keys(&heard)),
        };
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
                                arcs.push(Arc { from, to, words: ended, keys: Vec::new() });
                            }
                            arcs.push(Arc { from, to, words: others, keys: Vec::new() });
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
