//! In how many bits one code of 128 bits differs from each of many: what goes through a list of an index.

use super::versions::multiversion;

multiversion! {
    /// The number of bits, 0 to 128, in which `row` differs from each of `codes`, at the place of the code.
    ///
    /// `out` must be as long as `codes`; what is longer on either side is left alone.
    pub fn differing(row: [u64; 2], codes: &[[u64; 2]], out: &mut [u8]) = portable;
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn portable(row: [u64; 2], codes: &[[u64; 2]], out: &mut [u8]) {
    for (out, code) in out.iter_mut().zip(codes) {
        *out = ((code[0] ^ row[0]).count_ones() + (code[1] ^ row[1]).count_ones()) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::Level;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_level_counts_bits(row: [u64; 2], codes in prop::collection::vec(any::<[u64; 2]>(), 0..70)) {
            let whole = |code: [u64; 2]| u128::from(code[0]) << 64 | u128::from(code[1]);
            let expected: Vec<u8> =
                codes.iter().map(|&code| (whole(code) ^ whole(row)).count_ones() as u8).collect();
            for level in Level::present() {
                let mut out = vec![0; codes.len()];
                differing(level, row, &codes, &mut out);
                prop_assert_eq!(&out, &expected, "{}", level);
            }
        }
    }
}
