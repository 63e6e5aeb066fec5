//! Files of fingerprint minutiae: bytes to [`Template`] and back. Images of prints are in [`images`], files of DNA
//! profiles in [`profiles`], kinship cases in [`cases`].
//!
//! This is the only place that knows the conventions of files (units of angle, where y grows to, codes); everything
//! else knows a [`Template`] only.
//!
//! | format | what it is | read | written |
//! |---|---|---|---|
//! | [`iso19794-2:2005`](Format::Iso19794_2_2005) | finger minutiae record, ISO/IEC 19794-2:2005 | all views | up to 255 views |
//! | [`incits378-2004`](Format::Incits378_2004) | finger minutiae record, ANSI INCITS 378-2004 | all views | up to 255 views |
//! | [`iso19794-2:2011`](Format::Iso19794_2_2011) | finger minutiae record, ISO/IEC 19794-2:2011 | all views | up to 255 views |
//! | [`incits378-2009`](Format::Incits378_2009) | finger minutiae record, ANSI INCITS 378-2009, its draft of 2007 | all views | up to 255 views |
//! | [`incits378-2009am1`](Format::Incits378_2009Am1) | the same with Amendment 1 | all views | up to 255 views |
//! | [`iso19794-2-card-normal`](Format::Iso19794_2CardNormal) | card format of normal size, ISO/IEC 19794-2 | one view | one view |
//! | [`iso19794-2-card-compact`](Format::Iso19794_2CardCompact) | card format of compact size, ISO/IEC 19794-2 | one view | one view |
//! | [`xyt`](Format::Xyt) | text of NIST's mindtct and bozorth3, native form | one view | one view |
//! | [`an2k-efs`](Format::An2kEfs), `an2k-m1`, `an2k-legacy` | transaction of ANSI/NIST-ITL 1-2011 | all Type-9 records | up to 100 views |
//!
//! Images are refused with the function that reads them. All of a transaction, its images included, is read by [`an2k`].
//!
//! # What a reader promises
//! It never panics and never allocates more than a small multiple of its input, and [`Limits`] bound both. What is
//! against the standard is an error to a [strict](Strictness::Strict) reader; a lenient one recovers where the meaning
//! is beyond doubt, drops what is not, and says both in [`Reading::diagnostics`]. Views, minutiae and areas are counted
//! from 0, as in the arrays that they become; lines of text from 1, as in an editor.
//!
//! A view that is cut is not read, whatever of it is there; those before it are, and so is the last one where only its
//! extended data is cut. A minutia outside its image is dropped, and with it the extended data, which counts rows. An
//! INCITS record with several angles beyond its unit was written in the unit of ISO, and is read so.
//!
//! # What a file cannot say
//! Writing and reading again gives the same template, but for what the format has no place for:
//! - records hold whole pixels, and angles of 360/256 (ISO) or 2 degrees (INCITS);
//! - resolutions are whole pixels per centimetre (those of the usual scanners come back exactly);
//! - in the editions of 2004 and 2005 a minutia of unstated quality has 0, so the worst stated quality, 0, becomes 1; for
//!   the view as a whole 0 is a stated quality, so an unstated one comes back as 0, and an unstated impression as
//!   live-scan plain (code 0); the later editions have codes for what is not stated;
//! - an unstated image size comes back as the smallest that holds the minutiae;
//! - rows are numbered anew where minutiae had been dropped;
//! - INCITS states the extractor by its CBEFF numbers (`cbeff:0042.0011`, hexadecimal) and no other name; ISO has none;
//! - a template has no place for when a print was taken, who made the equipment or measured the quality, certificates,
//!   and identifiers of equipment above 4,095: the later editions state them, and they are not kept;
//! - extended data is kept in the layout and units of ISO/IEC 19794-2:2005 and converted for the others
//!   ([`CoresAndDeltas`]); INCITS states directions for all cores of a view or for none, and no quality of zones;
//! - card formats have minutiae without quality, in units of 0.01 or 0.1 mm, and nothing else;
//! - xyt has place, direction and quality only, and its places count from the topmost minutia;
//! - what a transaction cannot say stands in [`an2k`].
//!
//! [`losses`] says what of this concerns a template.
//!
//! # Examples
//! ```
//! use matcher_core::fingerprint::{FingerPosition, Minutia, Template};
//! use matcher_core::formats::{Format, ReadOptions, read, write};
//! use matcher_core::units::{Angle, Pixels};
//! let print = Template::builder()
//!     .size(300, 400)
//!     .finger_position(FingerPosition::RightIndex)
//!     .minutia(Minutia::new(Pixels::from_whole(20), Pixels::from_whole(90), Angle::ZERO))
//!     .build()?
//!     .template;
//! let bytes = write(&print, Format::Iso19794_2_2005)?;
//! let reading = read(&bytes, &ReadOptions::default())?;
//! assert_eq!(reading.format, Format::Iso19794_2_2005);
//! assert_eq!(reading.templates[0].minutiae(), print.minutiae());
//! assert!(reading.diagnostics.is_empty());
//! # Ok::<(), matcher_core::Error>(())
//! ```

