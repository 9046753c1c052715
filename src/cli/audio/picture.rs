//! A picture of sound: its levels above, its features below, time to the right.

use crate::audio::Features;
use crate::{Error, Result};

const WIDEST: usize = 4000;
const WAVE: usize = 160;
const GAP: usize = 8;
/// Pixels of a row of features.
const ROW: usize = 3;

/// Dark blue over red to light yellow, from 0 to 1.
fn colour(value: f32) -> [u8; 3] {
    const STOPS: [[f32; 3]; 5] = [
        [8.0, 10.0, 40.0],
        [70.0, 20.0, 110.0],
        [180.0, 45.0, 90.0],
        [245.0, 130.0, 50.0],
        [252.0, 250.0, 190.0],
    ];
    let place = value.clamp(0.0, 1.0) * (STOPS.len() - 1) as f32;
    let low = (place as usize).min(STOPS.len() - 2);
    let part = place - low as f32;
    std::array::from_fn(|at| (STOPS[low][at] + (STOPS[low + 1][at] - STOPS[low][at]) * part) as u8)
}

/// The PNG of `samples` and `features`; `turned` where time runs along the rows.
pub(super) fn draw(samples: &[f32], features: &Features, turned: bool) -> Result<Vec<u8>> {
    let (frames, rows) = match turned {
        true => (features.columns, features.rows),
        false => (features.rows, features.columns),
    };
    if frames == 0 || rows == 0 {
        return Err(Error::argument("FILE", "longer, to be drawn", "no frame"));
    }
    let width = frames.clamp(1, WIDEST);
    let height = WAVE + GAP + rows * ROW;
    let mut pixels = vec![255u8; width * height * 3];
    let mut set = |x: usize, y: usize, pixel: [u8; 3]| {
        let at = (y * width + x) * 3;
        pixels[at..at + 3].copy_from_slice(&pixel);
    };
    for x in 0..width {
        let part = &samples[x * samples.len() / width..(x + 1) * samples.len() / width];
        let (low, high) = part
            .iter()
            .fold((0f32, 0f32), |(low, high), &sample| (low.min(sample), high.max(sample)));
        let place = |level: f32| {
            ((1.0 - level.clamp(-1.0, 1.0)) / 2.0 * (WAVE - 1) as f32).round() as usize
        };
        for y in place(high)..=place(low) {
            set(x, y, [40, 70, 130]);
        }
    }
    let (least, most) = features
        .values
        .iter()
        .fold((f32::MAX, f32::MIN), |(least, most), &value| (least.min(value), most.max(value)));
    let range = (most - least).max(f32::MIN_POSITIVE);
    for x in 0..width {
        let frame = x * frames / width;
        for row in 0..rows {
            let value = match turned {
                true => features.values[row * frames + frame],
                false => features.values[frame * rows + row],
            };
            // Low frequencies stand below.
            for line in 0..ROW {
                set(x, height - 1 - row * ROW - line, colour((value - least) / range));
            }
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels).and_then(|()| writer.finish()));
    written.map_err(|error| Error::argument("picture", "one that PNG can hold", error))?;
    Ok(bytes)
}
