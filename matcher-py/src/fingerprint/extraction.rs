//! `extract` and `extract_many`: from images to templates.

use super::arguments::{DpiArgument, ImpressionArgument, impression_of, position};
use super::extractor::{ExtractorArgument, extractor};
use super::image::Image;
use super::image_argument::{ImageArgument, Reading};
use super::template::Template;
use crate::convert;
use crate::errors::{OrRaise, exception, invalid};
use crate::watch::Listener;
use matcher_core::fingerprint as core;
use matcher_core::fingerprint::extract::Extractor;
use matcher_core::fingerprint::{FingerPosition, Impression};
use matcher_core::work::{Threads, Watch};
use matcher_core::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyString};
use std::sync::atomic::{AtomicBool, Ordering};

/// What is wanted of images, the same for all of a call.
pub(super) struct Wanted {
    reading: Reading,
    position: FingerPosition,
    impression: Option<Impression>,
}

impl Wanted {
    pub(super) fn new(
        py: Python<'_>,
        dpi: Option<&DpiArgument>,
        ridges: &str,
        finger_position: i64,
        impression: Option<&ImpressionArgument>,
    ) -> PyResult<Self> {
        Ok(Self {
            reading: Reading::new(py, dpi, ridges)?,
            position: position(py, finger_position)?,
            impression: impression.map(|argument| impression_of(py, argument)).transpose()?,
        })
    }

    /// Reads one image and finds its minutiae; an error names the image, by its path or by `name`.
    pub(super) fn template(
        &self,
        extractor: &Extractor,
        image: &ImageArgument,
        name: impl Fn() -> String,
    ) -> Result<core::Template> {
        let named_already = matches!(image, ImageArgument::Path(_));
        let read = image.read(&self.reading);
        let read = if named_already { read } else { read.map_err(|error| named(error, &name())) }?;
        let found = extractor.extract(&read).map_err(|error| named(error, &image.name(&name)))?;
        let mut builder = found.into_builder().finger_position(self.position);
        if let Some(impression) = self.impression {
            builder = builder.impression(impression);
        }
        Ok(builder.build()?.template)
    }
}

/// The same error, with the image in which it was found; none where there is but one.
fn named(error: Error, name: &str) -> Error {
    if name.is_empty() {
        return error;
    }
    match error {
        Error::Invalid(problem) => problem.within(name).into(),
        Error::UnknownFormat(what) => Error::UnknownFormat(format!("{name}: {what}")),
        other => other,
    }
}

/// Finds the minutiae of one print on its image.
///
/// Parameters
/// ----------
/// image : str, Path, bytes, numpy.ndarray or Image
///     A file (PNG, TIFF, BMP, JPEG, PNM, JPEG 2000, WSQ), what would stand in it, a 2-D array of uint8, or what
///     :func:`matcher.fingerprint.read_image` gave.
/// dpi : float or (float, float), optional
///     Resolution, for x and y where they differ. It wins over what the file states, and must be given for an array and
///     for a file that states none.
/// model : str, Path or Extractor, optional
///     The installed model unless given; it is loaded once a process.
/// finger_position : int, default 0
///     0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left.
/// impression : int or str, optional
///     Code of ISO/IEC 19794-2 (0 live-scan plain, 1 rolled, ...) or its name.
/// min_quality : float, optional
///     The least quality of a minutia, 0.01 to 1; that of the extractor given, else 0.3.
/// ridges : str, default "find"
///     "dark" or "light", as they are in the source, or "find".
///
/// Returns
/// -------
/// Template
///     In the pixels of the image, upright as a viewer shows it. Empty where there is no print.
///
/// Raises
/// ------
/// matcher.errors.NoModelError
///     There is no model on this machine; the message says how to get it.
/// matcher.errors.InvalidValueError
///     What is no readable image of one finger, or has no resolution; the message says what to give.
/// matcher.errors.UnknownFormatError
///     Bytes that are no image.
/// matcher.errors.FileError
///     A file that cannot be opened.
///
/// See Also
/// --------
/// extract_many : many images on all cores.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint
/// >>> template = fingerprint.extract("print.png", dpi=500)         # doctest: +SKIP
/// >>> template.extractor                                           # doctest: +SKIP
/// 'leader:da96e1221eea'
#[pyfunction]
#[pyo3(signature = (image, dpi=None, model=None, *, finger_position=0, impression=None, min_quality=None, ridges="find"))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn extract(
    py: Python<'_>,
    image: ImageArgument,
    dpi: Option<DpiArgument>,
    model: Option<ExtractorArgument>,
    finger_position: i64,
    impression: Option<ImpressionArgument>,
    min_quality: Option<f64>,
    ridges: &str,
) -> PyResult<Template> {
    let wanted = Wanted::new(py, dpi.as_ref(), ridges, finger_position, impression.as_ref())?;
    let found =
        py.detach(|| wanted.template(&extractor(model, min_quality)?, &image, String::new)).or_raise(py)?;
    Ok(Template::from(found))
}

