//! Who is enrolled in these tests, what a gallery of them has to answer, and the helpers of all of them.

use matcher_core::dna::compare::Rule;
use matcher_core::dna::{Frequencies, Profile};
use matcher_core::fingerprint::Template;
use matcher_core::gallery::{Enrolment, Gallery, SubjectId};
use matcher_core::search::{Mode, Options, ProfileOptions, search, search_dna};
use matcher_core::simulate::dna::{ProfileConfig, ProfileSimulator};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::{Threads, Watch};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Fingers that are simulated; people share them.
const FINGERS: u64 = 24;
/// So many profiles in one change make a segment of it.
pub(crate) const MANY: usize = 17_000;
/// What names the folder to a process that this program starts.
const FOLDER: &str = "MATCHER_TEST_FOLDER";

static PRINTS: LazyLock<Vec<Vec<Template>>> = LazyLock::new(|| {
    let simulator = FingerSimulator::new(61, FingerprintConfig::default()).unwrap();
    (0..FINGERS).map(|finger| simulator.impressions(finger, 2)).collect()
});

static POPULATION: LazyLock<Frequencies> = LazyLock::new(|| Frequencies::builtin("nist1036-cauc").unwrap());

static PEOPLE: LazyLock<ProfileSimulator> =
    LazyLock::new(|| ProfileSimulator::new(62, &POPULATION, ProfileConfig::default()).unwrap());

pub(crate) fn id(number: u64) -> SubjectId {
    SubjectId::new(&format!("P{number:05}")).unwrap()
}

pub(crate) fn profile(number: u64) -> Profile {
    PEOPLE.profile(number).with_id(&format!("profile {number}")).unwrap()
}

/// A person: every third has a print, and each has so many profiles, which are all the same.
pub(crate) fn person(number: u64, profiles: usize) -> Enrolment {
    let prints =
        if number.is_multiple_of(3) { PRINTS[(number % FINGERS) as usize][..1].to_vec() } else { Vec::new() };
    Enrolment::new(id(number)).fingerprints(prints).profiles(vec![profile(number); profiles]).enrolled(number)
}

/// Who is enrolled: a number, and how many profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct People(pub(crate) BTreeMap<u64, usize>);

impl People {
    pub(crate) fn of(numbers: impl IntoIterator<Item = u64>, profiles: usize) -> Self {
        Self(numbers.into_iter().map(|number| (number, profiles)).collect())
    }

    pub(crate) fn enrolments(&self) -> Vec<Enrolment> {
        self.0.iter().map(|(&number, &profiles)| person(number, profiles)).collect()
    }

    pub(crate) fn in_memory(&self) -> Gallery {
        let mut gallery = Gallery::in_memory();
        gallery.enrol_many(self.enrolments(), Threads::ONE).unwrap();
        gallery
    }

    pub(crate) fn ids(&self) -> Vec<SubjectId> {
        self.0.keys().map(|&number| id(number)).collect()
    }

    /// Whether these people, and nobody else, are in a gallery, and it answers as it ought to.
    pub(crate) fn are_in(&self, gallery: &Gallery) {
        assert_eq!(gallery.subjects().unwrap(), self.ids());
        same_answers(gallery, &self.in_memory());
    }

    /// Whether every record is what was enrolled.
    pub(crate) fn are_recorded_in(&self, gallery: &Gallery) {
        for (&number, &profiles) in &self.0 {
            let found = gallery.get(&id(number)).unwrap();
            let expected = person(number, profiles);
            let mut one = Gallery::in_memory();
            one.enrol_many(vec![expected], Threads::ONE).unwrap();
            assert_eq!(found, one.get(&id(number)).unwrap(), "{number}");
        }
    }
}

