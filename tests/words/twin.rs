//! A second, slow way to part Danish text into words, for comparison with the fast one.
//!
//! No blocks of bytes, no state, no table but the two of `src/da`: strings are cut into smaller
//! strings until nothing is left to cut. It knows the characters of the generated corpus only.

use std::collections::HashMap;
use std::sync::LazyLock;

use sprogkit::text::abbreviations::{self, Ends};
use unicode_segmentation::UnicodeSegmentation;

static ROLES: LazyLock<HashMap<String, Vec<&str>>> = LazyLock::new(|| {
    let mut roles: HashMap<String, Vec<&str>> = HashMap::new();
    for line in include_str!("../../src/da/word-rules.tsv").lines().filter(|l| !l.starts_with('#'))
    {
        let columns: Vec<_> = line.split('\t').collect();
        roles.entry(columns[0].to_lowercase()).or_default().push(columns[1]);
    }
    roles
});

fn role(word: &str, role: &str) -> bool {
    ROLES.get(&word.to_lowercase()).is_some_and(|all| all.contains(&role))
}

fn letter(c: char) -> bool {
    c.is_alphabetic() && !foreign(c)
}

fn digit(c: char) -> bool {
    c.is_numeric()
}

fn mark(c: char) -> bool {
    c == '\u{301}' || c == '\u{ad}' || c == '\u{200d}' || c == '\u{fe0f}'
}

fn foreign(c: char) -> bool {
    matches!(c, '漢' | '字' | 'ש')
}

fn emoji(c: char) -> bool {
    matches!(c, '😀' | '👍' | '🇩' | '🇰')
}

fn symbol(c: char) -> bool {
    matches!(c, '§' | '€' | '×' | '°' | '→')
}

fn bar(c: char) -> bool {
    matches!(c, '—' | '…')
}

fn quote(c: char) -> bool {
    matches!(c, '"' | '`' | '»' | '«' | '“' | '”' | '„' | '‘')
}

fn apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

fn sign(c: char) -> bool {
    matches!(c, '%' | '/' | '=' | '*' | '@' | '#' | '+' | '&' | '\\' | '$' | '<')
}

fn pause(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '!' | '?')
}

fn inner(c: char) -> bool {
    let out = c.is_whitespace() || c.is_control() || bar(c) || symbol(c) || emoji(c) || foreign(c);
    !out
}

fn word_char(c: char) -> bool {
    letter(c) || digit(c) || mark(c) || c == '_'
}

fn first(s: &str) -> Option<char> {
    s.chars().next()
}

/// The pieces of a text.
pub(super) fn naive(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for chunk in text.split(|c: char| c.is_ascii_whitespace() || c == '\u{b}') {
        let mut rest = chunk;
        while let Some(c) = first(rest) {
            if c.is_whitespace() {
                rest = &rest[c.len_utf8()..];
                continue;
            }
            let before = out.len();
            head(text, rest, &mut out);
            assert!(out.len() > before, "{rest:?}");
            let last: &str = out[out.len() - 1];
            rest = &rest[last.as_ptr() as usize + last.len() - rest.as_ptr() as usize..];
        }
    }
    out
}

