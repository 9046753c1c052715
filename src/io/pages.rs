//! Long rows of numbers in large pages, where the system has them: memory that is made page by page takes a tenth
//! and more of the time that filling it takes.
#![cfg_attr(
    target_os = "linux",
    expect(unsafe_code, reason = "no safe call advises the system on memory of the heap")
)]

/// A page of the large kind, on most systems.
pub(crate) const LARGE: usize = 2 << 20;

/// So many zeros. Memory is made where it is first written to.
pub(crate) fn zeros<T: Clone + Default>(length: usize) -> Vec<T> {
    let row = vec![T::default(); length];
    in_large_pages(&row);
    row
}

/// An empty row with room for so many.
pub(crate) fn room<T>(capacity: usize) -> Vec<T> {
    let row = Vec::with_capacity(capacity);
    in_large_pages(&row);
    row
}

/// Advises the system to make the row's memory in large pages, as far as it is not made yet.
#[cfg_attr(not(target_os = "linux"), allow(clippy::ptr_arg, reason = "the room counts, too"))]
fn in_large_pages<T>(row: &Vec<T>) {
    #[cfg(target_os = "linux")]
    {
        let address = row.as_ptr().addr();
        let ahead = address.next_multiple_of(LARGE) - address;
        let bytes = (row.capacity() * size_of::<T>()).saturating_sub(ahead) / LARGE * LARGE;
        if bytes > 0 {
            // SAFETY: the range lies in the row's own memory, and the advice changes nothing of what is there.
            // Where the system declines, pages are small.
            let _ = unsafe {
                libc::madvise(
                    row.as_ptr().byte_add(ahead).cast_mut().cast(),
                    bytes,
                    libc::MADV_HUGEPAGE,
                )
            };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = row;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_large_pages_are_rows() {
        for length in [0, 1, LARGE / 4, LARGE, 3 * LARGE + 5] {
            let mut row: Vec<u32> = zeros(length);
            assert!(row.len() == length && row.iter().all(|&one| one == 0));
            row.iter_mut().zip(0..).for_each(|(one, value)| *one = value);
            assert!(row.iter().copied().eq(0..length as u32));
            let mut row = room(length / 2);
            row.extend(0..length as u32);
            assert!(row.iter().copied().eq(0..length as u32));
        }
    }
}
