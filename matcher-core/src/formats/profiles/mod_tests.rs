use super::*;
use crate::dna::{Allele, Category, Genotype, Locus, Source};
use proptest::prelude::*;

fn back(profiles: &[Profile], format: ProfileFormat) -> Vec<Profile> {
    let bytes = write(profiles, format).unwrap();
    let options = ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() };
    let reading = read(&bytes, &options).unwrap_or_else(|error| panic!("{error}: {}", bytes.escape_ascii()));
    assert_eq!(reading.format, format);
    reading.profiles
}

fn refusal(profile: Profile, format: ProfileFormat) -> String {
    write(&[profile], format).unwrap_err().to_string()
}

fn one(id: &str, locus: &str, alleles: &[&str]) -> Profile {
    Profile::new(id, [(locus, alleles)]).unwrap()
}

#[test]
fn what_cannot_be_stated_is_refused_by_name() {
    use ProfileFormat::{CodisCmf, GeneMapper, LongTable, WideTable};
    let plain = || one("a", "FGA", &["20", "21"]);
    let mixture = Profile::builder("a").source(Source::Mixture).category(Some(Category::Arrestee));
    let mixture = mixture.locus("FGA", ["20", "21"]).unwrap().build().unwrap();
    for (profile, format, expected) in [
        (
            plain(),
            GeneMapper,
            "profile format is genemapper, expected codis-cmf, long-table or wide-table to write",
        ),
        (
            one(" a", "FGA", &["20"]),
            WideTable,
            "profile id is \" a\", expected text without control characters",
        ),
        (one("a\nb", "FGA", &["20"]), LongTable, "profile id is \"a\\nb\", expected text"),
        (
            one("a", "DYS389", &["12"]),
            WideTable,
            "locus is \"DYS389\", expected a name that can head columns",
        ),
        (
            one("a", "a;b;c;d", &["12"]),
            WideTable,
            "locus is \"a;b;c;d\", expected a name that can head columns",
        ),
        (
            Profile::builder("a").build().unwrap(),
            WideTable,
            "number of loci is 0, expected 1 or more in a wide table",
        ),
        (
            Profile::builder("a").build().unwrap(),
            CodisCmf,
            "profile \"a\": number of loci is 0, expected 1 to 32",
        ),
        (one(&"x".repeat(25), "FGA", &["20"]), CodisCmf, "profile \"xxxxx"),
        (one("a", &"L".repeat(21), &["20"]), CodisCmf, "profile \"a\": length of locus \"LLLLL"),
        (
            one("a", "FGA", &["15_14_1_0_9"]),
            CodisCmf,
            "profile \"a\": length of allele \"15_14_1_0_9\" is 11",
        ),
        (mixture, CodisCmf, "profile \"a\": category is Arrestee, expected Forensic Mixture"),
    ] {
        let message = refusal(profile, format);
        assert!(message.starts_with(expected), "{message}");
    }
    assert_eq!(
        write(&[], LongTable).unwrap_err().to_string(),
        "number of profiles is 0, expected 1 or more to write"
    );
    let twice = [plain(), plain()];
    for (format, place) in [(CodisCmf, "a CMF file"), (LongTable, "a long table")] {
        let expected = format!("profile id is \"a\", expected each id once in {place}");
        assert_eq!(write(&twice, format).unwrap_err().to_string(), expected);
    }
    let wide = write(&twice, WideTable).unwrap();
    assert_eq!(read(&wide, &ReadOptions::default()).unwrap().profiles, twice);
}

#[test]
fn a_submission_keeps_to_the_schema() {
    let refusal = |submission: &Submission| {
        write_codis(&[one("a", "FGA", &["20", "21"])], submission).map_err(|error| error.to_string())
    };
    for lab in ["x".repeat(11), String::new(), "a\nb".into(), "a\u{ffff}".into()] {
        let submission = Submission { source_lab: lab, ..Submission::default() };
        assert!(refusal(&submission).unwrap_err().starts_with("SOURCELAB is "));
    }
    let at = |date_time: &str| Submission { date_time: date_time.into(), ..Submission::default() };
    for sound in ["2024-02-29T23:59:59", "2000-02-29T00:00:00", "1900-01-01T00:00:01", "2079-06-05T23:59:59"]
    {
        assert!(refusal(&at(sound)).is_ok(), "{sound}");
    }
    for wrong in [
        "yesterday",
        "",
        "2024-02-30T00:00:00",
        "2023-02-29T00:00:00",
        "2100-02-29T00:00:00",
        "2024-04-31T00:00:00",
        "2024-13-01T00:00:00",
        "2024-00-01T00:00:00",
        "2024-01-00T00:00:00",
        "2024-01-01T24:00:00",
        "2024-01-01T00:60:00",
        "2024-01-01T00:00:60",
        "2024-01-01 00:00:00",
        "2024-01-01T00:00:0é",
        "1900-01-01T00:00:00",
        "1899-12-31T00:00:00",
        "2079-06-06T00:00:00",
    ] {
        assert!(refusal(&at(wrong)).unwrap_err().starts_with("SUBMITDATETIME is "), "{wrong}");
    }
}