/// Where `part` stands in `text`.
fn at(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// The next piece of `rest`, the rest of a chunk, and the marks behind it.
fn head<'t>(text: &'t str, rest: &'t str, out: &mut Vec<&'t str>) {
    let mut chars = rest.chars();
    let (Some(c), next) = (chars.next(), chars.as_str()) else { return };
    let after = first(next);
    let one = c.len_utf8();
    let two = one + after.map_or(0, char::len_utf8);
    if word_char(c) {
        return word(text, rest, one, out);
    }
    if emoji(c) {
        return out.push(rest.graphemes(true).next().unwrap_or(rest));
    }
    if foreign(c) {
        let piece = rest.split_word_bounds().next().unwrap_or(rest);
        return out.push(piece.split(char::is_whitespace).next().unwrap_or(piece));
    }
    let from = match c {
        '-' if after == Some('-') => {
            let small = rest[two..].starts_with(|c: char| c.is_ascii_lowercase());
            small.then_some(two + 1)
        }
        '-' => after.filter(|&a| letter(a) && !a.is_uppercase() || digit(a)).map(|_| two),
        '+' => after.filter(|&a| digit(a)).map(|_| two),
        '.' => after.filter(|&a| letter(a) || digit(a)).map(|_| two),
        '$' => after.filter(|&a| letter(a)).map(|_| two),
        '/' => {
            let path = next.bytes().take(64).any(|b| b == b'/');
            after.filter(|&a| letter(a) && path).map(|_| two)
        }
        '(' => {
            let close = next.find(|c| !letter(c)).unwrap_or(next.len());
            let behind = next[close..].strip_prefix(')').and_then(first);
            behind.filter(|&b| close > 0 && letter(b)).map(|b| one + close + 1 + b.len_utf8())
        }
        '°' => {
            let letters = next.chars().take_while(|&c| letter(c)).count();
            (letters == 1).then_some(two)
        }
        '%' => {
            let behind = rest[two..].chars().next();
            (after.is_some_and(apostrophe) && behind.is_some_and(letter)).then_some(two)
        }
        _ if apostrophe(c) && after.is_some_and(digit) => Some(two),
        _ if (quote(c) || apostrophe(c)) && after.is_some_and(word_char) => {
            let same = |m: char| if quote(c) { quote(m) } else { apostrophe(m) };
            next.char_indices().find(|&(_, m)| same(m) || bar(m)).and_then(|(close, m)| {
                let hyphen = close + m.len_utf8();
                let letters = next[hyphen..].strip_prefix('-').and_then(first);
                let compound = same(m) && letters.is_some_and(|l| letter(l) || digit(l));
                compound.then_some(one + hyphen + 1)
            })
        }
        _ => None,
    };
    if let Some(from) = from {
        // A bracket's letter is the last that must be inside.
        return word(text, rest, from, out);
    }
    if let Some(smiley) = smiley(text, rest) {
        return out.push(smiley);
    }
    if matches!(c, '@' | '#') {
        let inside = |c: char| word_char(c) || foreign(c);
        let end = next.find(|c| !inside(c)).unwrap_or(next.len());
        if next[..end].chars().any(char::is_alphabetic) {
            return out.push(&rest[..one + end]);
        }
    }
    out.push(one_mark(rest));
}

/// One mark: a character, repeated where repeating it makes no second mark, with its accents.
fn one_mark(rest: &str) -> &str {
    let c = first(rest).unwrap_or(' ');
    let repeats =
        matches!(c, '.' | '-' | '–') || bar(c) || sign(c) && !matches!(c, '%' | '&' | '@' | '$');
    let same = |&(at, n): &(usize, char)| at == 0 || mark(n) || repeats && n == c;
    let (end, last) = rest.char_indices().take_while(same).last().unwrap_or((0, c));
    &rest[..end + last.len_utf8()]
}

fn smiley<'t>(text: &'t str, rest: &'t str) -> Option<&'t str> {
    let alone = text[..at(text, rest)].chars().next_back().is_none_or(char::is_whitespace);
    let mouths = [")", "(", "D", "P", "p", "O", "o", "|", "/", "\\", "*"];
    let mut faces = vec!["<3".to_owned(), "^^".to_owned()];
    for eyes in [":", ";", "="] {
        for nose in ["-", "'", "o", ""] {
            faces.extend(mouths.iter().map(|mouth| format!("{eyes}{nose}{mouth}")));
        }
    }
    faces.sort_by_key(|face| usize::MAX - face.len());
    let face = faces.iter().find(|face| rest.starts_with(face.as_str()))?;
    let marks = rest[face.len()..].chars().all(|c| ".,!)?".contains(c));
    (alone && (2..=5).contains(&rest.len()) && marks).then(|| &rest[..face.len()])
}

/// A word that reaches at least `from` bytes into `rest`, and the marks behind it.
fn word<'t>(text: &'t str, rest: &'t str, from: usize, out: &mut Vec<&'t str>) {
    let end = rest[from..].find(|c| !inner(c)).map_or(rest.len(), |end| from + end);
    let segment = &rest[..end];
    let mut core = core(text, segment, from);
    // `20%`, `20%'s`
    let number = segment.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
    if let Some(number) = number.filter(|&n| n > 0 && n < core.len()) {
        let ending = core[number..].strip_prefix('%').map(first);
        if ending.is_some_and(|e| e.is_none_or(|e| e == '\'' || !e.is_ascii())) {
            core = &segment[..number];
        }
    }
    out.push(core);
    let mut tail = &segment[core.len()..];
    if tail.starts_with('%') && tail.len() < rest.len() - core.len() + 1 {
        return;
    }
    if first(tail).is_some_and(quote)
        && tail[first(tail).map_or(0, char::len_utf8)..].starts_with('-')
    {
        return;
    }
    while !tail.is_empty() {
        let mark = one_mark(tail);
        out.push(mark);
        tail = &tail[mark.len()..];
    }
}

