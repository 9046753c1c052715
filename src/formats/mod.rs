//! Files that others write: readers and writers over `&str` and `&[u8]`. Nothing here opens a
//! file.
//!
//! A reader goes through its bytes once and hands out one row at a time, so a mapped file of any
//! size takes no memory of its own. A mistake is an error that names the file (as the caller calls
//! it), the line or byte, what was found and what was expected; after it a reader ends.

pub mod conllu;
pub mod delimited;
mod encoding;
pub mod hunspell;
pub mod jsonl;
mod lines;
pub mod marks;
pub mod npy;
pub mod plain;
pub mod wordlist;

pub use encoding::Encoding;
