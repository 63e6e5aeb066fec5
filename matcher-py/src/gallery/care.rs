//! `Finding` and `Recovery`: what is damaged of a lasting gallery, and what was saved of it.

use crate::convert::plain;
use matcher_core::gallery as core;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Something of a gallery's folder that is not what was written. See :meth:`matcher.Gallery.verify`.
#[pyclass(frozen, eq, module = "matcher")]
#[derive(PartialEq)]
pub(crate) struct Finding(core::Finding);

impl From<core::Finding> for Finding {
    fn from(finding: core::Finding) -> Self {
        Self(finding)
    }
}

#[pymethods]
impl Finding {
    /// The file, in the gallery's folder.
    #[getter]
    fn file(&self) -> &str {
        &self.0.file
    }

    /// What is wrong, and with which record where that can be told.
    #[getter]
    fn what(&self) -> &str {
        &self.0.what
    }

    /// Whether data is lost; what is made from the records is made again from them.
    #[getter]
    fn is_loss(&self) -> bool {
        self.0.is_loss
    }

    /// Everything as plain Python objects, ready for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.0)?.cast_into()?)
    }

    fn __repr__(&self) -> String {
        format!("<Finding {}>", self.0)
    }
}

/// What was saved of a gallery whose records are damaged. See :meth:`matcher.Gallery.recover`.
#[pyclass(frozen, eq, module = "matcher")]
#[derive(PartialEq)]
pub(crate) struct Recovery(core::Recovery);

impl From<core::Recovery> for Recovery {
    fn from(recovery: core::Recovery) -> Self {
        Self(recovery)
    }
}

#[pymethods]
impl Recovery {
    /// Subjects that are there again.
    #[getter]
    fn saved(&self) -> usize {
        self.0.saved
    }

    /// Ids of subjects whose records are lost.
    #[getter]
    fn lost(&self) -> Vec<&str> {
        self.0.lost.iter().map(String::as_str).collect()
    }

    /// Changes of which nothing is left but that they were made: a lost subject, or one that was removed.
    #[getter]
    fn unaccounted(&self) -> usize {
        self.0.unaccounted
    }

    /// Records that were found by searching the damaged file. Some of them may have been removed where that can no longer
    /// be told.
    #[getter]
    fn found_by_search(&self) -> usize {
        self.0.found_by_search
    }

    /// Whether it can no longer be told which subjects were removed: some that are there again may have been.
    #[getter]
    fn removals_unknown(&self) -> bool {
        self.0.removals_unknown
    }

    /// What the gallery is for: to be looked at where its manifest was damaged, which alone says so.
    #[getter]
    fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// The name under which the damaged file was kept in the folder.
    #[getter]
    fn damaged_file(&self) -> &str {
        &self.0.damaged_file
    }

    /// Everything as plain Python objects, ready for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.0)?.cast_into()?)
    }

    fn __repr__(&self) -> String {
        let Self(of) = self;
        let doubt = if of.removals_unknown { ", removals unknown" } else { "" };
        format!(
            "<Recovery: {} saved, {} lost, {} unaccounted for, {} found by search{doubt}; {:?} kept>",
            of.saved,
            of.lost.len(),
            of.unaccounted,
            of.found_by_search,
            of.damaged_file
        )
    }
}
