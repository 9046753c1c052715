//! Memory for tables of which any place may be asked next: in large pages where the system has them, so that
//! the processor need not look up where each page lies.

use memmap2::MmapMut;

use super::cache::Bucket;

/// A page of the large kind, on most systems.
const LARGE: usize = 2 << 20;

/// Some buckets, each within one line of the processor's cache.
#[derive(Debug)]
pub(super) struct Memory {
    bytes: Bytes,
    /// Where the first bucket begins.
    start: usize,
    /// One less than the buckets.
    mask: usize,
}

#[derive(Debug)]
enum Bytes {
    Map(MmapMut),
    Heap(Vec<u8>),
}

impl Memory {
    /// So many empty buckets, a power of two.
    pub(super) fn zeroed(buckets: usize) -> Self {
        let size = buckets * size_of::<Bucket>();
        let align = if size >= LARGE { LARGE } else { size_of::<Bucket>() };
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
            && size >= LARGE
        {
            // Where the system declines, pages are small.
            let _ = map.advise_range(memmap2::Advice::HugePage, start, size);
        }
        Self { bytes, start, mask: buckets - 1 }
    }

    #[inline]
    pub(super) fn buckets(&self) -> &[Bucket] {
        let bytes = match &self.bytes {
            Bytes::Map(map) => &map[..],
            Bytes::Heap(heap) => heap,
        };
        &bytes[self.start..].as_chunks().0[..=self.mask]
    }

    #[inline]
    pub(super) fn buckets_mut(&mut self) -> &mut [Bucket] {
        let bytes = match &mut self.bytes {
            Bytes::Map(map) => &mut map[..],
            Bytes::Heap(heap) => heap,
        };
        &mut bytes[self.start..].as_chunks_mut().0[..=self.mask]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_zero_and_each_lies_in_one_line() {
        for count in [1, 8, 1 << 15, 1 << 16] {
            let mut memory = Memory::zeroed(count);
            assert_eq!(memory.buckets().len(), count);
            assert_eq!(memory.buckets().as_ptr().addr() % 64, 0);
            assert!(memory.buckets().iter().all(|bucket| *bucket == [0; 64]));
            memory.buckets_mut()[count - 1] = [7; 64];
            assert_eq!(memory.buckets()[count - 1], [7; 64]);
        }
    }
}
