//! Shards of strangers: whatever stands in them, opening says what is wrong, and what opens never panics.

use super::super::container::{Container, ContainerWriter, Tag};
use super::super::folder::MANIFEST;
use super::super::folder::tests::TempFolder;
use super::manifest::{ShardManifest, records_path, segment_path, sha256};
use crate::dna::compare::Rule;
use crate::dna::{Frequencies, Profile};
use crate::error::Error;
use crate::fingerprint::{Minutia, MinutiaKind, Template};
use crate::gallery::{Access, Asker, Enrolment, ExportOptions, Gallery, SubjectId};
use crate::search::{Mode, Options, ProfileOptions, search, search_dna};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::units::{Angle, Pixels};
use crate::work::{Threads, Watch};
use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::fs;
use std::path::Path;

fn id(text: &str) -> SubjectId {
    SubjectId::new(text).unwrap()
}

fn print(finger: u64) -> Template {
    FingerSimulator::new(5, FingerprintConfig::default()).unwrap().impressions(finger, 1).remove(0)
}

/// Four subjects with what there is of kinds: prints, profiles that rows say and do not say whole, policies.
fn exported(folder: &Path) -> Template {
    let probe = print(1);
    let builder = |name: &str| Profile::builder(name).locus("FGA", ["21", "22"]).unwrap();
    let subjects = vec![
        Enrolment::new(id("a")).fingerprints(vec![probe.clone(), print(2)]),
        Enrolment::new(id("b"))
            .profiles(vec![
                builder("p").build().unwrap(),
                builder("q").locus("vWA", ["17"]).unwrap().build().unwrap(),
            ])
            .access(Access::default().owned_by("NL").unwrap().tagged(["red"]).unwrap()),
        Enrolment::new(id("c"))
            .fingerprints(vec![print(3)])
            .profiles(vec![builder("r").locus("TH01", ["6", "7", "9.3"]).unwrap().build().unwrap()])
            .provenance("a note")
            .unwrap(),
        Enrolment::new(id("d"))
            .profiles(vec![builder("s").locus("vWA", ["15", "*"]).unwrap().build().unwrap()]),
    ];
    let home = TempFolder::new(&format!("home of {}", folder.file_name().unwrap().to_string_lossy()));
    let mut gallery = Gallery::create(&home.path().join("g"), "criminal").unwrap();
    gallery.enrol_many(subjects, Threads::ONE).unwrap();
    gallery.export(&ExportOptions::default(), folder).unwrap();
    probe
}

#[test]
fn a_forged_delta_changes_nothing() {
    let folder = TempFolder::new("shard forged delta");
    let [home, shard, delta] = ["home", "shard", "delta"].map(|name| folder.path().join(name));
    let mut gallery = Gallery::create(&home, "criminal").unwrap();
    gallery.enrol(id("a"), vec![print(1)]).unwrap();
    gallery.enrol(id("b"), vec![]).unwrap();
    gallery.export(&ExportOptions::default(), &shard).unwrap();
    gallery.enrol(id("c"), vec![print(2)]).unwrap();
    gallery.export_delta(&shard, &ExportOptions::default(), &delta).unwrap();
    let (before, good) =
        (fs::read(shard.join(MANIFEST)).unwrap(), ShardManifest::read_delta(&delta).unwrap());
    let forge: [&dyn Fn(&mut ShardManifest); 7] = [
        &|m| m.layers[0].exported += 1,
        &|m| m.layers.insert(1, m.layers[1].clone()),
        &|m| m.layers[1].removed = std::iter::once(7).collect(),
        &|m| m.layers[1].removed = std::iter::once(1).collect(), // and the serials still have it
        &|m| m.serials = (1..3).collect(),
        &|m| m.purpose = "medical".to_owned(),
        &|m| m.panel.truncate(5),
    ];
    for (k, forge) in forge.into_iter().enumerate() {
        let mut forged = good.clone();
        forge(&mut forged);
        for layer in &mut forged.layers[1..] {
            layer.exported = layer.exported.max(1);
        }
        forged.digest = forged.own_digest().unwrap();
        forged.write_delta(&delta).unwrap();
        let refused = Gallery::apply_delta(&shard, &delta);
        assert!(matches!(refused, Err(Error::Damaged { .. })), "{k}: {refused:?}");
        assert_eq!(fs::read(shard.join(MANIFEST)).unwrap(), before);
    }
    good.write_delta(&delta).unwrap();
    assert_eq!(Gallery::apply_delta(&shard, &delta).unwrap().subjects, 2);
    assert_eq!(Gallery::open_read_only(&shard).unwrap().subjects().unwrap(), [id("a"), id("c")]);
}

