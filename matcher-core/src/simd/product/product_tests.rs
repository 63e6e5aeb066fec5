use super::*;
use crate::simd::lanes::Portable;
use proptest::prelude::*;

/// Every level of this machine and the NEON leaf over portable lanes against the sum of the definition.
fn check(inner: usize, outer: usize, rows: &[u8], weights: &[i8]) {
    let mut expected = Vec::new();
    for row in rows.chunks_exact(inner) {
        for o in 0..outer {
            let products =
                row.iter().enumerate().map(|(i, n)| i64::from(*n) * i64::from(weights[i * outer + o]));
            expected.push(i32::try_from(products.sum::<i64>()).unwrap());
        }
    }
    let given = weights;
    let weights = Weights::new(inner, outer, given).unwrap();
    assert_eq!((weights.inner(), weights.outer()), (inner, outer));
    assert_eq!(weights.rows(), given);
    for level in Level::present() {
        let mut out = vec![7; expected.len()];
        multiply(level, rows, &weights, &mut out);
        assert_eq!(out, expected, "{level}");
    }
    let mut out = vec![7; expected.len()];
    run::<neon::OverLanes<Portable>, 4, 1>(Level::Scalar, rows, &weights, &mut out);
    assert_eq!(out, expected, "portable lanes");
}

fn case() -> impl Strategy<Value = (usize, usize, Vec<u8>, Vec<i8>)> {
    (1..9_usize, 1..7_usize, 0..15_usize).prop_flat_map(|(fours, tiles, rows)| {
        let (inner, outer) = (4 * fours, TILE * tiles);
        let rows = prop::collection::vec(0..=MAX_VALUE, rows * inner);
        (Just(inner), Just(outer), rows, prop::collection::vec(any::<i8>(), inner * outer))
    })
}

proptest! {
    #[test]
    fn every_level_is_the_oracle((inner, outer, rows, weights) in case()) {
        check(inner, outer, &rows, &weights);
    }
}

#[test]
fn extremes_are_exact() {
    for weight in [i8::MIN, i8::MAX] {
        check(672, 256, &[MAX_VALUE; 3 * 672], &vec![weight; 672 * 256]);
    }
    check(MAX_INNER, 16, &vec![MAX_VALUE; MAX_INNER], &vec![i8::MIN; MAX_INNER * 16]);
}

#[test]
fn wrong_sizes_are_named() {
    let error = |inner, outer, n| Weights::new(inner, outer, &vec![0; n]).unwrap_err().to_string();
    assert_eq!(error(6, 16, 96), "weights: inner is 6, expected a multiple of 4 from 4 to 65536");
    assert_eq!(error(4, 8, 32), "weights: outer is 8, expected a multiple of 16 from 16 on");
    assert_eq!(error(4, 16, 63), "weights: number is 63, expected 4 x 16");
    assert!(Weights::new(0, 16, &[]).is_err() && Weights::new(4, 0, &[]).is_err());
    assert!(Weights::new(4, usize::MAX & !15, &[]).is_err());
}

#[test]
#[should_panic(expected = "numbers are at most 127")]
fn a_number_of_eight_bits_is_refused() {
    multiply(Level::Scalar, &[0, 0, 0, 128], &Weights::new(4, 16, &[1; 64]).unwrap(), &mut [0; 16]);
}

proptest! {
    #[test]
    fn signs_are_packed_in_order(pairs in prop::collection::vec((-3i32..3, -3i32..3), 64)) {
        let (sums, thresholds): (Vec<i32>, Vec<i32>) = pairs.iter().copied().unzip();
        let bit = |k: usize| u32::from(sums[k] > thresholds[k]) << (k % 32);
        let expected = [(0..32).map(bit).sum::<u32>(), (32..64).map(bit).sum()];
        for level in Level::present() {
            let mut words = [0; 2];
            signs(level, &sums, &thresholds, &mut words);
            prop_assert_eq!(words, expected, "{}", level);
        }
    }
}
