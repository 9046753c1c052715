//! `catalogue`: being built.
