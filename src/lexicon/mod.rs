//! Words and what is known about them.

pub mod pronounce;
