//! Hunspell's word lists: stems in a `.dic` file, and in the `.aff` file what can be put on them.
//!
//! Reading a list means writing out its words. Compounds are not: there is no end of them.
//! Of the `.aff` file this uses `SET`, `FLAG`, `AF`, `PFX`, `SFX`, `NEEDAFFIX`, `ONLYINCOMPOUND`,
//! `FORBIDDENWORD`, `CIRCUMFIX`, `COMPLEXPREFIXES` and `FULLSTRIP`; the rest concerns
//! compounds and suggestions.
//!
//! # Source
//!
//! Németh, *hunspell(5)*, version 1.7.

use std::collections::{HashMap, HashSet};

use super::Encoding;
use super::lines::{Line, Lines};
use crate::{Error, Result};

/// A word of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Word {
    /// The line of the `.dic` file that it comes from, from 1.
    pub line: u64,
    /// The word.
    pub form: String,
    /// The word it is a form of: what `st:` says, or the stem in the list.
    pub lemma: String,
    /// The part of speech that `po:` gives; mostly empty.
    pub pos: String,
    /// What the list says about the form: its other morphological fields and those of the
    /// affixes, parted by `|`.
    pub feats: String,
}

/// Which kind of flags a list has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum FlagKind {
    /// One character each.
    #[default]
    Character,
    /// Two characters each.
    Long,
    /// Numbers with commas between.
    Number,
}

type Flag = u64;

/// Most bytes of a line, of both files: the longest of real ones have some hundred.
const MOST_LINE: usize = 1 << 20;
/// Most forms of one stem: those of real lists have some hundred. Affixes that bring affixes could
/// else fill the memory.
const MOST_FORMS: usize = 1 << 16;

/// What an `.aff` file says.
#[derive(Clone, Debug, Default)]
pub struct Affixes {
    encoding: Encoding,
    kind: FlagKind,
    aliases: Vec<Vec<Flag>>,
    prefixes: HashMap<Flag, Group>,
    suffixes: HashMap<Flag, Group>,
    need_affix: Option<Flag>,
    only_in_compound: Option<Flag>,
    forbidden: Option<Flag>,
    circumfix: Option<Flag>,
    complex_prefixes: bool,
    full_strip: bool,
}

/// The rules of one flag.
#[derive(Clone, Debug, Default)]
struct Group {
    /// Whether a prefix and a suffix may both be put on.
    cross: bool,
    /// How many rules the header promised, and its line.
    promised: (usize, u64),
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    side: Side,
    strip: String,
    add: String,
    flags: Vec<Flag>,
    condition: Vec<Place>,
    morphology: String,
}

/// What a condition asks of one character.
#[derive(Clone, Debug)]
enum Place {
    Any,
    One(char),
    Among(Vec<char>),
    Outside(Vec<char>),
}

impl Place {
    fn fits(&self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::One(wanted) => *wanted == c,
            Self::Among(wanted) => wanted.contains(&c),
            Self::Outside(unwanted) => !unwanted.contains(&c),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Front,
    Back,
}

impl Rule {
    /// The word with the affix on, where it fits.
    fn apply(&self, word: &str, full_strip: bool) -> Option<String> {
        let (rest, fits) = match self.side {
            Side::Front => {
                let mut letters = word.chars();
                let fits = self.condition.iter().all(|p| letters.next().is_some_and(|c| p.fits(c)));
                (word.strip_prefix(&*self.strip)?, fits)
            }
            Side::Back => {
                let mut letters = word.chars().rev();
                let mut places = self.condition.iter().rev();
                let fits = places.all(|p| letters.next().is_some_and(|c| p.fits(c)));
                (word.strip_suffix(&*self.strip)?, fits)
            }
        };
        if !fits || rest.is_empty() && !full_strip {
            return None;
        }
        Some(match self.side {
            Side::Front => format!("{}{rest}", self.add),
            Side::Back => format!("{rest}{}", self.add),
        })
    }
}

impl Affixes {
    /// Reads the `.aff` file `bytes`; errors call it `origin`.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] where a line that is used does not follow the format, or `SET` names an
    /// encoding that is not read; [`Error::Format`] for bytes that the encoding does not know.
    pub fn parse(origin: &str, bytes: &[u8]) -> Result<Self> {
        let mut affixes = Self { encoding: encoding(origin, bytes)?, ..Self::default() };
        // Flags can only be read when their kind is known.
        for line in Lines::new(origin, bytes, affixes.encoding).at_most(MOST_LINE) {
            let line = line?;
            let mut words = line.text.split_whitespace();
            if words.next() == Some("FLAG") {
                affixes.kind = match words.next() {
                    Some("long") => FlagKind::Long,
                    Some("num") => FlagKind::Number,
                    Some("UTF-8") => FlagKind::Character,
                    other => {
                        let reason = format!(
                            "FLAG must be long, num or UTF-8, got \"{}\"",
                            other.unwrap_or_default()
                        );
                        return Err(Error::line(origin, line.number, reason));
                    }
                };
            }
        }
        let mut alias_header = false;
        for line in Lines::new(origin, bytes, affixes.encoding).at_most(MOST_LINE) {
            let line = line?;
            affixes.line(origin, &line, &mut alias_header)?;
        }
        for group in affixes.prefixes.values().chain(affixes.suffixes.values()) {
            let (promised, line) = group.promised;
            if group.rules.len() != promised {
                let reason = format!("{promised} rules promised, found {}", group.rules.len());
                return Err(Error::line(origin, line, reason));
            }
        }
        Ok(affixes)
    }

