use super::*;

fn profile() -> Profile {
    let builder = Profile::builder("C-17").category(Some(Category::ForensicUnknown)).partial(true);
    let builder = builder.locus("vWA", ["18", "17"]).unwrap().locus("AMEL", ["X", "Y"]).unwrap();
    builder.locus("D3S1358", ["15", "15"]).unwrap().build().unwrap()
}

#[test]
fn stored_and_read_back() {
    let peaks = [("15", 120.5), ("16", 80.0), ("17", 33.0)].map(|(a, h)| (a.parse().unwrap(), h));
    let mixture = Profile::builder("M").source(Source::Mixture);
    let mixture = mixture.genotype(Locus::new("FGA").unwrap(), Genotype::with_heights(&peaks).unwrap());
    for profile in [profile(), mixture.build().unwrap()] {
        let json = serde_json::to_string(&profile).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile, "{json}");
    }
    assert_eq!(
        serde_json::to_string(&profile()).unwrap(),
        "{\"id\":\"C-17\",\"kind\":\"single\",\"category\":\"Forensic, Unknown\",\"partial\":true,\"loci\":{\"D3S1358\":[\"15\",\"15\"],\
         \"vWA\":[\"17\",\"18\"],\"Amelogenin\":[\"X\",\"Y\"]}}"
    );
    let twice = "{\"id\":\"M\",\"loci\":{\"TH01\":[\"6\",\"7\"],\"THO1\":[\"8\",\"9\"]}}";
    assert!(serde_json::from_str::<Profile>(twice).unwrap_err().to_string().contains("each locus once"));
    let wrong = "{\"id\":\"M\",\"loci\":{\"FGA\":{\"alleles\":[\"15\"],\"heights\":[1.0,2.0]}}}";
    let error = serde_json::from_str::<Profile>(wrong).unwrap_err().to_string();
    assert!(error.contains("FGA: peak heights is 2, expected one for each of 1 alleles"), "{error}");
}

#[test]
fn amelogenin_says_the_sex() {
    let sex = |alleles: [&str; 2]| Profile::new("a", [("AMEL", alleles)]).unwrap().sex();
    assert_eq!(
        (sex(["Y", "X"]), sex(["X", "X"]), sex(["X", "-"])),
        (Some(Sex::Male), Some(Sex::Female), None)
    );
    assert_eq!(Profile::new("a", [("FGA", ["20", "21"])]).unwrap().sex(), None);
}

#[test]
fn errors_name_specimen_locus_and_value() {
    let error = |result: Result<Profile>| result.unwrap_err().to_string();
    assert!(
        error(Profile::new("C-17", [("TH01", ["9.31", "9"])]))
            .starts_with("profile \"C-17\", TH01: allele is \"9.31\", expected repeats in whole tenths"),
    );
    assert_eq!(
        error(Profile::new("C-17", [("TH01", ["9.3", "9"]), ("THO1", ["9.3", "9"])])),
        "profile \"C-17\": locus is TH01, expected each locus once"
    );
    assert_eq!(
        error(Profile::new("C-17", [("TH01", ["1", "2", "3", "4", "5"])])),
        "profile \"C-17\": number of alleles at TH01 is 5, expected 1 to 4, or a mixture"
    );
    assert_eq!(
        error(Profile::new("", [("TH01", ["9.3", "9"])])),
        "profile id is \"\", expected 1 to 255 bytes"
    );
}

#[test]
fn another_id_is_checked_too() {
    assert_eq!(profile().with_id("other").unwrap().id(), "other");
    for id in [String::new(), "€".repeat(100)] {
        assert!(profile().with_id(&id).unwrap_err().to_string().ends_with("expected 1 to 255 bytes"));
    }
}

#[test]
fn debug_shows_no_genotype() {
    assert_eq!(format!("{:?}", profile()), "Profile { id: \"C-17\", loci: 3, .. }");
}
