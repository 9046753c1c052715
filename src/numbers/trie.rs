//! The words of a table, found letter by letter.

/// A map from words to values, read along a text.
///
/// Finds all words that a text begins with in one walk, in time linear in the longest.
#[derive(Debug)]
pub(super) struct Trie<T> {
    /// The column of each byte; 0 where no word has it.
    columns: [u8; 256],
    /// A row for each place, a column for each byte: the start of the row it leads to. The first
    /// row is of no word, and leads to itself; the second is the start of all.
    next: Vec<u16>,
    /// What ends where a row starts.
    ends: Vec<Option<T>>,
    /// The start of the second row.
    start: u16,
}

/// The most words of a table that begin with each other: half, half three, half three score.
pub(super) const MOST_NESTED: usize = 8;

impl<T> Default for Trie<T> {
    fn default() -> Self {
        Self { columns: [0; 256], next: vec![0; 2], ends: vec![None, None], start: 1 }
    }
}

impl<T: Copy + Default> Trie<T> {
    pub(super) fn new(words: &[(&str, T)]) -> Self {
        let mut columns = [0; 256];
        let mut width = 1;
        for byte in words.iter().flat_map(|(word, _)| word.bytes()) {
            let column = &mut columns[usize::from(byte)];
            if *column == 0 {
                *column = u8::try_from(width).expect("a table of few letters");
                width += 1;
            }
        }
        let (mut next, mut ends) = (vec![0; 2 * width], vec![None; 2 * width]);
        for (word, value) in words {
            let mut row = width;
            for byte in word.bytes() {
                let at = row + usize::from(columns[usize::from(byte)]);
                if next[at] == 0 {
                    next[at] = u16::try_from(next.len()).expect("a table of few words");
                    next.resize(next.len() + width, 0);
                    ends.resize(next.len(), None);
                }
                row = usize::from(next[at]);
            }
            ends[row] = Some(*value);
        }
        debug_assert!(
            words.iter().all(|(long, _)| {
                words.iter().filter(|(word, _)| long.starts_with(word)).count() <= MOST_NESTED
            }),
            "no more words that begin with each other"
        );
        Self { columns, next, ends, start: width as u16 }
    }

    /// The words that `text`, of less than 64 KiB, begins with: how long each is and what it stands
    /// for, the shortest first, and how many there are.
    #[inline]
    pub(super) fn starts(&self, text: &[u8]) -> ([(u16, T); MOST_NESTED], usize) {
        let mut found = [(0, T::default()); MOST_NESTED];
        let (mut count, mut row) = (0, self.start);
        for (at, byte) in text.iter().enumerate() {
            row = self.next[usize::from(row) + usize::from(self.columns[usize::from(*byte)])];
            if row == 0 {
                break;
            }
            if let Some(value) = self.ends[usize::from(row)]
                && let Some(slot) = found.get_mut(count)
            {
                *slot = (at as u16 + 1, value);
                count += 1;
            }
        }
        (found, count)
    }
}
