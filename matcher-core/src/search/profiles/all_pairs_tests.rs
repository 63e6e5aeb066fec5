use super::*;
use std::sync::atomic::AtomicBool;

fn profiles() -> Vec<Profile> {
    let of = |id: &str, fga: &[&str], th01: &[&str]| {
        let builder = Profile::builder(id).locus("FGA", fga).unwrap();
        builder.locus("TH01", th01).unwrap().build().unwrap()
    };
    vec![
        of("a", &["21", "22"], &["6", "9.3"]),
        of("b", &["21", "22"], &["6", "6"]),
        of("c", &["21", "-"], &["7", "9.3"]),
        of("d", &["25", "26"], &["8", "8"]),
    ]
}

#[test]
fn wildcards_are_left_out_or_match_or_counted_apart() {
    let run = |wildcards| {
        let options = AllPairsOptions { wildcards, list_from: Some(1), ..AllPairsOptions::default() };
        compare_all(&profiles(), &options).unwrap()
    };
    let excluded = run(Wildcards::Exclude);
    assert_eq!((excluded.excluded, excluded.pairs), (1, 3));
    assert_eq!((excluded.matrix[[1, 1]], excluded.matrix[[0, 0]]), (1, 2));
    let matching = run(Wildcards::Match);
    // a and c: FGA may match, TH01 shares 9.3; b and c: FGA may match; c and d: FGA may share one.
    assert_eq!((matching.matrix[[1, 1]], matching.matrix[[1, 0]], matching.matrix[[0, 1]]), (2, 1, 1));
    let apart = run(Wildcards::Separate);
    assert_eq!(apart.matrix, matching.matrix);
    let cells = apart.separate.unwrap();
    assert_eq!((cells[[0, 1, 1, 0]], cells[[0, 0, 1, 0]], cells[[0, 0, 0, 1]], cells.sum()), (1, 1, 1, 6));
    let close: Vec<_> = apart.close.iter().map(|pair| (pair.a, pair.b, pair.matching)).collect();
    assert_eq!(close, [(0, 1, 1), (0, 2, 0), (1, 2, 0)]);
}

#[test]
fn homozygotes_may_be_doubted() {
    let options = AllPairsOptions {
        wildcards: Wildcards::Match,
        doubt_homozygotes: true,
        ..AllPairsOptions::default()
    };
    let all = compare_all(&profiles()[..2], &options).unwrap();
    assert_eq!(all.matrix[[2, 0]], 1); // 6 and an unknown allele may be 6,9.3
}

#[test]
fn the_answer_depends_neither_on_threads_nor_on_what_is_listed() {
    let frequencies = crate::dna::Frequencies::builtin("nist1036").unwrap();
    let people: Vec<Profile> =
        crate::simulate::dna::profiles(300, &frequencies, 7, crate::units::Theta::ZERO).unwrap().collect();
    let run = |threads, limit| {
        let options = AllPairsOptions {
            threads: Threads::new(threads),
            list_from: Some(6),
            limit,
            ..AllPairsOptions::default()
        };
        compare_all(&people, &options).unwrap()
    };
    let one = run(1, 10_000);
    assert_eq!(one.matrix.sum(), one.pairs);
    assert!(one.close_found > 20 && one.close.len() as u64 == one.close_found);
    assert_eq!(one, run(2, 10_000));
    assert_eq!(one.close[..5], run(2, 5).close[..]);
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let mixture = Profile::builder("m").source(Source::Mixture).locus("FGA", ["20", "21"]).unwrap();
    let three = Profile::builder("t").locus("FGA", ["20", "21", "22"]).unwrap();
    let cancel = AtomicBool::new(true);
    let error =
        |profile: Profile| compare_all(&[profile], &AllPairsOptions::default()).unwrap_err().to_string();
    assert_eq!(
        error(mixture.build().unwrap()),
        "profile \"m\": source is a mixture, expected a single-source profile"
    );
    assert_eq!(
        error(three.build().unwrap()),
        "profile \"t\": genotype at FGA is more than two alleles, expected one or two"
    );
    let watch = Watch { cancel: Some(&cancel), ..Watch::default() };
    let cancelled = compare_all(&profiles(), &AllPairsOptions { watch, ..AllPairsOptions::default() });
    assert!(matches!(cancelled, Err(Error::Cancelled)));
    assert_eq!(compare_all(&[], &AllPairsOptions::default()).unwrap().pairs, 0);
}
