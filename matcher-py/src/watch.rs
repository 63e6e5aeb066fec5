//! Long work seen from Python: without the interpreter's lock, with progress, cancelling and Ctrl-C.
//!
//! The calling thread only waits and listens, so that signals and Python's progress function are served where Python
//! expects them; the work runs beside it. With one thread there is nobody beside: the work itself stops to listen.

use matcher_core::Error;
use matcher_core::work::{Progress, Threads, Watch};
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two looks at signals, the cancel event and the progress function.
const PATIENCE: Duration = Duration::from_millis(50);

/// Who listens while work is done.
pub(crate) struct Listener {
    progress: Option<Py<PyAny>>,
    /// A bar of our own, to be closed at the end.
    bar: bool,
    cancel: Option<Py<PyAny>>,
}

/// What the listener and the work tell each other.
#[derive(Default)]
struct State {
    stop: AtomicBool,
    done: AtomicUsize,
    total: AtomicUsize,
    raised: Mutex<Option<PyErr>>,
}

impl Listener {
    /// `progress` is a function of (done, total), True for a bar, or None; `cancel` has `is_set()`.
    pub(crate) fn new(
        py: Python<'_>,
        label: &str,
        progress: Option<Bound<'_, PyAny>>,
        cancel: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        if let Some(event) = &cancel
            && !event.hasattr("is_set")?
        {
            let kind = event.get_type().name()?.to_string();
            return Err(pyo3::exceptions::PyTypeError::new_err(format!(
                "cancel is {kind}, expected an event with is_set(), such as threading.Event, or None"
            )));
        }
        let switch = progress.as_ref().and_then(|p| p.extract::<bool>().ok());
        let progress = match switch {
            Some(false) => None,
            Some(true) => Some(py.import("matcher._progress")?.call_method1("start", (label,))?),
            None => progress,
        };
        if let Some(function) = progress.as_ref().filter(|function| !function.is_callable()) {
            let kind = function.get_type().name()?.to_string();
            return Err(pyo3::exceptions::PyTypeError::new_err(format!(
                "progress is {kind}, expected a function of (done, total), True, False or None"
            )));
        }
        let bar = switch == Some(true);
        Ok(Self { progress: progress.map(Bound::unbind), bar, cancel: cancel.map(Bound::unbind) })
    }

    /// Does the work; raises what a signal or the progress function raised.
    pub(crate) fn run<R: Send>(
        &self,
        py: Python<'_>,
        threads: Threads,
        work: impl FnOnce(Watch<'_>) -> R + Send,
    ) -> PyResult<R> {
        let state = State::default();
        let result = py.detach(|| {
            // What was cancelled before it began does not begin.
            self.listen(&state);
            match threads {
                Threads::ONE => self.on_this_thread(&state, work),
                _ => self.beside(&state, work),
            }
        });
        let raised = state.raised.lock().unwrap_or_else(PoisonError::into_inner).take();
        let told = if raised.is_none() { self.tell(py, &state) } else { Ok(()) };
        let bar = self.progress.as_ref().filter(|_| self.bar);
        let finished = bar.map_or(Ok(()), |bar| bar.call_method0(py, "finish").map(drop));
        match raised {
            Some(error) => Err(error),
            None => told.and(finished).map(|()| result),
        }
    }

    fn on_this_thread<R>(&self, state: &State, work: impl FnOnce(Watch<'_>) -> R) -> R {
        let last = Mutex::new(Instant::now());
        let progress = |progress: Progress| {
            state.store(progress);
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.elapsed() >= PATIENCE {
                self.listen(state);
                *last = Instant::now();
            }
        };
        work(Watch { progress: Some(&progress), cancel: Some(&state.stop) })
    }

    fn beside<R: Send>(&self, state: &State, work: impl FnOnce(Watch<'_>) -> R + Send) -> R {
        let progress = |progress: Progress| state.store(progress);
        std::thread::scope(|scope| {
            let (sender, finished) = channel();
            let worker = scope.spawn(|| {
                let result = work(Watch { progress: Some(&progress), cancel: Some(&state.stop) });
                drop(sender);
                result
            });
            while finished.recv_timeout(PATIENCE) == Err::<(), _>(RecvTimeoutError::Timeout) {
                self.listen(state);
            }
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Looks at signals and the cancel event, and tells the progress function; once one of them has raised, no more.
    fn listen(&self, state: &State) {
        if state.raised.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return;
        }
        let heard = Python::attach(|py| -> PyResult<()> {
            py.check_signals()?;
            if let Some(cancel) = &self.cancel
                && cancel.call_method0(py, "is_set")?.is_truthy(py)?
            {
                state.stop.store(true, Ordering::Relaxed);
            }
            self.tell(py, state)
        });
        if let Err(error) = heard {
            state.stop.store(true, Ordering::Relaxed);
            *state.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    }

    fn tell(&self, py: Python<'_>, state: &State) -> PyResult<()> {
        let (done, total) = (state.done.load(Ordering::Relaxed), state.total.load(Ordering::Relaxed));
        if let Some(progress) = self.progress.as_ref().filter(|_| total > 0) {
            progress.call1(py, (done, total))?;
        }
        Ok(())
    }
}

impl State {
    fn store(&self, progress: Progress) {
        self.done.fetch_max(progress.done, Ordering::Relaxed);
        self.total.store(progress.total, Ordering::Relaxed);
    }
}

/// Applies `f` to every item on some threads, watched; [`Error::Cancelled`] where it was told to stop.
pub(crate) fn watched<T: Sync, R: Send>(
    items: &[T],
    threads: Threads,
    watch: Watch<'_>,
    f: impl Fn(&T) -> matcher_core::Result<R> + Sync + Send,
) -> matcher_core::Result<Vec<R>> {
    let counter = watch.counter(items.len());
    let results = threads.map(items, |item| {
        if counter.cancelled() {
            return Err(Error::Cancelled);
        }
        let result = f(item);
        counter.add(1);
        result
    })?;
    results.into_iter().collect()
}