fn core<'t>(text: &'t str, segment: &'t str, from: usize) -> &'t str {
    if address(segment) {
        let mut end = segment;
        while end.len() > 1 {
            // The last character, with its accents.
            let bare = end[1..].trim_end_matches(mark).len() + 1;
            let c = end[1..bare].chars().next_back().unwrap_or('a');
            let strip = pause(c)
                || quote(c)
                || apostrophe(c)
                || matches!(c, '.' | '<' | '*' | '\\' | '(' | ')');
            if !strip || matches!(c, ')' | '"' | '`') && partner(&end[..bare]) {
                break;
            }
            end = &end[..bare - c.len_utf8()];
        }
        return end;
    }
    let mut word = segment;
    while word.len() > from {
        // The last character with its accents.
        let bare = word[from..].trim_end_matches(mark).len() + from;
        if bare == from {
            break;
        }
        let c = word[..bare].chars().next_back().unwrap_or(' ');
        let short = &word[..bare - c.len_utf8()];
        match c {
            '.' => {
                let stops = word[from..bare].len() - word[from..bare].trim_end_matches('.').len();
                let before = &word[..bare - stops];
                let own = stops != 3 && bare == word.len() && !before.is_empty();
                if own && owned(text, before) {
                    return &word[..before.len() + 1];
                }
                word = before;
            }
            '-' => {
                let run = word[from..bare].len() - word[from..bare].trim_end_matches('-').len();
                let before = short.chars().next_back();
                if run < 2 && before.is_some_and(|b| word_char(b) || b == '.') {
                    break;
                }
                let money = short.strip_suffix(',').and_then(|s| s.chars().next_back());
                if run < 2 && money.is_some_and(|d| d.is_ascii_digit()) {
                    break;
                }
                word = if run > 1 { &word[..bare - run] } else { short };
            }
            '\'' | '’' if keeps_apostrophe(text, short, &word[..bare]) && bare == word.len() => {
                break;
            }
            '\'' | '’' if bare != word.len() && keeps_apostrophe(text, short, word) => break,
            ')' | '"' | '`' if partner(&word[..bare]) => break,
            '+' | '#' => {
                let capital = first(short).is_some_and(|c| c.is_ascii_uppercase());
                if capital && (short.len() == 1 || short.len() == 2 && short.ends_with('+')) {
                    break;
                }
                word = short;
            }
            _ if pause(c)
                || sign(c)
                || quote(c)
                || apostrophe(c)
                || matches!(c, '(' | ')' | '–') =>
            {
                word = short;
            }
            _ => break,
        }
    }
    let word = if word.len() < from { &segment[..from] } else { word };
    // `"nej tak"-skilt`
    let mut quotes = word.char_indices().filter(|&(_, c)| quote(c) && c != '`');
    if let (Some((cut, c)), None) = (quotes.next(), quotes.next())
        && cut >= from
        && word[cut + c.len_utf8()..].starts_with('-')
    {
        return &word[..cut];
    }
    word
}

/// Whether the bracket or quote at the end of a word has its partner inside.
fn partner(word: &str) -> bool {
    let count = |c: char| word.matches(c).count();
    if word.ends_with(')') {
        return count('(') >= count(')');
    }
    let c = word.chars().next_back().unwrap_or(' ');
    let before = word[..word.len() - c.len_utf8()].bytes().next_back().unwrap_or(b' ');
    count(c) % 2 == 0 && (before.is_ascii_alphanumeric() || before >= 0x80)
}

fn address(segment: &str) -> bool {
    let scheme = segment.bytes().take(16).take_while(u8::is_ascii_alphanumeric).count();
    let rest = &segment[scheme..];
    first(segment).is_some_and(|c| c.is_ascii_alphabetic())
        && (rest.starts_with("://") && rest.len() > 3
            || segment[..scheme].eq_ignore_ascii_case("mailto") && rest.starts_with(':'))
        && !segment.starts_with(['w', 'W'])
        || segment.len() > 5
            && segment.is_char_boundary(4)
            && segment[..4].eq_ignore_ascii_case("www.")
}

fn elided(word: &str) -> bool {
    word.len() < 19 && role(&word.replace('’', "'"), "elision")
}

