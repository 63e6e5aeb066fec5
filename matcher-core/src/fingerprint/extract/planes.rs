//! Feature maps: what a layer says of each pixel, laid out as the kernels of [`simd::layers`](crate::simd::layers) read it.

use crate::simd::layers::LANES;
use bytemuck::{Pod, Zeroable};

/// A register's worth of floats, at an address that a register is read from in one go.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Register([f32; LANES]);

/// Floats that begin at such an address.
#[derive(Clone, Default)]
pub(super) struct Floats(Vec<Register>);

impl Floats {
    /// So many zeros, which is a multiple of [`LANES`].
    pub(super) fn zeros(count: usize) -> Self {
        Self(vec![Register::zeroed(); count / LANES])
    }

    /// At least so many; what stands there is not said.
    pub(super) fn at_least(&mut self, count: usize) -> &mut [f32] {
        if self.0.len() * LANES < count {
            self.0.resize(count.div_ceil(LANES), Register::zeroed());
        }
        &mut self.values_mut()[..count]
    }

    pub(super) fn values(&self) -> &[f32] {
        bytemuck::cast_slice(&self.0)
    }

    pub(super) fn values_mut(&mut self) -> &mut [f32] {
        bytemuck::cast_slice_mut(&mut self.0)
    }
}

/// A feature map: `[row][group][channel][LANES]`. What stands beyond the width in the last group of a row has no meaning.
#[derive(Clone)]
pub(super) struct Planes {
    channels: usize,
    width: usize,
    height: usize,
    values: Floats,
}

impl Planes {
    /// A map of zeros.
    pub(super) fn new(channels: usize, width: usize, height: usize) -> Self {
        let values = Floats::zeros(channels * height * width.div_ceil(LANES) * LANES);
        Self { channels, width, height, values }
    }

    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// Groups of a row.
    pub(super) fn groups(&self) -> usize {
        self.width.div_ceil(LANES)
    }

    /// Floats of a row.
    pub(super) fn row_len(&self) -> usize {
        self.groups() * self.channels * LANES
    }

    pub(super) fn row(&self, row: usize) -> &[f32] {
        &self.values.values()[row * self.row_len()..][..self.row_len()]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [f32] {
        let len = self.row_len();
        &mut self.values.values_mut()[row * len..][..len]
    }

    /// All rows, one after the other.
    pub(super) fn values(&self) -> &[f32] {
        self.values.values()
    }

    /// All rows, one after the other.
    pub(super) fn values_mut(&mut self) -> &mut [f32] {
        self.values.values_mut()
    }

    /// Some rows, one after the other.
    pub(super) fn values_mut_of(&mut self, first: usize, rows: usize) -> &mut [f32] {
        let len = self.row_len();
        &mut self.values_mut()[first * len..(first + rows) * len]
    }

    /// What one channel says at one pixel.
    pub(super) fn at(&self, channel: usize, row: usize, column: usize) -> f32 {
        self.row(row)[(column / LANES * self.channels + channel) * LANES + column % LANES]
    }

    /// Writes a row of one channel, `width` floats. Rows above and below the map are zero.
    pub(super) fn copy_line(&self, channel: usize, row: Option<usize>, to: &mut [f32]) {
        let to = &mut to[..self.width];
        let Some(row) = row.filter(|&row| row < self.height) else { return to.fill(0.0) };
        let row = self.row(row);
        for (group, to) in to.chunks_mut(LANES).enumerate() {
            let from = &row[(group * self.channels + channel) * LANES..][..LANES];
            match <&mut [f32; LANES]>::try_from(&mut *to) {
                Ok(to) => to.copy_from_slice(from),
                Err(_) => to.copy_from_slice(&from[..to.len()]),
            }
        }
    }
}

/// Which groups of a map are wanted: `[row][group]`.
#[derive(Clone)]
pub(super) struct Wanted {
    groups: usize,
    cells: Vec<bool>,
}

impl Wanted {
    /// None of a map of that size, in pixels.
    pub(super) fn none(width: usize, height: usize) -> Self {
        let groups = width.div_ceil(LANES);
        Self { groups, cells: vec![false; groups * height] }
    }

    /// All of a map of that size, in pixels.
    pub(super) fn all(width: usize, height: usize) -> Self {
        let mut wanted = Self::none(width, height);
        wanted.cells.fill(true);
        wanted
    }

    /// One after the other, from row to row.
    pub(super) fn cells(&self) -> &[bool] {
        &self.cells
    }

    /// Those of some rows.
    pub(super) fn of_rows(&self, rows: std::ops::Range<usize>) -> &[bool] {
        &self.cells[rows.start * self.groups..rows.end * self.groups]
    }

    /// Wants the group of a pixel.
    pub(super) fn want(&mut self, row: usize, column: usize) {
        self.cells[row * self.groups + column / LANES] = true;
    }
}
