//! `read_profiles` and `write_profiles`: files of DNA profiles.

use super::profile::{Profile, one_or_more_profiles};
use crate::convert::Source;
use crate::errors::OrRaise;
use matcher_core::Error;
use matcher_core::formats::Strictness;
use matcher_core::formats::profiles as core;
use matcher_core::formats::profiles::{ProfileFormat, ReadOptions, Reading, Submission};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The names of the formats that are read.
pub(crate) fn formats() -> [&'static str; ProfileFormat::ALL.len()] {
    ProfileFormat::ALL.map(ProfileFormat::name)
}

/// Reads all profiles of a file.
///
/// Parameters
/// ----------
/// source : str, Path or bytes
///     A file, or what would stand in it.
/// format : str, optional
///     "codis-cmf" (XML of the CODIS import format), "genemapper" (text export), "long-table" (a sample and marker a row:
///     LRmix, EuroForMix, GeneMapper) or "wide-table" (a profile a row: CODIS databases); found out where not given.
/// strict : bool, default False
///     Raise at the first thing that is wrong. Otherwise leave out a profile that cannot be read, read the others, and say
///     so in ``diagnostics``; no allele is ever left out to save the rest of a profile.
///
/// Returns
/// -------
/// list of Profile
///     In their order, never empty. One allele alone is read as that allele beside an unknown one, at X and Y loci as one
///     copy. ``diagnostics`` of each has what concerns it, and what concerns the whole file.
///
/// Raises
/// ------
/// matcher.errors.UnknownFormatError
///     Bytes of no format known here; the message says what they seem to be.
/// matcher.errors.InvalidValueError
///     A file of which nothing can be read, or that is not perfect where ``strict``.
/// matcher.errors.FileError
///     A file that cannot be opened.
///
/// Examples
/// --------
/// >>> from matcher import dna
/// >>> first, second = dna.read_profiles(b"id,TH01_1,TH01_2,FGA_1,FGA_2\na,6,9.3,20,\nb,7,8,21,24\n")
/// >>> first.loci
/// {'FGA': ('20', '-'), 'TH01': ('6', '9.3')}
#[pyfunction]
#[pyo3(signature = (source, format=None, *, strict=false))]
pub(crate) fn read_profiles(
    py: Python<'_>,
    source: Source,
    format: Option<&str>,
    strict: bool,
) -> PyResult<Vec<Profile>> {
    Ok(read(py, &source, format, strict)?.0)
}

/// Reads all profiles of a file: profiles, format, everything that was wrong or should be known.
///
/// For the command line, where the diagnostics of a file are told once and not with each profile.
#[pyfunction]
pub(crate) fn read_profile_file(
    py: Python<'_>,
    path: PathBuf,
) -> PyResult<(Vec<Profile>, &'static str, Vec<String>)> {
    let (profiles, reading) = read(py, &Source::Path(path), None, false)?;
    let diagnostics = reading.diagnostics.iter().map(ToString::to_string).collect();
    Ok((profiles, reading.format.name(), diagnostics))
}

/// The profiles of a file, and the reading without them.
fn read(
    py: Python<'_>,
    source: &Source,
    format: Option<&str>,
    strict: bool,
) -> PyResult<(Vec<Profile>, Reading)> {
    let options = ReadOptions {
        format: format.map(str::parse).transpose().or_raise(py)?,
        strictness: if strict { Strictness::Strict } else { Strictness::Lenient },
        ..ReadOptions::default()
    };
    let mut reading = py
        .detach(|| match source {
            Source::Path(path) => core::read_file(path, &options),
            Source::Bytes(bytes) => core::read(bytes, &options),
        })
        .or_raise(py)?;
    // What concerns the whole file is shared: there may be as many faults as profiles.
    let mut own: Vec<Vec<String>> = reading.profiles.iter().map(|_| Vec::new()).collect();
    let mut common = Vec::new();
    for diagnostic in &reading.diagnostics {
        let place = diagnostic.view.and_then(|view| own.get_mut(view));
        place.unwrap_or(&mut common).push(diagnostic.to_string());
    }
    let common: Arc<[String]> = common.into();
    let profiles = std::mem::take(&mut reading.profiles).into_iter().zip(own);
    let profiles = profiles.map(|(profile, own)| Profile::read(profile, own, common.clone()));
    Ok((profiles.collect(), reading))
}

