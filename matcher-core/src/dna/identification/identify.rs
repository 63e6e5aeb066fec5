//! The steps from a checked case to its report.

use super::assignment::{
    Allowed, Family as Open, Joint, Likelihoods, Supports, Weighed, Weights, joint, placements, weigh,
};
use super::case::Case;
use super::conclusion::{JointSays, Side, conclude, logarithm};
use super::duplicates::Duplicate;
use super::evidence::{Evidence, Pair};
use super::lr_matrix::{PairState, Pairwise as Pairs};
use super::options::{DviOptions, Prior};
use super::report::{
    Assignment, Basis, DviReport, Exclusion, GroupReport, Marginals, Pairwise, UndisputedPair,
};
use super::steps::{Steps, is_excluded, steps};
use super::typed::Typed;
use crate::dna::kinship::{Model, MutationRates};
use crate::error::Result;
use crate::provenance::Method;
use crate::units::{Log10, Theta};
use crate::work::Threads;
use ndarray::Array2;

/// Name of the method.
const NAME: &str = "dvi";
/// Changes exactly when a number may.
const VERSION: u32 = 1;

/// What is known of the remains before they are compared with anybody.
pub(super) struct Remains {
    /// Those that may belong together.
    pub(super) found: Vec<Duplicate>,
    /// The ids that were joined into one body.
    pub(super) merged: Vec<Vec<String>>,
    /// What was not joined, and why.
    pub(super) remarks: Vec<String>,
}

/// What is known when the report is written.
pub(super) struct Known<'k> {
    pub(super) case: &'k Case<'k>,
    pub(super) typed: &'k Typed<'k>,
    pub(super) prior: &'k Prior,
    pub(super) options: &'k DviOptions<'k>,
    pub(super) steps: Steps,
    pub(super) joint: Joint,
}

/// The report of a case.
pub(super) fn identify(
    case: &Case<'_>,
    prior: &Prior,
    options: &DviOptions<'_>,
    remains: Remains,
) -> Result<DviReport> {
    let typed = Typed::new(case, &options.model, options.threads)?;
    let plain_model =
        Model { theta: Theta::ZERO, mutation: MutationRates::default(), ..options.model.clone() };
    let plain =
        if mutates(&options.model) { Some(Typed::new(case, &plain_model, options.threads)?) } else { None };
    let pairwise = Pairs {
        case,
        model: &options.model,
        typed: &typed,
        plain: plain.as_ref(),
        threads: options.threads,
        watch: options.watch,
    };
    let never = |body: usize, column: usize| prior.log10_odds(body, column) == f64::NEG_INFINITY;
    let states = pairwise.states(&never)?;
    let steps = steps(&pairwise, &states, &options.thresholds, options.fix_undisputed)?;
    let joint = all_together(case, &typed, &steps, prior, options)?;
    let known = Known { case, typed: &typed, prior, options, steps, joint };
    known.report(remains)
}

/// Whether a model lets alleles mutate anywhere.
fn mutates(model: &Model) -> bool {
    model.mutation.default.is_some() || model.mutation.loci.values().any(Option::is_some)
}

/// The joint analysis of all that the steps left.
fn all_together(
    case: &Case<'_>,
    typed: &Typed<'_>,
    steps: &Steps,
    prior: &Prior,
    options: &DviOptions<'_>,
) -> Result<Joint> {
    let matrix = &steps.last;
    let may_be =
        |pair| matrix.states[pair] == PairState::Compared && !is_excluded(matrix, pair, &options.thresholds);
    let of_column =
        |column: usize| (0..case.bodies.len()).filter(|&body| may_be((body, column))).collect::<Vec<_>>();
    let candidates: Vec<Vec<Vec<usize>>> = (0..case.families.len())
        .map(|family| (case.columns[family]..case.columns[family + 1]).map(of_column).collect())
        .collect();
    let families: Vec<Open<'_>> = candidates
        .iter()
        .enumerate()
        .map(|(number, candidates)| Open {
            number,
            name: case.families[number].name(),
            fixed: &steps.fixed[number],
            candidates,
        })
        .collect();
    let alone: Vec<Log10> =
        (0..case.bodies.len()).map(|body| typed.alone_everywhere(body)).collect::<Result<_>>()?;
    let odds =
        |family: usize, missing: usize, body: usize| prior.log10_odds(body, case.columns[family] + missing);
    let weights = Weights { alone: &alone, prior: &odds };
    let order = excluding_first(steps, case.units.len());
    let open = families.iter().filter(|family| is_open(family)).count();
    // One family alone spreads its own work.
    let inside = if open > 1 { Threads::ONE } else { options.threads };
    let counter = options.watch.counter(families.len());
    let of_family = |family: &Open<'_>| -> Result<Vec<Weighed>> {
        if !is_open(family) {
            return Ok(vec![Weighed { pairs: Vec::new(), log10_lr: 0.0, weight: 0.0 }]);
        }
        let missing = family.candidates.len();
        let mut likelihoods = Likelihoods::new(typed, family.number, missing, order.clone(), inside);
        let all = placements(&mut likelihoods, family, options.limits.placements, &counter)?;
        counter.add(1);
        Ok(weigh(&all, family, &weights))
    };
    let weighed = options.threads.map(&families, of_family)?;
    let weighed: Vec<Vec<Weighed>> = weighed.into_iter().collect::<Result<_>>()?;
    let allowed = Allowed { keep: options.limits.assignments, steps: options.limits.steps };
    joint(&families, &weighed, case.bodies.len(), allowed, options.threads, options.watch)
}

