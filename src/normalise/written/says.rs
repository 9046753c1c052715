//! What single words say about the numbers beside them.

use super::super::readings::READINGS;
use super::vocabulary::Vocabulary;
use crate::numbers::Joints;

/// What a word says about the numbers beside it: a set, found out once for each word of the tables,
/// so that the rules that ask most often compare no letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Says(u16);

impl Says {
    /// Nothing.
    pub(super) const NONE: Self = Self(0);
    /// It stands between two parts of a number, or between two numbers.
    pub(super) const AND: Self = Self(1);
    /// It stands between two numbers of which one is meant.
    pub(super) const OR: Self = Self(1 << 1);
    pub(super) const AND_OR: Self = Self(Self::AND.0 | Self::OR.0);
    /// From one number *to* another.
    pub(super) const RANGE: Self = Self(1 << 2);
    /// *From* one number to another.
    pub(super) const FROM: Self = Self(1 << 3);
    /// It stands between a number and its decimals.
    pub(super) const POINT: Self = Self(1 << 4);
    /// It stands before two numbers that are not to be joined.
    pub(super) const BETWEEN: Self = Self(1 << 5);
    /// So many minutes *past* an hour.
    pub(super) const PAST: Self = Self(1 << 6);
    /// So many minutes *to* an hour.
    pub(super) const TO: Self = Self(1 << 7);
    pub(super) const MINUTES: Self = Self(1 << 8);
    pub(super) const HALF: Self = Self(1 << 9);
    pub(super) const OCLOCK: Self = Self(1 << 10);
    /// What is counted begins with it: a unit, a currency.
    pub(super) const PHRASE: Self = Self(1 << 11);
    /// A noun that is counted and is no unit.
    pub(super) const COUNTED: Self = Self(1 << 12);
    /// It is written short before a number.
    pub(super) const BEFORE: Self = Self(1 << 13);
    /// A number behind it may be a name.
    pub(super) const NAME: Self = Self(1 << 14);
    /// A hundred or a thousand.
    pub(super) const MULTIPLIER: Self = Self(1 << 15);

    /// What `word`, in lower case, says.
    pub(super) fn of(word: &str, vocabulary: &Vocabulary) -> Self {
        let (joints, clock) = (Joints::get(), &READINGS.clock);
        let all = [
            (Self::AND, word == joints.and),
            (Self::OR, word == READINGS.or),
            (Self::RANGE, word == clock.range),
            (Self::FROM, word == clock.from),
            (Self::POINT, word == joints.point),
            (Self::BETWEEN, READINGS.between.contains(word)),
            (Self::PAST, word == clock.past),
            (Self::TO, word == clock.to),
            (Self::MINUTES, word == clock.minute || word == clock.minutes),
            (Self::HALF, word == clock.half),
            (Self::OCLOCK, word == clock.oclock),
            (Self::PHRASE, !vocabulary.phrases(word).is_empty()),
            (Self::COUNTED, READINGS.counted.contains(word)),
            (Self::BEFORE, vocabulary.before.contains_key(word)),
            (Self::NAME, vocabulary.is_name(word)),
            (Self::MULTIPLIER, crate::numbers::multiplier(word)),
        ];
        let held = all.into_iter().filter(|(_, holds)| *holds);
        held.fold(Self::NONE, |set, (one, _)| Self(set.0 | one.0))
    }

    /// Whether it says one of `any`.
    pub(super) const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}
