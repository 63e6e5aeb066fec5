//! A gallery that was written long ago: it is read for ever, and reading does not change a byte of it.
//!
//! `testdata/gallery-1.json` says what it answers. Its scores count as long as the method is the one that prepared its
//! prints; later, a copy of it is opened for writing, which prepares them anew.

use super::people::{files, verified};
use crate::support::TestFolder;
use matcher_core::Error;
use matcher_core::dna::compare::Rule;
use matcher_core::formats::{self, ReadOptions};
use matcher_core::gallery::{Asker, Gallery, Subject, SubjectId};
use matcher_core::search::{Mode, Options, ProfileOptions, search, search_dna};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata")
}

fn described(subject: &Subject) -> Value {
    json!({
        "id": subject.id(),
        "minutiae": subject.fingerprints().iter().map(|print| print.minutiae().len()).collect::<Vec<_>>(),
        "positions": subject.fingerprints().iter().map(|print| print.finger_position().code()).collect::<Vec<_>>(),
        "profiles": subject.profiles().iter().map(|profile| json!({
            "id": profile.id(),
            "loci": profile.loci().iter().map(|(locus, genotype)| format!("{locus} {genotype}")).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "access": subject.access(),
        "provenance": subject.provenance(),
        "enrolled": subject.enrolled(),
    })
}

/// What the gallery answers; scores only where they have to be those of the file.
fn told(gallery: &Gallery, with_scores: bool) -> Value {
    let asker = Asker::viewer("BE").with_tags(["red"]);
    let search = |probe: &str, asker: &Asker| {
        let path = testdata().join("fingerprint/probes").join(probe);
        let probe = formats::read_file(path, &ReadOptions::default()).unwrap().templates;
        let options =
            Options { mode: Mode::Exhaustive, asker: asker.clone(), limit: 1, ..Options::default() };
        let list = search(gallery, &probe, &options).unwrap();
        let best = list.candidates.first().map(|best| {
            let score = with_scores.then_some(best.score);
            json!({"id": best.subject_id, "score": score})
        });
        json!({"best": best, "searched": list.searched})
    };
    let donor = gallery.get(&SubjectId::new("S0271").unwrap()).unwrap();
    let rule = Rule::builtin("codis_moderate").unwrap();
    let hits = search_dna(gallery, donor.profiles(), &rule, &ProfileOptions::default()).unwrap().remove(0);
    let subjects = gallery.subjects().unwrap();
    json!({
        "purpose": gallery.purpose(),
        "subjects": subjects.iter().map(|id| described(&gallery.get(id).unwrap())).collect::<Vec<_>>(),
        "of_S0017": search("of_S0017.fmr", &Asker::default()),
        "of_S0101": search("of_S0101.fmr", &asker),
        "of_S0160": search("of_S0160.fmr", &Asker::default()),
        "profile": {
            "ids": hits.candidates.iter().map(|hit| &hit.id).collect::<Vec<_>>(),
            "searched": hits.searched,
        },
    })
}

fn without_scores(mut told: Value) -> Value {
    for probe in ["of_S0017", "of_S0101", "of_S0160"] {
        told[probe]["best"]["score"] = Value::Null;
    }
    told
}

#[test]
fn a_gallery_of_the_first_format_is_read_for_ever() {
    let folder = testdata().join("gallery-1");
    let before = files(&folder);
    assert!(before.values().map(Vec::len).sum::<usize>() < 200_000);
    let golden = fs::read_to_string(testdata().join("gallery-1.json")).unwrap_or_default();
    let golden: Value = serde_json::from_str(&golden).unwrap_or_default();
    match Gallery::open_read_only(&folder) {
        Ok(gallery) => {
            let found = told(&gallery, true);
            assert_eq!(found, golden, "found:\n{found:#}");
            verified(&gallery);
            assert!(gallery.is_read_only());
        }
        Err(error) => assert!(
            matches!(&error, Error::NotAGallery { reason, .. } if reason.contains("prepared by")),
            "{error}"
        ),
    }
    assert!(files(&folder) == before, "reading changed it");

    let copy = TestFolder::new("golden");
    for (path, bytes) in &before {
        let path = copy.path().join(path.strip_prefix(&folder).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let gallery = Gallery::open(copy.path()).unwrap();
    assert_eq!(told(&gallery, false), without_scores(golden));
    verified(&gallery);
}
