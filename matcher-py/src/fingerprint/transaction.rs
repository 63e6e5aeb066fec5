//! `Transaction` and `read_transaction`: all of an ANSI/NIST-ITL transaction, its images included.

use super::image::Image;
use super::template::Template;
use crate::convert::Source;
use crate::errors::{OrRaise, invalid};
use matcher_core::fingerprint::Impression;
use matcher_core::formats::an2k::{self, ImageRecord, Print, Profile, Record};
use matcher_core::formats::{ImageOptions, ReadOptions, Strictness};
use matcher_core::units::Dpi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::sync::Arc;

/// A transaction of ANSI/NIST-ITL: records about one subject or case, sent together.
///
/// Made by :func:`matcher.fingerprint.read_transaction`.
#[pyclass(frozen, module = "matcher.fingerprint")]
pub(crate) struct Transaction {
    inner: an2k::Transaction,
    prints: Vec<Print>,
    diagnostics: Vec<String>,
    /// Those of each print.
    of_prints: Vec<Vec<String>>,
}

#[pymethods]
impl Transaction {
    /// Version of the standard that it states, such as "0502"; None where it is not stated.
    #[getter]
    fn version(&self) -> Option<&str> {
        self.inner.version()
    }

    /// Type of transaction, such as "CAR" or "CPS"; None where it is not stated.
    #[getter]
    fn type_of_transaction(&self) -> Option<&str> {
        self.inner.type_of_transaction()
    }

    /// Everything that was wrong, in the order in which it was found.
    #[getter]
    fn diagnostics(&self) -> Vec<String> {
        self.diagnostics.clone()
    }

    /// The records in their order: what each is, and nothing of what it says of a person.
    ///
    /// A dict each: ``type``, ``idc``, ``bytes``, ``fields`` (their numbers); of a Type-9 record ``dialect``,
    /// ``minutiae`` and ``finger_position``; of an image ``positions``, ``finger_position``, ``impression``, ``width``,
    /// ``height``, ``dpi`` and ``compression``.
    #[getter]
    fn records<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let images: Vec<ImageRecord<'_>> = self.inner.images().collect();
        for (index, record) in self.inner.records().iter().enumerate() {
            let facts = facts(py, record)?;
            if let Some(print) = self.prints.iter().find(|print| print.record == index) {
                facts.set_item("dialect", print.dialect.name())?;
                facts.set_item("minutiae", print.template.minutiae().len())?;
                facts.set_item("finger_position", print.template.finger_position().code())?;
            }
            if let Some(image) = images.iter().find(|image| image.record == index) {
                add_image(&facts, image)?;
            }
            list.append(facts)?;
        }
        Ok(list)
    }

    /// The templates of all Type-9 records, in the order of the records; there may be none.
    fn templates(&self) -> Vec<Template> {
        let all = self.prints.iter().zip(&self.of_prints);
        let template = |(print, diagnostics): (&Print, &Vec<String>)| Template {
            inner: Arc::new(print.template.clone()),
            diagnostics: diagnostics.clone(),
        };
        all.map(template).collect()
    }

    /// The image of a record, decoded.
    ///
    /// Parameters
    /// ----------
    /// record : int
    ///     Its index in ``records``.
    ///
    /// Returns
    /// -------
    /// Image
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     A record without an image, or one that cannot be decoded.
    /// matcher.errors.UnknownFormatError
    ///     Bytes of no format of images that is read.
    fn image(&self, py: Python<'_>, record: usize) -> PyResult<Image> {
        let found = self.inner.images().find(|image| image.record == record);
        let image = found.ok_or_else(|| invalid(py, "record", record, "the index of one with an image"))?;
        let read = py.detach(|| image.read(&ImageOptions::default()));
        Ok(Image::from(Arc::new(read.or_raise(py)?)))
    }

    /// What the transaction lacks by a profile of the standard.
    ///
    /// Parameters
    /// ----------
    /// profile : str
    ///     "itl-2011" (the standard), "ebts" (FBI) or "int-i" (INTERPOL): tables of mandatory fields of some
    ///     transactions, whose sources say how far they go. What is not listed need not be right.
    ///
    /// Returns
    /// -------
    /// list of str
    ///     Empty where nothing is missing that the table knows of.
    fn check(&self, py: Python<'_>, profile: &str) -> PyResult<Vec<String>> {
        let names = || Profile::all().map(|known| known.name).collect::<Vec<_>>().join(", ");
        let found = Profile::builtin(profile);
        let profile = found.ok_or_else(|| invalid(py, "profile", profile, &format!("one of {}", names())))?;
        Ok(profile.check(&self.inner).iter().map(ToString::to_string).collect())
    }

    fn __repr__(&self) -> String {
        let kind = self.inner.type_of_transaction().unwrap_or("of no stated type");
        format!("<Transaction {kind}: {} records, {} prints>", self.inner.records().len(), self.prints.len())
    }
}

