//! How many single cases a second are weighed: pairs, families, SNP panels, and bodies against families?
//!
//! All people are simulated with the frequencies of NIST's 1,036 people at 23 loci. Before a case is timed, its answer must
//! be finite and that of a second call the same; of pairs and SNPs the true hypothesis must be the likelier one, and of
//! remains the best assignment must be the true one. A figure is cases a second: the inverse of what one takes.

use matcher_benches::{Case, Meter, Outcome};
use matcher_core::Result;
use matcher_core::dna::identification::{DviOptions, Family, dvi};
use matcher_core::dna::kinship::{Model, Pedigree, Relation, kinship, kinship_lr};
use matcher_core::dna::likelihood::MutationModel;
use matcher_core::dna::{Frequencies, Locus, Panel, Profile, Sex};
use matcher_core::simulate::dna::FamilySimulator;
use matcher_core::units::{Log10Lr, Theta};
use matcher_core::work::Threads;

const LOCI: usize = 23;
const SNPS: usize = 4_000;
/// Families of a disaster; each misses one.
const FAMILIES: usize = 30;
/// Bodies that are nobody's.
const STRANGERS: usize = 10;

/// Somebody with the numbers of father and mother.
type People<'a> = &'a [(&'a str, &'a str, &'a str)];

fn main() -> Outcome {
    let mut meter = Meter::start();
    let frequencies = Frequencies::builtin("nist1036")?;
    let loci = Panel::standard().loci()[..LOCI].to_vec();
    let theta = Model::default().with_theta(Theta::new(0.02)?);
    let equal = Model::default().with_mutation(MutationModel::equal(0.002)?);
    let stepwise = Model::default().with_mutation(MutationModel::stepwise(0.002, 0.0005, 0.1)?);
    let bench = Bench { frequencies: &frequencies, loci: &loci };

    for (name, relation, model) in [
        ("parent-child", Relation::ParentChild, &Model::default()),
        ("parent-child-stepwise", Relation::ParentChild, &stepwise),
        ("full-siblings", Relation::FullSiblings, &Model::default()),
        ("full-siblings-theta", Relation::FullSiblings, &theta),
        ("full-siblings-stepwise", Relation::FullSiblings, &stepwise),
    ] {
        bench.pair(&mut meter, name, relation, model)?;
    }
    let trio: People<'_> = &[("F", "", ""), ("M", "", ""), ("Q", "F", "M")];
    let grandparents: People<'_> = &[
        ("GF", "", ""),
        ("GM", "", ""),
        ("GF2", "", ""),
        ("GM2", "", ""),
        ("F", "GF", "GM"),
        ("M", "GF2", "GM2"),
        ("Q", "F", "M"),
    ];
    let inbred: People<'_> =
        &[("F", "", ""), ("M", "", ""), ("B", "F", "M"), ("S", "F", "M"), ("C", "B", "S"), ("Q", "B", "S")];
    let cousins: People<'_> = &[
        ("GF", "", ""),
        ("GM", "", ""),
        ("A", "GF", "GM"),
        ("B", "GF", "GM"),
        ("SA", "", ""),
        ("SB", "", ""),
        ("C", "A", "SA"),
        ("Q", "B", "SB"),
    ];
    let double: People<'_> = &[
        ("GF", "", ""),
        ("GM", "", ""),
        ("GF2", "", ""),
        ("GM2", "", ""),
        ("A", "GF", "GM"),
        ("B", "GF", "GM"),
        ("A2", "GF2", "GM2"),
        ("B2", "GF2", "GM2"),
        ("C", "A", "A2"),
        ("Q", "B", "B2"),
    ];
    for (name, people, typed, model) in [
        ("trio", trio, &["F", "M"][..], &Model::default()),
        ("trio-stepwise", trio, &["F", "M"], &stepwise),
        ("four-grandparents", grandparents, &["GF", "GM", "GF2", "GM2"], &Model::default()),
        ("four-grandparents-equal", grandparents, &["GF", "GM", "GF2", "GM2"], &equal),
        ("inbred", inbred, &["C"], &Model::default()),
        ("inbred-theta", inbred, &["C"], &theta),
        ("cousins-theta", cousins, &["C"], &theta),
        ("double-cousins-theta", double, &["C"], &theta),
    ] {
        bench.family(&mut meter, name, people, typed, model)?;
    }
    snps(&mut meter)?;
    bench.grave(&mut meter)?;
    bench.disaster(&mut meter)
}

fn pedigree(people: People<'_>) -> Result<Pedigree> {
    let some = |id| Some(id).filter(|id: &&str| !id.is_empty());
    Pedigree::new(people.iter().map(|&(id, father, mother)| (id, some(father), some(mother), None)))
}

fn drawn(seed: u64, pedigree: &Pedigree, frequencies: &Frequencies, loci: &[Locus]) -> Result<Vec<Profile>> {
    Ok(FamilySimulator::new(seed, pedigree, frequencies, &Model::default(), Some(loci))?.family(0))
}

