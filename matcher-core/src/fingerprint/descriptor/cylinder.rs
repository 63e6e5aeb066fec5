//! The Minutia Cylinder-Code: which minutiae lie around a minutia, and which way they point, as a small stack of bits.
//!
//! # Method
//! A disc around the minutia, turned with it, is divided into cells; over each cell stands a column of direction bins.
//! Every neighbour adds a Gaussian of its distance from the cell times a Gaussian of its direction; a bit is set where
//! the sum passes a threshold. A cell counts as valid where the print is known to reach (the convex hull of all
//! minutiae and a margin).
//!
//! # Limits
//! Time grows with minutiae times neighbours times cells; 255 minutiae are the most a template has.

use super::CylinderConfig;
use super::described::{Cylinder, Described, Point, Shape};
use super::hull::Hull;
use super::tables::Tables;
use crate::fingerprint::Template;
use crate::units::Rotation;

/// Describes templates under one configuration.
#[derive(Clone, Debug)]
pub struct Describer {
    tables: Tables,
    shape: Shape,
    min_valid_cells: usize,
    min_contributors: usize,
}

/// A neighbour as seen from a minutia: place in 1/8 pixels, and its share for each direction bin.
struct Neighbour<'a> {
    x: i32,
    y: i32,
    directional: &'a [u32],
}

impl Describer {
    /// Computes the tables of a configuration, which must have been checked.
    pub(in crate::fingerprint) fn new(config: &CylinderConfig) -> Self {
        let tables = Tables::new(config);
        let cells = tables.cells.len();
        Self {
            shape: Shape { layers: config.direction_bins, layer_words: cells.div_ceil(64) },
            min_valid_cells: (config.min_valid_cells * cells as f64).ceil() as usize,
            min_contributors: config.min_contributors,
            tables,
        }
    }

    /// Cells in the disc.
    pub(in crate::fingerprint) fn cells(&self) -> usize {
        self.tables.cells.len()
    }

    /// Describes all minutiae of a template, whatever its resolution.
    pub fn describe(&self, template: &Template) -> Described {
        let at_500_dpi = template.minutiae_at_500_dpi();
        let points: Vec<Point> = at_500_dpi.enumerate().map(|(source, m)| Point::new(&m, source)).collect();
        let hull = Hull::of(&points);
        let mut sums = vec![0u32; self.cells() * self.shape.layers];
        let cylinders = points.iter().filter_map(|&point| self.cylinder(point, &points, &hull, &mut sums));
        Described::new(self.shape, cylinders.collect())
    }

    /// The cylinder of one minutia; `None` where too little is known around it.
    fn cylinder(&self, point: Point, points: &[Point], hull: &Hull, sums: &mut [u32]) -> Option<Cylinder> {
        let upright = (-point.direction).rotation();
        let mask = self.valid_cells(&hull.seen_from(point, upright))?;
        let neighbours = self.neighbours(point, points, upright);
        sums.fill(0);
        let contributors = neighbours.iter().filter(|n| self.contribute(n, &mask, sums)).count();
        if contributors < self.min_contributors {
            return None;
        }
        let mut bits = vec![0u64; self.shape.layers * self.shape.layer_words];
        for (cell, columns) in sums.chunks_exact(self.shape.layers).enumerate() {
            for (layer, &sum) in columns.iter().enumerate() {
                let word = layer * self.shape.layer_words + cell / 64;
                bits[word] |= u64::from(sum > self.tables.bit_threshold) << (cell % 64);
            }
        }
        Some(Cylinder { bits, mask, point })
    }

    /// Which cells lie where the print is known to reach; `None` where they are too few.
    fn valid_cells(&self, hull: &Hull) -> Option<Vec<u64>> {
        let mut mask = vec![0u64; self.shape.layer_words];
        let mut valid = 0;
        for (cell, &place) in self.tables.cells.iter().enumerate() {
            if hull.reaches(place, self.tables.hull_margin) {
                mask[cell / 64] |= 1 << (cell % 64);
                valid += 1;
            }
        }
        (valid >= self.min_valid_cells).then_some(mask)
    }

    /// The other minutiae that reach any cell.
    fn neighbours(&self, point: Point, points: &[Point], upright: Rotation) -> Vec<Neighbour<'_>> {
        let near = |other: &&Point| {
            let (dx, dy) = point.to(**other);
            let square = i64::from(dx) * i64::from(dx) + i64::from(dy) * i64::from(dy);
            other.source != point.source && square <= self.tables.neighbourhood_squared
        };
        let seen = |other: &Point| {
            let (dx, dy) = point.to(*other);
            let (x, y) = upright.apply(dx, dy);
            let directional = self.tables.directional((point.direction - other.direction).steps());
            Neighbour { x, y, directional }
        };
        points.iter().filter(near).map(seen).collect()
    }

    /// Adds a neighbour to the valid cells that it reaches; says whether there was one.
    fn contribute(&self, neighbour: &Neighbour<'_>, mask: &[u64], sums: &mut [u32]) -> bool {
        let mut reached = false;
        for (cell, &(x, y)) in self.tables.cells.iter().enumerate() {
            let (dx, dy) = (i64::from(neighbour.x - x), i64::from(neighbour.y - y));
            let square = dx * dx + dy * dy;
            if square > self.tables.reach_squared || mask[cell / 64] >> (cell % 64) & 1 == 0 {
                continue;
            }
            reached = true;
            let spatial = self.tables.spatial(square);
            let columns = &mut sums[cell * self.shape.layers..][..self.shape.layers];
            for (sum, &directional) in columns.iter_mut().zip(neighbour.directional) {
                *sum += Tables::contribution(spatial, directional);
            }
        }
        reached
    }
}