/// The format of a file of profiles, found out by its content.
///
/// Parameters
/// ----------
/// source : str, Path or bytes
///     A file, or what would stand in it.
///
/// Returns
/// -------
/// str
///     One of :data:`matcher.dna.FORMATS`.
///
/// Raises
/// ------
/// matcher.errors.UnknownFormatError
///     Bytes of no format known here; the message says what they seem to be.
///
/// Examples
/// --------
/// >>> from matcher import dna
/// >>> dna.format_of(b"id,TH01_1,TH01_2\na,6,9.3\n")
/// 'wide-table'
#[pyfunction]
pub(crate) fn profile_format_of(py: Python<'_>, source: Source) -> PyResult<&'static str> {
    let format = py.detach(|| match &source {
        Source::Path(path) => core::read_file(path, &ReadOptions::default()).map(|reading| reading.format),
        Source::Bytes(bytes) => core::sniff(bytes),
    });
    Ok(format.or_raise(py)?.name())
}

/// Writes profiles into a file.
///
/// Parameters
/// ----------
/// profiles : Profile or iterable of Profile
///     What to write.
/// target : str, Path or binary file
///     The file; one that exists is replaced once all is written. An object with ``write`` is given the bytes.
/// format : str, default "wide-table"
///     Or "long-table" (LRmix, EuroForMix), which alone keeps the heights of peaks, or "codis-cmf".
/// submission : dict of str to str, optional
///     What a CMF file says of its sender: ``destination_ori``, ``source_lab``, ``user_id``, ``date_time``
///     (YYYY-MM-DDThh:mm:ss). Unless given it says UNKNOWN, and the first second of 1970.
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     A value that the format cannot hold; nothing is written then.
/// matcher.errors.FileError
///     A file that cannot be written.
///
/// Examples
/// --------
/// >>> import io
/// >>> from matcher import dna
/// >>> target = io.BytesIO()
/// >>> dna.write_profiles(dna.Profile("a", {"TH01": (6, 9.3)}), target)
/// >>> target.getvalue()
/// b'id,TH01_1,TH01_2\na,6,9.3\n'
#[pyfunction]
#[pyo3(signature = (profiles, target, format="wide-table", *, submission=None))]
pub(crate) fn write_profiles(
    py: Python<'_>,
    profiles: &Bound<'_, PyAny>,
    target: &Bound<'_, PyAny>,
    format: &str,
    submission: Option<HashMap<String, String>>,
) -> PyResult<()> {
    let format: ProfileFormat = format.parse().or_raise(py)?;
    let profiles = one_or_more_profiles(profiles)?;
    let submission = submission.map(|fields| sender(format, fields)).transpose().or_raise(py)?;
    if target.hasattr("write")? {
        let bytes = py.detach(|| match &submission {
            None => core::write(&profiles, format),
            Some(submission) => core::write_codis(&profiles, submission),
        });
        return target.call_method1("write", (PyBytes::new(py, &bytes.or_raise(py)?),)).map(drop);
    }
    let path: PathBuf = target.extract()?;
    let written = py.detach(|| match &submission {
        None => core::write_file(&profiles, format, path),
        Some(submission) => core::write_codis_file(&profiles, submission, path),
    });
    written.or_raise(py)
}

/// What a CMF file says of its sender.
fn sender(format: ProfileFormat, fields: HashMap<String, String>) -> matcher_core::Result<Submission> {
    if format != ProfileFormat::CodisCmf {
        let expected = "codis-cmf, which alone states a submission";
        return Err(Error::invalid("", "profile format", format, expected));
    }
    let mut submission = Submission::default();
    for (field, value) in fields {
        let place = match field.as_str() {
            "destination_ori" => &mut submission.destination_ori,
            "source_lab" => &mut submission.source_lab,
            "user_id" => &mut submission.user_id,
            "date_time" => &mut submission.date_time,
            _ => {
                let expected = "destination_ori, source_lab, user_id or date_time";
                return Err(Error::invalid("submission", "field", format!("{field:?}"), expected));
            }
        };
        *place = value;
    }
    Ok(submission)
}
