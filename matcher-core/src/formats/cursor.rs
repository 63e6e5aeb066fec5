//! Reading numbers from bytes without ever leaving them: the only place in [`formats`](super) that takes bytes apart.
//!
//! All record formats here are big-endian. Where the bytes end too early, the [`Problem`] names the field and the
//! position; the caller adds which record it was.

use crate::error::Problem;

/// A position in bytes that moves forward only.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    /// At the first byte.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// All bytes, read or not.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// The next `n` bytes, or a problem that names `field`; then nothing was read.
    pub(super) fn take(&mut self, n: usize, field: &str) -> Result<&'a [u8], Problem> {
        let rest = self.rest();
        let Some(taken) = rest.get(..n) else {
            let value = format!("cut at byte {} with {} bytes present", self.bytes.len(), rest.len());
            return Err(Problem::new("", field, value, format!("{n} bytes from byte {} on", self.position)));
        };
        self.position += n;
        Ok(taken)
    }

    /// Everything that was not read yet.
    pub(super) fn take_rest(&mut self) -> &'a [u8] {
        let rest = self.rest();
        self.position = self.bytes.len();
        rest
    }

    /// The next `N` bytes as an array.
    pub(super) fn array<const N: usize>(&mut self, field: &str) -> Result<[u8; N], Problem> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, field)?);
        Ok(array)
    }

    /// An unsigned number of 1 byte.
    pub(super) fn u8(&mut self, field: &str) -> Result<u8, Problem> {
        self.array(field).map(u8::from_be_bytes)
    }

    /// An unsigned number of 2 bytes.
    pub(super) fn u16(&mut self, field: &str) -> Result<u16, Problem> {
        self.array(field).map(u16::from_be_bytes)
    }

    /// An unsigned number of 4 bytes.
    pub(super) fn u32(&mut self, field: &str) -> Result<u32, Problem> {
        self.array(field).map(u32::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_big_endian_and_the_end_is_named() {
        let mut cursor = Cursor::new(&[1, 2, 3, 0, 0, 0, 4, 9]);
        assert_eq!(cursor.u8("a").unwrap(), 1);
        assert_eq!(cursor.u16("b").unwrap(), 0x0203);
        assert_eq!(cursor.u32("c").unwrap(), 4);
        let problem = cursor.u16("width").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "width is cut at byte 8 with 1 bytes present, expected 2 bytes from byte 7 on"
        );
        assert_eq!(cursor.rest(), [9]); // a failed read takes nothing
        assert!(cursor.take(usize::MAX, "all").is_err());
    }
}
