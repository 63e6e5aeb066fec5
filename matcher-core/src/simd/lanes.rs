//! The few operations on 16 bytes that the NEON leaves are written in, so that the leaves themselves run anywhere.
//!
//! On 64-bit Arm each is one or a few instructions. The same leaf over [`Portable`] runs in the tests of every machine,
//! so its order of steps is tested where there is no such processor.

/// A register of 16 bytes.
pub(super) trait Lanes: Copy {
    /// A register of four whole numbers.
    type Sums: Copy;

    /// The same byte 16 times.
    fn splat(byte: u8) -> Self;
    /// The same four bytes four times.
    fn splat_four(bytes: [u8; 4]) -> Self;
    /// The bytes in order.
    fn load(bytes: [u8; 16]) -> Self;
    /// The bytes in order.
    fn store(self) -> [u8; 16];
    /// Exclusive or.
    fn xor(self, other: Self) -> Self;
    /// Or.
    fn or(self, other: Self) -> Self;
    /// And.
    fn and(self, other: Self) -> Self;
    /// Sum modulo 256.
    fn add(self, other: Self) -> Self;
    /// Sum, at most 255.
    fn saturating_add(self, other: Self) -> Self;
    /// Difference modulo 256.
    fn sub(self, other: Self) -> Self;
    /// Difference, at least 0.
    fn saturating_sub(self, other: Self) -> Self;
    /// The lesser.
    fn min(self, other: Self) -> Self;
    /// 255 where it is greater than the other, else 0.
    fn above(self, other: Self) -> Self;
    /// Bits that are one, of each byte.
    fn ones(self) -> Self;
    /// The sum of the squares.
    fn square_sum(self) -> u32;
    /// The sums of four neighbours each.
    fn sums_of_four(self) -> [u32; 4];

    /// Four zeros.
    fn no_sums() -> Self::Sums;
    /// Adds the products of neighbours, four to a sum; the bytes of `self` are at most 127, those of `weights` signed.
    fn dot(self, weights: Self, sums: Self::Sums) -> Self::Sums;
    /// The four sums.
    fn values(sums: Self::Sums) -> [i32; 4];
}

#[cfg(target_arch = "aarch64")]
pub(super) use arm::Neon;

#[cfg(target_arch = "aarch64")]
#[expect(unsafe_code, reason = "intrinsics want the promise that there is NEON")]
mod arm {
    use super::Lanes;
    use std::arch::aarch64::{
        int32x4_t, uint8x16_t, vaddlvq_u16, vaddq_s32, vaddq_u8, vandq_u8, vcgtq_u8, vcntq_u8, vdupq_n_s32,
        vdupq_n_u8, vdupq_n_u32, veorq_u8, vget_low_s8, vget_low_u8, vgetq_lane_s32, vgetq_lane_u32,
        vld1q_u8, vminq_u8, vmull_high_s8, vmull_high_u8, vmull_s8, vmull_u8, vorrq_u8, vpaddlq_s16,
        vpaddlq_u8, vpaddlq_u16, vpaddq_s32, vqaddq_u8, vqsubq_u8, vreinterpretq_s8_u8, vreinterpretq_u8_u32,
        vst1q_u8, vsubq_u8,
    };

    #[derive(Clone, Copy)]
    pub(in crate::simd) struct Neon(uint8x16_t);

    /// Calls intrinsics, of which two take a pointer, to an array of just the length that they read or write.
    macro_rules! neon {
        ($call:expr) => {
            // SAFETY: NEON is part of every 64-bit Arm target; the pointer is as said above.
            unsafe { $call }
        };
    }

    impl Lanes for Neon {
        type Sums = int32x4_t;

