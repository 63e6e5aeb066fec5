//! `matcher.evaluation`: error rates, ranks, labelled folders.

use crate::convert::{self, floats, labels, plain};
use crate::errors::{OrRaise, invalid};
use crate::fingerprint::template::Template;
use crate::watch::Listener;
use matcher_core::evaluation as core;
use matcher_core::evaluation::{LabelledFolder, NamingRule};
use matcher_core::fingerprint::Algorithm;
use matcher_core::formats::ReadOptions;
use matcher_core::work::{Progress, Watch};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::PathBuf;

type Column<'py> = Bound<'py, PyArray1<f64>>;

/// Error rates of mated and non-mated comparison scores (ISO/IEC 19795-1).
///
/// A decision is a match where the score reaches the threshold.
///
/// Parameters
/// ----------
/// mated, non_mated : array_like
///     Scores, higher for more similar.
///
/// Examples
/// --------
/// >>> from matcher.evaluation import ErrorRates
/// >>> rates = ErrorRates([5, 7, 8, 2], [1, 0, 3, 1])
/// >>> rates.eer
/// 0.25
/// >>> rates.fnmr_at_fmr(0)
/// 0.25
#[pyclass(frozen, module = "matcher.evaluation")]
pub(crate) struct ErrorRates {
    inner: core::ErrorRates,
}

#[pymethods]
impl ErrorRates {
    #[new]
    fn new(py: Python<'_>, mated: &Bound<'_, PyAny>, non_mated: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (mated, non_mated) = (floats(py, mated, "mated")?, floats(py, non_mated, "non_mated")?);
        Ok(Self { inner: py.detach(|| core::ErrorRates::new(&mated, &non_mated)).or_raise(py)? })
    }

    /// Equal error rate, 0 to 1: the mean of FMR and FNMR at the threshold where they are nearest.
    #[getter]
    fn eer(&self) -> f64 {
        self.inner.eer().value
    }

    /// Mated comparisons.
    #[getter]
    fn mated(&self) -> u64 {
        self.inner.mated()
    }

    /// Non-mated comparisons.
    #[getter]
    fn non_mated(&self) -> u64 {
        self.inner.non_mated()
    }

    /// FNMR, 0 to 1, at the lowest threshold whose FMR is at most ``fmr``; 0 asks for no false match at all.
    fn fnmr_at_fmr(&self, py: Python<'_>, fmr: f64) -> PyResult<f64> {
        Ok(self.inner.fnmr_at_fmr(fmr).or_raise(py)?.fnmr.value())
    }

    /// The operating point of :meth:`fnmr_at_fmr` with threshold, counts, intervals and whether the data support it.
    #[pyo3(signature = (fmr, confidence=0.95))]
    fn operating_point<'py>(
        &self,
        py: Python<'py>,
        fmr: f64,
        confidence: f64,
    ) -> PyResult<Bound<'py, PyDict>> {
        point(py, &self.inner.fnmr_at_fmr(fmr).or_raise(py)?, confidence)
    }

    /// FMR and FNMR at a threshold, with counts and intervals.
    #[pyo3(signature = (threshold, confidence=0.95))]
    fn at_threshold<'py>(
        &self,
        py: Python<'py>,
        threshold: f64,
        confidence: f64,
    ) -> PyResult<Bound<'py, PyDict>> {
        point(py, &self.inner.at_threshold(threshold), confidence)
    }

    /// The DET curve: arrays of thresholds, FMR and FNMR, one point for each distinct threshold.
    fn det<'py>(&self, py: Python<'py>) -> (Column<'py>, Column<'py>, Column<'py>) {
        let points = self.inner.det();
        let column = |value: fn(&core::DetPoint) -> f64| PyArray1::from_iter(py, points.iter().map(value));
        (column(|p| p.threshold), column(|p| p.fmr), column(|p| p.fnmr))
    }

    /// Counts, EER and FNMR at FMR 1e-2, 1e-3, 1e-4, 1e-5 and zero, each with threshold and 95 % interval.
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.inner.summary())?.cast_into()?)
    }

    fn __repr__(&self) -> String {
        let (mated, non_mated) = (self.inner.mated(), self.inner.non_mated());
        format!("<ErrorRates: EER {:.4}, {mated} mated, {non_mated} non-mated>", self.inner.eer().value)
    }
}

/// An operating point as a dictionary, intervals added.
fn point<'py>(
    py: Python<'py>,
    point: &core::OperatingPoint,
    confidence: f64,
) -> PyResult<Bound<'py, PyDict>> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(invalid(py, "confidence", confidence, "between 0 and 1, such as 0.95"));
    }
    let dict: Bound<'py, PyDict> = plain(py, point)?.cast_into()?;
    for (name, rate) in [("fmr", point.fmr), ("fnmr", point.fnmr)] {
        dict.set_item(format!("{name}_value"), rate.value())?;
        dict.set_item(format!("{name}_interval"), rate.interval(confidence))?;
    }
    Ok(dict)
}

