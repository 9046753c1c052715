//! Ground: how many cores a call may use.
//!
//! Everything parallel in this crate runs on rayon's current pool. [`install`] makes that pool
//! one of a wanted size, so that the command line and Python size it the same way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use rayon::ThreadPool;

use crate::{Error, Result};

/// Most threads a caller may ask for.
pub const MOST: usize = 1024;

/// Pools by process and size. A pool does not survive `fork`, so the process is part of the key.
type Pools = Mutex<HashMap<(u32, usize), Arc<ThreadPool>>>;

/// The pools already built.
static POOLS: OnceLock<Pools> = OnceLock::new();

/// Runs `work` on a pool of `threads` threads (`None`: as many as there are cores).
///
/// Pools are kept, so a second call of the same size costs nothing.
///
/// # Errors
///
/// [`Error::Argument`] where `threads` is 0, above [`MOST`], or the system gives no threads.
pub fn install<R: Send>(threads: Option<usize>, work: impl FnOnce() -> R + Send) -> Result<R> {
    let count = match threads {
        Some(count) if (1..=MOST).contains(&count) => count,
        Some(count) => {
            return Err(Error::argument("threads", format!("between 1 and {MOST}"), count));
        }
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let key = (std::process::id(), count);
    let pools = POOLS.get_or_init(Mutex::default);
    let pool = {
        let mut pools = pools.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match pools.get(&key) {
            Some(pool) => Arc::clone(pool),
            None => {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(count)
                    .thread_name(|i| format!("sprogkit-{i}"))
                    .build()
                    .map_err(|e| Error::argument("threads", "what the system can start", e))?;
                let pool = Arc::new(pool);
                pools.insert(key, Arc::clone(&pool));
                pool
            }
        }
    };
    Ok(pool.install(work))
}
