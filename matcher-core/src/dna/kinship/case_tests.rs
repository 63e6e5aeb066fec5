use super::*;

fn pedigree(people: &[(&str, Option<&str>, Option<Sex>)]) -> Pedigree {
    Pedigree::new(people.iter().map(|(id, father, sex)| (*id, *father, None, *sex))).unwrap()
}

fn profile(id: &str) -> Profile {
    Profile::new(id, [("TH01", ["6", "7"])]).unwrap()
}

fn message(case: &Case) -> String {
    case.check().unwrap_err().to_string()
}

#[test]
fn people_are_one_person_throughout() {
    let (man, woman) = (Some(Sex::Male), Some(Sex::Female));
    let duo = pedigree(&[("AF", None, man), ("C", Some("AF"), None)]);
    let mut case = Case {
        hypotheses: vec![
            ("H1".into(), duo.clone()),
            ("H2".into(), pedigree(&[("AF", None, None), ("C", None, woman)])),
        ],
        profiles: vec![profile("AF"), profile("C")],
        ..Case::default()
    };
    case.check().unwrap();
    case.profiles.push(profile("AF"));
    assert_eq!(message(&case), "case: profile is \"AF\" twice, expected each once");
    case.profiles[2] = profile("X");
    assert_eq!(
        message(&case),
        "case: profile is of \"X\", who is in no pedigree, expected a person of a hypothesis or a family"
    );
    case.profiles.pop();
    case.hypotheses.push(("H3".into(), pedigree(&[("AF", None, woman)])));
    assert_eq!(
        message(&case),
        "case: sex of \"AF\" is another in hypothesis \"H3\", expected one sex in all hypotheses"
    );
    case.hypotheses[2] = ("H1".into(), duo);
    assert_eq!(message(&case), "case: hypothesis is \"H1\" twice, expected each once");
}

#[test]
fn families_and_remains_have_ids_of_their_own() {
    let family = |name: &str| {
        let trio = pedigree(&[("father", None, Some(Sex::Male)), ("M1", Some("father"), None)]);
        Family::new(name, trio, ["M1"]).unwrap()
    };
    let mut case = Case {
        families: vec![family("F1")],
        profiles: vec![profile("father")],
        post_mortem: vec![profile("V1")],
        post_mortem_sex: BTreeMap::from([("V1".into(), Sex::Male)]),
        ..Case::default()
    };
    case.check().unwrap();
    case.post_mortem_sex.insert("V2".into(), Sex::Male);
    assert_eq!(message(&case), "case: sex of remains is said of \"V2\", expected remains with a profile");
    case.post_mortem_sex.clear();
    case.post_mortem.push(profile("father"));
    assert!(message(&case).starts_with("case: remains is \"father\", as a person, expected an id"));
    case.families.push(family("F2"));
    assert!(message(&case).starts_with("case: person \"father\" is in the families \"F1\" and \"F2\""));
    case.families[1] = family("F1");
    assert_eq!(message(&case), "case: family is \"F1\" twice, expected each once");
}

#[test]
fn priors_and_the_model_are_checked() {
    let person = || pedigree(&[("A", None, None)]);
    let mut case = Case {
        hypotheses: vec![("H1".into(), person()), ("H2".into(), person()), ("H3".into(), person())],
        priors: Some(vec![0.333, 0.333, 0.333]),
        ..Case::default()
    };
    case.check().unwrap();
    case.priors = Some(vec![0.5, 0.5]);
    assert_eq!(message(&case), "case: number of priors is 2, expected 3, one a hypothesis");
    case.priors = Some(vec![f64::NAN, 0.5, 0.5]);
    assert_eq!(message(&case), "case: prior is NaN, expected 0 to 1");
    case.priors = None;
    case.model = case.model.with_dropout("A", 1.0);
    assert!(message(&case).contains("drop-out probability is 1"));
}
