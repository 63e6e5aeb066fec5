//! An index: the profiles that agree with a probe, without looking at the others.
//!
//! # Method
//! The loci that most profiles have are split into groups of about five. Where at most `k` loci may fail, of any `k + 1`
//! groups one agrees in full. A group is a table by the hash of its pairs; for a probe, the pairs of a group that agree
//! with it are listed (three a heterozygous locus at moderate stringency) and looked up, for the `k + 1` groups with the
//! fewest. What is found is tested further and then compared in full, as in a scan.
//!
//! Profiles that lack one of these loci or that no row can hold (mixtures, marks such as `9.X`) are scanned. Where the rule or the probe
//! leaves no `k + 1` groups with few pairs, everything is scanned, and the answer says why. So an index finds exactly what
//! a scan finds.

mod batch;
mod build;
mod group;
mod lookup;

use super::answer::{ProfileCandidates, SearchedBy, answer};
use super::compile::{Compiled, check};
use super::options::ProfileOptions;
use super::piece::{Counted, Target};
use super::scan::{count_one, scan_all};
use crate::Result;
use crate::dna::Profile;
use crate::dna::compare::{Rule, method};
use crate::gallery::{Kind, Marks, ProfileTable};
use group::Group;
use lookup::Lookup;
use std::time::{Duration, Instant};

/// An index over the profiles of a table as it was when the index was built.
///
/// About 100 bytes a profile beside the 48 of its row, at 24 loci.
///
/// # Examples
/// ```
/// use matcher_core::dna::compare::Rule;
/// use matcher_core::dna::{Frequencies, Panel};
/// use matcher_core::gallery::ProfileTable;
/// use matcher_core::search::{ProfileIndex, ProfileOptions, search_profiles};
/// use matcher_core::simulate::dna::profiles;
/// use matcher_core::units::Theta;
/// let people: Vec<_> = profiles(500, &Frequencies::builtin("nist1036")?, 7, Theta::ZERO)?.collect();
/// let table = ProfileTable::of(&people)?;
/// let index = ProfileIndex::new(&table, Default::default())?;
/// let rule = Rule::builtin("codis_moderate").expect("a shipped rule");
/// let (probe, options) = (people[321].clone().with_id("probe")?, ProfileOptions::default());
/// let found = index.search(&probe, &rule, &options)?;
/// assert_eq!(found.candidates, search_profiles(&table, &probe, &rule, &options)?.candidates);
/// assert_eq!(found.candidates[0].id, people[321].id());
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub struct ProfileIndex {
    /// The profiles as they were.
    table: ProfileTable,
    /// The columns that every indexed row has.
    columns: Vec<usize>,
    groups: Vec<Group>,
    /// The kinds of the indexed profiles, and how many of each.
    kinds: Vec<(Kind, usize)>,
    indexed: usize,
    /// The other profiles, and the row of each in the table.
    others: ProfileTable,
    rows: Vec<usize>,
}

impl ProfileIndex {
    /// How many profiles can be looked up.
    pub fn indexed(&self) -> usize {
        self.indexed
    }

    /// How many profiles every search scans, because they lack a locus that most have or no row can hold them.
    pub fn scanned(&self) -> usize {
        self.others.len()
    }

    /// How many profiles there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Searches for the profiles that agree with a probe under a rule: the answer of
    /// [`search_profiles`](crate::search::search_profiles), and how it came about.
    ///
    /// # Errors
    /// As there.
    pub fn search(
        &self,
        probe: &Profile,
        rule: &Rule,
        options: &ProfileOptions<'_>,
    ) -> Result<ProfileCandidates> {
        self.search_without(probe, rule, options, self.rows_of(options))
    }

