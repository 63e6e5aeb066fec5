//! A template prepared for comparing.

use crate::error::Problem;
use crate::fingerprint::descriptor::{Described, SearchCode};
use crate::fingerprint::{FingerPosition, Template};
use crate::provenance::Method;
use crate::units::{Dpi, Resolution};
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

    /// Appends the print as bytes, for [`Prepared::unpack`]: resolution along both axes (4 bytes each), finger position and
    /// number of minutiae (1 each), then the described minutiae.
    pub(crate) fn pack(&self, out: &mut Vec<u8>) {
        for dpi in [self.resolution.x, self.resolution.y] {
            out.extend_from_slice(&dpi.hundredths().to_le_bytes());
        }
        out.extend_from_slice(&[self.finger_position.code(), self.minutiae as u8]); // at most 255 minutiae
        self.described.pack(out);
    }

    /// A print from its bytes, of the method that made it.
    ///
    /// # Errors
    /// The bytes are not those of a print.
    pub(crate) fn unpack(bytes: &[u8], method: &Arc<Method>) -> Result<Self, Problem> {
        let wrong =
            |field: &str, value: String, expected: &str| Problem::new("packed print", field, value, expected);
        let Some((&[x0, x1, x2, x3, y0, y1, y2, y3, position, minutiae], described)) =
            bytes.split_first_chunk()
        else {
            return Err(wrong("length", format!("{} bytes", bytes.len()), "at least 12 bytes"));
        };
        let dpi = |bytes: [u8; 4]| {
            let hundredths = u32::from_le_bytes(bytes);
            let out = || wrong("resolution", hundredths.to_string(), "5000 to 1000000 hundredths of a dpi");
            Dpi::try_from(hundredths).map_err(|_| out())
        };
        let resolution = Resolution { x: dpi([x0, x1, x2, x3])?, y: dpi([y0, y1, y2, y3])? };
        let finger_position = FingerPosition::from_code(position)
            .ok_or_else(|| wrong("finger position", position.to_string(), "0 to 10"))?;
        let described = Described::unpack(described)?;
        if described.len() > usize::from(minutiae) {
            return Err(wrong("described minutiae", described.len().to_string(), "no more than there are"));
        }
        if let Some(point) = described.points().iter().find(|point| point.source >= u16::from(minutiae)) {
            let expected = "that of one of its minutiae";
            return Err(wrong("index of a minutia", point.source.to_string(), expected));
        }
        let method = Arc::clone(method);
        Ok(Self { described, method, resolution, finger_position, minutiae: u16::from(minutiae) })
    }

    /// The same print with its best `most` described minutiae by quality, chosen as those of its search code are; that
    /// stays as it is where it has no more.
    pub(crate) fn best(&self, most: usize) -> Self {
        Self { described: self.described.best(most), ..self.clone() }
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
