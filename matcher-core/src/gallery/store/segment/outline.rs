//! What a segment says of itself: whose it is, how much there is, what prepared it.

use super::Section;
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::gallery::profiles::Outline as Piece;
use crate::provenance::Method;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a segment was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Origin {
    pub(crate) gallery_id: String,
    /// The range of serials of the records.
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// What prepared the prints.
    pub(crate) method: Method,
}

/// The outline of a segment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outline {
    pub(crate) origin: Origin,
    pub(crate) subjects: usize,
    pub(crate) prints: usize,
    pub(crate) not_comparable: usize,
    pub(crate) minutiae: usize,
    /// The most profiles that one subject has.
    pub(crate) most_profiles: usize,
    /// Loci of the panel, and the number of alleles of each.
    pub(crate) panel: Vec<(String, usize)>,
    pub(crate) pieces: Vec<Piece>,
}

impl Outline {
    pub(super) fn read(section: &Section) -> Result<Self> {
        section.check()?;
        serde_json::from_slice(section.bytes()).map_err(|error| section.damaged(format!("outline: {error}")))
    }

    /// Whether it is what is asked for.
    pub(super) fn check(&self, origin: &Origin, panel: &Panel, path: &Path) -> Result<()> {
        let damaged = |what: String| Err(Error::Damaged { path: path.to_owned(), what });
        if self.origin != *origin {
            let Origin { first, last, method, .. } = &self.origin;
            let Origin { first: wanted, last: until, method: expected, .. } = origin;
            return damaged(format!(
                "made from records {first} to {last} by {method}, expected {wanted} to {until} of this gallery by {expected}"
            ));
        }
        let loci = panel.loci().iter().enumerate();
        let fits = self.panel.len() == panel.loci().len()
            && loci.zip(&self.panel).all(|((column, locus), (name, alleles))| {
                locus.name() == name && *alleles <= panel.alleles(column).len()
            });
        if fits { Ok(()) } else { damaged("its loci or alleles are not those of the gallery".to_owned()) }
    }
}

/// The loci of a panel with the number of alleles of each.
pub(super) fn columns(panel: &Panel) -> Vec<(String, usize)> {
    let column =
        |(column, locus): (usize, &crate::dna::Locus)| (locus.name().to_owned(), panel.alleles(column).len());
    panel.loci().iter().enumerate().map(column).collect()
}
