//! Plain Rust, plane by plane, which the compiler turns into the vectors of the build's baseline.

use super::histogram::Histogram;
use super::row::{Cell, EITHER, FILLED, OPEN, PLAIN, Row, SHARE, WILD};
use super::{Counts, Found, Job, ROWS};
use crate::simd::planes::{Plane, Table};

/// See [`super::tally`].
pub(super) fn tally(job: &Job, histogram: &mut Histogram, found: Found) {
    super::walk(job, histogram, found, count);
}

fn count(row: &Row, table: &Table, block: usize, counts: &mut Counts) {
    *counts = Counts::ZERO;
    for (column, cell) in row.cells.iter().enumerate() {
        let [low, high] = table.planes(block, column);
        let (low, high) = (told(cell, 0, low), told(cell, 1, high));
        for lane in 0..ROWS {
            let bits = low[lane] & high[lane] | (low[lane] | high[lane]) & EITHER;
            counts.plain.0[lane] += bits & PLAIN;
            counts.filled.0[lane] += u8::from(bits & (FILLED | OPEN) != 0);
            counts.alike.0[lane] += u8::from(bits & SHARE != 0);
            counts.wild.0[lane] += u8::from(bits & WILD != 0);
        }
    }
}

/// What the lower bytes tell, or the higher ones.
fn told(cell: &Cell, side: usize, plane: &Plane) -> [u8; ROWS] {
    let side = &cell.sides[side];
    let mut told = [side.other[0]; ROWS];
    for (key, change) in cell.keys.iter().zip(&side.changes) {
        for (told, &byte) in told.iter_mut().zip(&plane.0) {
            *told ^= if byte == key[0] { change[0] } else { 0 };
        }
    }
    told
}