/// Finds the minutiae of many prints, on all cores.
///
/// Files are read by the threads that work on them, so no more images are in memory than there are threads.
///
/// Parameters
/// ----------
/// images : iterable of str, Path, bytes, numpy.ndarray or Image
///     The images, each as :func:`extract` takes it; of a thousand files give the paths.
/// dpi : float or (float, float), optional
///     Resolution of all of them; it wins over what a file states.
/// model : str, Path or Extractor, optional
///     The installed model unless given.
/// finger_position : int, default 0
///     Of all of them: 0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left.
/// impression : int or str, optional
///     Of all of them: code of ISO/IEC 19794-2 or its name.
/// min_quality : float, optional
///     The least quality of a minutia, 0.01 to 1; that of the extractor given, else 0.3.
/// ridges : str, default "find"
///     "dark", "light" or "find".
/// threads : int, optional
///     All cores unless given; 1 uses the calling thread alone. Results never depend on it.
/// progress : callable or bool, optional
///     A function of (done, total) images, or True for a bar.
/// cancel : threading.Event, optional
///     Set it to stop; MatcherError is raised then.
/// errors : str, default "raise"
///     "raise": the first image that is refused ends it all. "return": its exception stands in its place in the list.
///
/// Returns
/// -------
/// list of Template
///     In the order of the images; with ``errors="return"`` exceptions among them.
///
/// Raises
/// ------
/// matcher.errors.NoModelError
///     There is no model on this machine; the message says how to get it.
/// matcher.errors.MatcherError
///     As :func:`extract`, naming the image; or it was cancelled.
///
/// Examples
/// --------
/// >>> from pathlib import Path
/// >>> from matcher import fingerprint
/// >>> files = sorted(Path("scans").glob("*.png"))
/// >>> templates = fingerprint.extract_many(files, dpi=500, progress=True)    # doctest: +SKIP
#[pyfunction]
#[pyo3(signature = (images, dpi=None, model=None, *, finger_position=0, impression=None, min_quality=None,
    ridges="find", threads=None, progress=None, cancel=None, errors="raise"))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn extract_many<'py>(
    py: Python<'py>,
    images: &Bound<'py, PyAny>,
    dpi: Option<DpiArgument>,
    model: Option<ExtractorArgument>,
    finger_position: i64,
    impression: Option<ImpressionArgument>,
    min_quality: Option<f64>,
    ridges: &str,
    threads: Option<isize>,
    progress: Option<Bound<'py, PyAny>>,
    cancel: Option<Bound<'py, PyAny>>,
    errors: &str,
) -> PyResult<Bound<'py, PyList>> {
    let wanted = Wanted::new(py, dpi.as_ref(), ridges, finger_position, impression.as_ref())?;
    let raise = match errors {
        "raise" => true,
        "return" => false,
        _ => return Err(invalid(py, "errors", format!("{errors:?}"), "\"raise\" or \"return\"")),
    };
    let threads = convert::threads(py, threads)?;
    let listener = Listener::new(py, "finding minutiae", progress, cancel)?;
    let images = arguments(images)?;
    let extractor = py.detach(|| extractor(model, min_quality)).or_raise(py)?;
    let batch = Batch { wanted, extractor, images, raise };
    let found = listener.run(py, threads, |watch| batch.run(threads, watch))?.or_raise(py)?;
    let answers = found.into_iter().map(|answer| match answer {
        Ok(template) => Ok(Template::from(template).into_pyobject(py)?.into_any()),
        Err(error) => Ok(exception(py, &error).into_value(py).into_bound(py).into_any()),
    });
    PyList::new(py, answers.collect::<PyResult<Vec<_>>>()?)
}

/// The images of an iterable, which is no image itself: its letters, bytes or rows would be taken for images.
fn arguments(images: &Bound<'_, PyAny>) -> PyResult<Vec<ImageArgument>> {
    let is_one = images.is_instance_of::<PyString>()
        || images.is_instance_of::<PyBytes>()
        || images.is_instance_of::<PyByteArray>()
        || images.is_instance_of::<Image>();
    match images.try_iter() {
        Ok(items) if !is_one => items.map(|item| item?.extract()).collect(),
        _ => {
            let kind = images.get_type().name()?;
            Err(PyTypeError::new_err(format!(
                "images is {kind}, expected an iterable of images, such as paths"
            )))
        }
    }
}

/// Many images, and what is wanted of them.
struct Batch {
    wanted: Wanted,
    extractor: Extractor,
    images: Vec<ImageArgument>,
    /// Whether the first error ends it all.
    raise: bool,
}

impl Batch {
    fn run(&self, threads: Threads, watch: Watch<'_>) -> Result<Vec<Result<core::Template>>> {
        let counter = watch.counter(self.images.len());
        let failed = AtomicBool::new(false);
        let indexes: Vec<usize> = (0..self.images.len()).collect();
        let found = threads.map(&indexes, |&index| {
            if counter.cancelled() || failed.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            let name = || format!("image {index}");
            let template = self.wanted.template(&self.extractor, &self.images[index], name);
            failed.fetch_or(self.raise && template.is_err(), Ordering::Relaxed);
            counter.add(1);
            template
        })?;
        // What was not begun for another's sake is no error of its own.
        let is_its_own = |error: &Error| self.raise && !matches!(error, Error::Cancelled);
        let mut first = None;
        let mut cancelled = false;
        let mut answers = Vec::with_capacity(found.len());
        for answer in found {
            match answer {
                Err(error) if is_its_own(&error) => first = first.or(Some(error)),
                Err(Error::Cancelled) => cancelled = true,
                answer => answers.push(answer),
            }
        }
        match first {
            Some(error) => Err(error),
            None if cancelled => Err(Error::Cancelled),
            None => Ok(answers),
        }
    }
}
