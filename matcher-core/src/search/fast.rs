//! The fast search: search codes of all prints, relaxed similarity of the best, and the subjects of the best of these in
//! full. See [`Cascade`](super::Cascade).

use super::cascade::{Cascade, CascadeReport, Stages};
use super::clock::{Clock, Part};
use super::codes::{self, CodeProbe, Engine, Rules, Values};
use super::options::Options;
use super::query::Query;
use super::runner;
use super::select::kth_largest;
use super::top::Scored;
use crate::error::Result;
use crate::fingerprint::{Algorithm, Matcher};
use crate::gallery::{Gallery, Marks, Owner};
use crate::work::Threads;
use std::cmp::Reverse;

/// Prints in a piece of the second stage: about a quarter of a millisecond.
const PIECE: usize = 64;

/// What a fast search found.
pub(super) struct Found<'g> {
    pub(super) best: Vec<Scored<&'g str>>,
    pub(super) searched: usize,
    pub(super) not_comparable: usize,
    pub(super) not_searched: usize,
    pub(super) report: CascadeReport,
}

/// A print of a probe in the first stage: the query that it is of, and its index in it.
struct Place {
    query: usize,
    probe: usize,
}

/// Searches with several queries, in one pass over the search codes.
pub(super) fn run<'g>(
    gallery: &'g Gallery,
    queries: &[Query],
    options: &Options<'_>,
    excluded: &Marks,
    engine: Engine,
    clock: &Clock<'_>,
) -> Result<Vec<Found<'g>>> {
    let asked = gallery.places() - excluded.count();
    let (mut places, mut probes) = (Vec::new(), Vec::new());
    for (query, of) in queries.iter().enumerate() {
        for (probe, matcher) in of.matchers().iter().enumerate() {
            let rows = matcher.probe().search_code().and_then(|code| code.rows());
            let wanted = of.wanted(matcher);
            if let Some(rows) = rows.filter(|_| wanted != 0) {
                places.push(Place { query, probe });
                probes.push(CodeProbe { rows, wanted });
            }
        }
    }
    let rules = Rules {
        cascade: &options.cascade,
        max_rotation: options.max_rotation,
        excluded: &|subject| excluded.contains(subject as usize),
        excludes: excluded.count() > 0,
    };
    let half = queries.len() * (asked / 2);
    let values = codes::values(gallery, &probes, &rules, engine, options.threads, (clock, half))?;
    let search = Search { gallery, options, excluded, clock, asked };
    let of_query = |query| -> Vec<(usize, usize)> {
        let numbered = places.iter().enumerate().filter(|(_, place)| place.query == query);
        numbered.map(|(column, place)| (column, place.probe)).collect()
    };
    queries.iter().enumerate().map(|(k, query)| search.finish(query, &of_query(k), &values)).collect()
}

/// What the later stages of each query need.
struct Search<'s, 'g> {
    gallery: &'g Gallery,
    options: &'s Options<'s>,
    excluded: &'s Marks,
    clock: &'s Clock<'s>,
    asked: usize,
}

/// A print that passed both stages, by its subject, with its relaxed similarity.
type Passed = (u32, u64);

