//! The Minutia Cylinder-Code: which minutiae lie around a minutia, and which way they point, as 672 small numbers.
//!
//! # Method
//! A disc around the minutia, turned with it, is divided into cells; over each cell stands a column of direction bins.
//! Every neighbour adds a Gaussian of its distance from the cell times a Gaussian of its direction. A sum `z`, measured
//! in [`CylinderConfig::half_value`], becomes `127 z / (1 + z)`: it saturates, so a crowd of minutiae does not outweigh
//! all else.
//!
//! # Range and units
//! 672 whole numbers from 0 to 127 a minutia: bin after bin, in each the 112 cells of the disc row by row.
//!
//! # Limits
//! Time grows with minutiae times neighbours; 255 minutiae are the most a template has.

use super::described::Point;
use super::tables::{HALF, Tables};
use super::{CylinderConfig, DIRECTION_BINS};
use crate::fingerprint::Template;
use crate::simd::Level;
use crate::simd::spread::{self, Bump, Sums};
use ndarray::Array2;

/// Numbers of a cylinder: cells of the disc times direction bins.
pub const VALUES: usize = 112 * DIRECTION_BINS;

/// Makes cylinders under one configuration.
#[derive(Clone, Debug)]
pub struct Cylinders {
    tables: Tables,
    min_contributors: usize,
}

impl Cylinders {
    /// Computes the tables of a configuration, which must have been checked.
    pub(in crate::fingerprint) fn new(config: &CylinderConfig) -> Self {
        Self { tables: Tables::new(config), min_contributors: config.min_contributors }
    }

    /// The cylinders of a template, whatever its resolution: a row each, and the index of its minutia in the template.
    /// A minutia with too few neighbours has none.
    pub fn of(&self, template: &Template) -> (Array2<u8>, Vec<usize>) {
        let (points, values) = self.points(template);
        let sources: Vec<usize> = points.iter().map(|point| usize::from(point.source)).collect();
        // Every row has as many numbers, so the shape fits.
        (Array2::from_shape_vec((sources.len(), VALUES), values).unwrap_or_default(), sources)
    }

    /// The minutiae that have a cylinder, and their cylinders one after the other.
    pub(super) fn points(&self, template: &Template) -> (Vec<Point>, Vec<u8>) {
        let level = Level::active();
        let at_500_dpi = template.minutiae_at_500_dpi();
        let points: Vec<Point> = at_500_dpi.enumerate().map(|(source, m)| Point::new(&m, source)).collect();
        let (mut described, mut values) = (Vec::with_capacity(points.len()), Vec::new());
        values.reserve_exact(points.len() * VALUES);
        let mut bumps = Vec::with_capacity(points.len());
        for &point in &points {
            bumps.clear();
            bumps.extend(self.bumps(point, &points));
            if bumps.len() >= self.min_contributors {
                self.extend(&spread::saturated(level, &bumps, HALF), &mut values);
                described.push(point);
            }
        }
        (described, values)
    }

    /// What the other minutiae add to the grid of this one.
    #[inline]
    fn bumps(&self, point: Point, points: &[Point]) -> impl Iterator<Item = Bump<DIRECTION_BINS>> {
        let upright = (-point.direction).rotation();
        points.iter().filter_map(move |other| {
            let (dx, dy) = point.to(*other);
            let square = i64::from(dx) * i64::from(dx) + i64::from(dy) * i64::from(dy);
            if other.source == point.source || square > self.tables.neighbourhood_squared {
                return None;
            }
            let (x, y) = upright.apply(dx, dy);
            Some(Bump {
                columns: self.tables.spatial(x)?,
                rows: self.tables.spatial(y)?,
                layers: self.tables.directional((point.direction - other.direction).steps()),
            })
        })
    }

    /// Takes the cells of the disc out of the grid.
    fn extend(&self, grid: &Sums<u8, DIRECTION_BINS>, values: &mut Vec<u8>) {
        for bin in 0..DIRECTION_BINS {
            for (row, disc) in grid.iter().zip(&self.tables.disc) {
                values.extend_from_slice(&row[bin][disc.clone()]);
            }
        }
    }
}
