//! The frequencies at one locus.

use crate::dna::{Allele, Locus};
use serde::Serialize;

/// The alleles of one locus with their frequencies.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Frequencies, Locus};
/// let table = Frequencies::builder("example").locus("TH01", [("9.3", 0.35), ("6", 0.25)])?.build()?;
/// let th01 = table.at(Locus::new("TH01")?).expect("it is in the table");
/// assert_eq!(th01.alleles().iter().map(|(a, f)| format!("{a} {f}")).collect::<Vec<_>>(), ["6 0.25", "9.3 0.35"]);
/// assert_eq!(th01.counted(), None);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LocusFrequencies {
    pub(super) locus: Locus,
    pub(super) alleles: Box<[(Allele, f64)]>,
    pub(super) counted: Option<u64>,
    pub(super) silent: f64,
    pub(super) x_linked: bool,
    pub(super) minimum: f64,
}

impl LocusFrequencies {
    /// The locus.
    pub const fn locus(&self) -> Locus {
        self.locus
    }

    /// The alleles with their frequencies as given, in the order of alleles.
    pub fn alleles(&self) -> &[(Allele, f64)] {
        &self.alleles
    }

    /// The frequency of an allele as given; `None` where it is not in the table.
    pub fn frequency(&self, allele: Allele) -> Option<f64> {
        self.alleles.binary_search_by_key(&allele, |(allele, _)| *allele).ok().map(|at| self.alleles[at].1)
    }

    /// How many alleles were counted (`2N` for `N` people at an autosomal locus), where that is known.
    pub const fn counted(&self) -> Option<u64> {
        self.counted
    }

    /// The frequency of silent alleles, which show no peak: 0 where none was stated.
    pub const fn silent(&self) -> f64 {
        self.silent
    }

    /// Whether the locus lies on the X chromosome, as was stated or as is known of the locus.
    pub const fn is_x_linked(&self) -> bool {
        self.x_linked
    }

    /// The least frequency by the rule for rare alleles; 0 where there is no rule.
    pub const fn minimum(&self) -> f64 {
        self.minimum
    }

    /// The sum of the frequencies as given, in the order of alleles.
    pub fn sum(&self) -> f64 {
        self.alleles.iter().map(|(_, frequency)| frequency).sum()
    }
}
