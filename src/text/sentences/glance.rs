//! Whether a gap ends a sentence. The commonest are judged by the few bytes that matter there.

use super::features::{Kind, View};
use super::lexicon::Start;
use super::model::{Boundaries, Pair};
use super::rules::{Case, Context, Left, Right, Verdict, bare, has_vowel, judge, unmarked};

/// Whether the gap ends a sentence: as [`judge`] says, and where that asks the model, as it says.
/// Where it is plain what they will say, neither is asked. Without a model, its place is taken by
/// what the rules say.
#[inline(always)]
pub(super) fn ends(context: &Context<'_>, model: Option<&Boundaries>) -> bool {
    let (text, gap) = (context.text, context.gap);
    let first = text[gap.end];
    match text[gap.start - 1] {
        last @ (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0xA5 | 0xB8) => match first {
            // At a line's end it takes more.
            b'A'..=b'Z' if gap.lines > 0 => look(context, model),
            b'A'..=b'Z' => capital(context, last, model),
            b'a'..=b'z' | b'0'..=b'9' => false,
            // Without a stop only a capital begins a sentence.
            0xC3 if matches!(text.get(gap.end + 1), Some(0x9F..)) => false,
            _ => context.right().case == Case::Capital && look(context, model),
        },
        b',' | b';' | b'-' | b'/' | b'&' | b'(' => false,
        b'.' if first.is_ascii_uppercase() => is_word_with_dot(context) || look(context, model),
        _ => look(context, model),
    }
}

/// The same, with all that there is to look at.
#[inline(never)]
fn look(context: &Context<'_>, model: Option<&Boundaries>) -> bool {
    let (left, right) = (&context.left(), &context.right());
    match (judge(context, left, right), model) {
        (Verdict::Ask(kind, rule), Some(model)) => {
            model.ends(&View { context, left, right, kind, rule }, None)
        }
        (Verdict::Sure(ends) | Verdict::Ask(_, ends), _) => ends,
    }
}

/// A capital of A–Z behind a word without a stop that ends with `last`.
#[inline(always)]
fn capital(context: &Context<'_>, last: u8, model: Option<&Boundaries>) -> bool {
    let (text, gap) = (context.text, context.gap);
    let start = context.word_start(gap.start);
    let to = gap.end + bare(text, gap.end, context.word_end(gap.end)).len();
    if last.is_ascii_uppercase() {
        // In a row of capitals no sentence begins, except with the word I. After capitals, a
        // headline may end before any word.
        let row = text[gap.end] != b'I' && text.get(gap.end + 1).is_some_and(|b| *b < b'a');
        return !row
            && (model.is_some() || is_opener(context, to))
            && ask(context, start, model, None);
    }
    match model {
        Some(known) => {
            let pair = known.may_begin(text, (start, gap.start), (gap.end, to));
            pair.is_some() && ask(context, start, model, pair)
        }
        None => is_opener(context, to) && ask(context, start, model, None),
    }
}

/// Whether the word between the gap and `to` begins sentences even after a word without a stop.
fn is_opener(context: &Context<'_>, to: usize) -> bool {
    context.lexicon.starts.at(context.text, context.gap.end, to) >= Some(Start::Opener)
}

/// What the model says of a capital behind a word without a stop that begins at `start`.
#[inline(never)]
fn ask(
    context: &Context<'_>,
    start: usize,
    model: Option<&Boundaries>,
    pair: Option<Pair>,
) -> bool {
    let gap = context.gap;
    let right = &Right::capital(gap.end);
    let left = &Left::without_stop(context.text, start, gap.start);
    let (kind, rule) = (Kind::Unmarked, unmarked(context, right));
    // Of a word behind a bracket nothing is known yet.
    let pair = pair.filter(|_| left.from == start);
    model.map_or(rule, |model| model.ends(&View { context, left, right, kind, rule }, pair))
}

/// Whether a word of letters that no table of abbreviations knows stands before the gap, with a
/// dot that therefore is a full stop.
#[inline(always)]
fn is_word_with_dot(context: &Context<'_>) -> bool {
    let text = context.text;
    let dot = context.gap.start - 1;
    let start = context.word_start(dot);
    let small = matches!(text[start..dot], [.., b'a'..=b'z'] | [.., 0xC3, 0xA5 | 0xA6 | 0xB8]);
    small
        && dot - start > 1
        && context.window.is_plain(start, dot)
        && (dot - start > 5 || has_vowel(&text[start..dot]))
        && context.lexicon.ends.at(text, start, dot + 1).is_none()
}
