//! Transactions of other programs. They lie outside the project: the environment variable `MATCHER_DATA` names their
//! folder, and without it these tests skip and say so.

use matcher_core::fingerprint::{FingerPosition, Impression, Minutia, MinutiaKind, Template};
use matcher_core::formats::an2k::{Compression, Dialect, EfsKind, Transaction};
use matcher_core::formats::{Format, ReadOptions, Strictness, read, read_file, sniff, write_views};
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let found = std::env::var_os("MATCHER_DATA").map(|root| Path::new(&root).join("formats/an2k"));
    if found.is_none() {
        println!("skipped: MATCHER_DATA is not set");
    }
    found
}

fn lenient(path: &Path) -> Transaction {
    Transaction::read_file(path, &ReadOptions::default()).unwrap()
}

fn strict() -> ReadOptions {
    ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() }
}

/// The types of the records, in their order.
fn kinds(transaction: &Transaction) -> Vec<u8> {
    transaction.records().iter().map(|record| record.kind()).collect()
}

fn rows(template: &Template) -> Vec<Minutia> {
    let mut rows = template.minutiae().to_vec();
    rows.sort_by_key(|m| m.source_index);
    rows
}

#[test]
fn all_are_read_and_written_as_they_were() {
    let Some(folder) = folder() else { return };
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let transaction = lenient(&path);
        assert!(transaction.records().len() > 1, "{}", path.display());
        let found: Vec<String> = transaction.diagnostics().iter().map(ToString::to_string).collect();
        println!("{}: {:?} {found:?}", path.file_name().unwrap().display(), kinds(&transaction));
        assert_eq!(transaction.to_bytes().unwrap(), bytes, "{}", path.display());
        assert!(sniff(&bytes).is_ok());
    }
}
