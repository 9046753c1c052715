//! A picture of sound: its levels above, its features below, time to the right.

use super::letters;
use crate::audio::Features;
use crate::{Error, Result};

/// Columns of the plots: at least and at most.
const NARROWEST: usize = 480;
const WIDEST: usize = 4000;
/// Rows of the levels.
const WAVE: usize = 161;
/// Rows between the plots, and around them.
const GAP: usize = 22;
const TOP: usize = 16;
const RIGHT: usize = 24;
const BOTTOM: usize = 30;
const LEFT: usize = 50;
/// Pixels of a row of features.
const ROW: usize = 3;
/// Pixels of a mark on an axis.
const MARK: usize = 4;

const INK: [u8; 3] = [40, 40, 48];
const WAVES: [u8; 3] = [40, 70, 130];
const PALE: [u8; 3] = [205, 205, 210];

/// What is drawn.
pub(super) struct Picture<'a> {
    pub(super) samples: &'a [f32],
    pub(super) rate: u32,
    pub(super) features: &'a Features,
    /// Whether time runs along the rows of the features.
    pub(super) turned: bool,
    /// The frequency of each row in Hz; empty where rows are only numbered.
    pub(super) hertz: &'a [f64],
    /// What the rows are.
    pub(super) rows: &'a str,
}

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

/// Pixels, row by row.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn set(&mut self, x: usize, y: usize, pixel: [u8; 3]) {
        if x < self.width && y < self.height {
            let at = (y * self.width + x) * 3;
            self.pixels[at..at + 3].copy_from_slice(&pixel);
        }
    }

    fn text(&mut self, x: usize, y: usize, text: &str) {
        letters::write(text, |right, down| self.set(x + right, y + down, INK));
    }

    /// The left and lower edge of a plot.
    fn axes(&mut self, top: usize, height: usize, width: usize) {
        (top..=top + height).for_each(|y| self.set(LEFT - 1, y, INK));
        (LEFT - 1..LEFT + width).for_each(|x| self.set(x, top + height, INK));
    }

    /// A mark on the left edge at `y`, and what it says.
    fn left(&mut self, y: usize, text: &str) {
        (1..=MARK).for_each(|x| self.set(LEFT - 1 - x, y, INK));
        let x = (LEFT - MARK - 3).saturating_sub(letters::width(text));
        self.text(x, y.saturating_sub(letters::HEIGHT / 2), text);
    }

    fn png(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&self.pixels).and_then(|()| writer.finish())
        });
        written.map_err(|error| Error::argument("picture", "one that PNG can hold", error))?;
        Ok(bytes)
    }
}

/// The PNG of sound and features, with axes.
pub(super) fn draw(picture: &Picture<'_>) -> Result<Vec<u8>> {
    let Picture { samples, rate, features, turned, .. } = *picture;
    let (frames, rows) = match turned {
        true => (features.columns, features.rows),
        false => (features.rows, features.columns),
    };
    if frames == 0 || rows == 0 || samples.is_empty() {
        return Err(Error::argument("FILE", "longer, to be drawn", "no frame"));
    }
    let plot = (frames * NARROWEST.div_ceil(frames)).min(WIDEST);
    let (width, height) = (LEFT + plot + RIGHT, TOP + WAVE + GAP + rows * ROW + BOTTOM);
    let mut canvas = Canvas { width, height, pixels: vec![255; width * height * 3] };
    levels(&mut canvas, samples, plot);
    let top = TOP + WAVE + GAP;
    let (least, most) = features
        .values
        .iter()
        .fold((f32::MAX, f32::MIN), |(least, most), &value| (least.min(value), most.max(value)));
    let range = (most - least).max(f32::MIN_POSITIVE);
    for x in 0..plot {
        let frame = x * frames / plot;
        for row in 0..rows {
            let value = match turned {
                true => features.values[row * frames + frame],
                false => features.values[frame * rows + row],
            };
            // Low frequencies stand below.
            for line in 0..ROW {
                let y = top + (rows - row) * ROW - 1 - line;
                canvas.set(LEFT + x, y, colour((value - least) / range));
            }
        }
    }
    canvas.axes(top, rows * ROW, plot);
    rows_axis(&mut canvas, picture, top, rows);
    let seconds = samples.len() as f64 / f64::from(rate);
    time_axis(&mut canvas, top + rows * ROW, seconds, plot);
    canvas.png()
}

