//! The profiles of one reading, and what was wrong with them: every reader hands both over here, one profile at a time.

use super::super::report::Report;
use super::super::{Strictness, limits};
use super::{ProfileFormat, ReadOptions, Reading};
use crate::dna::Profile;
use crate::error::{Problem, Result};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What was wrong with a profile that is kept all the same: faults, which a strict reader does not forgive, and remarks.
#[derive(Default)]
pub(super) struct Notes(Vec<(bool, Problem)>);

impl Notes {
    /// Against the standard.
    pub(super) fn fault(&mut self, problem: Problem) {
        self.0.push((true, problem));
    }

    /// Allowed, and yet to be known.
    pub(super) fn remark(&mut self, problem: Problem) {
        self.0.push((false, problem));
    }
}

/// Collects profiles in the order of the input.
pub(super) struct Collector {
    profiles: Vec<Profile>,
    /// Where each id stands.
    ids: HashMap<Box<str>, u64>,
    report: Report,
    strictness: Strictness,
    limit: usize,
    found: usize,
    first: Option<Problem>,
}

impl Collector {
    /// For an input of so many bytes.
    pub(super) fn new(options: &ReadOptions, input: usize) -> Self {
        Self {
            profiles: Vec::new(),
            ids: HashMap::new(),
            report: Report::new(options.strictness, input),
            strictness: options.strictness,
            limit: options.limits.profiles,
            found: 0,
            first: None,
        }
    }

    /// Whether the first fault ends the reading.
    pub(super) fn is_strict(&self) -> bool {
        self.strictness == Strictness::Strict
    }

    /// Refuses one profile too many. Readers that collect profiles before they hand them over ask before that.
    pub(super) fn check_count(&self, count: usize) -> Result<()> {
        limits::check("", "number of profiles", count, count <= self.limit, self.limit)
    }

    /// Notes what concerns the whole input.
    pub(super) fn remark(&mut self, problem: Problem) {
        self.report.remark(None, problem);
    }

    /// Notes a fault of the whole input.
    pub(super) fn fault(&mut self, problem: Problem) -> Result<()> {
        self.report.fault(None, problem)
    }

    /// Notes why nothing more can be read; what was read before stands.
    pub(super) fn stop(&mut self, mut problem: Problem) -> Result<()> {
        self.first.get_or_insert_with(|| problem.clone());
        problem.expected.push_str(" (what follows is not read)");
        self.report.fault(None, problem)
    }

    fn notes(&mut self, view: Option<usize>, notes: Notes) -> Result<()> {
        for (fault, problem) in notes.0 {
            if fault {
                self.report.fault(view, problem)?;
            } else {
                self.report.remark(view, problem);
            }
        }
        Ok(())
    }

    /// Takes a profile that stands in this line.
    pub(super) fn keep(&mut self, line: u64, profile: Profile, notes: Notes) -> Result<()> {
        self.found += 1;
        self.check_count(self.found)?;
        let at = Some(self.profiles.len());
        self.notes(at, notes)?;
        match self.ids.entry(profile.id().into()) {
            Entry::Vacant(place) => {
                place.insert(line);
            }
            Entry::Occupied(place) => {
                let expected =
                    format!("each id once; it stands in line {} already (both are read)", place.get());
                let id = format!("{:?}", profile.id());
                self.report.fault(at, Problem::new(format!("line {line}"), "profile id", id, expected))?;
            }
        }
        self.profiles.push(profile);
        Ok(())
    }

    /// Names a profile that cannot be read; the others are not lost.
    pub(super) fn lose(&mut self, mut problem: Problem, notes: Notes) -> Result<()> {
        self.found += 1;
        self.check_count(self.found)?;
        self.notes(None, notes)?;
        self.first.get_or_insert_with(|| problem.clone());
        problem.expected.push_str(" (this profile is not read)");
        self.report.fault(None, problem)
    }

    /// Everything that was read; an error where nothing was, with the first reason.
    pub(super) fn finish(self, format: ProfileFormat) -> Result<Reading> {
        if self.profiles.is_empty() {
            let none = || Problem::new("", "number of profiles", 0, "1 or more");
            return Err(self.first.unwrap_or_else(none).into());
        }
        Ok(Reading { format, profiles: self.profiles, diagnostics: self.report.finish() })
    }
}
