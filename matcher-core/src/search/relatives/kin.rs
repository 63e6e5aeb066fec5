//! Who is searched for: the relative of a profile, or the missing person of a family.

use crate::dna::kinship::{
    Contribution, GenotypeTable, KinshipReport, Model, NotCounted, PairContribution, Pedigree, Prepared,
    Relation, kinship, kinship_lr,
};
use crate::dna::{Allele, Frequencies, Genotype, Locus, Profile, Sex, Source};
use crate::error::{Error, Result};
use crate::units::Log10Lr;

/// Who is searched for.
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::dna::kinship::{Pedigree, Relation};
/// use matcher_core::search::Kin;
/// let mother = Profile::new("mother", [("TH01", ["6", "9.3"])])?;
/// let child_of_hers = Kin::of_profile(&mother, Relation::ParentChild);
/// let family = Pedigree::new([("MP", None, Some("mother"), None), ("mother", None, None, None)])?;
/// let missing = Kin::of_family(&family, &[&mother], "MP")?;
/// # let _ = (child_of_hers, missing);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub enum Kin {
    /// Somebody so related to the source of a profile, who is the first person of the relation.
    #[non_exhaustive]
    Relative {
        /// The profile.
        probe: Profile,
        /// The relation.
        relation: Relation,
    },
    /// Somebody missing from a family.
    #[non_exhaustive]
    Missing {
        /// The family.
        pedigree: Pedigree,
        /// Profiles of relatives, by id.
        profiles: Vec<Profile>,
        /// The missing person's id.
        missing: String,
    },
}

impl Kin {
    /// Somebody who is so related to the source of a profile; with `ParentChild` the probe is the parent.
    pub fn of_profile(probe: &Profile, relation: Relation) -> Self {
        Self::Relative { probe: probe.clone(), relation }
    }

    /// The missing person of a family of whom these relatives were typed.
    ///
    /// # Errors
    /// The missing person is not in the pedigree or has a profile; a profile is of nobody in it, is there twice or is a
    /// mixture; or nobody was typed.
    pub fn of_family(pedigree: &Pedigree, profiles: &[&Profile], missing: &str) -> Result<Self> {
        let wrong = |record: &str, field, value: &str, expected| {
            Err(Error::invalid(record, field, format!("{value:?}"), expected))
        };
        if pedigree.find(missing).is_none() {
            return wrong("family", "missing person", missing, "a person of the pedigree");
        }
        if profiles.is_empty() {
            return Err(Error::invalid("family", "profiles of relatives", 0, "1 or more"));
        }
        for (number, profile) in profiles.iter().enumerate() {
            if profile.id() == missing {
                return wrong("family", "missing person", missing, "somebody without a profile");
            }
            if pedigree.find(profile.id()).is_none() {
                return wrong("family", "profile", profile.id(), "the id of a person of the pedigree");
            }
            if profiles[..number].iter().any(|other| other.id() == profile.id()) {
                return wrong("family", "profile", profile.id(), "one a person");
            }
            if profile.source() == Source::Mixture {
                return wrong("family", "profile", profile.id(), "a profile of one person");
            }
        }
        let profiles = profiles.iter().map(|&profile| profile.clone()).collect();
        Ok(Self::Missing { pedigree: pedigree.clone(), profiles, missing: missing.to_owned() })
    }

    /// The profiles that are compared with.
    pub fn profiles(&self) -> &[Profile] {
        match self {
            Self::Relative { probe, .. } => std::slice::from_ref(probe),
            Self::Missing { profiles, .. } => profiles,
        }
    }

    /// The sex of the person who is looked for, where it is known.
    pub(super) fn sex(&self) -> Option<Sex> {
        match self {
            Self::Relative { probe, relation: Relation::Identical } => probe.sex(),
            Self::Relative { .. } => None,
            Self::Missing { pedigree, missing, .. } => {
                pedigree.find(missing).and_then(|place| pedigree.people()[place].sex())
            }
        }
    }

    /// What the question is, in words.
    pub fn question(&self) -> String {
        match self {
            Self::Relative { probe, relation } => format!("{relation} of {:?} against unrelated", probe.id()),
            Self::Missing { missing, .. } => format!("{missing:?} of the family against unrelated"),
        }
    }

    /// The logarithm of the ratio for one candidate, and how many loci are counted: what [`kinship_lr`] or [`kinship`] say.
    ///
    /// # Errors
    /// As they.
    pub(super) fn exact(
        &self,
        candidate: &Profile,
        frequencies: &Frequencies,
        model: &Model,
    ) -> Result<(Log10Lr, usize)> {
        match self {
            Self::Relative { probe, relation } => {
                let candidate = distinct(candidate, probe.id())?;
                let answer =
                    kinship_lr(probe, &candidate, *relation, Relation::Unrelated, frequencies, model)?;
                Ok((answer.log10_lr, answer.counted()))
            }
            Self::Missing { .. } => {
                let report = self.report(candidate, frequencies, model)?;
                let both =
                    |(locus, _): &&(Locus, Genotype)| candidate.get(*locus).is_some_and(|g| !g.is_blank());
                let relatives = self.profiles().iter().flat_map(Profile::loci).filter(both);
                let mut shared: Vec<Locus> = relatives.map(|(locus, _)| *locus).collect();
                shared.sort_unstable();
                shared.dedup();
                let counted = report
                    .units
                    .iter()
                    .filter(|unit| matches!(unit.contribution, Contribution::Counted { .. }));
                let counted =
                    counted.flat_map(|unit| &unit.loci).filter(|locus| shared.contains(locus)).count();
                let undefined = Log10Lr::Undefined;
                Ok((report.hypotheses.first().map_or(undefined, |first| first.log10_lr), counted))
            }
        }
    }

