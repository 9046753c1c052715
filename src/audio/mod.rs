//! `audio`: being built.
