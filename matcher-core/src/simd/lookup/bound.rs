//! How large a sum must be after some columns, so that the others can still bring it to the cutoff.
//!
//! What the other columns add at most is added in their order, as the sums are. An addition of floats never turns an order
//! round: with a smaller sum or a smaller number the result is not larger. So a sum below the bound ends below the cutoff,
//! whatever the rounding.

use super::prepared::Step;

/// Columns from one bound to the next.
const STRIDE: usize = 4;

/// The bounds of a cutoff.
pub(super) struct Bounds {
    cutoff: f32,
    /// Before step `STRIDE`, step `2 * STRIDE`, and so on.
    bounds: Vec<f32>,
}

impl Bounds {
    pub(super) fn new(steps: &[Step], cutoff: f32) -> Self {
        let starts = (STRIDE..steps.len()).step_by(STRIDE);
        Self { cutoff, bounds: starts.map(|start| least(&steps[start..], cutoff)).collect() }
    }

    /// Goes over to a higher cutoff; those of a lower one hold as well, but leave fewer blocks out.
    pub(super) fn raise(&mut self, steps: &[Step], cutoff: f32) {
        if cutoff > self.cutoff {
            *self = Self::new(steps, cutoff);
        }
    }

    /// What a sum must reach before a step, where that is asked.
    #[inline]
    pub(super) fn before(&self, step: usize) -> Option<f32> {
        if step.is_multiple_of(STRIDE) {
            self.bounds.get((step / STRIDE).checked_sub(1)?).copied()
        } else {
            None
        }
    }
}

/// The least sum that these columns can bring to the cutoff; infinity where there is none.
fn least(steps: &[Step], cutoff: f32) -> f32 {
    let enough = |sum: f32| steps.iter().fold(sum, |sum, step| sum + step.most()) >= cutoff;
    // In this order whole numbers are the floats they stand for.
    let float = |key: i32| f32::from_bits((key ^ (key >> 31 & i32::MAX)) as u32);
    let (mut low, mut high) = (key(f32::NEG_INFINITY), key(f32::INFINITY));
    while low < high {
        let middle = (i64::from(low) + i64::from(high)).div_euclid(2) as i32;
        if enough(float(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    float(low)
}

/// The place of a float in the order of floats.
fn key(float: f32) -> i32 {
    let bits = float.to_bits() as i32;
    bits ^ (bits >> 31 & i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::{Column, Lookup};
    use super::*;

    fn steps(most: &[f32]) -> Vec<Step> {
        let values: Vec<[f32; 1]> = most.iter().map(|&most| [most]).collect();
        let columns: Vec<Column> =
            values.iter().enumerate().map(|(column, values)| Column { column, size: 1, values }).collect();
        Lookup::new(&columns).unwrap().steps
    }

    #[test]
    fn a_bound_is_the_least_that_is_enough() {
        for most in [&[0.3, -1.7, 1e-7, 2.4][..], &[], &[1e30, -1e30], &[-0.0], &[1e-40, 0.1]] {
            let steps = steps(most);
            for cutoff in [0.0, 0.1, -3.7, 5.5, 1e-40, -1e30, 1e30] {
                let enough = |sum: f32| most.iter().fold(sum, |sum, most| sum + most) >= cutoff;
                let bound = least(&steps, cutoff);
                assert!(enough(bound) && !enough(bound.next_down()), "{most:?} {cutoff}: {bound}");
            }
            assert_eq!(least(&steps, f32::NEG_INFINITY), f32::NEG_INFINITY);
            assert_eq!(least(&steps, f32::INFINITY), f32::INFINITY);
        }
    }

    #[test]
    fn what_excludes_leaves_no_hope() {
        let steps = steps(&[4.0, f32::NEG_INFINITY]);
        assert_eq!(least(&steps, -1e9), f32::INFINITY);
        assert_eq!(least(&steps, f32::NEG_INFINITY), f32::NEG_INFINITY);
    }

    #[test]
    fn only_a_higher_cutoff_counts() {
        let steps = steps(&[1.0; 9]);
        let mut bounds = Bounds::new(&steps, 2.0);
        assert_eq!((bounds.before(0), bounds.before(3), bounds.before(12)), (None, None, None));
        // What rounding adds may help by a last place.
        let is = |bounds: &Bounds, step, bound: f32| (bounds.before(step).unwrap() - bound).abs() < 1e-6;
        assert!(is(&bounds, 4, -3.0) && is(&bounds, 8, 1.0));
        bounds.raise(&steps, 1.0);
        assert!(is(&bounds, 8, 1.0));
        bounds.raise(&steps, 2.5);
        assert!(is(&bounds, 4, -2.5) && is(&bounds, 8, 1.5));
    }
}
