//! How rows and columns lie in memory: columns as bytes side by side, rows with the tables that their levels look up.

use crate::error::{Error, Result};
#[cfg(target_arch = "x86_64")]
use crate::simd::Level;
use std::fmt;

/// Columns of a panel, and the most rows of a [`Rows`].
pub const COLUMNS: usize = 32;

/// Bytes of a code.
const BYTES: usize = 16;

/// The tag of a column or row that is present, at an angle in steps of 1/128 turn (modulo 128): bit 0 says that it is
/// there, bits 1 to 7 are the angle. An absent column has the tag 0.
///
/// # Examples
/// ```
/// use matcher_core::simd::nearest::tag;
/// assert_eq!([tag(0), tag(64), tag(128)], [1, 129, 1]);
/// ```
pub const fn tag(angle: u8) -> u8 {
    angle << 1 | 1
}

/// The 128-bit codes of 32 columns: byte `k` of all of them lies side by side.
///
/// Whether a column is there stands in its tag, apart from the panel; see [`sums`](super::sums).
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Panel(pub(super) [[u8; COLUMNS]; BYTES]);

impl Panel {
    /// Lays out codes; columns that have none get zeros, and their tag must say that they are absent.
    ///
    /// # Panics
    /// There are more than [`COLUMNS`].
    ///
    /// # Examples
    /// ```
    /// use matcher_core::simd::nearest::Panel;
    /// assert_eq!(Panel::from_codes(&[[1; 16], [2; 16]]).code(1), [2; 16]);
    /// ```
    pub fn from_codes(codes: &[[u8; BYTES]]) -> Self {
        assert!(
            codes.len() <= COLUMNS,
            "Panel::from_codes: {} codes, expected at most {COLUMNS}",
            codes.len()
        );
        let mut panel = Self([[0; COLUMNS]; BYTES]);
        for (column, code) in codes.iter().enumerate() {
            for (bytes, byte) in panel.0.iter_mut().zip(code) {
                bytes[column] = *byte;
            }
        }
        panel
    }

    /// The code of a column.
    ///
    /// # Panics
    /// `column` is not below [`COLUMNS`].
    pub fn code(&self, column: usize) -> [u8; BYTES] {
        self.0.map(|bytes| bytes[column])
    }
}

// SAFETY: bytes may all be zero.
#[expect(unsafe_code, reason = "panels are read from files as they lie")]
unsafe impl bytemuck::Zeroable for Panel {}

// SAFETY: 512 bytes aligned to 64: there is no padding, and a byte may have any value.
#[expect(unsafe_code, reason = "panels are read from files as they lie")]
unsafe impl bytemuck::Pod for Panel {}

/// Codes are biometric data: only the type is shown.
impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panel").finish_non_exhaustive()
    }
}

/// One to 32 rows, expanded once for all panels that they will be scored against.
///
/// On x86-64 this takes 33 kB for 32 rows, of which AVX2 reads 9 and AVX-512 reads 24.
#[derive(Clone)]
pub struct Rows {
    pub(super) list: Vec<([u8; BYTES], u8)>,
    /// The same as pairs, the last row paired with itself where their number is odd; empty where no level reads them.
    #[cfg(target_arch = "x86_64")]
    pub(super) nibbles: Vec<NibblePair>,
    /// See `nibbles`.
    #[cfg(target_arch = "x86_64")]
    pub(super) sixes: Vec<SixPair>,
}

impl Rows {
    /// Expands codes with their tags, made by [`tag`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for no row at all and for more than 32.
    pub fn new(rows: &[([u8; BYTES], u8)]) -> Result<Self> {
        if rows.is_empty() || rows.len() > COLUMNS {
            return Err(Error::invalid("rows", "number", rows.len(), format!("1 to {COLUMNS}")));
        }
        Ok(Self {
            // A row is there, whatever its tag says: only the angle counts.
            list: rows.iter().map(|&(code, tag)| (code, tag | 1)).collect(),
            #[cfg(target_arch = "x86_64")]
            nibbles: pairs(Level::Avx2, rows, NibblePair::new),
            #[cfg(target_arch = "x86_64")]
            sixes: pairs(Level::Avx512, rows, SixPair::new),
        })
    }

