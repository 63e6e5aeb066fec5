//! Bringing an image to 500 dpi, the resolution at which minutiae are found, and points back to its own pixels.
//!
//! Ridges are half a millimetre apart, and what is found on them moves by how the pixels between are made up. So the
//! method is written out here, in whole numbers, and gives the same bits everywhere.

use super::GrayImage;
use crate::error::{Error, Result};
use crate::units::{Dpi, Resolution};
use ndarray::{Array2, ArrayView2};
use std::borrow::Cow;

/// Weights are whole multiples of 1/16,384.
const WEIGHT_BITS: u32 = 14;
/// Keys' free parameter: the slope of the kernel one pixel from its middle.
const A: f64 = -0.75;
/// From this reduction on the kernel is widened by it, so that no detail folds over into a pattern that is not there.
const WIDENED_FROM: f64 = 1.25;

impl GrayImage {
    /// The most pixels that an image may have at 500 dpi.
    pub const MAX_PIXELS_AT_500_DPI: usize = 100_000_000;

    /// The same image at 500 dpi along both axes; itself where it is so already.
    ///
    /// # Method
    /// Cubic convolution (Keys 1981) with a = -0.75, each axis on its own. Pixel `i` of the result lies at
    /// `(i + 0.5) * dpi / 500 - 0.5`, pixels beyond the edge repeat it, and the result is rounded to the nearest grey,
    /// halves upwards. It has `width * 500 / dpi` columns, rounded (halves to even), at least 1. Up to a reduction by
    /// 1.25 (625 dpi) this is what `OpenCV`'s `INTER_CUBIC` does, to which greys of 512 dpi images differ by 1 at most. From
    /// there on the kernel is widened by the factor of reduction and its weights are scaled to a sum of 1, which `OpenCV`
    /// does not do: it would alias.
    ///
    /// # Errors
    /// [`Error::Invalid`]: at 500 dpi a side would have more than [`GrayImage::MAX_SIDE`] pixels, or the image more than
    /// [`GrayImage::MAX_PIXELS_AT_500_DPI`]: a large image whose resolution is stated too low.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::image::GrayImage;
    /// use matcher_core::units::{Dpi, Resolution};
    /// let fine = Resolution { x: Dpi::new(1000.0).unwrap(), y: Dpi::STANDARD };
    /// let image = GrayImage::new(ndarray::Array2::from_elem((400, 600), 128), fine)?;
    /// let standard = image.at_500_dpi()?;
    /// assert_eq!((standard.width(), standard.height()), (300, 400));
    /// assert_eq!(image.from_500_dpi(0.0, 7.0), (0.5, 7.0)); // between the first two pixels
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    ///
    /// # References
    /// R. G. Keys, "Cubic convolution interpolation for digital image processing", IEEE Transactions on Acoustics,
    /// Speech, and Signal Processing 29 (1981) 1153-1160.
    pub fn at_500_dpi(&self) -> Result<Cow<'_, Self>> {
        let resolution = self.resolution();
        if resolution == Resolution::STANDARD {
            return Ok(Cow::Borrowed(self));
        }
        let (width, height) = (scaled(self.width(), resolution.x), scaled(self.height(), resolution.y));
        let fits = |side: u64| side <= Self::MAX_SIDE as u64;
        if !fits(width) || !fits(height) || width * height > Self::MAX_PIXELS_AT_500_DPI as u64 {
            let value = format!("{width} x {height}");
            let expected = format!(
                "at most {} pixels a side and {} in all: is {} x {} dpi right?",
                Self::MAX_SIDE,
                Self::MAX_PIXELS_AT_500_DPI,
                resolution.x.to_f64(),
                resolution.y.to_f64()
            );
            return Err(Error::invalid("", "image size at 500 dpi", value, expected));
        }
        let columns = taps(width as usize, resolution.x);
        let rows = taps(height as usize, resolution.y);
        Self::new(resampled(&self.pixels(), &rows, &columns), Resolution::STANDARD).map(Cow::Owned)
    }

    /// Where a point of the image at 500 dpi lies in this image, in pixels: `(x + 0.5) * dpi / 500 - 0.5`, and so for y.
    ///
    /// Whole coordinates are the middles of pixels.
    pub fn from_500_dpi(&self, x: f64, y: f64) -> (f64, f64) {
        let own = |at: f64, dpi: Dpi| {
            (at + 0.5) * f64::from(dpi.hundredths()) / f64::from(Dpi::STANDARD.hundredths()) - 0.5
        };
        (own(x, self.resolution().x), own(y, self.resolution().y))
    }
}

