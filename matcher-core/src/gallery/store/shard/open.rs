//! Opening a shard: everything in it is read and checked first, since a stranger may have made it.
//!
//! # Method
//! The manifest must be what its checksum and its digest say, every file as long as the manifest says and of the SHA-256
//! that it says. All checksums inside the files must fit. Then what is derived is made again: each segment is drafted
//! anew of its own packed prints and profiles and must come out the same to the byte, and each record must be that of
//! its subject: same id, access, finger positions, numbers of minutiae, and profiles. What is left to believe is what
//! only describing the prints anew could tell, that a packed print is that of its template.
//!
//! After that no search and no look-up finds a number that leads nowhere.

use super::super::segment::{Origin, Sealed};
use super::manifest::{FileNote, Layer, ShardManifest, records_path, segment_path, sha256};
use super::ranges::Ranges;
use super::records::FlatRecords;
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::fingerprint::Algorithm;
use crate::gallery::marks::Marks;
use crate::gallery::store::headed::not_a_gallery;
use crate::gallery::store::record::Record;
use crate::gallery::store::verify::Finding;
use crate::gallery::{Gallery, ProfileTable, ShardInfo, StoreStats, SubjectId};
use crate::memory::Map;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An open shard.
#[derive(Debug)]
pub(crate) struct Shard {
    folder: PathBuf,
    manifest: ShardManifest,
    algorithm: Algorithm,
    /// Of each layer, where it has any.
    records: Vec<Option<FlatRecords>>,
    gallery: Gallery,
}

impl Shard {
    /// Opens a shard and checks it.
    ///
    /// # Errors
    /// [`Error::NotAGallery`] for a folder that is no shard, one of a newer version, or of another method;
    /// [`Error::Damaged`] names the file and what in it is not what was written, or cannot be; [`Error::Io`].
    pub(crate) fn open(folder: &Path, algorithm: &Algorithm) -> Result<Self> {
        let manifest = ShardManifest::read_shard(folder)?;
        Self::load(folder, manifest, &|_| folder, algorithm)
    }

    /// A shard of this manifest, the files of whose layers lie in these folders.
    pub(super) fn load<'f>(
        folder: &Path,
        manifest: ShardManifest,
        folder_of: &dyn Fn(usize) -> &'f Path,
        algorithm: &Algorithm,
    ) -> Result<Self> {
        let method = algorithm.method();
        if manifest.method != *method {
            let made_by = &manifest.method;
            let reason =
                format!("its prints were prepared by {made_by}, and this is {method}: ask for a new export");
            return Err(not_a_gallery(folder, reason));
        }
        let panel = manifest.panel()?;
        let mut parts: Vec<(Arc<Sealed>, Arc<Marks>)> = Vec::new();
        let mut records = Vec::with_capacity(manifest.layers.len());
        for (number, layer) in manifest.layers.iter().enumerate() {
            let files = folder_of(number);
            remove(layer, &mut parts)
                .map_err(|what| damaged_manifest(folder, format!("layer {number}: {what}")))?;
            let mut segments = Vec::with_capacity(layer.segments.len());
            for (at, note) in layer.segments.iter().enumerate() {
                let path = segment_path(files, number, at);
                checked_file(&path, &note.file)?;
                let origin = Origin {
                    gallery_id: manifest.gallery_id.clone(),
                    first: note.first,
                    last: note.last,
                    method: method.clone(),
                };
                let sealed = Sealed::open(&path, &origin, &panel)?;
                sealed.check_whole(&panel, algorithm.shared_method())?;
                segments.push(Arc::new(sealed));
            }
            let flat = match &layer.records {
                None => None,
                Some(note) => {
                    let path = records_path(files, number);
                    checked_file(&path, note)?;
                    let flat = FlatRecords::open(&path)?;
                    check_records(&flat, &path, &segments, &panel, algorithm)?;
                    Some(flat)
                }
            };
            records.push(flat);
            parts.extend(segments.into_iter().map(|sealed| (sealed, Arc::default())));
        }
        check_subjects(folder, &manifest.serials, &parts)?;
        let gallery = Gallery::of_parts(algorithm, panel, parts);
        Ok(Self { folder: folder.to_owned(), manifest, algorithm: algorithm.clone(), records, gallery })
    }

    /// The subjects, laid out for search.
    pub(crate) fn gallery(&self) -> &Gallery {
        &self.gallery
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it is.
    pub(crate) fn info(&self) -> ShardInfo {
        self.manifest.info()
    }

    /// The same as it lies there now, where a delta was applied meanwhile.
    ///
    /// # Errors
    /// As [`Shard::open`].
    pub(crate) fn refreshed(&self) -> Result<Option<Self>> {
        if ShardManifest::read_shard(&self.folder)? == self.manifest {
            return Ok(None);
        }
        Self::open(&self.folder, &self.algorithm).map(Some)
    }

    /// The record of a subject who is there.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the records did not come along; [`Error::Damaged`].
    pub(crate) fn record(&self, id: &SubjectId, serial: u64) -> Result<Record> {
        if !self.manifest.filter.records {
            let (value, expected) = ("not in this shard", "a shard that was exported with its records");
            return Err(Error::invalid(format!("subject {id:?}"), "record", value, expected));
        }
        // One who was taken out and came back stands in the later layer.
        for flat in self.records.iter().rev().flatten() {
            if let Some(record) = flat.get(serial)? {
                return Ok(record);
            }
        }
        Err(Error::NotEnrolled(id.to_string()))
    }

    pub(crate) fn stats(&self) -> StoreStats {
        let bytes = |files: &mut dyn Iterator<Item = usize>| files.map(|bytes| bytes as u64).sum();
        let segments = self.gallery.parts.iter().map(|part| part.sealed.file_len());
        StoreStats {
            folder: self.folder.clone(),
            purpose: self.manifest.purpose.clone(),
            segments: segments.len(),
            segment_bytes: bytes(&mut segments.into_iter()),
            record_bytes: bytes(&mut self.records.iter().flatten().map(FlatRecords::file_len)),
            journal_bytes: 0,
            changes: self.manifest.serials.last(),
        }
    }

    /// Checks all of it again, as it lies there now.
    ///
    /// # Errors
    /// What cannot be read.
    pub(crate) fn verify(&self) -> Result<Vec<Finding>> {
        match Self::open(&self.folder, &self.algorithm) {
            Ok(_) => Ok(Vec::new()),
            Err(Error::Damaged { path, what }) => {
                let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
                Ok(vec![Finding { file: file.unwrap_or_default(), what, is_loss: true }])
            }
            Err(error) => Err(error),
        }
    }
}

