//! The report as text.

use super::case::MissingPerson;
use super::conclusion::Conclusion;
use super::lr_matrix::PairState;
use super::options::Prior;
use super::report::{Assignment, DviReport, UndisputedPair};
use crate::dna::kinship::Relation;
use std::collections::BTreeSet;
use std::fmt;

/// Assignments, and loci left out, that the text shows.
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
            write!(f, "  {body}: {conclusion}; ")?;
            if self.taken_as_known().any(|pair| pair.body == *body) {
                writeln!(f, "taken as known (undisputed)")?;
            } else {
                let states = self.pairwise.states.row(place).to_vec();
                writeln!(
                    f,
                    "probability of nobody {}",
                    self.without(self.marginals.nobody[place], conclusion, &states)
                )?;
            }
        }
        writeln!(f, "\nMissing persons")?;
        for (place, (missing, conclusion)) in self.missing.iter().zip(&self.missing_conclusions).enumerate() {
            write!(f, "  {missing}: {conclusion}; ")?;
            if self.taken_as_known().any(|pair| pair.missing == *missing) {
                writeln!(f, "taken as known (undisputed)")?;
            } else {
                let states = self.pairwise.states.column(place).to_vec();
                let absent = self.without(self.marginals.absent[place], conclusion, &states);
                writeln!(f, "probability of not being among the bodies {absent}")?;
            }
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

    /// The pairs that the rest was weighed with as known.
    fn taken_as_known(&self) -> impl Iterator<Item = &UndisputedPair> {
        self.undisputed.iter().filter(|_| self.basis.fix_undisputed)
    }

    /// The probability of somebody's being none of the others, who stand so.
    fn without<T>(
        &self,
        probability: Option<f64>,
        conclusion: &Conclusion<T>,
        states: &[PairState],
    ) -> String {
        let Some(probability) = probability else { return "not known: not compared".into() };
        let is_unweighed = matches!(conclusion, Conclusion::Excluded { .. } | Conclusion::NobodyLeft { .. });
        // Of somebody who was weighed, 1 is what another probability rounds to.
        let mut text = if probability >= 1.0 && is_unweighed {
            let known = if self.taken_as_known().next().is_some() { " and taken as known" } else { "" };
            format!("100%, given what is excluded{known}")
        } else {
            percent(probability)
        };
        if states.iter().any(|state| state.is_unknown()) {
            text.push_str(", of those compared");
        }
        text
    }

    fn joint(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<String> =
            self.taken_as_known().map(|pair| format!("{} = {}", pair.body, pair.missing)).collect();
        let more = if known.is_empty() { "" } else { " beyond those taken as known" };
        writeln!(f, "\nMost probable assignments (log10 LR against nobody being identified{more})")?;
        if !known.is_empty() {
            writeln!(f, "  Taken as known (undisputed), all else is given them: {}", known.join(", "))?;
        }
        if self.groups.is_empty() {
            return writeln!(f, "  No pair{more} was left to weigh.");
        }
        for assignment in self.assignments.iter().take(SHOWN) {
            write!(f, "  {}: ", percent(assignment.posterior))?;
            self.assigned(f, assignment)?;
        }
        if self.assignments.len() > SHOWN {
            writeln!(f, "  and {} more listed", self.assignments.len() - SHOWN)?;
        }
        for group in self.groups.iter().filter(|group| !group.complete) {
            writeln!(
                f,
                "  Of families {} the {} best assignments were kept; all others together have at most {}.",
                group.families.join(", "),
                group.kept,
                bound(group.outside)
            )?;
        }
        if self.is_complete() {
            writeln!(f, "  Every assignment of pairs that were compared and are not excluded was weighed.")?;
        } else {
            writeln!(
                f,
                "  All probabilities here are lower bounds, at most {} too small.",
                bound(self.outside)
            )?;
        }
        Ok(())
    }

    /// An assignment without what is taken as known, which all of them have.
    fn assigned(&self, f: &mut fmt::Formatter<'_>, assignment: &Assignment) -> fmt::Result {
        let known = |body: &str| self.taken_as_known().any(|pair| pair.body == body);
        let pairs: Vec<String> = assignment
            .pairs
            .iter()
            .filter(|(body, _)| !known(body))
            .map(|(body, missing)| format!("{body} = {missing}"))
            .collect();
        if pairs.is_empty() {
            let more = if assignment.pairs.is_empty() { "" } else { " more" };
            return writeln!(f, "nobody{more} is identified");
        }
        writeln!(f, "{} (log10 LR {:.2})", pairs.join(", "), assignment.log10_lr.value())
    }

    fn pairs(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut silent = 0;
        let listed: BTreeSet<(&str, &MissingPerson)> =
            self.exclusions.iter().map(|of| (of.body.as_str(), &of.missing)).collect();
        writeln!(
            f,
            "\nPairs with a log10 LR above 0, each by itself against the body's being related to nobody of the family"
        )?;
        for (body, name) in self.bodies.iter().enumerate() {
            for (column, missing) in self.missing.iter().enumerate() {
                let (log10_lr, loci) =
                    (self.pairwise.log10_lr[[body, column]], self.pairwise.loci[[body, column]]);
                if self.pairwise.states[[body, column]] != PairState::Compared {
                    continue;
                }
                if log10_lr > 0.0 {
                    writeln!(f, "  {name} as {missing}: {log10_lr:.2}, {loci} loci")?;
                }
                let is_impossible = log10_lr == f64::NEG_INFINITY;
                silent += usize::from(is_impossible && !listed.contains(&(name.as_str(), missing)));
            }
        }
        match self.excluded().count() {
            1 => writeln!(f, "  1 pair is excluded by its loci")?,
            pairs => writeln!(f, "  {pairs} pairs are excluded by their loci")?,
        }
        if silent > 0 {
            writeln!(
                f,
                "  Impossible under the model without a locus that is inconsistent by itself: {silent}"
            )?;
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
            writeln!(f, "  Loci of profiles that were left out: {}", basis.left_out.len())?;
            for of in basis.left_out.iter().take(SHOWN) {
                writeln!(f, "    {} of {}: {}", of.locus, of.profile, of.reason)?;
            }
            if basis.left_out.len() > SHOWN {
                writeln!(f, "    and {} more listed", basis.left_out.len() - SHOWN)?;
            }
        }
        basis.remarks.iter().try_for_each(|remark| writeln!(f, "  {remark}"))
    }
}

/// A probability that was weighed, as people read it; what rounds to certain or impossible is not.
fn percent(probability: f64) -> String {
    let percent = probability * 100.0;
    if percent >= 99.99 {
        "more than 99.99%".into()
    } else if percent < 0.01 {
        "less than 0.01%".into()
    } else {
        format!("{percent:.2}%")
    }
}

/// A bound from above as people read it, rounded up.
fn bound(probability: f64) -> String {
    let percent = (probability * 10_000.0).ceil() / 100.0;
    if percent < 0.01 { "0.01%".into() } else { format!("{percent:.2}%") }
}

#[cfg(test)]
#[path = "report_text_tests.rs"]
mod tests;
