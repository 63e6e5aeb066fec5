//! Manifests that come back as they were written, damaged ones, and those of strangers.

use super::super::folder::tests::TempFolder;
use super::super::headed::MAX_BYTES;
use super::*;
use serde_json::{Value, json};
use std::fs::{self, File};

fn segment(file: &str, first: u64, last: u64) -> SegmentEntry {
    SegmentEntry { file: file.to_owned(), first, last, subjects: 10, prints: 10, profiles: 1, bytes: 4096 }
}

fn example() -> Manifest {
    let mut panel = Panel::standard();
    let numbered = ["15", "9.3", "16", "9.X", "25>", "weird-1"].map(|name| name.parse::<Allele>().unwrap());
    for allele in numbered {
        panel.number(3, allele).unwrap();
    }
    Manifest {
        format: FORMAT,
        gallery_id: new_gallery_id(),
        purpose: "criminal, \"Straße\"".to_owned(),
        generation: 7,
        sealed_through: 90,
        method: Method::new("example", 1, &[500]).with_model("m"),
        segments: vec![segment("1-40.seg", 1, 40), segment("41-90-a.seg", 41, 90)],
        journal: "journal-6.log".to_owned(),
        panel: PanelColumn::all_of(&panel),
    }
}

/// Reads a manifest made of this JSON, with a checksum that fits.
fn read_json(folder: &Path, json: &Value) -> Result<Manifest> {
    let json = json.to_string();
    let first = format!("matcher gallery 1 crc32 {:08x}\n", crc32fast::hash(json.as_bytes()));
    fs::write(folder.join(MANIFEST), first + &json).unwrap();
    Manifest::read(folder)
}

#[test]
fn what_was_written_comes_back() {
    let folder = TempFolder::new("manifest");
    let manifest = example();
    manifest.write(folder.path()).unwrap();
    assert_eq!(Manifest::read(folder.path()).unwrap(), manifest);
    assert_eq!(manifest.journal_generation(), Some(6));
    let panel = manifest.panel().unwrap().unwrap();
    assert_eq!(PanelColumn::all_of(&panel), manifest.panel);
    assert_eq!(panel.alleles(3).len(), 6);
    let text = fs::read_to_string(folder.path().join(MANIFEST)).unwrap();
    assert!(text.starts_with("matcher gallery 1 crc32 "), "{text}");

    let empty = Manifest { segments: vec![], panel: vec![], generation: 8, ..manifest };
    empty.write(folder.path()).unwrap();
    assert_eq!(Manifest::read(folder.path()).unwrap(), empty);
    assert!(empty.panel().unwrap().is_none());
    assert_eq!(folder.names(), [MANIFEST]);
}

#[test]
fn ids_differ() {
    let ids: HashSet<String> = (0..1000).map(|_| new_gallery_id()).collect();
    assert_eq!(ids.len(), 1000);
    assert!(ids.iter().all(|id| Manifest { gallery_id: id.clone(), ..example() }.check().is_ok()));
}

#[test]
fn no_flipped_byte_passes() {
    let folder = TempFolder::new("manifest flips");
    let mut manifest = example();
    manifest.panel.truncate(4);
    manifest.write(folder.path()).unwrap();
    let whole = fs::read(folder.path().join(MANIFEST)).unwrap();
    for at in 0..whole.len() {
        for flip in [1, 0x20, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let error = Manifest::from_bytes(&bytes, folder.path()).unwrap_err();
            let expected = matches!(error, Error::Damaged { .. } | Error::NotAGallery { .. });
            assert!(expected, "byte {at} ^ {flip}: {error}");
        }
        assert!(Manifest::from_bytes(&whole[..at], folder.path()).is_err(), "cut at {at}");
    }
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() = b' ';
    let error = Manifest::from_bytes(&changed, folder.path()).unwrap_err().to_string();
    assert!(error.contains("is damaged") && error.contains("checksum"), "{error}");
}

