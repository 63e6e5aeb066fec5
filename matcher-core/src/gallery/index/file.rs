//! An index as a file of the gallery's folder, `index/prints.idx`: a container, of which the lists are checked at first
//! touch and all else when it is opened.

use super::super::store::{Container, HEADER, Section, Tag};
use super::config::MOST_CELLS;
use super::lists::Lists;
use super::{CELLS, Identity, PrintIndex, Words, padded};
use crate::error::{Error, Result};
use crate::fingerprint::FingerPosition;
use crate::memory::Column;
use crate::provenance::Method;
use crate::simd::hamming::Block;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What the file starts with.
const KIND: [u8; 8] = *b"MATCHPIX";
/// Version of the sections.
const VERSION: u32 = 1;

const OUTLINE: Tag = *b"OUTL";
const CENTRES: Tag = *b"CENT";
/// Starts, codes and slots of a finger position, whose code is the number of the section.
const LISTS: [Tag; 3] = [*b"STAR", *b"CODE", *b"SLOT"];

/// What an index says of itself.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outline {
    method: Method,
    cells: usize,
    segments: Vec<Covered>,
}

/// A segment that is in it; those of a finger position in the order of their slots.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Covered {
    position: u8,
    /// The header of its file, which tells what is in it.
    header: Vec<u8>,
    slots: u32,
}

/// Where the index of a gallery lies.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("index").join("prints.idx")
}

/// Writes what was made; it is on the disk when this returns.
///
/// # Errors
/// [`Error::Io`].
#[cfg(feature = "faiss")]
pub(super) fn write(path: &Path, built: &super::build::Built) -> Result<()> {
    use super::super::store::ContainerWriter;
    let io = |source| Error::Io { path: path.to_owned(), source };
    let super::build::Built { index, centres, segments, .. } = built;
    let covered = segments.iter().filter_map(|(position, segment)| {
        let header = segment.file_header()?.to_vec();
        Some(Covered { position: position.code(), header, slots: segment.len() as u32 })
    });
    let outline = Outline { method: index.method.clone(), cells: centres.len(), segments: covered.collect() };
    let outline = serde_json::to_vec(&outline).map_err(|error| io(error.into()))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(io)?;
    }
    let mut writer = ContainerWriter::create(path, KIND, VERSION)?;
    writer.section(OUTLINE, 0, [outline])?;
    writer.section(CENTRES, 0, [bytemuck::cast_slice::<Words, u8>(centres)])?;
    for (lists, number) in index.lists.iter().zip(0..) {
        let bytes: [&[u8]; 3] = [
            bytemuck::cast_slice(&lists.starts),
            bytemuck::cast_slice(&lists.codes),
            bytemuck::cast_slice(&lists.slots),
        ];
        for (tag, bytes) in LISTS.into_iter().zip(bytes) {
            writer.section(tag, number, [bytes])?;
        }
    }
    writer.finish()
}

/// Opens an index.
///
/// # Errors
/// [`Error::Io`], [`Error::NotAGallery`] and [`Error::Damaged`]: it cannot be used.
pub(super) fn open(path: &Path) -> Result<PrintIndex> {
    let container = Container::open(path, KIND, VERSION)?;
    let section = |tag: Tag, number: u32| {
        let what = || format!("section {} {number} is missing", tag.escape_ascii());
        let missing = || Error::Damaged { path: path.to_owned(), what: what() };
        container.section(tag, number).ok_or_else(missing)
    };
    let said = section(OUTLINE, 0)?;
    said.check()?;
    let damaged = |what: &str| said.damaged(what.to_owned());
    let outline: Outline =
        serde_json::from_slice(said.bytes()).map_err(|error| said.damaged(format!("outline: {error}")))?;
    let centres = section(CENTRES, 0)?;
    centres.check()?;
    let centres: Column<Words> = centres.column(0..centres.len())?;
    let cells = centres.len();
    if cells == 0 || !cells.is_multiple_of(CELLS) || cells > MOST_CELLS || cells != outline.cells {
        return Err(damaged("it has not as many cells as it says"));
    }
    let mut sizes = [0u32; FingerPosition::ALL.len()];
    let mut covered = HashMap::with_capacity(outline.segments.len());
    for Covered { position, header, slots } in outline.segments {
        let header = <[u8; HEADER]>::try_from(header);
        let (Some(position), Ok(header)) = (FingerPosition::from_code(position), header) else {
            return Err(damaged("a segment in it is none"));
        };
        let size = &mut sizes[usize::from(position.code())];
        let first = *size;
        *size = size.checked_add(slots).ok_or_else(|| damaged("it has too many slots"))?;
        covered.insert((position, Identity::File(Box::new(header))), first);
    }
    let lists = sizes.into_iter().zip(0..).map(|(size, number)| {
        let [starts, codes, slots] = LISTS.map(|tag| section(tag, number));
        listed([starts?, codes?, slots?], cells, size as usize)
    });
    let lists = lists.collect::<Result<_>>()?;
    let rows: Vec<[u32; 8]> = centres.iter().map(padded).collect();
    let centres = Block::from_codes(&rows);
    Ok(PrintIndex { method: outline.method, centres, lists, covered, held: Vec::new() })
}

/// The lists of a finger position, which must fit together.
fn listed([starts, codes, slots]: [Section; 3], cells: usize, size: usize) -> Result<Lists> {
    starts.check()?;
    let lists = Lists {
        starts: starts.column(0..starts.len())?,
        codes: codes.column(0..codes.len())?,
        slots: slots.column(0..slots.len())?,
        size,
        sections: None,
    };
    let fits = lists.starts.len() == cells + 1
        && lists.starts.is_sorted()
        && lists.starts.last().is_some_and(|&end| end == lists.codes.len() as u64)
        && lists.codes.len() == lists.slots.len();
    if !fits {
        return Err(starts.damaged("its lists contradict each other".to_owned()));
    }
    Ok(Lists { sections: Some([codes, slots]), ..lists })
}

#[cfg(all(test, feature = "faiss"))]
#[path = "file_tests.rs"]
mod tests;
