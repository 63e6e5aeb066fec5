//! PNG files of what is drawn, and of the images that an SVG carries.

use crate::error::{Error, Result};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

/// Bytes before the first chunk that is not the header: the signature and the header itself.
const AFTER_HEADER: usize = 8 + 25;
const METRES_PER_INCH: f64 = 0.0254;

/// How pixels are laid out.
#[derive(Clone, Copy)]
pub(super) enum Layout {
    /// One byte a pixel.
    Grey,
    /// Red, green and blue.
    Colour,
}

/// Writes pixels, rows from top to bottom, as PNG; with a resolution (dots per inch) where one is given.
pub(super) fn write(
    pixels: &[u8],
    (width, height): (u32, u32),
    layout: Layout,
    dpi: Option<f64>,
) -> Result<Vec<u8>> {
    let colour = match layout {
        Layout::Grey => ExtendedColorType::L8,
        Layout::Colour => ExtendedColorType::Rgb8,
    };
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    encoder.write_image(pixels, width, height, colour).map_err(|error| {
        Error::invalid(
            "picture",
            "PNG",
            format!("{width} x {height}: {error}"),
            "an image that can be written",
        )
    })?;
    if let Some(dpi) = dpi {
        // Physical dimensions go before the pixels: right behind the header.
        bytes.splice(AFTER_HEADER..AFTER_HEADER, physical(dpi));
    }
    Ok(bytes)
}

/// The chunk `pHYs`: pixels a metre along x and y, and that the unit is a metre.
fn physical(dpi: f64) -> Vec<u8> {
    let per_metre = ((dpi / METRES_PER_INCH).round() as u32).to_be_bytes();
    let body = [b"pHYs", &per_metre[..], &per_metre[..], &[1]].concat();
    let length = (body.len() as u32 - 4).to_be_bytes();
    [&length[..], &body[..], &crc32fast::hash(&body).to_be_bytes()[..]].concat()
}
