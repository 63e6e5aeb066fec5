//! What of a gallery leaves the house: the keywords of an export, checked once, and what a shard says of itself.

use super::{Gallery, closed};
use crate::convert::{self, plain};
use crate::errors::{OrRaise, invalid};
use crate::fingerprint::position;
use crate::watch::Listener;
use matcher_core::fingerprint::FingerPosition;
use matcher_core::gallery::{self as core, Asker, ExportOptions, ShardInfo, SubjectId};
use matcher_core::work::Threads;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::{BTreeSet, HashSet};
use std::time::{SystemTime, UNIX_EPOCH};

/// An export that is ready to run.
pub(super) struct Export {
    asker: Asker,
    only: Option<HashSet<SubjectId>>,
    exclude: HashSet<SubjectId>,
    positions: Option<BTreeSet<FingerPosition>>,
    profiles: bool,
    records: bool,
    max_minutiae: Option<usize>,
    not_after: Option<u64>,
    listener: Listener,
}

impl Export {
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    pub(super) fn new<'py>(
        py: Python<'py>,
        asker: Asker,
        only: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        positions: Option<&Bound<'py, PyAny>>,
        profiles: bool,
        records: bool,
        max_minutiae: Option<isize>,
        not_after: Option<&Bound<'py, PyAny>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let ids = |names: Option<&Bound<'py, PyAny>>, field| -> PyResult<Option<HashSet<SubjectId>>> {
            let Some(names) = names else { return Ok(None) };
            let names = convert::texts(names, field)?;
            Ok(Some(names.iter().map(|id| convert::subject_id(py, id)).collect::<PyResult<_>>()?))
        };
        let codes = |codes: &Bound<'py, PyAny>| -> PyResult<BTreeSet<FingerPosition>> {
            codes.try_iter()?.map(|code| position(py, code?.extract()?)).collect()
        };
        let most = |count: isize| {
            usize::try_from(count).map_err(|_| invalid(py, "max_minutiae", count, "a positive number"))
        };
        Ok(Self {
            asker,
            only: ids(only, "only")?,
            exclude: ids(exclude, "exclude")?.unwrap_or_default(),
            positions: positions.map(codes).transpose()?,
            profiles,
            records,
            max_minutiae: max_minutiae.map(most).transpose()?,
            not_after: not_after.map(seconds).transpose()?,
            listener: Listener::new(py, "exporting", progress, None)?,
        })
    }

    /// Exports the gallery as it is now, at the time that the clock says.
    pub(super) fn run<'py>(
        self,
        py: Python<'py>,
        gallery: &Gallery,
        export: impl FnOnce(&core::Gallery, &ExportOptions<'_>) -> matcher_core::Result<ShardInfo> + Send,
    ) -> PyResult<Bound<'py, PyDict>> {
        // A clock before 1970 is one that says nothing.
        let exported = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let listener = &self.listener;
        let (asker, only, exclude, positions) = (self.asker, self.only, self.exclude, self.positions);
        let (profiles, records, max_minutiae, not_after) =
            (self.profiles, self.records, self.max_minutiae, self.not_after);
        let noted = listener.run(py, Threads::All, |watch| {
            let options = ExportOptions {
                asker,
                only,
                exclude,
                positions,
                profiles,
                records,
                max_minutiae,
                exported,
                not_after,
                watch,
            };
            gallery.snapshot().map(|gallery| export(&*gallery?, &options))
        })?;
        described(py, &noted.ok_or_else(closed)?.or_raise(py)?)
    }
}

/// What a shard says of itself, with fingers by their codes as everywhere in Python, and its part also in words.
pub(super) fn described<'py>(py: Python<'py>, info: &ShardInfo) -> PyResult<Bound<'py, PyDict>> {
    let dict: Bound<'py, PyDict> = plain(py, info)?.cast_into()?;
    // Not `u8`: that would become `bytes`.
    let codes = |positions: &BTreeSet<FingerPosition>| -> Vec<u16> {
        positions.iter().map(|position| u16::from(position.code())).collect()
    };
    let filter = dict.as_any().get_item("filter")?;
    filter.set_item("positions", info.filter.positions.as_ref().map(codes))?;
    dict.set_item("part", info.filter.to_string())?;
    Ok(dict)
}

/// Seconds since 1970 of a `datetime` that says its time zone, or as they are.
fn seconds(time: &Bound<'_, PyAny>) -> PyResult<u64> {
    let py = time.py();
    let wrong = |expected| {
        invalid(py, "not_after", time.str().map_or_else(|_| "?".to_owned(), |s| s.to_string()), expected)
    };
    if time.is_instance(&py.import("datetime")?.getattr("datetime")?)? {
        if time.call_method0("utcoffset")?.is_none() {
            return Err(wrong("a datetime that says its time zone"));
        }
        let since: f64 = time.call_method0("timestamp")?.extract()?;
        return py
            .import("math")?
            .call_method1("floor", (since,))?
            .extract()
            .map_err(|_| wrong("a time after 1970"));
    }
    if let Ok(number) = time.extract::<i128>() {
        return u64::try_from(number).map_err(|_| wrong("seconds since 1970, 0 or more"));
    }
    let kind = time.get_type().name()?.to_string();
    Err(PyTypeError::new_err(format!(
        "not_after is {kind}, expected a datetime, a whole number of seconds since 1970, or None"
    )))
}
