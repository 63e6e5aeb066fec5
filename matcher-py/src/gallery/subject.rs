//! `Subject`: what was enrolled of one, and what is to be.

use crate::convert::subject_id;
use crate::dna::profile::{Profile, one_or_more_profiles};
use crate::fingerprint::files::one_or_more;
use crate::fingerprint::template::Template;
use matcher_core::gallery as core;
use pyo3::prelude::*;

/// A subject as it was enrolled.
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Subject(core::Subject);

impl From<core::Subject> for Subject {
    fn from(subject: core::Subject) -> Self {
        Self(subject)
    }
}

#[pymethods]
impl Subject {
    /// Opaque identifier.
    #[getter]
    fn id(&self) -> &str {
        self.0.id().as_str()
    }

    /// The enrolled prints, in the order in which they were given.
    #[getter]
    fn fingerprints(&self) -> Vec<Template> {
        self.0.fingerprints().iter().cloned().map(Template::from).collect()
    }

    /// The enrolled DNA profiles, in the order in which they were given.
    #[getter]
    fn dna(&self) -> Vec<Profile> {
        self.0.profiles().iter().cloned().map(Profile::from).collect()
    }

    fn __repr__(&self) -> String {
        format!(
            "<Subject {:?}: {} prints, {} DNA profiles>",
            self.id(),
            self.0.fingerprints().len(),
            self.0.profiles().len()
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
