//! Several profiles of one person as one.

use crate::dna::{Allele, Genotype, Locus, Profile, Source};
use crate::error::{Error, Result};

/// One profile of several specimens of one person: all their loci, and of each what is known of any of them.
///
/// A lost allele (`-`), a wildcard and a mark such as `9.X` give way to an allele that they may be. The id is the first
/// one's; heights of peaks are dropped.
///
/// # Errors
/// There is no specimen, one is a mixture, or two contradict each other at a locus; the error names both and the locus.
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::dna::identification::merge_parts;
/// let arm = Profile::new("B-12", [("TH01", ["6", "-"]), ("FGA", ["21", "22"])])?;
/// let leg = Profile::new("B-40", [("TH01", ["6", "9.3"])])?;
/// let body = merge_parts(&[&arm, &leg])?;
/// assert_eq!((body.id(), body.loci().len(), body.is_partial()), ("B-12", 2, false));
///
/// let other = Profile::new("B-41", [("TH01", ["7", "9.3"])])?;
/// assert_eq!(
///     merge_parts(&[&leg, &other]).unwrap_err().to_string(),
///     "profiles \"B-40\" and \"B-41\": TH01 is different, expected parts of one person"
/// );
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn merge_parts(parts: &[&Profile]) -> Result<Profile> {
    let Some(first) = parts.first() else {
        return Err(Error::invalid("", "number of parts", 0, "1 or more"));
    };
    if let Some(mixture) = parts.iter().find(|part| part.source() == Source::Mixture) {
        let record = format!("profile {:?}", mixture.id());
        return Err(Error::invalid(record, "kind", "mixture", "a profile of one person"));
    }
    let mut loci: Vec<(Locus, Genotype, &str)> = Vec::new();
    for part in parts {
        for (locus, genotype) in part.loci() {
            match loci.iter_mut().find(|(known, ..)| known == locus) {
                None => loci.push((*locus, genotype.clone(), part.id())),
                Some((_, known, of)) => {
                    let Some(both) = union(known, genotype) else {
                        let record = format!("profiles {of:?} and {:?}", part.id());
                        return Err(Error::invalid(record, locus, "different", "parts of one person"));
                    };
                    *known = both;
                }
            }
        }
    }
    let builder = Profile::builder(first.id()).category(first.category());
    loci.into_iter().fold(builder, |builder, (locus, genotype, _)| builder.genotype(locus, genotype)).build()
}

/// What two profiles say of one person at these loci; `None` where they are not one person's.
pub(super) fn both(a: &Profile, b: &Profile, loci: &[Locus]) -> Option<Profile> {
    let mut made = Profile::builder(a.id());
    for &locus in loci {
        let genotype = match (a.get(locus), b.get(locus)) {
            (None, None) => continue,
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (Some(a), Some(b)) => union(a, b)?,
        };
        made = made.genotype(locus, genotype);
    }
    // Each locus once, of two profiles that stand: it does, too.
    made.build().ok()
}

/// What is known of one person's locus by two genotypes; `None` where they are not one person's.
fn union(a: &Genotype, b: &Genotype) -> Option<Genotype> {
    if a.is_blank() {
        return Some(b.clone());
    }
    if b.is_blank() {
        return Some(a.clone());
    }
    match (a.alleles(), b.alleles()) {
        (&[a], &[b]) => one(a, b).map(|seen| Genotype::single_copy(seen.allele)),
        (&[a1, a2], &[b1, b2]) => {
            let way = |first: Option<Seen>, second: Option<Seen>| {
                let (first, second) = (first?, second?);
                let twice = u8::from(first.twice) + u8::from(second.twice);
                Some((twice, Genotype::pair(first.allele, second.allele)))
            };
            let straight = way(one(a1, b1), one(a2, b2));
            let crossed = way(one(a1, b2), one(a2, b1));
            // The way that explains most by one allele having been seen twice.
            match (straight, crossed) {
                (Some(straight), Some(crossed)) if straight.0 >= crossed.0 => Some(straight.1),
                (straight, crossed) => crossed.or(straight).map(|(_, genotype)| genotype),
            }
        }
        (a_alleles, b_alleles) => (a_alleles == b_alleles).then(|| a.clone()),
    }
}

/// An allele by two designations.
struct Seen {
    allele: Allele,
    /// Whether both of them name or mark it.
    twice: bool,
}

/// The allele that two designations are both.
fn one(a: Allele, b: Allele) -> Option<Seen> {
    if a.is_open() {
        Some(Seen { allele: b, twice: false })
    } else if b.is_open() {
        Some(Seen { allele: a, twice: false })
    } else if a.may_be(b) {
        Some(Seen { allele: if a.is_designated() { a } else { b }, twice: true })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn union_of(a: [&str; 2], b: [&str; 2]) -> Option<String> {
        let genotype = |[x, y]: [&str; 2]| Genotype::pair(x.parse().unwrap(), y.parse().unwrap());
        union(&genotype(a), &genotype(b)).map(|both| both.to_string())
    }

    #[test]
    fn what_is_open_gives_way() {
        for (a, b, both) in [
            (["15", "16"], ["16", "15"], Some("15,16")),
            (["15", "-"], ["15", "16"], Some("15,16")),
            (["15", "-"], ["15", "-"], Some("15,-")),
            (["15", "-"], ["16", "-"], Some("15,16")),
            (["15", "-"], ["15", "15"], Some("15,15")),
            (["15", "-"], ["16", "17"], None),
            (["15", "15"], ["15", "16"], None),
            (["-", "*"], ["15", "16"], Some("15,16")),
            (["9.X", "15"], ["15", "9.3"], Some("9.3,15")),
        ] {
            assert_eq!(union_of(a, b).as_deref(), both, "{a:?} {b:?}");
            assert_eq!(union_of(b, a).as_deref(), both, "{b:?} {a:?}");
        }
    }

    #[test]
    fn no_parts_and_mixtures_are_errors() {
        assert!(merge_parts(&[]).is_err());
        let mixture = Profile::builder("mix").source(Source::Mixture).build().unwrap();
        assert!(merge_parts(&[&mixture]).unwrap_err().to_string().contains("mixture"));
    }
}
