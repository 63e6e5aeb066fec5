use super::{Floats, exp};
use crate::simd::Level;

/// Every operation on numbers of all sizes, results one after the other.
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[expect(unsafe_code, reason = "registers are read and written by address")]
#[inline(always)]
fn all<F: Floats>(a: &[f32; 64], b: &[f32; 64], out: &mut [[f32; 64]; 10]) {
    for k in (0..64).step_by(F::LANES) {
        // SAFETY: `k` and the lanes after it are below 64, which a register's length divides.
        let (x, y) = unsafe { (F::load(a[k..].as_ptr()), F::load(b[k..].as_ptr())) };
        let results = [
            x.add(y),
            x.sub(y),
            x.mul(y),
            x.div(y),
            x.mul_add(y, F::splat(0.3)),
            x.mul(x).sqrt(),
            x.max(y),
            x.min(y),
            exp(x),
            exp(x.mul(y)),
        ];
        for (out, result) in out.iter_mut().zip(results) {
            // SAFETY: as above.
            unsafe { result.store(out[k..].as_mut_ptr()) };
        }
    }
}

for_each_level! {
    /// All operations.
    fn run(a: &[f32; 64], b: &[f32; 64], out: &mut [[f32; 64]; 10]) = all;
}

fn numbers() -> ([f32; 64], [f32; 64]) {
    let a = std::array::from_fn(|k| (k as f32 - 31.7) * (1.0 + k as f32 / 21.0));
    let b = std::array::from_fn(|k| 0.7 - k as f32 / 9.0);
    (a, b)
}

#[test]
fn every_level_gives_the_same_bits() {
    let (a, b) = numbers();
    let mut expected = [[0.0; 64]; 10];
    all::<super::Portable>(&a, &b, &mut expected);
    for level in Level::present() {
        let mut out = [[0.0; 64]; 10];
        run(level, &a, &b, &mut out);
        assert_eq!(
            out.map(|row| row.map(f32::to_bits)),
            expected.map(|row| row.map(f32::to_bits)),
            "{level}"
        );
    }
}

#[test]
fn the_exponential_is_near_that_of_double_precision() {
    let (a, b) = numbers();
    let mut out = [[0.0; 64]; 10];
    all::<super::Portable>(&a, &b, &mut out);
    for (x, found) in a.into_iter().zip(out[8]) {
        let expected = libm::exp(f64::from(x.clamp(-87.0, 87.0)));
        assert!((f64::from(found) / expected - 1.0).abs() < 2e-7, "{x}: {found} and {expected}");
    }
}
