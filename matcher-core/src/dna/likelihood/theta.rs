//! The sampling formula: how alleles of one subpopulation follow each other.

use crate::units::Theta;

/// The probability that the next allele drawn from a subpopulation is `a`, of which `copies` are among the `drawn` ones.
///
/// # Method
/// `P(a | copies of a among drawn) = (copies theta + (1 - theta) p) / (1 + (drawn - 1) theta)`, with `p` the frequency of
/// `a` in the whole population (Balding and Nichols). Whoever shares a subpopulation with the source of a trace is
/// likelier to share its alleles; with theta 0 this is `p`.
///
/// # Range and units
/// `p` in 0 to 1 and at most `drawn` copies give a probability, 0 to 1.
///
/// # References
/// D. J. Balding, R. A. Nichols, "DNA profile match probability calculation: how to allow for population stratification,
/// relatedness, database selection and single bands", Forensic Sci Int 64 (1994) 125-140.
///
/// # Examples
/// ```
/// use matcher_core::dna::likelihood::next_allele;
/// use matcher_core::units::Theta;
/// let theta = Theta::new(0.01)?;
/// assert_eq!(next_allele(0.1, 0, 0, theta), 0.1); // the first says nothing of theta
/// assert_eq!(next_allele(0.1, 1, 1, theta), 0.01 + 0.99 * 0.1);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn next_allele(p: f64, copies: u32, drawn: u32, theta: Theta) -> f64 {
    if drawn == 0 {
        return p; // (1 - theta) p / (1 - theta)
    }
    let theta = theta.value();
    (f64::from(copies) * theta + (1.0 - theta) * p) / (1.0 + (f64::from(drawn) - 1.0) * theta)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_allele_is_some_allele() {
        let theta = Theta::new(0.03).unwrap();
        let copies = [3, 0, 2, 1];
        let all: f64 =
            [0.1, 0.2, 0.3, 0.4].iter().zip(copies).map(|(&p, b)| next_allele(p, b, 6, theta)).sum();
        assert!((all - 1.0).abs() < 1e-15);
    }

    #[test]
    fn order_of_drawing_does_not_matter() {
        let theta = Theta::new(0.2).unwrap();
        let (p, q) = (0.1, 0.7);
        let ab = next_allele(p, 0, 0, theta) * next_allele(q, 0, 1, theta) * next_allele(p, 1, 2, theta);
        let ba = next_allele(p, 0, 0, theta) * next_allele(p, 1, 1, theta) * next_allele(q, 0, 2, theta);
        assert!((ab - ba).abs() < 1e-16);
    }
}
