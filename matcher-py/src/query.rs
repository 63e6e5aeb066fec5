//! The keywords that all searches share, checked once.

use crate::candidates::CandidateList;
use crate::convert::{self, subject_id};
use crate::errors::{OrRaise, invalid};
use crate::fingerprint::files::one_or_more;
use crate::gallery::{Gallery, closed};
use crate::joint::{DnaPart, JointCandidateList};
use crate::part::PartSearch;
use crate::watch::Listener;
use matcher_core::fingerprint::Template;
use matcher_core::gallery::{self as core, Asker};
use matcher_core::search as core_search;
use matcher_core::search::{Mode, Options, Positions, search, search_many};
use matcher_core::units::Angle;
use pyo3::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// A deadline in seconds.
pub(crate) fn seconds(py: Python<'_>, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| invalid(py, "deadline", seconds, "a finite number of seconds, 0 or more"))
}

/// A search that is ready to run with any probe.
pub(crate) struct Query {
    options: Options<'static>,
    listener: Listener,
}

impl Query {
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    pub(crate) fn new<'py>(
        py: Python<'py>,
        limit: isize,
        min_score: Option<f64>,
        mode: &str,
        max_rotation: Option<f64>,
        position: &str,
        exclude: Option<&Bound<'py, PyAny>>,
        asker: Asker,
        deadline: Option<f64>,
        threads: Option<isize>,
        listener: Listener,
    ) -> PyResult<Self> {
        let mode = match mode {
            "fast" => Mode::Fast,
            "exhaustive" => Mode::Exhaustive,
            "indexed" => Mode::Indexed,
            _ => {
                let expected = "\"fast\", \"exhaustive\" or \"indexed\"";
                return Err(invalid(py, "mode", format!("{mode:?}"), expected));
            }
        };
        let rotation = |degrees: f64| {
            let within = Some(degrees).filter(|degrees| (0.0..=180.0).contains(degrees));
            let angle = within.and_then(Angle::from_degrees);
            angle.ok_or_else(|| invalid(py, "max_rotation", degrees, "0 to 180 degrees"))
        };
        let positions = match position {
            "same" => Positions::Same,
            "any" => Positions::Any,
            _ => return Err(invalid(py, "position", format!("{position:?}"), "\"same\" or \"any\"")),
        };
        let exclude = exclude.map(|ids| convert::texts(ids, "exclude")).transpose()?.unwrap_or_default();
        let exclude = exclude.iter().map(|id| subject_id(py, id)).collect::<PyResult<_>>()?;
        let options = Options {
            limit: usize::try_from(limit).map_err(|_| invalid(py, "limit", limit, "0 or more"))?,
            min_score,
            mode,
            max_rotation: max_rotation.map(rotation).transpose()?,
            positions,
            exclude,
            asker,
            threads: convert::threads(py, threads)?,
            deadline: deadline.map(|given| seconds(py, given)).transpose()?,
            ..Options::default()
        };
        Ok(Self { options, listener })
    }

    /// Searches with one probe.
    pub(crate) fn run(&self, gallery: &Gallery, probe: &Bound<'_, PyAny>) -> PyResult<CandidateList> {
        let probes = one_or_more(probe)?;
        let answer =
            self.watched(probe.py(), gallery, |gallery, options| search(gallery, &probes, options))?;
        Ok(CandidateList::from(answer))
    }

    /// Searches with one probe and the DNA of the same person.
    pub(crate) fn run_joint(
        &self,
        gallery: &Gallery,
        probe: &Bound<'_, PyAny>,
        dna: &DnaPart,
    ) -> PyResult<JointCandidateList> {
        let probes = one_or_more(probe)?;
        let answer =
            self.watched(probe.py(), gallery, |gallery, options| dna.search(gallery, &probes, options))?;
        Ok(JointCandidateList::from(answer))
    }

    /// Searches with several probes, which share the reading of the gallery.
    pub(crate) fn run_many(
        &self,
        gallery: &Gallery,
        probes: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<CandidateList>> {
        let py = probes.py();
        let probes = persons(probes)?;
        let answers = self.watched(py, gallery, |gallery, options| search_many(gallery, &probes, options))?;
        Ok(answers.into_iter().map(CandidateList::from).collect())
    }

    /// Begins a search of a part of a gallery.
    pub(crate) fn begin_part(
        &self,
        gallery: &Gallery,
        probes: &Bound<'_, PyAny>,
        elsewhere: usize,
    ) -> PyResult<PartSearch> {
        let py = probes.py();
        let probes = persons(probes)?;
        self.watched(py, gallery, |gallery, options| {
            PartSearch::new(core_search::PartSearch::begin(gallery, &probes, options, elsewhere)?)
        })
    }

    /// Searches the gallery as it is now, with the listener watching.
    fn watched<R: Send>(
        &self,
        py: Python<'_>,
        gallery: &Gallery,
        search: impl FnOnce(&core::Gallery, &Options<'_>) -> matcher_core::Result<R> + Send,
    ) -> PyResult<R> {
        let asked = &self.options;
        let answer = self.listener.run(py, asked.threads, |watch| {
            let options =
                Options { watch, exclude: asked.exclude.clone(), asker: asked.asker.clone(), ..*asked };
            gallery.snapshot().map(|gallery| search(&*gallery?, &options))
        })?;
        answer.ok_or_else(closed)?.or_raise(py)
    }
}

/// The prints of several persons, each given as one print or several.
fn persons(probes: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<Arc<Template>>>> {
    probes.try_iter()?.map(|probe| one_or_more(&probe?)).collect()
}
