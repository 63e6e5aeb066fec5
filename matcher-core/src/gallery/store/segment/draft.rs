//! A segment that is being made: records are laid out in memory, and written as one file.

use super::outline::{Origin, Outline, columns};
use super::{KIND, Tag, VERSION, prints, tag};
use crate::dna::{Panel, Profile};
use crate::error::Result;
use crate::fingerprint::{FingerPosition, Prepared};
use crate::gallery::fingerprints::{Fingerprints, Owner};
use crate::gallery::growing::bit;
use crate::gallery::policies::Policies;
use crate::gallery::policy::Access;
use crate::gallery::profiles::ProfileTable;
use crate::gallery::store::container::ContainerWriter;
use crate::gallery::store::manifest::SegmentEntry;
use bytemuck::cast_slice;
use std::path::Path;

/// Columns that grow, a subject at a time in the order of their serials.
pub(crate) struct Draft {
    serials: Vec<u64>,
    id_starts: Vec<u32>,
    id_text: Vec<u8>,
    positions: Vec<u16>,
    policy: Vec<u32>,
    policies: Policies,
    first_prints: Vec<u32>,
    first_profiles: Vec<u32>,
    print_kinds: Vec<u8>,
    print_starts: Vec<u64>,
    prints: Vec<u8>,
    not_comparable: usize,
    minutiae: usize,
    fingerprints: Fingerprints,
    profiles: ProfileTable,
    profile_owners: Vec<u32>,
    most_profiles: usize,
}

impl Draft {
    /// Nothing yet; profiles are rows of the panel.
    pub(crate) fn new(panel: Panel) -> Self {
        Self {
            serials: Vec::new(),
            id_starts: vec![0],
            id_text: Vec::new(),
            positions: Vec::new(),
            policy: Vec::new(),
            policies: Policies::default(),
            first_prints: vec![0],
            first_profiles: vec![0],
            print_kinds: Vec::new(),
            print_starts: vec![0],
            prints: Vec::new(),
            not_comparable: 0,
            minutiae: 0,
            fingerprints: Fingerprints::new(usize::MAX),
            profiles: ProfileTable::new(panel),
            profile_owners: Vec::new(),
            most_profiles: 0,
        }
    }

