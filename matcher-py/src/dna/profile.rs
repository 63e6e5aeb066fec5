//! `Profile`: what was typed of one specimen.

use super::alleles;
use crate::convert::{Reduced, frozen, plain, reduced, thawed};
use crate::errors::{OrRaise, invalid};
use matcher_core::dna as core;
use matcher_core::dna::{Category, Genotype, Locus, Sex, Source};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping, PyTuple};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// What was typed of one specimen: a genotype a locus. Equal profiles hold the same; diagnostics do not count.
///
/// Alleles are text or numbers: repeats in exact tenths (``"9.3"``, ``9.3``, ``15``; 9.30000001 is an error), ``A C G T``,
/// ``X Y``, a name, or what is known of one that cannot be named: ``"9.X"``, ``"25>"``, ``"8<"``, ``"OL"``. ``None``, nan
/// and ``"-"`` are not known, ``"*"`` is anything. ``(a, a)`` is a homozygote; ``(a, None)`` an allele beside one that may
/// have dropped out; ``(a,)`` stands only where one copy is all there is, as at X and Y loci of men.
///
/// Parameters
/// ----------
/// id : str
///     Opaque: 1 to 255 bytes. Never a name.
/// loci : mapping of str to tuple
///     The alleles at each locus, in any order. Loci under any name in use.
/// kind : {"single", "mixture"}
///     Whether the specimen is of one person.
/// category : str, optional
///     The role of the specimen: a category of the CODIS import format, such as "Forensic, Unknown".
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     Names the profile, the locus and the allele that cannot be.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile
/// >>> profile = Profile("C-17", {"D3S1358": (15, 16), "THO1": (9.3, None), "AMEL": ("X", "Y")})
/// >>> profile.loci
/// {'D3S1358': ('15', '16'), 'TH01': ('9.3', '-'), 'Amelogenin': ('X', 'Y')}
/// >>> profile.is_partial, profile.sex
/// (True, 'male')
/// >>> profile  # no allele is shown: a log is no place for them
/// <Profile "C-17": 3 loci, single, partial>
#[pyclass(frozen, module = "matcher.dna")]
#[derive(Clone)]
pub(crate) struct Profile {
    pub(crate) inner: Arc<core::Profile>,
    /// What a reader found wrong with it, and what with the whole file, which its profiles share.
    diagnostics: [Arc<[String]>; 2],
}

impl From<core::Profile> for Profile {
    fn from(profile: core::Profile) -> Self {
        Self { inner: Arc::new(profile), diagnostics: Default::default() }
    }
}

impl Profile {
    /// One that was read.
    pub(super) fn read(profile: core::Profile, own: Vec<String>, common: Arc<[String]>) -> Self {
        Self { inner: Arc::new(profile), diagnostics: [own.into(), common] }
    }
}

#[pymethods]
impl Profile {
    #[new]
    #[pyo3(signature = (id, loci, kind="single", category=None))]
    fn new(
        py: Python<'_>,
        id: &str,
        loci: &Bound<'_, PyMapping>,
        kind: &str,
        category: Option<&str>,
    ) -> PyResult<Self> {
        let source = match kind {
            "single" => Source::Single,
            "mixture" => Source::Mixture,
            _ => return Err(invalid(py, "kind", format!("{kind:?}"), "\"single\" or \"mixture\"")),
        };
        let category = category.map(str::parse).transpose().or_raise(py)?;
        let mut builder = core::Profile::builder(id).source(source).category(category);
        for item in loci.items()?.iter() {
            let (name, genotype): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            let Ok(name) = name.extract::<String>() else {
                let found = name.get_type().name()?.to_string();
                return Err(PyTypeError::new_err(format!("locus is {found}, expected str")));
            };
            let alleles = alleles::texts(&genotype, &format!("genotype at {name}"))?;
            builder = builder.locus(&name, alleles).or_raise(py)?;
        }
        Ok(Self::from(builder.build().or_raise(py)?))
    }

    /// The specimen's id: opaque.
    #[getter]
    fn id(&self) -> &str {
        self.inner.id()
    }

