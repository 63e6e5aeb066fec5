//! Plain Rust: the products of four numbers with the weights of each output, in the order of the layout.

use super::{Fours, Group, Kernel, Sums, TILE};

/// See [`Kernel`].
pub(super) struct Scalar;

impl Kernel for Scalar {
    fn block<const R: usize, const T: usize>(rows: [&[Fours]; R], tiles: [&[Group]; T]) -> [[Sums; T]; R] {
        rows.map(|row| tiles.map(|tile| sums(row, tile)))
    }
}

fn sums(row: &[Fours], tile: &[Group]) -> Sums {
    let mut sums = [0; TILE];
    for (four, group) in row.iter().zip(tile) {
        for (sum, weights) in sums.iter_mut().zip(&group.0) {
            for (number, weight) in four.iter().zip(weights) {
                // The product fits in 16 bits, and the compiler multiplies so many more of them at once.
                *sum += (*number as i16 * *weight as i16) as i32;
            }
        }
    }
    sums
}
