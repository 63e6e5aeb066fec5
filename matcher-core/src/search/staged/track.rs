//! One query on its way through the stages of a fast search, in one part of a gallery.

use super::super::candidates::CandidateList;
use super::super::cascade::{CascadeReport, Mode, Stages, SubjectStages};
use super::super::clock::Part;
use super::super::codes::Values;
use super::super::fused::{self, Look};
use super::super::index::Shortlist;
use super::super::query::Query;
use super::super::runner;
use super::super::select::kth_largest;
use super::ground::{Ground, effort};
use super::merge::loss;
use super::messages::{Asked, Decided, Said, Spread, Step};
use super::upper::Upper;
use crate::error::{Error, Result};
use crate::gallery::{Marks, bit};
use std::cmp::Reverse;
use std::sync::Arc;

/// Prints in a piece of the second stage: about a quarter of a millisecond.
const PIECE: usize = 64;

/// One query after a stage.
pub(crate) struct Track {
    looks: Vec<Look>,
    values: Arc<Vec<Values>>,
    not_reached: Marks,
    stage: Stage,
    /// What is reported of the stages that are over.
    report: Came,
}

/// Where a query stands.
enum Stage {
    /// The search codes were looked at.
    Looked,
    /// Each subject has a fused value, by its place.
    Fused(Vec<u32>),
    /// The relaxed similarities of those that passed; `None` for those that were not reached.
    Relaxed(Vec<Item>, Vec<Option<u64>>),
    /// It was listed.
    Finished,
}

/// A print that passed, or a subject where the probe has several prints.
#[derive(Clone, Copy)]
struct Item {
    subject: u32,
    print: u32,
    value: u32,
}

/// A subject that passed both stages, with its relaxed similarity.
type Passed = (u32, u64);

/// What came through the first two stages: of a print, or of the subjects where the probe has several.
#[derive(Clone, Default)]
struct Came {
    print: Option<Stages>,
    subjects: Option<SubjectStages>,
}

impl Track {
    /// After the first stage: `values` are those of all queries that were looked with.
    pub(super) fn new(
        ground: &Ground<'_>,
        query: &Query,
        looks: Vec<Look>,
        values: Arc<Vec<Values>>,
    ) -> Self {
        let mut not_reached = Marks::default();
        let wanted = wanted(query);
        for piece in values.iter().filter(|piece| piece.probes.is_none()).map(|values| &values.piece) {
            if wanted & bit(piece.position) != 0 {
                let there = piece.owners().filter(|owner| !owner.is_nobody());
                let there = there.map(|owner| owner.subject as usize);
                there.filter(|&place| !ground.excluded.contains(place)).for_each(|p| not_reached.insert(p));
            }
        }
        Self { looks, values, not_reached, stage: Stage::Looked, report: Came::default() }
    }

    /// What the first stage gave.
    pub(crate) fn say(&mut self, ground: &Ground<'_>, query: &Query) -> Result<Said> {
        let step = match self.looks.len() {
            0 => {
                ground.clock.part(ground.asked() / 4, 0);
                self.list(ground, query, Vec::new())?
            }
            1 => Step::Ranked(self.upper(ground, query, 0)),
            _ => Step::Looked(fused::spreads(&self.looks, &self.values)),
        };
        Ok(self.said(ground, query, step))
    }

