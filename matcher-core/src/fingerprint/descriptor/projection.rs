//! The learned projection: 672 numbers of a cylinder to 256 bits.
//!
//! # Method
//! A linear discriminant, fitted on cylinders of corresponding minutiae of mated prints, turned so that its first 128
//! directions share their strength evenly; a bit says on which side of the mean a cylinder lies. Two codes differ in
//! half of their bits where the neighbourhoods have nothing in common, and in none where they are the same.
//!
//! # Range and units
//! Whole numbers throughout (cells of 7 bits, weights of 8, sums of 32), so the bits are the same on every machine.
//!
//! # References
//! Fisher's discriminant for hashing: C. Strecha et al., *`LDAHash`*, IEEE TPAMI 34(1), 2012. The training program is
//! `examples/python/train_model.py`.

use super::cylinder::VALUES;
use crate::error::{Error, Result};
use crate::simd::Level;
use crate::simd::product::{Weights, multiply, signs};
use std::fmt;

/// Bits of a code.
pub const CODE_BITS: usize = 256;

/// Bytes of the stored form: a threshold of four bytes for each bit, then a row of weights for each value.
const STORED: usize = 4 * CODE_BITS + VALUES * CODE_BITS;

/// A fitted projection.
#[derive(Clone, PartialEq, Eq)]
pub struct Projection {
    thresholds: Vec<i32>,
    weights: Weights,
}

impl Projection {
    /// Reads the stored form: 256 thresholds (32 bits, little-endian), then 672 rows of 256 weights (8 bits, signed).
    ///
    /// # Errors
    /// [`Error::Invalid`] where the length is another.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() != STORED {
            return Err(Error::invalid("projection", "length", bytes.len(), format!("{STORED} bytes")));
        }
        let (thresholds, weights) = bytes.split_at(4 * CODE_BITS);
        let weights: Vec<i8> = weights.iter().map(|&byte| byte.cast_signed()).collect();
        Ok(Self {
            thresholds: thresholds.as_chunks().0.iter().map(|&four| i32::from_le_bytes(four)).collect(),
            weights: Weights::new(VALUES, CODE_BITS, &weights)?,
        })
    }

    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> =
            self.thresholds.iter().flat_map(|threshold| threshold.to_le_bytes()).collect();
        bytes.extend(self.weights.rows().into_iter().map(i8::cast_unsigned));
        bytes
    }

    /// The codes of cylinders that lie one after the other.
    pub(super) fn codes(&self, cylinders: &[u8]) -> Vec<[u32; CODE_BITS / 32]> {
        let mut sums = vec![0; cylinders.len() / VALUES * CODE_BITS];
        let level = Level::active();
        multiply(level, cylinders, &self.weights, &mut sums);
        let code = |sums: &[i32]| {
            let mut code = [0u32; CODE_BITS / 32];
            signs(level, sums, &self.thresholds, &mut code);
            code
        };
        sums.chunks_exact(CODE_BITS).map(code).collect()
    }
}

impl fmt::Debug for Projection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Projection").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_says_on_which_side_of_its_threshold_a_cylinder_lies() {
        let mut stored = vec![0u8; STORED];
        stored[..4].copy_from_slice(&41i32.to_le_bytes());
        stored[4 * 255..4 * 256].copy_from_slice(&(-43i32).to_le_bytes());
        stored[4 * CODE_BITS + 5 * CODE_BITS] = 2; // value 5 counts twice for bit 0
        stored[4 * CODE_BITS + 7 * CODE_BITS + 255] = (-2i8).cast_unsigned(); // and value 7 for bit 255
        let projection = Projection::from_bytes(&stored).unwrap();
        assert_eq!(projection.to_bytes(), stored);
        let mut cylinders = vec![0u8; 2 * VALUES];
        (cylinders[5], cylinders[VALUES + 5]) = (20, 21);
        (cylinders[7], cylinders[VALUES + 7]) = (21, 22);
        let codes = projection.codes(&cylinders);
        assert_eq!((codes[0][0] & 1, codes[0][7] >> 31), (0, 1));
        assert_eq!((codes[1][0] & 1, codes[1][7] >> 31), (1, 0));
        assert!(Projection::from_bytes(&stored[1..]).is_err());
    }
}
