use super::*;

type Row<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Option<Sex>);

fn build(people: &[Row<'_>]) -> Result<Pedigree> {
    Pedigree::new(people.iter().copied())
}

fn message(people: &[Row<'_>]) -> String {
    build(people).unwrap_err().to_string()
}

#[test]
fn parents_come_first_and_their_sex_is_known() {
    let pedigree = build(&[
        ("grandchild", Some("child"), Some("in-law"), None),
        ("child", Some("father"), Some("mother"), None),
        ("mother", None, None, None),
        ("father", None, None, None),
        ("in-law", None, None, None),
    ])
    .unwrap();
    let ids: Vec<&str> = pedigree.people().iter().map(Person::id).collect();
    assert_eq!(ids, ["father", "mother", "child", "in-law", "grandchild"]);
    let sex = |id: &str| pedigree.people()[pedigree.find(id).unwrap()].sex();
    assert_eq!((sex("child"), sex("mother"), sex("grandchild")), (Some(Sex::Male), Some(Sex::Female), None));
    assert_eq!(pedigree.children(0).collect::<Vec<_>>(), [2]);
    assert_eq!(pedigree.founders().count(), 3);
}

#[test]
fn what_cannot_be_is_refused_with_its_name() {
    let (male, female) = (Some(Sex::Male), Some(Sex::Female));
    assert_eq!(message(&[]), "pedigree: number of people is 0, expected 1 to 10000");
    assert!(message(&[("", None, None, None)]).starts_with("pedigree: id is empty"));
    assert!(
        message(&[("A", None, None, male), ("A", None, None, male)])
            .starts_with("person \"A\": id is there twice")
    );
    assert!(message(&[("A", Some("B"), None, None)]).contains("father is \"B\", who is not in the pedigree"));
    assert!(
        message(&[("A", Some("B"), None, None), ("B", None, None, female)])
            .contains("father is \"B\", a woman")
    );
    assert!(
        message(&[("A", None, Some("B"), None), ("B", None, None, male)]).contains("mother is \"B\", a man")
    );
    let both = [("A", Some("C"), None, None), ("B", None, Some("C"), None), ("C", None, None, None)];
    assert!(message(&both).contains("person \"B\": mother is \"C\", a man"));
    assert!(message(&[("A", Some("B"), Some("B"), None), ("B", None, None, None)]).contains("is one person"));
    assert!(message(&[("A", Some("A"), None, None)]).contains("\"A\" among them"));
    let ring = [("A", Some("B"), None, None), ("B", Some("C"), None, None), ("C", Some("A"), None, None)];
    assert!(message(&ring).contains("expected nobody who descends from themselves"));
}

#[test]
fn a_diamond_is_no_ring() {
    let diamond = build(&[
        ("inbred", Some("son"), Some("daughter"), None),
        ("son", Some("father"), Some("mother"), None),
        ("daughter", Some("father"), Some("mother"), None),
        ("father", None, None, None),
        ("mother", None, None, None),
    ]);
    assert_eq!(diamond.unwrap().people().len(), 5);
}

#[test]
fn inbreeding_is_of_founders() {
    let founder = Pedigree::builder().person("A", None, None, None).inbreeding(0.25);
    assert_eq!(founder.clone().build().unwrap().people()[0].inbreeding(), 0.25);
    let child = founder.person("B", Some("A"), None, None).inbreeding(0.25).build();
    assert!(child.unwrap_err().to_string().contains("expected one of a founder"));
    for wrong in [-0.1, 1.1, f64::NAN] {
        assert!(Pedigree::builder().person("A", None, None, None).inbreeding(wrong).build().is_err());
    }
}

#[test]
fn families_join_unless_they_share_somebody() {
    let (a, b) = (build(&[("A", None, None, None)]).unwrap(), build(&[("B", None, None, None)]).unwrap());
    assert_eq!(Pedigree::join([&a, &b]).unwrap().people().len(), 2);
    assert!(Pedigree::join([&a, &b, &a]).unwrap_err().to_string().contains("there twice"));
    assert!(a.with_unrelated("A", None).is_err());
}

#[test]
fn written_and_read_back() {
    let pedigree = build(&[("A", None, None, Some(Sex::Male)), ("B", Some("A"), None, None)]).unwrap();
    let json = serde_json::to_string(&pedigree).unwrap();
    assert_eq!(
        json,
        r#"[{"id":"A","father":null,"mother":null,"sex":"male"},{"id":"B","father":"A","mother":null,"sex":null}]"#
    );
    assert_eq!(serde_json::from_str::<Pedigree>(&json).unwrap(), pedigree);
    assert!(serde_json::from_str::<Pedigree>(r#"[{"id":"A","father":"A"}]"#).is_err());
}

#[test]
fn a_long_line_of_descent_is_no_deep_recursion() {
    let ids: Vec<String> = (0..MAX_PEOPLE).map(|n| format!("P{n}")).collect();
    let line = (0..MAX_PEOPLE).map(|n| (ids[n].as_str(), ids.get(n + 1).map(String::as_str), None, None));
    assert_eq!(Pedigree::new(line).unwrap().people()[0].id(), "P9999");
}
