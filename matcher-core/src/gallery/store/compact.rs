//! Compaction: everything that was removed leaves the disk.
//!
//! The records are written into a new file, and so are the segments from which something is gone or that are small; the
//! journal ends up in a segment. The old files are removed when the new ones count.

use super::folder::{RECORDS, sync_folder};
use super::open::{State, Store};
use super::seal::{LARGEST, Listed, listed};
use super::segment::Draft;
use super::{folder, load};
use crate::error::{Error, Result};
use crate::work::Watch;
use std::fs;
use std::sync::Arc;

/// The new file of records, until it takes the place of the old one.
const NEW_RECORDS: &str = "records.redb.matcher-tmp";

impl Store {
    /// Rewrites what holds bytes of removed subjects; nothing that a search answers changes.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::Damaged`] for a record that cannot be read, [`Error::ReadOnly`], [`Error::Io`]; the
    /// gallery is as it was then.
    pub(crate) fn compact(&self, watch: Watch<'_>) -> Result<()> {
        let mut tries = self.state().manifest.segments.len() + 1;
        loop {
            match self.change(|state| self.compact_now(state, watch)) {
                // A damaged segment is made anew from the records.
                Err(Error::Damaged { path, .. }) if tries > 0 && path != self.records.path() => {
                    tries -= 1;
                    drop(self.mended(&path)?);
                }
                result => return result,
            }
        }
    }

    fn compact_now(&self, state: &mut State, watch: Watch<'_>) -> Result<()> {
        if !state.gallery.growing.entries().is_empty() {
            self.seal_growing(state)?;
        }
        let panel = state.gallery.profiles.panel().clone();
        let mut list: Vec<Listed> = Vec::new();
        let mut waiting: Vec<Listed> = Vec::new();
        let counter = watch.counter(state.gallery.len());
        let flush = |waiting: &mut Vec<Listed>, list: &mut Vec<Listed>| -> Result<()> {
            let whole = matches!(&**waiting, [one] if one.gone.is_empty());
            let subjects: usize = waiting.iter().map(|listed| listed.sealed.len()).sum();
            if whole {
                list.append(waiting);
            } else if let [first, ..] = &**waiting {
                let (first, last) = (first.entry.first, waiting[waiting.len() - 1].entry.last);
                let mut draft = Draft::new(panel.clone());
                for listed in waiting.iter() {
                    let method = self.algorithm.shared_method();
                    listed.sealed.draft_into(&mut draft, &listed.gone, &panel, method)?;
                }
                let entry = self.write_segment(draft, first, last)?;
                let sealed = Arc::new(load::open(self, &entry, &panel)?);
                list.push(Listed { entry, sealed, gone: Arc::default() });
                waiting.clear();
            }
            counter.add(subjects);
            if counter.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
        };
        let size = |listed: &Listed| listed.size();
        for segment in listed(state) {
            if waiting.iter().map(size).sum::<usize>() + segment.size() > LARGEST {
                flush(&mut waiting, &mut list)?;
            }
            waiting.push(segment);
        }
        flush(&mut waiting, &mut list)?;
        let (target, place) = (self.folder.join(NEW_RECORDS), self.folder.join(RECORDS));
        match fs::remove_file(&target) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(folder::io_error(&target)(error));
            }
            _ => {}
        }
        self.records.rewrite(&target, Watch { progress: None, ..watch })?;
        fs::rename(&target, &place).map_err(folder::io_error(&place))?;
        sync_folder(&self.folder)?;
        self.publish(state, &list, panel, None)
    }
}
