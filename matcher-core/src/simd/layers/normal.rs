//! Normalising a pixel over its channels.

use super::LANES;
use super::activation::Activation;
use crate::simd::floats::{Floats, for_each_level};

/// How a pixel is normalised over its channels: mean 0, variance 1, then each channel by its own scale and offset.
///
/// # References
/// Ba, Kiros and Hinton, Layer Normalization, 2016.
#[derive(Clone, Debug)]
pub struct Normal {
    scales: Vec<f32>,
    offsets: Vec<f32>,
    epsilon: f32,
}

impl Normal {
    /// By the scale and the offset of each channel; `epsilon` is added to the variance.
    ///
    /// # Panics
    /// No channel, or not one offset a scale.
    pub fn new(scales: Vec<f32>, offsets: Vec<f32>, epsilon: f32) -> Self {
        assert!(!scales.is_empty() && scales.len() == offsets.len());
        Self { scales, offsets, epsilon }
    }
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[expect(unsafe_code, reason = "registers are read and written by address")]
#[inline(always)]
fn run<F: Floats>(normal: &Normal, activation: Activation, values: &mut [f32]) {
    let channels = normal.scales.len();
    assert!(values.len().is_multiple_of(channels * LANES));
    let share = F::splat(1.0 / channels as f32);
    for group in values.chunks_exact_mut(channels * LANES) {
        for lane in (0..LANES).step_by(F::LANES) {
            let first = group[lane..].as_mut_ptr();
            let at = |channel: usize| first.wrapping_add(channel * LANES);
            let mut sum = F::splat(0.0);
            for channel in 0..channels {
                // SAFETY: a register from `lane` of a channel of the group lies inside the group.
                sum = sum.add(unsafe { F::load(at(channel)) });
            }
            let mean = sum.mul(share);
            let mut squares = F::splat(0.0);
            for channel in 0..channels {
                // SAFETY: as above.
                let off = unsafe { F::load(at(channel)) }.sub(mean);
                squares = off.mul_add(off, squares);
            }
            let spread = squares.mul_add(share, F::splat(normal.epsilon)).sqrt();
            let by = F::splat(1.0).div(spread);
            for (channel, (scale, offset)) in normal.scales.iter().zip(&normal.offsets).enumerate() {
                // SAFETY: as above.
                unsafe {
                    let off = F::load(at(channel)).sub(mean);
                    let value = off.mul_add(by.mul(F::splat(*scale)), F::splat(*offset));
                    activation.of(value).store(at(channel));
                }
            }
        }
    }
}

for_each_level! {
    /// Normalises each pixel of groups (`[group][channel][LANES]`), then applies the activation.
    ///
    /// # Panics
    /// The values are no whole groups.
    pub fn normalise(normal: &Normal, activation: Activation, values: &mut [f32]) = run;
}
