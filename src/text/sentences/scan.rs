//! Finds the gaps between words at which a sentence can end.

use super::sets::BLOCK;
use super::window::Window;

/// White space between two words: `start` is where the left word ends, `end` where the right
/// one begins (or the text ends).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many line breaks are in it; a paragraph separator or a form feed counts as two.
    pub(super) lines: u8,
    /// Where the line begins in which the left word ends: behind the last line feed before it.
    pub(super) line: usize,
}

/// How many bytes of white space stand at `at`, and how many line breaks they are.
#[inline]
fn space_at(text: &[u8], at: usize) -> Option<(usize, u8)> {
    match *text.get(at)? {
        b'\n' | 0x0B => Some((1, 1)),
        b'\r' => Some(if text.get(at + 1) == Some(&b'\n') { (2, 1) } else { (1, 1) }),
        0x0C => Some((1, 2)),
        b' ' | b'\t' => Some((1, 0)),
        0xC2 => match text.get(at + 1) {
            Some(0x85) => Some((2, 1)),
            Some(0xA0) => Some((2, 0)),
            _ => None,
        },
        0xE1 if text[at..].starts_with(&[0xE1, 0x9A, 0x80]) => Some((3, 0)),
        0xE2 => match (text.get(at + 1), text.get(at + 2)) {
            (Some(0x80), Some(0x80..=0x8A | 0xAF)) | (Some(0x81), Some(0x9F)) => Some((3, 0)),
            (Some(0x80), Some(0xA8)) => Some((3, 1)),
            (Some(0x80), Some(0xA9)) => Some((3, 2)),
            _ => None,
        },
        0xE3 if text[at..].starts_with(&[0xE3, 0x80, 0x80]) => Some((3, 0)),
        _ => None,
    }
}

/// Whether a white space begins at `at`.
pub(super) fn is_space(text: &[u8], at: usize) -> bool {
    space_at(text, at).is_some()
}

/// The first position from `at` on that is no white space.
#[inline]
pub(super) fn skip_space(text: &[u8], mut at: usize) -> usize {
    // Mostly it is one space.
    if let Some([b' ', b'!'..=0x7F]) = text.get(at..at + 2) {
        return at + 1;
    }
    while let Some((len, _)) = space_at(text, at) {
        at += len;
    }
    at
}

/// The position after the last byte before `at` that is no white space, not before `floor`.
#[inline]
pub(super) fn skip_space_back(text: &[u8], mut at: usize, floor: usize) -> usize {
    // Mostly it is one space.
    if at > floor + 1
        && let Some([b'!'..=0x7F, b' ']) = text.get(at - 2..at)
    {
        return at - 1;
    }
    loop {
        let before = (1..=3).find(|&len| {
            at >= floor + len && space_at(text, at - len).is_some_and(|(found, _)| found == len)
        });
        match before {
            Some(len) => at -= len,
            None => return at,
        }
    }
}

/// The gaps of a text at which a sentence can end, found in blocks of 64 bytes.
#[derive(Clone, Debug)]
pub(super) struct Gaps<'t> {
    text: &'t [u8],
    window: Window,
    // The candidates of the block that are left, the first lowest.
    bits: u64,
    // The white space of the last gap ends here.
    end: usize,
    // The line begins here.
    line: usize,
}

impl<'t> Gaps<'t> {
    /// The gaps behind `start`, where no white space is.
    #[inline]
    pub(super) fn new(text: &'t [u8], start: usize) -> Self {
        let line = memchr::memrchr(b'\n', &text[..start]).map_or(0, |at| at + 1);
        let mut new = Self { text, window: Window::new(text, start), bits: 0, end: start, line };
        new.bits = new.candidates();
        new
    }

    /// What is known of the bytes around the last gap.
    #[inline]
    pub(super) const fn window(&self) -> &Window {
        &self.window
    }