    /// Adds a subject with a greater serial than all before it.
    pub(crate) fn push<'a>(
        &mut self,
        serial: u64,
        id: &str,
        access: &Access,
        prepared: impl IntoIterator<Item = &'a Prepared>,
        profiles: &[Profile],
    ) {
        let place = self.serials.len() as u32;
        let mut positions = 0;
        for (k, prepared) in (0..).zip(prepared) {
            let position = prepared.finger_position();
            if prepared.is_comparable() {
                positions |= bit(position);
                if let Some(code) = prepared.search_code() {
                    self.fingerprints.add(position, &code, Owner { subject: place, print: k });
                }
            } else {
                self.not_comparable += 1;
            }
            self.minutiae += prepared.minutiae();
            self.print_kinds.push(prints::kind(prepared));
            prints::pack(prepared, &mut self.prints);
            self.print_starts.push(self.prints.len() as u64);
        }
        for profile in profiles {
            self.profiles.push(profile);
            self.profile_owners.push(place);
        }
        self.serials.push(serial);
        self.id_text.extend_from_slice(id.as_bytes());
        self.id_starts.push(self.id_text.len() as u32);
        self.positions.push(positions);
        self.policy.push(self.policies.number(access));
        self.first_prints.push(self.print_kinds.len() as u32);
        self.first_profiles.push(self.profile_owners.len() as u32);
        self.most_profiles = self.most_profiles.max(profiles.len());
    }

    /// Room that its prints and profiles take, in profiles, of which a print takes `print_size`.
    pub(crate) fn size(&self, print_size: usize) -> usize {
        self.print_kinds.len() * print_size + self.profile_owners.len()
    }

    /// The panel of the profiles: that of the beginning, and alleles that came new.
    pub(crate) fn panel(&self) -> &Panel {
        self.profiles.panel()
    }

    /// What a file of it says of itself.
    pub(super) fn outline(&self, origin: Origin) -> Outline {
        Outline {
            subjects: self.serials.len(),
            prints: self.print_kinds.len(),
            not_comparable: self.not_comparable,
            minutiae: self.minutiae,
            most_profiles: self.most_profiles,
            panel: columns(self.profiles.panel()),
            pieces: self.profiles.segments().iter().map(|piece| piece.outline()).collect(),
            origin,
        }
    }

    /// Hands over the sections of a file of it, in their order there.
    ///
    /// # Errors
    /// Whatever `each` says, which ends it.
    pub(super) fn sections(
        &self,
        outline: &Outline,
        mut each: impl FnMut(Tag, u32, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let id = |place: u32| {
            let [start, end] = [self.id_starts[place as usize], self.id_starts[place as usize + 1]];
            &self.id_text[start as usize..end as usize]
        };
        let mut order: Vec<u32> = (0..self.serials.len() as u32).collect();
        order.sort_unstable_by_key(|&place| id(place));
        let json = |value: serde_json::Result<Vec<u8>>| {
            value.map_err(|error| crate::Error::invalid("segment", "outline", error, "plain values"))
        };
        each(tag::OUTLINE, 0, &json(serde_json::to_vec(outline))?)?;
        each(tag::SERIALS, 0, cast_slice(&self.serials))?;
        each(tag::ID_STARTS, 0, cast_slice(&self.id_starts))?;
        each(tag::ID_TEXT, 0, &self.id_text)?;
        each(tag::ID_ORDER, 0, cast_slice(&order))?;
        each(tag::POSITIONS, 0, cast_slice(&self.positions))?;
        each(tag::POLICY, 0, cast_slice(&self.policy))?;
        each(tag::FIRST_PRINTS, 0, cast_slice(&self.first_prints))?;
        each(tag::FIRST_PROFILES, 0, cast_slice(&self.first_profiles))?;
        let policies: Vec<&Access> = self.policies.list().collect();
        each(tag::POLICIES, 0, &json(serde_json::to_vec(&policies))?)?;
        each(tag::PRINT_KINDS, 0, &self.print_kinds)?;
        each(tag::PRINT_STARTS, 0, cast_slice(&self.print_starts))?;
        for position in FingerPosition::ALL {
            for segment in self.fingerprints.segments(position) {
                for (tag, bytes) in tag::CODES.into_iter().zip(segment.bytes()) {
                    each(tag, u32::from(position.code()), bytes)?;
                }
            }
        }
        each(tag::PROFILE_OWNERS, 0, cast_slice(&self.profile_owners))?;
        for (number, piece) in (0..).zip(self.profiles.segments()) {
            for (tag, bytes) in tag::PROFILES.into_iter().zip(piece.bytes()) {
                each(tag, number, bytes)?;
            }
            for (tag, bytes) in tag::PROFILES[5..].iter().zip(piece.side_bytes()?) {
                each(*tag, number, &bytes)?;
            }
        }
        each(tag::PRINTS, 0, &self.prints)
    }

    /// Writes the file: it is there as a whole and on the disk, or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn write(self, path: &Path, origin: Origin) -> Result<SegmentEntry> {
        let outline = self.outline(origin);
        let mut file = ContainerWriter::create(path, KIND, VERSION)?;
        self.sections(&outline, |tag, number, bytes| file.section(tag, number, [bytes]))?;
        file.finish()?;
        let bytes = std::fs::metadata(path).map_err(crate::gallery::store::folder::io_error(path))?.len();
        Ok(SegmentEntry {
            file: path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned(),
            first: outline.origin.first,
            last: outline.origin.last,
            subjects: outline.subjects as u64,
            prints: outline.prints as u64,
            profiles: self.profile_owners.len() as u64,
            bytes,
        })
    }
}
