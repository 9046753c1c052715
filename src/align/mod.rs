//! `align`: being built.
