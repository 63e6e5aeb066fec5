//! The blocks that the network is made of, each over a whole feature map, a band of rows at a time.

use super::network::{Attention, Bottleneck, Head, Separable, Stem};
use super::planes::{Floats, Planes, Wanted};
use super::resize::{Pool, pool_rows};
use crate::simd::Level;
use crate::simd::layers::LANES;
use crate::simd::layers::activation::Activation;
use crate::simd::layers::convolution::{Kernel, Target, convolve};
use crate::simd::layers::depthwise::{self, ROWS, depthwise};
use crate::simd::layers::normal::normalise;
use crate::simd::layers::product::product;

/// Room beside a row for what a kernel sees beyond its ends: at least the reach of every kernel.
const MARGIN: usize = LANES;
/// Groups that pass through a bottleneck together, so that what is between its layers stays in the fast cache.
const TOGETHER: usize = 6;

/// What the blocks work with, kept from one to the next.
pub(super) struct Workshop {
    pub(super) level: Level,
    lines: Floats,
    deep: Floats,
    expanded: Floats,
    narrow: Floats,
}

impl Workshop {
    pub(super) fn new(level: Level) -> Self {
        let [lines, deep, expanded, narrow] = std::array::from_fn(|_| Floats::default());
        Self { level, lines, deep, expanded, narrow }
    }
}

/// Rows of all channels with a margin on both sides, for kernels that see several channels: `[row][channel][stride]`.
pub(super) struct Lines {
    values: Floats,
    channels: usize,
    stride: usize,
    height: usize,
    /// A row above or below all.
    empty: Vec<f32>,
}

impl Lines {
    /// Rows of zeros.
    pub(super) fn new(channels: usize, width: usize, height: usize) -> Self {
        let stride = width.next_multiple_of(LANES) + 2 * MARGIN;
        let values = Floats::zeros(height * channels * stride);
        Self { values, channels, stride, height, empty: vec![0.0; channels * stride] }
    }

    /// Those of a feature map.
    pub(super) fn of(map: &Planes) -> Self {
        let mut lines = Self::new(map.channels(), map.width(), map.height());
        for row in 0..map.height() {
            for channel in 0..map.channels() {
                map.copy_line(channel, Some(row), &mut lines.row_mut(row, channel)[..map.width()]);
            }
        }
        lines
    }

    /// The pixels of one channel in a row, and the margin on the right.
    pub(super) fn row_mut(&mut self, row: usize, channel: usize) -> &mut [f32] {
        let start = (row * self.channels + channel) * self.stride;
        &mut self.values.values_mut()[start + MARGIN..start + self.stride]
    }

    /// Convolves what is around a row, where each row of the lines stands for `1 << doubling` rows.
    pub(super) fn convolve(
        &self,
        level: Level,
        kernel: &Kernel,
        row: usize,
        doubling: u32,
        target: &mut Target<'_>,
        activation: Activation,
    ) {
        let reach = kernel.reach();
        let line = |below: usize| {
            let row = (row + below).checked_sub(reach).map(|row| row >> doubling);
            let start = MARGIN - reach;
            match row.filter(|&row| row < self.height) {
                Some(row) => &self.values.values()[row * self.channels * self.stride + start..],
                None => &self.empty[start..],
            }
        };
        let lines: Vec<&[f32]> = kernel.lines().map(line).collect();
        convolve(level, kernel, &lines, self.stride, target, activation);
    }
}

impl Stem {
    /// From the image to half its resolution.
    pub(super) fn run(&self, shop: &mut Workshop, image: &Lines, width: usize, pool: Pool) -> Planes {
        let channels = self.near.rows() + self.wide.rows();
        let mut half = Planes::new(channels, width / 2, image.height / 2);
        let row_len = width.div_ceil(LANES) * channels * LANES;
        for row in 0..half.height() {
            let rows = shop.deep.at_least(2 * row_len);
            for (k, groups) in rows.chunks_exact_mut(row_len).enumerate() {
                for (kernel, first) in [(&self.near, 0), (&self.wide, self.near.rows())] {
                    let mut target = Target { groups, channels, first };
                    image.convolve(shop.level, kernel, 2 * row + k, 0, &mut target, Activation::Keep);
                }
            }
            normalise(shop.level, &self.normal, Activation::Gelu, rows);
            let (upper, lower) = rows.split_at(row_len);
            pool_rows(upper, lower, channels, |_| pool, half.row_mut(row));
        }
        half
    }
}

impl Workshop {
    /// Convolves each channel of some rows alone, where wanted, into `[row of ROWS][group][channel][LANES]`.
    fn depthwise(&mut self, weights: &[f32], map: &Planes, first: usize, wanted: &[bool]) {
        let (channels, groups) = (map.channels(), map.groups());
        let taps = weights.len() / channels;
        let (size, reach) = if taps == 25 { (5, 2) } else { (7, 3) };
        let stride = groups * LANES + 2 * MARGIN;
        let seen = size + ROWS - 1;
        let lines = self.lines.at_least(seen * stride);
        lines.fill(0.0);
        let deep = self.deep.at_least(ROWS * map.row_len());
        for (channel, weights) in weights.chunks_exact(taps).enumerate() {
            for (k, line) in lines.chunks_exact_mut(stride).enumerate() {
                map.copy_line(channel, (first + k).checked_sub(reach), &mut line[MARGIN..]);
            }
            let rows = &lines[MARGIN - reach..];
            let mut target = depthwise::Target { groups: deep, channels, channel, wanted };
            depthwise(self.level, weights, rows, stride, &mut target);
        }
    }
}

