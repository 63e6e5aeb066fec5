//! Shards: parts of a gallery that answer as it does, hold nothing else, and are kept current by deltas.

#[path = "lasting/support.rs"]
mod support;

use matcher_core::Error;
use matcher_core::dna::compare::Rule;
use matcher_core::dna::{Frequencies, Profile};
use matcher_core::fingerprint::{FingerPosition, Template};
use matcher_core::gallery::{Access, Asker, Enrolment, ExportOptions, Gallery, ShardInfo, SubjectId};
use matcher_core::search::{Mode, Options, ProfileOptions, search, search_dna};
use matcher_core::simulate::dna::profiles;
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::Theta;
use matcher_core::work::{Threads, Watch};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use support::TestFolder;

const THUMB: FingerPosition = FingerPosition::RightThumb;
const INDEX: FingerPosition = FingerPosition::RightIndex;

/// Ten persons: a thumb and an index each, twice, and a profile.
struct People {
    enrolled: Vec<Vec<Template>>,
    probes: Vec<Vec<Template>>,
    profiles: Vec<Profile>,
}

static PEOPLE: LazyLock<People> = LazyLock::new(|| {
    let simulator = FingerSimulator::new(11, FingerprintConfig::default()).unwrap();
    let population = Frequencies::builtin("nist1036-cauc").unwrap();
    let all = |impression: u32| -> Vec<Vec<Template>> {
        (0..10).map(|k| simulator.subject(k, &[THUMB, INDEX]).impressions(impression).collect()).collect()
    };
    let profiles = profiles(10, &population, 3, Theta::ZERO).unwrap().take(10).collect();
    People { enrolled: all(0), probes: all(1), profiles }
});

fn id(k: usize) -> SubjectId {
    SubjectId::new(&format!("person-{k}")).unwrap()
}

fn person(k: usize) -> Enrolment {
    Enrolment::new(id(k))
        .fingerprints(PEOPLE.enrolled[k].clone())
        .profiles(vec![PEOPLE.profiles[k].clone()])
        .provenance("a note")
        .unwrap()
        .enrolled(1000 + k as u64)
}

fn people(numbers: impl IntoIterator<Item = usize>) -> Vec<Enrolment> {
    numbers.into_iter().map(person).collect()
}

/// Folders for a gallery, shards and deltas.
struct Place(TestFolder);

impl Place {
    fn new(name: &str) -> Self {
        let folder = TestFolder::new(name);
        std::fs::create_dir_all(folder.path()).unwrap();
        Self(folder)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The answers of both galleries are the same, to the bit.
fn same_answers(shard: &Gallery, other: &Gallery, probes: &[usize], asker: &Asker) {
    for &k in probes {
        for mode in [Mode::Fast, Mode::Exhaustive] {
            for prints in [&PEOPLE.probes[k][..1], &PEOPLE.probes[k][1..]] {
                let asked =
                    || Options { mode, asker: asker.clone(), threads: Threads::ONE, ..Options::default() };
                let (a, b) = (search(shard, prints, &asked()), search(other, prints, &asked()));
                assert_eq!(a.unwrap(), b.unwrap(), "{k} {mode:?}");
            }
        }
        let trace = [PEOPLE.profiles[k].clone().with_id("trace").unwrap()];
        let (population, rule) =
            (Frequencies::builtin("nist1036-cauc").unwrap(), Rule::builtin("codis_moderate").unwrap());
        let plain = |gallery: &Gallery| {
            let options = ProfileOptions {
                frequencies: Some(&population),
                asker: asker.clone(),
                threads: Threads::ONE,
                ..ProfileOptions::default()
            };
            let list = search_dna(gallery, &trace, &rule, &options).unwrap().remove(0);
            let found: Vec<_> = list.candidates.iter().map(|c| (c.id.clone(), c.rank, c.log10_rmp)).collect();
            (found, list.hits, list.searched, list.not_comparable)
        };
        assert_eq!(plain(shard), plain(other), "{k}");
    }
}

fn bytes_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = read
        .filter(|path| path.file_name().unwrap() != "lock")
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    all.sort();
    all
}

fn at(exported: u64) -> ExportOptions<'static> {
    ExportOptions { exported, ..ExportOptions::default() }
}

