//! A writer is killed at random moments: what it was told is done is there, and nothing half is.

use super::people::{MANY, People, Random, given_folder, id, no_leftovers, this_program, times, verified};
use crate::support::TestFolder;
use matcher_core::gallery::{ExportOptions, Gallery};
use matcher_core::work::{Threads, Watch};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Something that the writer does, as it stands in its log before it is done; `done` follows when it is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// The first number, how many people, and how many profiles each.
    Enrol(u64, u64, usize),
    Remove(u64),
    Compact,
    /// Into a shard of this number, which nobody else has.
    Export(u64),
}

impl Step {
    fn line(self) -> String {
        match self {
            Self::Enrol(first, people, profiles) => format!("enrol {first} {people} {profiles}\n"),
            Self::Remove(number) => format!("remove {number} 0 0\n"),
            Self::Compact => "compact 0 0 0\n".to_owned(),
            Self::Export(number) => format!("export {number} 0 0\n"),
        }
    }

    fn of(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let word = words.next()?;
        let numbers: Vec<u64> = words.map_while(|number| number.parse().ok()).collect();
        let [a, b, c] = numbers[..] else { return None };
        Some(match word {
            "enrol" => Self::Enrol(a, b, c as usize),
            "remove" => Self::Remove(a),
            "export" => Self::Export(a),
            _ => Self::Compact,
        })
    }

    fn applied_to(self, people: &mut People) {
        match self {
            Self::Enrol(first, count, profiles) => {
                people.0.extend(People::of(first..first + count, profiles).0);
            }
            Self::Remove(number) => drop(people.0.remove(&number)),
            Self::Compact | Self::Export(_) => {}
        }
    }

    /// What comes next; a gallery of some hundred people neither grows nor shrinks for long.
    fn next(people: &People, first: u64, random: &mut Random) -> Self {
        let some = |random: &mut Random| {
            let at = random.below(people.0.len() as u64) as usize;
            Self::Remove(people.0.keys().copied().nth(at).unwrap())
        };
        let removals = if people.0.len() > 120 { 60 } else { 15 };
        match random.below(100) {
            chance if chance < removals && !people.0.is_empty() => some(random),
            chance if chance >= 97 => Self::Compact,
            chance if chance >= 94 => Self::Export(first),
            chance if chance >= 88 => {
                let count = 2 + random.below(8);
                Self::Enrol(first, count, MANY / count as usize)
            }
            chance if chance >= 80 => Self::Enrol(first, 2 + random.below(20), random.below(3) as usize),
            _ => Self::Enrol(first, 1, random.below(4) as usize),
        }
    }
}

/// The log of a writer: who was enrolled by what was done, the number that nobody had yet, and what was begun last and
/// is not known to be done.
fn read_log(path: &Path) -> (People, u64, Option<Step>) {
    let (mut people, mut next, mut begun) = (People::default(), 0, None);
    for line in fs::read_to_string(path).unwrap_or_default().lines() {
        match line {
            "done" => begun.take().into_iter().for_each(|step: Step| step.applied_to(&mut people)),
            "undone" => begun = None,
            _ => begun = Step::of(line),
        }
        match begun {
            Some(Step::Enrol(first, count, _)) => next = next.max(first + count),
            Some(Step::Export(number)) => next = next.max(number + 1),
            _ => {}
        }
    }
    (people, next, begun)
}

fn log_of(folder: &Path) -> PathBuf {
    folder.join("log of the writer")
}

fn shard_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("shard {number}"))
}

/// A shard is whole or none: where the writer was killed while it was written, it may be either.
fn shards_are_whole(folder: &Path, people: &People, begun: Option<Step>) {
    let mut shards = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    while let Some(path) =
        shards.find(|path| path.file_name().unwrap().to_string_lossy().starts_with("shard "))
    {
        let opened = Gallery::open_read_only(&path);
        if begun.is_some_and(|step| matches!(step, Step::Export(number) if path == shard_of(folder, number)))
        {
            if let Ok(gallery) = opened {
                assert_eq!(gallery.subjects().unwrap(), people.ids());
                verified(&gallery);
            }
        } else {
            verified(&opened.unwrap());
        }
        fs::remove_dir_all(&path).unwrap();
    }
}

