//! The sounds of `src/da/phones.tsv`, and reading and writing them in two alphabets.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::da::Table;
use crate::{Error, Result};

/// How sounds are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// X-SAMPA with the signs of the NST pronunciation lexicon: `"mi:$n@`.
    #[default]
    XSampa,
    /// Narrow IPA: `ˈmiːnə`.
    Ipa,
}

impl Alphabet {
    /// All alphabets.
    pub const ALL: &'static [Self] = &[Self::XSampa, Self::Ipa];

    /// The name, for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::XSampa => "xsampa",
            Self::Ipa => "ipa",
        }
    }
}

/// What a sound can be in a syllable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A plosive.
    Stop,
    /// A fricative.
    Obstruent,
    /// A sonorant that can begin a syllable.
    Sonorant,
    /// A consonant or glide that only closes syllables.
    Coda,
    /// A vowel that can be stressed.
    Vowel,
    /// A vowel that is never stressed.
    Reduced,
    /// A consonant that is the top of a syllable.
    Syllabic,
}

impl Kind {
    /// Whether the sound is the top of a syllable.
    pub const fn is_nucleus(self) -> bool {
        matches!(self, Self::Vowel | Self::Reduced | Self::Syllabic)
    }
}

/// The stress of a syllable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stress {
    /// Unstressed.
    #[default]
    None,
    /// Secondary stress.
    Secondary,
    /// Primary stress.
    Primary,
}

/// A sound: its number in the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(u8);

/// A sound in a word, with its marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Segment {
    /// The sound.
    pub phone: Phone,
    /// Whether it is long.
    pub long: bool,
    /// Whether it carries stød.
    pub stod: bool,
    /// The stress of its syllable; only at the syllable's top.
    pub stress: Stress,
}

/// A row of the table.
struct Row {
    ipa: &'static str,
    xsampa: &'static str,
    kind: Kind,
}

struct Inventory {
    rows: Vec<Row>,
    /// Signs to sounds; the longest that fits is read.
    ipa: BTreeMap<&'static str, Phone>,
    xsampa: BTreeMap<&'static str, Phone>,
    onsets: Vec<&'static str>,
}

static INVENTORY: LazyLock<Inventory> =
    LazyLock::new(|| Inventory::read().expect("the tests read the embedded tables of sounds"));

impl Inventory {
    fn read() -> Result<Self> {
        let name = "src/da/phones.tsv";
        let mut found = Self {
            rows: Vec::new(),
            ipa: BTreeMap::new(),
            xsampa: BTreeMap::new(),
            onsets: Vec::new(),
        };
        for row in Table::new(name, include_str!("../../da/phones.tsv")).rows::<6>() {
            let (line, [ipa, xsampa, kind, also, _, _]) = row?;
            let kind = match kind {
                "stop" => Kind::Stop,
                "obstruent" => Kind::Obstruent,
                "sonorant" => Kind::Sonorant,
                "coda" => Kind::Coda,
                "vowel" => Kind::Vowel,
                "reduced" => Kind::Reduced,
                "syllabic" => Kind::Syllabic,
                _ => return Err(Error::line(name, line, format!("{kind} is no kind of sound"))),
            };
            let phone = Phone(found.rows.len() as u8);
            for sign in std::iter::once(ipa).chain(also.split(' ').filter(|sign| !sign.is_empty()))
            {
                if found.ipa.insert(sign, phone).is_some() {
                    return Err(Error::line(name, line, format!("{sign} stands here twice")));
                }
            }
            found.xsampa.entry(xsampa).or_insert(phone);
            found.rows.push(Row { ipa, xsampa, kind });
        }
        let name = "src/da/onsets.tsv";
        for row in Table::new(name, include_str!("../../da/onsets.tsv")).rows::<2>() {
            found.onsets.push(row?.1[0]);
        }
        Ok(found)
    }

    fn named(&self, ipa: &str) -> Phone {
        self.ipa[ipa]
    }
}

/// Signs over and under letters that say how a sound is shaded, and signs around it: not read.
const SHADES: &str = "\u{31d}\u{33d}\u{31e}\u{320}\u{2e0}\u{308}\u{2d5}\u{2d7}\u{33a}\u{303}\u{330}\u{31c}\u{361}\u{35c}";

impl Phone {
    /// How many sounds there are.
    pub fn count() -> usize {
        INVENTORY.rows.len()
    }

    /// All sounds, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::count() as u8).map(Self)
    }

    /// The number of the sound.
    pub fn number(self) -> usize {
        usize::from(self.0)
    }

    /// How the sound is written.
    pub fn sign(self, alphabet: Alphabet) -> &'static str {
        let row = &INVENTORY.rows[usize::from(self.0)];
        match alphabet {
            Alphabet::XSampa => row.xsampa,
            Alphabet::Ipa => row.ipa,
        }
    }

    /// What the sound can be in a syllable.
    pub fn kind(self) -> Kind {
        INVENTORY.rows[usize::from(self.0)].kind
    }
}

impl Segment {
    /// A short sound without marks.
    pub const fn new(phone: Phone) -> Self {
        Self { phone, long: false, stod: false, stress: Stress::None }
    }

    /// Whether it is the top of a syllable.
    pub fn is_nucleus(self) -> bool {
        self.phone.kind().is_nucleus()
    }

