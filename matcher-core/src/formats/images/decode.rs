//! PNG, TIFF, BMP, JPEG and PNM to grey, by the crate `image`.
//!
//! A forensic image is whole or it is not read: what is cut, has several pages or is of an unusual kind is refused with
//! the reason, and never read in part.

use super::super::ImageFormat;
use super::super::Limits;
use super::grey::{self, Channels};
use super::{resolution, tiff};
use crate::error::{Error, Result};
use image::codecs::bmp::BmpDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::pnm::PnmDecoder;
use image::codecs::tiff::TiffDecoder;
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageError};
use ndarray::Array2;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a decoder may allocate beside twice the pixels: colour profiles, Exif, compressed strips.
const BESIDE: u64 = 64 << 20;

/// Pixels as they are stored, and how they are to be turned.
pub(super) struct Decoded {
    pub(super) pixels: Array2<u8>,
    pub(super) orientation: Orientation,
}

/// Decodes an image of one of the formats of the crate.
pub(super) fn decode(bytes: &[u8], format: ImageFormat, limits: &Limits) -> Result<Decoded> {
    guarded(format, || match format {
        ImageFormat::Png => png(bytes, limits),
        ImageFormat::Tiff => tiff(bytes, limits),
        ImageFormat::Jpeg => jpeg(bytes, limits),
        ImageFormat::Bmp => read(BmpDecoder::new(Cursor::new(bytes)), format, limits),
        _ => read(PnmDecoder::new(Cursor::new(bytes)), format, limits),
    })
}

/// Calls a decoder of another crate: should it panic in spite of all, that is an error like any other.
pub(super) fn guarded<T>(format: ImageFormat, decode: impl FnOnce() -> Result<T>) -> Result<T> {
    // What a decoder leaves half done is dropped with it.
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(unreadable(format, "its decoder gave up")))
}

/// The error for an image that is damaged.
pub(super) fn unreadable(format: ImageFormat, reason: impl std::fmt::Display) -> Error {
    let reason: String = reason.to_string().chars().take(200).collect();
    Error::invalid("", format!("{format} image"), format!("damaged or cut ({reason})"), "a whole one")
}

/// The error for an image of a kind that is not read.
pub(super) fn unusual(format: ImageFormat, found: impl std::fmt::Display) -> Error {
    let expected = "grey, RGB or CMYK, of 8 or 16 bits (or a bitmap, or an 8-bit palette)";
    Error::invalid("", format!("kind of {format} image"), found, expected)
}

/// The width is checked before anything is allocated for a row.
fn png(bytes: &[u8], limits: &Limits) -> Result<Decoded> {
    let format = ImageFormat::Png;
    if let Some((width, height)) = bytes.get(16..24).and_then(|size| size.split_at_checked(4)) {
        let side = |four: &[u8]| four.iter().fold(0, |side, byte| side << 8 | u64::from(*byte));
        limits.check_pixels(side(width), side(height))?;
    }
    let mut own = image::Limits::no_limits();
    own.max_alloc = Some(BESIDE);
    read(PngDecoder::with_limits(Cursor::new(bytes), own), format, limits)
}

fn tiff(bytes: &[u8], limits: &Limits) -> Result<Decoded> {
    let format = ImageFormat::Tiff;
    match tiff::pages(bytes) {
        None => return Err(unreadable(format, "no directory of a page")),
        Some(1) => {}
        Some(pages) => {
            let expected = "1: save the page that is meant as a file of its own";
            return Err(Error::invalid("", "number of pages", pages, expected));
        }
    }
    let Some((grey, colours)) = tiff::without_palette(bytes) else {
        return read(TiffDecoder::new(Cursor::new(bytes)), format, limits);
    };
    let mut decoded = read(TiffDecoder::new(Cursor::new(grey)), format, limits)?;
    let greys: Vec<u8> = colours.iter().map(|colour| Channels::Rgb.grey(colour)).collect();
    // A palette of 8-bit indexes has 256 colours.
    decoded.pixels.mapv_inplace(|index| greys.get(usize::from(index)).copied().unwrap_or(u8::MAX));
    Ok(decoded)
}

fn jpeg(bytes: &[u8], limits: &Limits) -> Result<Decoded> {
    let format = ImageFormat::Jpeg;
    if resolution::is_cut(bytes) {
        return Err(unreadable(format, "it ends before its end-of-image marker"));
    }
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(|error| said(format, &error))?;
    let (width, height) = decoder.dimensions();
    limits.check_pixels(u64::from(width), u64::from(height))?;
    check_density(bytes.len(), u64::from(width) * u64::from(height), format)?;
    read(Ok(decoder), format, limits)
}

/// Refuses a file that is too short for its pixels.
///
/// An 8 x 8 block of a JPEG takes a bit at least, so a byte has 512 pixels at most, and a JPEG 2000 of a print about ten:
/// more than a thousand come of a header that lies, and cost time and memory. The first million is free.
pub(super) fn check_density(bytes: usize, pixels: u64, format: ImageFormat) -> Result<()> {
    if pixels <= 1_000_000 + 1_000 * bytes as u64 {
        return Ok(());
    }
    let expected = format!("fewer in a {format} image of {bytes} bytes: at most a million and 1000 a byte");
    Err(Error::invalid("", "number of pixels", pixels, expected))
}

/// Checks the size, then decodes.
fn read<D: ImageDecoder>(
    decoder: Result<D, ImageError>,
    format: ImageFormat,
    limits: &Limits,
) -> Result<Decoded> {
    let said = |error| said(format, &error);
    let mut decoder = decoder.map_err(said)?;
    let (width, height) = decoder.dimensions();
    limits.check_pixels(u64::from(width), u64::from(height))?;
    let color = decoder.color_type();
    let (channels, wide) = match color {
        ColorType::L8 => (Channels::Grey, false),
        ColorType::La8 => (Channels::GreyAlpha, false),
        ColorType::Rgb8 => (Channels::Rgb, false),
        ColorType::Rgba8 => (Channels::RgbAlpha, false),
        ColorType::L16 => (Channels::Grey, true),
        ColorType::La16 => (Channels::GreyAlpha, true),
        ColorType::Rgb16 => (Channels::Rgb, true),
        ColorType::Rgba16 => (Channels::RgbAlpha, true),
        _ => return Err(unusual(format, "of floating-point samples")),
    };
    let mut own = image::Limits::no_limits();
    own.max_alloc = Some(2 * decoder.total_bytes() + BESIDE);
    decoder.set_limits(own).map_err(said)?;
    // An orientation that cannot be read turns nothing.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut samples = vec![0; decoder.total_bytes() as usize]; // at most 8 bytes a pixel, of which the number was checked
    decoder.read_image(&mut samples).map_err(said)?;
    let greys = if wide { grey::of_words(&samples, channels) } else { grey::of_bytes(samples, channels) };
    let pixels = Array2::from_shape_vec((height as usize, width as usize), greys)
        .map_err(|error| unreadable(format, error))?;
    Ok(Decoded { pixels, orientation })
}

/// What the crate says, in the words of this house.
fn said(format: ImageFormat, error: &ImageError) -> Error {
    match error {
        ImageError::Unsupported(what) => unusual(format, what),
        ImageError::Limits(what) => unreadable(format, format!("it asks for too much memory: {what}")),
        other => unreadable(format, other),
    }
}
