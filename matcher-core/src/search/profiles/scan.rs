//! The search: all segments of a table, on some threads, until done, cancelled or out of time.

use super::answer::{ProfileCandidate, ProfileCandidates};
use super::compile::{Compiled, InFull, check};
use super::hits::Hit;
use super::options::ProfileOptions;
use crate::Result;
use crate::dna::Profile;
use crate::dna::compare::{Outcome, Rule, Victims, compare, method};
use crate::dna::database::in_search;
use crate::gallery::{Gallery, Kind, ProfileSegment, ProfileTable, SubjectId};
use crate::simd::Level;
use crate::simd::planes::{Query, scan};
use crate::work::Counter;
use std::collections::HashSet;
use std::time::Instant;

/// Probes that go through a segment together.
const TOGETHER: usize = 1024;

/// Searches a table for the profiles that agree with a probe under a rule.
///
/// # Errors
/// The rule is wrong, or the probe has nothing known at any locus that the rule compares.
///
/// # Examples
/// ```
/// use matcher_core::dna::compare::Rule;
/// use matcher_core::dna::{Panel, Profile};
/// use matcher_core::gallery::ProfileTable;
/// use matcher_core::search::{ProfileOptions, search_profiles};
/// let loci = ["FGA", "TH01", "vWA", "D3S1358", "D8S1179", "D18S51"];
/// let person = |id: &str, first: &str| Profile::new(id, loci.map(|locus| (locus, [first, "15"])));
/// let mut table = ProfileTable::new(Panel::standard());
/// for (id, first) in [("A", "12"), ("B", "13"), ("C", "14")] {
///     table.push(&person(id, first)?);
/// }
/// let rule = Rule::builtin("high").expect("a shipped rule");
/// let answer = search_profiles(&table, &person("probe", "13")?, &rule, &ProfileOptions::default())?;
/// assert_eq!(answer.candidates[0].id, "B");
/// assert!(answer.complete && answer.hits == 1 && answer.searched == 3);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn search_profiles(
    table: &ProfileTable,
    probe: &Profile,
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> Result<ProfileCandidates> {
    let mut answers = search_profiles_many(table, std::slice::from_ref(probe), rule, options)?;
    // One probe, one answer.
    Ok(answers.remove(0))
}

/// Searches a table with many probes, which costs less than one search for each: a block of profiles stays in the cache
/// for all of them. Each answer is that of a search of its own; time, progress and cancelling are for all together.
///
/// # Errors
/// As [`search_profiles`], for the first probe that is wrong.
pub fn search_profiles_many(
    table: &ProfileTable,
    probes: &[Profile],
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> Result<Vec<ProfileCandidates>> {
    let excluded = if options.exclude.is_empty() {
        HashSet::new()
    } else {
        table.rows().filter(|&row| table.id(row).is_some_and(|id| options.exclude.contains(id))).collect()
    };
    let name = |row| table.id(row).unwrap_or_default();
    run(&Target { table, excluded, name: &name, once: false }, probes, rule, options)
}

/// Searches the profiles of a gallery: a candidate is a subject, by its profile that agrees best.
///
/// # Errors
/// As [`search_profiles`], for the first probe that is wrong.
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::dna::compare::{Rule, Stringency};
/// use matcher_core::gallery::{Enrolment, Gallery, SubjectId};
/// use matcher_core::search::{ProfileOptions, search_dna};
/// let profile = |id: &str| Profile::new(id, [("FGA", ["21", "22"]), ("TH01", ["6", "9.3"])]);
/// let mut gallery = Gallery::in_memory();
/// let subject = Enrolment::new(SubjectId::new("A-17")?).profiles(vec![profile("first")?, profile("second")?]);
/// gallery.enrol_many(vec![subject], Default::default())?;
/// let rule = Rule::new("two loci", Stringency::High, 2, 0);
/// let answers = search_dna(&gallery, &[profile("probe")?], &rule, &ProfileOptions::default())?;
/// assert_eq!((answers[0].hits, answers[0].candidates[0].id.as_str()), (1, "A-17"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn search_dna(
    gallery: &Gallery,
    probes: &[Profile],
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> Result<Vec<ProfileCandidates>> {
    let excluded = options.exclude.iter().filter_map(|id| gallery.get(&SubjectId::new(id).ok()?));
    let excluded = excluded.flat_map(|subject| subject.profile_rows().iter().copied()).collect();
    let name = |row| gallery.owner_of_profile(row).map_or("", |subject| subject.id().as_str());
    run(&Target { table: gallery.profiles(), excluded, name: &name, once: true }, probes, rule, options)
}

/// What is searched.
struct Target<'t> {
    table: &'t ProfileTable,
    /// Rows that are left out.
    excluded: HashSet<usize>,
    /// Who a row is of.
    name: &'t (dyn Fn(usize) -> &'t str + Sync),
    /// Whether each name is listed once, with its best row.
    once: bool,
}

