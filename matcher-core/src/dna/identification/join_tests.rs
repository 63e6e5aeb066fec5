//! Remains that look like one person's and are not, through the whole identification.

use crate::dna::identification::{DviOptions, DviReport, Family, dvi};
use crate::dna::kinship::{Pedigree, Relation};
use crate::dna::{Frequencies, Profile, Sex};
use std::collections::BTreeMap;

const LOCI: [&str; 4] = ["TH01", "FGA", "D3S1358", "D8S1179"];

/// Everybody has what is rare, and amelogenin as said, and a haplotype where it is said.
fn body(id: &str, amelogenin: &[&str], haplotype: Option<&str>) -> Profile {
    let rare = LOCI.iter().map(|locus| (*locus, vec!["11", "12"]));
    let sex = Some(("AMEL", amelogenin.to_vec())).filter(|_| !amelogenin.is_empty());
    Profile::new(id, rare.chain(sex).chain(haplotype.map(|allele| ("DYS391", vec![allele])))).unwrap()
}

fn ask(bodies: &[Profile], merge: bool, sexes: &[(&str, Sex)]) -> DviReport {
    let table = LOCI.iter().fold(Frequencies::builder("rare"), |table, locus| {
        table.locus(locus, [("11", 0.02), ("12", 0.02), ("13", 0.96)]).unwrap()
    });
    let pedigree = Pedigree::new([("child", Some("man"), None, None), ("man", None, None, None)]).unwrap();
    let families = [Family::new("F1", pedigree, ["man"]).unwrap()];
    let child = body("child", &[], None);
    let sexes = sexes.iter().map(|(id, sex)| ((*id).to_owned(), *sex)).collect::<BTreeMap<_, _>>();
    let options = DviOptions { merge, sexes, ..DviOptions::default() };
    dvi(bodies, &families, &[child], &table.build().unwrap(), &options).unwrap()
}

#[test]
fn remains_of_different_sex_are_not_one_person() {
    let bodies = [body("X1", &["X", "Y"], None), body("X2", &["X", "X"], None)];
    for merge in [false, true] {
        let report = ask(&bodies, merge, &[]);
        assert_eq!((report.bodies.len(), report.duplicates.len()), (2, 1));
        assert_ne!(report.duplicates[0].relation, Relation::Identical);
        assert!(report.basis.remarks.is_empty(), "{:?}", report.basis.remarks);
    }
    // As stated, where amelogenin was not typed.
    let bodies = [body("X1", &["X", "Y"], None), body("X2", &[], None)];
    assert_eq!(ask(&bodies, true, &[]).bodies, ["X1"]);
    assert_eq!(ask(&bodies, true, &[("X2", Sex::Female)]).bodies, ["X1", "X2"]);
}

#[test]
fn one_of_unknown_sex_joins_no_two_that_differ() {
    let bodies = [body("X1", &["X", "Y"], None), body("X2", &[], None), body("X3", &["X", "X"], None)];
    let report = ask(&bodies, true, &[]);
    assert_eq!((report.merged[0].join("+"), report.bodies.len()), ("X1+X2".into(), 2));
    let remark = "X2 and X3 may be one person, but were not joined: profiles \"X1\" and \"X3\": sex is different, \
                  expected parts of one person";
    assert_eq!(report.basis.remarks, [remark]);
    // Two parts of amelogenin that are of a man together, one of whom was stated to be a woman.
    let bodies = [body("X1", &["X", "-"], None), body("X2", &["-", "Y"], None)];
    let report = ask(&bodies, true, &[("X1", Sex::Female)]);
    assert_eq!(report.bodies.len(), 2);
}

#[test]
fn a_contradiction_where_nothing_is_weighed_stops_joining_and_nothing_else() {
    let bodies = [body("X1", &["X", "Y"], Some("10")), body("X2", &["X", "Y"], Some("11"))];
    let report = ask(&bodies, true, &[]);
    assert_eq!((report.bodies.len(), report.merged.len()), (2, 0));
    assert!(
        report.basis.remarks[0].contains("were not joined: profiles \"X1\" and \"X2\": DYS391 is different")
    );
    assert!(report.basis.remarks[1].contains("each was taken for another one: they were not joined"));
    assert!(report.basis.left_out.is_empty());
}
