//! The boxes of a JP2 file (ISO/IEC 15444-1, I.4): a length, a type, and data.

use super::super::cursor::Cursor;

/// Walks over boxes that lie one after the other, up to the end or to the first that does not fit.
pub(super) struct Boxes<'a>(Cursor<'a>);

impl<'a> Boxes<'a> {
    /// Over the boxes of a file or of a box of boxes.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(Cursor::new(bytes))
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let length = self.0.u32("box length").ok()?;
        let kind = self.0.array("box type").ok()?;
        let data = match length {
            0 => Some(self.0.take_rest()), // up to the end of the file
            1 => {
                let [high, low] = [self.0.u32("box length").ok()?, self.0.u32("box length").ok()?];
                let length = u64::from(high) << 32 | u64::from(low);
                let data = usize::try_from(length.checked_sub(16)?).ok()?;
                self.0.take(data, "box").ok()
            }
            _ => self.0.take(usize::try_from(length.checked_sub(8)?).ok()?, "box").ok(),
        };
        data.map(|data| (kind, data))
    }
}

/// The data of the first box of a type.
pub(super) fn find(bytes: &[u8], kind: [u8; 4]) -> Option<&[u8]> {
    Boxes::new(bytes).find(|(found, _)| *found == kind).map(|(_, data)| data)
}
