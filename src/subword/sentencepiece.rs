//! sentencepiece models: the file, its normalizer, and byte-pair merging of characters.
//!
//! Ids follow sentencepiece itself: pieces merge in the order of their scores, the leftmost of equals; what is no
//! piece in the end becomes bytes, where the model has them, or one unknown piece for a run.

use std::collections::HashMap;

use super::bpe::{Bpe, Units};
use super::characters::width;
use super::merges::{Merges, Scratch, merge_by};
use super::pattern::{Cut, Pattern};
use super::protobuf::{Fields, Value};
use super::vocabulary::{MOST_TOKENS, Vocabulary};
use crate::{Error, Result};

/// What sentencepiece writes for a space.
pub(super) const SPACE: &str = "\u{2581}";

/// Longest piece.
const LONGEST: usize = 1 << 12;

/// A `.model` file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) pieces: Vec<Piece>,
    pub(super) kind: Kind,
    pub(super) byte_fallback: bool,
    pub(super) unk_surface: Option<String>,
    pub(super) normalizer: Normalizer,
    pub(super) space_as_suffix: bool,
}

/// How a model finds its pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Unigram,
    Bpe,
    Word,
    Character,
}

/// One entry of the vocabulary.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) score: f32,
    pub(super) role: Role,
}

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Normal,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

/// Reads the file.
///
/// # Errors
///
/// [`Error::Format`] with the byte where it is not a model.
pub(super) fn parse(origin: &str, bytes: &[u8]) -> Result<File> {
    let wrong = |(at, reason): (usize, String)| Error::format(origin, at as u64, reason);
    // Where an inner message begins: its bytes are part of the file's.
    let offset = |inner: &[u8]| inner.as_ptr() as usize - bytes.as_ptr() as usize;
    let mut file = File::default();
    let mut fields = Fields::new(bytes);
    while let Some((at, number, value)) = fields.next().map_err(wrong)? {
        let Value::Bytes(message) = value else {
            return Err(wrong((at, format!("field {number} is no message"))));
        };
        let inner = |(at, reason)| wrong((offset(message) + at, reason));
        match number {
            1 => file.pieces.push(piece(message).map_err(inner)?),
            2 => trainer(message, &mut file).map_err(inner)?,
            3 => normalizer(message, &mut file.normalizer).map_err(inner)?,
            _ => {}
        }
    }
    if file.pieces.is_empty() {
        return Err(wrong((bytes.len(), "no pieces: not a sentencepiece model".to_owned())));
    }
    Ok(file)
}

type Inner<T> = std::result::Result<T, (usize, String)>;

fn text(at: usize, bytes: &[u8]) -> Inner<String> {
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        let wrong = error.utf8_error().valid_up_to();
        (at, format!("a text is not UTF-8 at its byte {wrong}"))
    })
}

fn piece(message: &[u8]) -> Inner<Piece> {
    let mut piece = Piece { text: String::new(), score: 0.0, role: Role::Normal };
    let mut fields = Fields::new(message);
    while let Some((at, number, value)) = fields.next()? {
        match (number, value) {
            (1, Value::Bytes(bytes)) => piece.text = text(at, bytes)?,
            (2, Value::Float(score)) if score.is_finite() => piece.score = score,
            (3, Value::Number(role)) => {
                piece.role = match role {
                    1 => Role::Normal,
                    2 => Role::Unknown,
                    3 => Role::Control,
                    4 => Role::UserDefined,
                    5 => Role::Unused,
                    6 => Role::Byte,
                    other => return Err((at, format!("a piece of type {other}, expected 1 to 6"))),
                };
            }
            (1..=3, _) => {
                return Err((at, format!("field {number} of a piece has the wrong type")));
            }
            _ => {}
        }
    }
    if piece.text.is_empty() || piece.text.len() > LONGEST {
        return Err((0, format!("a piece of {} bytes, expected 1 to {LONGEST}", piece.text.len())));
    }
    Ok(piece)
}

