//! The network on one image: what is computed where.
//!
//! # Method
//! The sides are padded to multiples of 32, as the published method does. The head that says where minutiae are is asked
//! everywhere; those for direction and kind only around the minutiae that it found, as nothing else of them is used.

use super::blocks::{Lines, Workshop};
use super::network::{Answer, Network};
use super::planes::{Planes, Wanted};
use super::resize::{Pool, doubled_beside, halved};
use crate::simd::Level;
use crate::simd::layers::LANES;
use crate::simd::layers::activation::Activation;
use crate::simd::layers::convolution::Target;
use ndarray::{Array2, ArrayView2};

/// Sides of what the network sees are multiples of this: five levels, each half the one above.
const MULTIPLE: usize = 32;
/// How far from a peak no pixel may be higher.
const PEAK_REACH: usize = 3;
/// How far from its pixel the last convolution of a head sees.
const ANSWER_REACH: usize = 2;

/// A minutia as the network sees it: a pixel, and what the heads say there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) column: usize,
    pub(super) row: usize,
    /// Counter-clockwise from the x axis, in radians.
    pub(super) direction: f32,
    /// How likely it is a ridge ending, and no bifurcation.
    pub(super) ending: f32,
    /// How likely there is a minutia: the position map, smoothed, 0 to 1.
    pub(super) quality: f32,
}

/// Where an image lies in what the network sees.
#[derive(Clone, Copy)]
struct Frame {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Frame {
    fn of(image: &ArrayView2<'_, u8>) -> Self {
        let (height, width) = image.dim();
        let (outer_width, outer_height) =
            (width.next_multiple_of(MULTIPLE), height.next_multiple_of(MULTIPLE));
        let (left, top) = ((outer_width - width) / 2, (outer_height - height) / 2);
        Self { left, top, width: outer_width, height: outer_height }
    }
}

impl Network {
    /// The minutiae of an image of 500 dpi whose quality is at least `least`, from top to bottom, then left to right.
    pub(super) fn minutiae(&self, level: Level, image: &ArrayView2<'_, u8>, least: f32) -> Vec<Found> {
        let frame = Frame::of(image);
        let mut shop = Workshop::new(level);
        let refined = self.refined(&mut shop, image, frame);
        let all = Wanted::all(refined.width(), refined.height());
        let positions = self.position.run(&mut shop, &refined, &all);
        let map = self.position_map(&shop, &positions, frame);
        let peaks = peaks(&map, frame, image.dim(), least);

        let mut around = Wanted::none(refined.width(), refined.height());
        for &(row, column) in &peaks {
            for row in halves(row, refined.height()) {
                for column in halves(column, refined.width()) {
                    around.want(row, column);
                }
            }
        }
        let directions = self.direction.run(&mut shop, &refined, &around);
        let kinds = self.kind.run(&mut shop, &refined, &around);
        let minutia = |&(row, column): &(usize, usize)| {
            let [x, y] = [0, 1].map(|output| self.direction_at.at(output, &directions, row, column));
            let kind = self.kind_at.at(0, &kinds, row, column);
            Found {
                column: column - frame.left,
                row: row - frame.top,
                direction: libm::atan2f(y, x),
                ending: 1.0 / (1.0 + libm::expf(-kind)),
                quality: map[[row, column]],
            }
        };
        peaks.iter().map(minutia).collect()
    }

    /// What the heads see: half the resolution.
    fn refined(&self, shop: &mut Workshop, image: &ArrayView2<'_, u8>, frame: Frame) -> Planes {
        let [context_stem, other_stem] = &self.stems;
        let (context, beside) = {
            let lines = padded(image, frame);
            let context = context_stem.run(shop, &lines, frame.width, Pool::Greatest);
            (context, other_stem.run(shop, &lines, frame.width, Pool::Mean))
        };
        let mut map = context;
        let mut skipped = Vec::new();
        for level in &self.context_encoder {
            let encoded = level.run(shop, &map);
            map = halved(&encoded);
            skipped.push(encoded);
        }
        for level in self.context_decoder.iter().rev() {
            let decoded = level.run(shop, &map);
            map = doubled_beside(&decoded, &skipped.pop().expect("as many levels as in the encoder"));
        }
        map = self.attention.run(shop, &map, &beside);
        drop(beside);
        for level in &self.encoder {
            let encoded = level.run(shop, &map, &Wanted::all(map.width(), map.height()));
            map = halved(&encoded);
            skipped.push(encoded);
        }
        for level in self.decoder.iter().rev() {
            let decoded = level.run(shop, &map, &Wanted::all(map.width(), map.height()));
            map = doubled_beside(&decoded, &skipped.pop().expect("as many levels as in the encoder"));
        }
        map
    }

