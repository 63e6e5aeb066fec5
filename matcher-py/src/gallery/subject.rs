//! `Subject`: what was enrolled of one, and what is to be.

use crate::convert::{subject_id, texts};
use crate::dna::profile::{Profile, one_or_more_profiles};
use crate::errors::OrRaise;
use crate::fingerprint::files::one_or_more;
use crate::fingerprint::template::Template;
use matcher_core::gallery as core;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::time::{SystemTime, UNIX_EPOCH};

/// A subject as it was enrolled.
///
/// Examples
/// --------
/// >>> from matcher import Gallery
/// >>> gallery = Gallery.in_memory()
/// >>> gallery.enrol("A-17", owner="NL", visible_to=["DE", "BE"], tags=["red"], provenance="reel 4")
/// >>> subject = gallery.get("A-17")
/// >>> subject.owner, subject.visible_to, subject.tags, subject.provenance
/// ('NL', ['BE', 'DE'], ['red'], 'reel 4')
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

    /// Whose record it is; None where nobody was named.
    #[getter]
    fn owner(&self) -> Option<&str> {
        self.0.access().owner()
    }

    /// Who may see it besides the owner, sorted; None where everybody may.
    #[getter]
    fn visible_to(&self) -> Option<Vec<&str>> {
        self.0.access().viewers().map(|viewers| viewers.iter().map(String::as_str).collect())
    }

    /// Its tags, sorted.
    #[getter]
    fn tags(&self) -> Vec<&str> {
        self.0.access().tags().iter().map(String::as_str).collect()
    }

    /// Where the record comes from, where that was noted.
    #[getter]
    fn provenance(&self) -> Option<&str> {
        self.0.provenance()
    }

    /// When it was enrolled by the clock of the machine, as a ``datetime`` in UTC, to the second; None where the clock
    /// did not say.
    #[getter]
    fn enrolled<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(seconds) = self.0.enrolled() else { return Ok(None) };
        let datetime = py.import("datetime")?;
        let utc = datetime.getattr("timezone")?.getattr("utc")?;
        let (class, since) = (datetime.getattr("datetime")?, PyDict::new(py));
        since.set_item("seconds", seconds)?;
        let start = class.call_method1("fromtimestamp", (0, utc))?;
        // Years beyond 9999 are left to Python to refuse.
        Ok(Some(start.add(datetime.getattr("timedelta")?.call((), Some(&since))?)?))
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

/// What is to be enrolled, as the arguments say, at the time that the clock says.
#[expect(clippy::too_many_arguments, reason = "arguments of the Python function")]
pub(crate) fn entry(
    py: Python<'_>,
    id: &str,
    fingerprints: Option<&Bound<'_, PyAny>>,
    dna: Option<&Bound<'_, PyAny>>,
    owner: Option<&str>,
    tags: Option<&Bound<'_, PyAny>>,
    visible_to: Option<&Bound<'_, PyAny>>,
    provenance: Option<&str>,
) -> PyResult<Entry> {
    let prints = fingerprints.map(one_or_more).transpose()?.unwrap_or_default();
    let prints = prints.iter().map(|template| (**template).clone()).collect();
    let profiles = dna.map(one_or_more_profiles).transpose()?.unwrap_or_default();
    let mut access = core::Access::default();
    if let Some(owner) = owner {
        access = access.owned_by(owner).or_raise(py)?;
    }
    if let Some(tags) = tags {
        access = access.tagged(texts(tags, "tags")?).or_raise(py)?;
    }
    if let Some(viewers) = visible_to {
        access = access.visible_to(texts(viewers, "visible_to")?).or_raise(py)?;
    }
    let mut entry =
        core::Enrolment::new(subject_id(py, id)?).fingerprints(prints).profiles(profiles).access(access);
    if let Some(note) = provenance {
        entry = entry.provenance(note).or_raise(py)?;
    }
    if let Ok(now) = SystemTime::now().duration_since(UNIX_EPOCH) {
        entry = entry.enrolled(now.as_secs());
    }
    Ok(entry)
}
