//! Holds the arrows of ARCHITECTURE.md: which room of the library may name which.
//!
//! A dependency that points back is cheap to write and dear to undo, so it fails here on the day it is written. The
//! same walk through the files holds three more rules of the house: a file opens with what it is, stays under 400
//! lines, and holds no `unsafe` outside the two places for it.

#[path = "architecture/source.rs"]
mod source;

use source::{re_exports, root_names, tokens, without_tests};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Whether a room stands already.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Built,
    Planned,
}
use State::{Built, Planned};

/// A module below the crate root, and the modules that it may name besides itself and the base.
type Room = (&'static str, State, &'static [&'static str]);

/// What every room above it may name; the rooms of the base name each other only where their own line says so.
const BASE: &[&str] = &["error", "provenance", "units", "work", "image", "memory", "simd"];

const TABLE: &[Room] = &[
    ("error", Built, &[]),
    ("provenance", Built, &["error"]),
    ("units", Built, &["error"]),
    ("work", Built, &["error"]),
    ("image", Built, &["error", "provenance", "units"]),
    ("memory", Built, &["error"]),
    ("simd", Built, &["error", "provenance", "units", "memory"]),
    ("fingerprint", Built, &[]),
    ("dna", Built, &[]),
    ("simulate", Built, &["fingerprint", "dna"]),
    ("formats", Built, &["fingerprint", "dna"]),
    ("picture", Built, &["fingerprint", "formats"]),
    ("gallery", Built, &["fingerprint", "dna", "simulate", "formats"]),
    ("search", Built, &["fingerprint", "dna", "simulate", "formats", "gallery"]),
    ("evaluation", Built, &["fingerprint", "dna", "simulate", "formats", "gallery", "search"]),
];

/// Lines that a file may have; a test file may have more.
const MAX_LINES: usize = 400;

/// The places for `unsafe`: leaves of `simd/`, and the page that maps files into memory.
fn may_be_unsafe(file: &str) -> bool {
    file.starts_with("simd/") || file == "memory/map.rs"
}

fn is_test_file(file: &str) -> bool {
    file.ends_with("_tests.rs") || file.ends_with("/tests.rs")
}

/// The module below the root that a file belongs to (`None`: it is `lib.rs`), and how deep its module lies.
fn place(file: &str) -> (Option<&str>, usize) {
    if file == "lib.rs" {
        return (None, 0);
    }
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    (path.split('/').next(), path.split('/').count())
}

/// Whether the arrow from one room to another may be.
fn may_name(room: &str, allowed: &[&str], target: &str) -> bool {
    allowed.contains(&target) || (BASE.contains(&target) && !BASE.contains(&room))
}

/// What is wrong with one file, in words.
fn faults(file: &str, text: &str, exports: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut faults = Vec::new();
    let all = tokens(text);
    if let Some(token) = all.iter().find(|t| t.text == "unsafe" && !may_be_unsafe(file)) {
        faults.push(format!("{file}:{}: `unsafe` outside simd/ and memory/map.rs", token.line));
    }
    if is_test_file(file) {
        return faults;
    }
    if !text.starts_with("//!") {
        faults.push(format!("{file}:1: does not open with `//!`: what is it, and why so?"));
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        faults.push(format!(
            "{file}: {lines} lines, expected at most {MAX_LINES}: it holds more than one idea"
        ));
    }
    let (Some(room), depth) = place(file) else { return faults };
    let Some((_, _, allowed)) = TABLE.iter().find(|(name, ..)| *name == room) else { return faults };
    for used in root_names(&without_tests(&all), depth) {
        let target = exports.get(used.name).copied().unwrap_or(used.name);
        let line = used.line;
        if target == "*" {
            faults.push(format!("{file}:{line}: takes the crate root whole; name what is used of it"));
        } else if !TABLE.iter().any(|(name, ..)| *name == target) {
            faults.push(format!("{file}:{line}: `crate::{target}` is no room of the table and no re-export"));
        } else if target != room && !may_name(room, allowed, target) {
            faults
                .push(format!("{file}:{line}: `{room}` names `{target}`, expected the base or {allowed:?}"));
        }
    }
    faults
}

/// What is wrong with the table, given the modules that are there.
fn table_faults(modules: &[&str]) -> Vec<String> {
    let missing = modules.iter().filter(|m| TABLE.iter().all(|(name, ..)| name != *m));
    let missing = missing.map(|m| format!("module `{m}` has no line in the table of tests/architecture.rs"));
    let stale = TABLE.iter().filter_map(|(name, state, _)| match (state, modules.contains(name)) {
        (Built, false) => Some(format!("the table says that `{name}` is built, and there is no such module")),
        (Planned, true) => {
            Some(format!("`{name}` stands: say `Built` in the table of tests/architecture.rs"))
        }
        _ => None,
    });
    missing.chain(stale).collect()
}

/// All source files below `folder`: path relative to `root`, with `/`, and text.
fn read_sources(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for path in entries {
        if path.is_dir() {
            read_sources(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let parts: Vec<_> =
                path.strip_prefix(root).unwrap().iter().map(|p| p.to_str().unwrap()).collect();
            found.push((parts.join("/"), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_arrows_hold() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    read_sources(&root, &root, &mut sources);
    sources.sort();
    let lib = &sources.iter().find(|(file, _)| file == "lib.rs").expect("there is a lib.rs").1;
    let lib_tokens = without_tests(&tokens(lib));
    let exports: BTreeMap<&str, &str> = re_exports(&lib_tokens).into_iter().collect();
    let mut modules: Vec<&str> = sources.iter().filter_map(|(file, _)| place(file).0).collect();
    modules.dedup();
    let mut all = table_faults(&modules);
    all.extend(sources.iter().flat_map(|(file, text)| faults(file, text, &exports)));
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}

#[test]
fn the_table_has_no_arrow_back() {
    for (at, (name, _, allowed)) in TABLE.iter().enumerate() {
        for target in *allowed {
            let earlier = TABLE[..at].iter().any(|(before, ..)| before == target);
            assert!(earlier, "`{name}` may name `{target}`, which does not stand before it");
        }
    }
}

#[test]
fn a_table_that_does_not_fit_is_caught() {
    let built: Vec<&str> =
        TABLE.iter().filter(|(_, state, _)| *state == Built).map(|(name, ..)| *name).collect();
    assert_eq!(table_faults(&built), [""; 0]);
    let with_new: Vec<&str> = built.iter().copied().chain(["iris"]).collect();
    assert!(table_faults(&with_new)[0].contains("`iris` has no line"));
    assert!(table_faults(&built[1..])[0].contains("no such module"));
    if let Some((planned, ..)) = TABLE.iter().find(|(_, state, _)| *state == Planned) {
        let with_planned: Vec<&str> = built.iter().copied().chain([*planned]).collect();
        assert!(table_faults(&with_planned)[0].contains("say `Built`"));
    }
}

/// The faults of a made-up file, which opens as it should.
fn faults_of(file: &str, code: &str) -> Vec<String> {
    faults(
        file,
        &format!("//! Made up.\n{code}"),
        &BTreeMap::from([("Error", "error"), ("Gallery", "gallery")]),
    )
}

#[test]
fn a_made_up_arrow_is_caught() {
    let arrows = [
        ("units/angle.rs", "use crate::gallery::Gallery;"),
        ("units/angle.rs", "use crate::{error::Problem, gallery::{self, Gallery}};"),
        ("units/angle.rs", "use crate::{\n    error,\n    gallery,\n};"),
        ("units/angle.rs", "use super::super::gallery::Gallery;"),
        ("units/angle.rs", "use super::{length::Dpi, super::gallery};"),
        ("units/angle.rs", "use self::super::super::gallery;"),
        ("units/mod.rs", "use super::gallery::Gallery;"),
        ("error.rs", "use super::gallery;"),
        ("units/angle.rs", "mod inner { use super::super::super::gallery; }"),
        ("units/angle.rs", "fn f() { let quote = '\"'; crate::gallery::open() }"),
        ("units/angle.rs", "fn f<'a>(g: &'a crate::gallery::Gallery) {}"),
        ("units/angle.rs", "macro_rules! m { () => { $crate::gallery::open() } }"),
        ("units/angle.rs", "#[cfg(test)]\nmod tests {}\nuse crate::gallery;"),
        ("units/angle.rs", "#[cfg(test)]\nuse crate::{error, units};\nuse crate::gallery;"),
        ("units/angle.rs", "#[cfg(feature = \"test\")]\nuse crate::gallery;"),
        ("units/angle.rs", "impl From<crate::Gallery> for Angle {}"),
        ("formats/cursor.rs", "use crate::gallery;"),
        ("fingerprint/matcher/local.rs", "use super::super::super::gallery;"),
    ];
    for (file, code) in arrows {
        let found = faults_of(file, code);
        assert_eq!(found.len(), 1, "{file}: {code}: {found:?}");
        assert!(found[0].contains("names `gallery`"), "{file}: {code}: {found:?}");
    }
    assert!(faults_of("dna/kit.rs", "use crate::fingerprint;")[0].contains("`dna` names `fingerprint`"));
    assert!(faults_of("fingerprint/minutia.rs", "use crate::dna;")[0].contains("`fingerprint` names `dna`"));
    assert!(faults_of("units/angle.rs", "use crate::iris;")[0].contains("no room of the table"));
    for code in ["use crate::*;", "use super::super::*;", "use crate as all;", "use crate::{self as all};"] {
        assert!(faults_of("units/angle.rs", code)[0].contains("takes the crate root"), "{code}");
    }
}

#[test]
fn what_is_no_arrow_back_is_let_be() {
    let fine = [
        ("gallery/mod.rs", "use crate::{Error, fingerprint::Template, units::{Angle, Dpi}};"),
        ("units/angle.rs", "use super::length::Dpi; use crate::error::Problem; use super::super::error;"),
        ("units/angle.rs", "/// See [`gallery`](crate::gallery).\nfn f() {}"),
        ("units/angle.rs", "/* crate::gallery /* nested */ crate::gallery */ fn f() {}"),
        ("units/angle.rs", "const A: &str = \"crate::gallery \\\" crate::gallery\";"),
        ("units/angle.rs", "const A: &str = r#\"crate::gallery \" crate::gallery\"#;"),
        ("units/angle.rs", "#[cfg(test)]\nmod tests { use crate::gallery::Gallery; fn f() { {} } }"),
        ("units/angle.rs", "#[cfg(test)]\n#[path = \"angle_tests.rs\"]\nmod tests;\nfn f() {}"),
        ("units/angle.rs", "#[cfg(all(test, unix))]\nuse crate::{gallery::Gallery, search};"),
        ("units/angle_tests.rs", "use crate::gallery::Gallery;"),
        (
            "units/angle.rs",
            "pub(crate) fn f() {}\npub(in crate::units) fn g() {}\npub(super) struct S(pub(super) u8);",
        ),
        (
            "fingerprint/matcher/local.rs",
            "use super::super::minutia; mod inner { use super::super::config; }",
        ),
        ("lib.rs", "pub use gallery::Gallery;"),
    ];
    for (file, code) in fine {
        assert_eq!(faults_of(file, code), [""; 0], "{file}: {code}");
    }
}

#[test]
fn re_exports_are_followed_to_their_module() {
    let lib = tokens(
        "pub mod error;\npub use error::{Error, Result as Outcome};\npub use crate::gallery::Gallery;",
    );
    assert_eq!(re_exports(&lib), [("Error", "error"), ("Outcome", "error"), ("Gallery", "gallery")]);
}

#[test]
fn the_other_rules_hold_too() {
    let none = BTreeMap::new();
    assert!(faults("units/angle.rs", "use std::fmt;\n", &none)[0].contains("does not open"));
    assert_eq!(faults("units/angle_tests.rs", &"\n".repeat(900), &none), [""; 0]);
    assert_eq!(faults_of("units/angle.rs", &"\n".repeat(399)), [""; 0]);
    assert!(faults_of("units/angle.rs", &"\n".repeat(400))[0].contains("401 lines"));
    let code = "// not unsafe\n#[expect(unsafe_code, reason = \"unsafe\")]\nfn f() { unsafe { g() } }";
    assert!(faults_of("units/angle.rs", code)[0].starts_with("units/angle.rs:4:"));
    assert!(!faults_of("units/angle_tests.rs", code).is_empty());
    assert_eq!(faults_of("simd/popcount/avx2.rs", code), [""; 0]);
    assert_eq!(faults_of("memory/map.rs", code), [""; 0]);
}
