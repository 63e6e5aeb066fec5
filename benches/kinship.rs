//! How many profiles a second are searched for a relative, or for whom a family misses?
//!
//! Profiles of 23 loci, simulated with the frequencies of NIST's 1,036 people; 5,000,000 of them, or 100,000 with
//! `--test`. For each question a relative of the probe (a member of the family) is among them. A search does all: it makes
//! the tables of genotypes, scans, and evaluates the best as cases. `compile` is the search of one profile, so the tables
//! and one case. Before searches are timed, one thread and all must list the same, the first one's number must be that of
//! the case by itself, to the bit, and the first one must be the relative, except of cousins, whom others exceed.

use matcher_benches::{Case, Meter, Outcome, pack};
use matcher_core::Result;
use matcher_core::dna::kinship::{Model, Pedigree, Relation, kinship_lr};
use matcher_core::dna::likelihood::MutationModel;
use matcher_core::dna::{Frequencies, Locus, Panel, Profile};
use matcher_core::gallery::ProfileTable;
use matcher_core::search::{Kin, RelativeCandidates, RelativeOptions, search_relatives};
use matcher_core::simulate::dna::{FamilySimulator, ProfileConfig, ProfileSimulator};
use matcher_core::units::{Log10Lr, Theta};
use matcher_core::work::Threads;
use std::time::Instant;

const LOCI: usize = 23;

/// One question, with the one who is to be found.
struct Question {
    name: &'static str,
    kin: Kin,
    model: Model,
    /// Who is related; the id in the database.
    relative: Profile,
    /// Whether a relative so near tells from all others.
    tells: bool,
}

fn main() -> Outcome {
    let mut meter = Meter::start();
    let quick = std::env::args().any(|argument| argument == "--test");
    let size = if quick { 100_000 } else { 5_000_000 };
    let frequencies = Frequencies::builtin("nist1036")?;
    let loci = Panel::standard().loci()[..LOCI].to_vec();
    let config = ProfileConfig { loci: Some(loci.clone()), ..ProfileConfig::default() };
    let simulator = ProfileSimulator::new(11, &frequencies, config)?;
    // A name on the command line chooses, as criterion does; what is not measured need not be asserted.
    let chosen = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let mut questions = questions(&frequencies, &loci)?;
    questions.retain(|question| format!("kinship/{}/", question.name).contains(&chosen));

    let started = Instant::now();
    let mut table = ProfileTable::new(Panel::new(&loci)?);
    pack(&mut table, &simulator, size)?;
    let mut one = ProfileTable::new(table.panel().clone());
    // Questions under several models have one relative.
    let mut relatives: Vec<&Profile> = questions.iter().map(|question| &question.relative).collect();
    relatives.dedup_by_key(|relative| relative.id());
    for relative in relatives {
        table.push(relative);
    }
    println!("{size} profiles simulated and packed in {:.1} s", started.elapsed().as_secs_f64());
    for question in &questions {
        let row = one.push(&question.relative);
        compile(&mut meter, question, &one, &frequencies)?;
        one.take(row);
        search(&mut meter, question, &table, &frequencies)?;
    }
    Ok(())
}

/// The assumptions that are measured.
struct Models {
    plain: Model,
    equal: Model,
    stepwise: Model,
    theta: Model,
    theta_equal: Model,
    theta_stepwise: Model,
}

impl Models {
    fn new() -> Result<Self> {
        let equal = MutationModel::equal(0.002)?;
        let stepwise = MutationModel::stepwise(0.002, 0.0005, 0.1)?;
        let theta = Model::default().with_theta(Theta::new(0.01)?);
        Ok(Self {
            plain: Model::default(),
            equal: Model::default().with_mutation(equal),
            stepwise: Model::default().with_mutation(stepwise),
            theta_equal: theta.clone().with_mutation(equal),
            theta_stepwise: theta.clone().with_mutation(stepwise),
            theta,
        })
    }
}

