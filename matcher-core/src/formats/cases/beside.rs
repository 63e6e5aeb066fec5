//! Files that a case names: only such as lie beside it, because a case may come from a stranger.

use super::text::shown;
use crate::error::{Error, Result};
use std::path::Path;

/// Bytes that a name may have.
const MAX_NAME: usize = 255;

/// How files beside a case are read.
pub(super) struct Beside<'a> {
    open: &'a dyn Fn(&str) -> Result<Vec<u8>>,
}

impl<'a> Beside<'a> {
    pub(super) fn new(open: &'a dyn Fn(&str) -> Result<Vec<u8>>) -> Self {
        Self { open }
    }

    /// The bytes of a file, after its name was looked at.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>> {
        check(name)?;
        (self.open)(name)
    }
}

/// Refuses names that may lead elsewhere on any system.
fn check(name: &str) -> Result<()> {
    let part = |part: &str| !(part.is_empty() || part == "." || part == "..");
    let plain = |c: char| !(c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'));
    if name.len() <= MAX_NAME && name.split('/').all(part) && name.chars().all(plain) {
        return Ok(());
    }
    let expected = "a file beside the case: a relative name with / and without ..";
    Err(Error::invalid("", "name of a file", shown(name), expected))
}

/// Reads a file in the folder of a case. A link that leads out of the folder is refused too.
pub(super) fn read_in(folder: &Path, name: &str, bytes: usize) -> Result<Vec<u8>> {
    let path = folder.join(name);
    let real = |path: &Path| {
        std::fs::canonicalize(path).map_err(|source| Error::Io { path: path.to_owned(), source })
    };
    if !real(&path)?.starts_with(real(folder)?) {
        return Err(Error::invalid(
            "",
            "name of a file",
            shown(name),
            "a file beside the case, not a link out of there",
        ));
    }
    super::super::files::read(&path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_beside_the_case_are_opened() {
        let open = |_: &str| Ok(vec![1]);
        let beside = Beside::new(&open);
        for name in ["profiles.csv", "data/bodies 2.csv", "..a/b..csv"] {
            assert_eq!(beside.read(name).unwrap(), [1], "{name}");
        }
        for name in [
            "",
            "/etc/passwd",
            "../a.csv",
            "a/../../b",
            "a//b",
            "./a",
            "C:\\a",
            "a\\b",
            "a\0",
            "C:a",
            "a/",
            "con:",
        ] {
            let message = beside.read(name).unwrap_err().to_string();
            assert!(message.contains("expected a file beside the case"), "{message}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_out_of_the_folder_is_refused() {
        let folder = std::env::temp_dir().join(format!("matcher-beside-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("case")).unwrap();
        std::fs::write(folder.join("secret"), "s").unwrap();
        std::fs::write(folder.join("case/a.csv"), "a").unwrap();
        std::os::unix::fs::symlink("../secret", folder.join("case/b.csv")).unwrap();
        let read = |name: &str| read_in(&folder.join("case"), name, 9);
        let (inside, outside) = (read("a.csv"), read("b.csv"));
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(inside.unwrap(), b"a");
        assert!(outside.unwrap_err().to_string().contains("not a link out of there"));
    }
}