    /// Goes on with what was decided, and tells what that gave.
    ///
    /// # Errors
    /// It is not what this stage waits for; something that is read is damaged.
    pub(crate) fn go_on(&mut self, ground: &Ground<'_>, query: &Query, decided: &Decided) -> Result<Said> {
        let step = match (std::mem::replace(&mut self.stage, Stage::Finished), decided) {
            (Stage::Looked, Decided::Looked(spreads)) if spreads.len() == self.looks.len() => {
                spreads.iter().try_for_each(Spread::check)?;
                let places = ground.gallery.places();
                let fused = fused::fused(query.fingers(), &self.looks, &self.values, spreads, places);
                self.report.subjects = Some(SubjectStages {
                    fingers: fused::compared(query.fingers(), &self.looks),
                    prints: fused::print_stages(&self.looks, spreads),
                    subjects: fused.iter().filter(|&&value| value != 0).count(),
                    code_passed: 0,
                    code_threshold: 0,
                    relaxed_passed: 0,
                    relaxed_threshold: 0,
                });
                self.values = Arc::default();
                self.stage = Stage::Fused(fused);
                Step::Ranked(self.upper(ground, query, 0))
            }
            (stage, Decided::More(count)) if self.is_ranked(&stage) => {
                self.stage = stage;
                Step::Ranked(self.upper(ground, query, *count))
            }
            (stage, Decided::Ranked { threshold, all }) if self.is_ranked(&stage) => {
                let items = self.passing(stage, *threshold);
                self.second(ground, query, items, *all)?
            }
            (Stage::Relaxed(items, values), Decided::Relaxed(threshold)) => {
                let mut passed = Vec::new();
                for (item, value) in items.into_iter().zip(values) {
                    match value {
                        None => self.not_reached.insert(item.subject as usize),
                        Some(value) if value >= *threshold => passed.push((item.subject, value)),
                        Some(_) => {}
                    }
                }
                self.relaxed(passed.len(), *threshold);
                self.list(ground, query, passed)?
            }
            (Stage::Finished, Decided::Finished) => Step::Finished,
            _ => {
                let expected = "what the last stage of the search asks for";
                return Err(Error::invalid("part of a search", "decision", "another one", expected));
            }
        };
        Ok(self.said(ground, query, step))
    }

    /// Whether the values are there that a line is drawn through.
    fn is_ranked(&self, stage: &Stage) -> bool {
        matches!(stage, Stage::Fused(_)) || (matches!(stage, Stage::Looked) && self.looks.len() == 1)
    }

    fn said(&self, ground: &Ground<'_>, query: &Query, step: Step) -> Said {
        let asked = Asked {
            method: ground.gallery.algorithm().method().clone(),
            cascade: ground.options.cascade,
            effort: effort(query, &self.looks),
            limit: ground.options.limit,
        };
        Said { asked, step }
    }

    /// The largest values, as many as may be needed where there are `count` in all parts, or as many as is known.
    fn upper(&mut self, ground: &Ground<'_>, query: &Query, count: usize) -> Upper {
        let effort = effort(query, &self.looks);
        let most = |here: usize| {
            let all = count.max(here.saturating_add(ground.elsewhere));
            ground.options.cascade.subject_code_passes(effort, all)
        };
        let within = |pieces: &mut dyn Iterator<Item = &[u32]>, cut: u32| -> Vec<u32> {
            pieces.flatten().copied().filter(|&value| value != 0 && value >= cut).collect()
        };
        if let Stage::Fused(fused) = &self.stage {
            let (cut, here) = kth_largest(std::iter::once(&**fused), most);
            return Upper::new(here, within(&mut std::iter::once(&**fused), cut));
        }
        let column = self.looks.first().map_or(0, |look| look.column);
        let pieces = || self.values.iter().filter_map(move |values| Some(&*values.probes.as_ref()?[column]));
        let left = ground.shortlist.map_or(0, Shortlist::left);
        let (cut, here) = kth_largest(pieces(), |here| most(here + left));
        self.report.print = self.looks.first().map(|look| Stages {
            probe: look.probe,
            prints: here + left,
            code_passed: 0,
            code_threshold: 0,
            relaxed_passed: 0,
            relaxed_threshold: 0,
        });
        Upper::new(here, within(&mut pieces(), cut)).beside(left)
    }

    /// Those that pass the first stage, in the order of the gallery, which is mostly that of memory.
    fn passing(&mut self, stage: Stage, threshold: u32) -> Vec<Item> {
        let passes = |value: u32| value != 0 && value >= threshold;
        let mut items = Vec::new();
        if let Stage::Fused(fused) = stage {
            let subjects = fused.into_iter().zip(0..).filter(|&(value, _)| passes(value));
            items.extend(subjects.map(|(value, subject)| Item { subject, print: 0, value }));
        } else {
            let column = self.looks.first().map_or(0, |look| look.column);
            for values in std::mem::take(&mut self.values).iter() {
                let Some(probes) = &values.probes else { continue };
                let prints = probes[column].iter().zip(values.piece.owners());
                let prints = prints.filter(|&(&value, _)| passes(value));
                items.extend(prints.map(|(&value, of)| Item { subject: of.subject, print: of.print, value }));
            }
        }
        if let Some(stage) = &mut self.report.print {
            (stage.code_passed, stage.code_threshold) = (items.len(), threshold.saturating_sub(1));
        }
        if let Some(stage) = &mut self.report.subjects {
            let reported = fused::reported(threshold);
            (stage.code_passed, stage.code_threshold) = (items.len(), reported);
        }
        items
    }