#[test]
fn cmf_goes_into_a_file_whole_or_not_at_all() {
    let path = std::env::temp_dir().join(format!("matcher-cmf-{}.xml", std::process::id()));
    let profiles = [one("a", "Amelogenin", &["X", "Y"]), one("b", "TH01", &["6", "9.3"])];
    let submission = Submission { user_id: "examiner".into(), ..Submission::default() };
    write_codis_file(&profiles, &submission, &path).unwrap();
    let written = read_file(&path, &ReadOptions::default());
    let refused = write_codis_file(&[], &submission, &path);
    let kept = std::fs::read(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(written.unwrap().profiles[1].loci(), profiles[1].loci());
    assert!(refused.is_err());
    assert_eq!(kept.unwrap(), write_codis(&profiles, &submission).unwrap());
}

#[test]
fn cmf_says_who_sends_it() {
    let submission = Submission { source_lab: "LAB <1>".into(), ..Submission::default() };
    let xml = write_codis(&[one("a & b", "FGA", &["20", "-"])], &submission).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    assert!(
        xml.contains("<SOURCELAB>LAB &lt;1&gt;</SOURCELAB>")
            && xml.contains("<SPECIMENID>a &amp; b</SPECIMENID>")
    );
    assert!(xml.contains("<SPECIMENCATEGORY>Other</SPECIMENCATEGORY>"));
    assert_eq!(xml.matches("<ALLELEVALUE>").count(), 1);
}

#[test]
fn limits_hold() {
    let text = b"id,FGA_1,FGA_2\na,20,21\nb,20,21\n";
    let few = ReadOptions { limits: Limits { profiles: 1, ..Limits::default() }, ..ReadOptions::default() };
    let error = read(text, &few).unwrap_err().to_string();
    assert_eq!(error, "number of profiles is 2, expected at most 1, the limit set for reading");
    let long = b"SampleName,Marker,Allele1\na,FGA,20\nb,FGA,20\n";
    assert_eq!(read(long, &few).unwrap_err().to_string(), error);
    let short = ReadOptions { limits: Limits { bytes: 5, ..Limits::default() }, ..ReadOptions::default() };
    assert!(read(text, &short).unwrap_err().to_string().starts_with("input length is 31 bytes"));
}

fn an_allele() -> impl Strategy<Value = Allele> {
    let text = prop_oneof![
        8 => (1..400u16).prop_map(|tenths| Allele::repeat(tenths).unwrap().to_string()),
        1 => prop::sample::select(vec!["OL", "-", "*", "9.X", "25>", "8<", "X", "Y", "A", "G"]).prop_map(String::from),
        1 => "[0-9]{2}_[0-9]{1,2}_[0-9]".prop_map(String::from),
    ];
    text.prop_map(|text| text.parse().unwrap())
}

fn a_genotype(heights: bool) -> impl Strategy<Value = Genotype> {
    prop::collection::vec((an_allele(), 0..9999u32), 2..5).prop_map(move |peaks| {
        let peaks: Vec<(Allele, f32)> =
            peaks.iter().map(|(allele, height)| (*allele, *height as f32 / 8.0)).collect();
        let alleles: Vec<Allele> = peaks.iter().map(|(allele, _)| *allele).collect();
        let genotype = if heights { Genotype::with_heights(&peaks) } else { Genotype::new(&alleles) };
        genotype.unwrap()
    })
}

const LOCI: [&str; 9] = ["FGA", "TH01", "Penta D", "vWA", "Amelogenin", "DYS385", "HPRTB", "rs17", "NEW-1 x"];

fn a_profile(heights: bool) -> impl Strategy<Value = Profile> {
    let loci = prop::sample::subsequence(LOCI.to_vec(), 1..LOCI.len());
    let typed = loci.prop_flat_map(move |loci| {
        let count = loci.len();
        (Just(loci), prop::collection::vec(a_genotype(heights), count))
    });
    let category = prop::option::of(prop::sample::select(Category::ALL.to_vec()));
    let id = "[A-Za-z0-9#,;\"'<&.é]([A-Za-z0-9 #,;\"'<&.é]{0,8}[a-z0-9])?";
    (id, typed, category, any::<bool>(), any::<bool>()).prop_map(
        |(id, (loci, genotypes), category, partial, mixture)| {
            let source = if mixture { Source::Mixture } else { Source::Single };
            let category = category.map(|(category, _)| category);
            let mut builder = Profile::builder(&id).source(source).category(category).partial(partial);
            for (locus, genotype) in loci.into_iter().zip(genotypes) {
                builder = builder.genotype(Locus::new(locus).unwrap(), genotype);
            }
            builder.build().unwrap()
        },
    )
}

/// The profiles under ids that differ.
fn numbered(profiles: Vec<Profile>) -> Vec<Profile> {
    profiles
        .into_iter()
        .enumerate()
        .map(|(n, p)| {
            let id = format!("{}{n}", p.id());
            p.with_id(&id).unwrap()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn long_tables_come_back(profiles in prop::collection::vec(a_profile(true), 1..5)) {
        let profiles = numbered(profiles);
        prop_assert_eq!(back(&profiles, ProfileFormat::LongTable), profiles);
    }

    #[test]
    fn wide_tables_come_back(profiles in prop::collection::vec(a_profile(false), 1..5)) {
        let profiles = numbered(profiles);
        prop_assert_eq!(back(&profiles, ProfileFormat::WideTable), profiles);
    }

    #[test]
    fn cmf_comes_back_where_it_can_be_written(profiles in prop::collection::vec(a_profile(false), 1..3)) {
        let profiles = numbered(profiles);
        if let Ok(bytes) = write(&profiles, ProfileFormat::CodisCmf) {
            let again = read(&bytes, &ReadOptions::default()).unwrap();
            for (old, new) in profiles.iter().zip(&again.profiles) {
                prop_assert_eq!((old.id(), old.source(), old.loci()), (new.id(), new.source(), new.loci()));
                prop_assert_eq!(old.is_marked_partial(), new.is_marked_partial());
                prop_assert!(old.category().is_none() || old.category() == new.category());
            }
            prop_assert_eq!(&back(&again.profiles, ProfileFormat::CodisCmf), &again.profiles);
        }
    }
}
