//! Files of galleries, shards, deltas and checkpoints of which one is changed: refused, or the answers stay what they were.
//!
//! The bytes are which file is changed, how, and by what: the file anew, its beginning, or patches of a place (3 bytes), a
//! length and a byte. Checksums are against accidents, so a change may come with its checksums mended; then nothing is
//! held but that nobody panics.

use matcher_core::dna::Profile;
use matcher_core::dna::compare::Rule;
use matcher_core::fingerprint::Template;
use matcher_core::gallery::{Enrolment, ExportOptions, Gallery, SubjectId};
use matcher_core::search::{
    DuplicateOptions, Links, Mode, Options, ProfileOptions, find_duplicate_prints, search, search_dna,
};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::{Threads, Watch};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// All files of a folder with their bytes.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn files(folder: &Path) -> Files {
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

fn id(number: u64) -> SubjectId {
    SubjectId::new(&format!("S{number}")).unwrap()
}

/// Four prints of which two are of one finger, and a profile with every second.
fn people(numbers: Range<u64>) -> Vec<Enrolment> {
    let simulator = FingerSimulator::new(77, FingerprintConfig::default()).unwrap();
    let person = |number: u64| {
        let print = simulator.impressions(number / 2, 2).remove((number % 2) as usize);
        let alleles = [("TH01", ["6", "9.3"]), ("FGA", ["21", if number == 0 { "22" } else { "24" }])];
        let profile = number.is_multiple_of(2).then(|| Profile::new("P", alleles).unwrap());
        Enrolment::new(id(number))
            .fingerprints(vec![print])
            .profiles(profile.into_iter().collect())
            .enrolled(number)
    };
    numbers.map(person).collect()
}

/// What a gallery answers: two searches of prints, one of DNA.
fn answers(gallery: &Gallery, probe: &Template, rule: &Rule) -> matcher_core::Result<Vec<String>> {
    let mut said = vec![format!("{:?}", gallery.subjects()?)];
    for mode in [Mode::Fast, Mode::Exhaustive] {
        let options = Options { mode, threads: Threads::ONE, ..Options::default() };
        let list = search(gallery, std::slice::from_ref(probe), &options)?;
        let found: Vec<_> = list.candidates.iter().map(|c| (c.rank, c.subject_id.clone(), c.score)).collect();
        said.push(format!("{found:?} {} {}", list.searched, list.not_comparable));
    }
    let options = ProfileOptions { threads: Threads::ONE, ..ProfileOptions::default() };
    let trace = Profile::new("trace", [("TH01", ["6", "9.3"]), ("FGA", ["21", "22"])]).unwrap();
    let list = search_dna(gallery, &[trace], rule, &options)?.remove(0);
    let found: Vec<_> = list.candidates.iter().map(|c| (c.rank, c.id.clone())).collect();
    said.push(format!("{found:?} {} {}", list.hits, list.searched));
    Ok(said)
}

/// What a file belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Gallery,
    Shard,
    Delta,
    Checkpoint,
}

/// Sound files in a folder that is gone when this is dropped, and what they answer.
pub(crate) struct Homes {
    folder: PathBuf,
    sound: Files,
    targets: Vec<(Kind, PathBuf)>,
    probe: Template,
    rule: Rule,
    gallery: Vec<String>,
    shard: Vec<String>,
    people: Gallery,
    links: Links,
    linked: Links,
}

impl Drop for Homes {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Homes {
    /// A gallery with a segment and a journal, a shard of it, a delta, and a checkpoint, in a folder that is made for it.
    pub(crate) fn new(folder: &Path) -> Self {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).unwrap();
        let probe =
            FingerSimulator::new(77, FingerprintConfig::default()).unwrap().impressions(0, 3).remove(2);
        let rule = Rule::builtin("low").unwrap();
        let at = |name: &str| folder.join(name);
        let mut home = Gallery::create(&at("gallery"), "criminal").unwrap();
        home.enrol_many(people(0..3), Threads::ONE).unwrap();
        home.compact(Watch::default()).unwrap();
        home.export(&ExportOptions { exported: 5, ..ExportOptions::default() }, &at("shard")).unwrap();
        let shard = answers(&Gallery::open_read_only(&at("shard")).unwrap(), &probe, &rule).unwrap();
        home.remove(&id(2)).unwrap();
        home.enrol_many(people(3..4), Threads::ONE).unwrap();
        let later = ExportOptions { exported: 6, ..ExportOptions::default() };
        home.export_delta(&at("shard"), &later, &at("delta")).unwrap();
        let gallery = answers(&home, &probe, &rule).unwrap();
        let linked_home = linked(&home, None).unwrap();
        drop(home);
        let mut people_of = Gallery::in_memory();
        people_of.enrol_many(people(0..4), Threads::ONE).unwrap();
        let links = linked(&people_of, Some(&at("checkpoint"))).unwrap();
        assert!(!links.edges.is_empty());
        let sound = files(folder);
        let kind = |path: &PathBuf| {
            let first = path.strip_prefix(folder).unwrap().iter().next().unwrap();
            match first.to_str().unwrap() {
                "gallery" => Kind::Gallery,
                "shard" => Kind::Shard,
                "delta" => Kind::Delta,
                _ => Kind::Checkpoint,
            }
        };
        let is_read = |path: &&PathBuf| !path.ends_with("lock");
        let targets = sound.keys().filter(is_read).map(|path| (kind(path), path.clone())).collect();
        let folder = folder.to_owned();
        Self {
            folder,
            sound,
            targets,
            probe,
            rule,
            gallery,
            shard,
            people: people_of,
            links,
            linked: linked_home,
        }
    }

