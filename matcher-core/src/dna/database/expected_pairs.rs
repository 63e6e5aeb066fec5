//! How many pairs of strangers in a database agree at how many loci.

use super::adventitious::pairs;
use crate::dna::{Frequencies, Locus, LocusFrequencies};
use crate::error::{Error, Result};
use crate::units::{Log10, Theta};
use ndarray::Array2;

/// How probable it is that two people who are not related agree at a locus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairProbability {
    /// The same genotype.
    pub matching: f64,
    /// One allele shared, and not the same genotype.
    pub partial: f64,
    /// No allele shared.
    pub mismatch: f64,
}

/// How probable it is that two people who are not related agree at this locus.
///
/// # Method
/// The four alleles of both people are drawn from one subpopulation by the sampling formula. A homozygote and a
/// heterozygote that share an allele are partial. With `P(..)` for alleles drawn in a given order,
/// - matching: the sum over `a` of `P(aaaa)`, and over `a != b` of `2 P(aabb)`;
/// - partial: the sum over `a != b` of `4 P(aaab)`, and over three different ones of `4 P(aabc)`.
///
/// The sums over several alleles are taken apart into power sums, so the work grows with the number of alleles only.
///
/// # Limits
/// Frequencies are used as they are given, without the rule for rare alleles and without silent alleles: where they do
/// not sum to 1, [normalise](Frequencies::normalised) them first.
///
/// # References
/// B. S. Weir, "Matching and partially-matching DNA profiles", J Forensic Sci 49 (2004); T. Tvedebrink, P. S. Eriksen, J.
/// M. Curran, H. S. Mogensen, N. Morling, "Analysis of matches and partial-matches in a Danish STR data set", Forensic
/// Sci Int Genet 6 (2012).
///
/// # Examples
/// ```
/// use matcher_core::dna::database::pair_probability;
/// use matcher_core::dna::Frequencies;
/// use matcher_core::units::Theta;
/// let table = Frequencies::builder("coin").locus("rs1", [("A", 0.5), ("C", 0.5)])?.build()?;
/// let at = pair_probability(&table.loci()[0], Theta::ZERO);
/// // AA, AC and CC are 1/4, 1/2 and 1/4 of the people.
/// assert_eq!((at.matching, at.partial, at.mismatch), (0.375, 0.5, 0.125));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn pair_probability(table: &LocusFrequencies, theta: Theta) -> PairProbability {
    let t = theta.value();
    let other = 1.0 - t; // a new allele b has probability (1-t) p_b, over what all draws are divided by
    let scale = 1.0 / ((1.0 + t) * (1.0 + 2.0 * t));
    let p = || table.alleles().iter().map(|(_, p)| *p);
    let sum = |of: &dyn Fn(f64) -> f64| p().map(of).sum::<f64>();
    let (sum_1, sum_2) = (sum(&|p| p), sum(&|p| p * p));
    // two, three and four copies of one allele
    let two = |p: f64| p * (t + other * p);
    let three = |p: f64| two(p) * (2.0 * t + other * p);
    let four = |p: f64| three(p) * (3.0 * t + other * p);
    let all_two = sum(&two);
    let two_and_two = (all_two * all_two - sum(&|p| two(p) * two(p))) * other;
    let three_and_one = sum(&|p| three(p) * (sum_1 - p)) * other;
    // ordered pairs of different alleles, both other than this one
    let two_others = |p: f64| (sum_1 - p) * (sum_1 - p) - (sum_2 - p * p);
    let two_one_one = sum(&|p| two(p) * two_others(p)) * other * other;
    let matching = (sum(&four) + 2.0 * two_and_two) * scale;
    let partial = 4.0 * (three_and_one + two_one_one) * scale;
    // Differences of nearly equal sums may leave a trace below 0.
    let (matching, partial) = (matching.clamp(0.0, 1.0), partial.clamp(0.0, 1.0));
    PairProbability { matching, partial, mismatch: (1.0 - matching - partial).max(0.0) }
}

/// The tables of these loci.
fn tables<'a>(frequencies: &'a Frequencies, loci: &[Locus]) -> Result<Vec<&'a LocusFrequencies>> {
    let record = || format!("table {:?}", frequencies.name());
    let missing = |locus| Error::invalid(record(), "locus", locus, "one that the table has");
    loci.iter().map(|&locus| frequencies.at(locus).ok_or_else(|| missing(locus))).collect()
}

