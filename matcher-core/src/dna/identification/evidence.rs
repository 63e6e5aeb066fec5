//! What the search for assignments asks of the profiles, and nothing more: so that it can be tested on numbers of which
//! every assignment is known.

use crate::error::Result;
use crate::units::Log10;

/// A missing person of a family, by place in its list, and the body placed there.
pub(super) type Pair = (usize, usize);

/// Likelihoods, a locus at a time.
pub(super) trait Evidence: Sync {
    /// How many loci.
    fn loci(&self) -> usize;

    /// The number of the genotype of a body at a locus, the same for the same genotype; 0 where nothing is known of it.
    fn genotype(&self, body: usize, locus: usize) -> u32;

    /// The likelihood at a locus of a family's typed people and of these bodies as its missing persons, who stand in the
    /// order of the family's list.
    ///
    /// With more people placed it is no larger, and where it is impossible it stays so.
    fn family(&self, family: usize, locus: usize, placed: &[Pair]) -> Result<Log10>;

    /// The number of the block of each missing person at a locus, in the order of the family's list. Whoever is in different
    /// blocks is independent, given those who were typed: the likelihood of bodies placed in several blocks is the product
    /// of those of each block, each over that of the family by itself.
    fn blocks(&self, family: usize, locus: usize) -> &[usize];

    /// The probability of a body at a locus, as somebody who is related to nobody here.
    fn alone(&self, body: usize, locus: usize) -> Result<Log10>;

    /// The probability of a body at all loci.
    fn alone_everywhere(&self, body: usize) -> Result<Log10> {
        (0..self.loci()).map(|locus| self.alone(body, locus)).sum()
    }
}
