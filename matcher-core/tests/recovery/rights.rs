//! A folder in which nothing may be written.

use super::people::{files, given_folder, id, this_program, varied, verified};
use crate::support::TestFolder;
use matcher_core::Error;
use matcher_core::gallery::Gallery;
use std::fs;

/// Not a test by itself: what a user without the right to write meets.
#[test]
fn without_rights_a_gallery_is_read() {
    let Some(folder) = given_folder() else { return };
    let error = Gallery::open(&folder).unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
    let mut gallery = Gallery::open_read_only(&folder).unwrap();
    assert_eq!(gallery.len(), 77);
    super::people::answers(&gallery);
    assert_eq!(gallery.get(&id(3)).unwrap().enrolled(), Some(3));
    verified(&gallery);
    gallery.refresh().unwrap();
    assert!(matches!(gallery.remove(&id(3)), Err(Error::ReadOnly { .. })));
    println!("\nread without rights");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_read() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let folder = TestFolder::new("read-only");
    drop(varied(folder.path()));
    let before = files(folder.path());
    let folders = [folder.path().to_owned(), folder.path().join("segments")];
    let modes = |of_folder, of_file| {
        for path in before.keys() {
            fs::set_permissions(path, fs::Permissions::from_mode(of_file)).unwrap();
        }
        for folder in &folders {
            fs::set_permissions(folder, fs::Permissions::from_mode(of_folder)).unwrap();
        }
    };
    modes(0o555, 0o444);
    let mut command = this_program("rights::without_rights_a_gallery_is_read", folder.path());
    if fs::metadata(folder.path()).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534); // nothing is forbidden to root: ask as nobody
    }
    let output = command.output();
    modes(0o755, 0o644);
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.contains("read without rights"), "{said}{errors}");
        }
        Err(error) => println!("skipped: root cannot run this test as nobody ({error})"),
    }
    assert_eq!(files(folder.path()), before);
}
