//! A recording as text.

use std::io::Write;

use crate::cli::Done;
use crate::cli::out::Out;
use crate::corpus::Pack;

/// Characters a row.
const WIDTH: usize = 76;
/// Rows.
const HEIGHT: usize = 4;

/// Shows the first utterance that is a recording of its own.
pub(super) fn show(pack: &Pack, out: &mut Out) -> Done {
    let Some(utterance) = pack.utterances().iter().next().transpose()? else { return Ok(()) };
    let (samples, rate) = pack.samples(utterance)?;
    let seconds = samples.len() as f64 / f64::from(rate.max(1));
    let speaker = utterance.speaker()?.unwrap_or_default();
    out.heading("A recording")?;
    writeln!(out, "  »{}«", utterance.text()?)?;
    for row in drawn(samples, WIDTH, HEIGHT) {
        writeln!(out, "  {}", out.paint.bright(&row))?;
    }
    let what = format!("{rate} samples a second, {speaker}");
    let end = format!("{seconds:.1} s");
    let gap = WIDTH.saturating_sub("0 s".len() + what.chars().count() + end.len());
    let (left, right) = (" ".repeat(gap / 2), " ".repeat(gap - gap / 2));
    writeln!(out, "  {}\n", out.paint.faint(&format!("0 s{left}{what}{right}{end}")))?;
    Ok(())
}

/// The envelope of `samples` in braille, `width` characters by `height` rows: a column of dots is
/// as high as the loudest sample under it, the loudest of all as high as there is room.
fn drawn(samples: &[i16], width: usize, height: usize) -> Vec<String> {
    let columns = width * 2;
    let loudest = |part: &[i16]| part.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
    let most = f64::from(loudest(samples).max(1));
    // Half of the dots stand above the middle, half below.
    let half = height * 2;
    let heights: Vec<usize> = (0..columns)
        .map(|column| {
            let start = samples.len() * column / columns;
            let end = samples.len() * (column + 1) / columns;
            let part = f64::from(loudest(&samples[start..end])) / most;
            (part * half as f64).round() as usize
        })
        .collect();
    // The dots of a braille character, by row and column, as Unicode numbers them.
    const DOTS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
    let dot = |x: usize, y: usize| {
        // Distance of the dot from the middle line, counted from 1 on both sides.
        let distance = if y < half { half - y } else { y - half + 1 };
        // Silence is a line, not nothing.
        distance <= heights[x].max(usize::from(y == half))
    };
    (0..height)
        .map(|row| {
            (0..width)
                .map(|column| {
                    let mut bits = 0;
                    for (y, dots) in DOTS.iter().enumerate() {
                        for (x, bit) in dots.iter().enumerate() {
                            if dot(column * 2 + x, row * 4 + y) {
                                bits |= bit;
                            }
                        }
                    }
                    char::from_u32(0x2800 + bits).unwrap_or(' ')
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_a_line_and_the_loudest_part_fills_the_height() {
        let mut samples = vec![0; 400];
        samples[100..200].fill(-32768);
        let rows = drawn(&samples, 4, 2);
        assert_eq!(rows, ["⠀⣿⠀⠀", "⠉⣿⠉⠉"]);
        assert_eq!(drawn(&[], 2, 1), ["⠤⠤"]);
    }
}
