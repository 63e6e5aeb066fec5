//! A disk that is full: what was acknowledged is there, nothing else is, and it goes on when there is room again.

use super::people::{MANY, People, given_folder, this_program, verified};
use crate::support::TestFolder;
use matcher_core::Error;
use matcher_core::gallery::Gallery;
use matcher_core::work::{Threads, Watch};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Enrols one after the other, singly and in large changes, until the disk takes no more; then looks, makes room, goes on.
fn until_it_is_full(path: &Path, profiles: usize, make_room: &dyn Fn()) {
    let mut gallery = Gallery::create(path, "criminal").unwrap();
    let (mut people, mut refusals, mut number) = (People::default(), 0, 0);
    while refusals < 4 {
        assert!(number < 20_000, "the disk does not become full");
        let new = if number % 7 == 6 {
            People::of(number..number + 4, profiles)
        } else {
            People::of([number], profiles / 20)
        };
        number += 4;
        match gallery.enrol_many(new.enrolments(), Threads::ONE) {
            Ok(()) => people.0.extend(new.0),
            Err(error) => {
                assert!(matches!(error, Error::Io { .. }), "{error}");
                refusals += 1;
                people.are_in(&gallery);
                people.are_in(&Gallery::open_read_only(path).unwrap());
            }
        }
    }
    // Compaction needs room, too; where it has none, nothing is lost.
    if let Err(error) = gallery.compact(Watch::default()) {
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }
    people.are_in(&gallery);
    make_room();
    let new = People::of([30_000], 2);
    gallery.enrol_many(new.enrolments(), Threads::ONE).unwrap();
    people.0.extend(new.0);
    people.are_in(&gallery);
    gallery.compact(Watch::default()).unwrap();
    drop(gallery);
    let gallery = Gallery::open(path).unwrap();
    people.are_in(&gallery);
    people.are_recorded_in(&gallery);
    verified(&gallery);
}

/// A file system of its own, in memory; gone when it is dropped.
struct Small<'f>(&'f Path);

impl<'f> Small<'f> {
    fn mount(folder: &'f Path, options: &str) -> Option<Self> {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder);
        command.output().is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).output();
    }
}

#[test]
fn a_full_file_system_costs_nothing_that_was_acknowledged() {
    let folder = TestFolder::new("full");
    fs::create_dir(folder.path()).unwrap();
    for (size, profiles) in [("3m", 300), ("12m", MANY / 4)] {
        let Some(small) = Small::mount(folder.path(), &format!("size={size}")) else {
            println!("skipped: only root can mount a small file system here");
            return;
        };
        let make_room = || {
            let options = "remount,size=64m";
            let mut command = Command::new("mount");
            assert!(command.args(["-o", options]).arg(folder.path()).status().unwrap().success());
        };
        until_it_is_full(&folder.path().join("gallery"), profiles, &make_room);
        drop(small);
    }
}

/// Not a test by itself: what a process does whose files may not become longer than some blocks.
#[test]
fn a_process_with_short_files_enrols() {
    let Some(folder) = given_folder() else { return };
    let path = folder.join("gallery");
    let mut gallery = Gallery::create(&path, "criminal").unwrap();
    let mut refusals = 0;
    for number in 0..3000 {
        match gallery.enrol_many(People::of([number], 20).enrolments(), Threads::ONE) {
            Ok(()) => println!("\nacknowledged {number}"),
            Err(error) => {
                assert!(matches!(error, Error::Io { .. }), "{error}");
                refusals += 1;
                if refusals == 3 {
                    return;
                }
            }
        }
    }
    panic!("no file became too long");
}

#[cfg(unix)]
#[test]
fn files_that_may_not_become_longer_cost_nothing_that_was_acknowledged() {
    let folder = TestFolder::new("short files");
    fs::create_dir(folder.path()).unwrap();
    let child = this_program("full_disk::a_process_with_short_files_enrols", folder.path());
    // 4096 blocks of 512 bytes; where a file would become longer, writing fails instead of ending the process.
    let script = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(child.get_program()).args(child.get_args());
    command.envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let numbers = said.lines().filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok());
    let people = People::of(numbers, 20);
    assert!(!people.0.is_empty());
    let path = folder.path().join("gallery");
    people.are_in(&Gallery::open_read_only(&path).unwrap());
    let gallery = Gallery::open(&path).unwrap();
    people.are_in(&gallery);
    people.are_recorded_in(&gallery);
    verified(&gallery);
}
