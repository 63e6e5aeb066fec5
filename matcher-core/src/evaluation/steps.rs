//! The two step functions under every error rate: what a threshold lets through, and what it turns away.
//!
//! As the threshold rises, false matches only fall and false non-matches only rise, and both change only where a score
//! is passed. So the distinct scores, and one threshold above them all, stand for every threshold there is. Counting
//! may be weighted: the bootstrap counts a comparison as often as it was drawn.

/// The counts at one threshold, where a score at or above it is a match.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) threshold: f64,
    pub(super) false_matches: u64,
    pub(super) false_non_matches: u64,
}

/// One score and how often it counts as mated and as non-mated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    pub(super) score: f64,
    pub(super) mated: u64,
    pub(super) non_mated: u64,
}

/// The counts at every distinct score, ascending, and just above the highest.
///
/// A score of minus infinity lies below every threshold: it is counted, and makes no step.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    ascending: Vec<Step>,
    pub(super) mated: u64,
    pub(super) non_mated: u64,
}

impl Steps {
    /// Counts unweighted scores, in any order, none of them NaN.
    pub(super) fn of(mated: &[f64], non_mated: &[f64]) -> Self {
        let weigh = |score: &f64, mated, non_mated| Weighed { score: *score, mated, non_mated };
        let mut all: Vec<Weighed> = Vec::with_capacity(mated.len() + non_mated.len());
        all.extend(mated.iter().map(|score| weigh(score, 1, 0)));
        all.extend(non_mated.iter().map(|score| weigh(score, 0, 1)));
        all.sort_unstable_by(|a, b| a.score.total_cmp(&b.score));
        let mut steps = Self::default();
        steps.count(all);
        steps
    }

    /// Counts anew; the scores must ascend. The room of the last count is used again.
    pub(super) fn count(&mut self, ascending: impl IntoIterator<Item = Weighed>) {
        self.ascending.clear();
        let (mut mated, mut non_mated) = (0_u64, 0_u64);
        let mut highest = f64::NEG_INFINITY;
        for item in ascending {
            if item.score > highest {
                highest = item.score;
                // Not yet the false matches: so far, the non-mated scores that lie below.
                let step = Step { threshold: highest, false_matches: non_mated, false_non_matches: mated };
                self.ascending.push(step);
            }
            mated = mated.saturating_add(item.mated);
            non_mated = non_mated.saturating_add(item.non_mated);
        }
        let above = highest.next_up();
        self.ascending.push(Step { threshold: above, false_matches: non_mated, false_non_matches: mated });
        for step in &mut self.ascending {
            step.false_matches = non_mated - step.false_matches;
        }
        (self.mated, self.non_mated) = (mated, non_mated);
    }

    /// All steps, by ascending threshold; never empty once counted.
    pub(super) fn all(&self) -> &[Step] {
        &self.ascending
    }

    /// The counts at any threshold; nothing matches at NaN.
    pub(super) fn at(&self, threshold: f64) -> Step {
        let passed = if threshold.is_nan() {
            self.ascending.len()
        } else {
            self.ascending.partition_point(|step| step.threshold < threshold)
        };
        let beyond = Step { threshold, false_matches: 0, false_non_matches: self.mated };
        self.ascending.get(passed).map_or(beyond, |step| Step { threshold, ..*step })
    }

    /// The lowest step of which at most the fraction `target` of the non-mated are false matches.
    pub(super) fn first_within(&self, target: f64) -> Step {
        let allowed = |step: &Step| step.false_matches as f64 / self.non_mated as f64 <= target;
        self.step(self.ascending.partition_point(|step| !allowed(step)))
    }

    /// The step where both rates are nearest; of two as near the one with the smaller sum, then the lower threshold.
    pub(super) fn nearest_rates(&self) -> Step {
        // Rates with different denominators, compared exactly: each counted in units of 1 / (mated * non-mated).
        let scaled = |step: &Step| {
            let matches = u128::from(step.false_matches) * u128::from(self.mated);
            let non_matches = u128::from(step.false_non_matches) * u128::from(self.non_mated);
            (matches, non_matches)
        };
        let key = |step: &Step| {
            let (matches, non_matches) = scaled(step);
            (matches.abs_diff(non_matches), matches.saturating_add(non_matches))
        };
        // The difference only falls, so the nearest lies on one of the two sides of the crossing.
        let crossed = self.ascending.partition_point(|step| {
            let (matches, non_matches) = scaled(step);
            matches > non_matches
        });
        let (before, after) = (self.step(crossed.saturating_sub(1)), self.step(crossed));
        if key(&after) < key(&before) { after } else { before }
    }

    /// The step at `index`, or the last one: above all scores.
    fn step(&self, index: usize) -> Step {
        let last = Step { threshold: f64::INFINITY, false_matches: 0, false_non_matches: self.mated };
        self.ascending.get(index).or(self.ascending.last()).copied().unwrap_or(last)
    }
}
