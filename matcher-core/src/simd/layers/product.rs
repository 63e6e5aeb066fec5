//! A layer that sees one pixel at a time: weights times channels (a convolution of 1 x 1).

use super::LANES;
use super::activation::Activation;
use crate::simd::floats::{Floats, for_each_level};

/// Rows that lie together.
const BLOCK: usize = 4;

/// Weights from `depth` channels to `rows` channels, and what is added to each.
#[derive(Clone)]
pub struct Matrix {
    rows: usize,
    depth: usize,
    /// `[block of rows][channel][row of the block]`.
    weights: Vec<f32>,
    /// One a row, and zeros to whole blocks.
    bias: Vec<f32>,
}

impl Matrix {
    /// From weights `[row][channel]` and a bias a row.
    ///
    /// # Panics
    /// No row or channel, or weights that are not so many.
    pub fn new(weights: &[f32], bias: &[f32]) -> Self {
        let rows = bias.len();
        assert!(rows > 0 && !weights.is_empty() && weights.len().is_multiple_of(rows));
        let depth = weights.len() / rows;
        let blocks = rows.div_ceil(BLOCK);
        let at = |row: usize, channel: usize| if row < rows { weights[row * depth + channel] } else { 0.0 };
        let packed = (0..blocks * depth * BLOCK).map(|k| {
            let (block, channel) = (k / BLOCK / depth, k / BLOCK % depth);
            at(block * BLOCK + k % BLOCK, channel)
        });
        let mut padded = bias.to_vec();
        padded.resize(blocks * BLOCK, 0.0);
        Self { rows, depth, weights: packed.collect(), bias: padded }
    }

    /// Channels that come out.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Channels that go in.
    pub fn depth(&self) -> usize {
        self.depth
    }
}

/// Where `N` registers of pixels lie in the input and in the output, at their first channel.
#[derive(Clone, Copy)]
struct Places<const N: usize> {
    input: [*const f32; N],
    output: [*mut f32; N],
}

/// What is done with the sums.
#[derive(Clone, Copy)]
struct Ending {
    activation: Activation,
    onto: bool,
}

/// The sums of `B` blocks of rows at `N` registers of pixels. They stay in registers: nothing here takes their address.
#[expect(clippy::inline_always, reason = "part of a kernel")]
#[expect(unsafe_code, reason = "registers are read by address")]
#[expect(clippy::needless_range_loop, reason = "unrolled: registers by constant indexes")]
#[inline(always)]
fn sums<F: Floats, const B: usize, const N: usize>(
    weights: &[f32],
    bias: &[f32],
    input: [*const f32; N],
) -> [[[F; N]; BLOCK]; B] {
    let depth = weights.len() / (B * BLOCK);
    let mut sums = [[[F::splat(0.0); N]; BLOCK]; B];
    for b in 0..B {
        for r in 0..BLOCK {
            sums[b][r] = [F::splat(bias[b * BLOCK + r]); N];
        }
    }
    let weights = weights.as_ptr();
    for channel in 0..depth {
        let mut pixels = [F::splat(0.0); N];
        for n in 0..N {
            // SAFETY: the places hold `depth` channels, LANES apart.
            pixels[n] = unsafe { F::load(input[n].add(channel * LANES)) };
        }
        for b in 0..B {
            for r in 0..BLOCK {
                // SAFETY: below `B * depth * BLOCK`, the length of the slice.
                let weight = F::splat(unsafe { *weights.add((b * depth + channel) * BLOCK + r) });
                for n in 0..N {
                    sums[b][r][n] = pixels[n].mul_add(weight, sums[b][r][n]);
                }
            }
        }
    }
    sums
}

/// `B` blocks of rows at `N` registers of pixels.
#[expect(clippy::inline_always, reason = "part of a kernel")]
#[expect(unsafe_code, reason = "registers are read and written by address")]
#[inline(always)]
fn tile<F: Floats, const B: usize, const N: usize>(
    matrix: &Matrix,
    block: usize,
    places: Places<N>,
    ending: Ending,
) {
    let depth = matrix.depth * BLOCK;
    let weights = &matrix.weights[block * depth..(block + B) * depth];
    let bias = &matrix.bias[block * BLOCK..(block + B) * BLOCK];
    let sums = sums::<F, B, N>(weights, bias, places.input);
    for (row, sums) in (block * BLOCK..matrix.rows).zip(sums.as_flattened()) {
        for (sum, output) in sums.iter().zip(places.output) {
            // SAFETY: the places hold `rows` channels, LANES apart.
            unsafe {
                let to = output.add(row * LANES);
                let sum = if ending.onto { sum.add(F::load(to)) } else { *sum };
                ending.activation.of(sum).store(to);
            }
        }
    }
}

/// All rows at `N` registers of pixels from number `first`.
#[expect(clippy::inline_always, reason = "part of a kernel")]
#[inline(always)]
fn columns<F: Floats, const N: usize>(
    matrix: &Matrix,
    first: usize,
    input: *const f32,
    output: *mut f32,
    ending: Ending,
) {
    let a_group = LANES / F::LANES;
    let offset = |n: usize, channels: usize| {
        let register = first + n;
        register / a_group * channels * LANES + register % a_group * F::LANES
    };
    let mut places = Places { input: [input; N], output: [output; N] };
    for n in 0..N {
        places.input[n] = input.wrapping_add(offset(n, matrix.depth));
        places.output[n] = output.wrapping_add(offset(n, matrix.rows));
    }
    let blocks = matrix.bias.len() / BLOCK;
    let mut block = 0;
    if F::REGISTERS >= 32 && N == 1 {
        while blocks - block >= 4 {
            tile::<F, 4, N>(matrix, block, places, ending);
            block += 4;
        }
    }
    if F::REGISTERS >= 32 || N == 1 {
        while blocks - block >= 2 {
            tile::<F, 2, N>(matrix, block, places, ending);
            block += 2;
        }
    }
    while block < blocks {
        tile::<F, 1, N>(matrix, block, places, ending);
        block += 1;
    }
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn run<F: Floats>(matrix: &Matrix, input: &[f32], output: &mut [f32], activation: Activation, onto: bool) {
    let groups = input.len() / (matrix.depth * LANES);
    assert_eq!(input.len(), groups * matrix.depth * LANES, "whole groups");
    assert_eq!(output.len(), groups * matrix.rows * LANES, "as many groups come out");
    let ending = Ending { activation, onto };
    let (input, output) = (input.as_ptr(), output.as_mut_ptr());
    let registers = groups * (LANES / F::LANES);
    let mut done = 0;
    while registers - done >= 3 {
        columns::<F, 3>(matrix, done, input, output, ending);
        done += 3;
    }
    match registers - done {
        2 => columns::<F, 2>(matrix, done, input, output, ending),
        1 => columns::<F, 1>(matrix, done, input, output, ending),
        _ => {}
    }
}

for_each_level! {
    /// For each pixel and row, `bias + weights * channels`, added in the order of the channels; `onto` then adds what
    /// stands in the output; then comes the activation.
    ///
    /// Input is `[group][depth][LANES]`, output `[group][rows][LANES]`.
    ///
    /// # Panics
    /// The slices are no whole groups, or not equally many.
    pub fn product(
        matrix: &Matrix, input: &[f32], output: &mut [f32], activation: Activation, onto: bool,
    ) = run;
}
