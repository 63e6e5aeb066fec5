//! A grey image of a print with its resolution: what extraction takes and the image readers give.

mod resample;

use crate::error::{Error, Result};
use crate::units::Resolution;
use ndarray::{Array2, ArrayView2};
use std::fmt;

/// A grey image, rows from top to bottom, with its resolution.
///
/// # Range and units
/// Pixels are 0 (black) to 255 (white), and ridges are dark. 1 to [`GrayImage::MAX_SIDE`] pixels a side. The array is
/// indexed `[row, column]`, rows one after the other in memory.
///
/// # Examples
/// ```
/// use matcher_core::image::GrayImage;
/// use matcher_core::units::Resolution;
/// let image = GrayImage::new(ndarray::Array2::from_elem((400, 300), 255), Resolution::STANDARD)?;
/// assert_eq!((image.width(), image.height()), (300, 400));
/// assert_eq!(image.pixels()[[399, 299]], 255);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct GrayImage {
    pixels: Array2<u8>,
    resolution: Resolution,
}

impl GrayImage {
    /// The most pixels along a side: what a template can state.
    pub const MAX_SIDE: usize = u16::MAX as usize;

    /// From rows of pixels.
    ///
    /// # Errors
    /// [`Error::Invalid`]: a side of no pixels or of more than [`GrayImage::MAX_SIDE`].
    pub fn new(pixels: Array2<u8>, resolution: Resolution) -> Result<Self> {
        let (height, width) = pixels.dim();
        if !(1..=Self::MAX_SIDE).contains(&width) || !(1..=Self::MAX_SIDE).contains(&height) {
            let expected = format!("1 to {} pixels a side", Self::MAX_SIDE);
            return Err(Error::invalid("", "image size", format!("{width} x {height}"), expected));
        }
        let pixels =
            if pixels.is_standard_layout() { pixels } else { pixels.as_standard_layout().into_owned() };
        Ok(Self { pixels, resolution })
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.pixels.ncols()
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.pixels.nrows()
    }

    /// The resolution along both axes.
    pub fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// The pixels, indexed `[row, column]`.
    pub fn pixels(&self) -> ArrayView2<'_, u8> {
        self.pixels.view()
    }
}

impl fmt::Debug for GrayImage {
    /// Size and resolution; the pixels are nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrayImage")
            .field("width", &self.width())
            .field("height", &self.height())
            .field("resolution", &self.resolution)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_of_no_pixels_and_of_too_many_are_refused() {
        for (height, width) in [(0, 5), (5, 0), (1, 65_536)] {
            let error = GrayImage::new(Array2::zeros((height, width)), Resolution::STANDARD).unwrap_err();
            assert!(error.to_string().starts_with(&format!("image size is {width} x {height}")), "{error}");
        }
    }

    #[test]
    fn rows_lie_one_after_the_other() {
        let columns =
            Array2::from_shape_fn((3, 2), |(row, column)| (10 * row + column) as u8).reversed_axes();
        let image = GrayImage::new(columns, Resolution::STANDARD).unwrap();
        assert_eq!(image.pixels().as_slice(), Some(&[0, 10, 20, 1, 11, 21][..]));
    }

    #[test]
    fn debug_shows_no_pixel() {
        let image = GrayImage::new(Array2::from_elem((2, 2), 213), Resolution::STANDARD).unwrap();
        assert!(!format!("{image:?}").contains("213"));
    }
}
