//! The fast search: search codes of all prints, relaxed similarity of the best, and the subjects of the best of these in
//! full. See [`Cascade`](super::Cascade).

use super::cascade::{Cascade, CascadeReport, Effort, Stages, SubjectStages};
use super::clock::{Clock, Part};
use super::codes::{self, CodeProbe, Engine, Rules, Values};
use super::fused::{self, Look};
use super::options::Options;
use super::query::Query;
use super::runner;
use super::select::kth_largest;
use super::top::Scored;
use crate::error::Result;
use crate::fingerprint::{Algorithm, Matcher};
use crate::gallery::{Gallery, Marks, Owner};
use crate::units::Angle;
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
    let (mut looks, mut probes) = (Vec::new(), Vec::new());
    for query in queries {
        let comparable = |&(_, matcher): &(usize, &Matcher)| query.wanted(matcher) != 0;
        let prints: Vec<_> = query.matchers().iter().enumerate().filter(comparable).collect();
        let mut of_query = Vec::new();
        for (round, (radius, max_rotation)) in rounds(options, prints.len()).enumerate() {
            for &(probe, matcher) in &prints {
                if let Some(rows) = matcher.probe().search_code().and_then(|code| code.rows()) {
                    of_query.push(Look { column: probes.len(), probe, round, max_rotation });
                    probes.push(CodeProbe { rows, wanted: query.wanted(matcher), radius, max_rotation });
                }
            }
        }
        looks.push(of_query);
    }
    let rules = Rules {
        cascade: &options.cascade,
        excluded: &|subject| excluded.contains(subject as usize),
        excludes: excluded.count() > 0,
    };
    let half = queries.len() * (asked / 2);
    let values = codes::values(gallery, &probes, &rules, engine, options.threads, (clock, half))?;
    let search = Search { gallery, options, excluded, clock, asked };
    queries.iter().zip(&looks).map(|(query, looks)| search.finish(query, looks, &values)).collect()
}

