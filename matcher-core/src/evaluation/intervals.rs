//! How far a counted rate can be from the true one: exact intervals for a proportion, and the rule of three.
//!
//! A rate without its interval says more than the data do: no error in 3,000 trials is not a rate of zero, it is a rate
//! that may well be one in a thousand. The intervals here take the trials as independent. Comparisons that share a
//! finger are not: [`bootstrap`](crate::evaluation::bootstrap()) answers for that.

use serde::{Deserialize, Serialize};

/// The confidence of the intervals in summaries: the field's habit.
pub const USUAL_CONFIDENCE: f64 = 0.95;

/// The most terms of the continued fraction; it needs about as many as the square root of the trials.
const MAX_TERMS: u32 = 100_000;

/// The most halvings of a bisection: enough to resolve any double between two counts.
const MAX_HALVINGS: u32 = 200;

/// Half the logarithm of a full circle, `ln(2 pi) / 2`.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;

/// Counted errors in counted trials.
///
/// # Examples
/// ```
/// use matcher_core::evaluation::Rate;
/// let rate = Rate::new(5, 100);
/// assert_eq!(rate.value(), 0.05);
/// let (low, high) = rate.interval(0.95);
/// assert!((low - 0.0164).abs() < 5e-5 && (high - 0.1128).abs() < 5e-5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rate {
    /// How often it went wrong.
    pub errors: u64,
    /// How often it was tried.
    pub trials: u64,
}

impl Rate {
    /// `errors` in `trials`.
    pub const fn new(errors: u64, trials: u64) -> Self {
        Self { errors, trials }
    }

    /// The rate, 0 to 1; not a number where nothing was tried.
    pub fn value(self) -> f64 {
        self.errors as f64 / self.trials as f64
    }

    /// The two-sided exact interval: see [`clopper_pearson`].
    pub fn interval(self, confidence: f64) -> (f64, f64) {
        clopper_pearson(self.errors, self.trials, confidence)
    }
}

/// The two-sided exact interval (low, high) of a proportion of which `errors` of `trials` were seen.
///
/// # Method
/// The rates for which what was seen, or more of it, has at least half the remaining probability on either side. They
/// are quantiles of beta distributions, found by bisection of the regularised incomplete beta function.
///
/// # Range and units
/// `confidence` lies between 0 and 1, for example 0.95. Anything else, and no trials at all, tell nothing: (0, 1).
/// `errors` above `trials` count as `trials`.
///
/// # Limits
/// Exact means never too narrow for independent trials; for few trials it is wider than need be.
///
/// # References
/// Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika
/// 26 (1934).
pub fn clopper_pearson(errors: u64, trials: u64, confidence: f64) -> (f64, f64) {
    if trials == 0 || !(confidence > 0.0 && confidence < 1.0) {
        return (0.0, 1.0);
    }
    let tail = (1.0 - confidence) / 2.0;
    (lower_limit(errors, trials, tail), upper_limit(errors, trials, tail))
}

/// The one-sided exact upper bound: the true rate lies above it with a probability of at most 1 - `confidence`.
///
/// Ranges and limits are those of [`clopper_pearson`]; where nothing can be told, the bound is 1.
///
/// # Examples
/// ```
/// use matcher_core::evaluation::{rule_of_three, upper_bound};
/// // No error in 3,000 trials: the rule of three is the short form of the exact bound.
/// assert_eq!(rule_of_three(3000), 0.001);
/// assert!((upper_bound(0, 3000, 0.95) - 0.001).abs() < 2e-6);
/// ```
pub fn upper_bound(errors: u64, trials: u64, confidence: f64) -> f64 {
    if trials == 0 || !(confidence > 0.0 && confidence < 1.0) {
        return 1.0;
    }
    upper_limit(errors, trials, 1.0 - confidence)
}

/// The rule of three: the upper 95 % bound of a rate where `trials` independent trials showed no error at all.
///
/// # References
/// ISO/IEC 19795-1, on the size of a test; Jovanovic and Levy, "A look at the rule of three", The American Statistician
/// 51 (1997).
pub fn rule_of_three(trials: u64) -> f64 {
    (3.0 / trials as f64).min(1.0)
}

/// How many trials without error show, by the rule of three, that a rate is at most `target`; `None` where no number
/// of them would: a target of zero or below.
///
/// # Examples
/// ```
/// use matcher_core::evaluation::trials_needed;
/// assert_eq!(trials_needed(1e-4), Some(30_000));
/// assert_eq!(trials_needed(0.0), None);
/// ```
pub fn trials_needed(target: f64) -> Option<u64> {
    // The slack takes back the rounding of the quotient, so that 3e-4 needs 10,000 and not 10,001.
    (target > 0.0).then(|| (3.0 / target * (1.0 - 1e-12)).ceil().max(1.0) as u64)
}

