use super::*;
use crate::dna::Frequencies;
use crate::dna::compare::Stringency;
use crate::gallery::{Access, Enrolment};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::work::Threads;

fn profile(id: &str, fga: [&str; 2]) -> Profile {
    Profile::new(id, [("FGA", fga), ("TH01", ["6", "9.3"])]).unwrap()
}

/// A and B have prints and DNA, C prints alone, D DNA alone.
fn gallery(simulator: &FingerSimulator) -> Gallery {
    let mut gallery = Gallery::in_memory();
    let subject = |id: &str, finger: Option<u64>, fga: Option<[&str; 2]>| {
        let subject = Enrolment::new(SubjectId::new(id).unwrap());
        let subject = subject.fingerprints(finger.map(|f| simulator.impressions(f, 1)).unwrap_or_default());
        subject.profiles(fga.map(|fga| profile(id, fga)).into_iter().collect())
    };
    let subjects = vec![
        subject("A", Some(0), Some(["21", "22"])),
        subject("B", Some(1), Some(["20", "24"])),
        subject("C", Some(2), None),
        subject("D", None, Some(["20", "24"])),
    ];
    gallery.enrol_many(subjects, Threads::ONE).unwrap();
    gallery
}

#[test]
fn kinds_stand_side_by_side_and_are_fused_by_likelihood_ratios_alone() {
    let simulator = FingerSimulator::new(5, FingerprintConfig::default()).unwrap();
    let gallery = gallery(&simulator);
    let rule = Rule::new("two loci", Stringency::High, 2, 0);
    let population = Frequencies::builtin("nist1036-cauc").unwrap();
    let scale = LrScale::new(&[(0.0, -1.0), (40.0, 4.0)]).unwrap();
    let options = |lr| JointOptions {
        fingerprints: Options::default(),
        dna: ProfileOptions { frequencies: Some(&population), ..ProfileOptions::default() },
        rule: &rule,
        fingerprint_lr: lr,
    };
    // The prints are A's, the DNA is that of B and D.
    let (prints, trace) = (&simulator.impressions(0, 2)[1..], profile("trace", ["20", "24"]));
    let answer = search_joint(&gallery, prints, &trace, &options(None)).unwrap();
    assert!(!answer.fused && answer.candidates.iter().all(|c| c.log10_lr.is_none()));
    let best: Vec<&str> = answer.candidates.iter().take(2).map(|c| c.subject_id.as_str()).collect();
    assert_eq!(best, ["A", "B"]); // first by prints, first by DNA
    let of = |answer: &JointCandidates, id: &str| {
        answer.candidates.iter().find(|c| c.subject_id.as_str() == id).cloned().unwrap()
    };
    assert_eq!(of(&answer, "A").dna, DnaFinding::Differs);
    assert!(of(&answer, "D").fingerprints.is_none());

    let answer = search_joint(&gallery, prints, &trace, &options(Some(&scale))).unwrap();
    assert_eq!(of(&answer, "A").log10_lr, Some(Log10Lr::Excluded));
    let of_dna = |id| match of(&answer, id).dna {
        DnaFinding::Agrees(found) => -found.log10_rmp.unwrap().value(),
        other => panic!("{other:?}"),
    };
    let of_prints = scale.log10_lr(of(&answer, "B").fingerprints.unwrap().score);
    assert_eq!(of(&answer, "B").log10_lr, Some(Log10Lr::Finite(of_prints + of_dna("B"))));
    assert_eq!(of(&answer, "D").log10_lr, Some(Log10Lr::Finite(of_dna("D"))));
    assert_eq!(answer.candidates.last().unwrap().subject_id.as_str(), "A");

    let none = JointOptions { dna: ProfileOptions::default(), ..options(Some(&scale)) };
    let message = search_joint(&gallery, prints, &trace, &none).unwrap_err().to_string();
    assert!(message.contains("likelihood ratio of DNA is not given"), "{message}");
}

#[test]
fn who_may_not_be_seen_is_in_neither_column() {
    let simulator = FingerSimulator::new(5, FingerprintConfig::default()).unwrap();
    let mut gallery = gallery(&simulator);
    let hidden = Enrolment::new(SubjectId::new("H").unwrap())
        .fingerprints(simulator.impressions(0, 1))
        .profiles(vec![profile("H", ["20", "24"])])
        .access(Access::default().visible_to([""; 0]).unwrap());
    let rule = Rule::new("two loci", Stringency::High, 2, 0);
    let options = JointOptions {
        fingerprints: Options::default(),
        dna: ProfileOptions::default(),
        rule: &rule,
        fingerprint_lr: None,
    };
    let (prints, trace) = (&simulator.impressions(0, 2)[1..], profile("trace", ["20", "24"]));
    let expected = search_joint(&gallery, prints, &trace, &options).unwrap();
    gallery.enrol_many(vec![hidden], Threads::ONE).unwrap();
    assert_eq!(search_joint(&gallery, prints, &trace, &options).unwrap(), expected);
}

#[test]
fn a_scale_claims_nothing_beyond_what_was_measured() {
    let scale = LrScale::new(&[(10.0, -2.0), (20.0, 0.0), (40.0, 5.0)]).unwrap();
    for (score, expected) in [(-5.0, -2.0), (10.0, -2.0), (15.0, -1.0), (20.0, 0.0), (30.0, 2.5), (90.0, 5.0)]
    {
        assert_eq!(scale.log10_lr(score), expected);
    }
    for wrong in [&[][..], &[(f64::NAN, 0.0)], &[(1.0, 2.0), (1.0, 3.0)], &[(1.0, 2.0), (2.0, 1.0)]] {
        assert!(LrScale::new(wrong).is_err());
    }
}
