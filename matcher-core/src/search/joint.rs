//! One search by prints and DNA together.
//!
//! # Method
//! Both searches run as they do alone. Who is listed by either is looked at by both kinds. What the two say is put side by
//! side: a comparison score and a profile's agreement are no numbers of one kind, and are never added. Only likelihood
//! ratios are: where the caller gives a scale from score to log10 LR for prints, and frequencies for DNA, their logarithms
//! are added, as of evidence that is independent given who left it, and candidates are ranked by the sum.
//!
//! # Limits
//! The likelihood ratio of a profile that agrees under the rule is one over its random match probability; one that was
//! compared and does not agree excludes the subject. So it says nothing of relatives, mutation, drop-out or typing errors:
//! [`kinship`](crate::dna::kinship) does.

use super::candidates::{Candidate, CandidateList};
use super::fingerprints;
use super::options::Options;
use super::profiles::{ProfileCandidate, ProfileCandidates, ProfileOptions, compare_rows, search_dna};
use super::query::Query;
use super::runner::Verdict;
use super::top::Scored;
use crate::dna::Profile;
use crate::dna::compare::Rule;
use crate::error::{Error, Result};
use crate::fingerprint::Template;
use crate::gallery::{Gallery, SubjectId};
use crate::units::Log10Lr;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::collections::BTreeSet;

/// What a comparison score is worth, as base-10 logarithms of likelihood ratios at some scores.
///
/// # Range and units
/// Between two scores the logarithm is linear in the score; below the first and above the last it is that of the nearest
/// one: nothing is claimed beyond what was measured.
///
/// # Examples
/// ```
/// use matcher_core::search::LrScale;
/// let scale = LrScale::new(&[(0.0, -1.0), (40.0, 4.0)])?;
/// assert_eq!([scale.log10_lr(20.0), scale.log10_lr(1000.0)], [1.5, 4.0]);
/// assert!(LrScale::new(&[(40.0, 4.0), (0.0, -1.0)]).is_err());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(f64, f64)>", into = "Vec<(f64, f64)>")]
pub struct LrScale(Vec<(f64, f64)>);

impl LrScale {
    /// Scores with the logarithm at each, in ascending order of both.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is none, one is not finite, or they do not ascend.
    pub fn new(points: &[(f64, f64)]) -> Result<Self> {
        let wrong = |value: String, expected| {
            Err(Error::invalid("scale of likelihood ratios", "points", value, expected))
        };
        if points.is_empty() {
            return wrong("0".to_owned(), "1 or more");
        }
        if let Some((score, lr)) = points.iter().find(|(score, lr)| !score.is_finite() || !lr.is_finite()) {
            return wrong(format!("({score}, {lr})"), "finite numbers");
        }
        if let Some(pair) = points.windows(2).find(|pair| pair[0].0 >= pair[1].0 || pair[0].1 > pair[1].1) {
            return wrong(
                format!("{:?} before {:?}", pair[0], pair[1]),
                "ascending scores with ascending logarithms",
            );
        }
        Ok(Self(points.to_vec()))
    }

    /// The logarithm at a score.
    pub fn log10_lr(&self, score: f64) -> f64 {
        let after = self.0.partition_point(|&(at, _)| at <= score);
        match (after.checked_sub(1).map(|before| self.0[before]), self.0.get(after)) {
            (Some((a, low)), Some(&(b, high))) => low + (high - low) * ((score - a) / (b - a)),
            (Some((_, last)), None) => last,
            (None, Some(&(_, first))) => first,
            (None, None) => 0.0,
        }
    }
}

impl TryFrom<Vec<(f64, f64)>> for LrScale {
    type Error = Error;
    fn try_from(points: Vec<(f64, f64)>) -> Result<Self> {
        Self::new(&points)
    }
}

impl From<LrScale> for Vec<(f64, f64)> {
    fn from(scale: LrScale) -> Self {
        scale.0
    }
}

/// Options of a joint search.
pub struct JointOptions<'a> {
    /// Those of the search by prints; its limit counts for the joint list, too. Who asks, and who is left out, is said here
    /// and in `dna` alike.
    pub fingerprints: Options<'a>,
    /// Those of the search by DNA.
    pub dna: ProfileOptions<'a>,
    /// When profiles agree.
    pub rule: &'a Rule,
    /// What a comparison score is worth; with it, and with frequencies in `dna`, the kinds are fused.
    pub fingerprint_lr: Option<&'a LrScale>,
}

