//! Sound: files to samples.

pub mod wav;
