//! Aligns NumPy files: `align_ctc RUNS LOG_PROBS.npy TARGETS.npy PATH.npy`, several triples in
//! one call. Prints a line per triple: score, exact, and the best CPU time of `RUNS` runs.
//!
//! `LOG_PROBS.npy` holds float32 `[frames, vocabulary]`, `TARGETS.npy` int32 `[targets]`, both in
//! C order; `PATH.npy` is written as int32 `[frames]`. The blank is token 0.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "an example prints and reads")]

use std::error::Error;
use std::fs;
use std::time::Instant;

use sprogkit::align::ctc::{self, LogProbs, Options};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// The shape and the bytes of a `.npy` file whose type is `kind`.
fn npy<'f>(file: &'f [u8], kind: &str) -> Result<(Vec<usize>, &'f [u8])> {
    let length = file.get(8..10).ok_or("a .npy file is too short")?;
    let end = 10 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    let header = std::str::from_utf8(file.get(10..end).ok_or("a .npy header is cut off")?)?;
    if !header.contains(kind) || header.contains("'fortran_order': True") {
        return Err(format!("expected {kind} in C order, got {header}").into());
    }
    let shape = header.split_once("'shape': (").ok_or("a .npy header has no shape")?.1;
    let shape = shape.split_once(')').ok_or("a .npy shape has no end")?.0;
    let shape = shape
        .split(',')
        .filter(|n| !n.trim().is_empty())
        .map(|n| n.trim().parse())
        .collect::<Result<_, std::num::ParseIntError>>()?;
    Ok((shape, &file[end..]))
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (runs, files) = args.split_first().ok_or("RUNS and file names are missing")?;
    for names in files.chunks_exact(3) {
        let (matrix, targets) = (fs::read(&names[0])?, fs::read(&names[1])?);
        let (shape, values) = npy(&matrix, "<f4")?;
        let [frames, vocabulary] = shape[..] else { return Err("log_probs has no 2 axes".into()) };
        let number = |b: &[u8; 4]| f32::from_le_bytes(*b);
        let values: Vec<f32> = values.as_chunks().0.iter().map(number).collect();
        let (_, targets) = npy(&targets, "<i4")?;
        let targets: Vec<i32> =
            targets.as_chunks().0.iter().map(|b: &[u8; 4]| i32::from_le_bytes(*b)).collect();
        let mut best = f64::INFINITY;
        let mut run = || {
            let start = Instant::now();
            let view = LogProbs::new(&values, frames, vocabulary)?;
            let found = ctc::align(&view, &targets, &Options::default())?;
            best = best.min(start.elapsed().as_secs_f64());
            Ok::<_, sprogkit::Error>(found)
        };
        let mut found = run()?;
        for _ in 1..runs.parse()? {
            found = run()?;
        }
        println!("{:?} {} {best:.9}", found.score, found.exact);
        let mut header =
            format!("{{'descr': '<i4', 'fortran_order': False, 'shape': ({frames},), }}");
        while !(header.len() + 11).is_multiple_of(64) {
            header.push(' ');
        }
        header.push('\n');
        let mut out = b"\x93NUMPY\x01\x00".to_vec();
        out.extend((header.len() as u16).to_le_bytes());
        out.extend(header.bytes());
        out.extend(found.path.iter().flat_map(|token| token.to_le_bytes()));
        fs::write(&names[2], out)?;
    }
    Ok(())
}