pub mod an2k;
mod cards;
pub mod cases;
mod cursor;
mod files;
mod fmr;
mod format;
pub mod frequencies;
mod image_format;
#[cfg(feature = "extract")]
pub mod images;
mod lengths;
mod limits;
mod losses;
pub mod profiles;
mod report;
mod rows;
mod sniff;
mod xyt;

pub use cases::{read_case, read_case_file, read_pedigrees, write_case, write_pedigrees};
pub use fmr::{Core, CoresAndDeltas, Delta};
pub use format::Format;
pub use image_format::{ImageFormat, sniff_image};
#[cfg(feature = "extract")]
pub use images::{ImageOptions, Ridges, read_image, read_image_file, write_png};
pub use limits::Limits;
pub use losses::{Loss, losses};
pub use report::{Diagnostic, Strictness};
pub use sniff::sniff;

use crate::error::{Error, Result};
use crate::fingerprint::Template;
use crate::units::Dpi;
use fmr::Edition;
use report::Report;
use std::path::Path;

/// How to read; the default finds the format itself and is lenient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The format, or `None` to find it by [`sniff`].
    pub format: Option<Format>,
    /// What to do about faults.
    pub strictness: Strictness,
    /// How much to read at most.
    pub limits: Limits,
    /// Resolution along both axes for what does not state it (xyt; minutiae in a transaction without their image, which
    /// are in micrometres); 500 dpi where this is `None`. The others state their own, and this is ignored.
    pub dpi: Option<Dpi>,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The format of the input.
    pub format: Format,
    /// One template a view, in the order of the input; at least one.
    pub templates: Vec<Template>,
    /// Everything that was wrong, in the order in which it was found; empty where nothing was.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// What concerns one template: its own diagnostics and those of the whole record.
    pub fn diagnostics_of(&self, template: usize) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(move |d| d.view.is_none_or(|view| view == template))
    }
}

/// Reads all templates from bytes.
///
/// # Errors
/// - [`Error::UnknownFormat`]: the bytes are of no format read here; it says what they seem to be.
/// - [`Error::Invalid`]: a limit is exceeded, nothing is left that could be read, or the resolution makes no sense; for
///   a strict reader the first fault of any kind.
///
/// # Examples
/// ```
/// use matcher_core::formats::{ReadOptions, Strictness, read};
/// let strict = ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() };
/// assert_eq!(read(b"10 20 30\n11 25 400\n", &ReadOptions::default())?.templates[0].minutiae().len(), 1);
/// let error = read(b"10 20 30\n11 25 400\n", &strict).unwrap_err().to_string();
/// assert!(error.starts_with("line 2: theta is \"400\", expected a whole number, -180 to 360"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Reading> {
    options.limits.check_bytes(bytes.len() as u64)?;
    let format = options.format.map_or_else(|| sniff(bytes), Ok)?;
    let mut report = Report::new(options.strictness, bytes.len());
    let record = |edition, report: &mut Report| fmr::read(bytes, edition, &options.limits, report);
    let templates = match format {
        Format::Iso19794_2_2005 => record(Edition::Iso2005, &mut report)?,
        Format::Incits378_2004 => record(Edition::Incits2004, &mut report)?,
        Format::Iso19794_2_2011 => record(Edition::Iso2011, &mut report)?,
        Format::Incits378_2009 => record(Edition::Incits2009, &mut report)?,
        Format::Incits378_2009Am1 => record(Edition::Incits2009Amended, &mut report)?,
        Format::Iso19794_2CardNormal => vec![cards::read(bytes, cards::Size::Normal, options, &mut report)?],
        Format::Iso19794_2CardCompact => {
            vec![cards::read(bytes, cards::Size::Compact, options, &mut report)?]
        }
        Format::Xyt => vec![xyt::read(bytes, options, &mut report)?],
        Format::An2kEfs | Format::An2kM1 | Format::An2kLegacy => an2k::read(bytes, options, &mut report)?,
    };
    Ok(Reading { format, templates, diagnostics: report.finish() })
}

