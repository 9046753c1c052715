//! Word clusters: how words behave, learned from running text.

use super::lexicon::Words;
use crate::da::Table;
use crate::{Error, Result};

/// Words and the cluster of each.
#[derive(Clone, Debug)]
pub(super) struct Clusters {
    words: Words<u8>,
}

impl Clusters {
    /// Reads the table of forms and clusters.
    pub(super) fn read(table: &str) -> Result<Self> {
        const CLUSTERS: &str = "word clusters";
        let mut words = Vec::new();
        for row in Table::new(CLUSTERS, table).rows::<2>() {
            let (line, [form, cluster]) = row?;
            let cluster = cluster.parse().map_err(|_| {
                Error::line(CLUSTERS, line, format!("expected 1 to 255, found {cluster:?}"))
            })?;
            words.push((form.as_bytes(), cluster));
        }
        Ok(Self { words: Words::new(&words) })
    }

    /// The cluster of a word in any case; 0 where it has none.
    pub(super) fn of(&self, word: &[u8]) -> u8 {
        self.words.of(word).unwrap_or(0)
    }
}
