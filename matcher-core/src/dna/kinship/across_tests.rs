use super::*;
use crate::dna::kinship::{MutationRates, Person};
use crate::units::Theta;

fn table(name: &str, frequency: f64) -> Frequencies {
    let alleles = [("6", frequency), ("7", 0.9 - frequency)];
    Frequencies::builder(name).locus("TH01", alleles).unwrap().build().unwrap()
}

fn duo() -> [Pedigree; 2] {
    let related = Pedigree::new([("C", Some("F"), None, None), ("F", None, None, None)]).unwrap();
    let unrelated = Pedigree::new([("C", None, None, None), ("F", None, None, None)]).unwrap();
    assert!(related.people().iter().any(|person: &Person| !person.is_founder()));
    [related, unrelated]
}

fn of(tables: &[&Frequencies], child: [&str; 2], father: [&str; 2]) -> Result<KinshipAcross> {
    let [related, unrelated] = duo();
    let profile = |id: &str, alleles: [&str; 2]| Profile::new(id, [("TH01", alleles)]).unwrap();
    let (child, father) = (profile("C", child), profile("F", father));
    let model = Model::default().with_theta(Theta::ZERO);
    assert_eq!(model.mutation, MutationRates::default());
    kinship_across(
        &[("father", &related), ("unrelated", &unrelated)],
        &[&child, &father],
        tables,
        &model,
        None,
    )
}

fn log10(answer: Option<Log10Lr>) -> f64 {
    answer.and_then(Log10Lr::value).unwrap()
}

#[test]
fn minimum_and_median_are_those_of_the_hand_formula() {
    let tables = [table("a", 0.1), table("b", 0.4), table("c", 0.2)];
    // A homozygous father and child: 1 / p.
    let answer = of(&tables.each_ref(), ["6", "6"], ["6", "6"]).unwrap();
    assert!((log10(answer.minimum("father")) - libm::log10(2.5)).abs() < 1e-12);
    assert!((log10(answer.median("father")) - libm::log10(5.0)).abs() < 1e-12);
    assert_eq!(answer.minimum("unrelated"), Some(Log10Lr::Finite(0.0)));
    assert_eq!((answer.minimum("uncle"), answer.median("uncle")), (None, None));
    let two = of(&[&tables[0], &tables[2]], ["6", "6"], ["6", "6"]).unwrap();
    assert!((log10(two.median("father")) - f64::midpoint(1.0, libm::log10(5.0))).abs() < 1e-12);
    let text = answer.to_string();
    for part in ["Kinship in 3 populations", "minimum", "+0.398", "median", "+0.699", "theta 0, no mutation"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains("not the same loci"));
}

#[test]
fn excluded_everywhere_is_excluded() {
    let tables = [table("a", 0.1), table("b", 0.4)];
    let answer = of(&tables.each_ref(), ["6", "6"], ["7", "7"]).unwrap();
    assert_eq!(answer.minimum("father"), Some(Log10Lr::Excluded));
    assert_eq!(answer.median("father"), Some(Log10Lr::Excluded));
    assert!(answer.to_string().contains("impossible"));
}

#[test]
fn tables_of_different_loci_are_told_apart() {
    let other = Frequencies::builder("other").locus("FGA", [("21", 0.5)]).unwrap().build().unwrap();
    let answer = of(&[&table("a", 0.1), &other], ["6", "6"], ["6", "6"]).unwrap();
    assert_eq!(answer.populations().iter().map(KinshipReport::counted).collect::<Vec<_>>(), [1, 0]);
    assert!(answer.to_string().contains("not the same loci are counted in all"));
}

#[test]
fn no_table_is_an_error() {
    let error = of(&[], ["6", "6"], ["6", "6"]).unwrap_err().to_string();
    assert_eq!(error, "number of frequency tables is 0, expected 1 or more");
}