#[test]
fn a_shard_answers_as_its_gallery_and_changes_nothing() {
    let place = Place::new("shard round");
    let mut gallery = Gallery::create(&place.at("home"), "criminal").unwrap();
    gallery.enrol_many(people(0..6), Threads::ONE).unwrap();
    gallery.compact(Watch::default()).unwrap();
    gallery.enrol_many(people(6..9), Threads::ONE).unwrap();
    gallery.remove(&id(4)).unwrap();
    let noted = gallery.export(&at(5), &place.at("post 7 Grenze Ö")).unwrap();
    let shard = Gallery::open_read_only(&place.at("post 7 Grenze Ö")).unwrap();
    assert_eq!(shard.shard(), Some(noted.clone()));
    assert_eq!((noted.subjects, noted.deltas, noted.exported, noted.not_after), (8, 0, 5, None));
    assert_eq!((shard.purpose().as_str(), shard.is_read_only()), ("criminal", true));
    assert_eq!(shard.subjects().unwrap(), gallery.subjects().unwrap());
    same_answers(&shard, &gallery, &[0, 4, 7], &Asker::default());
    for k in [0, 8] {
        assert_eq!(shard.get(&id(k)).unwrap(), gallery.get(&id(k)).unwrap());
    }
    assert!(matches!(shard.get(&id(4)), Err(Error::NotEnrolled(_))));
    assert_eq!(shard.verify(Watch::default()).unwrap(), []);
    let stats = shard.stats().unwrap();
    assert_eq!((stats.subjects, stats.prints, stats.profiles), (8, 16, 8));
    assert_eq!(stats.store.unwrap().segments, 1);

    let before = bytes_of(&place.at("post 7 Grenze Ö"));
    let mut shard = shard;
    assert!(matches!(shard.enrol(id(9), vec![]), Err(Error::ReadOnly { .. })));
    assert!(matches!(shard.remove(&id(0)), Err(Error::ReadOnly { .. })));
    assert!(matches!(shard.compact(Watch::default()), Err(Error::ReadOnly { .. })));
    let refused = Gallery::open(&place.at("post 7 Grenze Ö")).unwrap_err();
    assert!(
        matches!(refused, Error::ReadOnly { .. }) && refused.to_string().contains("it is a shard"),
        "{refused}"
    );
    assert!(Gallery::recover(&place.at("post 7 Grenze Ö")).is_err());
    assert!(shard.export(&at(6), &place.at("again")).is_err());
    assert!(Gallery::in_memory().export(&at(6), &place.at("again")).is_err());
    assert_eq!(bytes_of(&place.at("post 7 Grenze Ö")), before);
}

#[test]
fn the_same_content_is_the_same_bytes_whatever_came_before() {
    let place = Place::new("shard bytes");
    let mut gallery = Gallery::create(&place.at("home"), "criminal").unwrap();
    for k in 0..5 {
        gallery.enrol_many(people([k]), Threads::ONE).unwrap();
    }
    gallery.remove(&id(0)).unwrap();
    let first = gallery.export(&at(5), &place.at("a")).unwrap();
    gallery.compact(Watch::default()).unwrap();
    let second = gallery.export(&at(5), &place.at("b")).unwrap();
    gallery.enrol_many(people(6..8), Threads::All).unwrap();
    let only = Some((1..5).map(id).collect());
    let third = gallery.export(&ExportOptions { only, ..at(5) }, &place.at("c")).unwrap();
    assert_eq!(first, second);
    assert_eq!(bytes_of(&place.at("a")), bytes_of(&place.at("b")));
    let files = |name: &str| {
        bytes_of(&place.at(name)).into_iter().filter(|(name, _)| name != "manifest.json").collect::<Vec<_>>()
    };
    assert_eq!(files("a"), files("c"));
    assert_ne!(first.digest, third.digest); // it says that it was asked for by id
    assert_ne!(gallery.export(&at(6), &place.at("d")).unwrap().digest, first.digest);

    let refused = gallery.export(&at(5), &place.at("a")).unwrap_err();
    assert!(matches!(refused, Error::Io { .. }), "{refused}");
    std::fs::remove_file(place.at("a").join("manifest.json")).unwrap();
    let one = Some(HashSet::from([id(1)]));
    gallery.export(&ExportOptions { only: one, ..at(5) }, &place.at("a")).unwrap(); // over what was not finished
    assert_eq!(Gallery::open_read_only(&place.at("a")).unwrap().subjects().unwrap(), [id(1)]);
}

/// A filter with what it leaves of a person, as an examiner would say it.
#[derive(Clone, Debug)]
struct Wish {
    asker: Asker,
    only: Option<BTreeSet<usize>>,
    exclude: BTreeSet<usize>,
    positions: Option<BTreeSet<FingerPosition>>,
    profiles: bool,
}

