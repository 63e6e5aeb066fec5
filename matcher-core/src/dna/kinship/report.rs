//! What a kinship question is answered with: every number, and all that it rests on.

use super::evidence::NotCounted;
use super::model::Model;
use crate::dna::{Allele, Locus, RareAllele};
use crate::provenance::Method;
use crate::units::{Log10, Log10Lr};
use serde::Serialize;
use std::fmt;

/// The likelihoods of hypotheses about how people are related, and how they compare.
///
/// `Display` is the text of a report; no allele of a person is in it. [`frequencies`](Self::frequencies) names the alleles
/// that were seen, so this belongs in a case file and not in a log; `Debug` shows none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KinshipReport {
    /// The hypotheses, in their order; each but the last is compared against the last.
    pub hypotheses: Vec<Hypothesis>,
    /// The loci, and pairs of linked ones, in the order of loci, with what each contributes.
    pub units: Vec<UnitReport>,
    /// The alleles that were seen, with the frequencies that were used.
    pub frequencies: Vec<UsedFrequency>,
    /// What was assumed.
    pub model: Model,
    /// The rule for rare alleles.
    pub rare: Option<RareAllele>,
    /// The name of the frequency table.
    pub population: String,
    /// What else whoever reads it should know: sexes that do not fit, people who were added.
    pub remarks: Vec<String>,
    /// The method; its configuration covers the model and every number of the table.
    pub method: Method,
}

/// One hypothesis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hypothesis {
    /// The name.
    pub name: String,
    /// The logarithm of the likelihood: the probability of all that was typed.
    pub log10_likelihood: Log10,
    /// The logarithm of its likelihood ratio against the last hypothesis; 0 for the last itself, where it is possible.
    pub log10_lr: Log10Lr,
    /// Its probability before the profiles were looked at, as it was given, or the same for all.
    pub prior: f64,
    /// Its probability, given the profiles; `None` where every hypothesis is impossible, or
    /// nothing was compared.
    pub posterior: Option<f64>,
    /// The loci at which it is impossible.
    pub impossible_at: Vec<String>,
    /// Typed people whom it does not name: they count as related to nobody in it.
    pub added: Vec<String>,
}

/// A locus, or two linked ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnitReport {
    /// The loci: one, or two.
    pub loci: Vec<Locus>,
    /// What it contributes.
    pub contribution: Contribution,
}

/// What a unit contributes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Contribution {
    /// Likelihoods, a hypothesis in their order, and ratios against the last one.
    Counted {
        /// The logarithm of the likelihood.
        log10_likelihood: Vec<Log10>,
        /// The logarithm of the ratio against the last hypothesis.
        log10_lr: Vec<Log10Lr>,
    },
    /// Nothing.
    NotCounted(NotCounted),
}

/// The frequency that was used for an allele that somebody shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UsedFrequency {
    /// The locus.
    pub locus: Locus,
    /// The allele.
    pub allele: Allele,
    /// The frequency, 0.0 to 1.0.
    pub frequency: f64,
    /// Whether the rule for rare alleles made it: the table has none, or a smaller one.
    pub by_rule: bool,
}

impl UnitReport {
    /// The name of the locus, or of both.
    pub fn name(&self) -> String {
        let names: Vec<&str> = self.loci.iter().map(|locus| locus.name()).collect();
        names.join(" + ")
    }
}

impl KinshipReport {
    /// A hypothesis by its name.
    pub fn hypothesis(&self, name: &str) -> Option<&Hypothesis> {
        self.hypotheses.iter().find(|hypothesis| hypothesis.name == name)
    }

    /// The ratio of the first hypothesis against the second, where there are two.
    pub fn log10_lr(&self) -> Option<Log10Lr> {
        match &*self.hypotheses {
            [first, _] => Some(first.log10_lr),
            _ => None,
        }
    }

    /// The loci that are counted, in their order.
    pub fn counted_loci(&self) -> impl Iterator<Item = Locus> {
        let counted = |unit: &&UnitReport| matches!(unit.contribution, Contribution::Counted { .. });
        self.units.iter().filter(counted).flat_map(|unit| unit.loci.iter().copied())
    }

    /// How many loci are counted.
    pub fn counted(&self) -> usize {
        self.counted_loci().count()
    }

    /// Theta and mutation, for whoever reads the text.
    pub(super) fn model_in_words(&self) -> String {
        format!("theta {}, {}", self.model.theta, self.model.mutation)
    }
}

