//! `annotate`: being built.
