//! The report as text.

use super::lr_matrix::PairState;
use super::options::Prior;
use super::report::{Assignment, DviReport};
use crate::dna::kinship::Relation;
use std::fmt;

/// Assignments that the text shows.
const SHOWN: usize = 5;

impl fmt::Display for DviReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Identification of {} bodies and {} missing persons by DNA",
            self.bodies.len(),
            self.missing.len()
        )?;
        self.remains(f)?;
        writeln!(f, "\nBodies")?;
        for (place, (body, conclusion)) in self.bodies.iter().zip(&self.body_conclusions).enumerate() {
            writeln!(
                f,
                "  {body}: {conclusion}; probability of nobody {}",
                percent(self.marginals.nobody[place])
            )?;
        }
        writeln!(f, "\nMissing persons")?;
        for (place, (missing, conclusion)) in self.missing.iter().zip(&self.missing_conclusions).enumerate() {
            let absent = percent(self.marginals.absent[place]);
            writeln!(f, "  {missing}: {conclusion}; probability of not being among the bodies {absent}")?;
        }
        self.joint(f)?;
        self.pairs(f)?;
        self.rests_on(f)
    }
}

impl DviReport {
    fn remains(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for parts in &self.merged {
            writeln!(f, "Taken as one body: {}", parts.join(", "))?;
        }
        for found in &self.duplicates {
            let relation = match found.relation {
                Relation::Identical => "one person".into(),
                relation => format!("related as {relation}"),
            };
            writeln!(
                f,
                "Look at these remains first: {} and {} may be {relation} (log10 LR {:.2}, {} loci)",
                found.a,
                found.b,
                found.log10_lr.value(),
                found.loci
            )?;
        }
        Ok(())
    }

    fn joint(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nMost probable assignments")?;
        for assignment in self.assignments.iter().take(SHOWN) {
            writeln!(f, "  {}: {}", percent(assignment.posterior), Shown(assignment))?;
        }
        if self.assignments.len() > SHOWN {
            writeln!(f, "  and {} more listed", self.assignments.len() - SHOWN)?;
        }
        for group in self.groups.iter().filter(|group| group.outside > 0.0) {
            writeln!(
                f,
                "  Of families {} the {} best assignments were kept; all others together have at most {}.",
                group.families.join(", "),
                group.kept,
                percent(group.outside)
            )?;
        }
        if self.outside == 0.0 {
            writeln!(f, "  Every assignment of pairs that are not excluded was weighed.")?;
        } else {
            writeln!(
                f,
                "  All probabilities here are lower bounds, at most {} too small.",
                percent(self.outside)
            )?;
        }
        Ok(())
    }

    fn pairs(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nPairs with a log10 LR above 0, each by itself")?;
        for (body, name) in self.bodies.iter().enumerate() {
            for (column, missing) in self.missing.iter().enumerate() {
                let (log10_lr, loci) =
                    (self.pairwise.log10_lr[[body, column]], self.pairwise.loci[[body, column]]);
                if self.pairwise.states[[body, column]] == PairState::Compared && log10_lr > 0.0 {
                    writeln!(f, "  {name} as {missing}: {log10_lr:.2}, {loci} loci")?;
                }
            }
        }
        match self.excluded().count() {
            1 => writeln!(f, "  1 pair is excluded by its loci")?,
            pairs => writeln!(f, "  {pairs} pairs are excluded by their loci")?,
        }
        for exclusion in self.exclusions.iter().filter(|exclusion| !exclusion.excluded) {
            writeln!(
                f,
                "  {} as {} needs a mutation at {}, and is not excluded by that",
                exclusion.body,
                exclusion.missing,
                exclusion.loci.join(", ")
            )?;
        }
        Ok(())
    }

    fn rests_on(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let basis = &self.basis;
        writeln!(f, "\nWhat this rests on")?;
        writeln!(f, "  Method: {}", basis.method)?;
        let rare = basis.rare.map_or_else(|| "none".into(), |rule| rule.to_string());
        writeln!(
            f,
            "  Frequencies: {} ({}), rare alleles: {rare}; {} loci",
            basis.population,
            basis.table,
            basis.loci.len()
        )?;
        writeln!(
            f,
            "  Theta {}; {}; founders who were not typed are {}",
            basis.model.theta,
            basis.model.mutation,
            if basis.model.prune_untyped { "left out where they have one child" } else { "kept" }
        )?;
        let limits = &basis.thresholds;
        writeln!(
            f,
            "  Thresholds: undisputed LR {} and {} times any rival; joint analysis GLR {}",
            limits.undisputed, limits.rival_factor, limits.joint
        )?;
        match limits.inconsistent_loci {
            Some(most) => writeln!(
                f,
                "  Pairs inconsistent at more than {most} loci are excluded and not weighed further"
            )?,
            None => writeln!(f, "  Pairs are excluded only where they are impossible under the model")?,
        }
        let prior = match basis.prior {
            Prior::Flat => "every assignment that is not excluded alike",
            Prior::Pairs { .. } => "by pair, as given",
        };
        writeln!(f, "  Prior: {prior}")?;
        if basis.fix_undisputed {
            writeln!(f, "  Undisputed pairs were taken as known before the rest was compared")?;
        }
        if !basis.left_out.is_empty() {
            writeln!(
                f,
                "  {} loci of profiles were left out, as they cannot be counted",
                basis.left_out.len()
            )?;
        }
        basis.remarks.iter().try_for_each(|remark| writeln!(f, "  {remark}"))
    }
}

/// A probability as people read it; never 100 or 0 where it is not.
fn percent(probability: f64) -> String {
    let percent = probability * 100.0;
    if probability >= 1.0 {
        "100%".into()
    } else if percent >= 99.99 {
        "more than 99.99%".into()
    } else if probability > 0.0 && percent < 0.01 {
        "less than 0.01%".into()
    } else {
        format!("{percent:.2}%")
    }
}

struct Shown<'a>(&'a Assignment);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.pairs.is_empty() {
            f.write_str("nobody is identified")?;
        }
        for (place, (body, missing)) in self.0.pairs.iter().enumerate() {
            write!(f, "{}{body} = {missing}", if place > 0 { ", " } else { "" })?;
        }
        write!(f, " (log10 LR {:.2})", self.0.log10_lr.value())
    }
}
