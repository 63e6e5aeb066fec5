//! Who is in a database twice, under a rule: every profile a probe against all that come after it.
//!
//! Some thousand profiles at a time go through the table together, so memory holds them, the table and the links found.

use super::compile::{Compiled, check};
use super::options::ProfileOptions;
use super::piece::Target;
use super::scan::{Clock, TOGETHER, count};
use crate::Result;
use crate::dna::compare::{Rule, method};
use crate::dna::{Genotype, Locus, Profile};
use crate::gallery::{Marks, ProfileTable};
use crate::provenance::Method;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// Two profiles of a table that agree under a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileLink {
    /// The id of the profile in the earlier row.
    pub a: String,
    /// The id of the other one.
    pub b: String,
    /// Their rows.
    pub rows: [usize; 2],
    /// Loci that agree.
    pub agreeing: usize,
}

/// All pairs of profiles of a table that agree under a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileLinks {
    /// Those that agree at most loci first, then by row.
    pub links: Vec<ProfileLink>,
    /// How many pairs agree, listed or not.
    pub found: usize,
    /// Profiles that were compared with all that come after them.
    pub searched: usize,
    /// Profiles that the rule compares with none: mixtures where it admits none, or too few loci.
    pub not_comparable: usize,
    /// Profiles that were not reached.
    pub not_searched: usize,
    /// Whether every profile was reached.
    pub complete: bool,
    /// The rule that was applied.
    pub method: Method,
}

/// Finds the profiles of a table that agree with each other under a rule: the same person twice, a contamination, or twins.
///
/// Options are those of a search: `limit` is the most pairs to list, and progress is told in pairs of profiles.
///
/// # Errors
/// The rule is wrong.
///
/// # Examples
/// ```
/// use matcher_core::dna::compare::{Rule, Stringency};
/// use matcher_core::dna::Profile;
/// use matcher_core::gallery::ProfileTable;
/// use matcher_core::search::{ProfileOptions, find_duplicates};
/// let profile = |id: &str, fga: [&str; 2]| Profile::new(id, [("FGA", fga), ("TH01", ["6", "9.3"])]);
/// let table = ProfileTable::of(&[profile("a", ["21", "22"])?, profile("b", ["19", "20"])?, profile("c", ["21", "22"])?])?;
/// let found = find_duplicates(&table, &Rule::new("both", Stringency::High, 2, 0), &ProfileOptions::default())?;
/// assert_eq!((found.links[0].a.as_str(), found.links[0].b.as_str(), found.found), ("a", "c", 1));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn find_duplicates(
    table: &ProfileTable,
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> Result<ProfileLinks> {
    rule.check()?;
    let excluded: Marks = if options.exclude.is_empty() {
        Marks::default()
    } else {
        table.rows().filter(|&row| table.id(row).is_some_and(|id| options.exclude.contains(id))).collect()
    };
    let rows: Vec<usize> = table
        .rows()
        .filter(|row| !excluded.contains(*row))
        .filter(|&row| table.kind(row).is_some_and(|kind| options.admits_category(kind.category)))
        .collect();
    let target = Target::table(table, excluded);
    // What is found is not weighed here.
    let plain = ProfileOptions::default();
    let clock = Clock::start(options, table.len() * rows.len());
    let mut all = ProfileLinks {
        links: Vec::new(),
        found: 0,
        searched: 0,
        not_comparable: 0,
        not_searched: 0,
        complete: true,
        method: method(rule),
    };
    for chunk in rows.chunks(TOGETHER) {
        if clock.stops() {
            all.not_searched += chunk.len();
            continue;
        }
        let probes: Vec<(usize, Profile)> =
            chunk.iter().filter_map(|&row| Some((row, table.get(row)?))).collect();
        let comparable = |probe: &&(usize, Profile)| {
            check(&probe.1, rule).is_ok() && rule.refuses(&probe.1).is_none() && has_enough(&probe.1, rule)
        };
        let probes: Vec<&(usize, Profile)> = probes.iter().filter(comparable).collect();
        all.not_comparable += chunk.len() - probes.len();
        let compiled = Compiled::all(table.panel(), probes.iter().map(|(_, probe)| probe), rule, &plain)?;
        for ((row, probe), counted) in probes.iter().zip(count(&target, &compiled, options, &clock)?) {
            if counted.not_searched > 0 {
                all.not_searched += 1;
                continue;
            }
            all.searched += 1;
            let later: Vec<_> = counted.hits.iter().filter(|hit| hit.row > *row).collect();
            all.found += later.len();
            all.links.extend(later.into_iter().map(|hit| ProfileLink {
                a: probe.id().to_owned(),
                b: hit.name.to_owned(),
                rows: [*row, hit.row],
                agreeing: hit.agreeing,
            }));
        }
        all.keep_best(options.limit);
    }
    all.complete = all.not_searched == 0;
    Ok(all)
}