/// What the DNA of a candidate says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DnaFinding {
    /// A profile agrees under the rule.
    Agrees(Box<ProfileCandidate>),
    /// A profile was compared, and none agrees.
    Differs,
    /// There is no profile that can be compared.
    NotComparable,
}

/// One candidate of a joint search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JointCandidate {
    /// Who.
    pub subject_id: SubjectId,
    /// Rank from 1: fused, by the likelihood ratio; else by the better one of the two ranks. Ties by id.
    pub rank: usize,
    /// What the prints say, its rank that among the prints (0: not listed there); `None` where none can be compared.
    pub fingerprints: Option<Candidate>,
    /// What the DNA says, its rank that among the profiles (0: not listed there).
    pub dna: DnaFinding,
    /// Of both kinds together, where they are fused; a kind that cannot be compared says nothing.
    pub log10_lr: Option<Log10Lr>,
}

/// The answer to a joint search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JointCandidates {
    /// Best first.
    pub candidates: Vec<JointCandidate>,
    /// Whether the kinds were fused.
    pub fused: bool,
    /// The answer by prints alone.
    pub fingerprints: CandidateList,
    /// The answer by DNA alone.
    pub dna: ProfileCandidates,
}

/// Searches a gallery with the prints and the DNA profile of one person.
///
/// # Errors
/// As [`search`](super::search) and [`search_dna`]; [`Error::Invalid`] where a scale for prints is given and no
/// frequencies for DNA: then there is no likelihood ratio of both.
///
/// # Examples
/// ```
/// use matcher_core::dna::compare::{Rule, Stringency};
/// use matcher_core::dna::{Frequencies, Profile};
/// use matcher_core::gallery::{Enrolment, Gallery, SubjectId};
/// use matcher_core::search::{DnaFinding, JointOptions, LrScale, Options, ProfileOptions, search_joint};
/// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
/// let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
/// let profile = |id: &str, fga: [&str; 2]| Profile::new(id, [("FGA", fga), ("TH01", ["6", "9.3"])]);
/// let mut gallery = Gallery::in_memory();
/// for (k, fga) in [["21", "22"], ["20", "24"], ["21", "25"]].into_iter().enumerate() {
///     let subject = Enrolment::new(SubjectId::new(&format!("S{k}"))?);
///     let subject = subject.fingerprints(simulator.impressions(k as u64, 1)).profiles(vec![profile("p", fga)?]);
///     gallery.enrol_many(vec![subject], Default::default())?;
/// }
/// let (rule, scale) = (Rule::new("two loci", Stringency::High, 2, 0), LrScale::new(&[(0.0, -1.0), (40.0, 4.0)])?);
/// let population = Frequencies::builtin("nist1036-cauc")?;
/// let options = JointOptions {
///     fingerprints: Options::default(),
///     dna: ProfileOptions { frequencies: Some(&population), ..ProfileOptions::default() },
///     rule: &rule,
///     fingerprint_lr: Some(&scale),
/// };
/// let (prints, trace) = (&simulator.impressions(1, 2)[1..], profile("trace", ["20", "24"])?);
/// let answer = search_joint(&gallery, prints, &trace, &options)?;
/// let best = &answer.candidates[0];
/// assert_eq!(best.subject_id.as_str(), "S1");
/// assert!(answer.fused && matches!(best.dna, DnaFinding::Agrees(_)));
/// assert!(best.log10_lr.and_then(|lr| lr.value()).is_some_and(|lr| lr > 6.0));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn search_joint(
    gallery: &Gallery,
    probes: &[impl Borrow<Template> + Sync],
    profile: &Profile,
    options: &JointOptions<'_>,
) -> Result<JointCandidates> {
    if options.fingerprint_lr.is_some() && options.dna.frequencies.is_none() {
        let expected = "frequencies, since kinds are fused by likelihood ratios alone";
        return Err(Error::invalid("joint search", "likelihood ratio of DNA", "not given", expected));
    }
    if options.fingerprints.asker != options.dna.asker {
        return Err(Error::invalid(
            "joint search",
            "asker",
            "another one for DNA",
            "the same for prints and DNA",
        ));
    }
    gallery.reading(|gallery| run(gallery, probes, profile, options))
}

