//! The prints of one probe, prepared once and compared with any subject.

use super::candidates::{Candidate, Evidence};
use super::options::{Options, Positions};
use super::runner::Verdict;
use super::top::Scored;
use crate::error::{Error, Result};
use crate::fingerprint::{FingerPosition, Matcher, Template};
use crate::gallery::{Gallery, Placed, SubjectId, bit};
use std::borrow::Borrow;

/// The prints of one person.
pub(super) struct Query {
    matchers: Vec<Matcher>,
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
        Ok(Self { matchers, positions })
    }

    /// The prints.
    pub(super) fn matchers(&self) -> &[Matcher] {
        &self.matchers
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
        let own = matcher.probe().finger_position();
        let wants = |position: &FingerPosition| self.positions == Positions::Any || position.may_be(own);
        FingerPosition::ALL.into_iter().filter(wants).map(bit).sum()
    }

    /// The score of a subject: the sum over the prints of the probe, each with the print that it fits best.
    pub(super) fn judge(&self, subject: Placed<'_>) -> Result<Verdict> {
        let mut score = None;
        for matcher in &self.matchers {
            if let Some((_, best)) = self.best_print(matcher, subject)? {
                score = Some(score.unwrap_or(0.0) + best);
            }
        }
        Ok(score.map_or(Verdict::NotComparable, Verdict::Score))
    }

    /// The subject's print that fits a print of the probe best, and its score; `None` where none can be compared.
    fn best_print(&self, matcher: &Matcher, subject: Placed<'_>) -> Result<Option<(usize, f64)>> {
        let wanted = self.wanted(matcher);
        let mut best: Option<(usize, f64)> = None;
        for k in subject.comparable(wanted) {
            let score = matcher.score(&*subject.prepared(k)?)?;
            if best.is_none_or(|(_, highest)| score > highest) {
                best = Some((k, score));
            }
        }
        Ok(best)
    }

    /// What an examiner looks at: each print of the probe with the print that it fits best.
    fn evidence(&self, subject: Placed<'_>) -> Result<Vec<Evidence>> {
        let mut all = Vec::with_capacity(self.matchers.len());
        for (probe, matcher) in self.matchers.iter().enumerate() {
            if let Some((print, _)) = self.best_print(matcher, subject)? {
                let reference = subject.prepared(print)?;
                let finger_position = reference.finger_position();
                all.push(Evidence {
                    probe,
                    print,
                    finger_position,
                    comparison: matcher.compare(&reference)?,
                });
            }
        }
        Ok(all)
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