fn run(
    target: &Target<'_>,
    probes: &[Profile],
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> Result<Vec<ProfileCandidates>> {
    probes.iter().try_for_each(|probe| check(probe, rule))?;
    let counter = options.watch.counter(target.table.len() * probes.len());
    let clock = Clock { started: Instant::now(), options, counter };
    let mut answers = Vec::with_capacity(probes.len());
    for probes in probes.chunks(TOGETHER) {
        answers.extend(search_together(target, probes, rule, &clock)?);
    }
    Ok(answers)
}

/// How far the work has come, and whether it must stop.
struct Clock<'o, 'a> {
    started: Instant,
    options: &'o ProfileOptions<'a>,
    counter: Counter<'a>,
}

impl Clock<'_, '_> {
    fn stops(&self) -> bool {
        self.counter.cancelled()
            || self.options.deadline.is_some_and(|deadline| self.started.elapsed() >= deadline)
    }
}

/// What became of the profiles of a segment, for one probe.
#[derive(Default)]
struct Found<'t> {
    hits: Vec<Hit<'t>>,
    searched: usize,
    not_comparable: usize,
    not_searched: usize,
}

fn search_together(
    target: &Target<'_>,
    probes: &[Profile],
    rule: &Rule,
    clock: &Clock<'_, '_>,
) -> Result<Vec<ProfileCandidates>> {
    let (table, options) = (target.table, clock.options);
    let compiled = probes
        .iter()
        .map(|probe| Compiled::new(table.panel(), probe, rule, options))
        .collect::<Result<Vec<_>>>()?;
    let queries: Vec<Query> = compiled.iter().map(|compiled| compiled.query.clone()).collect();
    let segments: Vec<usize> = (0..table.segments().len()).collect();
    let level = Level::active();
    let pieces = options.threads.map(&segments, |&number| {
        let piece = Piece::new(target, number, options);
        if clock.stops() {
            return compiled.iter().map(|_| piece.not_reached()).collect::<Vec<_>>();
        }
        let mut found: Vec<Found<'_>> = compiled.iter().map(|compiled| piece.count(compiled)).collect();
        scan(level, &queries, piece.segment.table(), &mut |query, row| {
            piece.offer(&compiled[query], row, &mut found[query]);
        });
        clock.counter.add(piece.segment.rows() * compiled.len());
        found
    })?;
    let mut merged: Vec<Found<'_>> = compiled.iter().map(|_| Found::default()).collect();
    for (into, from) in pieces.into_iter().flat_map(|piece| piece.into_iter().enumerate()) {
        let into = &mut merged[into];
        into.hits.extend(from.hits);
        into.searched += from.searched;
        into.not_comparable += from.not_comparable;
        into.not_searched += from.not_searched;
    }
    Ok(merged
        .into_iter()
        .zip(&compiled)
        .map(|(found, compiled)| answer(target, compiled, options, found))
        .collect())
}

/// A segment under the options of a search.
struct Piece<'t, 'o> {
    target: &'o Target<'t>,
    segment: &'t ProfileSegment,
    first: usize,
    options: &'o ProfileOptions<'o>,
}

impl<'t, 'o> Piece<'t, 'o> {
    fn new(target: &'o Target<'t>, number: usize, options: &'o ProfileOptions<'_>) -> Self {
        let table = target.table;
        Self { target, segment: &table.segments()[number], first: number * table.size(), options }
    }

