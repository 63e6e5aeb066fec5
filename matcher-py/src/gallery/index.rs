//! Building the index of a gallery from Python.

use super::Gallery;
use crate::convert;
use crate::convert::plain;
use crate::watch::Listener;
use matcher_core::gallery::IndexConfig;
use pyo3::prelude::*;
use pyo3::types::PyDict;

impl Gallery {
    /// Builds it, and tells what is in it.
    pub(super) fn index<'py>(
        &self,
        py: Python<'py>,
        cells: Option<isize>,
        threads: Option<isize>,
        listener: &Listener,
    ) -> PyResult<Bound<'py, PyDict>> {
        // What is no number of cells is refused with the range.
        let cells = cells.map(|cells| usize::try_from(cells).unwrap_or(0));
        let config = IndexConfig { cells, ..IndexConfig::default() };
        let threads = convert::threads(py, threads)?;
        let build = |gallery: &mut matcher_core::gallery::Gallery, watch: matcher_core::work::Watch<'_>| {
            gallery.build_index(&config, threads, watch)
        };
        Ok(plain(py, &self.change_watched(py, listener, build)?)?.cast_into()?)
    }
}
