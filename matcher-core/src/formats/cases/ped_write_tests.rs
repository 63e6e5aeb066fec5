use super::*;
use crate::formats::Strictness;
use crate::formats::cases::{PedigreeOptions, PedigreeReading, read_pedigrees};
use proptest::prelude::*;

fn back(bytes: &[u8]) -> PedigreeReading {
    let options = PedigreeOptions { strictness: Strictness::Strict, ..PedigreeOptions::default() };
    read_pedigrees(bytes, &options).unwrap_or_else(|error| panic!("{error}: {}", bytes.escape_ascii()))
}

fn read(text: &str) -> PedigreeReading {
    back(text.as_bytes())
}

fn family(name: &str, ids: &[&str]) -> (String, Pedigree) {
    (name.to_owned(), Pedigree::new(ids.iter().map(|id| (*id, None, None, None))).unwrap())
}

fn refusal(families: &[(String, Pedigree)], profiles: &[Profile]) -> String {
    write_pedigrees(families, profiles).unwrap_err().to_string()
}

#[test]
fn what_is_read_is_written_as_it_was() {
    for text in [
        "#fid iid pat mat sex phenotype\nF A 0 0 1 -9\nF B 0 0 2 -9\nF C A B 0 -9\n",
        "#fid iid pat mat sex phenotype TH01 Penta_D Amelogenin DXS7132\nF A 0 0 1 -9 6 9.3 9 0 X Y 14 14\n\
         F B 0 0 2 -9 0 0 9 9 X X 14 15\nF C A B 2 -9 6 OL 9 12 X X 14 0\n",
        "#fid iid pat mat sex phenotype TH01\nF1 Father 0 0 1 -9 6 7\nF1 C Father 0 0 -9 6 6\nF2 Father 0 0 1 -9 8 9\n",
        "#fid iid pat mat sex phenotype new-1\n0 A#1 0 0 0 -9 1 2\n",
    ] {
        let reading = read(text);
        let written = write_pedigrees(&reading.families, &reading.profiles).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), text);
    }
}

#[test]
fn what_a_row_cannot_say_is_named() {
    let known = [family("F", &["A", "B"])];
    let profile = |id: &str, locus: &str, alleles: &[&str]| Profile::new(id, [(locus, alleles)]).unwrap();
    for (families, expected) in [
        (vec![], "number of families is 0, expected 1 or more to write"),
        (vec![family("F 1", &["A"])], "family is \"F 1\", expected text without blanks"),
        (vec![family("", &["A"])], "family is \"\", expected text without blanks"),
        (vec![family("#F", &["A"])], "family is \"#F\", expected text without blanks"),
        (vec![family("F", &["A"]), family("F", &["B"])], "family is \"F\", expected each family once"),
        (vec![family("F", &["A 1"])], "family \"F\": id is \"A 1\", expected text without blanks"),
        (vec![family("F", &["G: A"])], "family \"F\": id is \"G: A\", expected text without blanks"),
        (vec![family("F", &["NA"])], "family \"F\": id is \"NA\", expected text without blanks"),
        (vec![family("F", &["-9"])], "family \"F\": id is \"-9\", expected text without blanks"),
        (vec![family("F", &["F: A"])], "family \"F\": id is \"F: A\", expected one that no other family has"),
        (
            vec![family("F", &["A"]), family("G", &["A"])],
            "family \"F\": id is \"A\", expected one that no other family has",
        ),
    ] {
        let message = refusal(&families, &[]);
        assert!(message.starts_with(expected), "{message}");
    }
    let inbred = Pedigree::builder().person("A", None, None, None).inbreeding(0.25).build().unwrap();
    assert_eq!(
        refusal(&[("F".into(), inbred)], &[]),
        "family \"F\": inbreeding of \"A\" is 0.25, expected 0: a PED file has no place for it"
    );
    let mixture =
        Profile::builder("A").source(Source::Mixture).locus("TH01", ["6"]).unwrap().build().unwrap();
    for (profiles, expected) in [
        (
            vec![profile("C", "TH01", &["6", "7"])],
            "profile is \"C\", expected one of somebody in the families",
        ),
        (
            vec![Profile::builder("A").build().unwrap()],
            "profile \"A\": number of loci is 0, expected 1 or more",
        ),
        (vec![mixture], "profile \"A\": source is a mixture, expected a profile of one person"),
        (
            vec![profile("A", "TH01", &["6", "7"]); 2],
            "profile \"A\": id is there twice, expected each person once",
        ),
        (
            vec![profile("A", "TH01", &["6", "7", "8"])],
            "profile \"A\", TH01: number of alleles is 3, expected two",
        ),
        (
            vec![profile("A", "TH01", &["-", "-"])],
            "profile \"A\", TH01: number of alleles is 2, expected two",
        ),
        (
            vec![profile("A", "DYS391", &["10"])],
            "profile \"A\", DYS391: number of alleles is 1, expected two",
        ),
        (
            vec![profile("A", "DXS7132", &["14"])],
            "profile \"A\", DXS7132: number of alleles is 1, expected two",
        ),
    ] {
        let message = refusal(&known, &profiles);
        assert!(message.starts_with(expected), "{message}");
    }
    let message = refusal(&known, &[profile("A", "a new one", &["6", "7"])]);
    assert_eq!(message, "locus is \"a new one\", expected a name that can stand without blanks");
    let man = Pedigree::new([("A", None, None, Some(Sex::Male))]).unwrap();
    let message = refusal(&[("F".into(), man)], &[profile("A", "DXS7132", &["14", "14"])]);
    assert!(message.ends_with("expected one allele, as a man has at an X locus"), "{message}");
}

