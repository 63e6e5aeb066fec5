//! One portable function, compiled once for each level.
//!
//! Most loops over fixed arrays need no intrinsics: the compiler vectorises them, if only it may use the processor's
//! instructions. Integers, and floats that stay in their lane, give the same bits at every level: the compiler neither
//! reorders float sums nor fuses a product with a sum by itself, and `fma` is left out so that it cannot.

/// Makes a dispatcher `fn name(level, arguments)` of a portable function, which must be `#[inline(always)]`: its body
/// is compiled again with the instructions of each level. NEON is in every build for 64-bit Arm, so it runs the
/// portable one.
///
/// ```text
/// #[inline(always)]
/// fn scalar(values: &mut [u32]) { ... }
///
/// multiversion! {
///     /// What it does.
///     pub(super) fn run(values: &mut [u32]) = scalar;
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
