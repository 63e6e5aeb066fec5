//! The scan: all segments of a table, on some threads, until done, cancelled or out of time.

use super::answer::{ProfileCandidates, SearchedBy, answer};
use super::compile::{Compiled, check};
use super::options::ProfileOptions;
use super::piece::{Counted, Piece, Target};
use crate::dna::Profile;
use crate::dna::compare::Outcome;
use crate::dna::compare::Rule;
use crate::gallery::{Gallery, Marks, ProfileTable};
use crate::simd::Level;
use crate::simd::planes::{Query, scan};
use crate::work::Counter;
use crate::{Error, Result};
use std::time::Instant;

/// Probes that go through a segment together.
pub(super) const TOGETHER: usize = 1024;

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
        Marks::default()
    } else {
        table.rows().filter(|&row| table.id(row).is_some_and(|id| options.exclude.contains(id))).collect()
    };
    scan_all(&Target::table(table, excluded), probes, rule, options)
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
    gallery.reading(|gallery| {
        let excluded = gallery.rows_left_out(&options.exclude, &options.asker)?;
        let target = Target { table: gallery.unchecked_profiles(), excluded, gallery: Some(gallery) };
        scan_all(&target, probes, rule, options)
    })
}

/// Compares some rows of a gallery's profiles, and no others.
///
/// # Errors
/// As [`search_dna`].
pub(crate) fn compare_rows(
    gallery: &Gallery,
    rows: &[usize],
    probe: &Profile,
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> Result<ProfileCandidates> {
    check(probe, rule)?;
    let table = gallery.unchecked_profiles();
    let target = Target { table, excluded: Marks::default(), gallery: Some(gallery) };
    let compiled = Compiled::all(table.panel(), [probe], rule, options)?;
    let (mut found, [compiled]) = (Counted::default(), &compiled[..]) else {
        return Err(Error::invalid("search", "probes", compiled.len(), "1"));
    };
    for &row in rows {
        let admitted = table.kind(row).is_some_and(|kind| options.admits_category(kind.category));
        match admitted.then(|| found.compare(&target, compiled, row)).flatten() {
            Some(Outcome::NotComparable(_)) | None => found.not_comparable += 1,
            Some(_) => found.searched += 1,
        }
    }
    Ok(answer(&target, compiled, options, found, SearchedBy::Scan { reason: None }))
}

/// Searches all that a target has.
pub(super) fn scan_all(
    target: &Target<'_>,
    probes: &[Profile],
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> Result<Vec<ProfileCandidates>> {
    probes.iter().try_for_each(|probe| check(probe, rule))?;
    let clock = Clock::start(options, target.len() * probes.len());
    let mut answers = Vec::with_capacity(probes.len());
    for probes in probes.chunks(TOGETHER) {
        let compiled = Compiled::all(target.table.panel(), probes, rule, options)?;
        let counted = count(target, &compiled, options, &clock)?;
        let by = || SearchedBy::Scan { reason: None };
        answers.extend(counted.into_iter().zip(&compiled).map(|(c, k)| answer(target, k, options, c, by())));
    }
    Ok(answers)
}

/// What a scan for one probe finds, not yet ranked.
pub(super) fn count_one<'t>(
    target: &Target<'t>,
    compiled: Compiled<'_>,
    options: &ProfileOptions<'_>,
) -> Result<Counted<'t>> {
    let clock = Clock::start(options, target.len());
    Ok(count(target, &[compiled], options, &clock)?.pop().unwrap_or_default())
}

/// How far the work has come, and whether it must stop.
pub(super) struct Clock<'o, 'a> {
    started: Instant,
    options: &'o ProfileOptions<'a>,
    counter: Counter<'a>,
}

impl<'o, 'a> Clock<'o, 'a> {
    pub(super) fn start(options: &'o ProfileOptions<'a>, total: usize) -> Self {
        Self { started: Instant::now(), options, counter: options.watch.counter(total) }
    }

    pub(super) fn stops(&self) -> bool {
        self.counter.cancelled()
            || self.options.deadline.is_some_and(|deadline| self.started.elapsed() >= deadline)
    }
}

/// What some probes find, which go through each segment together.
pub(super) fn count<'t>(
    target: &Target<'t>,
    compiled: &[Compiled<'_>],
    options: &ProfileOptions<'_>,
    clock: &Clock<'_, '_>,
) -> Result<Vec<Counted<'t>>> {
    let queries: Vec<Query> = compiled.iter().map(|compiled| compiled.query.clone()).collect();
    let segments: Vec<usize> = (0..target.table.segments().len()).collect();
    let level = Level::active();
    let pieces = options.threads.map(&segments, |&number| -> Result<Vec<Counted<'t>>> {
        let piece = Piece::new(target, number, options);
        piece.ready()?;
        if clock.stops() {
            return Ok(compiled.iter().map(|_| piece.not_reached()).collect::<Vec<_>>());
        }
        let mut counted: Vec<Counted<'_>> = compiled.iter().map(|compiled| piece.count(compiled)).collect();
        scan(level, &queries, piece.table(), &mut |query, row| {
            piece.offer(&compiled[query], row, &mut counted[query]);
        });
        clock.counter.add(piece.asked() * compiled.len());
        Ok(counted)
    })?;
    let mut merged: Vec<Counted<'_>> = compiled.iter().map(|_| Counted::default()).collect();
    for piece in pieces {
        merged.iter_mut().zip(piece?).for_each(|(into, from)| into.merge(from));
    }
    Ok(merged)
}

#[cfg(test)]
#[path = "scan_tests.rs"]
pub(super) mod tests;
