use super::*;
use crate::dna::{Category, Source};

fn profile(id: &str, alleles: [&str; 2]) -> Profile {
    Profile::new(id, [("FGA", alleles), ("TH01", ["6", "9.3"])]).unwrap()
}

#[test]
fn what_is_put_in_comes_out_whatever_a_row_can_say() {
    let builder = || Profile::builder("x").locus("FGA", ["21", "22"]).unwrap();
    let peaks = [("15", 120.0), ("16", 80.0)].map(|(allele, height)| (allele.parse().unwrap(), height));
    let profiles = [
        profile("plain", ["21", "22"]),
        profile("partial", ["21", "-"]),
        profile("marks", ["21", "25>"]),
        profile("open", ["21", "*"]),
        builder().category(Some(Category::Arrestee)).build().unwrap(),
        builder().partial(true).build().unwrap(),
        builder().partial(true).locus("TH01", ["6", "-"]).unwrap().build().unwrap(),
        builder().source(Source::Mixture).build().unwrap(),
        builder().locus("TH01", ["6", "7", "9.3"]).unwrap().build().unwrap(),
        builder().locus("rs1490413", ["A", "C"]).unwrap().build().unwrap(),
        builder().locus("vWA", ["-", "-"]).unwrap().build().unwrap(),
        builder().locus("vWA", ["17"]).unwrap().build().unwrap(),
        builder().locus("DYS391", ["10"]).unwrap().build().unwrap(),
        builder()
            .genotype("vWA".parse().unwrap(), crate::dna::Genotype::with_heights(&peaks).unwrap())
            .build()
            .unwrap(),
    ];
    let mut table = ProfileTable::in_segments(Panel::standard(), 4);
    let rows: Vec<usize> = profiles.iter().map(|profile| table.push(profile)).collect();
    assert_eq!(table.len(), profiles.len());
    for (row, profile) in rows.iter().zip(&profiles) {
        assert_eq!(table.get(*row).as_ref(), Some(profile), "{}", profile.id());
        assert_eq!(table.id(*row), Some(profile.id()));
    }
    assert_eq!(table.get(rows.len()), None);
}

#[test]
fn a_gap_is_filled_and_a_clone_keeps_what_it_had() {
    let mut table = ProfileTable::in_segments(Panel::standard(), 2);
    for k in 0..5 {
        table.push(&profile(&format!("p{k}"), ["21", "22"]));
    }
    let before = table.clone();
    table.take(1);
    table.take(1);
    table.take(99);
    assert_eq!((table.len(), before.len()), (4, 5));
    assert_eq!((table.get(1), before.get(1).map(|p| p.id().to_owned())), (None, Some("p1".into())));
    assert_eq!(table.push(&profile("new", ["20", "20"])), 1);
    assert_eq!(table.id(1), Some("new"));
    assert_eq!(table.rows().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn rows_of_numbers_are_profiles_too() {
    let mut table =
        ProfileTable::new(Panel::new(&["FGA".parse().unwrap(), "TH01".parse().unwrap()]).unwrap());
    let mut code = |column, allele: &str| table.code(column, allele.parse().unwrap()).unwrap();
    let row = [[code(0, "21"), code(0, "22")], [0, code(1, "6")]];
    let at = table.push_row("a", &row);
    assert_eq!(
        table.get(at),
        Some(Profile::new("a", [("FGA", ["21", "22"]), ("TH01", ["6", "-"])]).unwrap())
    );
}

#[test]
fn kinds_that_are_gone_leave_no_trace() {
    let mut table = ProfileTable::in_segments(Panel::standard(), 4);
    let loci = ["FGA", "TH01", "vWA", "SE33", "TPOX"];
    for set in 1..32usize {
        let chosen = loci.iter().enumerate().filter(|(k, _)| set >> k & 1 == 1);
        let row = table.push(&Profile::new("x", chosen.map(|(_, locus)| (locus, ["15", "16"]))).unwrap());
        assert_eq!(row, 0);
        let kinds: Vec<usize> = table.segments()[0].kinds().map(|(_, count)| count).collect();
        assert_eq!(kinds, [1]);
        table.take(row);
    }
    assert_eq!(table.segments()[0].kinds().count(), 0);
}