    /// The encoding that `SET` names: that of both files.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    fn line(&mut self, origin: &str, line: &Line<'_>, alias_header: &mut bool) -> Result<()> {
        let mut words = line.text.split_whitespace();
        let Some(key) = words.next() else { return Ok(()) };
        let wrong = |reason: String| Error::line(origin, line.number, reason);
        match key {
            "AF" => {
                let value = words.next().unwrap_or_default();
                // The first line counts the others.
                if std::mem::replace(alias_header, true) {
                    let flags = flags(self.kind, value).map_err(wrong)?;
                    self.aliases.push(flags);
                }
            }
            "NEEDAFFIX" | "PSEUDOROOT" | "ONLYINCOMPOUND" | "FORBIDDENWORD" | "CIRCUMFIX" => {
                let found = flags(self.kind, words.next().unwrap_or_default()).map_err(wrong)?;
                let &[flag] = &found[..] else {
                    return Err(wrong(format!("expected one flag after {key}")));
                };
                let place = match key {
                    "ONLYINCOMPOUND" => &mut self.only_in_compound,
                    "FORBIDDENWORD" => &mut self.forbidden,
                    "CIRCUMFIX" => &mut self.circumfix,
                    _ => &mut self.need_affix,
                };
                *place = Some(flag);
            }
            "COMPLEXPREFIXES" => self.complex_prefixes = true,
            "FULLSTRIP" => self.full_strip = true,
            "PFX" | "SFX" => {
                let words: Vec<&str> = words.collect();
                self.affix(key, line, &words).map_err(wrong)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn affix(&mut self, key: &str, line: &Line<'_>, words: &[&str]) -> Result<(), String> {
        let flag = match flags(self.kind, words.first().unwrap_or(&""))?[..] {
            [flag] => flag,
            _ => return Err(format!("expected one flag after {key}")),
        };
        let known = if key == "PFX" { &self.prefixes } else { &self.suffixes };
        let header = known.get(&flag).is_none_or(|group| group.rules.len() >= group.promised.0);
        if header {
            let &[_, cross @ ("Y" | "N"), count, ..] = words else {
                return Err(format!("expected `{key} flag Y|N count`"));
            };
            if known.contains_key(&flag) {
                return Err(format!("{key} {} is there already, complete", words[0]));
            }
            let count: usize =
                count.parse().map_err(|_| format!("expected a count of rules, got \"{count}\""))?;
            let group =
                Group { cross: cross == "Y", promised: (count, line.number), rules: Vec::new() };
            let groups = if key == "PFX" { &mut self.prefixes } else { &mut self.suffixes };
            groups.insert(flag, group);
            return Ok(());
        }
        let &[_, strip, add, ref rest @ ..] = words else {
            return Err(format!("expected `{key} flag strip add condition`"));
        };
        let (add, continuation) = slash(add);
        let empty = |text: &str| if text == "0" { String::new() } else { text.to_owned() };
        let rule = Rule {
            side: if key == "PFX" { Side::Front } else { Side::Back },
            strip: empty(strip),
            add: empty(&add),
            flags: match continuation {
                Some(text) => self.flags_or_alias(text)?,
                None => Vec::new(),
            },
            condition: rest.first().map_or(Ok(Vec::new()), |text| condition(text))?,
            morphology: rest.get(1..).unwrap_or_default().join("|"),
        };
        let groups = if key == "PFX" { &mut self.prefixes } else { &mut self.suffixes };
        if let Some(group) = groups.get_mut(&flag) {
            group.rules.push(rule);
        }
        Ok(())
    }

    /// Flags as they stand behind a `/`; where there are aliases, the number of one.
    fn flags_or_alias(&self, text: &str) -> Result<Vec<Flag>, String> {
        if self.aliases.is_empty() {
            return flags(self.kind, text);
        }
        text.parse::<usize>()
            .ok()
            .and_then(|number| self.aliases.get(number.checked_sub(1)?))
            .cloned()
            .ok_or_else(|| {
                format!("expected an alias from 1 to {}, got \"{text}\"", self.aliases.len())
            })
    }

    /// What the rules of `flags` make of `word`: the new word, the rule, and whether it can be
    /// crossed with one of the other side.
    fn put_on(
        &self,
        side: Side,
        word: &str,
        flags: &[Flag],
        only_cross: bool,
    ) -> Vec<(String, &Rule, bool)> {
        let groups = if side == Side::Front { &self.prefixes } else { &self.suffixes };
        let mut made = Vec::new();
        for group in flags.iter().filter_map(|flag| groups.get(flag)) {
            if group.cross || !only_cross {
                made.extend(group.rules.iter().filter_map(|rule| {
                    Some((rule.apply(word, self.full_strip)?, rule, group.cross))
                }));
            }
            // One more than the most is enough to be refused.
            if made.len() > MOST_FORMS {
                break;
            }
        }
        made
    }

    fn has(flags: &[Flag], flag: Option<Flag>) -> bool {
        flag.is_some_and(|flag| flags.contains(&flag))
    }

    /// Whether what the affixes `rules` make, the last one put on last, is a word.
    fn is_word(&self, stem: &Stem, rules: &[&Rule]) -> bool {
        let last = rules.last().map_or(&stem.flags, |rule| &rule.flags);
        // Half of a circumfix is no word.
        let half = |side| {
            let mut there = rules.iter().filter(|rule| rule.side == side);
            there.any(|rule| Self::has(&rule.flags, self.circumfix))
        };
        let bound = rules.iter().any(|rule| Self::has(&rule.flags, self.only_in_compound));
        !Self::has(last, self.need_affix) && !bound && half(Side::Front) == half(Side::Back)
    }

    /// The stem itself, where it is a word.
    fn alone(&self, stem: &Stem) -> Vec<(String, String)> {
        let hidden = [self.forbidden, self.only_in_compound, self.need_affix];
        if hidden.iter().any(|flag| Self::has(&stem.flags, *flag)) {
            return Vec::new();
        }
        vec![(stem.word.clone(), String::new())]
    }

    /// Every word that the stem stands for: form and morphology of the affixes; why not, where there
    /// are too many.
    fn expand(&self, stem: &Stem) -> Result<Vec<(String, String)>, String> {
        if Self::has(&stem.flags, self.forbidden) || Self::has(&stem.flags, self.only_in_compound) {
            return Ok(Vec::new());
        }
        let too_many =
            || format!("\"{}\" has more than {MOST_FORMS} forms: affixes bring affixes", stem.word);
        // One affix on one side, and up to two on the other.
        let (twice, once) = if self.complex_prefixes {
            (Side::Front, Side::Back)
        } else {
            (Side::Back, Side::Front)
        };
        let mut made: Vec<(String, Vec<&Rule>)> = vec![(stem.word.clone(), Vec::new())];
        for (form, rule, _) in self.put_on(once, &stem.word, &stem.flags, false) {
            made.push((form, vec![rule]));
        }
        for (form, first, cross) in self.put_on(twice, &stem.word, &stem.flags, false) {
            let mut inner = Vec::new();
            for (longer, second, cross) in self.put_on(twice, &form, &first.flags, false) {
                inner.push((longer, vec![first, second], cross));
            }
            inner.push((form, vec![first], cross));
            for (form, rules, cross) in inner {
                // The other side's flags: the stem's, and those that the last affix brings.
                let last = rules.last().map_or(&[][..], |rule| &rule.flags[..]);
                for flags in [&stem.flags[..], last].into_iter().filter(|_| cross) {
                    for (whole, other, _) in self.put_on(once, &form, flags, true) {
                        made.push((whole, [&rules[..], &[other]].concat()));
                    }
                }
                made.push((form, rules));
                if made.len() > MOST_FORMS {
                    return Err(too_many());
                }
            }
        }
        let mut words = Vec::with_capacity(made.len());
        let mut seen = HashSet::with_capacity(made.len());
        for (form, rules) in made {
            if self.is_word(stem, &rules) {
                let notes: Vec<_> = rules.iter().map(|rule| &*rule.morphology).collect();
                let notes: Vec<_> = notes.into_iter().filter(|notes| !notes.is_empty()).collect();
                let word = (form, notes.join("|"));
                if seen.insert(word.clone()) {
                    words.push(word);
                }
            }
        }
        Ok(words)
    }
}

/// A line of the `.dic` file.
struct Stem {
    line: u64,
    word: String,
    flags: Vec<Flag>,
    morphology: Vec<String>,
}

impl Stem {
    fn parse(origin: &str, line: &Line<'_>, affixes: &Affixes) -> Result<Self> {
        let (text, fields) = morphology(&line.text);
        let (mut word, mut given) = slash(text.trim_end());
        // Numbers begin with a digit: another `/` is one of the word, as lists do have.
        if affixes.kind == FlagKind::Number
            && given.is_some_and(|flags| !flags.starts_with(|c: char| c.is_ascii_digit()))
        {
            (word, given) = (text.trim_end().replace("\\/", "/"), None);
        }
        let wrong = |reason: String| Error::line(origin, line.number, reason);
        let flags = match given {
            Some(given) => affixes.flags_or_alias(given.trim()).map_err(wrong)?,
            None => Vec::new(),
        };
        let morphology = fields.split_whitespace().map(str::to_owned).collect();
        Ok(Self { line: line.number, word, flags, morphology })
    }

    fn field(&self, key: &str) -> Option<&str> {
        self.morphology.iter().find_map(|field| field.strip_prefix(key))
    }

    fn word(&self, form: String, rules: &str) -> Word {
        // `al:` lists other forms, which stand in the list themselves.
        let own =
            self.morphology.iter().map(String::as_str).filter(|field| {
                !["st:", "po:", "al:", "ph:"].iter().any(|key| field.starts_with(key))
            });
        let feats: Vec<&str> = own.chain((!rules.is_empty()).then_some(rules)).collect();
        Word {
            line: self.line,
            form,
            lemma: self.field("st:").unwrap_or(&self.word).to_owned(),
            pos: self.field("po:").unwrap_or_default().to_owned(),
            feats: feats.join("|"),
        }
    }
}

/// The words of the `.dic` file `bytes`, in its order; errors call it `origin`.
///
/// With `expand`, every stem with all its affixes; without, the stems that are words themselves.
/// Forbidden words are left out, and a form that can be made in several ways of one stem comes once for
/// each meaning that the affixes give it.
///
/// # Errors
///
/// [`Error::Line`] where the list does not begin with a count, or flags are no flags;
/// [`Error::Format`] for bytes that the encoding does not know.
///
/// # Complexity
///
/// `O(n)` in the words that come out; the forbidden words alone are kept in memory.
///
/// # Example
///
/// ```
/// use sprogkit::formats::hunspell::{Affixes, words};
///
/// let affixes = Affixes::parse("a.aff", b"SET UTF-8\nSFX A Y 1\nSFX A 0 en [^e] +DEF\n")?;
/// let forms: Vec<_> = words("a.dic", b"1\nstol/A\n", &affixes, true)?
///     .map(|word| word.map(|word| word.form))
///     .collect::<Result<_, _>>()?;
/// assert_eq!(forms, ["stol", "stolen"]);
/// # Ok::<(), sprogkit::Error>(())
/// ```
pub fn words<'b>(
    origin: &'b str,
    bytes: &'b [u8],
    affixes: &'b Affixes,
    expand: bool,
) -> Result<impl Iterator<Item = Result<Word>> + 'b> {
    let mut lines = stem_lines(origin, bytes, affixes)?;
    let mut forbidden = HashSet::new();
    if affixes.forbidden.is_some() {
        for line in stem_lines(origin, bytes, affixes)? {
            let stem = Stem::parse(origin, &line?, affixes)?;
            if Affixes::has(&stem.flags, affixes.forbidden) {
                forbidden.insert(stem.word);
            }
        }
    }
    let mut waiting = Vec::new().into_iter();
    let mut over = false;
    Ok(std::iter::from_fn(move || {
        loop {
            if let Some(word) = waiting.next() {
                return Some(Ok(word));
            }
            if over {
                return None;
            }
            let stem = match lines.next()?.and_then(|line| Stem::parse(origin, &line, affixes)) {
                Ok(stem) => stem,
                Err(wrong) => {
                    over = true;
                    return Some(Err(wrong));
                }
            };
            // Lists do have lines with morphological fields and no word.
            if stem.word.is_empty() {
                continue;
            }
            let made = if expand { affixes.expand(&stem) } else { Ok(affixes.alone(&stem)) };
            let mut forms = match made {
                Ok(forms) => forms,
                Err(reason) => {
                    over = true;
                    return Some(Err(Error::line(origin, stem.line, reason)));
                }
            };
            forms.retain(|(form, _)| !forbidden.contains(form));
            let words: Vec<_> =
                forms.into_iter().map(|(form, rules)| stem.word(form, &rules)).collect();
            waiting = words.into_iter();
        }
    }))
}

/// The lines with stems: all but the count on the first, and blank ones.
fn stem_lines<'b>(
    origin: &'b str,
    bytes: &'b [u8],
    affixes: &Affixes,
) -> Result<impl Iterator<Item = Result<Line<'b>>>> {
    let mut lines = Lines::new(origin, bytes, affixes.encoding).at_most(MOST_LINE);
    let first = lines.next().transpose()?;
    let count = first.as_ref().and_then(|line| line.text.split_whitespace().next());
    if count.is_none_or(|count| count.parse::<u64>().is_err()) {
        let reason = format!("expected a count of words, got \"{}\"", count.unwrap_or_default());
        return Err(Error::line(origin, 1, reason));
    }
    Ok(lines.filter(|line| !matches!(line, Ok(line) if line.text.trim().is_empty())))
}