/// What a gallery answers, in words that can be compared and written down.
pub(crate) fn answers(gallery: &Gallery) -> Vec<String> {
    let mut said = Vec::new();
    for finger in [0, 3, 21] {
        for mode in [Mode::Fast, Mode::Exhaustive] {
            let probe = &PRINTS[finger][1..];
            let list = search(gallery, probe, &Options { mode, ..Options::default() }).unwrap();
            let of = |c: &matcher_core::search::Candidate| format!("{} {} {}", c.rank, c.subject_id, c.score);
            let candidates: Vec<String> = list.candidates.iter().map(of).collect();
            said.push(format!("{finger} {mode:?} {} {} {candidates:?}", list.searched, list.not_comparable));
        }
    }
    let rule = Rule::builtin("codis_moderate").unwrap();
    let options = ProfileOptions { frequencies: Some(&POPULATION), ..ProfileOptions::default() };
    for number in [0, 1, 7, 40] {
        let list = search_dna(gallery, &[profile(number)], &rule, &options).unwrap().remove(0);
        let of =
            |c: &matcher_core::search::ProfileCandidate| format!("{} {} {:?}", c.rank, c.id, c.log10_rmp);
        let candidates: Vec<String> = list.candidates.iter().map(of).collect();
        said.push(format!("{number} {} {} {} {candidates:?}", list.hits, list.searched, list.not_comparable));
    }
    said
}

pub(crate) fn same_answers(gallery: &Gallery, expected: &Gallery) {
    assert_eq!(gallery.len(), expected.len());
    assert_eq!(answers(gallery), answers(expected));
}

/// A gallery with a segment, removals from it, and a journal; and who is in it: numbers below 80 without 5, 6 and 71.
pub(crate) fn varied(folder: &Path) -> People {
    let mut gallery = Gallery::create(folder, "criminal").unwrap();
    let mut people = People::default();
    for (numbers, profiles) in [(0..24, 3), (24..44, 1), (44..60, 1), (60..80, 0)] {
        let new = People::of(numbers.clone(), profiles);
        gallery.enrol_many(new.enrolments(), Threads::ONE).unwrap();
        people.0.extend(new.0);
        if numbers.end == 44 {
            gallery.compact(Watch::default()).unwrap();
        }
    }
    for number in [5, 6, 71] {
        gallery.remove(&id(number)).unwrap();
        people.0.remove(&number);
    }
    people
}

/// All files of a folder with their bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            all.insert(path, bytes);
        }
    }
    all
}

/// Makes a folder what it was, byte by byte.
pub(crate) fn restore(folder: &Path, all: &BTreeMap<PathBuf, Vec<u8>>) {
    for path in files(folder).keys().filter(|path| !all.contains_key(*path)) {
        fs::remove_file(path).unwrap();
    }
    for (path, bytes) in all {
        // A file that is mapped somewhere is not cut, but replaced.
        let _ = fs::remove_file(path);
        fs::write(path, bytes).unwrap();
    }
}

/// The names of the files that end so, with their folder.
pub(crate) fn named(folder: &Path, end: &str) -> Vec<PathBuf> {
    let ends = |path: &PathBuf| path.to_string_lossy().ends_with(end);
    files(folder).into_keys().filter(ends).collect()
}

/// There is nothing but what the gallery consists of.
pub(crate) fn no_leftovers(folder: &Path) {
    let store = Gallery::open_read_only(folder).unwrap().stats().unwrap().store.unwrap();
    assert_eq!(named(folder, ".seg").len(), store.segments);
    assert_eq!(named(folder, ".log").len(), 1);
    // And the manifest, the records and the lock.
    assert_eq!(files(folder).len(), store.segments + 4, "{:?}", files(folder).keys());
}

pub(crate) fn verified(gallery: &Gallery) {
    assert_eq!(gallery.verify(Watch::default()).unwrap(), []);
}

/// This program again, running one of its tests with a folder.
pub(crate) fn this_program(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(FOLDER, folder);
    command
}

/// The folder that this process was started with.
pub(crate) fn given_folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// How often something random is done: `short` times, or in a long form as often as it says.
pub(crate) fn times(short: u32) -> u32 {
    std::env::var("MATCHER_SOAK").map_or(short, |times| times.parse().expect("MATCHER_SOAK is no number"))
}

/// Numbers that are the same in every run with the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
