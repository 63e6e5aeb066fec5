//! Files that are replaced whole, leftovers, and locks in one process and in two.

use super::*;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A new folder whose name has spaces and letters beyond ASCII; removed when the test ends.
pub(crate) struct TempFolder(PathBuf);

impl TempFolder {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("matcher {name} Größe Ω {}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// This test program again, running one test of this file with the folder in the environment.
fn this_program(test: &str, folder: &Path) -> Command {
    let module = module_path!().split_once("::").unwrap().1;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("{module}::{test}"), "--nocapture"]).env("MATCHER_TEST_FOLDER", folder);
    command
}

fn given_folder() -> Option<PathBuf> {
    std::env::var_os("MATCHER_TEST_FOLDER").map(PathBuf::from)
}

#[test]
fn names_are_told_apart() {
    assert_eq!(journal_name(7), "journal-7.log");
    assert_eq!(journal_generation(&journal_name(u64::MAX)), Some(u64::MAX));
    for name in ["journal-07.log", "journal-+7.log", "journal-.log", "journal-7.log ", "../journal-7.log"] {
        assert_eq!(journal_generation(name), None, "{name}");
    }
    assert!(is_segment_name("1-2000-3f.seg"));
    for name in
        ["", ".seg", "..seg", "../a.seg", "a/b.seg", "a\\b.seg", "c:a.seg", "A.seg", "a.seg\0", "a", "ä.seg"]
    {
        assert!(!is_segment_name(name), "{name}");
    }
    assert!(!is_segment_name(&format!("{}.seg", "a".repeat(MAX_FILE_NAME))));
}

#[test]
fn a_file_is_made_and_replaced_whole() {
    let folder = TempFolder::new("atomic");
    let path = folder.path().join("übersicht 1.json");
    for bytes in [&b"first"[..], b"", b"the second, longer than the first"] {
        write_atomically(&path, bytes).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert_eq!(folder.names(), ["übersicht 1.json"]);
    }
}

#[test]
fn a_failed_replacement_leaves_nothing_behind() {
    let folder = TempFolder::new("failed");
    let path = folder.path().join("taken");
    fs::create_dir(&path).unwrap();
    assert!(matches!(write_atomically(&path, b"x"), Err(Error::Io { .. }))); // a folder is not replaced by a file
    assert_eq!(folder.names(), ["taken"]);
    assert!(matches!(write_atomically(&path.join("no/such/folder"), b"x"), Err(Error::Io { .. })));
    assert!(write_atomically(Path::new("/"), b"x").is_err());
}

#[test]
fn leftovers_go_and_all_else_stays() {
    let folder = TempFolder::new("leftovers");
    fs::create_dir(folder.path().join(SEGMENTS)).unwrap();
    let (killed, _) = create_temporary(&folder.path().join(MANIFEST)).unwrap();
    let (segment, _) = create_temporary(&segment_path(folder.path(), "3.seg")).unwrap();
    for name in [MANIFEST, RECORDS, LOCK, "journal-1.log", "journal-2.log", "notes.tmp", "journal-x.log"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    for name in ["1.seg", "2.seg", "README.txt"] {
        fs::write(segment_path(folder.path(), name), name).unwrap();
    }
    let keep = |name: &str| name == "journal-2.log" || name == "2.seg";
    assert_eq!(remove_leftovers(folder.path(), &keep).unwrap(), 4);
    assert!(!killed.exists() && !segment.exists());
    assert_eq!(
        folder.names(),
        ["journal-2.log", "journal-x.log", LOCK, MANIFEST, "notes.tmp", RECORDS, SEGMENTS]
    );
    assert!(!segment_path(folder.path(), "1.seg").exists());
    assert!(segment_path(folder.path(), "2.seg").exists());
    assert!(segment_path(folder.path(), "README.txt").exists());
    assert_eq!(remove_leftovers(folder.path(), &keep).unwrap(), 0);
}

#[test]
fn one_process_has_one_writer() {
    let folder = TempFolder::new("one writer");
    let lock = Lock::acquire(folder.path()).unwrap();
    assert!(lock.is_ours());
    let refused = Lock::acquire(folder.path()).unwrap_err();
    assert!(matches!(&refused, Error::InUse { path } if path == folder.path()), "{refused}");
    drop(lock);
    drop(Lock::acquire(folder.path()).unwrap());
    assert!(matches!(Lock::acquire(&folder.path().join("none")), Err(Error::Io { .. })));
}

#[test]
fn a_forked_copy_is_not_the_writer_and_frees_nothing() {
    let folder = TempFolder::new("fork");
    let lock = Lock::acquire(folder.path()).unwrap();
    // What a child has after `fork`: the same open file, and another process id than the one noted.
    let copy = || Lock { file: lock.file.try_clone().unwrap(), process: lock.process.wrapping_add(1) };
    let (one, other) = (copy(), copy());
    assert!(!one.is_ours());
    drop(one);
    assert!(matches!(Lock::acquire(folder.path()), Err(Error::InUse { .. })));
    drop(lock); // a child that lives on does not keep the gallery locked
    drop(Lock::acquire(folder.path()).unwrap());
    drop(other);
}

/// Not a test by itself: what the second process of the tests below does.
#[test]
fn second_process_takes_the_lock_and_waits() {
    let Some(folder) = given_folder() else { return };
    let lock = Lock::acquire(&folder);
    println!("\nsecond process: {}", if lock.is_ok() { "locked" } else { "refused" });
    let _ = std::io::stdin().read_line(&mut String::new()); // ends with the first process
}

/// A second process with what it prints, and whether it has the lock.
fn second_process(folder: &Path) -> (Child, BufReader<ChildStdout>, bool) {
    let mut child = this_program("second_process_takes_the_lock_and_waits", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut lines = output.by_ref().lines().map(Result::unwrap);
    let says = lines.find_map(|line| line.strip_prefix("second process: ").map(str::to_owned)).unwrap();
    (child, output, says == "locked")
}

#[test]
fn two_processes_have_one_writer_and_a_killed_one_frees_it() {
    let folder = TempFolder::new("two processes");
    let (mut child, _output, locked) = second_process(folder.path());
    assert!(locked);
    assert!(matches!(Lock::acquire(folder.path()), Err(Error::InUse { .. })));
    child.kill().unwrap();
    child.wait().unwrap();
    let _lock = Lock::acquire(folder.path()).unwrap();
    let (mut child, _output, locked) = second_process(folder.path());
    assert!(!locked);
    drop(child.stdin.take());
    child.wait().unwrap();
}

/// Not a test by itself: what a user without the right to write meets.
#[test]
fn without_rights_nothing_is_written() {
    let Some(folder) = given_folder() else { return };
    let refused = write_atomically(&folder.join(MANIFEST), b"new").unwrap_err();
    assert!(
        matches!(&refused, Error::Io { source, .. } if source.kind() == ErrorKind::PermissionDenied),
        "{refused}"
    );
    let refused = Lock::acquire(&folder).unwrap_err();
    assert!(matches!(&refused, Error::ReadOnly { path, .. } if *path == folder), "{refused}");
    println!("\nwithout rights: refused as it should be");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_not_changed() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let folder = TempFolder::new("read-only");
    let path = folder.path().join(MANIFEST);
    fs::write(&path, "old").unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = this_program("without_rights_nothing_is_written", folder.path());
    if fs::metadata(&path).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534); // nothing is forbidden to root: ask as nobody
    }
    match command.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && said.contains("without rights: refused"), "{said}");
        }
        Err(error) => println!("skipped: root cannot run this test as nobody ({error})"),
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(folder.names(), [MANIFEST]);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}
