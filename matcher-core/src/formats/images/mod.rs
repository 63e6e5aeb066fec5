//! Images of prints: PNG, TIFF, BMP, JPEG, PNM, JPEG 2000 and WSQ to a [`GrayImage`] and back to PNG. Behind the
//! feature `extract`.
//!
//! | format | read | resolution from |
//! |---|---|---|
//! | PNG | all kinds | `pHYs`, Exif |
//! | TIFF | grey, RGB with or without alpha, CMYK, of 8 or 16 bits; bitmaps, 8-bit palettes; one page | tags |
//! | BMP | all kinds | header |
//! | JPEG | grey, colour, CMYK; whole files only | JFIF, Exif |
//! | PNM | all kinds; the first image of a file | none |
//! | JPEG 2000 | grey, RGB, palettes, up to 16 bits; JP2 and codestream | capture and display resolution boxes |
//! | WSQ | all kinds | comments |
//!
//! The format is found by the first bytes. What is not read is refused by name.
//!
//! # To grey
//! Colours become their luminance (299 R + 587 G + 114 B) / 1000, what is transparent lies over white, 16 bits are
//! rounded to 8, all in whole numbers. Colour profiles are not applied. Samples of floating point are refused. A file
//! that says how the camera was held (Exif or TIFF orientation) is turned upright, so templates are in the pixels that a
//! viewer shows. The pixels of PNG, TIFF, BMP and PNM, where they hold no JPEG, are the same on every machine; those of
//! JPEG and lossy JPEG 2000 are decoded by other crates, whose last grey level may depend on the processor.
//!
//! A TIFF of several pages is refused: which of them is meant, nobody could tell from the template. Reduced copies of a
//! page and masks do not count.
//!
//! # Resolution
//! Without a resolution no distance is right, so none is guessed: [`ImageOptions::resolution`] wins, then what the file
//! states, and else there is an error. 72 and 96 dpi are what programs write that do not know; they count as not stated,
//! and so does what is not within 50 to 10,000 dpi. A value within one dot per metre of whole dpi is these: the 19,685
//! pixels per metre of a PNG are 500 dpi.
//!
//! # What a reader promises
//! It never panics; [`Limits::bytes`] and [`Limits::pixels`] bound time and memory, the latter checked on the header
//! before pixels are allocated. An image that is cut or damaged is refused wherever its format can tell. A JPEG has no
//! checksum: damage within its scans shows as wrong greys.
//!
//! # Examples
//! ```
//! use matcher_core::formats::{ImageOptions, read_image};
//! use matcher_core::units::Resolution;
//! let bytes = b"P2 3 1 255\n0 128 255\n";
//! let error = read_image(bytes, &ImageOptions::default()).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "resolution is not stated in the file, expected dpi from the caller, for example 500"
//! );
//! let options = ImageOptions { resolution: Some(Resolution::STANDARD), ..ImageOptions::default() };
//! let image = read_image(bytes, &options)?;
//! assert_eq!(image.pixels(), ndarray::array![[0, 128, 255]]);
//! # Ok::<(), matcher_core::Error>(())
//! ```

mod boxes;
mod decode;
mod grey;
mod jpeg2000;
mod orientation;
mod resolution;
mod ridges;
mod tiff;
mod write;
mod wsq;

pub use ridges::Ridges;
pub use write::write_png;

use super::image_format::{ImageFormat, sniff_image};
use super::{Format, Limits, files, sniff};
use crate::error::{Error, Result};
use crate::image::GrayImage;
use crate::units::Resolution;
use decode::Decoded;
use image::metadata::Orientation;
use resolution::Stated;
use std::path::Path;

/// How to read an image; the default takes the resolution from the file and finds out which way the ridges are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageOptions {
    /// The resolution along both axes of the upright image; it wins over what the file states.
    pub resolution: Option<Resolution>,
    /// Whether ridges are dark or light in the file.
    pub ridges: Ridges,
    /// How much to read at most.
    pub limits: Limits,
}

/// Reads an image of a print: upright, grey, ridges dark.
///
/// # Errors
/// - [`Error::UnknownFormat`]: the bytes are no image that is read here; it says what they seem to be.
/// - [`Error::Invalid`]: the image is damaged, cut, of a kind that is not read or beyond a limit, or its resolution is
///   not stated; the problem says what to give.
pub fn read_image(bytes: &[u8], options: &ImageOptions) -> Result<GrayImage> {
    options.limits.check_bytes(bytes.len() as u64)?;
    let format = sniff_image(bytes).ok_or_else(|| no_image(bytes))?;
    let mut stated = resolution::stated(bytes, format);
    let Decoded { pixels, orientation } = match format {
        ImageFormat::Jpeg2000 => upright_already(jpeg2000::decode(bytes, &options.limits)?),
        ImageFormat::Wsq => {
            let decoded = wsq::decode(bytes, &options.limits)?;
            stated.extend(decoded.resolution.map(Stated::in_comment));
            upright_already(decoded.pixels)
        }
        _ => decode::decode(bytes, format, &options.limits)?,
    };
    let resolution = match options.resolution {
        Some(resolution) => resolution,
        None => orientation::upright_resolution(resolution::believed(&stated)?, orientation),
    };
    let image = GrayImage::new(orientation::upright(pixels, orientation), resolution)?;
    options.ridges.darkened(image)
}

/// Pixels of a format that says nothing of how it is held.
fn upright_already(pixels: ndarray::Array2<u8>) -> Decoded {
    Decoded { pixels, orientation: Orientation::NoTransforms }
}

/// Reads an image of a print from a file.
///
/// # Errors
/// Those of [`read_image`], with the path as the record, and [`Error::Io`] for a path that cannot be read or is not a
/// regular file.
///
/// # Examples
/// ```no_run
/// use matcher_core::formats::{ImageOptions, read_image_file};
/// let image = read_image_file("print.png", &ImageOptions::default())?;
/// println!("{} x {} pixels", image.width(), image.height());
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn read_image_file(path: impl AsRef<Path>, options: &ImageOptions) -> Result<GrayImage> {
    let path = path.as_ref();
    let bytes = files::read(path, options.limits.bytes)?;
    read_image(&bytes, options).map_err(|error| files::named(path, error))
}

/// What bytes are that are no image.
fn no_image(bytes: &[u8]) -> Error {
    match sniff(bytes) {
        Ok(Format::An2kEfs | Format::An2kM1 | Format::An2kLegacy) => {
            let what = "it is an ANSI/NIST-ITL transaction, whose images formats::an2k hands out";
            Error::UnknownFormat(what.to_owned())
        }
        Ok(format) => {
            let what = format!(
                "it is a file of finger minutiae ({format}), which formats::read reads, and no image"
            );
            Error::UnknownFormat(what)
        }
        Err(error) => error,
    }
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
