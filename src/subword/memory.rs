//! Memory for tables of which any place may be asked next: in large pages where the system has them, so that
//! the processor need not look up where each page lies.

use memmap2::MmapMut;

use crate::io::LARGE;

/// A line of the processor's cache.
const LINE: usize = 64;

/// Some bytes, of which the first begins a line of the processor's cache.
#[derive(Debug)]
pub(super) struct Memory {
    bytes: Bytes,
    start: usize,
    length: usize,
}

#[derive(Debug)]
enum Bytes {
    Map(MmapMut),
    Heap(Vec<u8>),
}

impl Memory {
    /// So many zeros.
    pub(super) fn zeroed(length: usize) -> Self {
        // More than half of a large page is worth one.
        let is_large = length > LARGE / 2;
        let align = if is_large { LARGE } else { LINE };
        let size = length.next_multiple_of(align);
        let bytes = match MmapMut::map_anon(size + align) {
            Ok(map) => Bytes::Map(map),
            // Where memory is not mapped, or not that much of it.
            Err(_) => Bytes::Heap(vec![0; size + align]),
        };
        let address = match &bytes {
            Bytes::Map(map) => map.as_ptr().addr(),
            Bytes::Heap(heap) => heap.as_ptr().addr(),
        };
        let start = address.next_multiple_of(align) - address;
        #[cfg(target_os = "linux")]
        if let Bytes::Map(map) = &bytes
            && is_large
        {
            // Where the system declines, pages are small.
            let _ = map.advise_range(memmap2::Advice::HugePage, start, size);
        }
        Self { bytes, start, length }
    }

    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        let bytes = match &self.bytes {
            Bytes::Map(map) => &map[..],
            Bytes::Heap(heap) => heap,
        };
        &bytes[self.start..self.start + self.length]
    }

    #[inline]
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        let bytes = match &mut self.bytes {
            Bytes::Map(map) => &mut map[..],
            Bytes::Heap(heap) => heap,
        };
        &mut bytes[self.start..self.start + self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_zero_and_begin_a_line() {
        for length in [1, 64, 100, LARGE / 2, LARGE / 2 + 1, LARGE, 2 * LARGE + 7] {
            let mut memory = Memory::zeroed(length);
            assert_eq!(memory.bytes().len(), length);
            assert_eq!(memory.bytes().as_ptr().addr() % LINE, 0);
            assert!(memory.bytes().iter().all(|&byte| byte == 0));
            memory.bytes_mut()[length - 1] = 7;
            assert_eq!(memory.bytes().last(), Some(&7));
        }
    }
}
