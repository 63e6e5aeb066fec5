//! `check_conventions`: what a set of prints is suspected of.

use super::files::templates;
use matcher_core::fingerprint as core;
use pyo3::prelude::*;

/// A mistake in the conventions of a set of prints, which its statistics suggest.
///
/// No proof: look at a print with its image. ``str`` says all of it in words.
#[pyclass(frozen, module = "matcher.fingerprint")]
pub(crate) struct Suspicion {
    inner: core::Suspicion,
}

#[pymethods]
impl Suspicion {
    /// What seems to be wrong: "clockwise", "rows_from_bottom", "upside_down", "quarter_turn", "from_y_axis", "bearings",
    /// "small_unit", "scattered", "resolution" or "stretched".
    #[getter]
    fn mistake(&self) -> &'static str {
        self.inner.mistake.code()
    }

    /// The same in words.
    #[getter]
    fn description(&self) -> &'static str {
        self.inner.mistake.name()
    }

    /// The statistic that shows it.
    #[getter]
    fn found(&self) -> f64 {
        self.inner.found
    }

    /// Where the statistic lies in sets without the mistake: least and most.
    #[getter]
    fn usual(&self) -> (f64, f64) {
        self.inner.usual
    }

    /// Prints that it was taken of.
    #[getter]
    fn prints(&self) -> usize {
        self.inner.prints
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Suspicion: {} in {} prints>", self.inner.mistake.code(), self.inner.prints)
    }
}

/// Look for mistaken conventions in a set of prints of one source.
///
/// Directions counted clockwise, mirrored or turned prints, a wrong unit of angle, a wrong resolution: nothing in one file
/// shows them, and comparisons just find nothing. Many prints together show them, because fingers are alike.
///
/// Parameters
/// ----------
/// templates : iterable of Template
///     Prints of one source. Fewer than 10 with 12 minutiae or more say nothing; of more than 2,000, as many are looked
///     at, evenly.
///
/// Returns
/// -------
/// list of Suspicion
///     Empty where nothing is suspected.
///
/// Notes
/// -----
/// It cannot be told whether prints are mirrored left to right, for they look like those of the other hand, nor whether
/// all directions are turned by 180 degrees. A stretch to another aspect ratio is seen from about 2:1 on. On sets that had
/// no part in fitting the thresholds no sample was suspected wrongly, and other mistakes were named in 91 % of the samples
/// of 50 prints or more; of 10 prints in 41 % (prints turned by 90 degrees) to 97 % (clockwise directions).
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from matcher import fingerprint, simulate
/// >>> prints = [impressions[0] for impressions in simulate.fingers(40, impressions=1, seed=3)]
/// >>> fingerprint.check_conventions(prints)
/// []
/// >>> def degrees_as_radians(print):
/// ...     m = print.minutiae
/// ...     return fingerprint.Template.from_arrays(m["x"], m["y"], np.degrees(m["direction"]).round())
/// >>> [suspicion] = fingerprint.check_conventions(map(degrees_as_radians, prints))
/// >>> suspicion.mistake
/// 'scattered'
#[pyfunction(name = "check_conventions")]
pub(crate) fn check_conventions(py: Python<'_>, templates: &Bound<'_, PyAny>) -> PyResult<Vec<Suspicion>> {
    let all = self::templates(templates)?;
    let found = py.detach(|| core::check_conventions(all.iter().map(AsRef::as_ref)));
    Ok(found.into_iter().map(|inner| Suspicion { inner }).collect())
}
