//! A convolution over all channels, its weights possibly apart from each other.

use super::LANES;
use super::activation::Activation;
use crate::simd::floats::{Floats, for_each_level};

/// Channels out that lie together.
const BLOCK: usize = 4;

/// Weights of a square convolution, and what is added to each channel that comes out.
#[derive(Clone)]
pub struct Kernel {
    rows: usize,
    channels: usize,
    size: usize,
    dilation: usize,
    /// `[block of rows][line][column][channel][row of the block]`.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Kernel {
    /// From weights `[row][channel][line][column]` of `size` lines and columns, whose neighbours see pixels `dilation`
    /// apart.
    ///
    /// # Panics
    /// Nothing in one of the dimensions, or weights that are not so many.
    pub fn new(weights: &[f32], bias: &[f32], size: usize, dilation: usize) -> Self {
        let rows = bias.len();
        assert!(rows > 0 && size > 0 && dilation > 0 && !weights.is_empty());
        let taps = size * size;
        assert!(weights.len().is_multiple_of(rows * taps));
        let channels = weights.len() / rows / taps;
        let blocks = rows.div_ceil(BLOCK);
        let packed = (0..blocks * taps * channels * BLOCK).map(|k| {
            let row = k / (BLOCK * channels * taps) * BLOCK + k % BLOCK;
            let (channel, tap) = (k / BLOCK % channels, k / (BLOCK * channels) % taps);
            if row < rows { weights[(row * channels + channel) * taps + tap] } else { 0.0 }
        });
        let mut padded = bias.to_vec();
        padded.resize(blocks * BLOCK, 0.0);
        Self { rows, channels, size, dilation, weights: packed.collect(), bias: padded }
    }

    /// Channels that come out.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How far from a pixel it looks to each side.
    pub fn reach(&self) -> usize {
        self.size / 2 * self.dilation
    }

    /// Lines that it looks at, from the top: how far each is below the first.
    pub fn lines(&self) -> impl Iterator<Item = usize> {
        let dilation = self.dilation;
        (0..self.size).map(move |line| line * dilation)
    }
}

/// Where the results go.
#[derive(Debug)]
pub struct Target<'a> {
    /// `[group][channels][LANES]`.
    pub groups: &'a mut [f32],
    /// All channels of it.
    pub channels: usize,
    /// The one that takes the first row.
    pub first: usize,
}

/// The sums of `B` blocks of rows at `N` registers of pixels. They stay in registers: nothing here takes their address.
#[expect(clippy::inline_always, reason = "part of a kernel")]
#[expect(unsafe_code, reason = "registers are read by address")]
#[expect(clippy::needless_range_loop, reason = "unrolled: registers by constant indexes")]
#[inline(always)]
fn sums<F: Floats, const B: usize, const N: usize>(
    kernel: &Kernel,
    block: usize,
    lines: &[*const f32],
    stride: usize,
) -> [[[F; N]; BLOCK]; B] {
    let depth = kernel.size * kernel.size * kernel.channels * BLOCK;
    let weights = kernel.weights[block * depth..(block + B) * depth].as_ptr();
    let bias = &kernel.bias[block * BLOCK..(block + B) * BLOCK];
    let mut sums = [[[F::splat(0.0); N]; BLOCK]; B];
    for b in 0..B {
        for r in 0..BLOCK {
            sums[b][r] = [F::splat(bias[b * BLOCK + r]); N];
        }
    }
    let mut k = 0;
    for line in lines {
        for column in 0..kernel.size {
            for channel in 0..kernel.channels {
                let mut pixels = [F::splat(0.0); N];
                for n in 0..N {
                    // SAFETY: a line holds all channels, `stride` apart, with room on both sides for all columns.
                    pixels[n] = unsafe {
                        F::load(line.add(channel * stride + column * kernel.dilation + n * F::LANES))
                    };
                }
                for b in 0..B {
                    for r in 0..BLOCK {
                        // SAFETY: `k` counts taps and channels, so it is below `B * depth`.
                        let weight = F::splat(unsafe { *weights.add(b * depth + k + r) });
                        for n in 0..N {
                            sums[b][r][n] = pixels[n].mul_add(weight, sums[b][r][n]);
                        }
                    }
                }
                k += BLOCK;
            }
        }
    }
    sums
}