/// The encoding that the `.aff` file names; ISO 8859-1 where it names none, as hunspell does.
fn encoding(origin: &str, bytes: &[u8]) -> Result<Encoding> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (at, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let Some(name) = line.strip_prefix(b"SET").filter(|rest| rest.starts_with(b" ")) else {
            continue;
        };
        let name = String::from_utf8_lossy(name);
        return Encoding::of_label(name.trim()).ok_or_else(|| {
            let reason = format!("SET {}: an encoding that is not read", name.trim());
            Error::line(origin, at as u64 + 1, reason)
        });
    }
    Ok(Encoding::Latin1)
}

/// Splits at the first `/` that is neither escaped nor the first character.
fn slash(text: &str) -> (String, Option<&str>) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '/' if !escaped && at > 0 => {
                return (text[..at].replace("\\/", "/"), Some(&text[at + 1..]));
            }
            _ => escaped = c == '\\',
        }
    }
    (text.replace("\\/", "/"), None)
}

/// Splits before the morphological fields: at a tab, or a blank with `xx:` behind it.
fn morphology(line: &str) -> (&str, &str) {
    for (at, c) in line.char_indices() {
        let field = match c {
            '\t' => true,
            ' ' => matches!(line.as_bytes()[at + 1..], [a, b, b':', ..]
                if a.is_ascii_lowercase() && b.is_ascii_lowercase()),
            _ => false,
        };
        if field {
            return (&line[..at], &line[at + 1..]);
        }
    }
    (line, "")
}