    /// Rows of this segment that are left out by id, of admitted categories.
    fn left_out(&self) -> impl Iterator<Item = &'t Kind> {
        let rows = self.first..self.first + self.segment.rows();
        let excluded = self.target.excluded.iter().filter(move |row| rows.contains(row));
        let kinds = excluded.filter_map(|row| self.segment.kind(row - self.first));
        kinds.filter(|kind| self.options.admits_category(kind.category))
    }

    /// The kind of a row that is looked at.
    fn admitted(&self, row: usize) -> Option<&'t Kind> {
        let kind = self.segment.kind(row)?;
        let admitted = self.options.admits_category(kind.category)
            && !self.target.excluded.contains(&(self.first + row));
        admitted.then_some(kind)
    }

    fn not_reached(&self) -> Found<'t> {
        let admitted = self.segment.kinds().filter(|(kind, _)| self.options.admits_category(kind.category));
        let not_searched = admitted.map(|(_, count)| count).sum::<usize>() - self.left_out().count();
        Found { not_searched, ..Found::default() }
    }

    /// Counts what can be compared, and compares in full what must be.
    fn count(&self, compiled: &Compiled<'_>) -> Found<'t> {
        let mut found = Found::default();
        let mut any_in_full = false;
        for (kind, count) in
            self.segment.kinds().filter(|(kind, _)| self.options.admits_category(kind.category))
        {
            if compiled.in_full(kind) {
                any_in_full = true;
            } else {
                *found.place(compiled, kind) += count;
            }
        }
        for kind in self.left_out().filter(|kind| !compiled.in_full(kind)) {
            *found.place(compiled, kind) -= 1;
        }
        if any_in_full {
            let in_full = |&row: &usize| self.admitted(row).is_some_and(|kind| compiled.in_full(kind));
            for row in self.may_be_in_full(compiled).filter(in_full) {
                match self.compare(compiled, row, &mut found.hits) {
                    Some(Outcome::NotComparable(_)) | None => found.not_comparable += 1,
                    Some(_) => found.searched += 1,
                }
            }
        }
        found
    }

    /// Rows among which are all that must be compared in full.
    fn may_be_in_full(&self, compiled: &Compiled<'_>) -> Box<dyn Iterator<Item = usize> + 't> {
        match compiled.in_full_beside_odd() {
            InFull::None => Box::new(self.segment.odd()),
            InFull::Kept => Box::new(self.segment.kept()),
            InFull::Any => Box::new(0..self.segment.rows()),
        }
    }

    /// Compares a row that passed its tests, unless it was compared in full already.
    fn offer(&self, compiled: &Compiled<'_>, row: usize, found: &mut Found<'t>) {
        if !compiled.refused && self.admitted(row).is_some_and(|kind| !compiled.in_full(kind)) {
            self.compare(compiled, row, &mut found.hits);
        }
    }

    fn compare(&self, compiled: &Compiled<'_>, row: usize, hits: &mut Vec<Hit<'t>>) -> Option<Outcome> {
        let profile = self.segment.profile(self.target.table.panel(), row)?;
        let comparison = compare(compiled.probe, &profile, compiled.rule, Victims::default());
        if comparison.is_hit() {
            let row = self.first + row;
            hits.push(Hit::new(&comparison, &compiled.rarity, (self.target.name)(row), row));
        }
        Some(comparison.outcome)
    }
}

impl Found<'_> {
    /// Where profiles of a kind are counted.
    fn place(&mut self, compiled: &Compiled<'_>, kind: &Kind) -> &mut usize {
        if compiled.is_comparable(kind) { &mut self.searched } else { &mut self.not_comparable }
    }
}

/// Ranks the hits and compares those that are listed once more, for their verdicts.
fn answer(
    target: &Target<'_>,
    compiled: &Compiled<'_>,
    options: &ProfileOptions<'_>,
    mut found: Found<'_>,
) -> ProfileCandidates {
    found.hits.sort_unstable_by(Hit::order);
    if target.once {
        let mut seen = HashSet::with_capacity(found.hits.len());
        found.hits.retain(|hit| seen.insert(hit.name));
    }
    let listed = found.hits.iter().take(options.limit).zip(1..);
    let candidates = listed
        .filter_map(|(hit, rank)| {
            let profile = target.table.get(hit.row)?;
            let comparison = compare(compiled.probe, &profile, compiled.rule, Victims::default());
            let log10_rmp = options.frequencies.map(|_| hit.rarity);
            let adventitious = log10_rmp.map(|log10| in_search(found.searched as u64, log10).expected);
            let (id, profile_id) = (hit.name.to_owned(), profile.id().to_owned());
            Some(ProfileCandidate { id, profile_id, row: hit.row, rank, log10_rmp, adventitious, comparison })
        })
        .collect();
    ProfileCandidates {
        candidates,
        hits: found.hits.len(),
        searched: found.searched,
        not_comparable: found.not_comparable,
        not_searched: found.not_searched,
        complete: found.not_searched == 0,
        method: method(compiled.rule),
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