fn trainer(message: &[u8], file: &mut File) -> Inner<()> {
    let mut fields = Fields::new(message);
    while let Some((at, number, value)) = fields.next()? {
        match (number, value) {
            (3, Value::Number(kind)) => {
                file.kind = match kind {
                    1 => Kind::Unigram,
                    2 => Kind::Bpe,
                    3 => Kind::Word,
                    4 => Kind::Character,
                    other => return Err((at, format!("a model of type {other}, expected 1 to 4"))),
                };
            }
            (24, Value::Number(flag)) => file.space_as_suffix = flag != 0,
            (35, Value::Number(flag)) => file.byte_fallback = flag != 0,
            (44, Value::Bytes(bytes)) => file.unk_surface = Some(text(at, bytes)?),
            _ => {}
        }
    }
    Ok(())
}

fn normalizer(message: &[u8], normalizer: &mut Normalizer) -> Inner<()> {
    let mut fields = Fields::new(message);
    while let Some((at, number, value)) = fields.next()? {
        match (number, value) {
            (2, Value::Bytes([])) => {}
            (2, Value::Bytes(map)) => {
                normalizer.map = Some(CharacterMap::new(map).map_err(|reason| (at, reason))?);
            }
            (3, Value::Number(flag)) => normalizer.prefix = flag != 0,
            (4, Value::Number(flag)) => normalizer.trim = flag != 0,
            (5, Value::Number(flag)) => normalizer.escape = flag != 0,
            _ => {}
        }
    }
    Ok(())
}

/// What is done to a text first.
#[derive(Clone, Debug)]
pub(super) struct Normalizer {
    map: Option<CharacterMap>,
    /// A space before the text.
    prefix: bool,
    /// No spaces at the ends, one between.
    trim: bool,
    /// Spaces as U+2581.
    escape: bool,
}

impl Default for Normalizer {
    fn default() -> Self {
        Self { map: None, prefix: true, trim: true, escape: true }
    }
}

impl Normalizer {
    /// Whether a text may begin with a space that was not there.
    pub(super) fn leads(&self) -> bool {
        self.prefix || self.trim
    }

    /// Whether spaces at the ends are taken away.
    pub(super) fn trims(&self) -> bool {
        self.trim
    }

    /// Whether spaces become U+2581.
    pub(super) fn escapes(&self) -> bool {
        self.escape
    }

    /// As [`CharacterMap::joined`].
    pub(super) fn joined(&self) -> std::result::Result<Vec<char>, String> {
        self.map.as_ref().map_or(Ok(Vec::new()), CharacterMap::joined)
    }

    /// The normalized text; into `origins`, for each of its bytes, the byte of `text` it came from.
    /// `symbol` gives the length of the user-defined symbol that a text begins with, or 0.
    pub(super) fn run(
        &self,
        text: &str,
        symbol: impl Fn(&str) -> usize,
        mut origins: Option<&mut Vec<usize>>,
    ) -> String {
        let mut out = String::with_capacity(text.len() + text.len() / 4 + 3);
        let next = |at: usize| {
            let rest = &text[at..];
            match symbol(rest) {
                0 => self.next(rest),
                length => (&rest[..length], length),
            }
        };
        let mut at = 0;
        if self.trim {
            while at < text.len() {
                let (piece, length) = next(at);
                if piece != " " {
                    break;
                }
                at += length;
            }
        }
        if at == text.len() {
            return out;
        }
        let space = if self.escape { SPACE } else { " " };
        let mut put = |out: &mut String, piece: &str, from: usize| {
            let before = out.len();
            if self.escape {
                for part in piece.split_inclusive(' ') {
                    match part.strip_suffix(' ') {
                        Some(part) => {
                            out.push_str(part);
                            out.push_str(space);
                        }
                        None => out.push_str(part),
                    }
                }
            } else {
                out.push_str(piece);
            }
            if let Some(origins) = &mut origins {
                origins.extend(std::iter::repeat_n(from, out.len() - before));
            }
        };
        if self.prefix {
            put(&mut out, " ", at);
        }
        let mut after_space = self.trim;
        while at < text.len() {
            let (mut piece, length) = next(at);
            if after_space {
                piece = piece.trim_start_matches(' ');
            }
            if !piece.is_empty() {
                put(&mut out, piece, at);
                after_space = self.trim && piece.ends_with(' ');
            }
            at += length;
        }
        if self.trim {
            while out.ends_with(space) {
                out.truncate(out.len() - space.len());
            }
        }
        if let Some(origins) = origins {
            origins.truncate(out.len());
            origins.push(text.len());
        }
        out
    }

