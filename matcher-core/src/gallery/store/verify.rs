//! What of a gallery is damaged, and saving what can be read.

use super::folder::{RECORDS, io_error, segment_path, sync_folder};
use super::journal;
use super::load;
use super::manifest::Manifest;
use super::open::Store;
use super::records::Records;
use crate::error::{Error, Result};
use crate::work::Watch;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::path::Path;

/// Something of a gallery that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The file in the gallery's folder.
    pub file: String,
    /// What is wrong, and with which record where that can be told.
    pub what: String,
    /// Whether data is lost: what is derived from records is made again from them.
    pub is_loss: bool,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_loss { "" } else { " (made again from the records when it is needed)" };
        write!(f, "{}: {}{what}", self.file, self.what)
    }
}

/// What was saved of a damaged gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// Subjects that are there again.
    pub saved: usize,
    /// Ids of subjects whose records are lost.
    pub lost: Vec<String>,
    /// Changes of which nothing is left but that they were made: a lost subject, or one that was removed.
    pub unaccounted: usize,
    /// Records that were found by searching the file. Some of them may have been removed where that can no longer be
    /// told: see `removals_unknown`.
    pub found_by_search: usize,
    /// Whether it can no longer be told which subjects were removed.
    pub removals_unknown: bool,
    /// Where the damaged file was put.
    pub damaged_file: String,
}

impl Store {
    /// Reads everything, and tells all that is not what was written.
    ///
    /// # Errors
    /// [`Error::Cancelled`], and where what is to be read cannot be opened.
    pub(crate) fn verify(&self, watch: Watch<'_>) -> Result<Vec<Finding>> {
        let manifest = Manifest::read(&self.folder)?;
        let counter = watch.counter(manifest.segments.len() + 2);
        let mut found = Vec::new();
        let damaged = |found: &mut Vec<Finding>, file: &str, what: String, is_loss| {
            found.push(Finding { file: file.to_owned(), what, is_loss });
        };
        match self.records.verify() {
            Ok(findings) => found.extend(findings.into_iter().map(|finding| Finding {
                file: RECORDS.to_owned(),
                what: finding.what,
                is_loss: true,
            })),
            Err(Error::Damaged { what, .. }) => damaged(&mut found, RECORDS, what, true),
            Err(error) => return Err(error),
        }
        counter.add(1);
        let panel = manifest.panel().map_err(Error::from)?.unwrap_or_else(crate::dna::Panel::standard);
        let mut sealed = HashSet::new();
        for entry in &manifest.segments {
            if counter.cancelled() {
                return Err(Error::Cancelled);
            }
            match load::open(self, entry, &panel) {
                Ok(segment) => {
                    let damages = segment.damages();
                    if damages.is_empty() {
                        sealed.extend(segment.subjects().serials().iter().copied());
                    }
                    damages.into_iter().for_each(|what| damaged(&mut found, &entry.file, what, false));
                }
                Err(error) => damaged(&mut found, &entry.file, error.to_string(), false),
            }
            counter.add(1);
        }
        let path = self.folder.join(&manifest.journal);
        let generation = manifest.journal_generation().unwrap_or_default();
        if let Err(error) = journal::read(&path, 0, &manifest.gallery_id, generation, |_| Ok(())) {
            damaged(&mut found, &manifest.journal, error.to_string(), false);
        }
        counter.add(1);
        Ok(found)
    }
}

/// Saves what can be read of the records of a gallery into a new file, puts it in the place of the damaged one, and makes
/// everything else anew when the gallery is opened next.
///
/// # Errors
/// There is no gallery, somebody writes to it, or the new file cannot be written.
pub(crate) fn recover(folder: &Path) -> Result<Recovery> {
    let mut manifest = Manifest::read(folder)?;
    let _lock = super::folder::Lock::acquire(folder)?;
    let place = folder.join(RECORDS);
    let records = Records::at(&place, &manifest.gallery_id);
    let mut least = manifest.sealed_through;
    let journal = folder.join(&manifest.journal);
    let generation = manifest.journal_generation().unwrap_or_default();
    // What the journal says of the last change counts as far as it can be read.
    let _ = journal::read(&journal, 0, &manifest.gallery_id, generation, |entry| {
        least = least.max(entry.serial);
        Ok(())
    });
    // A file that only was not closed is mended by opening it.
    let _ = records.write(|change| Ok(change.serial()));
    let target = folder.join("records.redb.matcher-tmp");
    if target.exists() {
        fs::remove_file(&target).map_err(io_error(&target))?;
    }
    let recovered = records.recover(&target, least)?;
    let (mut kept, mut number) = (folder.join("records-damaged.redb"), 1);
    while kept.exists() {
        number += 1;
        kept = folder.join(format!("records-damaged-{number}.redb"));
    }
    fs::rename(&place, &kept).map_err(io_error(&place))?;
    fs::rename(&target, &place).map_err(io_error(&place))?;
    sync_folder(folder)?;
    // What is derived may hold subjects whose records are lost: it is made anew.
    if journal.exists() {
        fs::remove_file(&journal).map_err(io_error(&journal))?;
    }
    for entry in &manifest.segments {
        let path = segment_path(folder, &entry.file);
        if path.exists() {
            fs::remove_file(&path).map_err(io_error(&path))?;
        }
    }
    manifest.generation += 1;
    manifest.segments.clear();
    manifest.sealed_through = 0;
    manifest.write(folder)?;
    Ok(Recovery {
        saved: recovered.saved as usize,
        lost: recovered.lost.iter().map(|lost| lost.id.to_string()).collect(),
        unaccounted: recovered.unaccounted as usize,
        found_by_search: recovered.found_by_search.len(),
        removals_unknown: recovered.removals_unknown,
        damaged_file: kept.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    })
}
