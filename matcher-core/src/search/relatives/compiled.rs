//! A question compiled for a table: what each genotype of a column adds, and the loci that must be looked at otherwise.

use super::kin::Kin;
use crate::Result;
use crate::dna::kinship::{GenotypeTable, Model, NotCounted, Unit};
use crate::dna::{Frequencies, Inheritance, Locus, LocusFrequencies, Panel, Profile};
use crate::simd::lookup::{Column, Lookup};
use crate::work::Threads;

/// What a difference between single precision and the exact sum may be: 64 columns, each rounded, with a wide margin.
pub(super) const MARGIN: f32 = 0.05;

/// A question for the rows of a panel.
pub(super) struct Compiled {
    pub(super) lookup: Lookup,
    /// The columns that count, as a set.
    pub(super) columns: u64,
    /// Loci that count and are in no table: linked ones, those on the X chromosome, those that the panel has not.
    pub(super) others: Vec<Locus>,
    /// The columns of these, as a set.
    pub(super) other_columns: u64,
    pub(super) loci: Vec<Locus>,
    pub(super) not_counted: Vec<(Locus, NotCounted)>,
}

impl Compiled {
    pub(super) fn new(
        kin: &Kin,
        panel: &Panel,
        frequencies: &Frequencies,
        model: &Model,
        threads: Threads,
    ) -> Result<Self> {
        kin.check(frequencies, model)?;
        let all = kin.profiles().iter().flat_map(Profile::loci);
        let mut known: Vec<Locus> =
            all.filter(|(_, genotype)| !genotype.is_blank()).map(|(locus, _)| *locus).collect();
        known.sort_unstable();
        known.dedup();
        let mut compiled = Self {
            lookup: Lookup::new(&[])?,
            columns: 0,
            others: Vec::new(),
            other_columns: 0,
            loci: Vec::new(),
            not_counted: Vec::new(),
        };
        let units = Unit::of(&known, frequencies)?;
        let loci: Vec<(Locus, bool)> = units
            .iter()
            .flat_map(|unit| unit.loci().iter().map(|&locus| (locus, unit.loci().len() == 1)))
            .collect();
        let compile = |&(locus, single): &(Locus, bool)| -> Result<_> {
            let on_x = locus.inheritance() == Inheritance::X
                || frequencies.at(locus).is_some_and(LocusFrequencies::is_x_linked);
            Ok(match panel.column(locus).filter(|_| single && !on_x) {
                None => (locus, plain_reason(locus, on_x, frequencies).map_or(Ok(None), Err)),
                Some(column) => {
                    let table = kin.table(locus, panel.alleles(column), frequencies, model)?;
                    (locus, table.map(|table| Some((column, table))))
                }
            })
        };
        let mut tables: Vec<(usize, GenotypeTable)> = Vec::new();
        for answer in threads.map(&loci, compile)? {
            match answer? {
                (_, Ok(Some(table))) => tables.push(table),
                (locus, Ok(None)) => compiled.others.push(locus),
                (locus, Err(reason)) => compiled.not_counted.push((locus, reason)),
            }
        }
        tables.sort_by_key(|(column, _)| *column);
        let values: Vec<Vec<f32>> = tables
            .iter()
            .map(|(_, table)| table.values().iter().map(|&value| value as f32).collect())
            .collect();
        let columns: Vec<Column<'_>> = tables
            .iter()
            .zip(&values)
            .map(|((column, table), values)| Column { column: *column, size: table.size(), values })
            .collect();
        compiled.lookup = Lookup::new(&columns)?;
        compiled.columns = tables.iter().fold(0, |set, (column, _)| set | 1 << column);
        let of_others = compiled.others.iter().filter_map(|&locus| panel.column(locus));
        compiled.other_columns = of_others.fold(0, |set, column| set | 1 << column);
        compiled.loci =
            tables.iter().map(|(_, table)| table.locus()).chain(compiled.others.iter().copied()).collect();
        compiled.loci.sort_unstable();
        Ok(compiled)
    }

    /// Whether the rows alone do not tell the ratio of a profile.
    pub(super) fn needs_more(&self, profile: &Profile, panel: &Panel) -> bool {
        profile.loci().iter().any(|(locus, genotype)| {
            let plain = match genotype.alleles() {
                [a, b] => a.is_designated() && (b.is_designated() || b.is_open()),
                _ => false,
            };
            let column = panel.column(*locus).filter(|column| self.columns >> column & 1 == 1);
            (column.is_some() && !plain) || self.others.contains(locus)
        })
    }
}

/// Why a locus that is in no table does not count, as far as that does not depend on a candidate.
fn plain_reason(locus: Locus, on_x: bool, frequencies: &Frequencies) -> Option<NotCounted> {
    match locus.inheritance() {
        Inheritance::Y | Inheritance::SexMarker if !on_x => Some(NotCounted::NotInherited),
        _ if frequencies.at(locus).is_none() => Some(NotCounted::NotInTable),
        _ => None,
    }
}
