//! Sums of probabilities that are known by their logarithms.

/// A sum of numbers given by their base-10 logarithms, none of which is NaN or plus infinity.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogSum {
    log10: f64,
}

impl LogSum {
    /// The sum of nothing.
    pub(super) const ZERO: Self = Self { log10: f64::NEG_INFINITY };

    /// Adds one more.
    pub(super) fn add(&mut self, log10: f64) {
        let (high, low) = if self.log10 >= log10 { (self.log10, log10) } else { (log10, self.log10) };
        if low > f64::NEG_INFINITY {
            self.log10 = high + libm::log1p(libm::exp10(low - high)) / std::f64::consts::LN_10;
        } else {
            self.log10 = high;
        }
    }

    /// The logarithm of the sum; minus infinity where it is 0.
    pub(super) const fn log10(self) -> f64 {
        self.log10
    }

    /// The same, raised so that no rounding of this many additions leaves it below the sum: a bound from above.
    pub(super) fn bound(self, additions: usize) -> f64 {
        // Each addition is right to a few units in the last place of a number that is not far beyond its operands.
        let size = 1.0 + self.log10.abs();
        if self.log10 > f64::NEG_INFINITY {
            self.log10 + 1e-15 * size * (additions as f64 + 8.0)
        } else {
            self.log10
        }
    }
}

impl FromIterator<f64> for LogSum {
    fn from_iter<I: IntoIterator<Item = f64>>(logarithms: I) -> Self {
        logarithms.into_iter().fold(Self::ZERO, |mut sum, log10| {
            sum.add(log10);
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_what_no_float_holds() {
        let sum: LogSum = [-400.0, f64::NEG_INFINITY, -400.0].into_iter().collect();
        assert!((sum.log10() + 400.0 - libm::log10(2.0)).abs() < 1e-13);
        let sum: LogSum = [500.0; 1000].into_iter().collect();
        assert!((sum.log10() - 503.0).abs() < 1e-10);
        assert!(sum.bound(1000) >= 503.0);
        assert_eq!(LogSum::ZERO.bound(9), f64::NEG_INFINITY);
    }
}
