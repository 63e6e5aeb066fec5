//! The words of reports: what was compared, and what not; what is known, weighed, excluded, and against what.

use crate::dna::identification::{Conclusion, DviOptions, DviReport, Family, Prior, Thresholds, dvi};
use crate::dna::kinship::{Model, Pedigree};
use crate::dna::likelihood::MutationModel;
use crate::dna::{Frequencies, Profile, Sex};
use ndarray::array;

const ALLELES: [(&str, f64); 4] = [("11", 0.01), ("12", 0.01), ("13", 0.49), ("14", 0.49)];
const LOCI: [&str; 3] = ["TH01", "FGA", "D3S1358"];

fn profile(id: &str, genotypes: &[(&str, [&str; 2])]) -> Profile {
    Profile::new(id, genotypes.iter().copied()).unwrap()
}

/// A missing man whose child was typed, or is there.
fn family(name: &str) -> Family {
    let people = [("C", Some("M"), None, None), ("M", None, None, Some(Sex::Male))];
    Family::new(name, Pedigree::new(people).unwrap(), ["M"]).unwrap()
}

fn ask(bodies: &[Profile], families: &[&str], typed: &[Profile], options: &DviOptions<'_>) -> DviReport {
    let table = LOCI
        .iter()
        .chain(&["DXS10103"])
        .fold(Frequencies::builder("t"), |table, locus| table.locus(locus, ALLELES).unwrap());
    let families: Vec<Family> = families.iter().map(|name| family(name)).collect();
    dvi(bodies, &families, typed, &table.build().unwrap(), options).unwrap()
}

fn line(report: &DviReport, start: &str) -> String {
    let text = report.to_string();
    text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {text}")).to_owned()
}

fn has(report: &DviReport, words: &str) {
    assert!(report.to_string().contains(words), "{words}: {report}");
}

/// The options, with pairs of a ratio of 10 undisputed.
fn easily(fix_undisputed: bool) -> DviOptions<'static> {
    let thresholds = Thresholds { undisputed: 10.0, rival_factor: 2.0, ..Thresholds::default() };
    DviOptions { thresholds, fix_undisputed, ..DviOptions::default() }
}

#[test]
fn of_what_was_not_compared_no_probability_is_stated() {
    let bodies = [profile("B1", &[("TH01", ["11", "12"])]), profile("B2", &[("FGA", ["11", "12"])])];
    let typed = [profile("F1/C", &[("TH01", ["11", "12"])])];
    let report = ask(&bodies, &["F1", "F2"], &typed, &DviOptions::default());
    assert_eq!(
        line(&report, "  B2:"),
        "  B2: not comparable with anybody; probability of nobody not known: not compared"
    );
    let of_nobody_typed = "probability of not being among the bodies not known: not compared";
    assert_eq!(line(&report, "  F2/M:"), format!("  F2/M: not comparable with anybody; {of_nobody_typed}"));
    assert!(line(&report, "  B1:").ends_with("%, of those compared"));
    assert_eq!((report.marginals.nobody[1], report.marginals.absent[1]), (None, None));
    assert!(report.marginals.nobody[0].is_some() && report.marginals.absent[0].is_some());
    let report = ask(&bodies, &["F1"], &[], &DviOptions::default());
    has(&report, "No pair was left to weigh.");
    assert!(!report.to_string().contains("100%"), "{report}");
}

#[test]
fn each_way_of_being_excluded_has_its_words() {
    let child = profile("C", &[("TH01", ["11", "11"])]);
    let body = [profile("B1", &[("TH01", ["11", "12"])])];
    let thresholds = Thresholds { inconsistent_loci: Some(0), ..Thresholds::default() };
    let options = |prior| DviOptions { thresholds, prior, ..DviOptions::default() };
    let report = ask(
        &body,
        &["F1"],
        std::slice::from_ref(&child),
        &options(Prior::Pairs { pairs: array![[0.0]], nobody: vec![1.0] }),
    );
    assert_eq!(
        line(&report, "  B1:"),
        "  B1: excluded (by the prior from 1); probability of nobody 100%, given what is excluded"
    );
    let mut woman = options(Prior::Flat);
    woman.sexes.insert("B1".into(), Sex::Female);
    let report = ask(&body, &["F1"], std::slice::from_ref(&child), &woman);
    assert!(line(&report, "  B1:").starts_with("  B1: excluded (of another sex than 1);"));
    let other = [profile("B1", &[("TH01", ["13", "14"])])];
    let report = ask(&other, &["F1"], std::slice::from_ref(&child), &options(Prior::Flat));
    has(&report, "B1: excluded (1 or more inconsistent loci with everybody compared);");
    assert!(matches!(
        report.body_conclusions[0],
        Conclusion::Excluded { fewest_loci: Some(1), compared: 1, impossible: 1, other_sex: 0, .. }
    ));
}