impl Separable {
    pub(super) fn run(&self, shop: &mut Workshop, map: &Planes) -> Planes {
        let mut out = Planes::new(self.mixture.rows(), map.width(), map.height());
        let wanted = vec![true; map.groups()];
        for first in (0..map.height()).step_by(ROWS) {
            shop.depthwise(&self.depthwise, map, first, &wanted);
            let rows = ROWS.min(map.height() - first);
            let deep = &shop.deep.values()[..rows * map.row_len()];
            let to = &mut out.values_mut_of(first, rows);
            product(shop.level, &self.mixture, deep, to, Activation::Keep, false);
            normalise(shop.level, &self.normal, Activation::Gelu, to);
        }
        out
    }
}

impl Attention {
    /// Gates the context and puts the other stem beside it.
    pub(super) fn run(&self, shop: &mut Workshop, context: &Planes, beside: &Planes) -> Planes {
        let lines = Lines::of(context);
        let (channels, others) = (context.channels(), beside.channels());
        let surroundings = self.gate.depth();
        let mut out = Planes::new(channels + others, context.width(), context.height());
        for row in 0..out.height() {
            let seen = shop.deep.at_least(context.groups() * surroundings * LANES);
            let mut first = 0;
            for kernel in &self.kernels {
                let mut target = Target { groups: seen, channels: surroundings, first };
                lines.convolve(shop.level, kernel, row, 0, &mut target, Activation::Gelu);
                first += kernel.rows();
            }
            let gates = shop.narrow.at_least(context.row_len());
            product(shop.level, &self.gate, seen, gates, Activation::Sigmoid, false);
            let (context, beside) = (context.row(row), beside.row(row));
            for (group, to) in out.row_mut(row).chunks_exact_mut((channels + others) * LANES).enumerate() {
                let (ours, theirs) = to.split_at_mut(channels * LANES);
                let range = group * channels * LANES..(group + 1) * channels * LANES;
                for (to, (value, gate)) in
                    ours.iter_mut().zip(context[range.clone()].iter().zip(&gates[range]))
                {
                    *to = value * gate;
                }
                theirs.copy_from_slice(&beside[group * others * LANES..][..others * LANES]);
            }
        }
        out
    }
}

impl Bottleneck {
    /// Where wanted; elsewhere the result is zero.
    pub(super) fn run(&self, shop: &mut Workshop, map: &Planes, wanted: &Wanted) -> Planes {
        let (from, to) = (map.channels() * LANES, self.mixture.rows() * LANES);
        let mut out = Planes::new(self.mixture.rows(), map.width(), map.height());
        for first in (0..map.height()).step_by(ROWS) {
            let rows = ROWS.min(map.height() - first);
            let cells = wanted.of_rows(first..first + rows);
            let of_band: Vec<bool> = (0..map.groups())
                .map(|group| cells.iter().skip(group).step_by(map.groups()).any(|&w| w))
                .collect();
            if !of_band.contains(&true) {
                continue;
            }
            shop.depthwise(&self.depthwise, map, first, &of_band);
            let input = &map.values()[first * map.row_len()..];
            let output = out.values_mut_of(first, rows);
            for run in runs(cells) {
                let deep = &mut shop.deep.values_mut()[run.start * from..run.end * from];
                normalise(shop.level, &self.normal, Activation::Keep, deep);
                let expanded = shop.expanded.at_least(run.len() * from * 4);
                product(shop.level, &self.expansion, deep, expanded, Activation::Gelu, false);
                deep.copy_from_slice(&input[run.start * from..run.end * from]);
                product(shop.level, &self.reduction, expanded, deep, Activation::Keep, true);
                let output = &mut output[run.start * to..run.end * to];
                product(shop.level, &self.mixture, deep, output, Activation::Keep, false);
            }
        }
        out
    }
}

impl Head {
    /// Four numbers a pixel, where wanted.
    pub(super) fn run(&self, shop: &mut Workshop, map: &Planes, wanted: &Wanted) -> Planes {
        let block = self.block.run(shop, map, wanted);
        let mut out = Planes::new(self.mixture.rows(), map.width(), map.height());
        let (from, to) = (block.channels() * LANES, out.channels() * LANES);
        for run in runs(wanted.cells()) {
            let narrow = shop.narrow.at_least(run.len() * self.narrow.rows() * LANES);
            let input = &block.values()[run.start * from..run.end * from];
            product(shop.level, &self.narrow, input, narrow, Activation::Keep, false);
            normalise(shop.level, &self.normal, Activation::Keep, narrow);
            let output = &mut out.values_mut()[run.start * to..run.end * to];
            product(shop.level, &self.mixture, narrow, output, Activation::Gelu, false);
        }
        out
    }
}

/// Runs of wanted cells, [`TOGETHER`] at most.
fn runs(cells: &[bool]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next + cells[next..].iter().position(|&wanted| wanted)?;
        let len = cells[start..].iter().take(TOGETHER).take_while(|&&wanted| wanted).count();
        next = start + len;
        Some(start..next)
    })
}
