use super::*;
use crate::dna::{Locus, Sex};
use crate::formats::report::Strictness;

/// Two loci, a father and a mother typed, a child; one hypothesis with an unnamed brother of the child.
const FAM: &str = "\"Output from Familias, version 3.3.1\"\n\"DO NOT EDIT!\"\n3.3.1\n\"a note\"\n3\n\
\"AF\"\n#FALSE#\n-1 (Consider dropouts)\n#FALSE#\n#TRUE#\n2\n0\n1\n0\n2\n2\n1\n\
\"MO\"\n#FALSE#\n1970\n#FALSE#\n#FALSE#\n1\n1\n-1\n0\n\
\"CH\"\n#FALSE#\n-1\n#FALSE#\n#FALSE#\n0\n\
\"Known relations\"\n0\n0\n1\n1\n2\n2\n\
1\n\"H2\"\n0\n0\n0\n\
0\n\"H1\"\n0\n1\n3\n0\n2\n0\n3\n1\n3\n\
#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0.02 )\n2\n#TRUE#\n\"lab\"\n\
\"TH01\"\n0.001\n0.002\n4\n4\n3\n0.1\n0.1\n1e-006\n1e-006\n#TRUE#\n0.01\n\
2\t(DatabaseSize = 200 , Dropout probability = 0.1 , Minor allele frequency = 0.005 )\n\
\"6\"\n0.25\n\"9.3\"\n0.35\n\
\"FGA\"\n0\n0\n3\n3\n3\n0.1\n0.1\n0.0\n0.0\n#FALSE#\n0\n\
3\t(DatabaseSize = 300 , Dropout probability = 0.1 , Minor allele frequency = 0.005 )\n\
\"20\"\n0.5\n\"21\"\n0.3\n\"Rest allele\"\n0.1\n";

/// What a disaster adds.
const DVI: &str = "\n[DVI]\n[[Unidentified persons]]\nnPersons= 1\n[[[Person 1 ]]]\nName= V1\nGender= Male\n[[[[DNA data]]]]\n\
nSystems= 1\nSystemName= TH01\nAllele1= 6\nAllele2= 9.3\n[[Notes]]\nnFamilies= 1\nsome [text]\n\
[[Reference Families]]\nnFamilies= 1\n[[[Family 1 ]]]\nName= F1\n[[[[Persons]]]]\nnPersons= 3\n\
[[[[[Person 1]]]]]\nName= CH\nGender= Female\n[[[[[[DNA data]]]]]]\nnSystems= 1\nSystemName= FGA\nAllele1= 20\n\
Allele2= Rest allele\n[[[[[Person 2]]]]]\nName= Wife\nGender= Female\n[[[[[[DNA data]]]]]]\nnSystems= 0\n\
[[[[[Person 3]]]]]\nName= Missing female 1\nGender= Female\n[[[[[[DNA data]]]]]]\nnSystems= 0\n\
[[[[Pedigrees]]]]\nnPedigrees= 2\n[[[[[Pedigree 1]]]]]\nName= Reference pedigree\nnRelations= 1\nParent= Wife\n\
Child= CH\n[[[[[Pedigree 2]]]]]\nName= P\nnRelations= 2\nParent= Wife\nChild= CH\nParent= Missing person\nChild= CH\n\
[Prior]\nUseList= No\nSize= 9\n[Advanced]\n[[Direct/Identity]]\nDropin= 0\n";

fn read_text(text: &str) -> (Result<Case>, Vec<String>) {
    let mut report = Report::new(Strictness::Lenient, text.len());
    let case = read(text, &mut Budget::new(1_000), &mut report);
    (case, report.finish().iter().map(ToString::to_string).collect())
}

fn genotype(profile: &Profile, locus: &str) -> String {
    profile.get(Locus::new(locus).unwrap()).map(ToString::to_string).unwrap_or_default()
}

