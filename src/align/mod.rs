//! Floor 2: lining things up. Slices and matrices in, paths and spans out.

pub mod ctc;
pub mod transcript;
