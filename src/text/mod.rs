//! `text`: being built.
