//! How many threads do a piece of work.
//!
//! One thread means the calling one, and no pool at all: a program that forks after loading, or that spreads its own
//! work, must be able to rely on that. The results never depend on the number.

use crate::error::{Error, Result};
use rayon::prelude::*;
use std::num::NonZeroUsize;

/// How many threads to use.
///
/// # Examples
/// ```
/// use matcher_core::work::Threads;
/// let squares = Threads::new(2).map(&[1, 2, 3], |n| n * n)?;
/// assert_eq!(squares, [1, 4, 9]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threads {
    /// One for each core, in a pool that all such work shares.
    #[default]
    All,
    /// So many ([`Threads::MOST`] at most), in a pool of their own; 1 runs on the calling thread without any pool.
    Count(NonZeroUsize),
}

impl Threads {
    /// The most threads that a pool gets, whatever was asked for; nor does it get more than there are items. Far beyond
    /// the cores of any machine; without a bound, a slip of a zero ends the process when the system has no more threads.
    pub const MOST: usize = 1024;

    /// The calling thread alone.
    pub const ONE: Self = Self::Count(NonZeroUsize::MIN);

    /// So many threads; 0 means all cores.
    pub const fn new(count: usize) -> Self {
        match NonZeroUsize::new(count) {
            Some(count) => Self::Count(count),
            None => Self::All,
        }
    }

    /// Applies `f` to every item; results stand in the order of the items.
    ///
    /// # Errors
    /// [`Error::Threads`] where the operating system gives no threads.
    pub fn map<T: Sync, R: Send>(self, items: &[T], f: impl Fn(&T) -> R + Sync + Send) -> Result<Vec<R>> {
        match self {
            Self::All => Ok(items.par_iter().map(f).collect()),
            Self::ONE => Ok(items.iter().map(f).collect()),
            Self::Count(count) => {
                let threads = count.get().min(items.len()).clamp(1, Self::MOST);
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                let pool = pool.map_err(|e| Error::Threads { threads, reason: e.to_string() })?;
                Ok(pool.install(|| items.par_iter().map(f).collect()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_is_the_calling_one() {
        let here = std::thread::current().id();
        let ids = Threads::ONE.map(&[(); 100], |()| std::thread::current().id()).unwrap();
        assert!(ids.iter().all(|&id| id == here));
    }

    #[test]
    fn order_is_that_of_the_items() {
        let items: Vec<usize> = (0..10_000).collect();
        for threads in [Threads::All, Threads::ONE, Threads::new(7), Threads::new(usize::MAX)] {
            assert_eq!(threads.map(&items, |&n| n).unwrap(), items);
            assert!(threads.map(&items[..0], |&n| n).unwrap().is_empty());
        }
    }
}