fn is_open(family: &Open<'_>) -> bool {
    family.candidates.iter().any(|bodies| !bodies.is_empty())
}

/// The units, those first that were inconsistent in most pairs.
fn excluding_first(steps: &Steps, units: usize) -> Vec<usize> {
    let mut count = vec![0usize; units];
    steps.first.inconsistent.values().flatten().for_each(|&unit| count[unit] += 1);
    let mut order: Vec<usize> = (0..units).collect();
    order.sort_by_key(|&unit| std::cmp::Reverse(count[unit])); // stable: of equal ones the first
    order
}

impl Known<'_> {
    fn report(&self, remains: Remains) -> Result<DviReport> {
        let (case, joint) = (self.case, &self.joint);
        let group = |part: &super::assignment::Part| GroupReport {
            families: part.families.iter().map(|&family| case.families[family].name().to_owned()).collect(),
            bodies: part.bodies.iter().map(|&body| self.body(body)).collect(),
            kept: part.assignments.len(),
            outside: part.outside,
            complete: part.complete,
        };
        let supports = self.supports();
        Ok(DviReport {
            bodies: (0..case.bodies.len()).map(|body| self.body(body)).collect(),
            missing: (0..case.missing()).map(|column| self.person(column)).collect(),
            pairwise: Pairwise {
                log10_lr: self.steps.first.log10_lr.clone(),
                states: self.steps.first.states.clone(),
                loci: self.steps.first.loci.clone(),
            },
            exclusions: self.exclusions(),
            undisputed: self.undisputed(),
            groups: joint.parts.iter().map(group).collect(),
            assignments: self.assignments()?,
            outside: joint.outside(),
            marginals: self.marginals(),
            body_conclusions: (0..case.bodies.len())
                .map(|body| self.conclusion(&supports, Side::Body, body).map(|column| self.person(column)))
                .collect(),
            missing_conclusions: (0..case.missing())
                .map(|column| self.conclusion(&supports, Side::Missing, column).map(|body| self.body(body)))
                .collect(),
            basis: self.basis(&remains)?,
            duplicates: remains.found,
            merged: remains.merged,
        })
    }

    pub(super) fn body(&self, body: usize) -> String {
        self.case.bodies[body].profile.id().to_owned()
    }

    pub(super) fn person(&self, column: usize) -> super::case::MissingPerson {
        let (family, missing) = self.case.person(column);
        self.case.name(family, missing)
    }

    pub(super) fn unit_names(&self, units: &[usize]) -> Vec<String> {
        units.iter().map(|&unit| self.case.units[unit].to_string()).collect()
    }

    fn exclusions(&self) -> Vec<Exclusion> {
        let first = &self.steps.first;
        let exclusion = |(&pair, units): (&(usize, usize), &Vec<usize>)| Exclusion {
            body: self.body(pair.0),
            missing: self.person(pair.1),
            loci: self.unit_names(units),
            excluded: is_excluded(first, pair, &self.options.thresholds),
        };
        first.inconsistent.iter().map(exclusion).collect()
    }

    fn undisputed(&self) -> Vec<UndisputedPair> {
        let pair = |pair: &super::steps::Undisputed| UndisputedPair {
            body: self.body(pair.body),
            missing: self.person(pair.column),
            log10_lr: logarithm(pair.log10_lr),
            step: pair.step,
        };
        self.steps.undisputed.iter().map(pair).collect()
    }

    /// The pairs that are taken as known, as (family, missing, body).
    pub(super) fn fixed(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let of = |(family, pairs): (usize, &Vec<Pair>)| {
            pairs.iter().map(move |&(missing, body)| (family, missing, body)).collect::<Vec<_>>()
        };
        self.steps.fixed.iter().enumerate().flat_map(of)
    }

    fn assignments(&self) -> Result<Vec<Assignment>> {
        let fixed: Vec<(usize, usize, usize)> = self.fixed().collect();
        let mut nobody = Log10::ONE;
        for family in 0..self.case.families.len() {
            if self.is_contradictory(family) {
                continue;
            }
            for unit in 0..self.case.units.len() {
                nobody += self.typed.family(family, unit, &self.steps.fixed[family])?;
            }
        }
        for body in (0..self.case.bodies.len()).filter(|body| fixed.iter().all(|pair| pair.2 != *body)) {
            nobody += self.typed.alone_everywhere(body)?;
        }
        let assignment = |(choice, posterior): (Vec<u32>, f64)| {
            let parts = self.joint.parts.iter().zip(&choice);
            let chosen: Vec<_> = parts.map(|(part, &at)| &part.assignments[at as usize]).collect();
            let log10_lr = logarithm(chosen.iter().map(|assigned| assigned.log10_lr).sum());
            let mut pairs: Vec<(usize, usize)> = chosen
                .iter()
                .flat_map(|assigned| &assigned.pairs)
                .chain(&fixed)
                .map(|&(family, missing, body)| (body, self.case.columns[family] + missing))
                .collect();
            pairs.sort_unstable();
            let pairs = pairs.into_iter().map(|(body, column)| (self.body(body), self.person(column)));
            Assignment { pairs: pairs.collect(), log10_likelihood: nobody + log10_lr, log10_lr, posterior }
        };
        Ok(self.joint.best(self.options.limits.listed).into_iter().map(assignment).collect())
    }

    fn is_contradictory(&self, family: usize) -> bool {
        self.steps.first.states[[0, self.case.columns[family]]] == PairState::FamilyContradictory
    }

    fn marginals(&self) -> Marginals {
        let (bodies, columns) = self.steps.first.states.dim();
        let mut pairs = Array2::zeros((bodies, columns));
        let states = &self.steps.first.states;
        // Where nothing was compared, nothing is known; what is excluded from all is nobody for certain.
        let known = |states: ndarray::ArrayView1<'_, PairState>| -> Option<f64> {
            let compared = states.iter().any(|&state| state == PairState::Compared);
            (compared || !states.iter().any(|state| state.is_unknown())).then_some(1.0)
        };
        let mut nobody: Vec<Option<f64>> = (0..bodies).map(|body| known(states.row(body))).collect();
        let mut absent: Vec<Option<f64>> = (0..columns).map(|column| known(states.column(column))).collect();
        for (family, missing, body) in self.fixed() {
            let column = self.case.columns[family] + missing;
            pairs[[body, column]] = 1.0;
            (nobody[body], absent[column]) = (Some(0.0), Some(0.0));
        }
        for part in &self.joint.parts {
            for ((family, missing, body), probability) in part.marginals() {
                pairs[[body, self.case.columns[family] + missing]] = probability;
            }
            let without = |is: &dyn Fn(&(usize, usize, usize)) -> bool| {
                let without = part.assignments.iter().filter(|assigned| !assigned.pairs.iter().any(is));
                without.map(|assigned| assigned.posterior).sum::<f64>()
            };
            for &body in &part.bodies {
                nobody[body] = Some(without(&|pair| pair.2 == body));
            }
            for &family in &part.families {
                for missing in 0..self.case.members[family].missing.len() {
                    let column = self.case.columns[family] + missing;
                    if absent[column].is_some_and(|absent| absent > 0.0) {
                        absent[column] = Some(without(&|pair| (pair.0, pair.1) == (family, missing)));
                    }
                }
            }
        }
        Marginals { pairs, nobody, absent }
    }

    fn supports(&self) -> Supports {
        let mut all = Supports::default();
        for part in &self.joint.parts {
            let of = part.supports(*self.prior == Prior::Flat);
            all.pairs.extend(of.pairs);
            all.bodies.extend(of.bodies);
            all.missing.extend(of.missing);
        }
        all
    }

    fn conclusion(
        &self,
        supports: &Supports,
        side: Side,
        number: usize,
    ) -> super::conclusion::Conclusion<usize> {
        let glr = |body: usize, column: usize| {
            let (family, missing) = self.case.person(column);
            supports.pairs.get(&(family, missing, body)).copied()
        };
        let somebody = |side: Side, number: usize| match side {
            Side::Body => supports.bodies.get(&number).copied(),
            Side::Missing => supports.missing.get(&self.case.person(number)).copied(),
        };
        let says = JointSays { glr: &glr, somebody: &somebody };
        conclude(&self.steps, &self.options.thresholds, &says, side, number)
    }

    fn basis(&self, remains: &Remains) -> Result<Basis> {
        let (case, options) = (self.case, self.options);
        let config = (
            &options.model,
            options.thresholds,
            self.prior,
            options.limits,
            options.fix_undisputed,
            options.merge,
            case.frequencies.digest(),
        );
        Ok(Basis {
            method: Method::new(NAME, VERSION, &config),
            population: case.frequencies.name().to_owned(),
            table: case.frequencies.digest().to_owned(),
            rare: case.frequencies.rare(),
            model: options.model.clone(),
            loci: case.units.iter().flat_map(|unit| unit.loci().iter().copied()).collect(),
            thresholds: options.thresholds,
            prior: self.prior.clone(),
            limits: options.limits,
            fix_undisputed: options.fix_undisputed,
            left_out: case.left_out.clone(),
            remarks: self.remarks(remains)?,
        })
    }
}