/// Asks all that one may ask of a gallery.
fn use_all(gallery: &Gallery, probe: &Template) {
    for id in gallery.subjects().unwrap() {
        gallery.get(&id).unwrap();
    }
    gallery.stats().unwrap();
    for mode in [Mode::Fast, Mode::Exhaustive] {
        for asker in [Asker::default(), Asker::viewer("NL").with_tags(["red"])] {
            let options = Options { mode, asker, threads: Threads::ONE, ..Options::default() };
            search(gallery, std::slice::from_ref(probe), &options).unwrap();
        }
    }
    let population = Frequencies::builtin("nist1036-cauc").unwrap();
    let options =
        ProfileOptions { frequencies: Some(&population), threads: Threads::ONE, ..ProfileOptions::default() };
    let trace = Profile::new("t", [("FGA", ["21", "22"])]).unwrap();
    search_dna(gallery, &[trace], &Rule::builtin("codis_moderate").unwrap(), &options).unwrap();
}

/// Makes checksum and digest of a manifest those of what it says; `false` where it cannot be one any more.
fn sign(folder: &Path, json: &[u8]) -> bool {
    let Ok(mut manifest) = serde_json::from_slice::<ShardManifest>(json) else { return false };
    let layer = &mut manifest.layers[0];
    let sum = |path: &Path| sha256(&fs::read(path).unwrap());
    let length = |path: &Path| fs::metadata(path).unwrap().len();
    for (at, segment) in layer.segments.iter_mut().enumerate() {
        let path = segment_path(folder, 0, at);
        if path.exists() {
            (segment.file.sha256, segment.file.bytes) = (sum(&path), length(&path));
        }
    }
    if let Some(records) = &mut layer.records {
        let path = records_path(folder, 0);
        (records.sha256, records.bytes) = (sum(&path), length(&path));
    }
    manifest.digest = manifest.own_digest().unwrap();
    manifest.write_shard(folder).unwrap();
    true
}

fn manifest_json(folder: &Path) -> Vec<u8> {
    let bytes = fs::read(folder.join(MANIFEST)).unwrap();
    let line = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    bytes[line + 1..].to_vec()
}

/// All sections of a container.
fn sections(path: &Path, kind: [u8; 8]) -> Vec<(Tag, u32, Vec<u8>)> {
    let container = Container::open(path, kind, 1).unwrap();
    container.sections().map(|s| (s.tag(), s.number(), s.bytes().to_vec())).collect()
}

fn write(path: &Path, kind: [u8; 8], sections: &[(Tag, u32, Vec<u8>)]) {
    let mut file = ContainerWriter::create(path, kind, 1).unwrap();
    for (tag, number, bytes) in sections {
        file.section(*tag, *number, [bytes]).unwrap();
    }
    file.finish().unwrap();
}

/// Changes some bytes, or the length.
fn mutate(bytes: &mut Vec<u8>, random: &mut Pcg64Mcg) {
    let mut below = |n: usize| (random.next_u64() % n.max(1) as u64) as usize;
    match below(8) {
        0 => bytes.truncate(below(bytes.len() + 1)),
        1 => bytes.extend(std::iter::repeat_n(below(256) as u8, 1 + below(70))),
        _ => {
            for _ in 0..=below(3) {
                let at = below(bytes.len());
                let value = [0, 0xff, below(256) as u8, 1 << below(8), 0x7f, 0x80][below(6)];
                bytes.iter_mut().skip(at).take(1 + below(4)).for_each(|byte| *byte ^= value);
            }
        }
    }
}

