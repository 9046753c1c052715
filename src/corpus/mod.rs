//! `corpus`: being built.
