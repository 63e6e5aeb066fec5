//! Bytes of files as if they were in memory: a file mapped whole, and columns of numbers that lie in one.
//!
//! A gallery of millions of prints should open at once and take no more memory than is looked at. So what a search
//! reads is written once in the layout in which it is read, and mapped; the code that reads it does not know whether
//! a column lies in a file or was made just now.

mod column;
mod map;

pub(crate) use column::Column;
pub(crate) use map::Map;
