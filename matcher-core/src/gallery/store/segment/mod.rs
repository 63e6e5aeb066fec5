//! A segment: some records as a search reads them, in one file that never changes.
//!
//! # Method
//! A container of sections. Of the subjects: columns by place, in the order of their serials. Of the prints: what the first
//! stage of a search reads, by finger position; and the packed prints of the later stages, each with a checksum of its
//! own. Of the DNA profiles: pieces of 16,384 rows.
//!
//! Opening reads the table of contents and an outline. Everything else is checked where it is first used: the columns of
//! the subjects as a whole, search codes by blocks, pieces of profiles one by one, packed prints each time.

mod draft;
mod outline;
mod prints;
mod redraft;
mod subjects;

pub(crate) use draft::Draft;
pub(crate) use outline::{Origin, Outline};
pub(crate) use subjects::Subjects;

use super::container::{Container, Section, Tag};
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::fingerprint::{FingerPosition, Prepared};
use crate::gallery::profiles::Segment as ProfileSegment;
use crate::gallery::{Owner, Segment};
use crate::memory::Column;
use crate::provenance::Method;
use prints::Prints;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// What the file starts with.
const KIND: [u8; 8] = *b"MATCHSEG";
/// Version of the sections.
const VERSION: u32 = 1;

/// The sections of a segment.
mod tag {
    use super::Tag;
    pub(super) const OUTLINE: Tag = *b"OUTL";
    pub(super) const SERIALS: Tag = *b"SERI";
    pub(super) const ID_STARTS: Tag = *b"IDST";
    pub(super) const ID_TEXT: Tag = *b"IDTX";
    pub(super) const ID_ORDER: Tag = *b"IDOR";
    pub(super) const POSITIONS: Tag = *b"SPOS";
    pub(super) const POLICY: Tag = *b"SPOL";
    pub(super) const POLICIES: Tag = *b"POLS";
    pub(super) const FIRST_PRINTS: Tag = *b"SPRI";
    pub(super) const FIRST_PROFILES: Tag = *b"SPRO";
    pub(super) const PRINT_KINDS: Tag = *b"PKND";
    pub(super) const PRINT_STARTS: Tag = *b"PSTA";
    pub(super) const PRINTS: Tag = *b"PRIN";
    /// Panels, tags, minutiae and owners of the prints of a finger position, whose code is the number of the section.
    pub(super) const CODES: [Tag; 4] = [*b"CPAN", *b"CTAG", *b"CMIN", *b"COWN"];
    /// Head, tail, kinds, spans, text, side, rows and bytes of what is kept of a piece of profiles, whose number is that
    /// of the section.
    pub(super) const PROFILES: [Tag; 8] =
        [*b"DHEA", *b"DTAI", *b"DKIN", *b"DSPA", *b"DTEX", *b"DSID", *b"DKRO", *b"DKBY"];
    pub(super) const PROFILE_OWNERS: Tag = *b"DOWN";
}

/// An open segment.
#[derive(Debug)]
pub(crate) struct Sealed {
    container: Container,
    outline: Outline,
    subjects: Subjects,
    /// Read and checked at first use.
    ready: OnceLock<()>,
    fingerprints: Vec<Option<Arc<Segment>>>,
    prints: Prints,
    profiles: Vec<Arc<ProfileSegment>>,
    profile_owners: Column<u32>,
}

impl Sealed {
    /// Opens a segment of a gallery, made by this method, whose profiles are rows of this panel or one that begins so.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::NotAGallery`], and [`Error::Damaged`], also for a segment of another gallery or method.
    pub(crate) fn open(path: &Path, origin: &Origin, panel: &Panel) -> Result<Self> {
        let container = Container::open(path, KIND, VERSION)?;
        let section = |tag: Tag, number: u32| {
            let missing = || format!("section {} {number} is missing", tag.escape_ascii());
            container
                .section(tag, number)
                .ok_or_else(|| Error::Damaged { path: path.to_owned(), what: missing() })
        };
        let outline = Outline::read(&section(tag::OUTLINE, 0)?)?;
        outline.check(origin, panel, path)?;
        let subjects = Subjects::open(&section, &outline)?;
        let prints = Prints::open(&section, &outline)?;
        let of_position = |position: FingerPosition| -> Result<Option<Arc<Segment>>> {
            let number = u32::from(position.code());
            if container.section(tag::CODES[0], number).is_none() {
                return Ok(None);
            }
            let [a, b, c, d] = tag::CODES.map(|tag| section(tag, number));
            Ok(Some(Arc::new(Segment::mapped([a?, b?, c?, d?], outline.subjects)?)))
        };
        let fingerprints = FingerPosition::ALL.into_iter().map(of_position).collect::<Result<_>>()?;
        let piece = |(number, piece): (usize, &_)| -> Result<Arc<ProfileSegment>> {
            let [a, b, c, d, e, f, g, h] = tag::PROFILES.map(|tag| section(tag, number as u32));
            let sections = [a?, b?, c?, d?, e?, f?, g?, h?];
            Ok(Arc::new(ProfileSegment::mapped(panel, Clone::clone(piece), sections)?))
        };
        let profiles = outline.pieces.iter().enumerate().map(piece).collect::<Result<Vec<_>>>()?;
        let owners = section(tag::PROFILE_OWNERS, 0)?;
        let profile_owners: Column<u32> = owners.column(0..owners.len())?;
        if profile_owners.len() != profiles.iter().map(|piece| piece.rows()).sum::<usize>() {
            return Err(owners.damaged("not as many owners as profiles".to_owned()));
        }
        Ok(Self {
            container,
            outline,
            subjects,
            ready: OnceLock::new(),
            fingerprints,
            prints,
            profiles,
            profile_owners,
        })
    }

