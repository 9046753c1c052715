//! The Python module `sprogkit._native`.