/// Identification rates of searches: CMC, FPIR and FNIR (ISO/IEC 19795-1).
///
/// Parameters
/// ----------
/// scores : array_like
///     Probes in rows, references in columns; nan where a probe was not compared with a reference.
/// probe_labels, reference_labels : array_like
///     The identity of each; a probe without a mate among the references is a non-mated search.
///
/// Examples
/// --------
/// >>> from matcher.evaluation import IdentificationRates
/// >>> rates = IdentificationRates([[9, 1], [2, 3]], ["a", "a"], ["a", "b"])
/// >>> rates.cmc(2)
/// array([0.5, 1. ])
#[pyclass(frozen, module = "matcher.evaluation")]
pub(crate) struct IdentificationRates {
    inner: core::IdentificationRates,
}

#[pymethods]
impl IdentificationRates {
    #[new]
    fn new(
        py: Python<'_>,
        scores: &Bound<'_, PyAny>,
        probe_labels: &Bound<'_, PyAny>,
        reference_labels: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let scores = convert::aligned(py, scores, "scores")?;
        let dimensions: usize = scores.getattr("ndim")?.extract()?;
        if dimensions != 2 {
            return Err(invalid(py, "scores", format!("{dimensions}-dimensional"), "probes x references"));
        }
        let scores: PyReadonlyArray2<'_, f64> = scores.extract()?;
        let (probes, references) = (labels(probe_labels)?, labels(reference_labels)?);
        let rates = core::IdentificationRates::new(scores.as_array(), &probes, &references).or_raise(py)?;
        Ok(Self { inner: rates })
    }

    /// Mated searches.
    #[getter]
    fn mated(&self) -> u64 {
        self.inner.mated()
    }

    /// Non-mated searches.
    #[getter]
    fn non_mated(&self) -> u64 {
        self.inner.non_mated()
    }

    /// The same with every mated search done again as a non-mated one, its mate left out.
    fn leave_mate_out(&self) -> Self {
        Self { inner: self.inner.clone().leave_mate_out() }
    }

    /// Share of mated searches whose mate stands at rank 1, 2, ...; equal scores count against the mate.
    #[pyo3(signature = (max_rank=20))]
    fn cmc<'py>(&self, py: Python<'py>, max_rank: u64) -> PyResult<Column<'py>> {
        let points = self.inner.cmc(max_rank).or_raise(py)?;
        Ok(points.iter().map(|p| p.rate).collect::<Vec<_>>().into_pyarray(py))
    }

    /// FNIR, 0 to 1, at the lowest threshold whose FPIR is at most ``fpir``.
    #[pyo3(signature = (fpir, max_rank=1))]
    fn fnir_at_fpir(&self, py: Python<'_>, fpir: f64, max_rank: u64) -> PyResult<f64> {
        Ok(self.inner.fnir_at_fpir(fpir, max_rank).or_raise(py)?.fnir.value())
    }

    /// FPIR and FNIR at a threshold, as counts.
    #[pyo3(signature = (threshold, max_rank=1))]
    fn at_threshold<'py>(
        &self,
        py: Python<'py>,
        threshold: f64,
        max_rank: u64,
    ) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.inner.fpir_fnir(threshold, max_rank).or_raise(py)?)?.cast_into()?)
    }

    /// Counts, CMC and FNIR at usual FPIRs, with 95 % intervals.
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.inner.summary())?.cast_into()?)
    }

    fn __repr__(&self) -> String {
        format!("<IdentificationRates: {} mated, {} non-mated searches>", self.mated(), self.non_mated())
    }
}

/// All comparisons within labelled folders; made by :func:`matcher.evaluation.evaluate_folders`.
#[pyclass(frozen, module = "matcher.evaluation")]
pub(crate) struct FolderEvaluation {
    folders: Vec<core::FolderScores>,
    pooled: core::ErrorRates,
}

/// Scores of the mated, or of the non-mated, comparisons of all folders.
fn by_kind(folders: &[core::FolderScores], mated: bool) -> Vec<f64> {
    let all = folders.iter().flat_map(|folder| &folder.pairs);
    all.filter(|pair| pair.mated == mated).map(|pair| pair.score).collect()
}

#[pymethods]
impl FolderEvaluation {
    /// Error rates of all folders together, non-mated comparisons within each folder only.
    #[getter]
    fn rates(&self) -> ErrorRates {
        ErrorRates { inner: self.pooled.clone() }
    }