/// What a record of any type is.
fn facts<'py>(py: Python<'py>, record: &Record) -> PyResult<Bound<'py, PyDict>> {
    let facts = PyDict::new(py);
    facts.set_item("type", record.kind())?;
    facts.set_item("idc", record.idc())?;
    facts.set_item("bytes", record.bytes().len())?;
    let numbers = record.fields().map(|field| field.number_of_field());
    facts.set_item("fields", numbers.collect::<Vec<u16>>())?;
    Ok(facts)
}

/// What a record says of its image.
fn add_image(facts: &Bound<'_, PyDict>, image: &ImageRecord<'_>) -> PyResult<()> {
    facts.set_item("positions", image.positions.iter().map(|&code| u16::from(code)).collect::<Vec<_>>())?;
    facts.set_item("finger_position", image.finger_position.code())?;
    facts.set_item("impression", image.impression.map(Impression::name))?;
    facts.set_item("width", image.size.map(|size| size.0))?;
    facts.set_item("height", image.size.map(|size| size.1))?;
    facts.set_item("dpi", image.resolution.map(|resolution| resolution.x.to_f64()))?;
    facts.set_item("compression", image.compression.name())
}

/// Reads a transaction of ANSI/NIST-ITL in traditional encoding, with all its records.
///
/// Parameters
/// ----------
/// source : str, Path or bytes
///     A file, or what would stand in it.
/// strict : bool, default False
///     Raise at the first thing that is wrong. Otherwise mend what can be mended and say so in ``diagnostics``.
/// dpi : float, optional
///     Resolution of templates from minutiae in micrometres whose image is not in the transaction; 500 unless given.
///
/// Returns
/// -------
/// Transaction
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     What does not begin as a transaction does, or is not perfect where ``strict``.
/// matcher.errors.FileError
///     A file that cannot be opened.
///
/// See Also
/// --------
/// read : the templates alone.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint, simulate
/// >>> print_of_finger = next(simulate.fingers(1, impressions=1, seed=7))[0]
/// >>> transaction = fingerprint.read_transaction(print_of_finger.to_bytes("an2k-efs"))
/// >>> transaction
/// <Transaction MINUTIAE: 2 records, 1 prints>
/// >>> transaction.records[1]["dialect"], len(transaction.templates()[0]) == len(print_of_finger)
/// ('EFS', True)
#[pyfunction]
#[pyo3(signature = (source, *, strict=false, dpi=None))]
pub(crate) fn read_transaction(
    py: Python<'_>,
    source: Source,
    strict: bool,
    dpi: Option<f64>,
) -> PyResult<Transaction> {
    let dpi = dpi
        .map(|value| Dpi::new(value).ok_or_else(|| invalid(py, "dpi", value, "50 to 10000 dots per inch")));
    let options = ReadOptions {
        strictness: if strict { Strictness::Strict } else { Strictness::Lenient },
        dpi: dpi.transpose()?,
        ..ReadOptions::default()
    };
    let read = || {
        let inner = match &source {
            Source::Path(path) => an2k::Transaction::read_file(path, &options)?,
            Source::Bytes(bytes) => an2k::Transaction::read(bytes, &options)?,
        };
        let found = inner.prints(&options)?;
        Ok((inner, found))
    };
    let (inner, found) = py.detach(read).or_raise(py)?;
    let of_records: Vec<String> = inner.diagnostics().iter().map(ToString::to_string).collect();
    let of_print = |index: usize| {
        let own = found.diagnostics.iter().filter(|d| d.view.is_none_or(|view| view == index));
        of_records.iter().cloned().chain(own.map(ToString::to_string)).collect()
    };
    let of_prints = (0..found.prints.len()).map(of_print).collect();
    let diagnostics =
        of_records.iter().cloned().chain(found.diagnostics.iter().map(ToString::to_string)).collect();
    Ok(Transaction { inner, prints: found.prints, diagnostics, of_prints })
}