#[test]
fn all_of_a_project_is_read() {
    let (case, said) = read_text(FAM);
    let case = case.unwrap();
    assert_eq!(case.name, "a note");
    let mut expected = [
        "line 20: year of birth of \"MO\" is \"1970\", expected nothing that matters here (not used)",
        "line 94: allele of FGA is \"Rest allele\", expected a number of repeats or a name (read as Rest_allele)",
        "line 77: mutation model of women at FGA is 3, expected 4, extended stepwise (3, stepwise and stationary, was \
         read as that with the transform PM)",
        "line 77: mutation model of men at FGA is 3, expected 4, extended stepwise (3, stepwise and stationary, was \
         read as that with the transform PM)",
    ]
    .into_iter();
    assert!(said.iter().all(|said| expected.next() == Some(said)), "{said:#?}");
    assert_eq!(expected.next(), None);

    let names: Vec<&str> = case.hypotheses.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["H1", "H2"]); // by their numbers
    let (first, second) = (&case.hypotheses[0].1, &case.hypotheses[1].1);
    let brother = &first.people()[first.find("extra man 1").unwrap()];
    assert_eq!((brother.father(), brother.mother()), (first.find("AF"), first.find("MO")));
    let child = &second.people()[second.find("CH").unwrap()];
    assert_eq!((child.father(), child.mother(), child.sex()), (None, second.find("MO"), Some(Sex::Female)));

    assert_eq!(case.profiles.len(), 2);
    assert_eq!(genotype(&case.profiles[0], "TH01"), "6,9.3");
    assert_eq!(genotype(&case.profiles[0], "FGA"), "Rest_allele,Rest_allele");
    assert_eq!(genotype(&case.profiles[1], "TH01"), "9.3,-");

    let table = case.frequencies.unwrap();
    let th01 = table.at(Locus::new("TH01").unwrap()).unwrap();
    assert_eq!((table.name(), th01.counted(), th01.silent()), ("lab", Some(200), 0.01));
    assert_eq!(table.rare(), Some(RareAllele::Fixed(0.005)));
    assert_eq!(case.model.theta.value(), 0.02);
    assert_eq!(case.model.dropout, BTreeMap::from([("AF".to_owned(), 0.1)]));
    let mutation = case.model.mutation.at(Locus::new("TH01").unwrap()).unwrap();
    assert_eq!(mutation.male.to_string(), "stepwise(rate=0.002, rate2=1e-6, range=0.1)");
    assert_eq!(mutation.female.to_string(), "stepwise(rate=0.001, rate2=1e-6, range=0.1)");
    assert_eq!(case.model.mutation.at(Locus::new("FGA").unwrap()), None);
}

#[test]
fn victims_and_families_are_read() {
    let (case, said) = read_text(&format!("{FAM}{DVI}"));
    let case = case.unwrap();
    assert!(
        said.iter()
            .any(|said| said.ends_with("Prior Size is \"9\", expected a setting of the program (not used)"))
    );
    assert_eq!(case.post_mortem_sex, BTreeMap::from([("V1".to_owned(), Sex::Male)]));
    assert_eq!(genotype(&case.post_mortem[0], "TH01"), "6,9.3");
    let family = &case.families[0];
    assert_eq!((family.name(), family.missing()), ("F1", &["Missing person".to_owned()][..]));
    // Another CH is in the hypotheses; the wife makes the missing parent a man.
    let pedigree = family.pedigree();
    let child = &pedigree.people()[pedigree.find("F1: CH").unwrap()];
    assert_eq!(child.father(), pedigree.find("Missing person"));
    assert_eq!(pedigree.people().len(), 3);
    assert_eq!(genotype(&case.profiles[2], "FGA"), "20,Rest_allele");
    assert_eq!(case.profiles[2].id(), "F1: CH");
}

#[test]
fn what_cannot_be_decided_is_said() {
    let text = format!("{FAM}{DVI}");
    let single = text.replace("nRelations= 2\nParent= Wife\nChild= CH\n", "nRelations= 1\n");
    let (case, said) = read_text(&single);
    assert!(case.is_ok());
    assert!(said.iter().any(|said| said.ends_with(
        "family \"F1\": sex of \"Missing person\", a parent is not said, expected Male or Female (taken for a woman)"
    )));
    assert!(said.iter().any(|said| said.contains("person is \"Wife\", expected somebody who was typed")));

    let nobody = text.replace("Missing person", "Somebody");
    let (case, said) = read_text(&nobody);
    assert!(case.unwrap().families.is_empty());
    assert!(said.iter().any(|said| said.contains("family \"F1\": number of missing persons is 0")));

    let blank = text.replace("nSystems= 1\nSystemName= TH01\nAllele1= 6\nAllele2= 9.3\n", "nSystems= 0\n");
    let (case, said) = read_text(&blank);
    assert!(case.unwrap().post_mortem.is_empty());
    assert!(said.iter().any(|said| said.contains("number of loci of \"V1\" is 0, expected 1 or more")));
}