    /// How many rows there are, 1 to 32.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.list.len()
    }
}

/// Codes are biometric data: only their number is shown.
impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(target_arch = "x86_64")]
use tables::{NibblePair, SixPair, pairs};

/// The tables of x86: a byte tells for two rows how many bits of a field differ, the second row in the upper nibble.
#[cfg(target_arch = "x86_64")]
pub(super) mod tables {
    use super::{BYTES, Level};

    /// Nibbles of a code.
    pub(in super::super) const NIBBLES: usize = 2 * BYTES;
    /// Fields of six bits: the lower ones of each byte, and the upper two bits of three bytes together. The last one
    /// has the upper two bits of the last byte alone.
    pub(in super::super) const SIXES: usize = BYTES + BYTES.div_ceil(3);

    /// Two rows in fields of four bits, from the lower nibble of the first byte on.
    #[derive(Clone)]
    #[repr(C, align(64))]
    pub(in super::super) struct NibblePair {
        pub(in super::super) tables: [[u8; 16]; NIBBLES],
        pub(in super::super) tags: [u8; 2],
    }

    /// Two rows in fields of six bits.
    #[derive(Clone)]
    #[repr(C, align(64))]
    pub(in super::super) struct SixPair {
        pub(in super::super) tables: [[u8; 64]; SIXES],
        /// Each four times, as wide as what is cheapest to spread over a register.
        pub(in super::super) tags: [[u8; 4]; 2],
    }

    impl NibblePair {
        pub(super) fn new(codes: [&[u8; BYTES]; 2], tags: [u8; 2]) -> Self {
            let [a, b] = codes.map(|code| {
                std::array::from_fn::<u8, NIBBLES, _>(|k| {
                    if k % 2 == 0 { code[k / 2] & 15 } else { code[k / 2] >> 4 }
                })
            });
            Self { tables: std::array::from_fn(|k| table(a[k], b[k])), tags }
        }
    }

    impl SixPair {
        pub(super) fn new(codes: [&[u8; BYTES]; 2], tags: [u8; 2]) -> Self {
            let [a, b] = codes.map(sixes);
            Self { tables: std::array::from_fn(|k| table(a[k], b[k])), tags: tags.map(|tag| [tag; 4]) }
        }
    }

    /// The fields of six bits of a code.
    fn sixes(code: &[u8; BYTES]) -> [u8; SIXES] {
        let upper = |byte: usize| code.get(byte).map_or(0, |byte| byte >> 6);
        std::array::from_fn(|field| match field.checked_sub(BYTES) {
            None => code[field] & 63,
            Some(k) => upper(3 * k) | upper(3 * k + 1) << 2 | upper(3 * k + 2) << 4,
        })
    }

    /// Bits in which each value differs from `a`, and 16 times those in which it differs from `b`.
    fn table<const N: usize>(a: u8, b: u8) -> [u8; N] {
        let ones = |bits: u8| bits.count_ones() as u8;
        std::array::from_fn(|value| ones(value as u8 ^ a) | ones(value as u8 ^ b) << 4)
    }

    /// The rows two by two, where this processor has the level that reads them.
    pub(super) fn pairs<T>(
        level: Level,
        rows: &[([u8; BYTES], u8)],
        pair: impl Fn([&[u8; BYTES]; 2], [u8; 2]) -> T,
    ) -> Vec<T> {
        if !level.is_present() {
            return Vec::new();
        }
        let two = |rows: &[([u8; BYTES], u8)]| {
            let (a, b) = (&rows[0], &rows[rows.len() - 1]);
            pair([&a.0, &b.0], [a.1 | 1, b.1 | 1])
        };
        rows.chunks(2).map(two).collect()
    }
}
