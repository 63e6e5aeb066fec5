//! Registers of floats, and what the kernels of `layers` are written in: one text, compiled for each level.
//!
//! Sums stay in their lane, products are fused with sums at every level (the portable twin calls `libm::fmaf`, which is
//! exact), and division and square root are exact by IEEE 754. So all levels give the same bits.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

#[cfg(target_arch = "x86_64")]
pub(in crate::simd) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(in crate::simd) use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub(in crate::simd) use neon::Neon;
pub(in crate::simd) use portable::Portable;

/// A register of floats. Its methods are compiled into the caller, which must be compiled for the level.
#[expect(unsafe_code, reason = "registers are read and written by address")]
pub(in crate::simd) trait Floats: Copy {
    /// Floats in a register; divides [`LANES`](super::layers::LANES).
    const LANES: usize;
    /// Registers that a level has.
    const REGISTERS: usize;

    /// The same number in every lane.
    fn splat(value: f32) -> Self;
    /// [`Floats::LANES`] numbers in order.
    ///
    /// # Safety
    /// So many can be read there.
    unsafe fn load(from: *const f32) -> Self;
    /// The numbers in order.
    ///
    /// # Safety
    /// [`Floats::LANES`] can be written there.
    unsafe fn store(self, to: *mut f32);
    /// `self + other`.
    fn add(self, other: Self) -> Self;
    /// `self - other`.
    fn sub(self, other: Self) -> Self;
    /// `self * other`.
    fn mul(self, other: Self) -> Self;
    /// `self / other`.
    fn div(self, other: Self) -> Self;
    /// `self * factor + sum`, rounded once.
    fn mul_add(self, factor: Self, sum: Self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// The greater; `other` where one is no number.
    fn max(self, other: Self) -> Self;
    /// The lesser; `other` where one is no number.
    fn min(self, other: Self) -> Self;
    /// Adds to each number's bits those of `shift` moved up by 23 places: times two to a power that [`exp`] has found.
    fn scaled(self, shift: Self) -> Self;
}

/// The exponential function, relative error below 2e-7; what is beyond -87 to 87 counts as that.
///
/// # References
/// Moshier, Cephes Math Library, `expf`: the two parts of ln 2 and the coefficients.
#[inline(always)]
pub(in crate::simd) fn exp<F: Floats>(x: F) -> F {
    // Added to a number, it leaves the nearest whole one in the low bits.
    const WHOLE: f32 = 12_582_912.0; // 1.5 * 2^23
    const POLYNOMIAL: [f32; 6] =
        [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_6e-1, 0.5];
    let x = x.max(F::splat(-87.0)).min(F::splat(87.0));
    let shift = x.mul_add(F::splat(std::f32::consts::LOG2_E), F::splat(WHOLE));
    let whole = shift.sub(F::splat(WHOLE));
    let rest = whole.mul_add(F::splat(-0.693_359_4), x);
    let rest = whole.mul_add(F::splat(2.121_944_4e-4), rest);
    let mut sum = F::splat(POLYNOMIAL[0]);
    for coefficient in &POLYNOMIAL[1..] {
        sum = sum.mul_add(rest, F::splat(*coefficient));
    }
    let power = sum.mul_add(rest.mul(rest), rest).add(F::splat(1.0));
    power.scaled(shift)
}

/// Makes a dispatcher `fn name(level, arguments)` of a function over [`Floats`], which must be `#[inline(always)]`: its
/// body is compiled with the registers of each level.
macro_rules! for_each_level {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $of:ty),* $(,)?) = $body:ident;) => {
        $(#[$doc])*
        ///
        /// # Panics
        /// This processor lacks the level.
        #[cfg_attr(
            target_arch = "x86_64",
            expect(unsafe_code, reason = "versions for instructions that the processor was asked for")
        )]
        $vis fn $name(level: $crate::simd::Level, $($arg: $of),*) {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($arg: $of),*) {
                $body::<$crate::simd::floats::Avx2>($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")]
            fn avx512($($arg: $of),*) {
                $body::<$crate::simd::floats::Avx512>($($arg),*)
            }
            level.assert_present();
            match level {
                // SAFETY: the level is present, so the processor has these instructions.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Level::Avx2 => unsafe { avx2($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::Level::Avx512 => unsafe { avx512($($arg),*) },
                #[cfg(target_arch = "aarch64")]
                $crate::simd::Level::Neon => $body::<$crate::simd::floats::Neon>($($arg),*),
                _ => $body::<$crate::simd::floats::Portable>($($arg),*),
            }
        }
    };
}
pub(in crate::simd) use for_each_level;

#[cfg(test)]
#[path = "floats_tests.rs"]
mod tests;
