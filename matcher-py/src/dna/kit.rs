//! `Kit` and the names of loci.

use crate::errors::{OrRaise, invalid};
use matcher_core::dna as core;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A named set of loci: the core loci of a database, or what a laboratory's kit types.
///
/// The lists were written down from common knowledge of the field: check a kit against the guide of its lot before
/// relying on its list. ``len`` and ``in`` go by loci.
///
/// Examples
/// --------
/// >>> from matcher import dna
/// >>> ess = dna.kit("ESS 12")
/// >>> len(ess), "THO1" in ess, ess.loci[0]
/// (12, True, 'D1S1656')
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct Kit {
    inner: &'static core::Kit,
}

#[pymethods]
impl Kit {
    /// The name.
    #[getter]
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    /// The canonical names of its loci, in the order of loci (by chromosome).
    #[getter]
    fn loci<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.loci().iter().map(|locus| locus.name()))
    }

    fn __len__(&self) -> usize {
        self.inner.loci().len()
    }

    fn __contains__(&self, locus: &str) -> bool {
        core::Locus::new(locus).is_ok_and(|locus| self.inner.loci().contains(&locus))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.name().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (&'static str,))> {
        Ok((py.import("matcher.dna")?.getattr("kit")?, (self.inner.name(),)))
    }

    fn __repr__(&self) -> String {
        format!("<Kit {:?}: {} loci>", self.inner.name(), self.inner.loci().len())
    }
}

/// The names of all kits.
pub(crate) fn names() -> impl ExactSizeIterator<Item = &'static str> {
    core::Kit::all().iter().map(core::Kit::name)
}

/// The set of loci of this name.
///
/// Parameters
/// ----------
/// name : str
///     One of :data:`matcher.dna.KITS`, without regard to case, blanks, ``-`` and ``_``.
///
/// Returns
/// -------
/// Kit
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     There is none of this name.
///
/// Examples
/// --------
/// >>> from matcher import dna
/// >>> dna.kit("globalfiler")
/// <Kit "GlobalFiler": 24 loci>
#[pyfunction]
pub(crate) fn kit(py: Python<'_>, name: &str) -> PyResult<Kit> {
    let unknown = || {
        invalid(py, "kit", format!("{name:?}"), &format!("one of {}", names().collect::<Vec<_>>().join(", ")))
    };
    core::Kit::named(name).map(|inner| Kit { inner }).ok_or_else(unknown)
}

/// The name under which a locus stands in profiles, whatever name a laboratory gives it.
///
/// Parameters
/// ----------
/// name : str
///     Any name in use, without regard to case, blanks, ``_``, ``-`` and ``.``; what is not known keeps its own.
///
/// Returns
/// -------
/// str
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     A name that is empty, longer than 64 bytes, or holds control characters.
///
/// Examples
/// --------
/// >>> from matcher import dna
/// >>> [dna.canonical_locus(name) for name in ("THO1", "penta_d", "AMEL", "rs1490413")]
/// ['TH01', 'Penta D', 'Amelogenin', 'rs1490413']
#[pyfunction]
pub(crate) fn canonical_locus(py: Python<'_>, name: &str) -> PyResult<&'static str> {
    Ok(core::Locus::new(name).or_raise(py)?.name())
}

/// Whether a locus is one that is known here, under any of its names: others are taken by the name that is given.
///
/// Examples
/// --------
/// >>> from matcher import _matcher
/// >>> _matcher.is_known_locus("THO1"), _matcher.is_known_locus("Sample")
/// (True, False)
#[pyfunction]
pub(crate) fn is_known_locus(name: &str) -> bool {
    core::Locus::new(name).is_ok_and(core::Locus::is_known)
}
