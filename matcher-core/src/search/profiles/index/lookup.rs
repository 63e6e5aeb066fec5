//! A probe ready to be looked up: in which groups, under which hashes, and what the other columns must say.

use super::ProfileIndex;
use super::group::{EMPTY, Entry, Group, hash};
use crate::dna::compare::Stringency;
use crate::dna::{Allele, Genotype};
use crate::gallery::Kind;
use crate::search::profiles::compile::{Compiled, InFull};
use std::collections::HashSet;

/// The most pairs of a group that are looked up: beyond, a scan is no slower.
const MOST: usize = 100_000;

/// What a column must say: which alleles are among the probe's, and whether both of a pair must be.
struct Column {
    place: usize,
    among: Box<[bool; 256]>,
    both: bool,
}

impl Column {
    fn fails(&self, pair: [u8; 2]) -> bool {
        let [low, high] = pair.map(|code| self.among[usize::from(code)]);
        if self.both { !(low && high) } else { !(low || high) }
    }
}

/// See the module.
pub(super) struct Lookup {
    /// For each group that is looked up, its place and the hashes of the pairs that agree.
    groups: Vec<(usize, Vec<u64>)>,
    /// Indexed columns that the probe is compared at.
    columns: Vec<Column>,
    /// How many of them may fail.
    allowed: usize,
}

impl Lookup {
    /// Prepares a probe; says why it cannot be looked up where it cannot.
    pub(super) fn new(index: &ProfileIndex, compiled: &Compiled<'_>) -> Result<Self, &'static str> {
        if compiled.in_full == InFull::All {
            return Err("the rule reads some allele of the table as unknown");
        }
        // What lies beside a row can only make its profile comparable.
        let undecided = |(kind, _): &(Kind, usize)| kind.kept && !compiled.is_comparable(kind);
        if compiled.in_full == InFull::Kept && index.kinds.iter().any(undecided) {
            return Err("loci beside the table's panel decide which profiles can be compared");
        }
        let (stringency, _, allowed) = compiled.most_lenient();
        let panel = index.table.panel();
        let mut columns = Vec::new();
        let mut pairs = vec![None; panel.loci().len()];
        for &column in &index.columns {
            let locus = panel.loci()[column];
            let genotype = compiled.probe.get(locus).filter(|_| compiled.rule.loci.contains(locus));
            let Some(genotype) = genotype.map(|genotype| compiled.rule.reading.of(genotype)) else {
                continue;
            };
            let alleles = panel.alleles(column);
            if !genotype.is_complete() {
                continue;
            }
            let (both, agreeing) = agreeing(alleles, &genotype, stringency);
            let mut among = Box::new([false; 256]);
            for (k, allele) in alleles.iter().enumerate() {
                among[k + 1] = genotype.alleles().contains(allele);
            }
            columns.push(Column { place: column, among, both });
            pairs[column] = Some(agreeing);
        }
        let mut groups: Vec<(usize, usize)> = index
            .groups
            .iter()
            .enumerate()
            .filter_map(|(place, group)| {
                let counts = group.columns.iter().map(|&column| pairs[column].as_ref().map(Vec::len));
                let count = counts
                    .into_iter()
                    .try_fold(1usize, |product, count| Some(product.saturating_mul(count?)))?;
                (count <= MOST).then_some((count, place))
            })
            .collect();
        groups.sort_unstable();
        if groups.len() <= allowed {
            return Err(if index.groups.len() <= allowed {
                "the rule allows too many mismatches for the groups of the index"
            } else {
                "the probe lacks alleles at loci of the index, or too many genotypes agree with it"
            });
        }
        groups.truncate(allowed + 1);
        let groups =
            groups.into_iter().map(|(_, place)| (place, hashes(&index.groups[place], &pairs))).collect();
        Ok(Self { groups, columns, allowed })
    }

    /// Rows among which are all that agree, in ascending order: those of which not too many columns fail. Of entries that
    /// have a wanted tag by chance, the columns of the group are not asked.
    pub(super) fn rows(&self, index: &ProfileIndex) -> Vec<usize> {
        let mut rows = HashSet::new();
        for (place, hashes) in &self.groups {
            let group = &index.groups[*place];
            let of = |column: &usize| self.columns.iter().find(|known| known.place == *column);
            let sketched: Vec<Option<&Column>> = group.sketched.iter().map(of).collect();
            let seen = |column: &&Column| {
                [&group.columns, &group.sketched].iter().any(|of| of.contains(&column.place))
            };
            let others: Vec<&Column> = self.columns.iter().filter(|column| !seen(column)).collect();
            group.look_up(hashes, |entry| {
                if self.passes(index, entry, &sketched, &others) {
                    rows.insert(entry.row as usize);
                }
            });
        }
        let mut rows: Vec<usize> = rows.into_iter().collect();
        rows.sort_unstable();
        rows
    }

    /// Whether few enough columns fail: first those that the entry tells, then the others of its row.
    fn passes(
        &self,
        index: &ProfileIndex,
        entry: &Entry,
        sketched: &[Option<&Column>],
        others: &[&Column],
    ) -> bool {
        let told = entry.sketch.iter().zip(sketched);
        let mut failures =
            told.filter(|(pair, column)| column.is_some_and(|column| column.fails(**pair))).count();
        let mut others = others.iter();
        while failures <= self.allowed {
            let Some(column) = others.next() else { return true };
            failures += usize::from(column.fails(index.table.pair(entry.row as usize, column.place)));
        }
        false
    }
}

/// Whether both alleles of an agreeing pair must be the probe's, and the pairs of a column that agree with it. The rows of
/// an index are designated at all of its columns, and so is the genotype.
fn agreeing(alleles: &[Allele], genotype: &Genotype, stringency: Stringency) -> (bool, Vec<[u8; 2]>) {
    let distinct = genotype.distinct();
    let coded = || alleles.iter().zip(1u8..);
    let own: Vec<u8> =
        coded().filter(|(allele, _)| distinct.contains(allele)).map(|(_, code)| code).collect();
    let both = match stringency {
        Stringency::High => true,
        Stringency::Moderate => distinct.len() > 1,
        Stringency::Low => false,
    };
    let mut pairs = Vec::new();
    for (k, &code) in own.iter().enumerate() {
        if both {
            pairs.extend(own[k..].iter().map(|&other| [code.min(other), code.max(other)]));
        } else {
            let others = coded().map(|(_, other)| other).filter(|other| !own[..k].contains(other));
            pairs.extend(others.map(|other| [code.min(other), code.max(other)]));
        }
    }
    if stringency == Stringency::High {
        // All of the probe's alleles must be there.
        pairs.retain(|pair| own.len() == distinct.len() && own.iter().all(|code| pair.contains(code)));
    }
    (both, pairs)
}

/// The hashes of all choices of one agreeing pair a column.
fn hashes(group: &Group, pairs: &[Option<Vec<[u8; 2]>>]) -> Vec<u64> {
    let mut hashes = vec![EMPTY];
    for &column in &group.columns {
        let choices = pairs[column].as_deref().unwrap_or_default();
        hashes =
            hashes.iter().flat_map(|&before| choices.iter().map(move |&pair| hash(before, pair))).collect();
    }
    hashes
}