    /// Makes the folder what it was; files that did not change are left alone.
    fn restore(&self) {
        let now = files(&self.folder);
        for path in now.keys().filter(|path| !self.sound.contains_key(*path)) {
            fs::remove_file(path).unwrap();
        }
        for (path, bytes) in self.sound.iter().filter(|(path, bytes)| now.get(*path) != Some(bytes)) {
            // A file that is mapped somewhere is not cut, but replaced.
            let _ = fs::remove_file(path);
            fs::write(path, bytes).unwrap();
        }
    }

    /// Nothing panics, whatever is changed; where no checksum was mended, either it is told or no answer is another one.
    pub(crate) fn check(&self, bytes: &[u8]) {
        let Some((&[which, how], change)) = bytes.split_first_chunk() else { return };
        let (kind, path) = &self.targets[usize::from(which) % self.targets.len()];
        let (is_mended, is_writer) = (how & 0x80 != 0, how & 0x40 != 0);
        let sound = &self.sound[path];
        let mut changed = changed(sound, how & 3, change);
        if is_mended {
            mend(&mut changed);
        }
        let is_same = changed == *sound;
        fs::remove_file(path).unwrap();
        fs::write(path, changed).unwrap();
        match kind {
            Kind::Gallery => self.check_gallery(is_mended, is_writer),
            Kind::Shard => {
                let opened = Gallery::open_read_only(&self.folder.join("shard"));
                assert!(is_same || is_mended || opened.is_err(), "{}", path.display());
                if let Ok(shard) = opened {
                    let found = answers(&shard, &self.probe, &self.rule);
                    assert!(is_mended || found.unwrap() == self.shard);
                }
            }
            Kind::Delta => {
                let shard = self.folder.join("shard");
                let applied = Gallery::apply_delta(&shard, &self.folder.join("delta"));
                assert!(is_same || is_mended || applied.is_err(), "{}", path.display());
                let opened = Gallery::open_read_only(&shard);
                if applied.is_err() {
                    assert_eq!(answers(&opened.unwrap(), &self.probe, &self.rule).unwrap(), self.shard);
                } else if let Ok(shard) = opened {
                    let _ = answers(&shard, &self.probe, &self.rule);
                }
            }
            Kind::Checkpoint => {
                let found = linked(&self.people, Some(path));
                assert!(is_mended || found.is_err() || found.unwrap() == self.links);
            }
        }
        self.restore();
    }

    fn check_gallery(&self, is_mended: bool, is_writer: bool) {
        let folder = self.folder.join("gallery");
        let opened = if is_writer { Gallery::open(&folder) } else { Gallery::open_read_only(&folder) };
        if let Ok(gallery) = opened {
            if let Ok(found) = answers(&gallery, &self.probe, &self.rule) {
                assert!(is_mended || found == self.gallery, "{found:?}");
            }
            if let Ok(found) = linked(&gallery, None) {
                assert!(is_mended || found == self.linked, "{found:?}");
            }
            for number in 0..4 {
                if let Ok(subject) = gallery.get(&id(number)) {
                    assert!(is_mended || subject.enrolled() == Some(number));
                }
            }
            let _ = gallery.verify(Watch::default());
        }
        if is_writer {
            let _ = Gallery::recover(&folder);
        }
    }
}

fn linked(gallery: &Gallery, checkpoint: Option<&Path>) -> matcher_core::Result<Links> {
    let options = DuplicateOptions {
        mode: Mode::Exhaustive,
        min_score: Some(5.0),
        checkpoint,
        threads: Threads::ONE,
        ..DuplicateOptions::default()
    };
    find_duplicate_prints(gallery, &options)
}

