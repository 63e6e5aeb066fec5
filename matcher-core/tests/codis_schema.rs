//! What is written as CMF keeps to the schema of the format: its elements in their order, how often each may stand, how
//! long a text may be, and the names that it may say.
//!
//! The schema lies outside the project: the environment variable `MATCHER_DATA` names its folder, and without it the
//! test skips and says so. What of XML Schema the file uses is checked here, and nothing of our own reader or writer.

use matcher_core::dna::{Allele, Category, Genotype, Locus, Profile, Source};
use matcher_core::formats::profiles::{ProfileFormat, Submission, write, write_codis};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

fn schema() -> Option<PathBuf> {
    let root = std::env::var_os("MATCHER_DATA");
    if root.is_none() {
        println!("skipped: MATCHER_DATA is not set");
    }
    root.map(|root| Path::new(&root).join("dna/formats/codis_cmf/codis.xsd"))
}

/// An element with all that is in it; names without their prefix.
#[derive(Default)]
struct Node {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Node>,
    text: String,
}

impl Node {
    fn open(tag: &BytesStart<'_>) -> Self {
        let attributes = tag.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let name = attribute.key.local_name();
            (AsRef::<str>::as_ref(&name).to_owned(), attribute.value.clone().into_owned())
        });
        let name = AsRef::<str>::as_ref(&tag.local_name()).to_owned();
        Self { name, attributes: attributes.collect(), ..Self::default() }
    }

    fn read(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) => open.push(Self::open(&tag)),
                Event::Empty(tag) => open.last_mut().unwrap().children.push(Self::open(&tag)),
                Event::End(_) => {
                    let closed = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(closed);
                }
                Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
                Event::GeneralRef(name) => {
                    let c = match &*name {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        other => panic!("entity {other}"),
                    };
                    open.last_mut().unwrap().text.push(c);
                }
                Event::Eof => return open.remove(0).children.remove(0),
                _ => {}
            }
        }
    }

    fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn one(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

struct Schema(Node);

impl Schema {
    fn named(&self, kind: &str, name: &str) -> Option<&Node> {
        self.0.children.iter().find(|node| node.name == kind && node.get("name") == Some(name))
    }

    /// Checks an element against its declaration.
    fn check(&self, element: &Node, declaration: &Node) {
        let of = declaration.get("type").unwrap_or_default();
        if let Some(complex) = declaration.one("complexType").or_else(|| self.named("complexType", of)) {
            self.check_parts(element, complex);
        } else {
            assert!(element.children.is_empty() && element.attributes.is_empty(), "{}", element.name);
            self.check_text(&element.name, &element.text, of);
        }
        for unique in declaration.all("unique") {
            let word = |node: &str, key: &str| {
                let path = unique.one(node).and_then(|node| node.get(key)).unwrap();
                path.trim_start_matches("r:").to_owned()
            };
            let (selector, field) = (word("selector", "xpath"), word("field", "xpath"));
            let mut seen = HashSet::new();
            for part in element.all(&selector) {
                assert!(seen.insert(&part.one(&field).unwrap().text), "{selector} twice");
            }
        }
    }

    fn check_parts(&self, element: &Node, complex: &Node) {
        assert!(element.text.trim().is_empty(), "text in {}", element.name);
        let mut rest = &element.children[..];
        for declaration in complex.one("sequence").unwrap().all("element") {
            let name = declaration.get("name").unwrap();
            let count = rest.iter().take_while(|child| child.name == name).count();
            let bound = |key: &str| match declaration.get(key) {
                None => 1,
                Some("unbounded") => usize::MAX,
                Some(number) => number.parse().unwrap(),
            };
            assert!((bound("minOccurs")..=bound("maxOccurs")).contains(&count), "{count} {name}");
            rest[..count].iter().for_each(|child| self.check(child, declaration));
            rest = &rest[count..];
        }
        assert!(rest.is_empty(), "{} in {}", rest[0].name, element.name);
        for (name, value) in element.attributes.iter().filter(|(name, _)| *name != "xmlns") {
            let declared = complex.all("attribute").find(|node| node.get("name") == Some(name));
            self.check_text(name, value, declared.and_then(|node| node.get("type")).unwrap());
        }
    }

    fn check_text(&self, name: &str, text: &str, of: &str) {
        match of {
            "xsd:boolean" => assert!(["true", "false", "0", "1"].contains(&text), "{name}: {text}"),
            "xsd:string" => {}
            "xsd:decimal" => assert!(text.parse::<f64>().is_ok(), "{name}: {text}"),
            // Text of this shape orders as time does.
            "xsd:dateTime" => assert!(text.len() == 19 && text.as_bytes()[10] == b'T', "{name}: {text}"),
            _ => {
                let restriction = self.named("simpleType", of).unwrap().one("restriction").unwrap();
                self.check_text(name, text, restriction.get("base").unwrap());
                let names: Vec<&str> =
                    restriction.all("enumeration").map(|node| node.get("value").unwrap()).collect();
                assert!(names.is_empty() || names.contains(&text), "{name}: {text}");
                for facet in &restriction.children {
                    let value = facet.get("value").unwrap();
                    let (length, number) = (text.chars().count(), value.parse::<usize>().ok());
                    assert!(
                        match facet.name.as_str() {
                            "length" => Some(length) == number,
                            "minLength" => Some(length) >= number,
                            "maxLength" => Some(length) <= number,
                            "minExclusive" => text > value,
                            "maxExclusive" => text < value,
                            "totalDigits" => Some(text.bytes().filter(u8::is_ascii_digit).count()) <= number,
                            "fractionDigits" => text.split_once('.').map(|(_, part)| part.len()) <= number,
                            "enumeration" => true,
                            other => panic!("facet {other}"),
                        },
                        "{name}: {text}, {} {value}",
                        facet.name
                    );
                }
            }
        }
    }

    fn check_file(&self, bytes: &[u8]) {
        let root = Node::read(std::str::from_utf8(bytes).unwrap());
        let namespace = self.0.get("targetNamespace");
        assert_eq!((root.name.as_str(), root.get("xmlns")), ("CODISImportFile", namespace));
        self.check(&root, self.named("element", "CODISImportFile").unwrap());
    }
}

fn a_profile() -> impl Strategy<Value = Profile> {
    let names =
        vec!["TH01", "Penta D", "Amelogenin", "DYS385", "DXS7132", "rs17", "a new <locus> & \"more\""];
    let allele = prop_oneof![
        6 => (1..400u16).prop_map(|tenths| Allele::repeat(tenths).unwrap()),
        1 => prop::sample::select(vec!["OL", "-", "*", "9.X", "25>", "8<", "X", "Y"])
            .prop_map(|text| text.parse().unwrap()),
    ];
    let genotype = prop::collection::vec(allele, 1..7);
    let loci = prop::sample::subsequence(names, 1..7).prop_flat_map(move |names| {
        let count = names.len();
        (Just(names), prop::collection::vec(genotype.clone(), count))
    });
    let category = prop::option::of(prop::sample::select(Category::ALL.to_vec()));
    let id = "[A-Za-z0-9<>&\"'é]([A-Za-z0-9 <>&\"'é]{0,24}[a-z0-9])?";
    let parts = (id, loci, category, any::<bool>(), any::<bool>());
    parts.prop_filter_map(
        "more alleles than one person has",
        |(id, (names, alleles), category, partial, mixed)| {
            let source = if mixed { Source::Mixture } else { Source::Single };
            let builder =
                Profile::builder(&id).source(source).category(category.map(|(category, _)| category));
            let add = |builder: matcher_core::dna::ProfileBuilder, (name, alleles): (&str, Vec<Allele>)| {
                builder.genotype(Locus::new(name).unwrap(), Genotype::new(&alleles).unwrap())
            };
            names.into_iter().zip(alleles).fold(builder.partial(partial), add).build().ok()
        },
    )
}

#[test]
fn what_is_written_keeps_to_the_schema() {
    let Some(path) = schema() else { return };
    let schema = Schema(Node::read(std::fs::read_to_string(path).unwrap().trim_start_matches('\u{feff}')));
    let times = ["1900-01-01T00:00:01", "2026-02-28T23:59:59", "2079-06-05T23:59:59"];
    let lab = "[A-Z&<é]{1,10}";
    let submission = (lab, lab, "[a-z &<]{1,20}", prop::sample::select(times.to_vec()));
    let written = AtomicUsize::new(0);
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) });
    runner
        .run(&(prop::collection::vec(a_profile(), 1..4), submission), |(profiles, (ori, lab, user, time))| {
            let submission = Submission {
                destination_ori: ori,
                source_lab: lab,
                user_id: user,
                date_time: time.to_owned(),
            };
            // Some profiles say what the format cannot.
            let files = [write_codis(&profiles, &submission), write(&profiles, ProfileFormat::CodisCmf)];
            for bytes in files.into_iter().flatten() {
                schema.check_file(&bytes);
                written.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
        .unwrap();
    let written = written.into_inner();
    assert!(written > 100, "only {written} could be written");
}

#[test]
fn the_check_finds_what_is_wrong() {
    let Some(path) = schema() else { return };
    let schema = Schema(Node::read(&std::fs::read_to_string(path).unwrap()));
    let profile = Profile::new("a", [("TH01", ["6", "9.3"])]).unwrap();
    let sound = String::from_utf8(write(&[profile], ProfileFormat::CodisCmf).unwrap()).unwrap();
    schema.check_file(sound.as_bytes());
    for (from, to) in [
        ("<SOURCELAB>UNKNOWN</SOURCELAB>", ""),
        ("<SPECIMENCATEGORY>Other</SPECIMENCATEGORY>", "<SPECIMENCATEGORY>Others</SPECIMENCATEGORY>"),
        ("1970-01-01", "1870-01-01"),
        ("UNKNOWN", "A LONG NAME"),
        ("<SPECIMEN>", "<SPECIMEN PARTIAL=\"yes\">"),
        ("<LOCUSNAME>TH01</LOCUSNAME>", "<READINGBY>x</READINGBY><LOCUSNAME>TH01</LOCUSNAME>"),
        ("urn:CODIS", "urn:codis"),
    ] {
        assert!(sound.contains(from));
        let wrong = sound.replace(from, to);
        let checked =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| schema.check_file(wrong.as_bytes())));
        assert!(checked.is_err(), "{from}");
    }
}
