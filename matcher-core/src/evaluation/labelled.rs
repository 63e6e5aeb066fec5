//! A folder of templates: which files are in it, and by which rule they are named.

use super::naming::NamingRule;
use crate::error::{Error, Result};
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Extensions of template files, lower case.
pub const TEMPLATE_EXTENSIONS: [&str; 13] =
    ["fmr", "fmd", "xyt", "iso", "ansi", "dat", "raw", "an2", "an2k", "eft", "nist", "isonc", "isocc"];

/// The file that describes a set of prints.
const SET_FILE: &str = "set.json";

/// The longest such file, in bytes.
const MAX_SET_FILE: u64 = 64 * 1024;

/// The template files of a folder, sorted by name.
///
/// # Range and units
/// Regular files (or links to such) with one of the [`TEMPLATE_EXTENSIONS`], in either case; not those in folders below. Files whose name begins with a dot are no data: systems leave them behind.
///
/// # Errors
/// A folder that cannot be read, or that has no such file.
pub fn list_templates(dir: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| Error::Io { path: dir.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_template_name(&path) && fs::metadata(&path).is_ok_and(|found| found.is_file()) {
            files.push(path);
        }
    }
    if files.is_empty() {
        let expected = format!("at least one file with the extension {}", TEMPLATE_EXTENSIONS.join(", "));
        return Err(Error::invalid(dir.display(), "number of template files", 0, expected));
    }
    files.sort_unstable();
    Ok(files)
}

/// Whether the name is that of a template file.
fn is_template_name(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    let extension = path.extension().and_then(|extension| extension.to_str());
    !hidden
        && extension
            .is_some_and(|found| TEMPLATE_EXTENSIONS.iter().any(|known| found.eq_ignore_ascii_case(known)))
}

/// Where a naming rule came from; a guess is worth a look, as no rule can see all from names alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamingSource {
    /// The caller gave it.
    Given,
    /// It stands in this `set.json`.
    SetFile(PathBuf),
    /// It was guessed from the names.
    Guessed,
}

impl fmt::Display for NamingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("given"),
            Self::SetFile(path) => write!(f, "{}", path.display()),
            Self::Guessed => f.write_str("guessed"),
        }
    }
}

impl NamingRule {
    /// The rule of a folder: the `naming` of its `set.json`, else that of the folder it lies in, else a guess.
    ///
    /// `stems` are the names of its files, without extension. A `set.json` without the key `naming` says nothing.
    ///
    /// # Errors
    /// A `set.json` that cannot be read, is above 64 KiB, is no JSON object or has a `naming` that is no rule; a name
    /// that does not fit its rule; or, without one, what [`NamingRule::guess`] refuses.
    pub fn for_folder(dir: &Path, stems: &[&str]) -> Result<(Self, NamingSource)> {
        for path in [dir.join(SET_FILE), parent(dir).join(SET_FILE)] {
            let Some(rule) = rule_of_set(&path)? else { continue };
            if let Some(stranger) = stems.iter().find(|stem| rule.parse(stem).is_none()) {
                let expected = format!("a name like {rule} ({})", path.display());
                return Err(Error::invalid(dir.display(), "a file name", stranger, expected));
            }
            return Ok((rule, NamingSource::SetFile(path)));
        }
        Ok((Self::guess(stems)?, NamingSource::Guessed))
    }
}

/// The folder that `dir` lies in, also where `dir` is `.` or ends in `..`.
fn parent(dir: &Path) -> PathBuf {
    match (dir.file_name(), dir.parent()) {
        (Some(_), Some(parent)) if parent.as_os_str().is_empty() => PathBuf::from("."),
        (Some(_), Some(parent)) => parent.to_owned(),
        _ => dir.join(".."),
    }
}

/// The rule in a `set.json`; `None` where there is no such file, or no rule in it.
fn rule_of_set(path: &Path) -> Result<Option<NamingRule>> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let file = match fs::metadata(path) {
        Ok(found) if found.is_file() => fs::File::open(path).map_err(failed)?,
        Ok(_) => return Err(Error::invalid(path.display(), "the file", "no file", "a regular file")),
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed(source)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_SET_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_SET_FILE {
        return Err(Error::invalid(path.display(), "size", "above 65536 bytes", "at most 65536 bytes"));
    }
    let set: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&bytes)
        .map_err(|reason| Error::invalid(path.display(), "the text", reason, "a JSON object"))?;
    let Some(naming) = set.get("naming") else { return Ok(None) };
    let Some(text) = naming.as_str() else {
        return Err(Error::invalid(path.display(), "naming", naming, "a text"));
    };
    match text.parse() {
        Ok(rule) => Ok(Some(rule)),
        Err(Error::Invalid(problem)) => Err(problem.within(path.display()).into()),
        Err(other) => Err(other),
    }
}

#[cfg(test)]
#[path = "labelled_tests.rs"]
mod tests;