/// Other bytes in place of a file's.
fn changed(sound: &[u8], how: u8, change: &[u8]) -> Vec<u8> {
    let place = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) as usize % sound.len().max(1);
    match how {
        0 => change.to_vec(),
        1 => change.first_chunk().map_or(Vec::new(), |&[a, b, c]| sound[..place(a, b, c)].to_vec()),
        _ => {
            let mut bytes = sound.to_vec();
            for &[a, b, c, length, value] in change.as_chunks().0 {
                let patched = bytes.iter_mut().skip(place(a, b, c)).take(1 + usize::from(length % 8));
                patched.for_each(|byte| *byte ^= value);
            }
            bytes
        }
    }
}

/// Makes the checksums those of what they stand for, as far as the file is still one of ours.
fn mend(bytes: &mut [u8]) {
    if bytes.starts_with(b"matcherJ") {
        mend_journal(bytes);
    } else if bytes.starts_with(b"MATCH") {
        mend_container(bytes);
    } else if bytes.starts_with(b"matcher links ") {
        mend_checkpoint(bytes);
    } else if let Some(end) = bytes.iter().position(|&byte| byte == b'\n')
        && let Some(sum) = end.checked_sub(8)
    {
        let crc = crc32fast::hash(&bytes[end + 1..]);
        bytes[sum..end].copy_from_slice(format!("{crc:08x}").as_bytes());
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().map(|&four| u32::from_le_bytes(four) as usize)
}

/// Puts a checksum where it belongs, where that is in the file.
fn put(bytes: &mut [u8], at: usize, sum: u32) {
    if let Some(four) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
        *four = sum.to_le_bytes();
    }
}

/// The checksums of a container: blocks of sections, table, header.
fn mend_container(bytes: &mut [u8]) {
    let (Some(sections), Some(table)) = (number(bytes, 12), number(bytes, 16)) else { return };
    let mut sum_at = table.saturating_add(sections.saturating_mul(24));
    for section in 0..sections.min(100) {
        let at = table.saturating_add(24 * section);
        let (Some(start), Some(len)) =
            (number(bytes, at.saturating_add(8)), number(bytes, at.saturating_add(16)))
        else {
            break;
        };
        for block in (start..start + len.next_multiple_of(64)).step_by(256 << 10) {
            let end = (block + (256 << 10)).min(start + len.next_multiple_of(64));
            let Some(sum) = bytes.get(block..end).map(crc32fast::hash) else { return };
            put(bytes, sum_at, sum);
            sum_at = sum_at.saturating_add(4);
        }
    }
    if let Some(sum) = bytes.get(table..).map(crc32fast::hash) {
        put(bytes, 32, sum);
    }
    if let Some(sum) = bytes.get(..60).map(crc32fast::hash) {
        put(bytes, 60, sum);
    }
}

/// The checksums of a journal: the header's, and two of each entry, which begin with the header's and the place.
fn mend_journal(bytes: &mut [u8]) {
    const HEADER: usize = 56;
    const HEAD: usize = 13;
    let Some(header) = bytes.get(..HEADER - 4).map(crc32fast::hash) else { return };
    put(bytes, HEADER - 4, header);
    let mut at = HEADER;
    while let Some(length) = number(bytes, at) {
        let end = at.saturating_add(HEAD + 4).saturating_add(length);
        let sum = |part: Option<&[u8]>| {
            let mut hasher = crc32fast::Hasher::new();
            hasher.update(&header.to_le_bytes());
            hasher.update(&(at as u64).to_le_bytes());
            hasher.update(part?);
            Some(hasher.finalize())
        };
        let Some(head) = sum(bytes.get(at..at + HEAD)) else { return };
        put(bytes, at + HEAD, head);
        let Some(whole) = sum(bytes.get(at..end)) else { return };
        put(bytes, end, whole);
        at = end + 4;
    }
}

/// The checksums of the records of a checkpoint, which begin with the header's and the place.
fn mend_checkpoint(bytes: &mut [u8]) {
    let Some(line) = bytes.iter().position(|&byte| byte == b'\n') else { return };
    let text = String::from_utf8_lossy(&bytes[..line]).into_owned();
    let Some(length) = text.split(' ').nth(3).and_then(|word| word.parse::<usize>().ok()) else { return };
    let mut at = line.saturating_add(length).saturating_add(2);
    let Some(header) = bytes.get(..at).map(crc32fast::hash) else { return };
    while let Some(length) = number(bytes, at) {
        let end = at.saturating_add(8).saturating_add(length);
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&header.to_le_bytes());
        hasher.update(&(at as u64).to_le_bytes());
        let Some(payload) = bytes.get(at + 8..end) else { return };
        hasher.update(payload);
        put(bytes, at + 4, hasher.finalize());
        at = end;
    }
}
