//! Memory in large pages, where the system has them: for tables of which any place may be asked next, so that the
//! processor need not look up where each page lies, and for long rows of ids, which else are made page by page.
#![cfg_attr(
    target_os = "linux",
    expect(unsafe_code, reason = "rows of ids in large pages are made in a tenth less time")
)]

use memmap2::MmapMut;

/// A page of the large kind, on most systems.
const LARGE: usize = 2 << 20;
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

/// Advises the system to hold `row`, with the room behind it, in large pages: before it is filled.
pub(super) fn in_large_pages(row: &Vec<u32>) {
    #[cfg(target_os = "linux")]
    {
        let room = row.capacity() * size_of::<u32>();
        let ahead = row.as_ptr().addr().next_multiple_of(LARGE) - row.as_ptr().addr();
        let Some(length) = room.checked_sub(ahead).filter(|length| *length >= LARGE) else {
            return;
        };
        let length = length / LARGE * LARGE;
        // SAFETY: the range lies within the row's own memory, and the advice changes nothing of what is there.
        // Where the system declines, pages are small.
        let _ = unsafe {
            libc::madvise(row.as_ptr().byte_add(ahead) as *mut _, length, libc::MADV_HUGEPAGE)
        };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = row;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_large_pages_hold_what_they_are_given() {
        for room in [0, 1, LARGE / 4, LARGE, 3 * LARGE + 5] {
            let mut row = Vec::with_capacity(room);
            row.extend(0..room as u32 / 2);
            in_large_pages(&row);
            row.extend(room as u32 / 2..room as u32);
            assert!(row.iter().copied().eq(0..room as u32));
        }
    }

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
