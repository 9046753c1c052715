//! What is promised not to allocate does not.
#![expect(unsafe_code, reason = "an allocator that counts is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use sprogkit::text::{Options, sentences, words};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting the calls of each thread.
struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        let _ = BYTES.try_with(|bytes| bytes.set(bytes.get() + layout.size()));
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the promises of `dealloc`; the memory is the system's.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many times `work` allocates, on this thread.
pub(crate) fn during(work: impl FnOnce()) -> usize {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

/// How many bytes `work` allocates, on this thread, those that it gives back included.
#[cfg(feature = "subword")]
pub(crate) fn bytes_during(work: impl FnOnce()) -> usize {
    let before = BYTES.get();
    work();
    BYTES.get() - before
}

#[test]
fn words_allocate_nothing() {
    let text = "Hr. Holm (f. 3. maj 1970) betalte kr. 1.234,50, jf. § 5; se www.eksempel.dk 😀. 漢字 'ja' "
        .repeat(500);
    // The tables are read once.
    assert!(words(&text).count() > 10_000);
    let mut count = 0;
    assert_eq!(during(|| count = words(&text).count()), 0);
    assert!(count > 10_000);
    let options = Options { slashes: true, endings: true, ..Options::default() };
    assert_eq!(during(|| count = options.words(&text).count()), 0);
    assert!(during(|| drop(vec![1_u8; 10])) > 0, "the allocator does not count");
}

#[test]
fn sentences_allocate_nothing() {
    let text = "NYT FRA BYEN Kommunen svarer på brev 9 i dag. Hr. Holm kom kl. 8: \"Nej tak,\" sagde han. \
        Han bor i Vejle\nDet er godt… »Ja!« 3. maj Jensen og Sønner "
        .repeat(300);
    // The tables are read once.
    assert!(sentences(&text).count() > 900);
    for rules_only in [false, true] {
        let options = Options { rules_only, ..Options::default() };
        let mut count = 0;
        assert_eq!(during(|| count = options.sentences(&text).count()), 0);
        assert!(count > 900);
    }
}