/// A file that is the one that the manifest means.
pub(super) fn checked_file(path: &Path, note: &FileNote) -> Result<Arc<Map>> {
    let map = Map::open(path)?;
    let damaged = |what: String| Err(Error::Damaged { path: path.to_owned(), what });
    let length = map.bytes().len() as u64;
    if length != note.bytes {
        return damaged(format!("it has {length} bytes, expected {}", note.bytes));
    }
    let found = sha256(map.bytes());
    if found != note.sha256 {
        return damaged(format!("its SHA-256 is {found}, expected {}", note.sha256));
    }
    Ok(map)
}

/// Marks those of the layers before who are gone since.
fn remove(layer: &Layer, parts: &mut [(Arc<Sealed>, Arc<Marks>)]) -> Result<(), String> {
    let mut count = 0;
    for (sealed, gone) in parts {
        for (place, serial) in sealed.subjects().serials().iter().enumerate() {
            if layer.removed.contains(*serial) && !gone.contains(place) {
                Arc::make_mut(gone).insert(place);
                count += 1;
            }
        }
    }
    if count == layer.removed.count() {
        return Ok(());
    }
    Err(format!("it removes {} serials, of which {count} are there", layer.removed.count()))
}

/// Whether the records are those of the subjects of some segments.
fn check_records(
    flat: &FlatRecords,
    path: &Path,
    segments: &[Arc<Sealed>],
    panel: &Panel,
    algorithm: &Algorithm,
) -> Result<()> {
    let damaged = |what: String| Err(Error::Damaged { path: path.to_owned(), what });
    let serials = segments.iter().flat_map(|sealed| sealed.subjects().serials());
    if !serials.eq(flat.serials()) {
        return damaged("its serials are not those of the segments".to_owned());
    }
    for sealed in segments {
        let (subjects, method) = (sealed.subjects(), algorithm.shared_method());
        let table = ProfileTable::of_segments(panel.clone(), sealed.profiles().to_vec());
        for (place, &serial) in subjects.serials().iter().enumerate() {
            let Some(record) = flat.get(serial)? else { continue }; // there are as many as serials
            let prints = subjects.prints(place);
            let mut fits = record.id.as_str() == subjects.id(place)
                && record.access == subjects.policies().get(subjects.policy()[place])
                && record.fingerprints.len() == prints.len()
                && subjects.profiles(place).map(|row| table.get(row)).eq(record
                    .profiles
                    .iter()
                    .cloned()
                    .map(Some));
            for (template, print) in record.fingerprints.iter().zip(prints) {
                let prepared = sealed.prepared(print, method)?;
                fits &= prepared.finger_position() == template.finger_position()
                    && prepared.resolution() == template.resolution()
                    && prepared.minutiae() == template.minutiae().len();
            }
            if !fits {
                return damaged(format!("serial {serial}: the record is not that of the segment's subject"));
            }
        }
    }
    Ok(())
}

/// Whether the subjects who are there are those of the manifest, each with an id of its own.
fn check_subjects(folder: &Path, serials: &Ranges, parts: &[(Arc<Sealed>, Arc<Marks>)]) -> Result<()> {
    let (mut there, mut ids) = (Vec::new(), HashSet::new());
    for (sealed, gone) in parts {
        let subjects = sealed.subjects();
        let damaged = |what: String| Error::Damaged { path: sealed.path().to_owned(), what };
        for (place, &serial) in subjects.serials().iter().enumerate() {
            let id = subjects.id(place);
            SubjectId::new(id).map_err(|error| damaged(format!("serial {serial}: {error}")))?;
            if gone.contains(place) {
                continue;
            }
            there.push(serial);
            if !ids.insert(id) {
                return Err(damaged(format!("serial {serial}: another subject has the same id")));
            }
        }
    }
    there.sort_unstable();
    let is_sorted = there.is_sorted_by(|a, b| a < b);
    if is_sorted && there.into_iter().collect::<Ranges>() == *serials {
        return Ok(());
    }
    Err(damaged_manifest(folder, "its serials are not those of the segments".to_owned()))
}

fn damaged_manifest(folder: &Path, what: String) -> Error {
    Error::Damaged { path: folder.join(super::super::folder::MANIFEST), what }
}