const LOCI: [&str; 7] = ["TH01", "Penta D", "Amelogenin", "DXS7132", "DXS8378", "rs17", "new-1"];

/// Somebody: whether a man, the place of a parent, and the alleles at each locus in tenths of repeats.
type Row = (Option<bool>, Option<usize>, Vec<Option<[u16; 2]>>);

/// A family of founders and children, whom their place tells, and what was typed of them.
fn a_family() -> impl Strategy<Value = Vec<Row>> {
    let typed = prop::collection::vec(prop::option::of([0..40u16, 0..40u16]), LOCI.len());
    prop::collection::vec((any::<Option<bool>>(), prop::option::of(0..9usize), typed), 1..9)
}

/// The pedigree of a family, and the profiles of those who have alleles.
fn built(number: usize, rows: &[Row]) -> (Pedigree, Vec<Profile>) {
    let id = |place: usize| format!("P{number}.{place}");
    let sex = |place: usize| rows[place].0.map(|male| if male { Sex::Male } else { Sex::Female });
    let mut builder = Pedigree::builder();
    for (place, (_, parent, _)) in rows.iter().enumerate() {
        // Only those before can be parents, and only those whose sex is said.
        let parent = parent.filter(|parent| *parent < place && sex(*parent).is_some());
        let of = |wanted| parent.filter(|parent| sex(*parent) == Some(wanted)).map(id);
        let (father, mother) = (of(Sex::Male), of(Sex::Female));
        builder = builder.person(&id(place), father.as_deref(), mother.as_deref(), sex(place));
    }
    let mut profiles = Vec::new();
    for (place, (_, _, typed)) in rows.iter().enumerate() {
        let allele = |tenths: u16| match tenths {
            0 => Allele::UNKNOWN,
            tenths => Allele::repeat(tenths).unwrap(),
        };
        let mut profile = Profile::builder(&id(place));
        for (name, pair) in LOCI.into_iter().zip(typed) {
            let locus = Locus::new(name).unwrap();
            let Some([a, b]) = pair.filter(|pair| *pair != [0, 0]) else { continue };
            let one_copy = sex(place) == Some(Sex::Male) && locus.inheritance() == Inheritance::X;
            let genotype = if one_copy {
                Genotype::single_copy(allele(a.max(b)))
            } else {
                Genotype::pair(allele(a), allele(b))
            };
            profile = profile.genotype(locus, genotype);
        }
        profiles.extend(Some(profile.build().unwrap()).filter(|profile| !profile.loci().is_empty()));
    }
    (builder.build().unwrap(), profiles)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn families_come_back(rows in prop::collection::vec(a_family(), 1..4)) {
        let (mut families, mut profiles) = (Vec::new(), Vec::new());
        for (number, rows) in rows.iter().enumerate() {
            let (pedigree, typed) = built(number, rows);
            families.push((format!("F{number}"), pedigree));
            profiles.extend(typed);
        }
        let written = write_pedigrees(&families, &profiles).unwrap();
        let again = back(&written);
        prop_assert_eq!(&again.families, &families);
        prop_assert_eq!(&again.profiles, &profiles);
        prop_assert_eq!(write_pedigrees(&again.families, &again.profiles).unwrap(), written);
    }
}
