//! `score`: being built.
