//! How much a print is worth for matching: one number from its minutiae.
//!
//! # Method
//! `w = sum(q) * mean(q)^2` over the qualities `q` of the minutiae, and the quality is `100 w / (w + 25)`. The sum grows
//! with the area that was captured, the mean with the clarity of its ridges, as the network sees it. 25 is the median of
//! `w` over MINEX III 001-025, so 50 is an ordinary plain impression. Area and coherence of the ridges, measured beside
//! these two, foretold errors no better together with them than the two alone, so they are left out.
//!
//! # References
//! `benches/python/extraction_peers.py` measures its error-against-reject curves beside those of NFIQ 2.

use super::inference::Found;
use crate::fingerprint::Quality;

/// Minutiae below do not count, whatever is asked for in the template.
pub(super) const LEAST: f32 = 0.3;
/// Worth of an ordinary plain impression.
const ORDINARY: f64 = 25.0;

/// The quality of a print with these minutiae; 0 of one without any.
pub(super) fn quality(minutiae: &[Found]) -> Option<Quality> {
    let qualities =
        minutiae.iter().map(|minutia| f64::from(minutia.quality)).filter(|&q| q >= f64::from(LEAST));
    let (count, sum) = qualities.fold((0.0, 0.0), |(count, sum), quality| (count + 1.0, sum + quality));
    let mean = if count > 0.0 { sum / count } else { 0.0 };
    let worth = sum * mean * mean;
    Quality::from_fraction(worth / (worth + ORDINARY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(qualities: &[f32]) -> u8 {
        let found = |&quality: &f32| Found { column: 0, row: 0, direction: 0.0, ending: 1.0, quality };
        quality(&qualities.iter().map(found).collect::<Vec<_>>()).unwrap().percent()
    }

    #[test]
    fn it_grows_with_number_and_clarity() {
        assert_eq!(of(&[]), 0);
        assert_eq!(of(&[0.2; 50]), 0); // none that counts
        assert_eq!(of(&[1.0; 25]), 50);
        assert_eq!(of(&[0.5; 50]), 20); // w = 25 * 0.25
        assert!(of(&[0.9; 80]) > of(&[0.9; 40]) && of(&[0.9; 40]) > of(&[0.6; 40]));
    }
}
