//! What whoever reads a report should know beside its numbers.

use super::evidence::Evidence;
use super::identify::{Known, Remains};
use super::lr_matrix::PairState;
use crate::dna::kinship::Relation;
use crate::error::Result;

impl Known<'_> {
    /// A sentence each.
    pub(super) fn remarks(&self, remains: &Remains) -> Result<Vec<String>> {
        let mut remarks = remains.remarks.clone();
        let next = if self.options.merge { "they were not joined" } else { "join them and ask again" };
        for found in remains.found.iter().filter(|found| found.relation == Relation::Identical) {
            remarks.push(format!(
                "{} and {} may be one person, but each was taken for another one: {next}",
                found.a, found.b
            ));
        }
        for family in 0..self.case.families.len() {
            remarks.extend(self.of_family(family)?);
        }
        let known: Vec<_> = self.fixed().collect();
        for pair in &self.steps.undisputed {
            let (family, missing) = self.case.person(pair.column);
            let triple = (family, missing, pair.body);
            let best = self.joint.parts.iter().flat_map(|part| &part.assignments[0].pairs);
            if !best.chain(&known).any(|of| *of == triple) {
                remarks.push(format!(
                    "{} as {} is undisputed by itself, but not in the most probable assignment",
                    self.body(pair.body),
                    self.person(pair.column)
                ));
            }
        }
        if self.options.model.theta.value() > 0.0 {
            remarks.push(
                "theta holds within each family and the bodies placed in it; bodies placed nowhere are drawn by themselves"
                    .into(),
            );
        }
        Ok(remarks)
    }

    /// Why nobody is compared with a family, if so.
    fn of_family(&self, family: usize) -> Result<Option<String>> {
        let name = self.case.families[family].name();
        Ok(match self.steps.first.states[[0, self.case.columns[family]]] {
            PairState::NobodyTyped => {
                Some(format!("nobody of family {name} was typed: nobody is compared with it"))
            }
            PairState::FamilyContradictory => {
                let mut units = Vec::new();
                for unit in 0..self.case.units.len() {
                    if self.typed.family(family, unit, &[])?.is_impossible() {
                        units.push(unit);
                    }
                }
                Some(format!(
                    "the profiles of family {name} cannot be of people so related, at {}: nobody is compared with it",
                    self.unit_names(&units).join(", ")
                ))
            }
            _ => None,
        })
    }
}