/// How often the first stage looks at the prints, each time with a radius and the rotation that it allows: for several
/// prints of a probe once more than for one, because people mostly lay their fingers down upright.
fn rounds(options: &Options<'_>, prints: usize) -> impl Iterator<Item = (u8, Option<Angle>)> {
    let Options { cascade, max_rotation, .. } = *options;
    let any = (cascade.radius, max_rotation);
    let upright = cascade.subject_rotation.filter(|upright| {
        let narrower = |most: Angle| upright.steps() < most.steps();
        prints > 1 && max_rotation.is_none_or(narrower)
    });
    std::iter::once(any).chain(upright.map(|upright| (cascade.subject_radius, Some(upright))))
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
    /// The second and third stage of a query; `looks` are those of the first stage at its prints.
    fn finish(&self, query: &Query, looks: &[Look], values: &[Values<'g>]) -> Result<Found<'g>> {
        let mut not_reached = Marks::default();
        let wanted = query.matchers().iter().fold(0, |all, matcher| all | query.wanted(matcher));
        for piece in values.iter().filter(|piece| piece.probes.is_none()).map(|values| &values.piece) {
            if wanted & crate::gallery::bit(piece.position) != 0 {
                let there = piece.owners().filter(|owner| !owner.is_nobody());
                let there = there.map(|owner| owner.subject as usize);
                there.filter(|&place| !self.excluded.contains(place)).for_each(|p| not_reached.insert(p));
            }
        }

        let (stages, passed) = match looks {
            [] | [_] => self.of_one(query, looks.first(), values, &mut not_reached)?,
            _ => self.of_several(query, looks, values, &mut not_reached)?,
        };

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

    /// The first two stages of a probe of one print.
    fn of_one(
        &self,
        query: &Query,
        look: Option<&Look>,
        values: &[Values<'g>],
        not_reached: &mut Marks,
    ) -> Result<(Came, Vec<Passed>)> {
        let Some(&Look { column, probe, .. }) = look else {
            self.clock.part(self.asked / 4, 0);
            return Ok((Came { stages: Vec::new(), subjects: None }, Vec::new()));
        };
        let (mut stage, owners) = by_codes(&self.options.cascade, values, column, probe);
        let matcher = &query.matchers()[probe];
        let second = Second {
            most: self.options.cascade.relaxed_passes(stage.prints),
            piece: PIECE,
            subject: &|owner: &Owner| owner.subject,
            first: &|_| 0,
            relaxed: &|owner: &Owner| {
                let subject = self.gallery.placed(owner.subject as usize);
                matcher.relaxed(&*subject.prepared(owner.print as usize)?)
            },
        };
        let (threshold, passed) = self.by_relaxation(&owners, &second, not_reached)?;
        (stage.relaxed_threshold, stage.relaxed_passed) = (threshold, passed.len());
        Ok((Came { stages: vec![stage], subjects: None }, passed))
    }

    /// The first two stages of a probe of several prints.
    fn of_several(
        &self,
        query: &Query,
        looks: &[Look],
        values: &[Values<'g>],
        not_reached: &mut Marks,
    ) -> Result<(Came, Vec<Passed>)> {
        let cascade = &self.options.cascade;
        let effort = effort(query, looks);
        let passes = |subjects| cascade.subject_code_passes(effort, subjects);
        let (mut stages, subjects) =
            fused::by_codes(query.fingers(), looks, values, self.gallery.places(), passes);
        let second = Second {
            most: cascade.subject_relaxed_passes(effort, stages.subjects),
            piece: (PIECE / effort.prints.max(1)).max(1),
            subject: &|&(subject, _): &fused::Passed| subject,
            first: &|&(_, value)| u64::from(value),
            relaxed: &|&(subject, _)| query.relaxed(self.gallery.placed(subject as usize)),
        };
        let (threshold, passed) = self.by_relaxation(&subjects, &second, not_reached)?;
        (stages.relaxed_threshold, stages.relaxed_passed) = (threshold, passed.len());
        Ok((Came { stages: Vec::new(), subjects: Some(stages) }, passed))
    }

    /// Those that pass by their relaxed similarity, and the value that they reach. Who was not reached is noted as such.
    fn by_relaxation<T: Sync>(
        &self,
        came: &[T],
        second: &Second<'_, T>,
        not_reached: &mut Marks,
    ) -> Result<(u64, Vec<Passed>)> {
        let part = self.clock.part(self.asked / 4, came.len());
        if came.len() <= second.most {
            part.add(came.len());
            return Ok((0, came.iter().map(|one| ((second.subject)(one), (second.first)(one))).collect()));
        }
        let values = second.relaxed(came, self.options.threads, &part)?;
        let mut reached: Vec<u64> = values.iter().flatten().copied().collect();
        let mut threshold = 0;
        if let Some(last) = second.most.min(reached.len()).checked_sub(1) {
            threshold = *reached.select_nth_unstable_by(last, |a, b| b.cmp(a)).1;
        }
        let mut passed = Vec::with_capacity(second.most);
        for (one, value) in came.iter().zip(values) {
            let subject = (second.subject)(one);
            match value {
                None => not_reached.insert(subject as usize),
                Some(value) if value >= threshold => passed.push((subject, value)),
                Some(_) => {}
            }
        }
        Ok((threshold, passed))
    }

    fn report(&self, came: Came, compared: usize, complete: bool) -> CascadeReport {
        let (config, max_rotation) = (self.options.cascade, self.options.max_rotation);
        let Came { stages, subjects } = came;
        let measured = config == Cascade::default()
            && max_rotation.is_none()
            && subjects.is_none()
            && self.gallery.algorithm().method() == Algorithm::standard().method();
        let all_passed = stages.iter().all(|stage| stage.relaxed_passed == stage.prints)
            && subjects.iter().all(|stage| stage.relaxed_passed == stage.subjects);
        // What a search loses that was stopped, nobody measured.
        let loss = if !complete {
            None
        } else if all_passed {
            Some(0.0)
        } else {
            measured.then_some(Cascade::MEASURED_LOSS)
        };
        CascadeReport { config, max_rotation, stages, subjects, compared, loss }
    }
}

/// What it costs to compare a subject with the prints of the probe.
fn effort(query: &Query, looks: &[Look]) -> Effort {
    let first = &looks[..looks.partition_point(|look| look.round == 0)];
    let described = first.iter().map(|look| query.matchers()[look.probe].probe().described()).sum();
    Effort { fingers: fused::compared(query.fingers(), first), prints: first.len(), described }
}

/// What came through the first two stages: of a print, or of the subjects where the probe has several.
struct Came {
    stages: Vec<Stages>,
    subjects: Option<SubjectStages>,
}

/// The second stage: of prints, or of subjects.
struct Second<'s, T> {
    /// The most that pass, ties aside.
    most: usize,
    /// How many make a piece of work.
    piece: usize,
    /// Whose it is.
    subject: &'s (dyn Fn(&T) -> u32 + Sync),
    /// What it is ranked by where all pass unlooked at.
    first: &'s (dyn Fn(&T) -> u64 + Sync),
    /// Its relaxed similarity.
    relaxed: &'s (dyn Fn(&T) -> Result<u64> + Sync),
}

impl<T: Sync> Second<'_, T> {
    /// The relaxed similarity of each; `None` for those that were not reached.
    fn relaxed(&self, came: &[T], threads: Threads, part: &Part<'_, '_>) -> Result<Vec<Option<u64>>> {
        let pieces: Vec<&[T]> = came.chunks(self.piece).collect();
        let values = threads.map(&pieces, |piece| -> Result<Vec<Option<u64>>> {
            let mut values = vec![None; piece.len()];
            if !part.stops() {
                for (value, one) in values.iter_mut().zip(*piece) {
                    *value = Some((self.relaxed)(one)?);
                }
                part.add(piece.len());
            }
            Ok(values)
        })?;
        let mut all = Vec::with_capacity(came.len());
        for values in values {
            all.extend(values?);
        }
        Ok(all)
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

/// The subjects, each once, the most similar first: so that a search that is stopped has compared those.
fn best_first(mut passed: Vec<Passed>) -> Vec<u32> {
    passed.sort_unstable_by_key(|&(subject, value)| (subject, Reverse(value)));
    passed.dedup_by_key(|&mut (subject, _)| subject);
    passed.sort_unstable_by_key(|&(subject, value)| (Reverse(value), subject));
    passed.into_iter().map(|(subject, _)| subject).collect()
}