#[test]
fn whom_another_leaves_nobody_is_not_excluded() {
    let child = profile("C", &LOCI.map(|locus| (locus, ["11", "12"])));
    let bodies = [
        profile("B1", &LOCI.map(|locus| (locus, ["11", "12"]))),
        profile("B2", &LOCI.map(|locus| (locus, ["12", "13"]))),
    ];
    let report = ask(&bodies, &["F1"], std::slice::from_ref(&child), &easily(true));
    let Conclusion::NobodyLeft { best, log10_lr, not_compared: 0 } = &report.body_conclusions[1] else {
        panic!("{report}")
    };
    assert_eq!((best[0].to_string(), log10_lr.value()), ("F1/M".into(), report.pairwise.log10_lr[[1, 0]]));
    has(&report, "  B2: nobody is left; not excluded from F1/M (pairwise log10 LR ");
    has(
        &report,
        "another was taken as known there; probability of nobody 100%, given what is excluded and taken as known",
    );
    assert!(line(&report, "  B1: undisputed").ends_with("; taken as known (undisputed)"));
    assert!(line(&report, "  F1/M: undisputed").ends_with("; taken as known (undisputed)"));
    has(&report, "against nobody being identified beyond those taken as known)");
    has(&report, "Taken as known (undisputed), all else is given them: B1 = F1/M\n");
    has(&report, "No pair beyond those taken as known was left to weigh.");
    assert!(!report.to_string().contains("100%: ") && !report.to_string().contains("nobody 0.00%"));
    // Not taken as known, nothing is.
    let report = ask(&bodies, &["F1"], std::slice::from_ref(&child), &easily(false));
    assert!(!report.to_string().contains("taken as known (undisputed)"));
    has(&report, "(log10 LR against nobody being identified)");
}

#[test]
fn what_is_known_is_not_weighed_among_the_rest() {
    let typed = [
        profile("F1/C", &LOCI.map(|locus| (locus, ["11", "11"]))),
        profile("F2/C", &LOCI.map(|locus| (locus, ["13", "14"]))),
    ];
    let bodies = [
        profile("B1", &LOCI.map(|locus| (locus, ["11", "11"]))),
        profile("B2", &LOCI.map(|locus| (locus, ["13", "14"]))),
    ];
    let report = ask(&bodies, &["F1", "F2"], &typed, &easily(true));
    has(&report, ": B2 = F2/M (log10 LR ");
    has(&report, ": nobody more is identified\n");
    assert!(report.assignments.iter().all(|assignment| assignment.pairs[0].0 == "B1"));
}

#[test]
fn where_the_family_needs_a_mutation_no_count_of_loci_is_told() {
    // The child shares nothing with its typed mother, and the reference of the missing man is not the body's.
    let people = [
        ("C", Some("M"), Some("W"), None),
        ("M", None, None, Some(Sex::Male)),
        ("W", None, None, Some(Sex::Female)),
    ];
    let families = [Family::new("F1", Pedigree::new(people).unwrap(), ["M"]).unwrap()];
    let typed = [
        profile("C", &[("TH01", ["11", "11"])]),
        profile("W", &[("TH01", ["13", "14"])]),
        profile("M", &[("TH01", ["11", "12"])]),
    ];
    let body = [profile("B1", &[("TH01", ["13", "14"])])];
    let table = Frequencies::builder("t").locus("TH01", ALLELES).unwrap().build().unwrap();
    let options = DviOptions {
        model: Model::default().with_mutation(MutationModel::equal(0.01).unwrap()),
        thresholds: Thresholds { inconsistent_loci: None, ..Thresholds::default() },
        ..DviOptions::default()
    };
    let report = dvi(&body, &families, &typed, &table, &options).unwrap();
    has(&report, "B1: excluded (impossible with everybody compared);");
    has(&report, "Impossible under the model without a locus that is inconsistent by itself: 1");
    assert!(!report.to_string().contains("0 or more"));
}

#[test]
fn loci_left_out_are_named_with_the_reason() {
    let typed = [profile("C", &[("TH01", ["11", "11"])])];
    let three = Profile::new(
        "B1",
        [
            ("TH01", vec!["11", "12"]),
            ("FGA", vec!["11", "12", "13"]),
            ("AMEL", vec!["X", "Y"]),
            ("DYS391", vec!["10"]),
        ],
    );
    let marked = profile("B2", &[("TH01", ["11", "12"]), ("D3S1358", ["17.X", "11"])]);
    let report = ask(&[three.unwrap(), marked], &["F1"], &typed, &DviOptions::default());
    let left_out: Vec<String> =
        report.basis.left_out.iter().map(|of| format!("{} {}", of.profile, of.locus)).collect();
    assert_eq!(left_out, ["B1 FGA", "B2 D3S1358"]);
    has(
        &report,
        "  Loci of profiles that were left out: 2\n    FGA of B1: somebody has more alleles than copies\n",
    );
    assert!(line(&report, "    D3S1358 of B2: ").len() > 30);
    let data = serde_json::to_value(&report).unwrap();
    assert_eq!(data["basis"]["left_out"][0]["reason"], "too_many_alleles");
    assert!(data["basis"]["left_out"][1]["reason"].is_string());
}