/// Pixels of a side at 500 dpi, rounded, halves to even; at least 1.
fn scaled(side: usize, dpi: Dpi) -> u64 {
    let (product, own) = (side as u64 * u64::from(Dpi::STANDARD.hundredths()), u64::from(dpi.hundredths()));
    let (whole, twice_left) = (product / own, 2 * (product % own));
    let up = twice_left > own || (twice_left == own && whole % 2 == 1);
    (whole + u64::from(up)).max(1)
}

/// The pixels that make up one pixel of the result, and their weights.
struct Taps {
    /// The first of them; it may lie before the edge.
    first: i64,
    /// Of sum `1 << WEIGHT_BITS`.
    weights: Vec<i32>,
}

/// The taps of each pixel along an axis.
fn taps(side: usize, dpi: Dpi) -> Vec<Taps> {
    let (own, standard) = (i64::from(dpi.hundredths()), i64::from(Dpi::STANDARD.hundredths()));
    let reduction = own as f64 / standard as f64;
    let width = if reduction > WIDENED_FROM { reduction } else { 1.0 };
    let reach = (2.0 * width).ceil() as i64;
    let of = |i: i64| {
        // The place in the image, (i + 1/2) own/standard - 1/2, as a fraction.
        let (numerator, denominator) = ((2 * i + 1) * own - standard, 2 * standard);
        let whole = numerator.div_euclid(denominator);
        let fraction = numerator.rem_euclid(denominator) as f64 / denominator as f64;
        let weight = |offset: i64| kernel((offset as f64 - fraction) / width);
        Taps {
            first: whole - reach + 1,
            weights: whole_weights(&(1 - reach..=reach).map(weight).collect::<Vec<_>>()),
        }
    };
    (0..side as i64).map(of).collect()
}

/// Keys' cubic kernel.
fn kernel(distance: f64) -> f64 {
    let d = distance.abs();
    if d <= 1.0 {
        ((A + 2.0) * d - (A + 3.0)) * d * d + 1.0
    } else if d < 2.0 {
        ((d - 5.0) * d + 8.0) * d * A - 4.0 * A
    } else {
        0.0
    }
}

/// Weights as whole numbers of the right sum; what rounding left over goes to the largest.
fn whole_weights(weights: &[f64]) -> Vec<i32> {
    let one = f64::from(1 << WEIGHT_BITS);
    let sum: f64 = weights.iter().sum();
    let mut whole: Vec<i32> = weights.iter().map(|weight| (weight / sum * one).round() as i32).collect();
    let left = (1 << WEIGHT_BITS) - whole.iter().sum::<i32>();
    if let Some(largest) = whole.iter_mut().max_by_key(|weight| **weight) {
        *largest += left;
    }
    whole
}

/// Columns first within each row of the result: rows are blended, then columns, and rounded once.
fn resampled(pixels: &ArrayView2<'_, u8>, rows: &[Taps], columns: &[Taps]) -> Array2<u8> {
    let (height, width) = pixels.dim();
    // Blended rows are repeated at both ends as far as any tap reaches.
    let before = columns.first().map_or(0, |taps| (-taps.first).max(0)) as usize;
    let beyond = |taps: &Taps| taps.first + taps.weights.len() as i64 - width as i64;
    let after = columns.last().map_or(0, |taps| beyond(taps).max(0)) as usize;
    let mut blended = vec![0_i32; before + width + after];
    let mut result = Array2::zeros((rows.len(), columns.len()));
    for (taps, mut out) in rows.iter().zip(result.rows_mut()) {
        let own = &mut blended[before..before + width];
        own.fill(0);
        for (row, &weight) in (taps.first..).zip(&taps.weights) {
            let row = row.clamp(0, height as i64 - 1) as usize;
            for (sum, pixel) in own.iter_mut().zip(pixels.row(row)) {
                *sum += weight * i32::from(*pixel);
            }
        }
        let (left, right) = (own[0], own[width - 1]); // an image has a column at least
        blended[..before].fill(left);
        blended[before + width..].fill(right);
        for (taps, pixel) in columns.iter().zip(&mut out) {
            let first = (taps.first + before as i64) as usize; // not below 0, by the choice of `before`
            let own = blended[first..].iter().zip(&taps.weights);
            let sum: i64 = own.map(|(value, weight)| i64::from(*value) * i64::from(*weight)).sum();
            let half = 1 << (2 * WEIGHT_BITS - 1);
            *pixel = ((sum + half) >> (2 * WEIGHT_BITS)).clamp(0, 255) as u8;
        }
    }
    result
}

#[cfg(test)]
#[path = "resample_tests.rs"]
mod tests;