    /// The second stage: the relaxed similarity of those that passed, unless all go on.
    fn second(&mut self, ground: &Ground<'_>, query: &Query, items: Vec<Item>, all: bool) -> Result<Step> {
        let part = ground.clock.part(ground.asked() / 4, items.len());
        if all {
            part.add(items.len());
            let passed: Vec<_> = items.iter().map(|item| (item.subject, u64::from(item.value))).collect();
            self.relaxed(passed.len(), 0);
            return self.list(ground, query, passed);
        }
        let prints = effort(query, &self.looks).prints.max(1);
        let values = match &self.looks[..] {
            [look] => {
                let matcher = &query.matchers()[look.probe];
                relaxed(&items, PIECE, ground, &part, |item| {
                    let subject = ground.gallery.placed(item.subject as usize);
                    matcher.relaxed(&*subject.prepared(item.print as usize)?)
                })
            }
            _ => relaxed(&items, (PIECE / prints).max(1), ground, &part, |item| {
                query.relaxed(ground.gallery.placed(item.subject as usize))
            }),
        }?;
        let said = values.iter().flatten().copied().collect();
        self.stage = Stage::Relaxed(items, values);
        Ok(Step::Relaxed(said))
    }

    /// Notes how the second stage went.
    fn relaxed(&mut self, passed: usize, threshold: u64) {
        if let Some(stage) = &mut self.report.print {
            (stage.relaxed_passed, stage.relaxed_threshold) = (passed, threshold);
        }
        if let Some(stage) = &mut self.report.subjects {
            (stage.relaxed_passed, stage.relaxed_threshold) = (passed, threshold);
        }
    }

    /// The last stage: those that passed in full.
    fn list(&mut self, ground: &Ground<'_>, query: &Query, passed: Vec<Passed>) -> Result<Step> {
        let Ground { gallery, options, .. } = *ground;
        let asked = ground.asked();
        self.stage = Stage::Finished;
        let subjects = best_first(passed);
        let part = ground.clock.part(asked - asked / 2 - asked / 4, subjects.len());
        let found = runner::run(gallery, &subjects, options, &part, |subject| query.judge(subject))?;
        found.not_reached(subjects.len()).for_each(|k| self.not_reached.insert(subjects[k] as usize));

        let not_searched = self.not_reached.count();
        let comparable = gallery.comparable(wanted(query), ground.excluded);
        let Came { print, subjects } = self.report.clone();
        let mut report = CascadeReport {
            config: options.cascade,
            max_rotation: options.max_rotation,
            stages: print.into_iter().collect(),
            subjects,
            compared: found.searched + found.not_comparable,
            loss: None,
            index: None,
        };
        let method = gallery.algorithm().method().clone();
        report.loss = loss(&report, &method, not_searched == 0);
        Ok(Step::Listed(Box::new(CandidateList {
            candidates: query.candidates(gallery, &found.best, options)?,
            searched: comparable - not_searched,
            not_comparable: asked - comparable,
            not_searched,
            complete: not_searched == 0,
            mode: Mode::Fast,
            cascade: Some(report),
            method,
        })))
    }
}

/// Finger positions that some print of the probe is compared with, a bit each.
fn wanted(query: &Query) -> u16 {
    query.matchers().iter().fold(0, |all, matcher| all | query.wanted(matcher))
}

/// The relaxed similarity of each; `None` for those that were not reached.
fn relaxed(
    items: &[Item],
    piece: usize,
    ground: &Ground<'_>,
    part: &Part<'_, '_>,
    similarity: impl Fn(&Item) -> Result<u64> + Sync + Send,
) -> Result<Vec<Option<u64>>> {
    let pieces: Vec<&[Item]> = items.chunks(piece).collect();
    let values = ground.options.threads.map(&pieces, |piece| -> Result<Vec<Option<u64>>> {
        let mut values = vec![None; piece.len()];
        if !part.stops() {
            for (value, item) in values.iter_mut().zip(*piece) {
                *value = Some(similarity(item)?);
            }
            part.add(piece.len());
        }
        Ok(values)
    })?;
    let mut all = Vec::with_capacity(items.len());
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
