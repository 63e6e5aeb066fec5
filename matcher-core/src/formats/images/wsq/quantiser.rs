//! From coded whole numbers to wavelet coefficients: the bin widths of the DQT segment.

/// Subbands that the segment states bins for; the last four are never coded.
pub(super) const STATED: usize = 64;

/// The bins of one subband.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bins {
    /// Width of all bins but that of zero. Where it is 0, all coefficients are 0 and none is coded.
    pub(super) width: f32,
    /// Width of the bin of zero.
    pub(super) zero: f32,
}

/// The bins of all subbands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantiser {
    /// Where in a bin its coefficient is set: 0 at the far end, 1 at the end near zero.
    pub(super) centre: f32,
    pub(super) bins: [Bins; STATED],
}

/// The coefficient of the bin with this number.
///
/// # Method
/// Bin `p` > 0 reaches from `zero`/2 + (`p` - 1) `width` to `zero`/2 + `p` `width`; its coefficient is
/// `zero`/2 + (`p` - `centre`) `width`. Negative ones mirror that.
pub(super) fn coefficient(bin: i32, bins: Bins, centre: f32) -> f32 {
    let number = bin as f32;
    match bin {
        0 => 0.0,
        1.. => bins.width * (number - centre) + bins.zero / 2.0,
        _ => bins.width * (number + centre) - bins.zero / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_lie_in_their_bins() {
        let bins = Bins { width: 2.0, zero: 3.0 };
        let all = [-2, -1, 0, 1, 2, 65_535].map(|bin| coefficient(bin, bins, 0.5));
        assert_eq!(all, [-4.5, -2.5, 0.0, 2.5, 4.5, 131_070.5]);
    }
}
