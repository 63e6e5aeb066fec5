//! What is done to each number alone.

use crate::simd::floats::{Floats, exp, for_each_level};

/// What becomes of each number of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// It stays.
    Keep,
    /// Gaussian error linear unit in its form by the hyperbolic tangent.
    ///
    /// # References
    /// Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
    Gelu,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
}

impl Activation {
    #[inline(always)]
    pub(super) fn of<F: Floats>(self, x: F) -> F {
        // gelu(x) = x / 2 * (1 + tanh(c * (x + 0.044715 x^3))) with c = sqrt(2 / pi), and (1 + tanh(u)) / 2 is the
        // sigmoid of 2u.
        const LINEAR: f32 = -1.595_769_2; // -2c
        const CUBIC: f32 = -0.071_354_814; // -2c * 0.044715
        let one = F::splat(1.0);
        match self {
            Self::Keep => x,
            Self::Gelu => {
                let slope = x.mul(x).mul_add(F::splat(CUBIC), F::splat(LINEAR));
                x.div(exp(x.mul(slope)).add(one))
            }
            Self::Sigmoid => one.div(exp(F::splat(0.0).sub(x)).add(one)),
        }
    }
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[expect(unsafe_code, reason = "registers are read and written by address")]
#[inline(always)]
fn each<F: Floats>(activation: Activation, values: &mut [f32]) {
    for values in values.chunks_exact_mut(F::LANES) {
        // SAFETY: the chunk has the length of a register.
        unsafe {
            let x = activation.of(F::load(values.as_ptr()));
            x.store(values.as_mut_ptr());
        }
    }
}

for_each_level! {
    /// Applies it to values whose number is a multiple of [`LANES`](super::LANES) (what is beyond stays).
    pub fn activate(activation: Activation, values: &mut [f32]) = each;
}
