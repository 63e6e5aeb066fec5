//! Every level against the plainest sums, bit for bit.

use super::LANES;
use super::activation::{Activation, activate};
use super::convolution::{self, Kernel, convolve};
use super::depthwise::{self, ROWS, depthwise};
use super::normal::{Normal, normalise};
use super::product::{Matrix, product};
use crate::simd::Level;

/// Numbers from -1 to 1 that repeat after a long while.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// What an activation makes of one number: checked on its own below.
fn activated(activation: Activation, value: f32) -> f32 {
    let mut values = [value; LANES];
    activate(Level::Scalar, activation, &mut values);
    values[0]
}

#[test]
fn activations_are_near_their_formulas() {
    for k in -400..=400 {
        let x = f64::from(k) / 20.0;
        let sigmoid = 1.0 / (1.0 + libm::exp(-x));
        let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
        let gelu = x / 2.0 * (1.0 + libm::tanh(inner));
        for (activation, expected) in
            [(Activation::Keep, x), (Activation::Sigmoid, sigmoid), (Activation::Gelu, gelu)]
        {
            let found = f64::from(activated(activation, x as f32));
            let allowed = 1e-6 * (1.0 + x.abs());
            assert!((found - expected).abs() < allowed, "{activation:?}({x}): {found} and {expected}");
        }
    }
}

#[test]
fn products_are_sums_in_the_order_of_the_channels() {
    for (rows, depth, groups) in [(1, 1, 1), (4, 6, 7), (8, 3, 3), (27, 32, 2), (52, 208, 5), (33, 5, 4)] {
        let (weights, bias) = (numbers(rows * depth, 1), numbers(rows, 2));
        let input = numbers(groups * depth * LANES, 3);
        let before = numbers(groups * rows * LANES, 4);
        let matrix = Matrix::new(&weights, &bias);
        assert_eq!((matrix.rows(), matrix.depth()), (rows, depth));
        for (activation, onto) in [(Activation::Keep, false), (Activation::Gelu, true)] {
            let mut expected = before.clone();
            for (place, out) in expected.iter_mut().enumerate() {
                let (group, row, lane) = (place / LANES / rows, place / LANES % rows, place % LANES);
                let sum = (0..depth).fold(bias[row], |sum, channel| {
                    let pixel = input[(group * depth + channel) * LANES + lane];
                    libm::fmaf(pixel, weights[row * depth + channel], sum)
                });
                *out = activated(activation, if onto { sum + *out } else { sum });
            }
            for level in Level::present() {
                let mut output = before.clone();
                product(level, &matrix, &input, &mut output, activation, onto);
                assert_eq!(bits(&output), bits(&expected), "{level}: {rows} x {depth}, {groups}");
            }
        }
    }
}

#[test]
fn pixels_are_normalised_over_their_channels() {
    for (channels, groups) in [(1, 1), (4, 3), (219, 2)] {
        let (scales, offsets) = (numbers(channels, 5), numbers(channels, 6));
        let normal = Normal::new(scales.clone(), offsets.clone(), 1e-3);
        let before = numbers(channels * groups * LANES, 7);
        let mut results = Level::present().into_iter().map(|level| {
            let mut values = before.clone();
            normalise(level, &normal, Activation::Gelu, &mut values);
            values
        });
        let first = results.next().unwrap();
        results.for_each(|other| assert_eq!(bits(&other), bits(&first)));
        for (place, found) in first.into_iter().enumerate() {
            let (group, channel, lane) = (place / LANES / channels, place / LANES % channels, place % LANES);
            let at = |channel: usize| f64::from(before[(group * channels + channel) * LANES + lane]);
            let mean = (0..channels).map(at).sum::<f64>() / channels as f64;
            let variance =
                (0..channels).map(|c| (at(c) - mean) * (at(c) - mean)).sum::<f64>() / channels as f64;
            let value = (at(channel) - mean) / (variance + 1e-3).sqrt();
            let expected = value * f64::from(scales[channel]) + f64::from(offsets[channel]);
            let expected = activated(Activation::Gelu, expected as f32);
            assert!((found - expected).abs() < 1e-5, "{found} and {expected}");
        }
    }
}