/// Whether a profile has as many loci as any pair of categories asks for at least.
fn has_enough(profile: &Profile, rule: &Rule) -> bool {
    let known = |(locus, genotype): &&(Locus, Genotype)| rule.loci.contains(*locus) && !genotype.is_blank();
    let least = rule.pairs.iter().map(|pair| pair.min_loci).fold(rule.min_loci, usize::min);
    profile.loci().iter().filter(known).count() >= least
}

impl ProfileLinks {
    fn keep_best(&mut self, limit: usize) {
        self.links.sort_unstable_by_key(|link| (Reverse(link.agreeing), link.rows));
        self.links.truncate(limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dna::Frequencies;
    use crate::dna::compare::{Stringency, Victims, compare};
    use crate::simulate::dna::{ProfileConfig, ProfileSimulator};
    use std::time::Duration;

    #[test]
    fn all_pairs_that_agree_are_found_whatever_the_limit() {
        let frequencies = Frequencies::builtin("nist1036").unwrap();
        let config =
            ProfileConfig { partial: 0.5, drop_out: 0.2, locus_missing: 0.3, ..ProfileConfig::default() };
        let simulator = ProfileSimulator::new(3, &frequencies, config).unwrap();
        let people: Vec<Profile> =
            (0..130).map(|k| simulator.profile(k % 90).with_id(&format!("P{k}")).unwrap()).collect();
        let table = ProfileTable::of(&people).unwrap();
        let rule = Rule::new("few", Stringency::Moderate, 5, 3);
        let mut by_hand = Vec::new();
        for (a, probe) in people.iter().enumerate() {
            for (b, other) in people.iter().enumerate().skip(a + 1) {
                let comparison = compare(probe, other, &rule, Victims::default());
                if comparison.is_hit() {
                    by_hand.push((Reverse(comparison.counts.agreeing), [a, b]));
                }
            }
        }
        by_hand.sort_unstable();
        assert!(by_hand.len() >= 40);
        for limit in [1000, 7, 0] {
            let found =
                find_duplicates(&table, &rule, &ProfileOptions { limit, ..ProfileOptions::default() })
                    .unwrap();
            let links: Vec<_> = found.links.iter().map(|link| (Reverse(link.agreeing), link.rows)).collect();
            assert_eq!(links, by_hand[..by_hand.len().min(limit)]);
            assert_eq!((found.found, found.searched + found.not_comparable), (by_hand.len(), 130));
        }
        let many = Rule::new("many", Stringency::High, 30, 0);
        let nobody = find_duplicates(&table, &many, &ProfileOptions::default()).unwrap();
        assert_eq!((nobody.searched, nobody.not_comparable, nobody.complete), (0, 130, true));
        let options = ProfileOptions { deadline: Some(Duration::ZERO), ..ProfileOptions::default() };
        let stopped = find_duplicates(&table, &rule, &options).unwrap();
        assert_eq!((stopped.complete, stopped.not_searched, stopped.found), (false, 130, 0));
    }
}