/// Makes the checksums inside of packed prints or records those of their bytes.
fn fix_sums(bytes: &mut [u8], starts: &[u8]) {
    let starts: Vec<usize> =
        starts.as_chunks().0.iter().map(|start| u64::from_le_bytes(*start) as usize).collect();
    for pair in starts.windows(2) {
        let Some((covered, sum)) =
            bytes.get_mut(pair[0]..pair[1]).and_then(|bytes| bytes.split_last_chunk_mut::<4>())
        else {
            continue;
        };
        *sum = crc32fast::hash(covered).to_le_bytes();
    }
}

#[test]
fn a_flip_of_any_byte_is_refused() {
    let folder = TempFolder::new("shard flips");
    let home = TempFolder::new("home of shard flips");
    let mut gallery = Gallery::create(&home.path().join("g"), "criminal").unwrap();
    let small = (0..8).fold(Template::builder(), |builder, k| {
        builder.minutia(Minutia {
            x: Pixels::from_steps(256 * (100 + 30 * (k % 3))),
            y: Pixels::from_steps(256 * (100 + 20 * k)),
            direction: Angle::from_steps(5000 * k as u16),
            kind: MinutiaKind::RidgeEnding,
            quality: None,
            source_index: k as u32,
        })
    });
    let small = small.build().unwrap().template;
    let profile = Profile::new("p", [("FGA", ["21", "22"])]).unwrap();
    gallery
        .enrol_many(
            vec![Enrolment::new(id("a")).fingerprints(vec![small]).profiles(vec![profile])],
            Threads::ONE,
        )
        .unwrap();
    gallery.export(&ExportOptions::default(), folder.path()).unwrap();
    Gallery::open_read_only(folder.path()).unwrap();
    let files = folder.names();
    assert_eq!(files, [MANIFEST, "records-0.rec", "segment-0-0.seg"]);
    for file in files {
        let path = folder.path().join(&file);
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            fs::write(&path, &bad).unwrap();
            let refused = Gallery::open_read_only(folder.path());
            assert!(refused.is_err(), "{file}, byte {at}");
            if file != MANIFEST {
                let Err(Error::Damaged { path: named, .. }) = refused else { panic!("{file}, byte {at}") };
                assert_eq!(named, path);
            }
        }
        for length in [0, 1, good.len() / 2, good.len() - 1] {
            fs::write(&path, &good[..length]).unwrap();
            assert!(Gallery::open_read_only(folder.path()).is_err(), "{file}, {length} bytes");
        }
        fs::remove_file(&path).unwrap();
        assert!(Gallery::open_read_only(folder.path()).is_err(), "{file} is missing");
        fs::write(&path, &good).unwrap();
    }
    assert_eq!(Gallery::open_read_only(folder.path()).unwrap().verify(Watch::default()).unwrap(), []);
}