fn run(
    gallery: &Gallery,
    probes: &[impl Borrow<Template> + Sync],
    profile: &Profile,
    options: &JointOptions<'_>,
) -> Result<JointCandidates> {
    let prints = fingerprints::search(gallery, probes, &options.fingerprints)?;
    let mut dna = search_dna(gallery, std::slice::from_ref(profile), options.rule, &options.dna)?;
    let dna = dna.pop().ok_or_else(|| Error::invalid("search", "answers", 0, "1"))?;
    let listed = prints.candidates.iter().map(|candidate| candidate.subject_id.as_str());
    let ids: BTreeSet<&str> =
        listed.chain(dna.candidates.iter().map(|candidate| candidate.id.as_str())).collect();

    let query = Query::new(gallery, probes, options.fingerprints.positions)?;
    let mut candidates = Vec::with_capacity(ids.len());
    for id in ids {
        let subject_id = SubjectId::new(id)?;
        let place = gallery.place(&subject_id)?.ok_or_else(|| Error::NotEnrolled(id.to_owned()))?;
        let of_prints = match prints.candidates.iter().find(|candidate| candidate.subject_id == subject_id) {
            Some(candidate) => Some(candidate.clone()),
            None => match query.judge(gallery.placed(place))? {
                Verdict::NotComparable => None,
                Verdict::Score(score) => {
                    let found =
                        query.candidates(gallery, &[Scored { score, key: id }], &options.fingerprints)?;
                    found.into_iter().next().map(|candidate| Candidate { rank: 0, ..candidate })
                }
            },
        };
        let of_dna = match dna.candidates.iter().find(|candidate| candidate.id == id) {
            Some(candidate) => DnaFinding::Agrees(Box::new(candidate.clone())),
            None => {
                let rows = gallery.placed(place).profile_rows();
                let compared = compare_rows(gallery, &rows, profile, options.rule, &options.dna)?;
                match compared.candidates.into_iter().next() {
                    Some(candidate) => {
                        DnaFinding::Agrees(Box::new(ProfileCandidate { rank: 0, ..candidate }))
                    }
                    None if compared.searched > 0 => DnaFinding::Differs,
                    None => DnaFinding::NotComparable,
                }
            }
        };
        let log10_lr = options.fingerprint_lr.map(|scale| fused(scale, of_prints.as_ref(), &of_dna));
        candidates.push(JointCandidate {
            subject_id,
            rank: 0,
            fingerprints: of_prints,
            dna: of_dna,
            log10_lr,
        });
    }
    // The sort is stable, and they stand in the order of their ids.
    match options.fingerprint_lr {
        Some(_) => candidates.sort_by(|a, b| {
            let lr = |candidate: &JointCandidate| candidate.log10_lr.unwrap_or(Log10Lr::Undefined);
            lr(b).total_cmp(lr(a))
        }),
        None => candidates.sort_by_key(best_rank),
    }
    candidates.truncate(options.fingerprints.limit);
    (1..).zip(&mut candidates).for_each(|(rank, candidate)| candidate.rank = rank);
    Ok(JointCandidates { candidates, fused: options.fingerprint_lr.is_some(), fingerprints: prints, dna })
}

/// The better one of the ranks in the two lists.
fn best_rank(candidate: &JointCandidate) -> usize {
    let prints = candidate.fingerprints.as_ref().map_or(0, |found| found.rank);
    let dna = if let DnaFinding::Agrees(found) = &candidate.dna { found.rank } else { 0 };
    [prints, dna].into_iter().filter(|&rank| rank > 0).min().unwrap_or(usize::MAX)
}

/// The likelihood ratio of both kinds.
fn fused(scale: &LrScale, prints: Option<&Candidate>, dna: &DnaFinding) -> Log10Lr {
    let prints = prints.map_or(0.0, |found| scale.log10_lr(found.score));
    match dna {
        DnaFinding::Differs => Log10Lr::Excluded,
        DnaFinding::NotComparable => Log10Lr::Finite(prints),
        DnaFinding::Agrees(found) => {
            let rarity = found.log10_rmp.map_or(0.0, |rmp| -rmp.value());
            Log10Lr::Finite(prints + rarity)
        }
    }
}

#[cfg(test)]
#[path = "joint_tests.rs"]
mod tests;
