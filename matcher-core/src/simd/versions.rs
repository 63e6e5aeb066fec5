//! One portable function, compiled once for each level.
//!
//! Most loops over fixed arrays need no intrinsics: the compiler vectorises them, if only it may use the processor's
//! instructions. Integers, and floats that stay in their lane, give the same bits at every level: the compiler neither
//! reorders float sums nor fuses a product with a sum by itself. (`fma` is not asked for; AVX-512 brings it along, and
//! it stays unused.)

/// Makes a dispatcher `fn name(level, arguments)` of a portable function, which must be `#[inline(always)]`: its body
/// is compiled again with the instructions of each level. NEON is in every build for 64-bit Arm, so it runs the
/// portable one. The attributes are written where the function is, so that it can also be called and tested alone.
///
/// ```text
/// #[expect(clippy::inline_always, reason = "compiled again for each level")]
/// #[inline(always)]
/// fn portable(values: &mut [u32]) { ... }
///
/// multiversion! {
///     /// What it does.
///     pub(super) fn run(values: &mut [u32]) = portable;
/// }
/// ```
macro_rules! multiversion {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $of:ty),* $(,)?) $(-> $out:ty)? = $portable:path;) => {
        $(#[$doc])*
        ///
        /// # Panics
        /// This processor lacks the level.
        #[cfg_attr(
            target_arch = "x86_64",
            expect(unsafe_code, reason = "versions for instructions that the processor was asked for")
        )]
        $vis fn $name(level: $crate::simd::Level, $($arg: $of),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
            fn avx2($($arg: $of),*) $(-> $out)? {
                $portable($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
            #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq,avx512bitalg")]
            fn avx512($($arg: $of),*) $(-> $out)? {
                $portable($($arg),*)
            }
            level.assert_present();
            match level {
                // SAFETY: the level is present, so the processor has these instructions.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Level::Avx2 => unsafe { avx2($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Level::Avx512 => unsafe { avx512($($arg),*) },
                _ => $portable($($arg),*),
            }
        }
    };
}
pub(crate) use multiversion;

/// The nearest whole number of one from 0 to 2^22, halves to the even one. A cast cannot be vectorised: it would have to
/// look after numbers that do not fit.
#[inline]
pub(super) fn rounded(value: f32) -> u32 {
    const TWO_TO_23: f32 = 8_388_608.0; // from here to twice as far, the bits of a float count in ones
    (value + TWO_TO_23).to_bits() & 0x007f_ffff
}

#[cfg(test)]
mod tests {
    use crate::simd::Level;

    #[expect(clippy::inline_always, reason = "compiled again for each level")]
    #[inline(always)]
    fn portable(a: &[f32; 64], b: &[f32; 64], sums: &mut [f32; 64]) -> u32 {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b; // a fused sum would have other bits
        }
        a.map(|a| a.to_bits().count_ones()).iter().sum()
    }

    multiversion! {
        /// Adds products, and counts bits.
        fn run(a: &[f32; 64], b: &[f32; 64], sums: &mut [f32; 64]) -> u32 = portable;
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        let a = std::array::from_fn(|k| 1.0 / (k as f32 + 3.0));
        let b = std::array::from_fn(|k| 0.7 - k as f32 / 9.0);
        let of = |level| {
            let mut sums = std::array::from_fn(|k| 1e-3 * k as f32);
            let ones = run(level, &a, &b, &mut sums);
            (ones, sums.map(f32::to_bits))
        };
        let mut sums = std::array::from_fn(|k| 1e-3 * k as f32);
        let expected = (portable(&a, &b, &mut sums), sums.map(f32::to_bits));
        for level in Level::present() {
            assert_eq!(of(level), expected, "{level}");
        }
    }
}