    /// What the beginning of a text becomes, and how many of its bytes that is.
    fn next<'t>(&'t self, rest: &'t str) -> (&'t str, usize) {
        if let Some(found) = self.map.as_ref().and_then(|map| map.longest(rest.as_bytes())) {
            return found;
        }
        let length = rest.chars().next().map_or(0, char::len_utf8);
        (&rest[..length], length)
    }
}

/// The normalizer's compiled rules: a double array of prefixes, and what they become.
#[derive(Clone, Debug)]
pub(super) struct CharacterMap {
    units: Vec<u32>,
    texts: String,
}

/// Where the children of a unit lie.
fn children(unit: u32) -> usize {
    ((unit >> 10) << ((unit & (1 << 9)) >> 6)) as usize
}

impl CharacterMap {
    /// The characters that stand behind another in a rule, in order; a space, if it stands in any at all.
    ///
    /// # Errors
    ///
    /// What points outside, or is no text.
    pub(super) fn joined(&self) -> std::result::Result<Vec<char>, String> {
        let outside = || "the normalizer's rules point outside".to_owned();
        let mut seen = vec![false; self.units.len()];
        let mut joined = std::collections::BTreeSet::new();
        let mut rule = Vec::new();
        // Where children lie, and how long the rule is up to there.
        let mut waiting = vec![(children(*self.units.first().ok_or_else(outside)?), 0, 0)];
        while let Some((start, last, length)) = waiting.pop() {
            if length > 0 {
                rule.truncate(length - 1);
                rule.push(last);
            }
            if start | 0xff >= self.units.len() {
                return Err(outside());
            }
            for byte in 1..=0xffu8 {
                let at = start ^ usize::from(byte);
                let unit = self.units[at];
                let is_child = unit & ((1 << 31) | 0xff) == u32::from(byte);
                if !is_child || std::mem::replace(&mut seen[at], true) {
                    continue;
                }
                let below = at ^ children(unit);
                if unit >> 8 & 1 == 1 {
                    let value = self.units.get(below).ok_or_else(outside)? & !(1 << 31);
                    self.texts.get(value as usize..).ok_or_else(outside)?;
                    rule.push(byte);
                    let text = std::str::from_utf8(&rule).map_err(|error| error.to_string())?;
                    let behind = |(place, c): &(usize, char)| *place > 0 || *c == ' ';
                    joined.extend(text.char_indices().filter(behind).map(|(_, c)| c));
                    rule.pop();
                }
                waiting.push((below, byte, length + 1));
            }
        }
        Ok(joined.into_iter().collect())
    }

    pub(super) fn new(bytes: &[u8]) -> std::result::Result<Self, String> {
        let short = || "the normalizer's rules are cut off".to_owned();
        let size = bytes.first_chunk::<4>().ok_or_else(short)?;
        let size = u32::from_le_bytes(*size) as usize;
        let rest = &bytes[4..];
        if !size.is_multiple_of(4) || size == 0 || size > rest.len() {
            return Err(short());
        }
        let units = rest[..size].chunks_exact(4);
        let units = units.map(|unit| u32::from_le_bytes(unit.try_into().expect("four bytes")));
        let texts = String::from_utf8(rest[size..].to_vec())
            .map_err(|_| "the normalizer's texts are not UTF-8".to_owned())?;
        Ok(Self { units: units.collect(), texts })
    }