impl<'g> Search<'_, 'g> {
    /// The second and third stage of a query; `probes` are its prints, each with its column in the values.
    fn finish(&self, query: &Query, probes: &[(usize, usize)], values: &[Values<'g>]) -> Result<Found<'g>> {
        let mut not_reached = Marks::default();
        let wanted = query.matchers().iter().fold(0, |all, matcher| all | query.wanted(matcher));
        for piece in values.iter().filter(|piece| piece.probes.is_none()).map(|values| &values.piece) {
            if wanted & crate::gallery::bit(piece.position) != 0 {
                let there = piece.owners().filter(|owner| !owner.is_nobody());
                let there = there.map(|owner| owner.subject as usize);
                there.filter(|&place| !self.excluded.contains(place)).for_each(|p| not_reached.insert(p));
            }
        }

        let survivors: Vec<_> = probes
            .iter()
            .map(|&(column, probe)| by_codes(&self.options.cascade, values, column, probe))
            .collect();
        let steps = survivors.iter().map(|(_, owners)| owners.len()).sum();
        let part = self.clock.part(self.asked / 4, steps);
        let (mut stages, mut passed) = (Vec::new(), Vec::new());
        for (mut stage, owners) in survivors {
            let matcher = &query.matchers()[stage.probe];
            passed.extend(self.by_relaxation(matcher, &mut stage, &owners, &part, &mut not_reached)?);
            stages.push(stage);
        }

        let subjects = best_first(passed);
        let part = self.clock.part(self.asked - self.asked / 2 - self.asked / 4, subjects.len());
        let found =
            runner::run(self.gallery, &subjects, self.options, &part, |subject| query.judge(subject))?;
        found.not_reached(subjects.len()).for_each(|k| not_reached.insert(subjects[k] as usize));

        let comparable = self.gallery.comparable(wanted, self.excluded);
        let reached = found.searched + found.not_comparable;
        let complete = not_reached.count() == 0;
        Ok(Found {
            best: found.best,
            searched: comparable - not_reached.count(),
            not_comparable: self.asked - comparable,
            not_searched: not_reached.count(),
            report: self.report(stages, reached, complete),
        })
    }

    /// The prints that pass by their relaxed similarity. Those that were not reached are noted as such.
    fn by_relaxation(
        &self,
        matcher: &Matcher,
        stage: &mut Stages,
        owners: &[Owner],
        part: &Part<'_, '_>,
        not_reached: &mut Marks,
    ) -> Result<Vec<Passed>> {
        let most = self.options.cascade.relaxed_passes(stage.prints);
        if owners.len() <= most {
            part.add(owners.len());
            stage.relaxed_passed = owners.len();
            return Ok(owners.iter().map(|owner| (owner.subject, 0)).collect());
        }
        let values = relaxed(self.gallery, matcher, owners, self.options.threads, part)?;
        let mut reached: Vec<u64> = values.iter().flatten().copied().collect();
        if let Some(last) = most.min(reached.len()).checked_sub(1) {
            stage.relaxed_threshold = *reached.select_nth_unstable_by(last, |a, b| b.cmp(a)).1;
        }
        let mut passed = Vec::with_capacity(most);
        for (owner, value) in owners.iter().zip(values) {
            match value {
                None => not_reached.insert(owner.subject as usize),
                Some(value) if value >= stage.relaxed_threshold => passed.push((owner.subject, value)),
                Some(_) => {}
            }
        }
        stage.relaxed_passed = passed.len();
        Ok(passed)
    }

    fn report(&self, stages: Vec<Stages>, compared: usize, complete: bool) -> CascadeReport {
        let (config, max_rotation) = (self.options.cascade, self.options.max_rotation);
        let measured = config == Cascade::default()
            && max_rotation.is_none()
            && self.gallery.algorithm().method() == Algorithm::standard().method();
        let all_passed = stages.iter().all(|stage| stage.relaxed_passed == stage.prints);
        // What a search loses that was stopped, nobody measured.
        let loss = if !complete {
            None
        } else if all_passed {
            Some(0.0)
        } else {
            measured.then_some(Cascade::MEASURED_LOSS)
        };
        CascadeReport { config, max_rotation, stages, compared, loss }
    }
}

/// The prints that pass by their search codes, in the order of the gallery, which is mostly that of memory.
fn by_codes(cascade: &Cascade, values: &[Values<'_>], column: usize, probe: usize) -> (Stages, Vec<Owner>) {
    let of_probe = |values| -> Option<(&[u32], _)> {
        let values: &Values<'_> = values;
        Some((&values.probes.as_ref()?[column], values.piece.owners()))
    };
    let pieces = || values.iter().filter_map(of_probe);
    let all = values.iter().filter_map(|values| values.probes.as_ref().map(|all| &*all[column]));
    let (threshold, prints) = kth_largest(all, |prints| cascade.code_passes(prints));
    let mut owners = Vec::with_capacity(cascade.code_passes(prints).min(prints));
    for (values, of) in pieces() {
        let passes = values.iter().zip(of).filter(|&(&value, _)| value != 0 && value >= threshold);
        owners.extend(passes.map(|(_, owner)| owner));
    }
    let stages = Stages {
        probe,
        prints,
        code_passed: owners.len(),
        code_threshold: threshold.saturating_sub(1),
        relaxed_passed: 0,
        relaxed_threshold: 0,
    };
    (stages, owners)
}

/// The relaxed similarity of a probe's print and each of these; `None` for those that were not reached.
fn relaxed(
    gallery: &Gallery,
    matcher: &Matcher,
    owners: &[Owner],
    threads: Threads,
    part: &Part<'_, '_>,
) -> Result<Vec<Option<u64>>> {
    let pieces: Vec<&[Owner]> = owners.chunks(PIECE).collect();
    let values = threads.map(&pieces, |piece| -> Result<Vec<Option<u64>>> {
        let mut values = vec![None; piece.len()];
        if !part.stops() {
            for (value, owner) in values.iter_mut().zip(*piece) {
                let subject = gallery.placed(owner.subject as usize);
                *value = Some(matcher.relaxed(&*subject.prepared(owner.print as usize)?)?);
            }
            part.add(piece.len());
        }
        Ok(values)
    })?;
    let mut all = Vec::with_capacity(owners.len());
    for values in values {
        all.extend(values?);
    }
    Ok(all)
}

/// The subjects, each once, the most similar first: so that a search that is stopped has compared those.
fn best_first(mut passed: Vec<Passed>) -> Vec<u32> {
    passed.sort_unstable_by_key(|&(subject, value)| (subject, Reverse(value)));
    passed.dedup_by_key(|&mut (subject, _)| subject);
    passed.sort_unstable_by_key(|&(subject, value)| (Reverse(value), subject));
    passed.into_iter().map(|(subject, _)| subject).collect()
}
