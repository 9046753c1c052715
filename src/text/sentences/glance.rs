//! The commonest gaps, judged by the few bytes that matter there.

use super::edges::{is_plain, word_end, word_start};
use super::features::Kind;
use super::lexicon::Start;
use super::model::Boundaries;
use super::rules::{Case, Context, Left, Right, Verdict, bare, has_vowel, judge, unmarked};

/// As [`judge`] says, but where the model is sure that no sentence begins, it is not asked again.
/// Without a model, its place is taken by what the rules say.
#[inline]
pub(super) fn verdict(
    context: &Context<'_>,
    model: Option<&Boundaries>,
) -> (Verdict, Option<(Left, Right)>) {
    let (text, gap) = (context.text, context.gap);
    let sure = |ends| (Verdict::Sure(ends), None);
    let first = text[gap.end];
    match text[gap.start - 1] {
        last @ (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0xA5 | 0xB8) => match first {
            // At a line's end it takes more.
            b'A'..=b'Z' if gap.lines > 0 => {}
            b'A'..=b'Z' => return capital(context, last, model),
            b'a'..=b'z' | b'0'..=b'9' => return sure(false),
            0xC3 if matches!(text.get(gap.end + 1), Some(0x9F..)) => return sure(false),
            _ => {
                // Without a stop only a capital begins a sentence.
                let right = context.right();
                if right.case != Case::Capital {
                    return sure(false);
                }
                return whole(context, right);
            }
        },
        b',' | b';' | b'-' | b'/' | b'&' | b'(' => return sure(false),
        b'.' if first.is_ascii_uppercase() && is_word_with_dot(context) => return sure(true),
        _ => {}
    }
    whole(context, context.right())
}

/// What the rules say, with all that they look at.
fn whole(context: &Context<'_>, right: Right) -> (Verdict, Option<(Left, Right)>) {
    let left = context.left();
    (judge(context, &left, &right), Some((left, right)))
}

/// A capital of A–Z behind a word without a stop that ends with `last`.
#[inline]
fn capital(
    context: &Context<'_>,
    last: u8,
    model: Option<&Boundaries>,
) -> (Verdict, Option<(Left, Right)>) {
    let (text, gap) = (context.text, context.gap);
    // A row of capitals. The word I begins sentences.
    let row = last.is_ascii_uppercase()
        && text[gap.end] != b'I'
        && text.get(gap.end + 1).is_some_and(|next| *next < b'a');
    if row {
        return (Verdict::Sure(false), None);
    }
    let word = || {
        let word = bare(text, gap.end, word_end(text, gap.end));
        (gap.end, gap.end + word.len())
    };
    let start = match model {
        Some(model) => {
            let start = word_start(text, gap.start, context.sentence);
            // After capitals, a headline may end before any word.
            if !last.is_ascii_uppercase() && !model.may_begin(text, (start, gap.start), word) {
                return (Verdict::Sure(false), None);
            }
            start
        }
        None => {
            let (from, to) = word();
            if context.lexicon.starts.at(text, from, to) < Some(Start::Opener) {
                return (Verdict::Sure(false), None);
            }
            word_start(text, gap.start, context.sentence)
        }
    };
    let right = Right::capital(gap.end);
    let left = Left::without_stop(text, start, gap.start);
    (Verdict::Ask(Kind::Unmarked, unmarked(context, &right)), Some((left, right)))
}

/// Whether a word of letters that no table of abbreviations knows stands before the gap, with a
/// dot that therefore is a full stop.
#[inline]
fn is_word_with_dot(context: &Context<'_>) -> bool {
    let text = context.text;
    let dot = context.gap.start - 1;
    let start = word_start(text, dot, context.sentence);
    let small = matches!(text[start..dot], [.., b'a'..=b'z'] | [.., 0xC3, 0xA5 | 0xA6 | 0xB8]);
    small
        && dot - start > 1
        && is_plain(text, start, dot)
        && (dot - start > 5 || has_vowel(&text[start..dot]))
        && context.lexicon.ends.at(text, start, dot + 1).is_none()
}