/// The rate under which at least `errors` of `trials` are seen with the probability `tail`.
fn lower_limit(errors: u64, trials: u64, tail: f64) -> f64 {
    if errors == 0 {
        return 0.0;
    }
    if errors >= trials {
        return libm::exp(libm::log(tail) / trials as f64);
    }
    let (a, b) = (errors as f64, (trials - errors) as f64 + 1.0);
    bisect(|rate| incomplete_beta(rate, 1.0 - rate, a, b) < tail)
}

/// The rate under which at most `errors` of `trials` are seen with the probability `tail`.
fn upper_limit(errors: u64, trials: u64, tail: f64) -> f64 {
    if errors >= trials {
        return 1.0;
    }
    if errors == 0 {
        return -libm::expm1(libm::log(tail) / trials as f64);
    }
    let (a, b) = (errors as f64 + 1.0, (trials - errors) as f64);
    bisect(|rate| incomplete_beta(1.0 - rate, rate, b, a) > tail)
}

/// Where in 0 to 1 `below` turns from true to false.
fn bisect(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..MAX_HALVINGS {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function at `x` = 1 - `y`, for `a` and `b` of at least 1.
///
/// Both `x` and `y` are given, so that the smaller of the two keeps its digits.
fn incomplete_beta(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let front = beta_front(x, y, a, b);
    // The fraction converges fast on the near side of the mean; the far side is its mirror image.
    if a * y + 1.0 > b * x {
        front / beta_fraction(x, y, a, b)
    } else {
        1.0 - front / beta_fraction(y, x, b, a)
    }
}

/// `x^a y^b / B(a, b)`, as a distance from the mean and Stirling remainders (Loader's saddle point form): a difference
/// of large log gammas would lose all digits for large counts.
fn beta_front(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let n = a + b;
    // The distance from the mean, from the smaller of the two arguments: 1 - x has lost the digits of a small x.
    let offset = if x < y { x - a / n } else { b / n - y };
    let distance = a * log_ratio(x, a / n, offset) + b * log_ratio(y, b / n, -offset);
    let remainder = stirling_remainder(n) - stirling_remainder(a) - stirling_remainder(b);
    let scale = 0.5 * (libm::log(a) + libm::log(b / n)) - HALF_LN_TAU;
    libm::exp(distance + remainder + scale)
}

/// `ln(x / m)` where `x = m + offset`, with all its digits where the two are close.
fn log_ratio(x: f64, m: f64, offset: f64) -> f64 {
    let step = offset / m;
    if step.abs() < 0.5 { libm::log1p(step) } else { libm::log(x) - libm::log(m) }
}

/// What Stirling's formula leaves of the log gamma function: `ln gamma(z) - (z - 1/2) ln z + z - ln(2 pi) / 2`.
fn stirling_remainder(z: f64) -> f64 {
    if z < 16.0 {
        return libm::lgamma(z) - (z - 0.5) * libm::log(z) + z - HALF_LN_TAU;
    }
    let square = 1.0 / (z * z);
    (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0)))) / z
}

/// The continued fraction that divides the front in the incomplete beta function: `b0 + a1 / (b1 + a2 / (b2 + ...))`,
/// in the form of Algorithm 708 (ACM Transactions on Mathematical Software 18, 1992), which takes `y` as it is and so
/// keeps the digits of a small one. Evaluated forwards by the modified Lentz recurrence.
fn beta_fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let from_mean = a * y - b * x + 1.0;
    let mut value = away_from_zero(a * from_mean / (a + 1.0));
    let (mut numerator, mut denominator) = (value, 0.0);
    for index in 1..=MAX_TERMS {
        let m = f64::from(index);
        let (before, after) = (a + 2.0 * m - 1.0, a + 2.0 * m + 1.0);
        let over = (m * (a + m - 1.0) / before) * ((a + b + m - 1.0) / before) * (b - m) * x * x;
        let under = m + m * (b - m) * x / before + (a + m) * (from_mean + m * (2.0 - x)) / after;
        denominator = 1.0 / away_from_zero(under + over * denominator);
        numerator = away_from_zero(under + over / numerator);
        let factor = numerator * denominator;
        value *= factor;
        if (factor - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
#[path = "intervals_tests.rs"]
mod tests;