fn one(meter: &mut Meter, name: &str, answer: String, run: impl FnMut() -> Result<()>) -> Outcome {
    let case = Case { name: format!("kinship_cases/{name}"), things: "cases", n: 1, answer };
    meter.measure(&case, run)
}

struct Bench<'a> {
    frequencies: &'a Frequencies,
    loci: &'a [Locus],
}

impl Bench<'_> {
    fn pair(&self, meter: &mut Meter, name: &str, relation: Relation, model: &Model) -> Outcome {
        let people: People<'_> =
            &[("F", "", ""), ("M", "", ""), ("A", "F", "M"), ("B", "F", "M"), ("C", "A", "")];
        let drawn = drawn(3, &pedigree(people)?, self.frequencies, self.loci)?;
        let other = if relation == Relation::ParentChild { &drawn[4] } else { &drawn[3] };
        let run = || kinship_lr(&drawn[2], other, relation, Relation::Unrelated, self.frequencies, model);
        let found = run()?;
        assert!(found.log10_lr.value().is_some_and(|lr| lr > 0.0) && found.counted() == LOCI);
        assert_eq!(found, run()?);
        let answer = format!("log10 LR {:.6}", found.log10_lr.value().unwrap_or_default());
        one(meter, &format!("pair-{name}/{LOCI}"), answer, || run().map(drop))
    }

    /// Q in a family against Q unrelated to it.
    fn family(
        &self,
        meter: &mut Meter,
        name: &str,
        people: People<'_>,
        typed: &[&str],
        model: &Model,
    ) -> Outcome {
        let family = pedigree(people)?;
        let apart = family.renamed("Q", "not Q")?.with_unrelated("Q", None)?;
        let drawn = drawn(4, &family, self.frequencies, self.loci)?;
        let known: Vec<&Profile> =
            drawn.iter().filter(|p| p.id() == "Q" || typed.contains(&p.id())).collect();
        let hypotheses = [("related", &family), ("unrelated", &apart)];
        let run = || kinship(&hypotheses, &known, self.frequencies, model, None);
        let found = run()?;
        let Some(Log10Lr::Finite(ratio)) = found.log10_lr() else { return Err("a finite ratio".into()) };
        assert!(found == run()?, "{name}: {ratio}");
        one(meter, &format!("{name}/{LOCI}"), format!("log10 LR {ratio:.6}"), || run().map(drop))
    }

    /// One family with the shape of dvir's data set `grave`: eight missing, five relatives, eight bodies.
    fn grave(&self, meter: &mut Meter) -> Outcome {
        let (man, woman) = (Some(Sex::Male), Some(Sex::Female));
        let pedigree = Pedigree::new([
            ("GF", None, None, man),
            ("GM", None, None, woman),
            ("R1", Some("GF"), Some("GM"), woman),
            ("FA2", None, None, man),
            ("MP1", Some("FA2"), Some("R1"), woman),
            ("MP2", Some("FA2"), Some("R1"), man),
            ("R2", Some("GF"), Some("GM"), woman),
            ("MP3", Some("GF"), Some("GM"), woman),
            ("FA", Some("GF"), Some("GM"), man),
            ("R3", None, None, woman),
            ("GF2", None, None, man),
            ("MO", Some("GF2"), Some("R3"), woman),
            ("MP4", Some("FA"), Some("MO"), woman),
            ("MP5", Some("FA"), Some("MO"), woman),
            ("FA4", None, None, man),
            ("R4", Some("FA4"), Some("MO"), woman),
            ("UN2", Some("GF2"), Some("R3"), man),
            ("MO3", None, None, woman),
            ("R5", Some("UN2"), Some("MO3"), man),
            ("MP6", Some("R5"), Some("MP5"), woman),
            ("MP7", Some("UN2"), Some("MO3"), man),
            ("GM3", None, None, woman),
            ("MP8", Some("GF2"), Some("GM3"), man),
        ])?;
        let people = drawn(5, &pedigree, self.frequencies, self.loci)?;
        let missing: Vec<String> = (1..=8).map(|k| format!("MP{k}")).collect();
        let (mut bodies, mut relatives, mut sexes) = (Vec::new(), Vec::new(), DviOptions::default().sexes);
        for profile in &people {
            if let Some(number) = profile.id().strip_prefix("MP") {
                let sex = pedigree.find(profile.id()).and_then(|place| pedigree.people()[place].sex());
                sexes.extend(sex.map(|sex| (format!("V{number}"), sex)));
                bodies.push(profile.clone().with_id(&format!("V{number}"))?);
            } else if profile.id().starts_with('R') {
                relatives.push(profile.clone());
            }
        }
        let families = [Family::new("F1", pedigree, missing)?];
        let options = DviOptions { threads: Threads::ONE, sexes, ..DviOptions::default() };
        let right = |body: &str, person: &str| body[1..] == person[2..];
        self.remains(meter, "grave/8x8", &bodies, &families, &relatives, &options, &right)
    }

    /// Families that miss a child, a parent or a sibling each, and bodies of all of them and of strangers.
    fn disaster(&self, meter: &mut Meter) -> Outcome {
        let shapes: [(People<'_>, &[&str]); 3] = [
            (&[("F", "", ""), ("M", "", ""), ("MP", "F", "M")], &["F", "M"]),
            (&[("MP", "", ""), ("M", "", ""), ("C", "MP", "M"), ("D", "MP", "M")], &["M", "C", "D"]),
            (&[("F", "", ""), ("M", "", ""), ("S", "F", "M"), ("MP", "F", "M")], &["M", "S"]),
        ];
        let (mut bodies, mut families, mut relatives) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..FAMILIES {
            let (people, typed) = shapes[number % shapes.len()];
            let (pedigree, name) = (pedigree(people)?, format!("F{number}"));
            for profile in drawn(100 + number as u64, &pedigree, self.frequencies, self.loci)? {
                if profile.id() == "MP" {
                    bodies.push(profile.with_id(&format!("V{number}"))?);
                } else if typed.contains(&profile.id()) {
                    let id = format!("{name}/{}", profile.id());
                    relatives.push(profile.with_id(&id)?);
                }
            }
            families.push(Family::new(name, pedigree, ["MP"])?);
        }
        let alone = Pedigree::new([("X", None, None, None)])?;
        for number in FAMILIES..FAMILIES + STRANGERS {
            let people = drawn(100 + number as u64, &alone, self.frequencies, self.loci)?;
            bodies.push(people[0].clone().with_id(&format!("V{number}"))?);
        }
        let options = DviOptions { threads: Threads::ONE, ..DviOptions::default() };
        let right = |body: &str, family: &str| body[1..] == family[1..];
        let name = format!("disaster/{}x{FAMILIES}", FAMILIES + STRANGERS);
        self.remains(meter, &name, &bodies, &families, &relatives, &options, &right)
    }

    #[expect(clippy::too_many_arguments, reason = "what dvi takes, and what is right")]
    fn remains(
        &self,
        meter: &mut Meter,
        name: &str,
        bodies: &[Profile],
        families: &[Family],
        relatives: &[Profile],
        options: &DviOptions<'_>,
        right: &dyn Fn(&str, &str) -> bool,
    ) -> Outcome {
        let run = || dvi(bodies, families, relatives, self.frequencies, options);
        let found = run()?;
        let best = &found.assignments[0];
        let wrong = best.pairs.iter().filter(|(body, missing)| {
            !right(body, if families.len() == 1 { &missing.person } else { &missing.family })
        });
        assert_eq!((wrong.count(), best.pairs.len()), (0, found.missing.len()), "{name}: everybody is found");
        let answer = format!("all {} named, posterior {:.6}", best.pairs.len(), best.posterior);
        one(meter, name, answer, || run().map(drop))
    }
}

