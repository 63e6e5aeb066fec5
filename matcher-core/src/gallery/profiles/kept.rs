//! Profiles that their rows do not say whole: in memory as they are, in a file as bytes that are read when one is asked for.

use crate::dna::Profile;
use crate::gallery::store::{decode_profile, encode_profile};
use crate::memory::Column;
use std::collections::BTreeMap;

/// Profiles by row.
#[derive(Clone)]
pub(super) enum Kept {
    Held(BTreeMap<u32, Box<Profile>>),
    /// Of each row in ascending order, where its bytes end.
    Packed {
        ends: Column<[u32; 2]>,
        bytes: Column<u8>,
    },
}

impl Default for Kept {
    fn default() -> Self {
        Self::Held(BTreeMap::new())
    }
}

impl Kept {
    /// Columns of a file, as [`Kept::columns`] gave them.
    pub(super) fn packed(ends: Column<[u32; 2]>, bytes: Column<u8>) -> Self {
        Self::Packed { ends, bytes }
    }

    /// Row and end of each, and the bytes.
    pub(super) fn columns(&self) -> (Vec<[u32; 2]>, Vec<u8>) {
        match self {
            Self::Packed { ends, bytes } => (ends.to_vec(), bytes.to_vec()),
            Self::Held(held) => {
                let (mut ends, mut bytes) = (Vec::with_capacity(held.len()), Vec::new());
                for (&row, profile) in held {
                    bytes.extend(encode_profile(profile));
                    ends.push([row, bytes.len() as u32]); // some thousand rows
                }
                (ends, bytes)
            }
        }
    }

    /// Whether the rows are some of so many, each once, and all bytes belong to them.
    pub(super) fn fits(&self, rows: usize) -> bool {
        let Self::Packed { ends, bytes } = self else { return true };
        ends.is_sorted_by(|a, b| a[0] < b[0] && a[1] <= b[1])
            && ends
                .last()
                .map_or(bytes.is_empty(), |&[row, end]| (row as usize) < rows && end as usize == bytes.len())
    }

    pub(super) fn insert(&mut self, row: u32, profile: &Profile) {
        if let Self::Held(held) = self {
            held.insert(row, Box::new(profile.clone()));
        }
    }

    pub(super) fn remove(&mut self, row: u32) {
        if let Self::Held(held) = self {
            held.remove(&row);
        }
    }

    /// The rows in ascending order.
    pub(super) fn rows(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match self {
            Self::Held(held) => Box::new(held.keys().map(|&row| row as usize)),
            Self::Packed { ends, .. } => Box::new(ends.iter().map(|&[row, _]| row as usize)),
        }
    }

    /// The profile of a row; `None` also where its bytes are none.
    pub(super) fn get(&self, row: u32) -> Option<Profile> {
        match self {
            Self::Held(held) => held.get(&row).map(|profile| (**profile).clone()),
            Self::Packed { ends, bytes } => {
                let at = ends.binary_search_by_key(&row, |&[row, _]| row).ok()?;
                let start = at.checked_sub(1).map_or(0, |before| ends[before][1] as usize);
                decode_profile(bytes.get(start..ends[at][1] as usize)?).ok()
            }
        }
    }
}
