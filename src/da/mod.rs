//! Danish, as readable tables, and their one reader.
//!
//! A table is UTF-8 text: `#` starts a comment line, tabs part the columns, one entry a line.
//! What is in each file, its source and its licence: `src/da/README.md`.

use crate::{Error, Result};

/// A readable table that is part of the crate, or a user's own of the same form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'t> {
    name: &'t str,
    text: &'t str,
}

impl<'t> Table<'t> {
    /// The table `text`; errors call it `name`.
    pub(crate) const fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text }
    }

    /// The rows, each as its `N` columns, with the line they stand on.
    ///
    /// # Errors
    ///
    /// [`Error::Line`] for a row that has not `N` columns.
    pub(crate) fn rows<const N: usize>(
        self,
    ) -> impl Iterator<Item = Result<(u64, [&'t str; N])>> + 't {
        let Self { name, text } = self;
        text.lines().enumerate().filter_map(move |(at, line)| {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() || line.starts_with('#') {
                return None;
            }
            let number = at as u64 + 1;
            let mut columns = [""; N];
            let mut found = 0;
            for column in line.split('\t') {
                if found < N {
                    columns[found] = column;
                }
                found += 1;
            }
            Some(if found == N {
                Ok((number, columns))
            } else {
                Err(Error::line(name, number, format!("expected {N} columns, found {found}")))
            })
        })
    }
}
