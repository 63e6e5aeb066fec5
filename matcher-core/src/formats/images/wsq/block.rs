//! The coded data of a block: Huffman codes of bins and of runs of zeros, up to the next marker.
//!
//! A byte FF of data is followed by 00; FF and anything else is a marker, and ends the data. What is left of the last
//! byte is filled with ones, which are no code.

use super::coefficients::Coefficients;
use super::huffman::HuffmanTable;
use crate::error::{Error, Result};

/// Reads one block that starts at byte `start` of the file; `data` is the rest of the file from there on.
///
/// Returns how many bytes were data, so that a marker follows them.
///
/// # Errors
/// [`Error::Invalid`]: bits that are no code, a code that has no meaning, more coefficients than there are places, or no
/// marker at the end.
pub(super) fn read(
    data: &[u8],
    start: usize,
    table: &HuffmanTable,
    coefficients: &mut Coefficients,
) -> Result<usize> {
    let mut bits = Bits { data, position: 0, held: 0, count: 0, ended: false };
    let fault = |bits: &Bits, field, value: String, expected: String| {
        let place = format!("block at byte {start}");
        Err(Error::invalid(place, field, format!("{value} near byte {}", start + bits.position), expected))
    };
    loop {
        let symbol = match bits.symbol(table) {
            Next::Symbol(symbol) => symbol,
            Next::NoCode => {
                let expected = "bits that are one of its Huffman codes".to_owned();
                return fault(&bits, "coded data", "damaged".to_owned(), expected);
            }
            Next::End if bits.position < data.len() => return Ok(bits.position),
            Next::End => {
                return fault(
                    &bits,
                    "coded data",
                    "cut".to_owned(),
                    "a marker after the last code".to_owned(),
                );
            }
        };
        let Some(meaning) = Meaning::of(symbol) else {
            return fault(&bits, "Huffman value", symbol.to_string(), "1 to 254".to_owned());
        };
        let (kind, number) = match meaning {
            Meaning::Bin(bin) => (Kind::Bin, i32::from(bin)),
            Meaning::Zeros(zeros) => (Kind::Zeros, i32::from(zeros)),
            Meaning::Escape { kind, bits: length, negative } => {
                let Some(number) = bits.take(length) else {
                    let expected = format!("{length} bits after the code that announces them");
                    return fault(&bits, "coded data", "cut".to_owned(), expected);
                };
                (kind, if negative { -number } else { number })
            }
        };
        let placed = match kind {
            Kind::Bin => coefficients.put(number),
            Kind::Zeros => coefficients.skip(number as usize),
        };
        if !placed {
            let value = format!("more than {}", coefficients.expected());
            let expected = "one for each place in the subbands that have bins".to_owned();
            return fault(&bits, "number of coefficients", value, expected);
        }
    }
}

/// What is coded.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// The number of a coefficient's bin.
    Bin,
    /// A run of coefficients that are 0.
    Zeros,
}

/// What a Huffman value means.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Meaning {
    /// A bin, -73 to 74.
    Bin(i16),
    /// 1 to 100 zeros.
    Zeros(u8),
    /// The number follows in so many bits.
    Escape { kind: Kind, bits: u32, negative: bool },
}

impl Meaning {
    /// By the table of values of the specification.
    fn of(symbol: u8) -> Option<Self> {
        let escape = |kind, bits, negative| Some(Self::Escape { kind, bits, negative });
        match symbol {
            1..=100 => Some(Self::Zeros(symbol)),
            101 => escape(Kind::Bin, 8, false),
            102 => escape(Kind::Bin, 8, true),
            103 => escape(Kind::Bin, 16, false),
            104 => escape(Kind::Bin, 16, true),
            105 => escape(Kind::Zeros, 8, false),
            106 => escape(Kind::Zeros, 16, false),
            107..=254 => Some(Self::Bin(i16::from(symbol) - 180)),
            0 | 255 => None,
        }
    }
}

/// What comes next in the bits.
enum Next {
    Symbol(u8),
    NoCode,
    /// Fewer bits are left than a code has, and these are filling.
    End,
}

/// Bits of coded data, from the highest of each byte down.
struct Bits<'a> {
    data: &'a [u8],
    /// Of the next byte to take.
    position: usize,
    /// Bits taken and not used, from the highest down; the others are 0.
    held: u64,
    count: u32,
    /// Whether a marker or the end of the file is next.
    ended: bool,
}

impl Bits<'_> {
    /// Holds at least 16 bits where there are so many.
    fn fill(&mut self) {
        while self.count <= 48 && !self.ended {
            let byte = match (self.data.get(self.position), self.data.get(self.position + 1)) {
                (Some(0xff), Some(0)) => {
                    self.position += 2;
                    0xff
                }
                (Some(0xff), Some(_)) => {
                    self.ended = true;
                    return;
                }
                (None, _) | (Some(0xff), None) => {
                    self.position = self.data.len();
                    self.ended = true;
                    return;
                }
                (Some(&byte), _) => {
                    self.position += 1;
                    byte
                }
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    fn consume(&mut self, bits: u32) {
        self.held <<= bits;
        self.count -= bits;
    }

    /// The next Huffman value.
    fn symbol(&mut self, table: &HuffmanTable) -> Next {
        if self.count < 16 {
            self.fill();
        }
        let filling = 0xffff_u16.checked_shr(self.count).unwrap_or(0);
        match table.find((self.held >> 48) as u16 | filling) {
            Some((symbol, length)) if length <= self.count => {
                self.consume(length);
                Next::Symbol(symbol)
            }
            None if self.count >= 16 => Next::NoCode,
            _ => Next::End,
        }
    }

    /// A number of 8 or 16 bits.
    fn take(&mut self, bits: u32) -> Option<i32> {
        if self.count < bits {
            self.fill();
        }
        if self.count < bits {
            return None;
        }
        let number = (self.held >> (64 - bits)) as i32;
        self.consume(bits);
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_bytes_are_data_and_markers_are_not() {
        let mut bits =
            Bits { data: &[0x12, 0xff, 0, 0x34, 0xff, 0xa1], position: 0, held: 0, count: 0, ended: false };
        assert_eq!((bits.take(16), bits.take(8), bits.take(8)), (Some(0x12ff), Some(0x34), None));
        assert_eq!(bits.position, 4);
    }

    #[test]
    fn a_single_ff_at_the_end_is_no_marker() {
        let mut bits = Bits { data: &[0x12, 0xff], position: 0, held: 0, count: 0, ended: false };
        assert_eq!((bits.take(8), bits.take(8), bits.position), (Some(0x12), None, 2));
    }

    #[test]
    fn values_mean_what_the_specification_says() {
        assert_eq!(Meaning::of(107), Some(Meaning::Bin(-73)));
        assert_eq!(Meaning::of(254), Some(Meaning::Bin(74)));
        assert_eq!(Meaning::of(100), Some(Meaning::Zeros(100)));
        assert_eq!(Meaning::of(104), Some(Meaning::Escape { kind: Kind::Bin, bits: 16, negative: true }));
        assert_eq!((Meaning::of(0), Meaning::of(255)), (None, None));
    }
}
