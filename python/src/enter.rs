//! The one way from Python into the core: without the GIL, and never with a panic coming back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use pyo3::prelude::*;
use sprogkit::progress::Progress;
use sprogkit::{Error, Result};

use crate::error;
use crate::integer::Integer;

/// How often a long call looks for Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// `threads=…` of a call; absent for as many as there are cores.
#[derive(Clone, Copy)]
pub(crate) struct Threads(usize);

impl<'py> FromPyObject<'_, 'py> for Threads {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let count: Integer = given.extract()?;
        let error = || Error::Argument {
            name: "threads",
            requirement: format!("between 1 and {}", sprogkit::threads::MOST),
            got: count.to_string(),
        };
        count.fit().map(Self).ok_or_else(|| error::raise(given.py(), error()))
    }
}

/// Calls the core with the GIL released; its error becomes the exception.
pub(crate) fn enter<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    match py.detach(|| catch_unwind(AssertUnwindSafe(work))) {
        Ok(outcome) => outcome.map_err(|error| error::raise(py, error)),
        Err(panic) => Err(error::bug(py, &*panic)),
    }
}

/// As [`enter`] for work of microseconds: the GIL is kept, since waiting for it would take longer.
pub(crate) fn enter_briefly<T>(py: Python<'_>, work: impl FnOnce() -> Result<T>) -> PyResult<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => outcome.map_err(|error| error::raise(py, error)),
        Err(panic) => Err(error::bug(py, &*panic)),
    }
}

/// As [`enter`], on a number of threads.
pub(crate) fn enter_parallel<T: Send>(
    py: Python<'_>,
    threads: Option<Threads>,
    work: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    enter(py, || sprogkit::threads::install(threads.map(|t| t.0), work)?)
}

/// As [`enter_parallel`], for work that takes seconds: Ctrl-C ends it.
pub(crate) fn enter_long<T: Send>(
    py: Python<'_>,
    threads: Option<Threads>,
    work: impl FnOnce(&dyn Progress) -> Result<T> + Send,
) -> PyResult<T> {
    let stop = Stop::default();
    let mut interrupt = None;
    let outcome = enter(py, || {
        std::thread::scope(|scope| {
            let (done, wait) = channel();
            let stop = &stop;
            scope.spawn(move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| {
                    sprogkit::threads::install(threads.map(|t| t.0), || work(stop))
                }));
                // The receiver waits until this is sent.
                let _ = done.send(outcome);
            });
            loop {
                match wait.recv_timeout(LOOK) {
                    Ok(Ok(outcome)) => break outcome?,
                    Ok(Err(panic)) => std::panic::resume_unwind(panic),
                    Err(RecvTimeoutError::Timeout) if interrupt.is_none() => {
                        interrupt = Python::attach(|py| py.check_signals().err());
                        stop.0.store(interrupt.is_some(), Ordering::Relaxed);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        unreachable!("the worker sends before it ends")
                    }
                }
            }
        })
    });
    match interrupt {
        Some(interrupt) => Err(interrupt),
        None => outcome,
    }
}

/// Whether Ctrl-C was pressed.
#[derive(Default)]
struct Stop(AtomicBool);

impl Progress for Stop {
    fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