#[test]
fn what_is_no_gallery_says_so() {
    let folder = TempFolder::new("no manifest");
    let says = |path: &Path, expected: &str| {
        let error = Manifest::read(path).unwrap_err();
        assert!(matches!(&error, Error::NotAGallery { path: named, .. } if named == path), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    };
    says(folder.path(), "no manifest.json: expected a folder made by Gallery::create");
    says(&folder.path().join("none"), "no such folder");
    let manifest = folder.path().join(MANIFEST);
    fs::write(&manifest, "{}").unwrap();
    says(folder.path(), "another program");
    says(&manifest, "it is a file");
    fs::write(&manifest, "matcher gallery 12 sha256 0\n{}").unwrap();
    says(folder.path(), "is of format 12, and this matcher reads format 1: use a newer matcher");
    fs::write(&manifest, "matcher gallery 0 crc32 0\n{}").unwrap();
    says(folder.path(), "format 0");
    File::create(&manifest).unwrap().set_len(MAX_BYTES + 1).unwrap();
    says(folder.path(), "is longer than 67108864 bytes");
    fs::remove_file(&manifest).unwrap();
    fs::create_dir(&manifest).unwrap();
    says(folder.path(), "no regular file");
}

#[test]
fn manifests_of_strangers_are_checked() {
    let folder = TempFolder::new("strangers");
    let good = serde_json::to_value(example()).unwrap();
    assert_eq!(read_json(folder.path(), &good).unwrap().generation, 7);
    let alleles = |n: usize| (0..n).map(|k| format!("n{k}")).collect::<Vec<_>>();
    let loci =
        |n: usize| (0..n).map(|k| json!({"locus": format!("rs{k}"), "alleles": []})).collect::<Vec<_>>();
    let wrong = [
        ("/gallery_id", json!("0123"), "32 hexadecimal digits"),
        ("/gallery_id", json!("Ä".repeat(16)), "32 hexadecimal digits"),
        ("/purpose", json!(""), "purpose"),
        ("/purpose", json!("a\nb"), "purpose"),
        ("/purpose", json!("x".repeat(100_000)), "purpose"),
        ("/generation", json!(0), "generation"),
        ("/generation", json!(-1), "invalid value"),
        ("/journal", json!("../journal-1.log"), "journal"),
        ("/journal", json!("journal-8.log"), "at most the generation"),
        ("/sealed_through", json!(91), "sealed_through is 91, expected 90"),
        ("/segments/0/file", json!("../../etc/passwd"), "segment 0: file"),
        ("/segments/0/file", json!("/1.seg"), "segment 0: file"),
        ("/segments/0/file", json!("41-90-a.seg"), "a file of its own"),
        ("/segments/0/first", json!(0), "first is 0"),
        ("/segments/1/first", json!(42), "segment 1: first is 42, expected 41"),
        ("/segments/1/first", json!(40), "segment 1: first is 40, expected 41"),
        ("/segments/1/last", json!(40), "last is 40"),
        ("/segments/1/last", json!(u64::MAX), "last is"),
        ("/segments/1/subjects", json!(51), "at most 50"),
        ("/segments/1/prints", json!(4097), "prints is 4097, expected at most 4096"),
        ("/segments/1/profiles", json!(u64::MAX), "profiles"),
        ("/panel/3/alleles/1", json!("15"), "panel, FGA: allele 2 is \"15\""),
        ("/panel/3/alleles/1", json!("*"), "panel, FGA: allele 2 is \"*\""),
        ("/panel/3/alleles/1", json!(""), "panel, FGA"),
        ("/panel/3/alleles", json!(alleles(255)), "number of alleles"),
        ("/panel/3/locus", json!("vWA"), "manifest, panel: locus is vWA, expected each locus once"),
        ("/panel/3/locus", json!("x".repeat(100_000)), "panel: locus"),
        ("/panel", json!(loci(65)), "number of loci"),
        ("/panel", json!({}), "expected a sequence"),
        ("/method", json!(null), "invalid type: null"),
    ];
    for (place, value, expected) in wrong {
        let mut changed = good.clone();
        *changed.pointer_mut(place).unwrap() = value;
        let error = read_json(folder.path(), &changed).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{place}: {error}");
        assert!(error.to_string().contains(expected), "{place}: {error}");
        // Nor is such a manifest written.
        if let Ok(manifest) = serde_json::from_value::<Manifest>(changed) {
            assert!(matches!(manifest.write(folder.path()), Err(Error::Invalid(_))), "{place}");
        }
    }
    let mut more = good.clone();
    more["more"] = json!(1);
    assert!(read_json(folder.path(), &more).unwrap_err().to_string().contains("unknown field"));
    let mut newer = good.clone();
    newer["format"] = json!(2);
    assert!(matches!(read_json(folder.path(), &newer), Err(Error::NotAGallery { .. })));
    let deep = json!("[".repeat(100_000)).to_string().replace('"', "");
    let first = format!("matcher gallery 1 crc32 {:08x}\n", crc32fast::hash(deep.as_bytes()));
    assert!(matches!(
        Manifest::from_bytes((first + &deep).as_bytes(), folder.path()),
        Err(Error::Damaged { .. })
    ));
}

#[test]
fn sums_that_overflow_are_refused() {
    let huge = |file: &str, first, last| SegmentEntry {
        prints: u64::MAX / 2 + 1,
        bytes: u64::MAX,
        ..segment(file, first, last)
    };
    let segments = vec![huge("a.seg", 1, 40), huge("b.seg", 41, 90)];
    assert_eq!(Manifest { segments, ..example() }.check().unwrap_err().field, "prints");
}
