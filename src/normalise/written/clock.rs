//! Times of day.

use super::super::readings::READINGS;
use super::Writer;
use super::says::Says;
use super::vocabulary::Role;
use crate::numbers::Rank;

/// A time: hours and minutes, and the word behind it.
pub(super) struct Time {
    hour: u128,
    minute: Option<u128>,
    next: usize,
}

impl Writer<'_> {
    /// "o'clock" and a time.
    pub(super) fn oclock(&mut self, at: usize) -> Option<usize> {
        if self.line.parted(at) {
            return None;
        }
        let written = READINGS.back.iter().find(|(class, _, counted)| {
            *class == "before" && counted.one == READINGS.clock.oclock
        })?;
        let written = written.2.written;
        if let Some(time) = self.relative(at + 1, true) {
            return self.put(at, time.next, &format!("{written} {}", shown(&time)), "time");
        }
        let Some(time) = self.digital(at + 1) else { return self.past_run(at + 1) };
        // What is counted is no hour, nor is a row of numbers.
        if self.noun(time.next).is_some() || self.goes_on(time.next) {
            return self.past_run(at + 1);
        }
        let mut text = format!("{written} {}", shown(&time));
        let mut next = time.next;
        if self.joins(next, Says::RANGE)
            && let Some(second) = self.digital(next + 1)
        {
            if self.noun(second.next).is_some() || self.goes_on(second.next) {
                return self.past_run(next + 1);
            }
            text = format!("{text}-{}", shown(&second));
            next = second.next;
        }
        self.put(at, next, &text, "time")
    }

    /// A time without "o'clock": half ten, quarter past three, ten minutes past nine.
    pub(super) fn clock(&mut self, at: usize) -> Option<usize> {
        // "A half ten" is none, nor is "two halves".
        if matches!(self.line.role(at), Role::Half | Role::Quarter)
            && at > 0
            && self.line.role(at - 1).in_number()
            && !self.line.parted(at - 1)
        {
            return None;
        }
        let time = self.relative(at, false)?;
        let shown = shown(&time);
        // "The clock is half ten" has its clock.
        let told = at >= 2 && !self.line.parted(at - 1) && self.line.says(at - 2).has(Says::OCLOCK);
        let text =
            match READINGS.back.iter().find(|(_, spoken, _)| *spoken == READINGS.clock.oclock) {
                Some((.., counted)) if !told => format!("{} {shown}", counted.written),
                _ => shown,
            };
        self.put(at, time.next, &text, "time")
    }

    /// What begins like a time and is none: the number of a half stays in letters.
    pub(super) fn no_clock(&mut self, at: usize, role: Role) -> Option<usize> {
        if role != Role::Half {
            return self.numbers(at);
        }
        let counted = self.line.says(at).has(Says::HALF) && !self.line.parted(at);
        if !counted {
            return None;
        }
        self.small(at + 1, 1, 12).map(|(_, next)| next)
    }

    /// A time whose minutes are not named: five to twelve, which may be five in twelve.
    pub(super) fn bare_clock(&mut self, said_from: usize, said_to: usize) -> Option<usize> {
        let joined = self.joins(said_to, Says::PAST) || self.joins(said_to, Says::TO);
        if !joined || self.small(said_from, 1, 29)?.1 != said_to {
            return None;
        }
        let (_, next) = self.small(said_to + 1, 1, 12)?;
        self.noun(next).is_none().then_some(next)
    }

    /// The word behind the numbers from word `at` on, which stay as they are.
    fn past_run(&mut self, at: usize) -> Option<usize> {
        let (_, end) = self.run(at);
        (end > at).then_some(end)
    }

    /// Whether at `at` another number follows that is no small count.
    fn goes_on(&mut self, at: usize) -> bool {
        !self.line.parted(at - 1)
            && self.line.role(at) == Role::Number
            && self.small(at, 1, 9).is_none()
    }

    /// Whether the word at `at` says one of `any`, and what stands around it joins.
    pub(super) fn joins(&self, at: usize, any: Says) -> bool {
        self.line.says(at).has(any) && at > 0 && !self.line.parted(at - 1) && !self.line.parted(at)
    }

    /// The whole number from `low` to `high` that is said at word `at`, and the word behind it.
    fn small(&mut self, at: usize, low: u128, high: u128) -> Option<(u128, usize)> {
        let (reading, end) = self.first(at)?;
        let number = &reading.number;
        let good = number.is_whole()
            && !number.is_negative()
            && reading.rank == Rank::Cardinal
            && (low..=high).contains(&number.whole());
        good.then(|| (number.whole(), *end))
    }

    /// Hours, and minutes where they follow.
    fn digital(&mut self, at: usize) -> Option<Time> {
        let (hour, next) = self.small(at, 0, 24)?;
        let mut time = Time { hour, minute: None, next };
        if self.line.parted(next - 1) {
            return Some(time);
        }
        match self.small(next, 0, 59) {
            // Minutes below ten are said with their nought.
            Some((0, second)) if !self.line.parted(second - 1) => {
                if let Some((minute, end)) = self.small(second, 0, 9) {
                    (time.minute, time.next) = (Some(minute), end);
                }
            }
            Some((minute, end)) if minute >= 10 => {
                (time.minute, time.next) = (Some(minute), end);
            }
            _ => {}
        }
        Some(time)
    }

    /// A time by the hour that is nearest. `told`: whether "o'clock" stands before it.
    pub(super) fn relative(&mut self, at: usize, told: bool) -> Option<Time> {
        if let Some(time) = self.half_past(at) {
            return Some(time);
        }
        let (minutes, next) = if self.line.role(at) == Role::Quarter {
            (15, at + 1)
        } else {
            let (minutes, next) = self.small(at, 1, 29)?;
            if self.line.role(next) == Role::None {
                return None;
            }
            let named = self.line.says(next).has(Says::MINUTES);
            let half = self.line.role(next + 1) == Role::Half;
            if !named && !told && !half || self.line.parted(next - 1) {
                return None;
            }
            (minutes, next + usize::from(named))
        };
        if next == 0 || self.line.parted(next - 1) {
            return None;
        }
        let past = self.joins(next, Says::PAST);
        if !past && !self.joins(next, Says::TO) {
            return None;
        }
        let (base, next) = match self.half_past(next + 1) {
            Some(half) => (half.hour * 60 + 30, half.next),
            None => {
                let (hour, next) = self.small(next + 1, 1, 12)?;
                (hour * 60, next)
            }
        };
        // What is counted is no hour: ten minutes in two days.
        if self.noun(next).is_some() {
            return None;
        }
        let total = if past { base + minutes } else { base + 720 - minutes };
        let hour = (total / 60 + 11) % 12 + 1;
        Some(Time { hour, minute: Some(total % 60), next })
    }

    /// "Half ten", which is half past nine.
    fn half_past(&mut self, at: usize) -> Option<Time> {
        if self.line.role(at) != Role::Half
            || !self.line.says(at).has(Says::HALF)
            || self.line.parted(at)
        {
            return None;
        }
        let (hour, next) = self.small(at + 1, 1, 12)?;
        let counted = !self.line.parted(next - 1)
            && matches!(self.line.role(next), Role::Counted | Role::Number);
        let counted = counted || self.noun(next).is_some();
        (!counted).then_some(Time { hour: (hour + 10) % 12 + 1, minute: Some(30), next })
    }
}

fn shown(time: &Time) -> String {
    match time.minute {
        Some(minute) => format!("{}.{minute:02}", time.hour),
        None => time.hour.to_string(),
    }
}