/// A likelihood ratio as people read it: three digits.
fn ratio(log10: f64) -> String {
    match Log10::new(log10).map_or(0.0, Log10::number) {
        number if (0.01..1000.0).contains(&number) => format!("{number:.3}"),
        number if number.is_finite() && number > 0.0 => format!("{number:.2e}"),
        _ => format!("10^{log10:.1}"),
    }
}

/// A probability as people read it: never as certain what only rounds to that.
fn share(probability: f64, certain: bool) -> String {
    match probability {
        0.0 => "0".into(),
        1.0 if certain => "1".into(),
        low if low < 1e-6 => format!("{low:.1e}"),
        high if high > 0.999_999 => "more than 0.999999".into(),
        other => format!("{other:.6}").trim_end_matches('0').to_owned(),
    }
}

/// A logarithm as people read it: three decimals, or what it is instead.
pub(super) fn short(ratio: Log10Lr) -> String {
    match ratio {
        Log10Lr::Finite(number) => format!("{number:+.3}"),
        Log10Lr::Excluded => "impossible".into(),
        Log10Lr::Unbounded => "unbounded".into(),
        Log10Lr::Undefined => "undefined".into(),
    }
}

impl fmt::Display for KinshipReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((last, others)) = self.hypotheses.split_last() else { return Ok(()) };
        writeln!(f, "Kinship, {} loci, against {:?}", self.counted(), last.name)?;
        let possible =
            self.hypotheses.iter().filter(|hypothesis| hypothesis.posterior.is_some_and(|p| p > 0.0));
        let certain = possible.count() == 1;
        for hypothesis in &self.hypotheses {
            write!(f, "  {:<16} log10 likelihood ", hypothesis.name)?;
            if hypothesis.log10_likelihood.is_impossible() {
                write!(f, "{:>12}", "impossible")?;
            } else {
                write!(f, "{:>12.4}", hypothesis.log10_likelihood.value())?;
            }
            write!(f, "   log10 LR {:>11}", short(hypothesis.log10_lr))?;
            if let Log10Lr::Finite(number) = hypothesis.log10_lr {
                write!(f, " (LR {})", ratio(number))?;
            }
            match hypothesis.posterior {
                Some(posterior) => {
                    let prior = share(hypothesis.prior, true);
                    writeln!(f, "   posterior {} (prior {prior})", share(posterior, certain))?;
                }
                None if self.counted() == 0 => writeln!(f, "   no locus counts: nothing was compared")?,
                None => writeln!(f, "   no posterior: no hypothesis is possible that has a prior above 0")?,
            }
            if !hypothesis.impossible_at.is_empty() {
                writeln!(f, "  {:<16} impossible at {}", "", hypothesis.impossible_at.join(", "))?;
            }
        }
        if !others.is_empty() {
            writeln!(f, "log10 LR by locus")?;
            write!(f, "  {:<24}", "")?;
            others.iter().try_for_each(|hypothesis| write!(f, " {:>12}", hypothesis.name))?;
            writeln!(f)?;
            for unit in &self.units {
                write!(f, "  {:<24}", unit.name())?;
                match &unit.contribution {
                    Contribution::Counted { log10_lr, .. } => {
                        log10_lr[..others.len()]
                            .iter()
                            .try_for_each(|lr| write!(f, " {:>12}", short(*lr)))?;
                        writeln!(f)?;
                    }
                    Contribution::NotCounted(reason) => writeln!(f, " not counted: {reason}")?,
                }
            }
        }
        writeln!(f, "Rests on")?;
        let rare = self.rare.map_or("none".to_owned(), |rule| rule.to_string());
        writeln!(f, "  frequencies {:?}, rule for rare alleles: {rare}", self.population)?;
        let by_rule = self.frequencies.iter().filter(|used| used.by_rule).count();
        writeln!(
            f,
            "  {by_rule} of {} alleles that were seen got their frequency by that rule",
            self.frequencies.len()
        )?;
        writeln!(f, "  {}", self.model_in_words())?;
        let convention = if self.model.prune_untyped { "left out" } else { "kept" };
        writeln!(f, "  founders who were not typed and have one child: {convention}")?;
        for (id, probability) in &self.model.dropout {
            writeln!(f, "  an allele of {id} was lost with probability {probability}")?;
        }
        self.remarks.iter().try_for_each(|remark| writeln!(f, "  {remark}"))?;
        write!(f, "  {}", self.method)
    }
}
