//! Registers of 128 bits on 64-bit Arm.

use super::Floats;
use std::arch::aarch64::{
    float32x4_t, vaddq_f32, vaddq_u32, vbslq_f32, vcgtq_f32, vcltq_f32, vdivq_f32, vdupq_n_f32, vfmaq_f32,
    vld1q_f32, vmulq_f32, vreinterpretq_f32_u32, vreinterpretq_u32_f32, vshlq_n_u32, vsqrtq_f32, vst1q_f32,
    vsubq_f32,
};

/// Four floats.
#[derive(Clone, Copy)]
pub(in crate::simd) struct Neon(float32x4_t);

// SAFETY of all blocks below: every 64-bit Arm processor has NEON; what is read and written can be, by the contract of
// the method.
#[expect(clippy::inline_always, reason = "part of a kernel")]
#[expect(
    unsafe_code,
    clippy::undocumented_unsafe_blocks,
    reason = "intrinsics; one reason for all, stated above"
)]
impl Floats for Neon {
    const LANES: usize = 4;
    const REGISTERS: usize = 32;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(unsafe { vdupq_n_f32(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { vld1q_f32(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { vst1q_f32(to, self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(unsafe { vaddq_f32(self.0, other.0) })
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(unsafe { vsubq_f32(self.0, other.0) })
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(unsafe { vmulq_f32(self.0, other.0) })
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(unsafe { vdivq_f32(self.0, other.0) })
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, sum: Self) -> Self {
        Self(unsafe { vfmaq_f32(sum.0, self.0, factor.0) })
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(unsafe { vsqrtq_f32(self.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(unsafe { vbslq_f32(vcgtq_f32(self.0, other.0), self.0, other.0) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(unsafe { vbslq_f32(vcltq_f32(self.0, other.0), self.0, other.0) })
    }

    #[inline(always)]
    fn scaled(self, shift: Self) -> Self {
        Self(unsafe {
            let power = vshlq_n_u32::<23>(vreinterpretq_u32_f32(shift.0));
            vreinterpretq_f32_u32(vaddq_u32(vreinterpretq_u32_f32(self.0), power))
        })
    }
}