    /// The longest rule that `text` begins with: what it becomes, and its length.
    fn longest(&self, text: &[u8]) -> Option<(&str, usize)> {
        let mut found = None;
        let mut at = children(*self.units.first()?);
        for (index, &byte) in text.iter().enumerate() {
            // A rule of no bytes stands for nothing.
            if byte == 0 {
                break;
            }
            at ^= byte as usize;
            let Some(&unit) = self.units.get(at) else { break };
            if unit & ((1 << 31) | 0xff) != u32::from(byte) {
                break;
            }
            at ^= children(unit);
            if unit >> 8 & 1 == 1 {
                let Some(&value) = self.units.get(at) else { break };
                found = Some(((value & !(1 << 31)) as usize, index + 1));
            }
        }
        let (start, length) = found?;
        let text = self.texts.get(start..)?;
        let end = text.find('\0').unwrap_or(text.len());
        Some((&text[..end], length))
    }
}

/// The characters of a vocabulary of pieces.
#[derive(Debug)]
pub(super) struct Characters {
    /// By character: its piece, or a number above all pieces where it only stands inside of some.
    ids: HashMap<char, u32>,
    /// From here on numbers are of characters without a piece; the first is any that stands nowhere.
    end: u32,
    /// By byte: its piece.
    bytes: Option<[u32; 256]>,
    pub(super) unknown: u32,
    /// By piece: those that it falls apart into, for pieces that are not to be used.
    unused: HashMap<u32, (u32, u32)>,
}

impl Characters {
    /// The number of each character.
    pub(super) fn units(&self, piece: &[u8], tokens: &mut Vec<u32>) {
        let text = std::str::from_utf8(piece).expect("cuts are between characters");
        tokens.extend(text.chars().map(|c| self.ids.get(&c).copied().unwrap_or(self.end)));
    }

    /// Puts bytes or the unknown piece where a character has none of its own.
    pub(super) fn finish(&self, piece: &[u8], vocabulary: &Vocabulary, tokens: &mut Vec<u32>) {
        if tokens.iter().all(|&token| token < self.end) && self.unused.is_empty() {
            return;
        }
        let merged = std::mem::take(tokens);
        let mut at = 0;
        let mut stack = Vec::new();
        for token in merged {
            stack.push(token);
            while let Some(token) = stack.pop() {
                if let Some(&(left, right)) = self.unused.get(&token) {
                    stack.extend([right, left]);
                    continue;
                }
                if token < self.end {
                    at += vocabulary.bytes(token).map_or(0, <[u8]>::len);
                    tokens.push(token);
                    continue;
                }
                let length = width(piece[at]);
                match &self.bytes {
                    Some(bytes) => tokens
                        .extend(piece[at..at + length].iter().map(|&byte| bytes[byte as usize])),
                    None => tokens.push(self.unknown),
                }
                at += length;
            }
        }
    }

    /// How many bytes of a text that begins with piece `id` are its own.
    pub(super) fn length(&self, id: u32, rest: &[u8], vocabulary: &Vocabulary) -> usize {
        if self.bytes.is_some_and(|bytes| bytes.contains(&id)) {
            return 1;
        }
        if id == self.unknown {
            return rest.first().map_or(0, |&first| width(first));
        }
        vocabulary.bytes(id).map_or(0, <[u8]>::len)
    }

    /// Whether a run of unknown characters is one unknown piece.
    pub(super) fn joins_unknown(&self) -> bool {
        self.bytes.is_none()
    }
}

/// The merging model of a file of kind [`Kind::Bpe`].
///
/// # Errors
///
/// [`Error::Format`] where the pieces contradict each other.
pub(super) fn bpe(origin: &str, file: &File) -> Result<Bpe> {
    build(file).map_err(|reason| Error::format(origin, 0, reason))
}