impl Wish {
    fn options(&self) -> ExportOptions<'static> {
        let ids = |numbers: &BTreeSet<usize>| numbers.iter().map(|&k| id(k)).collect::<HashSet<_>>();
        ExportOptions {
            asker: self.asker.clone(),
            only: self.only.as_ref().map(ids),
            exclude: ids(&self.exclude),
            positions: self.positions.clone(),
            profiles: self.profiles,
            ..at(5)
        }
    }

    /// A gallery in memory of what should be left.
    fn filtered(&self, all: &[(usize, Access)]) -> Gallery {
        let mut gallery = Gallery::in_memory();
        for (k, access) in all {
            let named = self.only.as_ref().is_none_or(|only| only.contains(k));
            if !access.admits(&self.asker) || !named || self.exclude.contains(k) {
                continue;
            }
            let taken =
                |t: &&Template| self.positions.as_ref().is_none_or(|p| p.contains(&t.finger_position()));
            let prints: Vec<Template> = PEOPLE.enrolled[*k].iter().filter(taken).cloned().collect();
            let profiles = if self.profiles { vec![PEOPLE.profiles[*k].clone()] } else { vec![] };
            if prints.is_empty() && profiles.is_empty() {
                continue;
            }
            let left = person(*k).fingerprints(prints).profiles(profiles).access(access.clone());
            gallery.enrol_many(vec![left], Threads::ONE).unwrap();
        }
        gallery
    }
}

fn wishes() -> impl Strategy<Value = Wish> {
    let asker = (0usize..3, 0usize..3).prop_map(|(viewer, tag)| {
        let asker = if viewer == 0 { Asker::default() } else { Asker::viewer(["BE", "NL"][viewer - 1]) };
        if tag == 0 { asker } else { asker.with_tags([["red", "blue"][tag - 1]]) }
    });
    let some = || prop::collection::btree_set(0usize..8, 0..6);
    let positions = prop::option::of(prop::sample::select(vec![
        BTreeSet::new(),
        BTreeSet::from([THUMB]),
        BTreeSet::from([THUMB, INDEX]),
    ]));
    (asker, prop::option::of(some()), some(), positions, any::<bool>()).prop_map(
        |(asker, only, exclude, positions, profiles)| Wish { asker, only, exclude, positions, profiles },
    )
}

fn accesses() -> impl Strategy<Value = Vec<Access>> {
    let access = (0usize..4, 0usize..3).prop_map(|(who, tag)| {
        let access = match who {
            0 => Access::default(),
            1 => Access::default().owned_by("NL").unwrap().visible_to(["BE"]).unwrap(),
            2 => Access::default().owned_by("NL").unwrap().visible_to([""; 0]).unwrap(),
            _ => Access::default().visible_to(["FR"]).unwrap(),
        };
        if tag == 0 { access } else { access.tagged([["red", "blue"][tag - 1]]).unwrap() }
    });
    prop::collection::vec(access, 8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn only_what_is_asked_for_and_may_be_seen_leaves(wish in wishes(), accesses in accesses()) {
        let place = Place::new("shard filter");
        let all: Vec<(usize, Access)> = accesses.into_iter().enumerate().collect();
        let mut gallery = Gallery::create(&place.at("home"), "criminal").unwrap();
        let enrolled = all.iter().map(|(k, access)| person(*k).access(access.clone())).collect::<Vec<_>>();
        gallery.enrol_many(enrolled, Threads::ONE).unwrap();
        let info = gallery.export(&wish.options(), &place.at("shard")).unwrap();
        let (shard, expected) = (Gallery::open_read_only(&place.at("shard")).unwrap(), wish.filtered(&all));
        prop_assert_eq!(info.subjects, expected.len());
        prop_assert_eq!(shard.subjects().unwrap(), expected.subjects().unwrap());
        for subject in expected.subjects().unwrap() {
            prop_assert_eq!(shard.get(&subject).unwrap(), expected.get(&subject).unwrap());
        }
        same_answers(&shard, &expected, &[2], &wish.asker);
        same_answers(&shard, &expected, &[5], &Asker::default());
        let text: String = bytes_of(&place.at("shard")).iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
        for (k, _) in &all {
            let is_there = expected.contains(&id(*k)).unwrap();
            prop_assert_eq!(text.contains(id(*k).as_str()), is_there, "{}", k);
        }
    }
}

#[test]
fn without_records_a_shard_is_searched_and_tells_no_more() {
    let place = Place::new("shard light");
    let mut gallery = Gallery::create(&place.at("home"), "criminal").unwrap();
    gallery.enrol_many(people(0..10), Threads::ONE).unwrap();
    let options = ExportOptions { records: false, ..at(5) };
    gallery.export(&options, &place.at("light")).unwrap();
    let light = Gallery::open_read_only(&place.at("light")).unwrap();
    same_answers(&light, &gallery, &[1, 9], &Asker::default());
    let refused = light.get(&id(1)).unwrap_err().to_string();
    assert!(refused.contains("exported with its records"), "{refused}");
    let words = light.shard().unwrap().filter.to_string();
    assert_eq!(words, "what everybody may see, with DNA profiles, without records");

    // What a print takes, on the scan path and in all.
    let per_print = |options: &ExportOptions<'_>, name: &str| {
        gallery.export(options, &place.at(name)).unwrap();
        let shard = Gallery::open_read_only(&place.at(name)).unwrap();
        let stats = shard.stats().unwrap();
        let store = stats.store.unwrap();
        println!(
            "{name}: {} B a print, {} minutiae a print",
            (store.segment_bytes + store.record_bytes) / 20,
            stats.minutiae / 20
        );
        (store.segment_bytes + store.record_bytes) / 20
    };
    let positions = None;
    let bare = ExportOptions { records: false, profiles: false, positions, ..at(5) };
    let all = per_print(&bare, "prints alone");
    let few = per_print(&ExportOptions { max_minutiae: Some(12), ..bare }, "12 minutiae");
    assert!(all < 553 + 40 * 60 + 800 && few < 553 + 12 * 40 + 800, "{all} and {few} bytes a print");

    let bare = ExportOptions { records: false, profiles: false, max_minutiae: Some(32), ..at(5) };
    gallery.export(&bare, &place.at("32")).unwrap();
    let shard = Gallery::open_read_only(&place.at("32")).unwrap();
    let answer = search(&shard, &PEOPLE.probes[3][..1], &Options::default()).unwrap();
    assert_eq!(answer.candidates[0].subject_id, id(3));
    for wrong in [0, 11, 256] {
        let options = ExportOptions { max_minutiae: Some(wrong), ..at(5) };
        assert!(gallery.export(&options, &place.at("wrong")).unwrap_err().to_string().contains("12 to 255"));
    }
}