fn keeps_apostrophe(text: &str, short: &str, word: &str) -> bool {
    let start = at(text, short);
    if !short.chars().next_back().is_some_and(letter) {
        return false;
    }
    if text[..start].chars().next_back().is_some_and(|c| apostrophe(c) || c == '‘') {
        return false;
    }
    if short.len() < 16 && word.len() - short.len() < 4 && elided(&format!("{short}'")) {
        return true;
    }
    // Is a quotation open?
    let mut from = start.saturating_sub(160);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let line = text[from..start].rsplit('\n').next().unwrap_or("");
    let marks: Vec<_> = line.char_indices().filter(|&(_, c)| apostrophe(c) || c == '‘').collect();
    for &(place, c) in marks.iter().rev().take(8) {
        let solid = |c: Option<char>| c.is_some_and(|c| letter(c) || digit(c) || foreign(c));
        let next = first(&line[place + c.len_utf8()..]);
        let before = line[..place].chars().next_back();
        if c == '‘' || !solid(before) && next.is_some_and(letter) {
            return false;
        }
        if solid(before) && !solid(next) {
            let word = line[..place].rsplit(|c: char| !c.is_alphabetic() && c != '\'').next();
            if !word.is_some_and(|w| w.len() < 16 && elided(&format!("{w}'"))) {
                return true;
            }
        }
    }
    true
}

#[derive(Clone, Copy, PartialEq)]
enum Next<'t> {
    End,
    Small,
    Capital(&'t str),
    Digit(&'t str),
    Pause(char),
    Close,
    Dash,
}

fn next<'t>(text: &'t str, behind: usize) -> Next<'t> {
    let rest = &text[behind..];
    let mut spaced = false;
    let mut lines = 0;
    for (here, c) in rest.char_indices().take(48) {
        let there = &rest[here..];
        if letter(c) || foreign(c) {
            return if c.is_uppercase() { Next::Capital(there) } else { Next::Small };
        }
        if digit(c) || symbol(c) || matches!(c, '%' | '$' | '+') {
            return Next::Digit(there);
        }
        if c.is_whitespace() {
            spaced = true;
            lines += usize::from(c == '\n');
            if lines > 1 {
                return Next::End;
            }
            continue;
        }
        if quote(c) || apostrophe(c) || mark(c) || c.is_control() || spaced && c == '*' {
            continue;
        }
        if !spaced {
            return if c == ')' { Next::Close } else { Next::Pause(c) };
        }
        if matches!(c, '-' | '–') || bar(c) {
            let alone = first(&there[c.len_utf8()..]).is_none_or(char::is_whitespace);
            return if alone { Next::Dash } else { Next::Small };
        }
        return Next::Small;
    }
    Next::End
}

/// The word before byte `start`, without the spaces between.
fn word_before(text: &str, start: usize) -> &str {
    let mut from = start.saturating_sub(48);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let before = text[from..start].trim_end_matches(' ');
    before.rsplit(char::is_whitespace).next().unwrap_or("")
}

/// Whether the stop behind `word` belongs to it.
fn owned(text: &str, word: &str) -> bool {
    let letters = |s: &str| s.chars().all(|c| c.is_ascii_alphabetic() || !c.is_ascii());
    if letters(word) {
        return abbreviation(text, word);
    }
    if word.bytes().all(|b| b.is_ascii_digit()) {
        return ordinal(text, word);
    }
    let start = at(text, word);
    let behind = start + word.len() + 1;
    if !word.chars().any(|c| c.is_ascii_alphabetic() || !c.is_ascii()) {
        let mut parts = word.split('.').map(|p| (p.len(), p.parse::<u32>().unwrap_or(99)));
        let day = parts.next().is_some_and(|(l, d)| (1..3).contains(&l) && (1..=31).contains(&d));
        let month = parts.next().is_some_and(|(l, m)| (1..3).contains(&l) && (1..=12).contains(&m));
        return day
            && month
            && parts.next().is_none()
            && next(text, behind) == Next::Small
            && role(word_before(text, start), "determiner");
    }
    if word.contains(['_', '=', '*', '#', '%', '\\', '$', '<', '`']) {
        return false;
    }
    let whole = &text[start..behind];
    if word.contains('.') {
        if abbreviations::find(whole).is_some() {
            return true;
        }
        let parts: Vec<_> = word.split(['.', '-', '/']).filter(|p| !p.is_empty()).collect();
        let short = |p: &&str| p.len() <= 8 && p.chars().all(letter);
        let single = |p: &str| p.chars().count() == 1;
        let known = |p: &&str| {
            single(p) || {
                let stop = at(text, p) + p.len();
                p.len() < 8 && abbreviations::find(&text[stop - p.len()..stop + 1]).is_some()
            }
        };
        let last = parts.last().copied().unwrap_or("");
        return word.len() <= 40
            && parts.iter().all(short)
            && parts.iter().any(known)
            && (single(last) || !last.starts_with(char::is_uppercase));
    }
    if let Some(found) = abbreviations::find(whole) {
        return entry(text, word, found, false);
    }
    let part = match word.rfind(['-', '/']) {
        Some(cut) if word[cut..].starts_with('/') => return false,
        Some(cut) => &word[cut + 1..],
        None => {
            let part = word.trim_start_matches(|c: char| c.is_ascii_digit());
            if part.len() == word.len() {
                return false;
            }
            part
        }
    };
    part.len() > 1 && abbreviation(text, part)
}

