//! Ctrl-C: the first asks the work to end and clean up behind itself, the second ends it at once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);
static WATCHES: AtomicUsize = AtomicUsize::new(0);
static HANDLER: OnceLock<bool> = OnceLock::new();

/// As long as it lives, Ctrl-C (and a request to terminate) is kept for [`asked`] to find.
pub(super) struct Watch(());

/// Watches from now on.
pub(super) fn watch() -> Watch {
    if WATCHES.fetch_add(1, Ordering::SeqCst) == 0 {
        ASKED.store(false, Ordering::SeqCst);
    }
    // Without a handler Ctrl-C ends the process, which leaves no pack either.
    HANDLER.get_or_init(|| ctrlc::set_handler(interrupted).is_ok());
    Watch(())
}

fn interrupted() {
    let again = ASKED.swap(true, Ordering::SeqCst);
    // Whoever asks twice does not want to wait. 130 is what a shell expects.
    if again || WATCHES.load(Ordering::SeqCst) == 0 {
        std::process::exit(130);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCHES.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether the user asked for the end.
pub(super) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
