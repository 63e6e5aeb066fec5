//! The text of a power report.

use super::report::{LrDistribution, PowerReport};
use crate::units::Log10Lr;
use std::fmt;

fn short(ratio: Log10Lr) -> String {
    match ratio {
        Log10Lr::Finite(number) => format!("{number:+.2}"),
        Log10Lr::Excluded => "excluded".into(),
        other => other.to_string(),
    }
}

fn optional(number: Option<f64>) -> String {
    number.map_or_else(|| "-".into(), |number| format!("{number:+.2}"))
}

fn list(ids: &[String]) -> String {
    if ids.is_empty() { "nobody".into() } else { ids.join(", ") }
}

impl fmt::Display for LrDistribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mean {:>8}  median {:>8}", optional(self.mean), short(self.median))?;
        write!(f, "  excluded {} of {}", self.excluded, self.simulations)
    }
}

impl fmt::Display for PowerReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Power to identify {}, relatives typed: {}", self.missing, list(&self.typed))?;
        if !self.further.is_empty() {
            writeln!(f, "  taken as typed too: {}", list(&self.further))?;
        }
        let loci: usize = self.units.iter().map(|unit| unit.loci.len()).sum();
        writeln!(
            f,
            "  {loci} loci, {} candidates of each kind, seed {}",
            self.config.simulations, self.config.seed
        )?;
        writeln!(f, "log10 LR")?;
        writeln!(f, "  the missing person    {}", self.related)?;
        writeln!(f, "  somebody unrelated    {}", self.unrelated)?;
        writeln!(f, "  expected of the missing person {:+.3}", self.expected_log10_lr)?;
        if !self.related.quantiles.is_empty() {
            writeln!(f, "  {:>8} {:>14} {:>14}", "quantile", "missing", "unrelated")?;
            for ((q, related), (_, unrelated)) in self.related.quantiles.iter().zip(&self.unrelated.quantiles)
            {
                writeln!(f, "  {q:>8} {:>14} {:>14}", short(*related), short(*unrelated))?;
            }
        }
        if !self.thresholds.is_empty() {
            let percent = self.config.confidence * 100.0;
            writeln!(f, "Error rates, with exact {percent} % intervals")?;
            writeln!(f, "  {:>8}  {:<28} {:<28} weighted", "log10 LR", "missing below", "unrelated reaches")?;
        }
        for at in &self.thresholds {
            let [negative, positive] = [at.false_negatives, at.false_positives]
                .map(|of| format!("{:.4} ({:.4} to {:.4})", of.rate.value(), of.low, of.high));
            let weighted = at.false_positives_weighted;
            write!(f, "  {:>8}  {negative:<28} {positive:<28}", at.log10_lr)?;
            writeln!(f, " {:.2e} +- {:.1e}", weighted.value, weighted.standard_error)?;
        }
        match self.exclusion {
            Some(exclusion) => writeln!(
                f,
                "Somebody unrelated is excluded without mutation with probability {exclusion:.6},"
            )?,
            None => writeln!(
                f,
                "The relatives contradict each other without mutation; where they do not, somebody unrelated is excluded"
            )?,
        }
        writeln!(f, "  at {:.2} loci on average", self.expected_exclusions)?;
        writeln!(f, "  {:<24} {:>18} {:>12}", "locus", "expected log10 LR", "exclusion")?;
        for unit in &self.units {
            for (at, (locus, exclusion)) in unit.loci.iter().zip(&unit.exclusion).enumerate() {
                let expected = match at {
                    0 => format!("{:+.4}", unit.expected_log10_lr),
                    _ => "(linked)".into(),
                };
                let exclusion = exclusion.map_or_else(|| "-".into(), |exclusion| format!("{exclusion:.6}"));
                writeln!(f, "  {:<24} {expected:>18} {exclusion:>12}", locus.name())?;
            }
        }
        for skipped in &self.skipped {
            writeln!(f, "  {:<24} not counted: {}", skipped.locus.name(), skipped.reason)?;
        }
        writeln!(f, "Rests on")?;
        let rare = self.rare.map_or("none".to_owned(), |rule| rule.to_string());
        writeln!(f, "  frequencies {:?}, rule for rare alleles: {rare}", self.population)?;
        writeln!(f, "  theta {}, {}", self.model.theta, self.model.mutation)?;
        write!(f, "  {}", self.method)
    }
}