/// The expected number of pairs, of all `n(n-1)/2` of a database of `n` people who are not related, that match at `i` loci
/// and partially match at `j`: element `[i, j]` of a square matrix of one row and column more than there are loci.
///
/// # Method
/// [`pair_probability`] at each locus; the loci are independent, so the distribution of both counts is built up a locus
/// after the other.
///
/// # Errors
/// A locus is not in the table.
///
/// # References
/// Weir (2004); Tvedebrink et al. (2012). It is what `dbExpect` of DNAtools computes.
///
/// # Examples
/// ```
/// use matcher_core::dna::database::expected_matrix;
/// use matcher_core::dna::{Frequencies, Kit};
/// use matcher_core::units::Theta;
/// let table = Frequencies::builtin("nist1036-cauc")?;
/// let codis = Kit::named("CODIS 20").expect("a known kit").loci();
/// let expected = expected_matrix(&table, codis, 361, Theta::new(0.01)?)?;
/// assert_eq!(expected.dim(), (21, 21));
/// assert!((expected.sum() - 361.0 * 360.0 / 2.0).abs() < 1e-6);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn expected_matrix(
    frequencies: &Frequencies,
    loci: &[Locus],
    n: u64,
    theta: Theta,
) -> Result<Array2<f64>> {
    let tables = tables(frequencies, loci)?;
    let size = tables.len() + 1;
    let mut matrix = Array2::zeros((size, size));
    matrix[[0, 0]] = 1.0;
    for (done, table) in tables.into_iter().enumerate() {
        let at = pair_probability(table, theta);
        // From the highest counts down, so that what is read has not been written yet.
        for i in (0..=done + 1).rev() {
            for j in (0..=done + 1 - i).rev() {
                let matched = if i > 0 { matrix[[i - 1, j]] * at.matching } else { 0.0 };
                let partial = if j > 0 { matrix[[i, j - 1]] * at.partial } else { 0.0 };
                matrix[[i, j]] = matrix[[i, j]] * at.mismatch + matched + partial;
            }
        }
    }
    Ok(matrix * pairs(n))
}

/// The probability that two people who are not related have the same genotype at all these loci.
///
/// # Errors
/// A locus is not in the table.
///
/// # Examples
/// ```
/// use matcher_core::dna::database::{in_all_pairs, mean_match_probability};
/// use matcher_core::dna::{Frequencies, Kit};
/// use matcher_core::units::Theta;
/// let table = Frequencies::builtin("nist1036-cauc")?;
/// let old = Kit::named("ESS 7").expect("a known kit").loci();
/// let mean = mean_match_probability(&table, old, Theta::new(0.01)?)?;
/// // Seven loci are too few for a large database: strangers will agree.
/// assert!(in_all_pairs(1_000_000, mean).expected > 100.0);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn mean_match_probability(frequencies: &Frequencies, loci: &[Locus], theta: Theta) -> Result<Log10> {
    let tables = tables(frequencies, loci)?;
    // A probability is finite and not negative, so it has a logarithm.
    Ok(tables.into_iter().filter_map(|table| Log10::of(pair_probability(table, theta).matching)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dna::likelihood::next_allele;

    /// All four alleles drawn one after the other, every way.
    fn by_enumeration(p: &[f64], theta: Theta) -> [f64; 3] {
        let k = p.len();
        let mut sums = [0.0; 3]; // match, partial, mismatch
        for code in 0..k * k * k * k {
            let draws = [code % k, code / k % k, code / k / k % k, code / k / k / k];
            let mut probability = 1.0;
            for (drawn, &allele) in draws.iter().enumerate() {
                let copies = draws[..drawn].iter().filter(|&&earlier| earlier == allele).count();
                probability *= next_allele(p[allele], copies as u32, drawn as u32, theta);
            }
            let [a, b, c, d] = draws;
            let verdict = if (a == c && b == d) || (a == d && b == c) {
                0
            } else {
                2 - usize::from(a == c || a == d || b == c || b == d)
            };
            sums[verdict] += probability;
        }
        sums
    }

    #[test]
    fn power_sums_are_the_sums_over_all_draws() {
        let p = [0.1, 0.2, 0.3, 0.4];
        let alleles = ["1", "2", "3", "4"].into_iter().zip(p);
        let table = Frequencies::builder("t").locus("TH01", alleles).unwrap().build().unwrap();
        for theta in [0.0, 0.01, 0.5] {
            let theta = Theta::new(theta).unwrap();
            let found = pair_probability(&table.loci()[0], theta);
            let expected = by_enumeration(&p, theta);
            for (found, expected) in [found.matching, found.partial, found.mismatch].iter().zip(expected) {
                assert!((found - expected).abs() < 1e-15, "theta {theta}: {found} {expected}");
            }
        }
    }

    #[test]
    fn nothing_to_compare_is_one_cell() {
        let table = Frequencies::builtin("nist1036").unwrap();
        assert_eq!(expected_matrix(&table, &[], 5, Theta::ZERO).unwrap()[[0, 0]], 10.0);
        let stranger = [Locus::new("DYS391").unwrap()];
        let error = expected_matrix(&table, &stranger, 5, Theta::ZERO).unwrap_err().to_string();
        assert_eq!(error, "table \"nist1036\": locus is DYS391, expected one that the table has");
    }
}
