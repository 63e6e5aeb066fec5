//! What is there twice or not: the subjects of a gallery, or the profiles of a table, each with its comparable profiles.

use crate::dna::compare::Rule;
use crate::dna::{Genotype, Locus, Profile};
use crate::error::Result;
use crate::gallery::{Gallery, Marks, ProfileTable};
use crate::search::duplicates::digits;
use crate::search::profiles::compile::check;
use crate::work::Threads;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// No unit.
const NONE: u32 = u32::MAX;

/// Units by rank: subjects in the order of their ids, profiles of a table in the order of their rows.
pub(super) struct Units {
    /// Comparable profiles, unit by unit: the row, and which record of the unit it is (of a table, the row again).
    profiles: Vec<(u32, u32)>,
    /// Where those of each unit begin, and where the last ones end.
    starts: Vec<u32>,
    /// By row: the rank of the unit, and which record of it.
    of_row: Vec<(u32, u32)>,
    pub(super) not_comparable: usize,
}

impl Units {
    /// The profiles of a table at these rows.
    pub(super) fn of_table(
        table: &ProfileTable,
        rows: &[usize],
        rule: &Rule,
        threads: Threads,
    ) -> Result<Self> {
        let comparable = threads.map(rows, |&row| is_comparable(table, row, rule))?;
        let units = rows.iter().zip(comparable).map(|(&row, comparable)| {
            let profile = comparable.then_some((row as u32, row as u32));
            Vec::from_iter(profile)
        });
        Ok(Self::new(units))
    }

    /// The subjects of a gallery that are not left out, those without profiles left aside.
    pub(super) fn of_gallery(
        gallery: &Gallery,
        left_out: &Marks,
        rule: &Rule,
        admits: impl Fn(usize) -> bool + Sync,
        threads: Threads,
    ) -> Result<(Self, Vec<u32>)> {
        let table = gallery.unchecked_profiles();
        let there = (0..gallery.places()).filter(|&place| !left_out.contains(place));
        let has_profiles =
            |&place: &usize| gallery.placed(place).profile_rows().iter().any(|&row| admits(row));
        let mut places: Vec<u32> = there.filter(has_profiles).map(|place| place as u32).collect();
        places.sort_unstable_by_key(|&place| gallery.placed(place as usize).id());
        let profiles = threads.map(&places, |&place| {
            let rows = gallery.placed(place as usize).profile_rows();
            let admitted = rows.into_iter().zip(0..).filter(|&(row, _)| admits(row));
            let comparable = admitted.filter(|&(row, _)| is_comparable(table, row, rule));
            comparable.map(|(row, record)| (row as u32, record)).collect::<Vec<_>>()
        })?;
        let compared = places.iter().zip(&profiles).filter(|(_, profiles)| !profiles.is_empty());
        let compared = compared.map(|(&place, _)| place).collect();
        Ok((Self::new(profiles.into_iter()), compared))
    }

    /// Of the comparable profiles of each unit; those that have none are counted and left aside.
    fn new(units: impl Iterator<Item = Vec<(u32, u32)>>) -> Self {
        let (mut profiles, mut starts, mut not_comparable) = (Vec::new(), vec![0], 0);
        for unit in units {
            if unit.is_empty() {
                not_comparable += 1;
                continue;
            }
            profiles.extend(unit);
            starts.push(profiles.len() as u32);
        }
        let last = profiles.iter().map(|&(row, _)| row as usize + 1).max().unwrap_or(0);
        let mut of_row = vec![(NONE, 0); last];
        for (rank, bounds) in (0..).zip(starts.windows(2)) {
            for &(row, record) in &profiles[bounds[0] as usize..bounds[1] as usize] {
                of_row[row as usize] = (rank, record);
            }
        }
        Self { profiles, starts, of_row, not_comparable }
    }

    /// How many have comparable profiles.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The rows of the profiles of some units.
    pub(super) fn rows(&self, ranks: Range<u32>) -> impl Iterator<Item = usize> {
        let bounds = [ranks.start, ranks.end].map(|rank| self.starts[rank as usize] as usize);
        self.profiles[bounds[0]..bounds[1]].iter().map(|&(row, _)| row as usize)
    }

    /// The row of the first profile of a unit.
    pub(super) fn first_row(&self, rank: u32) -> usize {
        self.profiles[self.starts[rank as usize] as usize].0 as usize
    }

    /// The rank of the unit of a row, and which record of it the row is; `None` where it is of none.
    pub(super) fn of(&self, row: usize) -> Option<(u32, u32)> {
        self.of_row.get(row).copied().filter(|&(rank, _)| rank != NONE)
    }

    /// The rank after the last unit of those from `start` on that have no more than so many profiles together: one at
    /// least.
    pub(super) fn end(&self, start: u32, profiles: usize) -> u32 {
        let most = self.starts[start as usize] as usize + profiles;
        let end = self.starts.partition_point(|&at| at as usize <= most) as u32 - 1;
        end.max(start + 1)
    }

    /// What is compared, in 32 digits: the names and the profiles.
    pub(super) fn digest<'n>(&self, table: &ProfileTable, name: impl Fn(u32) -> &'n str) -> String {
        let mut digest = Sha256::new();
        for rank in 0..self.len() as u32 {
            let name = name(rank);
            digest.update([name.len() as u8]);
            digest.update(name);
            for profile in
                self.rows(rank..rank + 1).filter_map(|row| Some((self.of(row)?.1, table.get(row)?)))
            {
                // A profile is plain data: its serialisation cannot fail.
                let json = serde_json::to_vec(&profile).unwrap_or_default();
                digest.update((json.len() as u32).to_le_bytes());
                digest.update(&json);
            }
        }
        digits(digest)
    }
}

/// Whether the rule compares the profile of a row with any.
fn is_comparable(table: &ProfileTable, row: usize, rule: &Rule) -> bool {
    table.get(row).is_some_and(|profile| {
        check(&profile, rule).is_ok() && rule.refuses(&profile).is_none() && has_enough(&profile, rule)
    })
}

/// Whether a profile has as many loci as any pair of categories asks for at least.
fn has_enough(profile: &Profile, rule: &Rule) -> bool {
    let known = |(locus, genotype): &&(Locus, Genotype)| rule.loci.contains(*locus) && !genotype.is_blank();
    let least = rule.pairs.iter().map(|pair| pair.min_loci).fold(rule.min_loci, usize::min);
    profile.loci().iter().filter(known).count() >= least
}