    /// How likely a minutia is at each pixel, smoothed.
    fn position_map(&self, shop: &Workshop, positions: &Planes, frame: Frame) -> Array2<f32> {
        // Each pixel of the head stands for two in a row; for two rows, the convolution takes its row twice.
        let mut doubled = Lines::new(positions.channels(), frame.width, positions.height());
        let mut line = vec![0.0; positions.width()];
        for row in 0..positions.height() {
            for channel in 0..positions.channels() {
                positions.copy_line(channel, Some(row), &mut line);
                let pairs = doubled.row_mut(row, channel).as_chunks_mut::<2>().0;
                pairs.iter_mut().zip(&line).for_each(|(pair, &value)| *pair = [value; 2]);
            }
        }
        let mut likely = Lines::new(1, frame.width, frame.height);
        let mut groups = vec![0.0; frame.width.next_multiple_of(LANES)];
        for row in 0..frame.height {
            let mut target = Target { groups: &mut groups, channels: 1, first: 0 };
            doubled.convolve(shop.level, &self.position_map, row, 1, &mut target, Activation::Sigmoid);
            likely.row_mut(row, 0)[..frame.width].copy_from_slice(&groups[..frame.width]);
        }
        let mut map = Array2::zeros((frame.height, frame.width));
        for (row, mut to) in map.outer_iter_mut().enumerate() {
            let mut target = Target { groups: &mut groups, channels: 1, first: 0 };
            likely.convolve(shop.level, &self.blur, row, 0, &mut target, Activation::Keep);
            to.iter_mut().zip(&groups).for_each(|(to, value)| *to = *value);
        }
        map
    }
}

/// The image in its frame; around it is the colour of its first pixel.
fn padded(image: &ArrayView2<'_, u8>, frame: Frame) -> Lines {
    let mut lines = Lines::new(1, frame.width, frame.height);
    let around = f32::from(image[[0, 0]]);
    for row in 0..frame.height {
        let line = &mut lines.row_mut(row, 0)[..frame.width];
        line.fill(around);
        if let Some(row) = row.checked_sub(frame.top).filter(|&row| row < image.nrows()) {
            let pixels = line[frame.left..].iter_mut().zip(image.row(row));
            pixels.for_each(|(to, &pixel)| *to = f32::from(pixel));
        }
    }
    lines
}

/// Pixels of the image that are as likely as `least` and as any within [`PEAK_REACH`], in the frame.
fn peaks(
    map: &Array2<f32>,
    frame: Frame,
    (height, width): (usize, usize),
    least: f32,
) -> Vec<(usize, usize)> {
    let mut peaks = Vec::new();
    for row in frame.top..frame.top + height {
        for column in frame.left..frame.left + width {
            let value = map[[row, column]];
            if value < least {
                continue;
            }
            let rows = row.saturating_sub(PEAK_REACH)..(row + PEAK_REACH + 1).min(frame.height);
            let columns = column.saturating_sub(PEAK_REACH)..(column + PEAK_REACH + 1).min(frame.width);
            if map.slice(ndarray::s![rows, columns]).iter().all(|&other| other <= value) {
                peaks.push((row, column));
            }
        }
    }
    peaks
}

/// The pixels at half the resolution that the answer for one pixel sees, along one side.
fn halves(pixel: usize, limit: usize) -> std::ops::RangeInclusive<usize> {
    let [first, last] = [pixel.saturating_sub(ANSWER_REACH), pixel + ANSWER_REACH];
    first / 2..=(last / 2).min(limit - 1)
}

impl Answer {
    /// What one output says of a pixel: a convolution of 5 x 5 on a map of half its resolution, each pixel doubled.
    fn at(&self, output: usize, map: &Planes, row: usize, column: usize) -> f32 {
        let size = 2 * ANSWER_REACH + 1;
        let mut sum = self.bias[output];
        for channel in 0..map.channels() {
            for tap in 0..size * size {
                let seen = [(row + tap / size, 2 * map.height()), (column + tap % size, 2 * map.width())];
                let [Some(row), Some(column)] =
                    seen.map(|(at, limit)| at.checked_sub(ANSWER_REACH).filter(|&at| at < limit))
                else {
                    continue;
                };
                let weight = self.weights[(output * map.channels() + channel) * size * size + tap];
                sum += weight * map.at(channel, row / 2, column / 2);
            }
        }
        sum
    }
}
