//! Who is in a database twice, under a rule, and which cases belong together: every profile a probe against all that come
//! after it.
//!
//! Some thousand profiles at a time are looked up in an index, so the work grows little faster than the database; what the
//! index cannot hold is scanned for all of them together. Both let pass whatever might agree, and what passes is compared
//! in full: nothing is lost.

mod units;

use super::compile::Compiled;
use super::index::ProfileIndex;
use super::options::ProfileOptions;
use super::piece::Target;
use super::scan::TOGETHER;
use crate::Result;
use crate::dna::Profile;
use crate::dna::compare::{Rule, method};
use crate::gallery::{Gallery, Marks, ProfileTable};
use crate::search::Mode;
use crate::search::duplicates::{DuplicateOptions, Found, LinkKind, Links, Outcome, Pace, Work, pairs, walk};
use crate::work::Watch;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use units::Units;

/// Raise it whenever any link may change though the rule has not.
const VERSION: u32 = 1;

/// Finds the profiles of a table that agree with each other under a rule: the same person twice, a contamination, or twins.
///
/// # Method
/// Every pair of profiles that may meet the rule is compared in full; none is lost. The score is the number of loci that
/// agree.
///
/// # Errors
/// The rule is wrong; a checkpoint of other work, or one that cannot be read or written.
///
/// # Examples
/// ```
/// use matcher_core::dna::compare::{Rule, Stringency};
/// use matcher_core::dna::Profile;
/// use matcher_core::gallery::ProfileTable;
/// use matcher_core::search::{DuplicateOptions, find_duplicate_profiles};
/// let profile = |id: &str, fga: [&str; 2]| Profile::new(id, [("FGA", fga), ("TH01", ["6", "9.3"])]);
/// let table = ProfileTable::of(&[profile("a", ["21", "22"])?, profile("b", ["19", "20"])?, profile("c", ["21", "22"])?])?;
/// let rule = Rule::new("both", Stringency::High, 2, 0);
/// let links = find_duplicate_profiles(&table, &rule, &DuplicateOptions::default())?;
/// assert_eq!((links.edges[0].a.as_str(), links.edges[0].b.as_str(), links.edges[0].records), ("a", "c", [0, 2]));
/// assert_eq!((links.found, links.searched, links.complete), (1, 3, true));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn find_duplicate_profiles(
    table: &ProfileTable,
    rule: &Rule,
    options: &DuplicateOptions<'_>,
) -> Result<Links> {
    let asked = |&row: &usize| {
        let id = || table.id(row).is_some_and(|id| options.exclude.contains(id));
        let category = |kind: &crate::gallery::Kind| options.admits_category(kind.category);
        table.kind(row).is_some_and(category) && (options.exclude.is_empty() || !id())
    };
    let rows: Vec<usize> = table.rows().filter(asked).collect();
    rule.check()?;
    let units = Units::of_table(table, &rows, rule, options.threads)?;
    let name = |rank| table.id(units.first_row(rank)).unwrap_or_default();
    let target = Target::table(table, Marks::default());
    find(&Search { target, units: &units, rule, options }, LinkKind::Table, &name)
}

/// Finds the subjects of a gallery whose DNA profiles agree under a rule: the same person under two ids, or cases that
/// belong together.
///
/// # Method
/// As [`find_duplicate_profiles`]. A pair of subjects is linked once, by the two profiles that agree at most loci; profiles
/// of one subject are not compared with each other. Subjects without profiles are counted nowhere.
///
/// # Errors
/// As [`find_duplicate_profiles`], and what keeps the gallery from being read.
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::dna::compare::{Rule, Stringency};
/// use matcher_core::gallery::{Enrolment, Gallery, SubjectId};
/// use matcher_core::search::{DuplicateOptions, find_duplicate_dna};
/// let profile = |id: &str, fga: [&str; 2]| Profile::new(id, [("FGA", fga), ("TH01", ["6", "9.3"])]);
/// let mut gallery = Gallery::in_memory();
/// for (id, fga) in [("case 1", ["21", "22"]), ("case 2", ["19", "20"]), ("case 3", ["22", "21"])] {
///     let subject = Enrolment::new(SubjectId::new(id)?).profiles(vec![profile("stain", fga)?]);
///     gallery.enrol_many(vec![subject], Default::default())?;
/// }
/// let rule = Rule::new("both", Stringency::High, 2, 0);
/// let links = find_duplicate_dna(&gallery, &rule, &DuplicateOptions::default())?;
/// assert_eq!(links.clusters(None), [["case 1", "case 3"]]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn find_duplicate_dna(gallery: &Gallery, rule: &Rule, options: &DuplicateOptions<'_>) -> Result<Links> {
    rule.check()?;
    gallery.reading(|gallery| {
        // Left out before anything is counted: what may not be seen changes neither a link nor a number.
        let left_out = gallery.left_out(&options.excluded(), &options.asker)?;
        let table = gallery.profiles()?;
        let admits = |row| table.kind(row).is_some_and(|kind| options.admits_category(kind.category));
        let (units, places) = Units::of_gallery(gallery, &left_out, rule, admits, options.threads)?;
        let name = |rank: u32| gallery.placed(places[rank as usize] as usize).id();
        let target = Target { table, excluded: Marks::default(), gallery: Some(gallery) };
        find(&Search { target, units: &units, rule, options }, LinkKind::Dna, &name)
    })
}

