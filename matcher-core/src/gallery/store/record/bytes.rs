//! Numbers and texts as bytes of a record: little-endian, whole numbers in as few bytes as they need.
//!
//! The cursor of `formats` reads big-endian records of fixed widths; here nearly every number is small, so it is a
//! varint: seven bits a byte, lowest first, the top bit set on all but the last.

use crate::error::Problem;

/// Collects the bytes of a record.
#[derive(Default)]
pub(in crate::gallery::store) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(in crate::gallery::store) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(in crate::gallery::store) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(in crate::gallery::store) fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A number of either sign: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
    pub(super) fn signed(&mut self, value: i64) {
        self.varint((value << 1 ^ value >> 63) as u64);
    }

    /// So many bytes, and then they.
    pub(super) fn block(&mut self, bytes: &[u8]) {
        self.varint(bytes.len() as u64);
        self.raw(bytes);
    }

    pub(in crate::gallery::store) fn text(&mut self, text: &str) {
        self.block(text.as_bytes());
    }
}

/// Takes the bytes of a record apart and never leaves them.
pub(in crate::gallery::store) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(in crate::gallery::store) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes were not yet taken.
    pub(in crate::gallery::store) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn take(&mut self, n: usize, field: &str) -> Result<&'a [u8], Problem> {
        let Some((taken, rest)) = self.rest.split_at_checked(n) else {
            let value = format!("cut after {} of {n} bytes", self.rest.len());
            return Err(Problem::new("", field, value, "all of them"));
        };
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self, field: &str) -> Result<[u8; N], Problem> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, field)?);
        Ok(array)
    }

    pub(super) fn u8(&mut self, field: &str) -> Result<u8, Problem> {
        self.array(field).map(u8::from_le_bytes)
    }

    pub(in crate::gallery::store) fn varint(&mut self, field: &str) -> Result<u64, Problem> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8(field)?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Problem::new("", field, "longer than 64 bits", "a number of at most 64 bits"))
    }

    /// A varint of a type that may be smaller.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, field: &str) -> Result<T, Problem> {
        let value = self.varint(field)?;
        let expected = || format!("a number of {} bits", 8 * size_of::<T>());
        T::try_from(value).map_err(|_| Problem::new("", field, value, expected()))
    }

    pub(super) fn signed(&mut self, field: &str) -> Result<i64, Problem> {
        let value = self.varint(field)?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(super) fn block(&mut self, field: &str) -> Result<&'a [u8], Problem> {
        let length = self.number::<usize>(field)?;
        self.take(length, field)
    }

    pub(in crate::gallery::store) fn text(&mut self, field: &str) -> Result<&'a str, Problem> {
        std::str::from_utf8(self.block(field)?)
            .map_err(|_| Problem::new("", field, "no UTF-8", "text in UTF-8"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_come_back() {
        let mut values = vec![0, u64::MAX];
        values.extend((0..64).flat_map(|bit| [1u64 << bit, (1 << bit) - 1]));
        for value in values {
            let mut writer = Writer::default();
            writer.varint(value);
            writer.signed(value as i64);
            let bytes = writer.into_bytes();
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.varint("a").unwrap(), value);
            assert_eq!(reader.signed("b").unwrap(), value as i64);
            assert_eq!(reader.left(), 0);
        }
    }

    #[test]
    fn what_is_cut_or_too_long_is_named() {
        let long = [0xff; 9].into_iter().chain([2]).collect::<Vec<u8>>();
        let problem = Reader::new(&long).varint("serial").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "serial is longer than 64 bits, expected a number of at most 64 bits"
        );
        assert!(Reader::new(&[0x80]).varint("a").is_err());
        let problem = Reader::new(&[5, b'a']).text("owner").unwrap_err();
        assert_eq!(problem.to_string(), "owner is cut after 1 of 5 bytes, expected all of them");
        assert!(Reader::new(&[1, 0xff]).text("a").is_err());
        assert!(Reader::new(&[0x80, 2]).number::<u8>("a").is_err());
    }
}