#[expect(clippy::inline_always, reason = "part of a kernel")]
#[expect(unsafe_code, reason = "registers are written by address")]
#[inline(always)]
fn tile<F: Floats, const B: usize, const N: usize>(
    kernel: &Kernel,
    block: usize,
    lines: &[*const f32],
    stride: usize,
    to: [*mut f32; N],
    activation: Activation,
) {
    let sums = sums::<F, B, N>(kernel, block, lines, stride);
    for (row, sums) in (block * BLOCK..kernel.rows).zip(sums.as_flattened()) {
        for (sum, to) in sums.iter().zip(to) {
            // SAFETY: `to` holds all rows, LANES apart.
            unsafe { activation.of(*sum).store(to.add(row * LANES)) };
        }
    }
}

#[expect(clippy::inline_always, reason = "part of a kernel")]
#[inline(always)]
fn columns<F: Floats, const N: usize>(
    kernel: &Kernel,
    lines: &[*const f32],
    stride: usize,
    to: [*mut f32; N],
    activation: Activation,
) {
    let blocks = kernel.bias.len() / BLOCK;
    let mut block = 0;
    if F::REGISTERS >= 32 {
        while blocks - block >= 2 {
            tile::<F, 2, N>(kernel, block, lines, stride, to, activation);
            block += 2;
        }
    }
    while block < blocks {
        tile::<F, 1, N>(kernel, block, lines, stride, to, activation);
        block += 1;
    }
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn run<F: Floats>(
    kernel: &Kernel,
    lines: &[&[f32]],
    stride: usize,
    target: &mut Target<'_>,
    activation: Activation,
) {
    let groups = target.groups.len() / (target.channels * LANES);
    assert_eq!(target.groups.len(), groups * target.channels * LANES, "whole groups");
    assert!(target.first + kernel.rows <= target.channels);
    let seen = groups * LANES + 2 * kernel.reach();
    assert!(stride >= seen && lines.len() == kernel.size);
    assert!(lines.iter().all(|line| line.len() >= (kernel.channels - 1) * stride + seen));
    let starts: Vec<*const f32> = lines.iter().map(|line| line.as_ptr()).collect();
    let mut shifted = starts.clone();
    let output = target.groups.as_mut_ptr();
    let place = |register: usize| {
        let pixel = register * F::LANES;
        output.wrapping_add((pixel / LANES * target.channels + target.first) * LANES + pixel % LANES)
    };
    let registers = groups * LANES / F::LANES;
    let mut done = 0;
    while done < registers {
        for (line, start) in shifted.iter_mut().zip(&starts) {
            *line = start.wrapping_add(done * F::LANES);
        }
        match registers - done {
            1 => columns::<F, 1>(kernel, &shifted, stride, [place(done)], activation),
            2 => columns::<F, 2>(kernel, &shifted, stride, [place(done), place(done + 1)], activation),
            _ => {
                let to = [place(done), place(done + 1), place(done + 2)];
                columns::<F, 3>(kernel, &shifted, stride, to, activation);
            }
        }
        done += 3.min(registers - done);
    }
}

for_each_level! {
    /// For each pixel of a row of groups and each row of the kernel, bias and products, added line by line, column by
    /// column, channel by channel; then the activation.
    ///
    /// `lines` are the lines that the kernel sees ([`Kernel::lines`]), `[channel][stride]` each; pixel 0 of the results
    /// sees columns from 0 to twice the [reach](Kernel::reach), the last channel may end with the last column seen.
    ///
    /// # Panics
    /// The slices are too short, or no whole groups.
    pub fn convolve(
        kernel: &Kernel, lines: &[&[f32]], stride: usize, target: &mut Target<'_>, activation: Activation,
    ) = run;
}
