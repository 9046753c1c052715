//! Where the stress of a word lies, by the rules of `src/da/stress.tsv`.

use super::phones::{Alphabet, Kind, Segment, Stress};
use crate::da::Table;
use crate::{Error, Result};

/// What a rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// An ending, before inflection, that draws the stress to the full vowel so many from the end.
    Ending { from_end: usize, marked: bool },
    /// The last part of compounds, which leaves the stress where it was.
    Part,
    /// A beginning without stress, if it sounds as it is written here.
    Beginning(&'static str),
}

/// The rules.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Endings and parts, as letters.
    endings: Vec<(Vec<char>, Rule)>,
    beginnings: Vec<(Vec<char>, Rule)>,
    /// Endings of inflection, the empty one included.
    inflections: Vec<Vec<char>>,
    /// Endings whose vowel has no stress beside another.
    light: Vec<Vec<char>>,
}

impl Rules {
    pub(super) fn read() -> Result<Self> {
        let name = "src/da/stress.tsv";
        let mut found = Self {
            endings: Vec::new(),
            beginnings: Vec::new(),
            inflections: vec![Vec::new()],
            light: Vec::new(),
        };
        for row in Table::new(name, include_str!("../../da/stress.tsv")).rows::<5>() {
            let (line, [kind, text, value, _, _]) = row?;
            let letters: Vec<char> = text.chars().collect();
            match kind {
                "ending" => {
                    let (count, marked) = match value.strip_suffix('+') {
                        Some(count) => (count, true),
                        None => (value, false),
                    };
                    let from_end = count
                        .parse()
                        .map_err(|_| Error::line(name, line, format!("{value} is no place")))?;
                    found.endings.push((letters, Rule::Ending { from_end, marked }));
                }
                "part" => found.endings.push((letters, Rule::Part)),
                "beginning" => found.beginnings.push((letters, Rule::Beginning(value))),
                "inflection" => found.inflections.push(letters),
                "light" => found.light.push(letters),
                _ => return Err(Error::line(name, line, format!("{kind} is no kind of rule"))),
            }
        }
        Ok(found)
    }

    /// Marks the stressed syllables of a word without stress.
    pub(super) fn assign(&self, letters: &[char], segments: &mut [Segment]) {
        let full: Vec<usize> =
            (0..segments.len()).filter(|&at| segments[at].phone.kind() == Kind::Vowel).collect();
        let Some(&first) = full.first() else {
            let top = segments.iter_mut().find(|segment| segment.is_nucleus());
            if let Some(top) = top {
                top.stress = Stress::Primary;
            }
            return;
        };
        if full.len() == 1 {
            segments[first].stress = Stress::Primary;
            return;
        }
        let stems = self.stems(letters);
        let at = self.primary(letters, &stems, segments, &full);
        segments[full.get(at).copied().unwrap_or(first)].stress = Stress::Primary;
        let light = self.light.iter().any(|ending| ends(&stems, ending));
        for (number, &top) in full.iter().enumerate().skip(at + 1) {
            if marked(segments, top) && !(light && number + 1 == full.len()) {
                segments[top].stress = Stress::Secondary;
            }
        }
    }

    /// Which of the full vowels is stressed.
    fn primary(
        &self,
        letters: &[char],
        stems: &[&[char]],
        segments: &[Segment],
        full: &[usize],
    ) -> usize {
        let mut best: Option<(usize, Rule)> = None;
        for (ending, rule) in &self.endings {
            let longer = best.is_none_or(|(length, _)| ending.len() > length);
            if longer && ends(stems, ending) {
                if let Rule::Ending { from_end, marked: true } = *rule {
                    let target = full.len().checked_sub(from_end).map(|at| full[at]);
                    if target.is_none_or(|top| !marked(segments, top)) {
                        continue;
                    }
                }
                best = Some((ending.len(), *rule));
            }
        }
        if let Some((_, Rule::Ending { from_end, .. })) = best {
            return full.len().saturating_sub(from_end);
        }
        let part = best.is_some();
        for (beginning, rule) in &self.beginnings {
            if let Rule::Beginning(sounds) = rule
                && letters.starts_with(beginning)
            {
                let mut said = String::new();
                for segment in segments {
                    if said.len() >= sounds.len() {
                        break;
                    }
                    segment.write(Alphabet::Ipa, &mut said);
                }
                if said == *sounds {
                    return 1;
                }
            }
        }
        // An open first syllable with a short vowel before a marked one: a loan word.
        if !part && !marked(segments, full[0]) && single(segments, full[0]) {
            return (1..full.len()).find(|&at| marked(segments, full[at])).unwrap_or(0);
        }
        0
    }

    /// What is left of `letters` without each inflection that they end in.
    fn stems<'l>(&self, letters: &'l [char]) -> Vec<&'l [char]> {
        self.inflections.iter().filter_map(|i| letters.strip_suffix(i.as_slice())).collect()
    }
}

/// Whether one of `stems` ends in `ending`, with letters before it.
fn ends(stems: &[&[char]], ending: &[char]) -> bool {
    stems.iter().any(|stem| stem.len() > ending.len() && stem.ends_with(ending))
}

/// Whether the syllable with this top is long or has stød.
fn marked(segments: &[Segment], top: usize) -> bool {
    if segments[top].long || segments[top].stod {
        return true;
    }
    segments[top + 1..].iter().take_while(|s| !s.is_nucleus()).any(|s| s.stod)
}

/// Whether one sound alone stands between this top and the next.
fn single(segments: &[Segment], top: usize) -> bool {
    segments[top + 1..].iter().take_while(|s| !s.is_nucleus()).count() <= 1
}