#[test]
fn what_is_wrong_names_line_and_value() {
    let text = format!("{FAM}{DVI}");
    for (from, to, expected) in [
        ("\n3\n\"AF\"", "\nx\n\"AF\"", "line 5: number of people is \"x\", expected a whole number"),
        (
            "\n3\n\"AF\"",
            "\n4000\n\"AF\"",
            "line 5: number of people in all pedigrees is 4000, expected at most 1000",
        ),
        ("\"AF\"", "AF", "line 6: name of a person is \"AF\", expected text in quotes"),
        (
            "#TRUE#\n2\n0\n1\n0",
            "#MALE#\n2\n0\n1\n0",
            "whether a person is male is \"#MALE#\", expected #TRUE# or",
        ),
        ("#TRUE#\n2\n0\n1\n0", "#TRUE#\n2\n0\n9\n0", "line 14: allele of TH01 is 9, expected less than 2"),
        (
            "#TRUE#\n2\n0\n1\n0",
            "#TRUE#\n2\n0\n1\n9",
            "line 14: locus of a genotype is 9, expected less than 2",
        ),
        ("Known relations", "Known", "heading is \"Known\", expected \"Known relations\""),
        ("0\n0\n1\n1\n2\n2\n", "0\n0\n1\n1\n9\n2\n", "child is \"9\", expected a whole number, 0 to 2"),
        (
            "0\n0\n1\n1\n2\n2\n",
            "0\n0\n1\n1 - Direct\n2\n2\n",
            "relation is \"1 - Direct\", expected a parent",
        ),
        ("0\n0\n1\n1\n2\n2\n", "0\n9999999999\n1\n1\n2\n2\n", "number of people in all pedigrees is 1"),
        (
            "0\n1\n3\n0\n2\n0\n3\n1\n3\n",
            "0\n1\n2\n0\n2\n3\n2\n",
            "pedigree \"H1\" of line 45, line 52: number of parents of \"CH\" is 3",
        ),
        ("#FALSE# (#D", "#TRUE# (#D", "expected #FALSE#: stored results are not read"),
        ("#Databases: 1", "#Databases: 2", "number of databases is \"2\", expected 1"),
        ("Fst: 0.02", "Fst: 2", "theta is 2, expected at least 0 and less than 1"),
        ("0.002\n4\n4", "0.002\n4\n5", "mutation model of men is \"5\", expected a whole number, 0 to 4"),
        ("0.001\n0.002\n4", "0.001\n2\n4", "TH01, mutation model stepwise: rate is 2, expected 0 to 1"),
        (
            "\n3\n0.1\n0.1\n1e",
            "\n2\n0.1\n0.1\n1e",
            "number of alleles is 2, expected 1, as it was said before",
        ),
        ("\"6\"\n0.25", "\"6\"\nx", "frequency is \"x\", expected a number"),
        ("\"9.3\"\n0.35", "\"6\"\n0.35", "TH01: allele is 6, expected each allele once"),
        ("\"FGA\"", "\"THO1\"", "locus is TH01, expected each locus once"),
        ("nPersons= 1", "nPersons= 2", "number of unidentified persons is 1, expected 2, as the file says"),
        (
            "nSystems= 1\nSystemName= FGA",
            "nSystems= 2\nSystemName= FGA",
            "number of systems is 1, expected 2",
        ),
        ("nRelations= 2", "nRelations= 3", "number of relations is 2, expected 3, as the file says"),
        ("nPedigrees= 2", "nPedigrees= 3", "number of pedigrees is 2, expected 3, as the file says"),
        ("Gender= Male", "Gender= Mann", "Gender is \"Mann\", expected Male, Female or Unknown"),
        ("Allele2= 9.3", "Allele1= 9.3", "Allele1 is \"9.3\", expected a SystemName before it"),
        (
            "[[[Person 1 ]]]",
            "[[[[[Person 1 ]]]]]",
            "depth of heading \"Person 1\" is 5, expected at most 3 here",
        ),
        (
            "Name= V1\nGender",
            "Nom= V1\nGender",
            "key in Person is \"Nom\", expected one that Familias 3 writes there",
        ),
        ("Name= V1\n", "Name= \n", "name of a person is missing, expected a name"),
        ("Child= CH\n[Prior]", "Parent= CH\n[Prior]", "Parent is \"CH\", expected Parent and Child by turns"),
        ("[DVI]\n", "nothing\n[DVI]\n", "line is \"nothing\", expected [heading] or key= value"),
        ("[DVI]\n", "a=b\n[DVI]\n", "line is \"a\", expected a heading in brackets"),
    ] {
        assert!(text.contains(from), "{from}");
        let message = read_text(&text.replacen(from, to, 1)).0.unwrap_err().to_string();
        assert!(message.contains(expected), "{expected}\n{message}");
    }
}

#[test]
fn a_project_that_is_cut_is_no_case() {
    let text = format!("{FAM}{DVI}").replace("\n3.3.1\n", "\n3.3.1 (DVI)\n");
    assert!(read_text(&text).0.is_ok());
    let end = text.find("[Prior]").unwrap();
    // Up to the last child: what follows it are settings.
    for cut in 0..end - 2 {
        assert!(read_text(&text[..cut]).0.is_err(), "{}", &text[..cut]);
    }
}