    /// Scores of all mated comparisons.
    #[getter]
    fn mated<'py>(&self, py: Python<'py>) -> Column<'py> {
        by_kind(&self.folders, true).into_pyarray(py)
    }

    /// Scores of all non-mated comparisons.
    #[getter]
    fn non_mated<'py>(&self, py: Python<'py>) -> Column<'py> {
        by_kind(&self.folders, false).into_pyarray(py)
    }

    /// The naming rule of each folder.
    #[getter]
    fn naming(&self) -> Vec<String> {
        self.folders.iter().map(|folder| folder.folder.naming.to_string()).collect()
    }

    /// All comparisons: folder, name of one print, name of the other, whether mated, score.
    fn comparisons(&self) -> Vec<(String, String, String, bool, f64)> {
        let mut all = Vec::new();
        for scores in &self.folders {
            let (folder, names) = (&scores.folder.folder, &scores.folder.names);
            let row = |p: &core::PairScore| {
                (folder.clone(), names[p.probe].clone(), names[p.reference].clone(), p.mated, p.score)
            };
            all.extend(scores.pairs.iter().map(row));
        }
        all
    }

    /// Everything that is worth showing, ready for JSON: ``sets`` (a dictionary a folder), ``pooled``, ``method``.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let reports =
            py.detach(|| self.folders.iter().map(core::FolderScores::report).collect::<Result<Vec<_>, _>>());
        let dict = PyDict::new(py);
        dict.set_item("sets", plain(py, &reports.or_raise(py)?)?)?;
        dict.set_item("pooled", plain(py, &self.pooled.summary())?)?;
        dict.set_item("method", self.folders.first().map(|folder| folder.method.to_string()))?;
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        format!("<FolderEvaluation: {} folders, {}>", self.folders.len(), self.rates().__repr__())
    }
}

/// One print of a labelled folder: name of the file, identity, sample, template.
type Labelled = (String, String, String, Template);

/// Reads a labelled folder: who is who, as :func:`evaluate_folders` sees it.
///
/// Parameters
/// ----------
/// folder : str or Path
///     A folder of template files, one print a file.
/// naming : str, optional
///     How files are named, such as "<finger>_<impression>"; else ``naming`` in a ``set.json`` of the folder or its
///     parent, else a guess.
///
/// Returns
/// -------
/// list of (str, str, str, Template)
///     By name: the file without its extension, the identity (equal for mated prints: the values of its placeholders
///     joined by ``_``), the sample, the print.
#[pyfunction]
#[pyo3(signature = (folder, naming=None))]
pub(crate) fn read_folder(py: Python<'_>, folder: PathBuf, naming: Option<&str>) -> PyResult<Vec<Labelled>> {
    let naming: Option<NamingRule> = naming.map(str::parse).transpose().or_raise(py)?;
    let options = ReadOptions::default();
    let read = py.detach(|| LabelledFolder::read(&folder, naming.as_ref(), &options)).or_raise(py)?;
    let labelled = read.names.into_iter().zip(read.labels).zip(read.templates);
    Ok(labelled.map(|((name, l), print)| (name, l.identity, l.sample, Template::from(print))).collect())
}

/// Compares every print of a folder with every other of the same folder.
///
/// Parameters
/// ----------
/// folders : sequence of (str or Path)
///     Folders of template files, one print a file.
/// naming : str, optional
///     How files are named, such as "<finger>_<impression>"; else ``naming`` in a ``set.json`` of the folder or its
///     parent, else a guess.
/// threads : int, optional
///     All cores unless given.
/// progress : callable or bool, optional
///     A function of (done, total) prints, or True for a bar.
///
/// Returns
/// -------
/// FolderEvaluation
///     Scores, error rates a folder and pooled.
#[pyfunction]
#[pyo3(signature = (folders, naming=None, *, threads=None, progress=None))]
pub(crate) fn evaluate_folders(
    py: Python<'_>,
    folders: Vec<PathBuf>,
    naming: Option<&str>,
    threads: Option<isize>,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<FolderEvaluation> {
    if folders.is_empty() {
        return Err(invalid(py, "number of folders", 0, "at least 1"));
    }
    let naming: Option<NamingRule> = naming.map(str::parse).transpose().or_raise(py)?;
    let threads = convert::threads(py, threads)?;
    let listener = Listener::new(py, "comparing", progress, None)?;
    let scores = listener.run(py, threads, |watch| -> matcher_core::Result<Vec<core::FolderScores>> {
        let options = ReadOptions::default();
        let read = |folder: &PathBuf| LabelledFolder::read(folder, naming.as_ref(), &options);
        let read: Vec<_> = folders.iter().map(read).collect::<Result<_, _>>()?;
        let total: usize = read.iter().map(|folder| folder.templates.len()).sum();
        let mut before = 0;
        let mut all = Vec::with_capacity(read.len());
        for folder in read {
            let prints = folder.templates.len();
            let told = |p: Progress| {
                if let Some(progress) = watch.progress {
                    progress(Progress { done: before + p.done, total });
                }
            };
            let within = Watch { progress: Some(&told), cancel: watch.cancel };
            all.push(folder.compare(&Algorithm::standard(), threads, within)?);
            before += prints;
        }
        Ok(all)
    })?;
    let folders = scores.or_raise(py)?;
    let pooled = core::ErrorRates::new(&by_kind(&folders, true), &by_kind(&folders, false)).or_raise(py)?;
    Ok(FolderEvaluation { folders, pooled })
}