#[test]
fn forged_files_never_panic() {
    let folder = TempFolder::new("shard forged");
    let probe = exported(folder.path());
    let good = manifest_json(folder.path());
    let mut random = Pcg64Mcg::seed_from_u64(7);
    let (mut opened, mut refused) = (0, 0);
    for (path, kind, tags) in [
        (segment_path(folder.path(), 0, 0), *b"MATCHSEG", [*b"PSTA", *b"PRIN"]),
        (records_path(folder.path(), 0), *b"MATCHREC", [*b"STAR", *b"RECS"]),
    ] {
        let all = sections(&path, kind);
        let starts = all.iter().find(|section| section.0 == tags[0]).unwrap().2.clone();
        for (k, (tag, ..)) in all.iter().enumerate() {
            let rounds = if tags.contains(tag) { 60 } else { 10 };
            for _ in 0..rounds {
                let mut forged = all.clone();
                mutate(&mut forged[k].2, &mut random);
                if *tag == tags[1] {
                    fix_sums(&mut forged[k].2, &starts);
                }
                write(&path, kind, &forged);
                assert!(sign(folder.path(), &good));
                match Gallery::open_read_only(folder.path()) {
                    Ok(gallery) => {
                        opened += 1;
                        use_all(&gallery, &probe);
                    }
                    Err(_) => refused += 1,
                }
            }
            let mut without = all.clone();
            let section = without.remove(k);
            write(&path, kind, &without);
            assert!(sign(folder.path(), &good) && Gallery::open_read_only(folder.path()).is_err());
            without.push((*b"MORE", 0, section.2));
            write(&path, kind, &without);
            assert!(sign(folder.path(), &good) && Gallery::open_read_only(folder.path()).is_err());
        }
        write(&path, kind, &all);
    }
    assert!(sign(folder.path(), &good));
    use_all(&Gallery::open_read_only(folder.path()).unwrap(), &probe);
    assert!(opened > 0 && refused > 200, "{opened} opened, {refused} refused");
}

#[test]
fn forged_manifests_never_panic() {
    let folder = TempFolder::new("shard manifests");
    let probe = exported(folder.path());
    let good = String::from_utf8(manifest_json(folder.path())).unwrap();
    let mut random = Pcg64Mcg::seed_from_u64(8);
    let (mut opened, mut refused) = (0, 0);
    // Each number, and each of some words, by turns of what a stranger may like.
    let numbers =
        ["0", "1", "3", "4294967296", "18446744073709551615", "-1", "null", "[[1,18446744073709551613]]"];
    let words: Vec<&str> = good.split_inclusive(|c: char| !c.is_alphanumeric()).collect();
    for (at, word) in words.iter().enumerate() {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        if !(is_number || random.next_u64() % 8 == 0) {
            continue;
        }
        let new = numbers[(random.next_u64() % numbers.len() as u64) as usize];
        let mut forged: Vec<String> = words.iter().map(ToString::to_string).collect();
        forged[at] = word.replacen(bare, new, 1);
        if !sign(folder.path(), forged.concat().as_bytes()) {
            continue;
        }
        match Gallery::open_read_only(folder.path()) {
            Ok(gallery) => {
                opened += 1;
                use_all(&gallery.accept_expired(), &probe);
            }
            Err(_) => refused += 1,
        }
    }
    assert!(opened > 0 && refused > 5, "{opened} opened, {refused} refused");
}

#[test]
fn another_version_or_kind_is_named() {
    let folder = TempFolder::new("shard versions");
    exported(folder.path());
    let path = folder.path().join(MANIFEST);
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, good.replacen("matcher shard 1", "matcher shard 2", 1)).unwrap();
    let message = Gallery::open_read_only(folder.path()).unwrap_err().to_string();
    assert!(message.contains("format 2") && message.contains("use a newer matcher"), "{message}");
    fs::write(&path, good.replacen("matcher shard 1", "matcher delta 1", 1)).unwrap();
    let message = Gallery::open_read_only(folder.path()).unwrap_err().to_string();
    assert!(message.contains("apply it"), "{message}");
    fs::write(&path, &good).unwrap();

    let json = good.split_once('\n').unwrap().1.as_bytes();
    let segment = segment_path(folder.path(), 0, 0);
    let all = sections(&segment, *b"MATCHSEG");
    let mut file = ContainerWriter::create(&segment, *b"MATCHSEG", 2).unwrap();
    all.iter().for_each(|(tag, number, bytes)| file.section(*tag, *number, [bytes]).unwrap());
    file.finish().unwrap();
    assert!(sign(folder.path(), json));
    let error = Gallery::open_read_only(folder.path()).unwrap_err();
    assert!(matches!(error, Error::NotAGallery { .. }) && error.to_string().contains("version 2"), "{error}");
}
