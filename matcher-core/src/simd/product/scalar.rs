//! Plain Rust in the order of the layout, which the compiler turns into the vectors of the build's baseline.

use super::{Fours, Group, Kernel, Sums, TILE};

/// See [`Kernel`].
pub(super) struct Scalar;

impl Kernel for Scalar {
    fn block<const R: usize, const T: usize>(rows: [&[Fours]; R], tiles: [&[Group]; T]) -> [[Sums; T]; R] {
        rows.map(|row| tiles.map(|tile| sums(row, tile)))
    }
}

fn sums(row: &[Fours], tile: &[Group]) -> Sums {
    // Each weight has a lane of its own, so that lanes and bytes of the layout go side by side.
    let mut lanes = [0_i32; 4 * TILE];
    for (numbers, groups) in row.chunks(2).zip(tile.chunks(2)) {
        let mut products = [0_i16; 4 * TILE]; // two fit in 16 bits
        for (numbers, group) in numbers.iter().zip(groups) {
            let numbers = [*numbers; TILE];
            let pairs = numbers.as_flattened().iter().zip(group.0.as_flattened());
            for (product, (number, weight)) in products.iter_mut().zip(pairs) {
                *product += *number as i16 * *weight as i16;
            }
        }
        for (lane, product) in lanes.iter_mut().zip(products) {
            *lane += product as i32;
        }
    }
    std::array::from_fn(|o| lanes[4 * o..4 * o + 4].iter().sum())
}
