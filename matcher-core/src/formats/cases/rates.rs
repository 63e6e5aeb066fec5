//! Mutation by locus, as files say it, put as shortly as it can be: what most loci have, and those that have another.

use crate::dna::Locus;
use crate::dna::kinship::MutationRates;
use crate::dna::likelihood::Mutation;
use std::collections::HashMap;

/// The rates of these loci; what most of them have stands for all.
pub(super) fn rates(loci: impl Iterator<Item = (Locus, Option<Mutation>)> + Clone) -> MutationRates {
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    let mut default = (0, 0, None);
    for (place, (_, mutation)) in loci.clone().enumerate() {
        // All digits are in this text, so what is equal is equal in it.
        let (count, first) = counts.entry(format!("{mutation:?}")).or_insert((0, place));
        *count += 1;
        // Of equally many, the first.
        if *count > default.0 || (*count == default.0 && *first < default.1) {
            default = (*count, *first, mutation);
        }
    }
    let default = default.2;
    MutationRates { default, loci: loci.filter(|(_, mutation)| *mutation != default).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dna::likelihood::MutationModel;

    #[test]
    fn what_most_have_is_said_once() {
        let locus = |name: &str| Locus::new(name).unwrap();
        let equal: Mutation = MutationModel::equal(0.001).unwrap().into();
        let other: Mutation = MutationModel::equal(0.002).unwrap().into();
        let loci = [("TH01", Some(other)), ("FGA", None), ("vWA", Some(equal)), ("TPOX", Some(equal))];
        let found = rates(loci.into_iter().map(|(name, mutation)| (locus(name), mutation)));
        assert_eq!(found.default, Some(equal));
        assert_eq!(found.loci.len(), 2);
        for (name, mutation) in loci {
            assert_eq!(found.at(locus(name)), mutation);
        }
        assert_eq!(rates(std::iter::empty()), MutationRates::default());
    }
}
