//! The plane of wavelet coefficients, filled in the order of the coded data: subband by subband, row by row.

use super::quantiser::{Bins, Quantiser, coefficient};
use super::tree::{Region, Split, Tree};
use crate::error::{Error, Result};

/// A subband that is coded.
struct Subband {
    region: Region,
    bins: Bins,
}

/// The plane and the place of the next coefficient.
pub(super) struct Coefficients {
    plane: Vec<f32>,
    width: usize,
    centre: f32,
    splits: Vec<Split>,
    /// Those with bins and with at least one coefficient.
    subbands: Vec<Subband>,
    /// The subband of the next coefficient, and its number there.
    at: (usize, usize),
    filled: usize,
    expected: usize,
}

impl Coefficients {
    /// All zero. The size was checked against the limits before.
    pub(super) fn new(width: usize, height: usize, quantiser: &Quantiser) -> Self {
        let Tree { splits, subbands } = Tree::new(width, height);
        let coded = |(region, &bins): (Region, &Bins)| {
            (bins.width != 0.0 && region.area() > 0).then_some(Subband { region, bins })
        };
        let subbands: Vec<_> = subbands.into_iter().zip(&quantiser.bins).filter_map(coded).collect();
        let expected = subbands.iter().map(|subband| subband.region.area()).sum();
        let plane = vec![0.0; width * height];
        Self { plane, width, centre: quantiser.centre, splits, subbands, at: (0, 0), filled: 0, expected }
    }

    /// The next coefficient, by the number of its bin. `false`: there is no place for it.
    pub(super) fn put(&mut self, bin: i32) -> bool {
        let Some(Subband { region, bins }) = self.subbands.get(self.at.0) else { return false };
        let (row, column) = (self.at.1 / region.width, self.at.1 % region.width);
        self.plane[(region.y + row) * self.width + region.x + column] = coefficient(bin, *bins, self.centre);
        self.skip(1)
    }

    /// As many zeros. `false`: there is no place for all of them.
    pub(super) fn skip(&mut self, zeros: usize) -> bool {
        if zeros > self.expected - self.filled {
            return false;
        }
        self.filled += zeros;
        let (mut subband, mut number) = self.at;
        number += zeros;
        while let Some(area) = self.subbands.get(subband).map(|s| s.region.area()).filter(|&a| number >= a) {
            number -= area;
            subband += 1;
        }
        self.at = (subband, number);
        true
    }

    /// How many there must be in all.
    pub(super) fn expected(&self) -> usize {
        self.expected
    }

    /// The splits of the plane and the whole plane.
    ///
    /// # Errors
    /// [`Error::Invalid`]: coefficients are missing.
    pub(super) fn finish(self) -> Result<(Vec<Split>, Vec<f32>)> {
        if self.filled < self.expected {
            let expected = format!("{}, one for each place in the subbands that have bins", self.expected);
            return Err(Error::invalid("", "number of coefficients", self.filled, expected));
        }
        Ok((self.splits, self.plane))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::images::wsq::quantiser::STATED;

    fn quantiser(coded: impl Fn(usize) -> bool) -> Quantiser {
        let bins = |band| Bins { width: f32::from(u8::from(coded(band))), zero: 0.0 };
        Quantiser { centre: 0.0, bins: std::array::from_fn(bins) }
    }

    #[test]
    fn subbands_without_bins_and_without_coefficients_are_passed_over() {
        // In 3 x 2 pixels, subband 0 is the pixel at the upper left, and 51 is empty.
        let mut coefficients = Coefficients::new(3, 2, &quantiser(|band| [0, 51, 58].contains(&band)));
        assert_eq!(coefficients.expected(), 2);
        assert!(coefficients.put(7) && coefficients.put(-9) && !coefficients.put(1) && !coefficients.skip(1));
        let (_, plane) = coefficients.finish().ok().unwrap();
        assert_eq!(plane.iter().filter(|&&value| value != 0.0).count(), 2);
        assert_eq!((plane[0], plane[3]), (7.0, -9.0));
    }

    #[test]
    fn missing_coefficients_are_counted() {
        let mut coefficients = Coefficients::new(64, 64, &quantiser(|band| band < STATED));
        assert_eq!(coefficients.expected(), 64 * 64 - 32 * 32);
        assert!(coefficients.skip(3071) && !coefficients.skip(usize::MAX));
        let error = coefficients.finish().err().unwrap().to_string();
        assert!(error.starts_with("number of coefficients is 3071, expected 3072, one for each"), "{error}");
    }
}
