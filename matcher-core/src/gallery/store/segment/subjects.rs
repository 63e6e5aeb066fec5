//! The subjects of a segment, a row each in the order of their serials.

use super::outline::Outline;
use super::{Section, Tag, tag};
use crate::error::Result;
use crate::gallery::policies::Policies;
use crate::gallery::policy::Access;
use crate::memory::Column;
use std::ops::Range;
use std::sync::OnceLock;

/// Columns by place.
#[derive(Debug)]
pub(crate) struct Subjects {
    serials: Column<u64>,
    id_starts: Column<u32>,
    id_text: Column<u8>,
    /// Places in the order of the ids.
    id_order: Column<u32>,
    positions: Column<u16>,
    policy: Column<u32>,
    first_prints: Column<u32>,
    first_profiles: Column<u32>,
    policies: OnceLock<Policies>,
    /// That of the serials first, that of the policies last.
    sections: Vec<Section>,
}

impl Subjects {
    pub(super) fn open(section: &impl Fn(Tag, u32) -> Result<Section>, outline: &Outline) -> Result<Self> {
        let mut sections = Vec::new();
        let mut of = |tag: Tag| -> Result<Section> {
            let found = section(tag, 0)?;
            sections.push(found.clone());
            Ok(found)
        };
        let n = outline.subjects;
        let serials = column(&of(tag::SERIALS)?, Some(n))?;
        let id_starts = column(&of(tag::ID_STARTS)?, Some(n + 1))?;
        let id_text = column(&of(tag::ID_TEXT)?, None)?;
        let id_order = column(&of(tag::ID_ORDER)?, Some(n))?;
        let positions = column(&of(tag::POSITIONS)?, Some(n))?;
        let policy = column(&of(tag::POLICY)?, Some(n))?;
        let first_prints = column(&of(tag::FIRST_PRINTS)?, Some(n + 1))?;
        let first_profiles = column(&of(tag::FIRST_PROFILES)?, Some(n + 1))?;
        of(tag::POLICIES)?;
        Ok(Self {
            serials,
            id_starts,
            id_text,
            id_order,
            positions,
            policy,
            first_prints,
            first_profiles,
            policies: OnceLock::new(),
            sections,
        })
    }

    /// Whether the bytes are what was written, and say what can be.
    pub(super) fn check(&self, outline: &Outline) -> Result<()> {
        self.sections.iter().try_for_each(Section::check)?;
        let [section, ..] = &*self.sections else { return Ok(()) };
        let [.., last] = &*self.sections else { return Ok(()) };
        let policies: Vec<Access> = serde_json::from_slice(last.bytes())
            .map_err(|error| last.damaged(format!("policies of records: {error}")))?;
        let n = outline.subjects;
        let ascending = |starts: &[u32], end: usize| {
            starts.first() == Some(&0)
                && starts.last().is_some_and(|&last| last as usize == end)
                && starts.is_sorted()
        };
        let rows = outline.pieces.iter().map(crate::gallery::profiles::Outline::rows).sum();
        let mut seen = vec![false; n];
        let once =
            |&place: &u32| seen.get_mut(place as usize).is_some_and(|seen| !std::mem::replace(seen, true));
        let good = ascending(&self.id_starts, self.id_text.len())
            && ascending(&self.first_prints, outline.prints)
            && ascending(&self.first_profiles, rows)
            && self.id_order.iter().all(once)
            && self.policy.iter().all(|&number| (number as usize) < policies.len())
            && self.serials.is_sorted_by(|a, b| a < b)
            && self.serials.first().is_none_or(|&first| first >= outline.origin.first)
            && self.serials.last().is_none_or(|&last| last <= outline.origin.last)
            && (0..n).all(|place| !self.id(place).is_empty());
        if !good {
            return Err(section.damaged("its columns of subjects contradict each other".to_owned()));
        }
        let _ = self.policies.set(policies.into_iter().collect()); // another thread may have set the same
        Ok(())
    }

    pub(crate) fn serials(&self) -> &[u64] {
        &self.serials
    }

    /// The place of a serial; the serials are checked for it.
    pub(super) fn of_serial(&self, serial: u64) -> Result<Option<usize>> {
        if let [serials, ..] = &*self.sections {
            serials.check()?;
        }
        Ok(self.serials.binary_search(&serial).ok())
    }

    /// The id at a place; empty where the file has none that can be.
    pub(crate) fn id(&self, place: usize) -> &str {
        let [start, end] = [self.id_starts[place], self.id_starts[place + 1]].map(|at| at as usize);
        self.id_text.get(start..end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// The place of an id.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        let order = self.id_order.binary_search_by(|&place| self.id(place as usize).cmp(id));
        order.ok().map(|at| self.id_order[at] as usize)
    }

    /// By place: the finger positions of the comparable prints, a bit each.
    pub(crate) fn positions(&self) -> &[u16] {
        &self.positions
    }

    /// By place: the number of the policy.
    pub(crate) fn policy(&self) -> &[u32] {
        &self.policy
    }

    pub(crate) fn policies(&self) -> &Policies {
        self.policies.get_or_init(Policies::default)
    }

    /// The prints of a subject.
    pub(crate) fn prints(&self, place: usize) -> Range<usize> {
        self.first_prints[place] as usize..self.first_prints[place + 1] as usize
    }

    /// The rows of a subject's profiles.
    pub(crate) fn profiles(&self, place: usize) -> Range<usize> {
        self.first_profiles[place] as usize..self.first_profiles[place + 1] as usize
    }
}

/// A whole section as a column, of a length that is known.
pub(super) fn column<T: bytemuck::Pod>(section: &Section, length: Option<usize>) -> Result<Column<T>> {
    let column = section.column(0..section.len())?;
    match length {
        Some(expected) if expected != column.len() => {
            Err(section.damaged(format!("it has {} values, expected {expected}", column.len())))
        }
        _ => Ok(column),
    }
}