#[test]
fn after_its_end_a_shard_is_opened_and_not_searched_unasked() {
    let place = Place::new("shard end");
    let mut gallery = Gallery::create(&place.at("home"), "criminal").unwrap();
    gallery.enrol_many(people(0..2), Threads::ONE).unwrap();
    gallery.export(&ExportOptions { not_after: Some(1_000_000), ..at(5) }, &place.at("over")).unwrap();
    let shard = Gallery::open_read_only(&place.at("over")).unwrap();
    let info = shard.shard().unwrap();
    assert!(!info.is_expired_at(1_000_000) && info.is_expired_at(1_000_001));
    let asked = |gallery: &Gallery| search(gallery, &PEOPLE.probes[0][..1], &Options::default());
    assert!(matches!(asked(&shard), Err(Error::Expired { not_after: 1_000_000, .. })));
    assert_eq!((shard.len(), shard.get(&id(1)).unwrap().id()), (2, &id(1)));
    assert_eq!(asked(&shard.accept_expired()).unwrap(), asked(&gallery).unwrap());
    let backwards = ExportOptions { not_after: Some(4), ..at(5) };
    assert!(gallery.export(&backwards, &place.at("backwards")).is_err());
}

#[test]
fn with_its_deltas_a_shard_answers_as_a_fresh_export() {
    let place = Place::new("shard deltas");
    let mut gallery = Gallery::create(&place.at("home"), "criminal").unwrap();
    gallery.enrol_many(people(0..5), Threads::ONE).unwrap();
    let shard = place.at("shard");
    gallery.export(&at(5), &shard).unwrap();
    let old = bytes_of(&shard);
    let mut held = Gallery::open_read_only(&shard).unwrap();

    gallery.remove(&id(1)).unwrap();
    gallery.enrol_many(people(5..7), Threads::ONE).unwrap();
    let first = gallery.export_delta(&shard, &at(6), &place.at("d1")).unwrap();
    gallery.remove(&id(6)).unwrap();
    gallery.enrol_many(people([1]), Threads::ONE).unwrap(); // the same id again
    let second = gallery.export_delta(&place.at("d1"), &at(7), &place.at("d2")).unwrap();
    let third = gallery.export_delta(
        &place.at("d2"),
        &ExportOptions { not_after: Some(1 << 40), ..at(7) },
        &place.at("d3"),
    );
    assert!(third.unwrap_err().to_string().contains("not_after")); // it ends before the one before
    let fourth = gallery.export_delta(&place.at("d2"), &at(8), &place.at("d4")).unwrap();

    // In a wrong order, of another gallery, damaged: nothing changes.
    let applied = |delta: &str| Gallery::apply_delta(&shard, &place.at(delta));
    assert!(matches!(applied("d2"), Err(Error::WrongBase { .. })));
    let mut stranger = Gallery::create(&place.at("other home"), "criminal").unwrap();
    stranger.enrol_many(people(0..1), Threads::ONE).unwrap();
    stranger.export(&at(5), &place.at("other")).unwrap();
    stranger.export_delta(&place.at("other"), &at(6), &place.at("other delta")).unwrap();
    assert!(matches!(applied("other delta"), Err(Error::WrongBase { .. })));
    assert!(matches!(stranger.export_delta(&shard, &at(6), &place.at("x")), Err(Error::WrongBase { .. })));
    let segment = place.at("d1").join("segment-1-0.seg");
    let good = std::fs::read(&segment).unwrap();
    let mut bad = good.clone();
    bad[good.len() / 2] ^= 4;
    std::fs::write(&segment, bad).unwrap();
    assert!(matches!(applied("d1"), Err(Error::Damaged { path, .. }) if path == segment));
    std::fs::write(&segment, good).unwrap();
    assert_eq!(bytes_of(&shard), old);
    let other = ExportOptions { profiles: false, ..at(6) };
    assert!(matches!(gallery.export_delta(&shard, &other, &place.at("x")), Err(Error::WrongBase { .. })));
    assert!(gallery.export_delta(&shard, &at(4), &place.at("x")).is_err());

    let fresh = |name: &str, info: &ShardInfo| {
        gallery.export(&at(8), &place.at(name)).unwrap();
        let (now, fresh) =
            (Gallery::open_read_only(&shard).unwrap(), Gallery::open_read_only(&place.at(name)).unwrap());
        assert_eq!(now.shard().as_ref(), Some(info));
        assert_eq!(now.subjects().unwrap(), fresh.subjects().unwrap());
        same_answers(&now, &fresh, &[0, 1, 5, 6], &Asker::default());
        for subject in fresh.subjects().unwrap() {
            assert_eq!(now.get(&subject).unwrap(), fresh.get(&subject).unwrap());
        }
        assert_eq!(now.verify(Watch::default()).unwrap(), []);
    };
    assert_eq!(applied("d1").unwrap(), first);
    assert_eq!(applied("d1").unwrap(), first); // twice is once
    assert_eq!(applied("d2").unwrap(), second);
    fresh("fresh", &second);
    assert_eq!(applied("d1").unwrap(), second); // it was applied before
    assert_eq!(applied("d4").unwrap(), fourth);
    fresh("fresher", &fourth);
    assert_eq!((fourth.deltas, fourth.subjects), (3, 6));

    // Who had it open goes on with what was there, and takes up the deltas when asked to.
    assert_eq!(held.len(), 5);
    held.refresh().unwrap();
    assert_eq!(held.shard(), Some(fourth));
    same_answers(&held, &gallery, &[1, 6], &Asker::default());
    let names: Vec<String> = bytes_of(&shard).into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"segment-2-0.seg".to_owned()), "{names:?}");
}

#[test]
fn a_killed_application_leaves_the_shard_as_it_was() {
    let place = Place::new("shard killed");
    let mut gallery = Gallery::create(&place.at("home"), "criminal").unwrap();
    gallery.enrol_many(people(0..2), Threads::ONE).unwrap();
    let shard = place.at("shard");
    let before = gallery.export(&at(5), &shard).unwrap();
    gallery.enrol_many(people(2..3), Threads::ONE).unwrap();
    let after = gallery.export_delta(&shard, &at(6), &place.at("delta")).unwrap();
    // As a kill leaves it: files of the layer, half or whole, and no new manifest.
    for file in ["segment-1-0.seg", "records-1.rec"] {
        let whole = std::fs::read(place.at("delta").join(file)).unwrap();
        for length in [whole.len() / 2, whole.len()] {
            std::fs::write(shard.join(file), &whole[..length]).unwrap();
            let opened = Gallery::open_read_only(&shard).unwrap();
            assert_eq!((opened.shard(), opened.len()), (Some(before.clone()), 2));
        }
    }
    assert_eq!(Gallery::apply_delta(&shard, &place.at("delta")).unwrap(), after);
    assert_eq!(Gallery::open_read_only(&shard).unwrap().len(), 3);
}