fn append_to(log: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(log).unwrap()
}

/// Not a test by itself: the writer, which works until it is killed.
#[test]
fn a_writer_works_until_it_is_killed() {
    let Some(folder) = given_folder() else { return };
    let mut log = append_to(&log_of(&folder));
    let (mut people, mut next, _) = read_log(&log_of(&folder));
    let mut random = Random::new(next << 32 | people.0.len() as u64);
    let mut gallery = Gallery::open(&folder.join("gallery")).unwrap();
    loop {
        let step = Step::next(&people, next, &mut random);
        log.write_all(step.line().as_bytes()).unwrap();
        match step {
            Step::Enrol(first, count, profiles) => {
                let people = People::of(first..first + count, profiles).enrolments();
                gallery.enrol_many(people, Threads::ONE).unwrap();
                next += count;
            }
            Step::Remove(number) => gallery.remove(&id(number)).unwrap(),
            Step::Compact => gallery.compact(Watch::default()).unwrap(),
            Step::Export(number) => {
                gallery.export(&ExportOptions::default(), &shard_of(&folder, number)).unwrap();
                next += 1;
            }
        }
        log.write_all(b"done\n").unwrap();
        step.applied_to(&mut people);
    }
}

/// Whether what was begun was done, by who is there; the people are then as it left them.
fn was_done(gallery: &Gallery, people: &mut People, begun: Option<Step>) -> bool {
    let mut after = people.clone();
    if let Some(step) = begun {
        step.applied_to(&mut after);
    }
    let is_done = gallery.subjects().unwrap() == after.ids();
    if is_done {
        *people = after;
    }
    is_done
}

#[test]
fn what_was_acknowledged_outlives_the_writer() {
    let folder = TestFolder::new("kill");
    fs::create_dir(folder.path()).unwrap();
    let path = folder.path().join("gallery");
    drop(Gallery::create(&path, "criminal").unwrap());
    let seed = std::process::id().into();
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let mut seen = [0; 4];
    for round in 0..times(12) {
        let log = log_of(folder.path());
        let before = fs::metadata(&log).map_or(0, |log| log.len());
        let mut child = this_program("kill::a_writer_works_until_it_is_killed", folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while fs::metadata(&log).map_or(0, |log| log.len()) == before {
            assert!(
                child.try_wait().unwrap().is_none() && start.elapsed() < Duration::from_mins(1),
                "{round}"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(random.below(400_000)));
        child.kill().unwrap();
        child.wait().unwrap();

        let (mut people, _, begun) = read_log(&log);
        shards_are_whole(folder.path(), &people, begun);
        if random.below(3) == 0 {
            // What a reader sees before anybody mends it.
            let gallery = Gallery::open_read_only(&path).unwrap();
            was_done(&gallery, &mut people.clone(), begun);
            let mut seen = people.clone();
            was_done(&gallery, &mut seen, begun);
            seen.are_in(&gallery);
        }
        let gallery = Gallery::open(&path).unwrap();
        let done = was_done(&gallery, &mut people, begun);
        people.are_in(&gallery);
        people.are_recorded_in(&gallery);
        verified(&gallery);
        no_leftovers(&path);
        if begun.is_some() {
            append_to(&log).write_all(if done { b"done\n" } else { b"undone\n" }).unwrap();
        }
        seen[match begun {
            Some(Step::Enrol(_, _, profiles)) if profiles > 100 => 0,
            Some(Step::Enrol(..)) => 1,
            Some(Step::Remove(_)) => 2,
            _ => 3,
        }] += 1;
    }
    println!(
        "killed while: segments {}, enrolling {}, removing {}, else {}",
        seen[0], seen[1], seen[2], seen[3]
    );
}
