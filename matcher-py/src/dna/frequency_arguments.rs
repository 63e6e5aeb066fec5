//! What makes a frequency table in Python: the keywords of all makers, and tables by name.

use super::frequencies::Frequencies;
use crate::errors::{OrRaise, invalid};
use matcher_core::dna as core;
use matcher_core::dna::{FrequenciesBuilder, Locus, RareAllele};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString};
use std::sync::Arc;

/// What all makers of tables take.
pub(super) struct Keywords<'a, 'py> {
    pub(super) n: Option<&'a Bound<'py, PyAny>>,
    pub(super) rare: Option<&'a Bound<'py, PyAny>>,
    pub(super) silent: Option<&'a Bound<'py, PyMapping>>,
    pub(super) x_linked: Option<&'a Bound<'py, PyAny>>,
    pub(super) linked: Option<&'a Bound<'py, PyMapping>>,
}

impl Keywords<'_, '_> {
    pub(super) fn build(&self, py: Python<'_>, mut builder: FrequenciesBuilder) -> PyResult<Frequencies> {
        let locus = |name: &Bound<'_, PyAny>| Locus::new(name.extract::<&str>()?).or_raise(py);
        if let Some(n) = self.n {
            let people = |value: &Bound<'_, PyAny>| {
                value.extract::<u32>().map(u64::from).map_err(|_| {
                    invalid(
                        py,
                        "n",
                        value.str().map_or_else(|_| "?".to_owned(), |s| s.to_string()),
                        "a number of people",
                    )
                })
            };
            if let Ok(each) = n.cast::<PyMapping>() {
                for item in each.items()?.iter() {
                    let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
                    builder = builder.counted(locus(&name)?, 2 * people(&value)?);
                }
            } else {
                builder = builder.people(people(n)?);
            }
        }
        if let Some(silent) = self.silent {
            for item in silent.items()?.iter() {
                let (name, frequency): (Bound<'_, PyAny>, f64) = item.extract()?;
                builder = builder.silent(locus(&name)?, frequency);
            }
        }
        for name in self.x_linked.map(PyAnyMethods::try_iter).transpose()?.into_iter().flatten() {
            builder = builder.x_linked(locus(&name?)?);
        }
        if let Some(linked) = self.linked {
            for item in linked.items()?.iter() {
                let ((a, b), rho): ((Bound<'_, PyAny>, Bound<'_, PyAny>), f64) = item.extract()?;
                builder = builder.linked(locus(&a)?, locus(&b)?, rho);
            }
        }
        if let Some(rare) = self.rare {
            builder = builder.rare(rare_of(rare)?);
        }
        Ok(Frequencies::from(builder.build().or_raise(py)?))
    }
}

/// A rule by name, or a least frequency.
pub(super) fn rare_of(rare: &Bound<'_, PyAny>) -> PyResult<RareAllele> {
    let py = rare.py();
    if let Ok(name) = rare.cast::<PyString>() {
        return name.to_str()?.parse().or_raise(py);
    }
    let Ok(number) = rare.extract::<f64>() else {
        let kind = rare.get_type().name()?.to_string();
        return Err(PyTypeError::new_err(format!("rare is {kind}, expected str, float or None")));
    };
    number.to_string().parse().or_raise(py)
}

/// A table, or the name of one that comes with the library.
pub(crate) struct FrequenciesArgument(pub(crate) Arc<core::Frequencies>);

impl<'py> FromPyObject<'_, 'py> for FrequenciesArgument {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(table) = object.cast::<Frequencies>() {
            return Ok(Self(table.get().inner.clone()));
        }
        if let Ok(name) = object.cast::<PyString>() {
            let table = core::Frequencies::builtin(name.to_str()?).or_raise(object.py())?;
            return Ok(Self(Arc::new(table)));
        }
        let kind = object.get_type().name()?.to_string();
        Err(PyTypeError::new_err(format!(
            "frequencies are {kind}, expected Frequencies or the name of a table that comes with the library"
        )))
    }
}

/// Loci by name.
pub(crate) fn loci_of(py: Python<'_>, names: &Bound<'_, PyAny>) -> PyResult<Vec<Locus>> {
    if names.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err("loci is str, expected an iterable of str"));
    }
    names.try_iter()?.map(|name| Locus::new(name?.extract::<&str>()?).or_raise(py)).collect()
}