    /// The whole case for a candidate of a family: the missing person, against somebody unrelated.
    ///
    /// # Errors
    /// This is not a family; or as [`kinship`].
    pub fn report(
        &self,
        candidate: &Profile,
        frequencies: &Frequencies,
        model: &Model,
    ) -> Result<KinshipReport> {
        let Self::Missing { pedigree, profiles, missing } = self else {
            let expected = "a family; of a profile and a relation kinship_lr is the whole case";
            return Err(Error::invalid("", "question", "a relation", expected));
        };
        let mut absent = format!("{missing} (not typed)");
        while pedigree.find(&absent).is_some() {
            absent.push('\'');
        }
        let sex = pedigree.find(missing).and_then(|place| pedigree.people()[place].sex());
        let apart = pedigree.renamed(missing, &absent)?.with_unrelated(missing, sex)?;
        let candidate = candidate.clone().with_id(missing)?;
        let all: Vec<&Profile> = profiles.iter().chain([&candidate]).collect();
        kinship(&[("related", pedigree), ("unrelated", &apart)], &all, frequencies, model, None)
    }

    /// A table of all genotypes at a locus; the inner error says why the locus does not count.
    pub(super) fn table(
        &self,
        locus: Locus,
        alleles: &[Allele],
        frequencies: &Frequencies,
        model: &Model,
    ) -> Result<Result<GenotypeTable, NotCounted>> {
        match self {
            Self::Missing { pedigree, profiles, missing } => {
                let places = profiles.iter().map(|profile| pedigree.find(profile.id()));
                let typed: Vec<(usize, &Profile)> =
                    places.zip(profiles).filter_map(|(place, profile)| Some((place?, profile))).collect();
                compile(pedigree, &typed, missing, locus, alleles, frequencies, model)
            }
            Self::Relative { probe, relation } => match relation.pedigree(probe.sex(), None)? {
                Some(pedigree) if *relation != Relation::Identical => {
                    let typed = [(pedigree.find("A").unwrap_or(0), probe)];
                    compile(&pedigree, &typed, "B", locus, alleles, frequencies, model)
                }
                _ => by_coefficients(probe, *relation, locus, alleles, frequencies, model),
            },
        }
    }

    /// Checks what does not depend on candidates.
    pub(super) fn check(&self, frequencies: &Frequencies, model: &Model) -> Result<()> {
        match self {
            Self::Relative { probe, relation } => {
                let nobody = Profile::builder(distinct_id(probe.id())).build()?;
                kinship_lr(probe, &nobody, *relation, Relation::Unrelated, frequencies, model).map(drop)
            }
            Self::Missing { .. } => Ok(()),
        }
    }
}

/// All genotypes of a missing person at a locus.
fn compile(
    pedigree: &Pedigree,
    typed: &[(usize, &Profile)],
    missing: &str,
    locus: Locus,
    alleles: &[Allele],
    frequencies: &Frequencies,
    model: &Model,
) -> Result<Result<GenotypeTable, NotCounted>> {
    let prepared = Prepared::new(pedigree, typed, frequencies, model)?;
    GenotypeTable::new(&prepared, pedigree.find(missing).unwrap_or(usize::MAX), locus, alleles)
}

/// All genotypes of somebody so related at a locus.
fn by_coefficients(
    probe: &Profile,
    relation: Relation,
    locus: Locus,
    alleles: &[Allele],
    frequencies: &Frequencies,
    model: &Model,
) -> Result<Result<GenotypeTable, NotCounted>> {
    let Some(genotype) = probe.get(locus) else { return Ok(Err(NotCounted::NothingKnown)) };
    let own = Profile::builder(probe.id()).genotype(locus, genotype.clone()).build()?;
    let shown = |allele: Allele| genotype.alleles().iter().any(|of| of.may_be(allele) && !of.is_open());
    let alike = model.mutation.at(locus).is_none();
    GenotypeTable::of(locus, alleles, &shown, alike, &mut |genotype| {
        let candidate = Profile::builder(distinct_id(probe.id())).genotype(locus, genotype).build()?;
        let answer = kinship_lr(&own, &candidate, relation, Relation::Unrelated, frequencies, model)?;
        Ok(match answer.per_locus.first() {
            Some((_, PairContribution::Counted(ratio))) => Ok(ratio.value().unwrap_or(0.0)),
            Some((_, PairContribution::NotCounted(reason))) => Err(*reason),
            None => Err(NotCounted::NothingKnown),
        })
    })
}

/// An id that is not this one.
fn distinct_id(of: &str) -> &'static str {
    if of == "candidate" { "other" } else { "candidate" }
}

/// A profile under an id that is not the probe's: a probe that is in the database finds itself.
fn distinct(candidate: &Profile, probe: &str) -> Result<Profile> {
    if candidate.id() == probe {
        candidate.clone().with_id(distinct_id(probe))
    } else {
        Ok(candidate.clone())
    }
}
