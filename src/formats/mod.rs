//! `formats`: being built.
