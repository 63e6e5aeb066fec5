//! The prints of one probe, prepared once and compared with any subject.

use super::candidates::{Candidate, Evidence};
use super::fingers::{Finger, Pair, assigned, fingers, fingers_of};
use super::options::{Options, Positions};
use super::runner::Verdict;
use super::top::Scored;
use crate::error::{Error, Result};
use crate::fingerprint::{FingerPosition, Matcher, Prepared, Template};
use crate::gallery::{Gallery, Placed, SubjectId, bit};
use std::borrow::{Borrow, Cow};

/// The prints of one person.
pub(super) struct Query {
    matchers: Vec<Matcher>,
    fingers: Vec<Finger>,
    positions: Positions,
}

impl Query {
    /// Prepares the prints.
    pub(super) fn new(
        gallery: &Gallery,
        probes: &[impl Borrow<Template>],
        positions: Positions,
    ) -> Result<Self> {
        if probes.is_empty() {
            return Err(Error::invalid("search", "number of probe prints", 0, "at least 1"));
        }
        let matchers = probes.iter().map(|p| Matcher::with(gallery.algorithm(), p.borrow())).collect();
        Ok(Self { matchers, fingers: fingers(probes), positions })
    }

    /// Prints that are prepared already: those of a subject of the gallery, in any order.
    pub(super) fn of_prepared(gallery: &Gallery, prints: Vec<Prepared>, positions: Positions) -> Self {
        let fingers = fingers_of(&prints);
        let matcher = |print| Matcher::of_prepared(gallery.algorithm(), print);
        Self { matchers: prints.into_iter().map(matcher).collect(), fingers, positions }
    }

    /// The prints.
    pub(super) fn matchers(&self) -> &[Matcher] {
        &self.matchers
    }

    /// The fingers that they are of.
    pub(super) fn fingers(&self) -> &[Finger] {
        &self.fingers
    }

    /// Whether the method has search codes at all.
    pub(super) fn has_search_codes(&self) -> bool {
        self.matchers.iter().all(|matcher| matcher.probe().search_code().is_some())
    }

    /// Finger positions that a print of the probe is compared with, a bit each; none where it cannot be compared at all.
    pub(super) fn wanted(&self, matcher: &Matcher) -> u16 {
        if !matcher.probe().is_comparable() {
            return 0;
        }
        wanted_by(matcher.probe().finger_position(), self.positions)
    }

    /// The score of a subject: the sum over the fingers of the probe, each by the pair of prints that counts for it.
    pub(super) fn judge(&self, subject: Placed<'_>) -> Result<Verdict> {
        let pairs = self.agreement(subject)?;
        if pairs.is_empty() {
            return Ok(Verdict::NotComparable);
        }
        // Scores are multiples of 1/1024: no sum of them is rounded.
        Ok(Verdict::Score(pairs.iter().map(|pair| pair.score).sum()))
    }

    /// The relaxed similarity of a subject in 1/65536: summed as its score is; 0 where nothing can be compared.
    pub(super) fn relaxed(&self, subject: Placed<'_>) -> Result<u64> {
        // Below 2^17, so the float is exact.
        let pairs = self.pairs(subject, |matcher, print| Ok(matcher.relaxed(print)? as f64))?;
        Ok(pairs.iter().map(|pair| pair.score as u64).sum())
    }

    /// The pairs of prints that count for a subject, with their scores.
    pub(super) fn agreement(&self, subject: Placed<'_>) -> Result<Vec<Pair>> {
        self.pairs(subject, Matcher::score)
    }

    /// The pairs of prints that count for a subject: see [`assigned`].
    fn pairs(
        &self,
        subject: Placed<'_>,
        similarity: impl Fn(&Matcher, &Prepared) -> Result<f64>,
    ) -> Result<Vec<Pair>> {
        let references = self.references(subject)?;
        let mut pairs = Vec::new();
        for (finger, of) in self.fingers.iter().enumerate() {
            for &probe in &of.prints {
                let matcher = &self.matchers[probe];
                let wanted = self.wanted(matcher);
                for (print, reference) in &references {
                    let position = reference.finger_position();
                    if wanted & bit(position) != 0 {
                        let score = similarity(matcher, reference)?;
                        pairs.push(Pair { finger, probe, print: *print, position, score });
                    }
                }
            }
        }
        Ok(assigned(pairs))
    }

    /// The prints of a subject that some print of the probe is compared with, with their numbers.
    fn references<'g>(&self, subject: Placed<'g>) -> Result<Vec<(usize, Cow<'g, Prepared>)>> {
        let wanted = self.matchers.iter().fold(0, |all, matcher| all | self.wanted(matcher));
        subject.comparable(wanted).map(|print| Ok((print, subject.prepared(print)?))).collect()
    }

    /// What an examiner looks at: each finger of the probe with the print that counts for it.
    fn evidence(&self, subject: Placed<'_>) -> Result<Vec<Evidence>> {
        let mut pairs = self.agreement(subject)?;
        pairs.sort_unstable_by_key(|pair| pair.probe);
        let evidence = pairs.into_iter().map(|Pair { finger, probe, print, position, .. }| {
            let matcher = &self.matchers[probe];
            let mut finger_prints = self.fingers[finger].prints.clone();
            finger_prints.sort_unstable();
            Ok(Evidence {
                probe,
                probe_position: matcher.probe().finger_position(),
                finger_prints,
                print,
                finger_position: position,
                comparison: matcher.compare(&*subject.prepared(print)?)?,
            })
        });
        evidence.collect()
    }

    /// The best subjects with their evidence.
    pub(super) fn candidates(
        &self,
        gallery: &Gallery,
        best: &[Scored<&str>],
        options: &Options<'_>,
    ) -> Result<Vec<Candidate>> {
        let ranked: Vec<_> = (1..).zip(best).collect();
        let candidates = options.threads.map(&ranked, |&(rank, scored)| {
            let subject_id = SubjectId::new(scored.key)?;
            let place =
                gallery.place(&subject_id)?.ok_or_else(|| Error::NotEnrolled(subject_id.to_string()))?;
            let evidence = self.evidence(gallery.placed(place))?;
            Ok(Candidate { subject_id, score: scored.score, rank, evidence })
        })?;
        candidates.into_iter().collect()
    }
}

/// Finger positions that a comparable print of a position is compared with, a bit each.
pub(super) fn wanted_by(own: FingerPosition, positions: Positions) -> u16 {
    let wants = |position: &FingerPosition| positions == Positions::Any || position.may_be(own);
    FingerPosition::ALL.into_iter().filter(wants).map(bit).sum()
}