    /// Searches all but some rows.
    fn search_without(
        &self,
        probe: &Profile,
        rule: &Rule,
        options: &ProfileOptions<'_>,
        excluded: Marks,
    ) -> Result<ProfileCandidates> {
        check(probe, rule)?;
        let method = method(rule);
        let compiled = Compiled::new(self.table.panel(), probe, (rule, &method), options)?;
        let target = Target::table(&self.table, excluded);
        // A look-up is too short to be stopped on the way: a search that is to stop does not begin it.
        let stopped = options.watch.cancelled() || options.deadline == Some(Duration::ZERO);
        let lookup = match Lookup::new(self, &compiled) {
            Ok(lookup) if !stopped => lookup,
            Ok(_) => {
                let mut answers = scan_all(&target, std::slice::from_ref(probe), rule, options)?;
                return Ok(answers.remove(0)); // one probe, one answer
            }
            Err(reason) => {
                let mut answers = scan_all(&target, std::slice::from_ref(probe), rule, options)?;
                let mut answer = answers.remove(0); // one probe, one answer
                answer.by = SearchedBy::Scan { reason: Some(reason.to_owned()) };
                return Ok(answer);
            }
        };
        let mut counted = self.others(&compiled, options, &target)?;
        for (kind, count) in self.kinds.iter().filter(|(kind, _)| options.admits_category(kind.category)) {
            *counted.place(&compiled, kind) += count;
        }
        let admitted = |row| self.table.kind(row).filter(|kind| options.admits_category(kind.category));
        for kind in target.excluded.iter().filter(|row| !self.is_other(*row)).filter_map(admitted) {
            *counted.place(&compiled, kind) -= 1;
        }
        for row in lookup.rows(self) {
            if admitted(row).is_some() && !target.excluded.contains(row) {
                counted.compare(&target, &compiled, row);
            }
        }
        let by = SearchedBy::Index { looked_up: self.indexed, scanned: self.others.len() };
        Ok(answer(&target, &compiled, options, counted, by))
    }

    /// Searches with many probes, spread over threads. Each answer is that of a search of its own; the deadline is for all
    /// of them together.
    ///
    /// # Errors
    /// As [`search`](Self::search), for the first probe that is wrong.
    pub fn search_many(
        &self,
        probes: &[Profile],
        rule: &Rule,
        options: &ProfileOptions<'_>,
    ) -> Result<Vec<ProfileCandidates>> {
        let (started, excluded) = (Instant::now(), self.rows_of(options));
        let answers = options.threads.map(probes, |probe| {
            let mut options = options.on_one_thread();
            options.deadline = options.deadline.map(|deadline| deadline.saturating_sub(started.elapsed()));
            self.search_without(probe, rule, &options, excluded.clone())
        })?;
        answers.into_iter().collect()
    }

    /// Whether a row is scanned.
    fn is_other(&self, row: usize) -> bool {
        self.rows.binary_search(&row).is_ok()
    }

    /// The rows of profiles that are left out by id.
    fn rows_of(&self, options: &ProfileOptions<'_>) -> Marks {
        if options.exclude.is_empty() {
            return Marks::default();
        }
        let excluded = |row: &usize| self.table.id(*row).is_some_and(|id| options.exclude.contains(id));
        self.table.rows().filter(excluded).collect()
    }

    /// What a scan of the profiles that are not indexed finds.
    fn others<'t>(
        &'t self,
        compiled: &Compiled<'_>,
        options: &ProfileOptions<'_>,
        target: &Target<'t>,
    ) -> Result<Counted<'t>> {
        if self.others.is_empty() {
            return Ok(Counted::default());
        }
        let excluded = (0..self.rows.len()).filter(|&at| target.excluded.contains(self.rows[at])).collect();
        let others = Target::table(&self.others, excluded);
        let rule = (compiled.rule, &compiled.method);
        let compiled = Compiled::new(self.others.panel(), compiled.probe, rule, options)?;
        let mut found = count_one(&others, compiled, options)?;
        for hit in &mut found.hits {
            hit.row = self.rows[hit.row];
        }
        Ok(found)
    }
}

impl std::fmt::Debug for ProfileIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProfileIndex")
            .field("indexed", &self.indexed)
            .field("scanned", &self.scanned())
            .field("groups", &self.groups.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
