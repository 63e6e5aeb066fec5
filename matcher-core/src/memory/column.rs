//! Many values of a plain type side by side: made just now, or lying in a mapped file.

use super::map::{Map, View};
use bytemuck::Pod;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A slice of values that owns them or shares them with a file.
///
/// Reading is reading a slice. Changing goes through [`Column::to_mut`], which copies values out of a file first: the
/// file never changes. A clone of a column in a file shares it and costs nothing; a clone of an owned one copies.
pub(crate) struct Column<T>(Values<T>);

enum Values<T> {
    Owned(Vec<T>),
    Mapped(View<T>),
}

impl<T: Pod> Column<T> {
    /// The values that lie in a range of bytes of a map, or what is wrong with the range: it does not lie in the file,
    /// its start is not a multiple of the alignment of `T`, or its length not one of the size of `T`.
    ///
    /// Whether the bytes are those that were written is not asked here.
    pub(crate) fn mapped(map: &Arc<Map>, range: Range<usize>) -> Result<Self, String> {
        View::new(map, range).map(|view| Self(Values::Mapped(view)))
    }
}

impl<T: Clone> Column<T> {
    /// The values to change; those of a file are copied out of it first.
    pub(crate) fn to_mut(&mut self) -> &mut Vec<T> {
        if let Values::Mapped(view) = &self.0 {
            self.0 = Values::Owned(view.to_vec());
        }
        match &mut self.0 {
            Values::Owned(values) => values,
            Values::Mapped(_) => unreachable!("it was made an owned one above"),
        }
    }
}

impl<T> Column<T> {
    /// Whether the values lie in a file.
    pub(crate) fn is_mapped(&self) -> bool {
        matches!(self.0, Values::Mapped(_))
    }
}

impl<T> Deref for Column<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Values::Owned(values) => values,
            Values::Mapped(view) => view,
        }
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Values::Owned(values))
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self(Values::Owned(Vec::new()))
    }
}

impl<T: Clone> Clone for Column<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Values::Owned(values) => Values::Owned(values.clone()),
            Values::Mapped(view) => Values::Mapped(view.clone()),
        })
    }
}

/// Values may be biometric data: only their number is shown.
impl<T> fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Column");
        shown.field("len", &self.len()).field("is_mapped", &self.is_mapped()).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "column_tests.rs"]
mod tests;
