//! How a piece of work is spread over threads, watched and stopped.

mod threads;
mod watch;

pub use threads::Threads;
pub use watch::{Counter, Progress, Watch};
