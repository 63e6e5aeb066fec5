//! What of a gallery is damaged, and saving what can be read.

use super::folder::{MANIFEST, RECORDS, io_error, journal_generation, journal_name, sync_folder};
use super::journal::{self, Kind};
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

/// How often it is read again where a writer is at work.
const TRIES: u32 = 5;

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
    /// What the gallery is for: to be looked at where the manifest was damaged, which alone says so.
    pub purpose: String,
    /// Where the damaged file was put.
    pub damaged_file: String,
}

impl Store {
    /// Reads everything, and tells all that is not what was written.
    ///
    /// # Errors
    /// [`Error::Cancelled`], and where what is to be read cannot be opened.
    pub(crate) fn verify(&self, watch: Watch<'_>) -> Result<Vec<Finding>> {
        let mut tries = 0;
        loop {
            let manifest = Manifest::read(&self.folder)?;
            let found = self.findings(&manifest, watch)?;
            tries += 1;
            // A writer may have removed what was about to be read, or gone on in the meantime.
            if found.is_empty() || tries == TRIES || Manifest::read(&self.folder)? == manifest {
                return Ok(found);
            }
        }
    }

    fn findings(&self, manifest: &Manifest, watch: Watch<'_>) -> Result<Vec<Finding>> {
        let counter = watch.counter(manifest.segments.len() + 2);
        let mut found = Vec::new();
        let damaged = |found: &mut Vec<Finding>, file: &str, what: String, is_loss| {
            found.push(Finding { file: file.to_owned(), what, is_loss });
        };
        let before = self.records.serial().ok();
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
        let mut searched = HashSet::new();
        for entry in &manifest.segments {
            if counter.cancelled() {
                return Err(Error::Cancelled);
            }
            match load::open(self, entry, &panel) {
                Ok(segment) => {
                    let damages = segment.damages();
                    if damages.is_empty() {
                        searched.extend(segment.subjects().serials().iter().copied());
                    }
                    for what in damages {
                        damaged(&mut found, &entry.file, what, false);
                    }
                }
                Err(error) => damaged(&mut found, &entry.file, error.to_string(), false),
            }
            counter.add(1);
        }
        let path = self.folder.join(&manifest.journal);
        let generation = manifest.journal_generation().unwrap_or_default();
        let mut last = manifest.sealed_through;
        let read = journal::read(&path, 0, &manifest.gallery_id, generation, |entry| {
            last = last.max(entry.serial);
            match (entry.kind, <[u8; 8]>::try_from(entry.payload)) {
                (Kind::Removal, Ok(removed)) => drop(searched.remove(&u64::from_le_bytes(removed))),
                _ => drop(searched.insert(entry.serial)),
            }
            Ok(())
        });
        if let Err(error) = read {
            damaged(&mut found, &manifest.journal, error.to_string(), false);
        }
        // Where all is what was written, it can still be of different states. Nobody may have written meanwhile.
        if found.is_empty() && before == Some(last) && self.records.serial().ok() == before {
            self.records.range(1..=last, |record| {
                let serial = record?.serial;
                if !searched.remove(&serial) {
                    let what =
                        format!("the record of change {serial} is in no segment and not in the journal");
                    damaged(&mut found, MANIFEST, what, false);
                }
                Ok(())
            })?;
            for serial in searched {
                let what = format!("change {serial} is in a segment or the journal, and has no record");
                damaged(&mut found, MANIFEST, what, false);
            }
        } else if found.is_empty()
            && before.is_some_and(|before| before < last)
            && self.records.serial()? < last
        {
            let what = format!("it ends before change {last}: it is older than the rest of the gallery");
            damaged(&mut found, RECORDS, what, true);
        }
        counter.add(1);
        Ok(found)
    }
}

/// What a damaged gallery still is.
///
/// # Errors
/// Neither its manifest nor a journal says whose gallery it is.
fn remaining_manifest(folder: &Path) -> Result<Manifest> {
    let error = match Manifest::read(folder) {
        Err(error @ (Error::Damaged { .. } | Error::NotAGallery { .. })) => error,
        result => return result,
    };
    // One of a newer version is not damaged, and a folder without journals was no gallery.
    let (mut gallery_id, mut generation) = (None, 0);
    for file in fs::read_dir(folder).map_err(io_error(folder))? {
        let file = file.map_err(io_error(folder))?;
        let Some(number) = file.file_name().to_str().and_then(journal_generation) else { continue };
        if let Some(id) = journal::gallery_id(&file.path(), number).filter(|_| number >= generation) {
            (gallery_id, generation) = (Some(id), number);
        }
    }
    let text = fs::read(folder.join(MANIFEST)).unwrap_or_default();
    match gallery_id {
        Some(gallery_id) if !Manifest::is_newer(&text) => {
            Ok(Manifest::remade(gallery_id, generation, &String::from_utf8_lossy(&text)))
        }
        _ => Err(error),
    }
}

/// Saves what can be read of the records of a gallery into a new file, puts it in the place of the damaged one, and makes
/// everything else anew when the gallery is opened next.
///
/// # Errors
/// There is no gallery, somebody writes to it, or the new file cannot be written.
pub(crate) fn recover(folder: &Path) -> Result<Recovery> {
    let mut manifest = remaining_manifest(folder)?;
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
    // What is derived may hold subjects whose records are lost: it is made anew. The journal named here never was.
    manifest.generation += 1;
    manifest.journal = journal_name(manifest.generation);
    manifest.segments.clear();
    manifest.sealed_through = 0;
    manifest.write(folder)?;
    // With two names there is no moment without records; where a file system gives one only, there is.
    if fs::hard_link(&place, &kept).is_err() {
        fs::rename(&place, &kept).map_err(io_error(&place))?;
    }
    fs::rename(&target, &place).map_err(io_error(&place))?;
    sync_folder(folder)?;
    Ok(Recovery {
        saved: recovered.saved as usize,
        lost: recovered.lost.iter().map(|lost| lost.id.to_string()).collect(),
        unaccounted: recovered.unaccounted as usize,
        found_by_search: recovered.found_by_search.len(),
        removals_unknown: recovered.removals_unknown,
        purpose: manifest.purpose,
        damaged_file: kept.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    })
}