/// A panel of SNPs, and four ways in which two people may be related.
fn snps(meter: &mut Meter) -> Outcome {
    let loci: Vec<Locus> = (1..=SNPS).map(|k| Locus::new(&format!("rs{k}"))).collect::<Result<_>>()?;
    let mut builder = Frequencies::builder("simulated SNPs");
    for (k, locus) in loci.iter().enumerate() {
        let p = 0.1 + 0.4 * (k % 97) as f64 / 97.0;
        builder = builder.locus(locus.name(), [("A", p), ("C", 1.0 - p)])?;
    }
    let frequencies = builder.build()?;
    let siblings: People<'_> = &[("F", "", ""), ("M", "", ""), ("A", "F", "M"), ("B", "F", "M")];
    let first: People<'_> = &[
        ("GF", "", ""),
        ("GM", "", ""),
        ("F", "GF", "GM"),
        ("U", "GF", "GM"),
        ("A", "F", ""),
        ("B", "U", ""),
    ];
    let second: People<'_> = &[
        ("GF", "", ""),
        ("GM", "", ""),
        ("F", "GF", "GM"),
        ("U", "GF", "GM"),
        ("F2", "F", ""),
        ("U2", "U", ""),
        ("A", "F2", ""),
        ("B", "U2", ""),
    ];
    let unrelated: People<'_> = &[("A", "", ""), ("B", "", "")];
    let [siblings, first, second, unrelated] = [siblings, first, second, unrelated].map(pedigree);
    let (siblings, first, second, unrelated) = (siblings?, first?, second?, unrelated?);
    let people = drawn(6, &first, &frequencies, &loci)?;
    let known: Vec<&Profile> = people.iter().filter(|p| ["A", "B"].contains(&p.id())).collect();
    let hypotheses = [
        ("full siblings", &siblings),
        ("first cousins", &first),
        ("second cousins", &second),
        ("unrelated", &unrelated),
    ];
    let run = || kinship(&hypotheses, &known, &frequencies, &Model::default(), None);
    let found = run()?;
    let ratios: Vec<f64> = found.hypotheses.iter().filter_map(|h| h.log10_lr.value()).collect();
    assert!(ratios.len() == 4 && ratios.iter().all(|&ratio| ratio <= ratios[1]), "first cousins: {ratios:?}");
    let answer = format!("log10 LR of first cousins {:.6}, the largest of four", ratios[1]);
    one(meter, &format!("snps/{SNPS}x4"), answer, || run().map(drop))
}
