use super::*;
use crate::dna::RareAllele;
use crate::formats::cases::{CaseOptions, no_files, read_case, write_case};

fn read_text(text: &str) -> Result<Case> {
    let files = |name: &str| match name {
        "p.csv" => Ok(b"id,TH01_1,TH01_2\nAF,6,9.3\nC,6,x x\n".to_vec()),
        "f.csv" => Ok(b"locus,allele,frequency\nTH01,6,0.25\nTH01,9.3,0.35\n".to_vec()),
        "f.json" => Ok(br#"{"A":{"TH01":{"6":0.5}},"B":{"TH01":{"6":0.25}}}"#.to_vec()),
        name => no_files(name),
    };
    read_case(text.as_bytes(), &CaseOptions::default(), &files).map(|reading| reading.case)
}

fn message(text: &str) -> String {
    read_text(text).unwrap_err().to_string()
}

const DUO: &str = "\n[[hypothesis]]\nname = \"H1\"\npeople = [\n  { id = \"AF\", sex = \"male\" },\n  { id = \"C\", father = \"AF\", \
    sex = \"unknown\" },\n]\n\n[[hypothesis]]\nname = \"H2\"\npeople = [ { id = \"AF\", inbreeding = 0.25 }, { id = \"C\" } ]\n";

#[test]
fn files_beside_the_case_are_read() {
    let case =
        read_text(&format!("profiles = \"p.csv\"\nfrequencies = \"f.csv\"\nrare = 0.001{DUO}")).unwrap();
    assert_eq!(case.profiles.len(), 1); // the other cannot be read
    let table = case.frequencies.unwrap();
    assert_eq!((table.name(), table.rare()), ("f.csv", Some(RareAllele::Fixed(0.001))));
    assert_eq!(case.hypotheses[1].1.people()[0].inbreeding(), 0.25);
    assert_eq!((case.model, case.priors), (Model::default(), None));

    let text = "frequencies = { file = \"f.json\", population = \"b\", name = \"mine\", people = 100 }\nrare = \"5/2N\"";
    let table = read_text(text).unwrap().frequencies.unwrap();
    let th01 = Locus::new("TH01").unwrap();
    assert_eq!((table.name(), table.sum(th01)), ("mine", Some(0.25)));
    assert_eq!(table.frequency(th01, "9".parse().unwrap()).unwrap(), 0.025);
}

#[test]
fn everything_comes_back() {
    let text = format!(
        r#"
        question = "say \"it\"\n\\ as it is"
        rare = {{ weir = {{ alpha = 0.1 }} }}
        theta = 0.03
        mutation = {{ model = "proportional", rate = 0.002 }}
        mutation_at.TH01 = {{ male = {{ model = "equal", rate = 0.1 }}, female = {{ model = "dawid", rate = 0.1, range = 0.2 }} }}
        mutation_at."Penta D" = "none"
        prune_untyped = true
        dropout = {{ AF = 0.05 }}
        priors = {{ H2 = 0.25, H1 = 0.75 }}
        post_mortem_sex = {{ "V 1" = "female", V2 = "unknown" }}
        {DUO}
        [[family]]
        name = "F\t1"
        people = [{{ id = "mother" }}, {{ id = "gone", mother = "mother" }}]
        missing = ["gone"]
        [profiles.AF]
        TH01 = [6, 9.3]
        vWA = ["16", "-"]
        [profiles.mother]
        Amelogenin = ["X", "X"]
        [post_mortem."V 1"]
        DXS7132 = ["14"]
        [post_mortem.V2]
        TH01 = ["9.X", "OL", "6"]
        [frequencies]
        name = "mine"
        provenance = "a 'paper'"
        x_linked = ["M1"]
        linked = [{{ loci = ["vWA", "D12S391"], rho = 0.089 }}]
        counted.TH01 = 400
        counted.M1 = 200
        people = 50
        silent.vWA = 0.01
        [frequencies.loci]
        TH01 = {{ 6 = 0.2, "9.3" = 0.3 }}
        vWA = {{ 16 = 0.4 }}
        D12S391 = {{ 18 = 1 }}
        M1 = {{ Rest_allele = 1e-5 }}
        "#
    );
    let case = read_text(&text).unwrap();
    assert_eq!(case.priors, Some(vec![0.75, 0.25]));
    assert_eq!(case.post_mortem_sex.len(), 1);
    let table = case.frequencies.as_ref().unwrap();
    let counted: Vec<Option<u64>> = table.loci().iter().map(crate::dna::LocusFrequencies::counted).collect();
    assert_eq!(counted, [Some(400), Some(100), Some(100), Some(200)]);
    assert!(table.loci()[3].is_x_linked());
    assert_eq!(case.profiles[0].loci()[0].1.to_string(), "6,9.3");
    assert_eq!(case.profiles[0].loci()[1].1.to_string(), "16,-");

    let written = write_case(&case).unwrap();
    let again = read_case(&written, &CaseOptions::default(), &no_files).unwrap().case;
    assert!(again == case, "{}", String::from_utf8_lossy(&written));
    assert_eq!(write_case(&again).unwrap(), written);
}

#[test]
fn tables_of_the_library_are_written_by_their_name() {
    let text = format!("frequencies = \"NIST1036-cauc\"\nrare = \"5/2N\"{DUO}");
    let case = read_text(&text).unwrap();
    let written = String::from_utf8(write_case(&case).unwrap()).unwrap();
    assert!(written.contains("frequencies = \"nist1036-cauc\"\nrare = \"5/2N\"\n"), "{written}");
    assert!(read_text(&written).unwrap() == case);
}

#[test]
fn a_profile_of_several_people_is_not_written() {
    let mut case = read_text(DUO).unwrap();
    let mixture = Profile::builder("AF").source(crate::dna::Source::Mixture).locus("TH01", ["6", "7", "8"]);
    case.profiles.push(mixture.unwrap().build().unwrap());
    assert_eq!(
        write_case(&case).unwrap_err().to_string(),
        "profile \"AF\": source is a mixture, expected a profile of one person, in a case"
    );
}

#[test]
fn what_is_wrong_names_line_and_key() {
    for (text, expected) in [
        ("theta = 0.1\nthetta = 1", "case, line 2: key or value is unknown field `thetta`"),
        ("theta = \"a\"", "case, line 1: key or value is invalid type: string \"a\", expected f64"),
        ("theta = 1", "theta is 1, expected at least 0 and less than 1"),
        ("a = ", "case, line 1: key or value is"),
        ("theta = 0\ntheta = 0", "case, line 2: key or value is duplicate key"),
        ("\nrare = \"5/N\"", "line 2: rare-allele rule is \"5/N\""),
        ("rare = 0.1", "case: rare is said without frequencies"),
        (
            "frequencies = \"nist\"",
            "line 1: frequencies is \"nist\", expected a file, or one of nist1036-afam",
        ),
        ("frequencies = \"../f.csv\"", "name of a file is \"../f.csv\", expected a file beside the case"),
        ("frequencies = \"g.csv\"", "line 1: file is \"g.csv\", expected none"),
        ("frequencies = \"p.csv\"", "format not recognised"),
        ("frequencies = { population = \"A\" }", "population is said without a file"),
        ("frequencies = { file = \"f.csv\", loci.TH01.6 = 1 }", "frequencies is a file and loci"),
        ("frequencies = { loci.TH01.6 = 2 }", "table \"of the case\", TH01: frequency of allele 6 is 2"),
        ("frequencies = { loci.TH01.6 = 1, silent = { TH01 = 0.1, THO1 = 0.1 } }", "silent is TH01 twice"),
        ("mutation = { model = \"equal\" }", "line 1: mutation is missing field `rate`"),
        ("mutation_at = { TH01 = \"none\", THO1 = \"none\" }", "mutation_at is TH01 twice"),
        ("profiles = \"/etc/passwd\"", "line 1: name of a file is \"/etc/passwd\""),
        (
            "profiles = { AF = { TH01 = [true] } }",
            "invalid type: boolean `true`, expected a text or a number",
        ),
        (
            "profiles = { AF = { TH01 = [9.35] } }",
            "profile \"AF\", TH01: allele is \"9.35\", expected repeats",
        ),
        (
            "profiles = { AF = { TH01 = [6, 7], THO1 = [6, 7] } }",
            "profile \"AF\": locus is TH01, expected each",
        ),
        ("profiles = { AF = { TH01 = [6, 7] } }", "profile is of \"AF\", who is in no pedigree"),
        ("priors = { H1 = 1 }", "line 1: prior is of \"H1\", expected a hypothesis"),
        (
            "[[hypothesis]]\nname = \"H\"\npeople = []",
            "line 1, hypothesis \"H\", pedigree: number of people is 0",
        ),
        ("[[hypothesis]]\nname = \"H\"", "missing field `people`"),
        (
            "[[hypothesis]]\nname = \"H\"\npeople = [{ id = \"A\", sex = \"m\" }]",
            "line 3: key or value is unknown variant `m`",
        ),
        (
            "[[hypothesis]]\nname = \"H\"\npeople = [{ id = \"A\", father = \"B\" }]",
            "father is \"B\", who is not in",
        ),
        (
            "\n[[family]]\nname = \"F\"\npeople = [{ id = \"A\" }]\nmissing = []",
            "line 2, family \"F\": missing persons is 0",
        ),
    ] {
        let said = message(text);
        assert!(said.contains(expected), "{text}\n{said}");
    }
    let said = message(&format!("\npriors = {{ H1 = 1 }}{DUO}"));
    assert_eq!(said, "line 2: prior of \"H2\" is missing, expected one a hypothesis");
}
