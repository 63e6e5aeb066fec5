//! A template prepared for comparing.

use crate::fingerprint::descriptor::{Described, SearchCode};
use crate::fingerprint::{FingerPosition, Template};
use crate::provenance::Method;
use crate::units::Resolution;
use std::sync::Arc;

/// A template described by an [`Algorithm`](super::Algorithm), ready to be compared any number of times.
///
/// It remembers the method that made it: prepared templates of different methods do not compare.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    pub(super) described: Described,
    /// Shared by all prints that one algorithm prepared.
    pub(super) method: Arc<Method>,
    resolution: Resolution,
    finger_position: FingerPosition,
    minutiae: u16,
}

impl Prepared {
    pub(super) fn new(template: &Template, described: Described, method: &Arc<Method>) -> Self {
        Self {
            described,
            method: Arc::clone(method),
            resolution: template.resolution(),
            finger_position: template.finger_position(),
            minutiae: template.minutiae().len() as u16,
        }
    }

    /// Which finger.
    pub fn finger_position(&self) -> FingerPosition {
        self.finger_position
    }

    /// Resolution of the template's own image.
    pub fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Minutiae of the template.
    pub fn minutiae(&self) -> usize {
        usize::from(self.minutiae)
    }

    /// Minutiae whose neighbourhood is known well enough to compare.
    pub fn described(&self) -> usize {
        self.described.len()
    }

    /// Whether the print has enough described minutiae to be compared at all.
    pub fn is_comparable(&self) -> bool {
        self.described() >= super::MIN_DESCRIBED
    }

    /// What a search looks at first; `None` under the untrained model, whose codes have no such part.
    pub fn search_code(&self) -> Option<SearchCode> {
        SearchCode::of(&self.described)
    }
}
