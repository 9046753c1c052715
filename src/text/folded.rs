//! A closed hash table whose keys are looked up without regard to case.

/// Values by their folded keys. Built once, then only read.
pub(super) struct Folded<V> {
    // Invariant: a power of two, more than half of it empty.
    slots: Vec<Option<(&'static str, V)>>,
    longest: usize,
    // A bit for each key by a few of its bytes: most words are told apart by that alone.
    seen: [u64; 256],
}

impl<V: Copy> Folded<V> {
    pub(super) fn new(entries: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        let entries: Vec<_> = entries.into_iter().collect();
        let size = (entries.len() * 4).next_power_of_two().max(4);
        let longest = entries.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        let mut new = Self { slots: vec![None; size], longest, seen: [0; 256] };
        for (key, value) in entries {
            let (at, bit) = mark(key.as_bytes());
            new.seen[at] |= bit;
            let slot = new.slot(key.as_bytes());
            new.slots[slot] = Some((key, value));
        }
        new
    }

    /// The value of `key`, in whatever case it is written.
    pub(super) fn get(&self, key: &[u8]) -> Option<V> {
        if key.len() > self.longest || key.is_empty() {
            return None;
        }
        let (at, bit) = mark(key);
        if self.seen[at] & bit == 0 {
            return None;
        }
        self.slots[self.slot(key)].map(|(_, value)| value)
    }

    /// Where `key` stands, or the empty slot where it would.
    fn slot(&self, key: &[u8]) -> usize {
        let mut hash = 0_u32;
        for byte in folded(key) {
            hash = (hash.rotate_left(5) ^ u32::from(byte)).wrapping_mul(0x9e37_79b9);
        }
        let mask = self.slots.len() - 1;
        let mut slot = (hash >> 7) as usize & mask;
        while let Some((held, _)) = self.slots[slot] {
            if held.len() == key.len() && folded(held.as_bytes()).eq(folded(key)) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }
}

/// Where `seen` says something about `key`: by its first and third bytes and its length.
#[inline]
fn mark(key: &[u8]) -> (usize, u64) {
    let first = usize::from(key[0] | 0x20);
    let third = u32::from(key.get(2).copied().unwrap_or(0) | 0x20);
    let penultimate = usize::from(key[key.len().saturating_sub(2)] | 0x20);
    ((first + penultimate * 37) & 255, 1 << ((third ^ (key.len() as u32 * 11)) & 63))
}

/// The bytes with the capitals of ASCII and of U+00C0..U+00DE made small.
fn folded(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut before = 0;
    bytes.iter().map(move |&byte| {
        let latin = before == 0xc3 && (0x80..=0x9e).contains(&byte) && byte != 0x97;
        before = byte;
        if latin { byte | 0x20 } else { byte.to_ascii_lowercase() }
    })
}
