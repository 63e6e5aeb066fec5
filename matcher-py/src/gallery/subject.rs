//! `Subject`: what was enrolled of one, and what is to be.

use crate::convert::subject_id;
use crate::dna::profile::{Profile, one_or_more_profiles};
use crate::fingerprint::files::one_or_more;
use crate::fingerprint::template::Template;
use matcher_core::gallery as core;
use pyo3::prelude::*;

/// A subject as it was enrolled.
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Subject {
    id: String,
    fingerprints: Vec<Template>,
    dna: Vec<Profile>,
}

impl Subject {
    pub(super) fn new(id: &str, fingerprints: Vec<Template>, dna: Vec<Profile>) -> Self {
        Self { id: id.to_owned(), fingerprints, dna }
    }
}

#[pymethods]
impl Subject {
    /// Opaque identifier.
    #[getter]
    fn id(&self) -> &str {
        &self.id
    }

    /// The enrolled prints, in the order in which they were given.
    #[getter]
    fn fingerprints(&self) -> Vec<Template> {
        self.fingerprints.clone()
    }

    /// The enrolled DNA profiles, in the order in which they were given.
    #[getter]
    fn dna(&self) -> Vec<Profile> {
        self.dna.clone()
    }

    fn __repr__(&self) -> String {
        format!(
            "<Subject {:?}: {} prints, {} DNA profiles>",
            self.id,
            self.fingerprints.len(),
            self.dna.len()
        )
    }
}

/// A subject that is to be enrolled.
pub(crate) type Entry = core::Enrolment;

pub(crate) fn entry(
    py: Python<'_>,
    id: &str,
    fingerprints: Option<&Bound<'_, PyAny>>,
    dna: Option<&Bound<'_, PyAny>>,
) -> PyResult<Entry> {
    let prints = fingerprints.map(one_or_more).transpose()?.unwrap_or_default();
    let prints = prints.iter().map(|template| (**template).clone()).collect();
    let profiles = dna.map(one_or_more_profiles).transpose()?.unwrap_or_default();
    Ok(core::Enrolment::new(subject_id(py, id)?).fingerprints(prints).profiles(profiles))
}
