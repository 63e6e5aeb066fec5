use super::*;
use crate::simd::lanes::Portable;
use proptest::prelude::*;

/// Every level of this machine and the NEON leaf over portable lanes against a count pair by pair.
fn check(rows: &[[u32; WORDS]], columns: &[[u32; WORDS]]) {
    let blocks = Block::from_codes(columns);
    let width = COLUMNS * blocks.len();
    let mut expected = Vec::new();
    for row in rows {
        for c in 0..width {
            let column = columns.get(c).unwrap_or(&[0; WORDS]);
            let bits: u32 = row.iter().zip(column).map(|(a, b)| (a ^ b).count_ones()).sum();
            expected.push(u8::try_from(bits).unwrap_or(255));
        }
    }
    for level in Level::present() {
        let mut out = vec![7; expected.len()];
        distances(level, rows, &blocks, &mut out);
        assert_eq!(out, expected, "{level}");
    }
    let mut out = vec![7; expected.len()];
    run(neon::distances::<Portable>, rows, &blocks, &mut out);
    assert_eq!(out, expected, "portable lanes");
}

proptest! {
    #[test]
    fn every_level_is_the_oracle(
        rows in prop::collection::vec(any::<[u32; WORDS]>(), 0..9),
        columns in prop::collection::vec(any::<[u32; WORDS]>(), 0..50),
    ) {
        check(&rows, &columns);
    }
}

#[test]
fn extremes_are_exact() {
    let code: [u32; WORDS] = std::array::from_fn(|k| 0x9e37_79b9_u32.wrapping_mul(k as u32 + 1));
    let complement = code.map(|word| !word);
    let mut nearly = complement;
    nearly[3] ^= 1 << 31;
    check(&[code, complement, nearly], &[code, complement, nearly, [0; WORDS], [!0; WORDS]]);
    // Each bit alone, so that none is counted twice or in another column's place.
    let bits: Vec<[u32; WORDS]> =
        (0..256).map(|bit| std::array::from_fn(|k| u32::from(bit / 32 == k) << (bit % 32))).collect();
    check(&[[0; WORDS], code], &bits);
}

#[test]
fn a_block_shows_no_code() {
    assert_eq!(format!("{:?}", Block::from_codes(&[[9; WORDS]])), "[Block { .. }]");
}

#[test]
#[should_panic(expected = "a distance for each row and column")]
fn lengths_must_fit() {
    distances(Level::Scalar, &[[0; WORDS]], &Block::from_codes(&[[0; WORDS]]), &mut [0; 15]);
}
