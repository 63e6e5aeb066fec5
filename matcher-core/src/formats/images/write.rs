//! Writing a PNG that states its resolution.

use crate::error::{Error, Result};
use crate::image::GrayImage;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// Where the first chunk of a PNG, the header, ends: 8 bytes of signature and 25 of it.
const AFTER_HEADER: usize = 33;

/// Writes a grey PNG of 8 bits that states its resolution.
///
/// Reading it gives the same pixels, and the same resolution wherever that is whole dpi; others are off by up to 0.03
/// dpi, because the chunk `pHYs` has whole pixels per metre. 72 and 96 dpi are written and not believed when read.
///
/// # Errors
/// [`Error::Invalid`] should the encoder fail, which it has no reason to.
///
/// # Examples
/// ```
/// use matcher_core::formats::{ImageOptions, read_image, write_png};
/// use matcher_core::image::GrayImage;
/// use matcher_core::units::Resolution;
/// let image = GrayImage::new(ndarray::array![[0, 128, 255]], Resolution::STANDARD)?;
/// assert_eq!(read_image(&write_png(&image)?, &ImageOptions::default())?, image);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn write_png(image: &GrayImage) -> Result<Vec<u8>> {
    let failed = |reason: String| Error::invalid("", "PNG image", reason, "one that can be encoded");
    let pixels = image.pixels();
    let rows = pixels.as_slice().ok_or_else(|| failed("rows that lie apart".to_owned()))?;
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(rows, image.width() as u32, image.height() as u32, ExtendedColorType::L8)
        .map_err(|error| failed(error.to_string()))?;
    let per_metre = |dpi: crate::units::Dpi| (dpi.to_f64() / 0.0254).round() as u32;
    let mut chunk = b"pHYs".to_vec();
    chunk.extend(per_metre(image.resolution().x).to_be_bytes());
    chunk.extend(per_metre(image.resolution().y).to_be_bytes());
    chunk.push(1); // the unit is the metre
    let checksum = crc32fast::hash(&chunk).to_be_bytes();
    let length = (chunk.len() as u32 - 4).to_be_bytes();
    let whole = length.into_iter().chain(chunk).chain(checksum);
    png.splice(AFTER_HEADER..AFTER_HEADER, whole);
    Ok(png)
}