    /// The candidates of the block, without what is left of a gap that began before it.
    #[inline]
    fn candidates(&self) -> u64 {
        let gaps = self.window.gaps();
        let there = self.text.len() - self.window.block;
        let gaps = if there < BLOCK { gaps & !(!0 << there) } else { gaps };
        let done = self.end.saturating_sub(self.window.block);
        if done < BLOCK { gaps & !0 << done } else { 0 }
    }
}

impl Iterator for Gaps<'_> {
    type Item = Gap;

    #[inline(always)]
    fn next(&mut self) -> Option<Gap> {
        loop {
            while self.bits == 0 {
                if self.window.block + BLOCK >= self.text.len() {
                    return None;
                }
                self.window.advance(self.text);
                self.bits = self.candidates();
            }
            let start = self.window.block + self.bits.trailing_zeros() as usize;
            self.bits &= self.bits - 1;
            let line = self.line;
            // Mostly it is one space or one line feed.
            let byte = self.text[start];
            if matches!(byte, b' ' | b'\n')
                && self.text.get(start + 1).is_some_and(|next| (b'!'..=0x7F).contains(next))
            {
                let feed = byte == b'\n';
                self.line = if feed { start + 1 } else { line };
                return Some(Gap { start, end: start + 1, lines: u8::from(feed), line });
            }
            let gap = self.long(start);
            if gap.is_some() {
                return gap;
            }
        }
    }
}

impl Gaps<'_> {
    /// The gap that begins at `start`, if white space begins there.
    #[inline(never)]
    fn long(&mut self, start: usize) -> Option<Gap> {
        let (text, line) = (self.text, self.line);
        let (len, mut lines) = space_at(text, start)?;
        let mut end = start + len;
        while let Some((len, more)) = space_at(text, end) {
            end += len;
            lines = lines.saturating_add(more);
        }
        // What is left of the white space is no gap of its own.
        self.end = end;
        let done = end - self.window.block;
        self.bits &= if done < BLOCK { !0 << done } else { 0 };
        if lines > 0
            && let Some(feed) = memchr::memrchr(b'\n', &text[start..end])
        {
            self.line = start + feed + 1;
        }
        Some(Gap { start, end, lines, line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every white space, looked at one at a time.
    fn naive(text: &str) -> Vec<Gap> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let Some((len, mut lines)) = space_at(bytes, at) else {
                at += 1;
                continue;
            };
            let start = at;
            at += len;
            while let Some((len, more)) = space_at(bytes, at) {
                at += len;
                lines += more;
            }
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            found.push(Gap { start, end: at, lines, line });
        }
        found
    }

    #[test]
    fn no_gap_is_missed_that_a_sentence_can_end_at() {
        let pieces = [
            "a",
            "på",
            "A",
            "Æ",
            ".",
            "…",
            " ",
            "  ",
            "\u{a0}",
            "\n",
            "\r\n",
            "\u{2029}",
            "»",
            "“",
            "-",
            "(",
            ")",
            "abcdefghijklmnopqrstuvwxyz",
            "1",
            ",",
            "\u{2003}",
            "ø",
            "日本",
        ];
        let mut seed = 7_u64;
        for _ in 0..3000 {
            let mut text = String::from("\n x");
            for _ in 0..40 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
            }
            let all = naive(&text);
            let some: Vec<_> = Gaps::new(text.as_bytes(), 2).collect();
            assert!(some.iter().all(|gap| all.contains(gap)), "{text:?}: {some:?}");
            for gap in &all[1..] {
                let before = text[..gap.start].chars().next_back().unwrap();
                let Some(after) = text[gap.end..].chars().next() else { continue };
                let can = gap.lines > 0
                    || ".!?…:\"')]”“’»«".contains(before)
                    || after.is_uppercase()
                    || "\"'([-»«“”".contains(after);
                assert!(!can || some.contains(gap), "{text:?} at {gap:?}");
            }
        }
    }
}