fn build(file: &File) -> std::result::Result<Bpe, String> {
    if file.space_as_suffix {
        return Err("a model that writes spaces behind words is not supported".to_owned());
    }
    let pieces = &file.pieces;
    let mut vocabulary = Vocabulary::with_capacity(pieces.len());
    let mut unknown = None;
    let mut bytes: [Option<u32>; 256] = [None; 256];
    for (id, piece) in (0u32..).zip(pieces) {
        vocabulary.add(id, piece.text.as_bytes())?;
        match piece.role {
            Role::Unknown => unknown = Some(id),
            Role::Byte => {
                let hex = piece.text.strip_prefix("<0x").and_then(|text| text.strip_suffix('>'));
                let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
                let byte = byte.ok_or_else(|| format!("{:?} is no byte", piece.text))?;
                bytes[byte as usize] = Some(id);
            }
            _ => {}
        }
    }
    vocabulary.close();
    let unknown = unknown.ok_or("no piece for what is unknown")?;
    let bytes = if file.byte_fallback {
        let mut all = [0; 256];
        for (byte, id) in bytes.into_iter().enumerate() {
            all[byte] = id.ok_or_else(|| format!("no piece for byte 0x{byte:02x}"))?;
        }
        Some(all)
    } else {
        None
    };
    let merges = |role: Role| matches!(role, Role::Normal | Role::UserDefined | Role::Unused);
    // The first number above the pieces is any character that stands nowhere.
    let end = vocabulary.end();
    let mut next = end + 1;
    let mut ids = HashMap::new();
    for (id, piece) in (0u32..).zip(pieces).filter(|(_, piece)| merges(piece.role)) {
        let mut characters = piece.text.chars();
        if let (Some(one), None) = (characters.next(), characters.next()) {
            ids.insert(one, id);
        }
    }
    for piece in pieces.iter().filter(|piece| merges(piece.role)) {
        for c in piece.text.chars() {
            ids.entry(c).or_insert_with(|| {
                next += 1;
                next - 1
            });
        }
    }
    if next > MOST_TOKENS {
        return Err(format!("pieces and their characters are more than {MOST_TOKENS}"));
    }
    // Merges happen in the order of scores; pieces of the same score share a place in it.
    let mut by_score: Vec<u32> = (0..end).filter(|&id| merges(pieces[id as usize].role)).collect();
    let score = |id: u32| pieces[id as usize].score;
    by_score.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
    let mut order = vec![u32::MAX; pieces.len()];
    let mut place = 0;
    let mut shared = false;
    for (index, &id) in by_score.iter().enumerate() {
        if index > 0 && score(by_score[index - 1]) != score(id) {
            place += 1;
        } else {
            shared |= index > 0;
        }
        order[id as usize] = place;
    }
    let mut table = Merges::with_capacity(by_score.len());
    let mut places = Vec::new();
    let mut unused = HashMap::new();
    let mut scratch = Scratch::default();
    let (mut tokens, mut starts) = (Vec::new(), Vec::new());
    for id in by_score {
        let piece = &pieces[id as usize];
        let text = piece.text.as_str();
        tokens.clear();
        tokens.extend(text.chars().map(|c| ids[&c]));
        starts.clear();
        starts.extend(text.char_indices().map(|(at, _)| at));
        starts.push(text.len());
        if let [_, _, _, ..] = tokens[..] {
            merge_by(&mut tokens, &mut scratch, |left, right| {
                let part = &text[starts[left.start]..starts[right.end]];
                if part.len() == text.len() {
                    return None;
                }
                let made = vocabulary.id(part.as_bytes())?;
                let order = order[made as usize];
                (order != u32::MAX).then_some((order, made))
            });
        }
        if let [left, right] = tokens[..] {
            table.add(left, right, id)?;
            places.push(order[id as usize]);
            if piece.role == Role::Unused {
                unused.insert(id, (left, right));
            }
        }
    }
    if shared {
        table.set_order(places);
    }
    let crosses = |piece: &&Piece| {
        let inside = piece.text.trim_start_matches(SPACE);
        merges(piece.role) && inside.contains(SPACE)
    };
    let cut = if pieces.iter().any(|piece| crosses(&piece)) { Cut::Whole } else { Cut::Spaces };
    let characters = Characters { ids, end, bytes, unknown, unused };
    Ok(Bpe {
        vocabulary,
        merges: table,
        pattern: Pattern { cut },
        units: Units::Characters(Box::new(characters)),
        whole_first: false,
    })
}