    /// "single" or "mixture": whether it is of one person.
    #[getter]
    fn kind(&self) -> &'static str {
        match self.inner.source() {
            Source::Single => "single",
            Source::Mixture => "mixture",
        }
    }

    /// The role of the specimen, None where not stated.
    #[getter]
    fn category(&self) -> Option<&'static str> {
        self.inner.category().map(Category::name)
    }

    /// The alleles at each locus, in canonical order; "-" where one is not known.
    #[getter]
    fn loci<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        by_locus(py, &self.inner, |genotype| Some(alleles::shown(genotype)))
    }

    /// The heights of the peaks in relative fluorescence units, allele by allele as in ``loci``; only the loci where they
    /// were measured.
    #[getter]
    fn heights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        by_locus(py, &self.inner, |genotype| genotype.heights().map(<[f32]>::to_vec))
    }

    /// Whether an allele is not known at some locus, or the record says that the profile is partial.
    #[getter]
    fn is_partial(&self) -> bool {
        self.inner.is_partial()
    }

    /// "male" or "female" by amelogenin; None where it was not typed or is not clear.
    #[getter]
    fn sex(&self) -> Option<&'static str> {
        self.inner.sex().map(|sex| match sex {
            Sex::Male => "male",
            Sex::Female => "female",
        })
    }

    /// What a reader found wrong with the profile and with the whole file, a sentence each; empty where nothing was.
    #[getter]
    fn diagnostics(&self) -> Vec<String> {
        self.diagnostics.iter().flat_map(|some| some.iter().cloned()).collect()
    }

    /// Everything as plain Python objects, ready for JSON; :meth:`from_dict` reads it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &*self.inner)?.cast_into()?)
    }

    /// The profile that :meth:`to_dict` wrote.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Profile
    /// >>> profile = Profile("C-17", {"FGA": ("21", "22")})
    /// >>> profile.to_dict()
    /// {'id': 'C-17', 'kind': 'single', 'loci': {'FGA': ['21', '22']}}
    /// >>> Profile.from_dict(profile.to_dict()) == profile
    /// True
    #[staticmethod]
    fn from_dict(py: Python<'_>, record: &Bound<'_, PyDict>) -> PyResult<Self> {
        let text: String = py.import("json")?.call_method1("dumps", (record,))?.extract()?;
        let read = serde_json::from_str::<core::Profile>(&text);
        Ok(Self::from(read.map_err(|error| invalid(py, "profile", error, "what to_dict() writes"))?))
    }

    fn __len__(&self) -> usize {
        self.inner.loci().len()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.id().hash(&mut hasher);
        for (locus, genotype) in self.inner.loci() {
            (locus, genotype.alleles()).hash(&mut hasher);
        }
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>, Vec<String>)>> {
        reduced::<Self, _>(py, (frozen(py, &*self.inner)?, self.diagnostics()))
    }

    /// Undoes ``__reduce__``; the state is checked like any other input.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8], diagnostics: Vec<String>) -> PyResult<Self> {
        Ok(Self::read(thawed::<core::Profile>(py, state)?, diagnostics, Arc::default()))
    }

    fn __repr__(&self) -> String {
        let partial = if self.inner.is_partial() { ", partial" } else { "" };
        format!("<Profile {:?}: {} loci, {}{partial}>", self.inner.id(), self.inner.loci().len(), self.kind())
    }
}

/// Something of each genotype that has it, as tuples by locus.
fn by_locus<'py, T: IntoPyObject<'py>>(
    py: Python<'py>,
    profile: &core::Profile,
    of: impl Fn(&Genotype) -> Option<Vec<T>>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (locus, genotype) in profile.loci() {
        if let Some(values) = of(genotype) {
            dict.set_item(Locus::name(*locus), PyTuple::new(py, values)?)?;
        }
    }
    Ok(dict)
}

/// A profile, or an iterable of profiles.
pub(crate) fn one_or_more_profiles(argument: &Bound<'_, PyAny>) -> PyResult<Vec<core::Profile>> {
    match argument.cast::<Profile>() {
        Ok(profile) => Ok(vec![(*profile.get().inner).clone()]),
        Err(_) => profiles(argument),
    }
}

/// The profiles of an iterable.
pub(crate) fn profiles(argument: &Bound<'_, PyAny>) -> PyResult<Vec<core::Profile>> {
    let wrong = |found: &Bound<'_, PyAny>| -> PyErr {
        let kind = found.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!("expected profiles, found {kind}"))
    };
    let items = argument.try_iter().map_err(|_| wrong(argument))?;
    items
        .map(|item| {
            let item = item?;
            let profile = item.cast::<Profile>().map_err(|_| wrong(&item))?;
            Ok((*profile.get().inner).clone())
        })
        .collect()
}
