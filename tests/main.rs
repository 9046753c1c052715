//! All integration tests in one binary, so that they link once. One module per subject.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test may panic, print and read"
)]

mod ctc;
mod layers;
mod transcript;