fn flags(kind: FlagKind, text: &str) -> Result<Vec<Flag>, String> {
    match kind {
        FlagKind::Character => Ok(text.chars().map(u64::from).collect()),
        FlagKind::Long => {
            let letters: Vec<char> = text.chars().collect();
            if !letters.len().is_multiple_of(2) {
                return Err(format!("expected flags of two characters each, got \"{text}\""));
            }
            let pairs = letters.chunks_exact(2);
            Ok(pairs.map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1])).collect())
        }
        FlagKind::Number => text
            .split(',')
            .filter(|number| !number.is_empty())
            .map(|number| match number.trim().parse::<u16>() {
                Ok(flag) if flag > 0 => Ok(u64::from(flag)),
                _ => {
                    Err(format!("expected flags that are numbers of 1 to 65535, got \"{number}\""))
                }
            })
            .collect(),
    }
}

fn condition(text: &str) -> Result<Vec<Place>, String> {
    if text == "." {
        return Ok(Vec::new());
    }
    let mut places = Vec::new();
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        places.push(match c {
            '.' => Place::Any,
            '[' => {
                let mut among = Vec::new();
                let outside = letters.as_str().starts_with('^');
                if outside {
                    letters.next();
                }
                loop {
                    match letters.next() {
                        Some(']') => break,
                        Some(c) => among.push(c),
                        None => return Err(format!("the condition \"{text}\" has no closing ]")),
                    }
                }
                if outside { Place::Outside(among) } else { Place::Among(among) }
            }
            c => Place::One(c),
        });
    }
    Ok(places)
}
