//! What several parts list becomes one list, the one of a gallery that holds all of them.

use super::super::candidates::{Candidate, CandidateList};
use super::super::cascade::{Cascade, CascadeReport};
use crate::fingerprint::Algorithm;
use crate::provenance::Method;
use std::collections::HashSet;

/// Adds a list to another one; both are of the same query.
pub(super) fn add(all: &mut CandidateList, other: CandidateList, limit: usize) {
    all.candidates.extend(other.candidates);
    all.candidates.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| a.subject_id.as_str().cmp(b.subject_id.as_str()))
    });
    // Who is enrolled in two parts is listed once.
    let mut seen = HashSet::new();
    all.candidates.retain(|Candidate { subject_id, .. }| seen.insert(subject_id.clone()));
    all.candidates.truncate(limit);
    for (candidate, rank) in all.candidates.iter_mut().zip(1..) {
        candidate.rank = rank;
    }
    all.searched = all.searched.saturating_add(other.searched);
    all.not_comparable = all.not_comparable.saturating_add(other.not_comparable);
    all.not_searched = all.not_searched.saturating_add(other.not_searched);
    all.complete &= other.complete;
    if let (Some(report), Some(other)) = (&mut all.cascade, other.cascade) {
        add_report(report, &other);
        report.loss = loss(report, &all.method, all.complete);
    }
}

/// Adds up what came through; the lines are the same in all parts.
fn add_report(all: &mut CascadeReport, other: &CascadeReport) {
    let add = |sum: &mut usize, more: usize| *sum = sum.saturating_add(more);
    for (stage, other) in all.stages.iter_mut().zip(&other.stages) {
        add(&mut stage.prints, other.prints);
        add(&mut stage.code_passed, other.code_passed);
        add(&mut stage.relaxed_passed, other.relaxed_passed);
    }
    if let (Some(stage), Some(other)) = (&mut all.subjects, &other.subjects) {
        add(&mut stage.subjects, other.subjects);
        add(&mut stage.code_passed, other.code_passed);
        add(&mut stage.relaxed_passed, other.relaxed_passed);
    }
    add(&mut all.compared, other.compared);
}

/// The share of mated comparisons in percent that such a search loses, where that is known.
pub(super) fn loss(report: &CascadeReport, method: &Method, complete: bool) -> Option<f64> {
    let CascadeReport { config, max_rotation, stages, subjects, .. } = report;
    let measured = *config == Cascade::default()
        && max_rotation.is_none()
        && subjects.is_none()
        && method == Algorithm::standard().method();
    let all_passed = stages.iter().all(|stage| stage.relaxed_passed == stage.prints)
        && subjects.iter().all(|stage| stage.relaxed_passed == stage.subjects);
    // What a search loses that was stopped, nobody measured.
    if !complete {
        None
    } else if all_passed {
        Some(0.0)
    } else {
        measured.then_some(Cascade::MEASURED_LOSS)
    }
}
