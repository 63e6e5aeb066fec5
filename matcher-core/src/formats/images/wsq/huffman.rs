//! The Huffman codes of the coded data: canonical, of 1 to 16 bits, as in JPEG.

use crate::error::{Error, Result};

/// The longest code in bits.
pub(super) const MAX_BITS: usize = 16;

/// Codes of at most this many bits are found by one look-up.
const SHORT_BITS: usize = 8;

/// One Huffman table.
///
/// # Method
/// Codes of one length are consecutive numbers, and those of the next length go on from there with a bit appended. So,
/// with 16 bits of data in hand, the length is the first one whose last code is not below them.
pub(super) struct HuffmanTable {
    /// For each value of the next 8 bits the symbol and the length of its code, or length 0.
    short: [(u8, u8); 1 << SHORT_BITS],
    /// For each length the first 16 bits that are beyond its codes.
    beyond: [u32; MAX_BITS],
    /// For each length what to add to a code to get the index of its symbol.
    offsets: [i32; MAX_BITS],
    symbols: Vec<u8>,
}

impl HuffmanTable {
    /// From the number of codes of each length and the symbols in the order of the codes.
    ///
    /// # Errors
    /// [`Error::Invalid`]: more codes than there can be.
    pub(super) fn new(place: &str, counts: [u8; MAX_BITS], symbols: &[u8]) -> Result<Self> {
        let mut table = Self {
            short: [(0, 0); 1 << SHORT_BITS],
            beyond: [0; MAX_BITS],
            offsets: [0; MAX_BITS],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut index) = (0_u32, 0_usize);
        for (at, &count) in counts.iter().enumerate() {
            let bits = at + 1;
            table.offsets[at] = index as i32 - code as i32;
            let past = code + u32::from(count);
            if past > 1 << bits {
                let value = format!("{count} codes of {bits} bits");
                return Err(Error::invalid(
                    place,
                    "Huffman table",
                    value,
                    "no more than the shorter ones leave",
                ));
            }
            if bits <= SHORT_BITS {
                let free = SHORT_BITS - bits;
                for symbol in symbols.iter().skip(index).take(usize::from(count)) {
                    let entries = (code << free) as usize..((code + 1) << free) as usize;
                    table.short[entries].fill((*symbol, bits as u8));
                    code += 1;
                }
            }
            index += usize::from(count);
            table.beyond[at] = past << (MAX_BITS - bits);
            code = past << 1;
        }
        Ok(table)
    }

    /// The symbol whose code the 16 bits in hand start with, and the length of the code.
    pub(super) fn find(&self, bits: u16) -> Option<(u8, u32)> {
        let (symbol, length) = self.short[usize::from(bits >> (16 - SHORT_BITS))];
        if length > 0 {
            return Some((symbol, u32::from(length)));
        }
        let at = (SHORT_BITS..MAX_BITS).find(|&at| u32::from(bits) < self.beyond[at])?;
        let code = i32::from(bits >> (MAX_BITS - 1 - at));
        let index = usize::try_from(code + self.offsets[at]).ok()?;
        Some((*self.symbols.get(index)?, at as u32 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_all_lengths_are_found() {
        // 0, 10, 110, ... and two of 16 bits.
        let mut counts = [1; MAX_BITS];
        counts[15] = 2;
        let symbols: Vec<u8> = (100..117).collect();
        let table = HuffmanTable::new("", counts, &symbols).ok().unwrap();
        for (at, &symbol) in symbols.iter().enumerate() {
            let length = (at + 1).min(16) as u32;
            let code = if at == 16 { u16::MAX } else { !(0x8000 >> at) & (0xffff_u32 << (15 - at)) as u16 };
            assert_eq!(table.find(code), Some((symbol, length)), "{code:016b}");
            if length < 16 {
                assert_eq!(table.find(code | 1), Some((symbol, length)));
            }
        }
    }

    #[test]
    fn too_many_codes_are_refused_and_missing_ones_are_none() {
        let mut counts = [0; MAX_BITS];
        assert_eq!(HuffmanTable::new("", counts, &[]).ok().unwrap().find(0), None);
        counts[0] = 1;
        assert_eq!(HuffmanTable::new("", counts, &[5]).ok().unwrap().find(0x8000), None);
        counts[1] = 3;
        let error = HuffmanTable::new("DHT", counts, &[1, 2, 3, 4]).err().unwrap().to_string();
        assert_eq!(
            error,
            "DHT: Huffman table is 3 codes of 2 bits, expected no more than the shorter ones leave"
        );
    }
}
