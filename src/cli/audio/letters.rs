//! Letters of five by seven pixels, for the axes of pictures: no font of the system is needed.

/// Rows of a sign, each a bit for a pixel, the leftmost highest of five.
type Sign = [u8; 7];

/// The signs that axes are labelled with.
const SIGNS: &[(char, Sign)] = &[
    ('0', [14, 17, 19, 21, 25, 17, 14]),
    ('1', [4, 12, 4, 4, 4, 4, 14]),
    ('2', [14, 17, 1, 2, 4, 8, 31]),
    ('3', [31, 2, 4, 2, 1, 17, 14]),
    ('4', [2, 6, 10, 18, 31, 2, 2]),
    ('5', [31, 16, 30, 1, 1, 17, 14]),
    ('6', [6, 8, 16, 30, 17, 17, 14]),
    ('7', [31, 1, 2, 4, 8, 8, 8]),
    ('8', [14, 17, 17, 14, 17, 17, 14]),
    ('9', [14, 17, 17, 15, 1, 2, 12]),
    ('-', [0, 0, 0, 31, 0, 0, 0]),
    ('.', [0, 0, 0, 0, 0, 12, 12]),
    ('H', [17, 17, 17, 31, 17, 17, 17]),
    ('a', [0, 0, 14, 1, 15, 17, 15]),
    ('b', [16, 16, 22, 25, 17, 17, 30]),
    ('c', [0, 0, 14, 16, 16, 17, 14]),
    ('d', [1, 1, 13, 19, 17, 17, 15]),
    ('e', [0, 0, 14, 17, 31, 16, 14]),
    ('f', [6, 9, 8, 28, 8, 8, 8]),
    ('i', [4, 0, 12, 4, 4, 4, 14]),
    ('l', [12, 4, 4, 4, 4, 4, 14]),
    ('m', [0, 0, 26, 21, 21, 17, 17]),
    ('n', [0, 0, 22, 25, 17, 17, 17]),
    ('o', [0, 0, 14, 17, 17, 17, 14]),
    ('s', [0, 0, 14, 16, 14, 1, 30]),
    ('t', [8, 8, 28, 8, 8, 9, 6]),
    ('v', [0, 0, 17, 17, 17, 10, 4]),
    ('z', [0, 0, 31, 2, 4, 8, 31]),
];

/// Pixels from one sign to the next, and of the height of a sign.
const STEP: usize = 6;
pub(super) const HEIGHT: usize = 7;

/// Pixels of the width of `text`.
pub(super) fn width(text: &str) -> usize {
    (text.chars().count() * STEP).saturating_sub(1)
}

/// Calls `set` for each pixel of `text`, counted from its upper left corner. A sign that is not in the table is a space.
pub(super) fn write(text: &str, mut set: impl FnMut(usize, usize)) {
    for (place, letter) in text.chars().enumerate() {
        let Some((_, rows)) = SIGNS.iter().find(|(sign, _)| *sign == letter) else { continue };
        for (y, row) in rows.iter().enumerate() {
            for x in (0..5).filter(|x| row >> (4 - x) & 1 == 1) {
                set(place * STEP + x, y);
            }
        }
    }
}