/// The plot of the levels, from -1 to 1.
fn levels(canvas: &mut Canvas, samples: &[f32], plot: usize) {
    let place = |level: f32| {
        TOP + ((1.0 - level.clamp(-1.0, 1.0)) / 2.0 * (WAVE - 1) as f32).round() as usize
    };
    (0..plot).for_each(|x| canvas.set(LEFT + x, place(0.0), PALE));
    for x in 0..plot {
        let from = x * samples.len() / plot;
        let to = ((x + 1) * samples.len() / plot).max(from + 1).min(samples.len());
        let (low, high) = samples[from.min(to - 1)..to]
            .iter()
            .fold((f32::MAX, f32::MIN), |(low, high), &sample| (low.min(sample), high.max(sample)));
        (place(high)..=place(low)).for_each(|y| canvas.set(LEFT + x, y, WAVES));
    }
    canvas.axes(TOP, WAVE, plot);
    for (level, text) in [(1.0, "1"), (0.0, "0"), (-1.0, "-1")] {
        canvas.left(place(level), text);
    }
    canvas.text(LEFT, TOP - 12, "level");
}

/// What the rows of the features are: frequencies, or numbers.
fn rows_axis(canvas: &mut Canvas, picture: &Picture<'_>, top: usize, rows: usize) {
    let place = |row: f64| top + rows * ROW - 1 - ((row + 0.5) * ROW as f64) as usize;
    canvas.text(LEFT, top - 12, picture.rows);
    if picture.hertz.is_empty() {
        let step = steps(rows as f64, rows * ROW, 20) as usize;
        for row in (0..rows).step_by(step.max(1)) {
            canvas.left(place(row as f64), &row.to_string());
        }
        return;
    }
    let mut last = usize::MAX;
    for hertz in [125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 6000.0, 8000.0] {
        let above = picture.hertz.partition_point(|&centre| centre < hertz);
        let (Some(&high), Some(&low)) =
            (picture.hertz.get(above), picture.hertz.get(above.wrapping_sub(1)))
        else {
            continue;
        };
        let row = above as f64 - (high - hertz) / (high - low);
        let y = place(row);
        if last.saturating_sub(y) > letters::HEIGHT + 3 {
            canvas.left(y, &format!("{hertz:.0}"));
            last = y;
        }
    }
}

/// The seconds below the plots.
fn time_axis(canvas: &mut Canvas, y: usize, seconds: f64, plot: usize) {
    let step = steps(seconds, plot, 60);
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let mut at = 0;
    loop {
        let time = f64::from(at) * step;
        let x = LEFT + (time / seconds * plot as f64).round() as usize;
        if x >= LEFT + plot {
            break;
        }
        (1..=MARK).for_each(|down| canvas.set(x, y + down, INK));
        let text = format!("{time:.decimals$}");
        canvas.text(x.saturating_sub(letters::width(&text) / 2), y + MARK + 4, &text);
        at += 1;
    }
    let unit = "time in s";
    canvas.text(LEFT + plot - letters::width(unit), y + MARK + 15, unit);
}

/// The least of 1, 2, 5, 10, … and their tenths, whose marks stand `pixels` apart on an axis of `length` for `whole`.
fn steps(whole: f64, length: usize, pixels: usize) -> f64 {
    let least = whole * pixels as f64 / length as f64;
    let ten = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0].iter().map(|times| times * ten).find(|&step| step >= least);
    step.unwrap_or(10.0 * ten)
}
