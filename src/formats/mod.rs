//! Files that others write: readers and writers over `&str` and `&[u8]`. Nothing here opens a
//! file.

mod encoding;

pub use encoding::Encoding;