    /// The columns of the subjects, checked once.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub(crate) fn ready(&self) -> Result<&Subjects> {
        if self.ready.get().is_none() {
            self.subjects.check(&self.outline)?;
            self.prints.check()?;
            let owners = self.section(tag::PROFILE_OWNERS)?;
            owners.check()?;
            if self.profile_owners.iter().any(|&owner| owner as usize >= self.len()) {
                return Err(owners.damaged("the owner of a profile is no subject".to_owned()));
            }
            let _ = self.ready.set(()); // another thread may have said the same
        }
        Ok(&self.subjects)
    }

    /// The columns of the subjects, for who has called [`Sealed::ready`].
    pub(crate) fn subjects(&self) -> &Subjects {
        &self.subjects
    }

    /// The place of the subject of a serial; the serials are checked for it.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub(crate) fn place_of(&self, serial: u64) -> Result<Option<usize>> {
        let Origin { first, last, .. } = self.outline.origin;
        if (first..=last).contains(&serial) { self.subjects.of_serial(serial) } else { Ok(None) }
    }

    pub(crate) fn outline(&self) -> &Outline {
        &self.outline
    }

    pub(crate) fn path(&self) -> &Path {
        self.container.path()
    }

    pub(crate) fn file_len(&self) -> usize {
        self.container.file_len()
    }

    /// Subjects, those that were removed later included.
    pub(crate) fn len(&self) -> usize {
        self.outline.subjects
    }

    /// The prints of a finger position as the first stage of a search reads them.
    pub(crate) fn segment(&self, position: FingerPosition) -> Option<&Arc<Segment>> {
        self.fingerprints[usize::from(position.code())].as_ref()
    }

    /// What is known of a print: its finger position, and whether it can be compared.
    pub(crate) fn kind(&self, print: usize) -> (FingerPosition, bool) {
        self.prints.kind(print)
    }

    /// A print, prepared by the method of the segment.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub(crate) fn prepared(&self, print: usize, method: &Arc<Method>) -> Result<Prepared> {
        self.prints.prepared(print, method)
    }

    /// The pieces of the profiles.
    pub(crate) fn profiles(&self) -> &[Arc<ProfileSegment>] {
        &self.profiles
    }

    /// The place of the subject whose profile lies in a row of the pieces.
    pub(crate) fn owner_of_profile(&self, row: usize) -> Option<usize> {
        self.profile_owners.get(row).map(|&owner| owner as usize)
    }

    /// Every part whose bytes are not what was written, in words; all of them are read.
    pub(crate) fn damages(&self) -> Vec<String> {
        let mut found: Vec<String> = self.container.check_all().iter().map(ToString::to_string).collect();
        if found.is_empty() {
            let owners_fit = |segment: &Arc<Segment>| {
                segment.check(0..segment.len()).is_ok() && self.owners_fit(segment.owners())
            };
            let all = self.fingerprints.iter().flatten().all(owners_fit);
            found.extend((!all).then(|| "an owner of a print is no subject".to_owned()));
            found.extend(self.ready().err().map(|error| error.to_string()));
            found.extend(self.profiles.iter().filter_map(|piece| piece.ready().err()).map(|e| e.to_string()));
            let kept = self.profiles.iter().all(|piece| piece.ready().is_err() || piece.keeps_profiles());
            found.extend((!kept).then(|| "a profile beside the rows cannot be read".to_owned()));
            let prints = (0..self.outline.prints).filter_map(|print| self.prints.packed(print).err());
            found.extend(prints.map(|error| error.to_string()));
        }
        found
    }

    fn owners_fit(&self, owners: &[Owner]) -> bool {
        owners.iter().all(|owner| {
            let prints = |subject| self.subjects.prints(subject).len();
            (owner.subject as usize) < self.len() && (owner.print as usize) < prints(owner.subject as usize)
        })
    }

    fn section(&self, tag: Tag) -> Result<Section> {
        let missing =
            || Error::Damaged { path: self.path().to_owned(), what: "a section is missing".to_owned() };
        self.container.section(tag, 0).ok_or_else(missing)
    }
}