        fn splat(byte: u8) -> Self {
            Self(neon!(vdupq_n_u8(byte)))
        }
        fn splat_four(bytes: [u8; 4]) -> Self {
            Self(neon!(vreinterpretq_u8_u32(vdupq_n_u32(u32::from_ne_bytes(bytes)))))
        }
        fn load(bytes: [u8; 16]) -> Self {
            Self(neon!(vld1q_u8(bytes.as_ptr()))) // 16 bytes, of any alignment
        }
        fn store(self) -> [u8; 16] {
            let mut bytes = [0; 16];
            neon!(vst1q_u8(bytes.as_mut_ptr(), self.0)); // 16 bytes, of any alignment
            bytes
        }
        fn xor(self, other: Self) -> Self {
            Self(neon!(veorq_u8(self.0, other.0)))
        }
        fn or(self, other: Self) -> Self {
            Self(neon!(vorrq_u8(self.0, other.0)))
        }
        fn and(self, other: Self) -> Self {
            Self(neon!(vandq_u8(self.0, other.0)))
        }
        fn add(self, other: Self) -> Self {
            Self(neon!(vaddq_u8(self.0, other.0)))
        }
        fn saturating_add(self, other: Self) -> Self {
            Self(neon!(vqaddq_u8(self.0, other.0)))
        }
        fn sub(self, other: Self) -> Self {
            Self(neon!(vsubq_u8(self.0, other.0)))
        }
        fn saturating_sub(self, other: Self) -> Self {
            Self(neon!(vqsubq_u8(self.0, other.0)))
        }
        fn min(self, other: Self) -> Self {
            Self(neon!(vminq_u8(self.0, other.0)))
        }
        fn above(self, other: Self) -> Self {
            Self(neon!(vcgtq_u8(self.0, other.0)))
        }
        fn ones(self) -> Self {
            Self(neon!(vcntq_u8(self.0)))
        }
        fn square_sum(self) -> u32 {
            neon!({
                let low = vget_low_u8(self.0);
                vaddlvq_u16(vmull_u8(low, low)) + vaddlvq_u16(vmull_high_u8(self.0, self.0))
            })
        }
        fn sums_of_four(self) -> [u32; 4] {
            neon!({
                let sums = vpaddlq_u16(vpaddlq_u8(self.0));
                [
                    vgetq_lane_u32::<0>(sums),
                    vgetq_lane_u32::<1>(sums),
                    vgetq_lane_u32::<2>(sums),
                    vgetq_lane_u32::<3>(sums),
                ]
            })
        }

        fn no_sums() -> int32x4_t {
            neon!(vdupq_n_s32(0))
        }
        fn dot(self, weights: Self, sums: int32x4_t) -> int32x4_t {
            neon!({
                let (a, b) = (vreinterpretq_s8_u8(self.0), vreinterpretq_s8_u8(weights.0));
                let low = vpaddlq_s16(vmull_s8(vget_low_s8(a), vget_low_s8(b)));
                let high = vpaddlq_s16(vmull_high_s8(a, b));
                vaddq_s32(sums, vpaddq_s32(low, high))
            })
        }
        fn values(sums: int32x4_t) -> [i32; 4] {
            neon!([
                vgetq_lane_s32::<0>(sums),
                vgetq_lane_s32::<1>(sums),
                vgetq_lane_s32::<2>(sums),
                vgetq_lane_s32::<3>(sums),
            ])
        }
    }
}

#[cfg(test)]
pub(super) use portable::Portable;

/// The same in plain Rust.
#[cfg(test)]
mod portable {
    use super::Lanes;
    use std::array::from_fn;

    #[derive(Clone, Copy)]
    pub(in crate::simd) struct Portable([u8; 16]);

    impl Portable {
        fn with(self, other: Self, f: impl Fn(u8, u8) -> u8) -> Self {
            Self(from_fn(|k| f(self.0[k], other.0[k])))
        }
    }

    impl Lanes for Portable {
        type Sums = [i32; 4];

        fn splat(byte: u8) -> Self {
            Self([byte; 16])
        }
        fn splat_four(bytes: [u8; 4]) -> Self {
            Self(from_fn(|k| bytes[k % 4]))
        }
        fn load(bytes: [u8; 16]) -> Self {
            Self(bytes)
        }
        fn store(self) -> [u8; 16] {
            self.0
        }
        fn xor(self, other: Self) -> Self {
            self.with(other, |a, b| a ^ b)
        }
        fn or(self, other: Self) -> Self {
            self.with(other, |a, b| a | b)
        }
        fn and(self, other: Self) -> Self {
            self.with(other, |a, b| a & b)
        }
        fn add(self, other: Self) -> Self {
            self.with(other, u8::wrapping_add)
        }
        fn saturating_add(self, other: Self) -> Self {
            self.with(other, u8::saturating_add)
        }
        fn sub(self, other: Self) -> Self {
            self.with(other, u8::wrapping_sub)
        }
        fn saturating_sub(self, other: Self) -> Self {
            self.with(other, u8::saturating_sub)
        }
        fn min(self, other: Self) -> Self {
            self.with(other, u8::min)
        }
        fn above(self, other: Self) -> Self {
            self.with(other, |a, b| if a > b { u8::MAX } else { 0 })
        }
        fn ones(self) -> Self {
            Self(self.0.map(|byte| byte.count_ones() as u8))
        }
        fn square_sum(self) -> u32 {
            self.0.map(|byte| u32::from(byte).pow(2)).iter().sum()
        }
        fn sums_of_four(self) -> [u32; 4] {
            from_fn(|k| self.0[4 * k..4 * k + 4].iter().map(|byte| u32::from(*byte)).sum())
        }

        fn no_sums() -> [i32; 4] {
            [0; 4]
        }
        fn dot(self, weights: Self, sums: [i32; 4]) -> [i32; 4] {
            let product = |k: usize| self.0[k] as i32 * (weights.0[k] as i8) as i32;
            from_fn(|k| sums[k] + (4 * k..4 * k + 4).map(product).sum::<i32>())
        }
        fn values(sums: [i32; 4]) -> [i32; 4] {
            sums
        }
    }
}