#[test]
fn each_channel_is_convolved_alone() {
    for (size, groups) in [(5, 1), (7, 3)] {
        let (channels, channel, stride) = (3, 1, groups * LANES + size + 2);
        let weights = numbers(size * size, 8);
        let rows = numbers((size + ROWS - 1) * stride, 9);
        let before = numbers(ROWS * groups * channels * LANES, 10);
        let wanted: Vec<bool> = (0..groups).map(|group| group != 1).collect();
        let mut expected = before.clone();
        for (place, out) in expected.iter_mut().enumerate() {
            let (group, lane) = (place / LANES / channels % groups, place % LANES);
            if place / LANES % channels != channel || !wanted[group] {
                continue;
            }
            let (row, pixel) = (place / LANES / channels / groups, group * LANES + lane);
            let taps = (0..size).flat_map(|column| (0..size).map(move |line| (line, column)));
            *out = taps.fold(0.0, |sum, (line, column)| {
                libm::fmaf(rows[(row + line) * stride + pixel + column], weights[line * size + column], sum)
            });
        }
        for level in Level::present() {
            let mut groups = before.clone();
            let mut target = depthwise::Target { groups: &mut groups, channels, channel, wanted: &wanted };
            depthwise(level, &weights, &rows, stride, &mut target);
            assert_eq!(bits(&groups), bits(&expected), "{level}: {size}");
        }
    }
}

#[test]
fn convolutions_are_sums_by_line_column_and_channel() {
    for (rows, channels, size, dilation, groups) in
        [(1, 1, 5, 1, 1), (8, 1, 5, 2, 4), (16, 3, 3, 6, 3), (2, 4, 5, 1, 2)]
    {
        let weights = numbers(rows * channels * size * size, 11);
        let bias = numbers(rows, 12);
        let kernel = Kernel::new(&weights, &bias, size, dilation);
        assert_eq!(kernel.lines().collect::<Vec<_>>(), (0..size).map(|k| k * dilation).collect::<Vec<_>>());
        let stride = groups * LANES + 2 * kernel.reach() + 1;
        let lines: Vec<Vec<f32>> = (0..size).map(|k| numbers(channels * stride, 13 + k as u32)).collect();
        let lines: Vec<&[f32]> = lines.iter().map(Vec::as_slice).collect();
        let (all, first) = (rows + 3, 2);
        let before = numbers(groups * all * LANES, 20);
        let mut expected = before.clone();
        for (place, out) in expected.iter_mut().enumerate() {
            let Some(row) = (place / LANES % all).checked_sub(first).filter(|&row| row < rows) else {
                continue;
            };
            let pixel = place / LANES / all * LANES + place % LANES;
            let mut sum = bias[row];
            for (line, values) in lines.iter().enumerate() {
                for column in 0..size {
                    for channel in 0..channels {
                        let weight = weights[((row * channels + channel) * size + line) * size + column];
                        sum = libm::fmaf(values[channel * stride + pixel + column * dilation], weight, sum);
                    }
                }
            }
            *out = activated(Activation::Sigmoid, sum);
        }
        for level in Level::present() {
            let mut groups = before.clone();
            let mut target = convolution::Target { groups: &mut groups, channels: all, first };
            convolve(level, &kernel, &lines, stride, &mut target, Activation::Sigmoid);
            assert_eq!(bits(&groups), bits(&expected), "{level}: {rows} of {channels}");
        }
    }
}

#[test]
#[should_panic(expected = "whole groups")]
fn parts_of_groups_are_refused() {
    let matrix = Matrix::new(&[1.0, 2.0], &[0.0]);
    product(Level::Scalar, &matrix, &[0.0; 40], &mut [0.0; LANES], Activation::Keep, false);
}