fn abbreviation(text: &str, word: &str) -> bool {
    let start = at(text, word);
    let behind = start + word.len() + 1;
    let single = word.chars().count() == 1;
    if let Some(found) = abbreviations::find(&text[start..behind]) {
        return entry(text, word, found, single);
    }
    let follows = next(text, behind);
    let ends = matches!(follows, Next::Capital(_) | Next::End);
    let amount = word_before(text, start).ends_with(|c: char| c.is_ascii_digit());
    if single {
        return if word.chars().all(char::is_uppercase) {
            !(ends && (amount || !word.is_ascii()))
        } else {
            !ends && !ROLES.contains_key(word) && word.is_ascii()
        };
    }
    let compound = abbreviations::all().iter().filter(|a| a.compounds).any(|a| {
        let ending = a.form.trim_end_matches('.');
        let cut = word.len().saturating_sub(ending.len());
        cut > 1 && word.is_char_boundary(cut) && word[cut..].eq_ignore_ascii_case(ending)
    });
    let shortened = word.len() < 7
        && word.chars().all(|c| c.is_ascii_alphabetic() && !"aeiouyAEIOUY".contains(c))
        && word[1..].chars().all(char::is_lowercase);
    compound || shortened && matches!(follows, Next::Small | Next::Digit(_) | Next::Pause(_))
}

fn entry(text: &str, word: &str, found: &abbreviations::Abbreviation, single: bool) -> bool {
    let start = at(text, word);
    let before = word_before(text, start);
    let amount = before.ends_with(|c: char| c.is_ascii_digit());
    let behind = start + word.len() + 1;
    if !single && !found.word && !found.stopless {
        return true;
    }
    if !single && before.ends_with('.') && text[..start].ends_with(' ') {
        let from = start - 1 - before.len();
        if text[from..].starts_with(before) && abbreviations::find(&text[from..behind]).is_some() {
            return true;
        }
    }
    let capital = word.starts_with(char::is_uppercase);
    match next(text, behind) {
        Next::Capital(_) | Next::End if found.word && found.class == "unit" => amount,
        Next::Capital(_) => single && (capital || found.ends == Ends::Never) && !amount,
        Next::End => single && capital,
        _ => true,
    }
}

fn ordinal(text: &str, digits: &str) -> bool {
    let start = at(text, digits);
    let before = word_before(text, start);
    let word = before.trim_start_matches(|c: char| !c.is_alphanumeric());
    let capital = word.starts_with(char::is_uppercase);
    let named = capital && (role(word, "section") || role(word, "ruler"));
    let determined = role(word, "determiner") || named;
    let length = digits.len();
    let line = text[..start].trim_end_matches([' ', '\t']);
    let starts_line = start - line.len() < 40 && (line.is_empty() || line.ends_with(['\n', '\r']));
    let number = |s: &str| s.chars().take_while(char::is_ascii_digit).count();
    length < 5
        && match next(text, start + length + 1) {
            Next::Small => length < 4 || determined,
            Next::Digit(rest) => {
                let n = number(rest);
                let day = n < 3 && rest[n..].starts_with('.') && !rest[n..].starts_with("..");
                let month = before
                    .strip_suffix('.')
                    .is_some_and(|d| (1..3).contains(&d.len()) && number(d) == d.len());
                length < 3 && (determined || day || month)
            }
            Next::Capital(rest) => {
                let follows = rest.split(|c| !letter(c)).next().unwrap_or("");
                length < 4
                    && (starts_line
                        || role(follows, "month")
                        || determined && !role(follows, "opener")
                        || named)
            }
            Next::Dash => {
                length < 3
                    && (before.is_empty() || before.ends_with(['.', '!', '?', '"', '»', '”', ')']))
            }
            Next::Pause(_) => text[start + length + 1..].starts_with([',', ';', ':', '?', '!']),
            Next::Close => false,
            Next::End => length < 4 && determined,
        }
}