/// Reads all templates from a file.
///
/// # Errors
/// Those of [`read`], with the path as the record, and [`Error::Io`] for a path that cannot be read or is not a regular
/// file (a folder, a pipe, a device).
pub fn read_file(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Reading> {
    let path = path.as_ref();
    let named = |error| files::named(path, error);
    let bytes = files::read(path, options.limits.bytes)?;
    read(&bytes, options).map_err(named)
}

/// Writes one template.
///
/// What a format cannot say is listed [above](self#what-a-file-cannot-say).
///
/// # Errors
/// [`Error::Invalid`]: a value that the format cannot state; the problem names it.
pub fn write(template: &Template, format: Format) -> Result<Vec<u8>> {
    write_views(std::slice::from_ref(template), format)
}

/// Writes several views into one record.
///
/// # Errors
/// [`Error::Invalid`]: none or more views than the format holds ([`Format::max_views`]), templates that differ in what a record
/// states once (image size, resolution, capture equipment, CBEFF product), or a value that the format cannot state.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::Template;
/// use matcher_core::formats::{Format, write_views};
/// let small = Template::builder().size(300, 300).build()?.template;
/// let large = Template::builder().size(500, 500).build()?.template;
/// let error = write_views(&[small, large], Format::Iso19794_2_2005).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "view 1: image size is 500 x 500, expected 300 x 300 as in view 0: a record states it once"
/// );
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn write_views(templates: &[Template], format: Format) -> Result<Vec<u8>> {
    match (format, templates) {
        (Format::Iso19794_2_2005, views) => fmr::write(views, Edition::Iso2005),
        (Format::Incits378_2004, views) => fmr::write(views, Edition::Incits2004),
        (Format::Iso19794_2_2011, views) => fmr::write(views, Edition::Iso2011),
        (Format::Incits378_2009, views) => fmr::write(views, Edition::Incits2009),
        (Format::Incits378_2009Am1, views) => fmr::write(views, Edition::Incits2009Amended),
        (Format::Iso19794_2CardNormal, [template]) => cards::write(template, cards::Size::Normal),
        (Format::Iso19794_2CardCompact, [template]) => cards::write(template, cards::Size::Compact),
        (Format::Xyt, [template]) => xyt::write(template),
        (Format::An2kEfs, views) => an2k::write(views, an2k::Dialect::Efs),
        (Format::An2kM1, views) => an2k::write(views, an2k::Dialect::M1),
        (Format::An2kLegacy, views) => an2k::write(views, an2k::Dialect::Legacy),
        (Format::Xyt, views) => Err(Error::invalid("", "number of views", views.len(), "1 in an xyt file")),
        (Format::Iso19794_2CardNormal | Format::Iso19794_2CardCompact, views) => {
            Err(Error::invalid("", "number of views", views.len(), "1 in a card format"))
        }
    }
}

/// Writes one record into a file: whole, or not at all. A file that stood there is replaced at the very end.
///
/// # Errors
/// Those of [`write_views`], and [`Error::Io`] for a path that cannot be written or is no regular file.
pub fn write_file(templates: &[Template], format: Format, path: impl AsRef<Path>) -> Result<()> {
    let bytes = write_views(templates, format)?;
    files::write(path.as_ref(), bytes)
}
