//! BMP: pixels per metre in the header, where it is long enough to have them; 0 states nothing.

use super::Stated;

/// What the header states.
pub(super) fn stated(bytes: &[u8]) -> Option<Stated> {
    let at = |offset: usize| {
        let four: [u8; 4] = bytes.get(offset..offset + 4)?.try_into().ok()?;
        Some(i32::from_le_bytes(four))
    };
    if at(14)? < 40 {
        return None;
    }
    let (x, y) = (at(38)?, at(42)?);
    (x != 0 || y != 0).then(|| Stated::per_metre("the BMP header", f64::from(x), f64::from(y)))
}