    /// The sound and its marks but for stress: `iːˀ`, `i:?`.
    pub fn write(self, alphabet: Alphabet, out: &mut String) {
        out.push_str(self.phone.sign(alphabet));
        match alphabet {
            Alphabet::Ipa => {
                if self.long {
                    out.push('ː');
                }
                if self.stod {
                    out.push('ˀ');
                }
            }
            Alphabet::XSampa => {
                // A short vowel carries no stød itself, so one that does is long.
                if self.long || self.stod && self.phone.kind() == Kind::Vowel {
                    out.push(':');
                }
                if self.stod {
                    out.push('?');
                }
            }
        }
    }
}

/// Reads sounds with their marks, stress marks before syllables included. White space and signs
/// for syllables part sounds.
///
/// # Errors
///
/// [`Error::Argument`] at a sign that stands for no sound.
pub fn parse(text: &str, alphabet: Alphabet) -> Result<Vec<Segment>> {
    let mut found: Vec<Segment> = Vec::new();
    let mut stress = Stress::None;
    let mut nucleus = false;
    let clean: String = match alphabet {
        Alphabet::Ipa => text.chars().filter(|c| !SHADES.contains(*c)).collect(),
        Alphabet::XSampa => text.to_owned(),
    };
    let mut rest = clean.as_str();
    while let Some(first) = rest.chars().next() {
        let mut mark = true;
        match (alphabet, first) {
            (_, ' ' | '\t' | '\u{a0}') => {}
            (Alphabet::Ipa, '.' | '‿' | '(' | ')' | '[' | ']' | '/')
            | (Alphabet::XSampa, '$' | '_' | '¤') => nucleus = false,
            (Alphabet::Ipa, 'ˈ' | '\'') | (Alphabet::XSampa, '"') => {
                (stress, nucleus) = (Stress::Primary, false);
            }
            (Alphabet::Ipa, 'ˌ') | (Alphabet::XSampa, '%') => {
                (stress, nucleus) = (Stress::Secondary, false);
            }
            (Alphabet::Ipa, 'ː') | (Alphabet::XSampa, ':') => match found.last_mut() {
                Some(last) => last.long = true,
                None => mark = false,
            },
            (Alphabet::Ipa, 'ˀ' | 'ʔ') | (Alphabet::XSampa, '?') => match found.last_mut() {
                Some(last) => last.stod = true,
                None => mark = false,
            },
            _ => mark = false,
        }
        if mark {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let signs = match alphabet {
            Alphabet::Ipa => &INVENTORY.ipa,
            Alphabet::XSampa => &INVENTORY.xsampa,
        };
        // No sign is longer than four characters.
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(4);
        let longest = ends.filter_map(|end| Some((end, *signs.get(&rest[..end])?))).last();
        let Some((end, mut phone)) = longest else {
            let at = clean.len() - rest.len();
            let name = alphabet.name();
            return Err(Error::argument(
                "pronunciation",
                format!("sounds in {name}"),
                format!("{first:?} at byte {at} of {text:?}"),
            ));
        };
        if alphabet == Alphabet::XSampa && &rest[..end] == "6" {
            phone = INVENTORY.named(match (nucleus, stress) {
                (true, _) => "ɐ̯",
                (false, Stress::None) => "ɐ",
                (false, _) => "ʌ",
            });
        }
        let mut segment = Segment::new(phone);
        if segment.is_nucleus() {
            segment.stress = std::mem::take(&mut stress);
            nucleus = true;
        }
        found.push(segment);
        rest = &rest[end..];
    }
    Ok(found)
}

/// Where syllables begin: the segment's index, in order, the first at 0.
///
/// As many consonants as can begin a Danish syllable together go to the vowel behind them.
pub fn syllables(segments: &[Segment]) -> Vec<usize> {
    let tops: Vec<usize> = (0..segments.len()).filter(|&at| segments[at].is_nucleus()).collect();
    let mut found = vec![0; usize::from(!segments.is_empty())];
    let mut sounds = String::new();
    for pair in tops.windows(2) {
        let (left, right) = (pair[0], pair[1]);
        let mut start = right;
        for at in (left + 1..right).rev() {
            let alone = at + 1 == right;
            sounds.clear();
            for segment in &segments[at..right] {
                sounds.push_str(segment.phone.sign(Alphabet::XSampa));
            }
            let opens = if alone {
                segments[at].phone.kind() != Kind::Coda
            } else {
                INVENTORY.onsets.contains(&sounds.as_str())
            };
            // Stød and length close a syllable.
            if !opens || segments[at].stod || segments[at].long {
                break;
            }
            start = at;
        }
        found.push(start);
    }
    found
}

/// Writes segments as one word, with signs of stress and, in X-SAMPA, between syllables.
pub fn write(segments: &[Segment], alphabet: Alphabet) -> String {
    let starts = syllables(segments);
    let mut out = String::with_capacity(segments.len() * 4);
    for (number, &start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(segments.len());
        let stress =
            segments[start..end].iter().map(|segment| segment.stress).max().unwrap_or_default();
        let (primary, secondary, boundary) = match alphabet {
            Alphabet::Ipa => ("ˈ", "ˌ", ""),
            Alphabet::XSampa => ("\"", "%", "$"),
        };
        if number > 0 {
            out.push_str(boundary);
        }
        out.push_str(match stress {
            Stress::Primary => primary,
            Stress::Secondary => secondary,
            Stress::None => "",
        });
        for segment in &segments[start..end] {
            segment.write(alphabet, &mut out);
        }
    }
    out
}