/// What is searched, and for what.
struct Search<'s> {
    target: Target<'s>,
    units: &'s Units,
    rule: &'s Rule,
    options: &'s DuplicateOptions<'s>,
}

fn find<'n>(search: &Search<'_>, kind: LinkKind, name: &dyn Fn(u32) -> &'n str) -> Result<Links> {
    let Search { target, units, rule, options } = search;
    options.check()?;
    let index = ProfileIndex::new(target.table, options.threads)?;
    let work = || -> Result<Work> {
        let work = options.work(kind).and("comparison", format!("{}/{VERSION}", method(rule)));
        Ok(work.and("profiles", format!("of {}, digest {}", units.len(), units.digest(target.table, name))))
    };
    let next = |start| units.end(start, TOGETHER);
    let walked = walk(units.len(), options, work, next, |ranks, pace| search.compare(&index, ranks, pace))?;
    Ok(Links {
        kind,
        edges: Links::named(walked.links, name),
        found: walked.counts.found as usize,
        searched: walked.done as usize,
        not_comparable: units.not_comparable,
        not_searched: units.len() - walked.done as usize,
        pairs: pairs(units.len()),
        pairs_searched: walked.pairs,
        complete: walked.done as usize == units.len(),
        mode: Mode::Exhaustive,
        stages: None,
        method: method(rule),
    })
}

impl Search<'_> {
    /// Compares some units with all that come after them.
    fn compare(&self, index: &ProfileIndex, ranks: Range<u32>, pace: &Pace<'_>) -> Result<Outcome> {
        let Self { target, units, rule, options } = self;
        let after = pairs(units.len() - ranks.start as usize) - pairs(units.len() - ranks.end as usize);
        let probes: Vec<(usize, Profile)> =
            units.rows(ranks).filter_map(|row| Some((row, target.table.get(row)?))).collect();
        // What is found is not weighed here, and progress is told in ranges.
        let watch = Watch { cancel: options.watch.cancel, progress: None };
        let plain = ProfileOptions {
            categories: options.categories.clone(),
            threads: options.threads,
            deadline: pace.left(),
            watch,
            ..ProfileOptions::default()
        };
        let profiles = probes.iter().map(|(_, profile)| profile);
        let compiled = Compiled::all(target.table.panel(), profiles, rule, &plain)?;
        let rank = |row: usize| units.of(row).map(|(rank, _)| rank);
        let wanted = |probe: usize, row: usize| rank(row) > rank(probes[probe].0);
        let counted = index.hits(target, compiled, &wanted, &plain)?;
        let mut best: BTreeMap<(u32, u32), Found> = BTreeMap::new();
        let mut is_whole = true;
        for ((row, _), counted) in probes.iter().zip(counted) {
            is_whole &= counted.not_searched == 0;
            let Some((a, record)) = units.of(*row) else { continue };
            for hit in counted.hits {
                let Some((b, other)) = units.of(hit.row).filter(|&(b, _)| b > a) else { continue };
                let (agreeing, records) = (hit.agreeing as u32, [record, other]);
                let found = Found { a, b, score: f64::from(agreeing), agreeing, records };
                let known = best.entry((a, b)).or_insert(found);
                // More loci first, then the records that stand first.
                let comes_before = |found: &Found| (Reverse(found.agreeing), found.records);
                if comes_before(&found) < comes_before(known) {
                    *known = found;
                }
            }
        }
        let mut outcome = Outcome::new(options.limit);
        for found in best.into_values().filter(|found| options.min_score.is_none_or(|min| found.score >= min))
        {
            outcome.counts.found += 1;
            outcome.best.keep(found);
        }
        if is_whole {
            outcome.pairs = after;
            pace.done(after);
        }
        Ok(outcome)
    }
}

#[cfg(test)]
#[path = "../duplicates_tests.rs"]
mod tests;