fn questions(
    frequencies: &Frequencies,
    loci: &[Locus],
) -> std::result::Result<Vec<Question>, Box<dyn std::error::Error>> {
    let models = Models::new()?;
    let mut questions = Vec::new();
    let kindred = Pedigree::new([
        ("grandfather", None, None, None),
        ("grandmother", None, None, None),
        ("father", Some("grandfather"), Some("grandmother"), None),
        ("aunt", Some("grandfather"), Some("grandmother"), None),
        ("mother", None, None, None),
        ("probe", Some("father"), Some("mother"), None),
        ("sibling", Some("father"), Some("mother"), None),
        ("child", Some("probe"), None, None),
        ("cousin", None, Some("aunt"), None),
    ])?;
    let people = drawn(0, &kindred, frequencies, loci)?;
    let of = |id: &str| people.iter().find(|person| person.id() == id).ok_or(format!("no {id}"));
    for (name, relation, id, model) in [
        ("parent-child", Relation::ParentChild, "child", &models.plain),
        ("parent-child/theta", Relation::ParentChild, "child", &models.theta),
        ("parent-child/equal", Relation::ParentChild, "child", &models.equal),
        ("parent-child/stepwise", Relation::ParentChild, "child", &models.stepwise),
        ("full-siblings", Relation::FullSiblings, "sibling", &models.plain),
        ("full-siblings/theta", Relation::FullSiblings, "sibling", &models.theta),
        ("first-cousins", Relation::FirstCousins, "cousin", &models.plain),
    ] {
        let kin = Kin::of_profile(of("probe")?, relation);
        let relative = of(id)?.clone();
        let tells = relation != Relation::FirstCousins;
        questions.push(Question { name, kin, model: model.clone(), relative, tells });
    }
    let near = Pedigree::new([
        ("father", None, None, None),
        ("mother", None, None, None),
        ("sister", Some("father"), Some("mother"), None),
        ("MP", Some("father"), Some("mother"), None),
    ])?;
    // Nobody of the father's side but his brother: the father and both grandparents are unknown.
    let far = Pedigree::new([
        ("grandfather", None, None, None),
        ("grandmother", None, None, None),
        ("uncle", Some("grandfather"), Some("grandmother"), None),
        ("father", Some("grandfather"), Some("grandmother"), None),
        ("mother", None, None, None),
        ("MP", Some("father"), Some("mother"), None),
    ])?;
    // Both parents and all four grandparents are unknown.
    let both = Pedigree::new([
        ("grandfather", None, None, None),
        ("grandmother", None, None, None),
        ("uncle", Some("grandfather"), Some("grandmother"), None),
        ("father", Some("grandfather"), Some("grandmother"), None),
        ("other grandfather", None, None, None),
        ("other grandmother", None, None, None),
        ("aunt", Some("other grandfather"), Some("other grandmother"), None),
        ("mother", Some("other grandfather"), Some("other grandmother"), None),
        ("sister", Some("father"), Some("mother"), None),
        ("MP", Some("father"), Some("mother"), None),
    ])?;
    for (name, index, pedigree, typed, model) in [
        ("family", 1, &near, &["mother", "sister"][..], &models.plain),
        ("family/theta", 1, &near, &["mother", "sister"], &models.theta),
        ("family/equal", 1, &near, &["mother", "sister"], &models.equal),
        ("family/theta-equal", 1, &near, &["mother", "sister"], &models.theta_equal),
        ("family/stepwise", 1, &near, &["mother", "sister"], &models.stepwise),
        ("family/theta-stepwise", 1, &near, &["mother", "sister"], &models.theta_stepwise),
        ("grandparents", 2, &far, &["mother", "uncle"], &models.plain),
        ("grandparents/theta", 2, &far, &["mother", "uncle"], &models.theta),
        ("grandparents/equal", 2, &far, &["mother", "uncle"], &models.equal),
        ("grandparents/theta-equal", 2, &far, &["mother", "uncle"], &models.theta_equal),
        ("both-sides", 3, &both, &["uncle", "aunt", "sister"], &models.plain),
        ("both-sides/equal", 3, &both, &["uncle", "aunt", "sister"], &models.equal),
    ] {
        let people = drawn(index, pedigree, frequencies, loci)?;
        let relatives: Vec<&Profile> = people.iter().filter(|person| typed.contains(&person.id())).collect();
        let Some(missing) = people.iter().find(|person| person.id() == "MP") else { continue };
        let relative = missing.clone().with_id(&format!("missing {index}"))?;
        let kin = Kin::of_family(pedigree, &relatives, "MP")?;
        questions.push(Question { name, kin, model: model.clone(), relative, tells: true });
    }
    Ok(questions)
}

