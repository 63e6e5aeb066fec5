//! A segment taken apart again into what it was drafted from: to make another one of it, and to check it whole.

use super::{Draft, Sealed};
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::gallery::ProfileTable;
use crate::gallery::marks::Marks;
use crate::provenance::Method;
use std::sync::Arc;

impl Sealed {
    /// Adds to a draft those who are not gone.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub(crate) fn draft_into(
        &self,
        draft: &mut Draft,
        gone: &Marks,
        panel: &Panel,
        method: &Arc<Method>,
    ) -> Result<()> {
        let subjects = self.ready()?;
        self.profiles().iter().try_for_each(|piece| piece.ready())?;
        let table = ProfileTable::of_segments(panel.clone(), self.profiles().to_vec());
        for place in (0..self.len()).filter(|&place| !gone.contains(place)) {
            let prints = subjects.prints(place).map(|print| self.prepared(print, method));
            let prints = prints.collect::<Result<Vec<_>>>()?;
            let profiles: Vec<_> = subjects.profiles(place).filter_map(|row| table.get(row)).collect();
            let access = subjects.policies().get(subjects.policy()[place]);
            draft.push(subjects.serials()[place], subjects.id(place), &access, &prints, &profiles);
        }
        Ok(())
    }

    /// Whether nothing in it is but what this library writes, for a segment that a stranger may have made.
    ///
    /// All checksums are looked at. Then its subjects, packed prints and profiles are taken out and drafted anew: what
    /// that gives must be the file, byte for byte. So every reference leads to what it should, and everything that is
    /// derived, such as search codes and finger positions, is what the packed prints and profiles make it. It takes
    /// memory for a copy of the segment.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub(crate) fn check_whole(&self, panel: &Panel, method: &Arc<Method>) -> Result<()> {
        let damaged = |what: String| Error::Damaged { path: self.path().to_owned(), what };
        if let Some(what) = self.damages().into_iter().next() {
            return Err(damaged(what));
        }
        let mut draft = Draft::new(self.own_panel(panel)?);
        self.draft_into(&mut draft, &Marks::default(), panel, method)?;
        let outline = draft.outline(self.outline.origin.clone());
        let mut found = self.container.sections();
        draft.sections(&outline, |tag, number, bytes| {
            let is_same = found.next().is_some_and(|section| {
                (section.tag(), section.number(), section.bytes()) == (tag, number, bytes)
            });
            if is_same {
                return Ok(());
            }
            let name = tag.escape_ascii();
            Err(damaged(format!("section {name} {number} is not what its prints and profiles make it")))
        })?;
        match found.next() {
            None => Ok(()),
            Some(more) => {
                Err(damaged(format!("section {} is more than expected", more.tag().escape_ascii())))
            }
        }
    }

    /// The panel as it was when the segment was made: the same loci, maybe with fewer alleles.
    fn own_panel(&self, panel: &Panel) -> Result<Panel> {
        let mut own = Panel::new(panel.loci())?;
        for (column, (_, count)) in self.outline.panel.iter().enumerate() {
            // No more than there are, as was checked when it was opened.
            for &allele in panel.alleles(column).iter().take(*count) {
                own.number(column, allele);
            }
        }
        Ok(own)
    }
}