/// A family, at these loci; another number is another family.
fn drawn(index: u64, pedigree: &Pedigree, frequencies: &Frequencies, loci: &[Locus]) -> Result<Vec<Profile>> {
    Ok(FamilySimulator::new(23, pedigree, frequencies, &Model::default(), Some(loci))?.family(index))
}

fn ask(
    question: &Question,
    table: &ProfileTable,
    frequencies: &Frequencies,
    threads: Threads,
) -> Result<RelativeCandidates> {
    let options = RelativeOptions { model: question.model.clone(), threads, ..RelativeOptions::default() };
    search_relatives(table, &question.kin, frequencies, &options)
}

/// What a case by itself says of a profile.
fn alone(question: &Question, profile: &Profile, frequencies: &Frequencies) -> Result<Option<Log10Lr>> {
    match &question.kin {
        Kin::Relative { probe, relation, .. } => {
            let case =
                kinship_lr(probe, profile, *relation, Relation::Unrelated, frequencies, &question.model)?;
            Ok(Some(case.log10_lr))
        }
        Kin::Missing { .. } => Ok(question.kin.report(profile, frequencies, &question.model)?.log10_lr()),
    }
}

/// The tables of a question and one case: what a search costs however small the database is.
fn compile(meter: &mut Meter, question: &Question, one: &ProfileTable, frequencies: &Frequencies) -> Outcome {
    let started = Instant::now();
    let answer = ask(question, one, frequencies, Threads::ONE)?;
    let slow = started.elapsed().as_secs_f64() > 0.2;
    let [candidate] = &answer.candidates[..] else { return Err("the relative is listed".into()) };
    let case = Case {
        name: format!("kinship/compile/{}/{LOCI}", question.name),
        things: "questions",
        n: 1,
        answer: format!("log10 LR {:.6} of the relative", candidate.log10_lr),
    };
    let run = || ask(question, one, frequencies, Threads::ONE);
    if slow { meter.measure_once(&case, run) } else { meter.measure(&case, run) }
}

fn search(
    meter: &mut Meter,
    question: &Question,
    table: &ProfileTable,
    frequencies: &Frequencies,
) -> Outcome {
    let found = ask(question, table, frequencies, Threads::ONE)?;
    assert_eq!(found, ask(question, table, frequencies, Threads::All)?, "alike on one thread and on all");
    assert_eq!((found.searched, found.loci.len()), (table.len(), LOCI));
    let first = &found.candidates[0];
    let profile = table.get(first.row).ok_or("a row that was listed")?;
    let bits =
        |ratio| matches!(ratio, Some(Log10Lr::Finite(ratio)) if ratio.to_bits() == first.log10_lr.to_bits());
    assert!(bits(alone(question, &profile, frequencies)?), "{}: the number of the case", question.name);
    assert!(
        !question.tells || first.id == question.relative.id(),
        "{}: {} before the relative",
        question.name,
        first.id
    );
    let answer = format!(
        "{} of {} listed, {} first with log10 LR {:.6}, its case's number",
        found.candidates.len(),
        table.len(),
        first.id,
        first.log10_lr
    );
    for (name, threads) in [("one", Threads::ONE), ("all", Threads::All)] {
        let case = Case {
            name: format!("kinship/{}/{}x{name}", question.name, table.len()),
            things: "profiles",
            n: table.len(),
            answer: answer.clone(),
        };
        meter.measure(&case, || ask(question, table, frequencies, threads))?;
    }
    Ok(())
}
