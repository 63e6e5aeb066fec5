//! One row prepared for comparisons: what each byte of another row's pair tells about the two pairs.
//!
//! # Method
//! A pair `{l, h}` of the row and a pair `l' <= h'` of another: `l'` tells one byte of five bits, `h'` another, and each
//! bit of the answer is the "and" or the "or" of theirs. Where the row's pair has no 0, they are equal if `l'` is `l` and
//! `h'` is `h` ([`PLAIN`]), or if `l'` is 0 and `h'` is 0, `l` or `h` ([`FILLED`]). Where it is `{0, h}`, they are equal
//! if one of the bytes is `h`, or `h'` is 0; where it is `{0, 0}`, always ([`OPEN`]). Two pairs share a byte where `l'` or
//! `h'` is `l`, `h` or 0, and always where the row's pair has a 0 ([`SHARE`]): a byte that is not known may be any, so
//! it may be one of the other pair. The three bits for equal pairs exclude each other.

use crate::simd::planes::Table;

/// Equal, both pairs known whole: "and".
pub(super) const PLAIN: u8 = 1;
/// Equal, only the other pair has a 0: "and".
pub(super) const FILLED: u8 = 2;
/// Equal, the row's pair has a 0: "or".
pub(super) const OPEN: u8 = 4;
/// They share a byte, or are equal: "or".
pub(super) const SHARE: u8 = 16;
/// A pair has a 0: "or".
pub(super) const WILD: u8 = 32;
/// The bits that take "or".
pub(super) const EITHER: u8 = OPEN | SHARE | WILD;

/// Bytes that a vector permutation looks up at once.
#[cfg(target_arch = "x86_64")]
pub(super) const LOOKUP: usize = 64;

/// Columns whose ones can be added up in half a byte.
#[cfg(target_arch = "x86_64")]
pub(super) const NIBBLE: usize = 15;

/// A pair of the row.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Cell {
    /// The bits of each lower byte and each higher one, of bytes that can be looked up.
    #[cfg(target_arch = "x86_64")]
    pub(super) lookups: [[u8; LOOKUP]; 2],
    /// The bits of any byte, the same for all that are not in `keys`.
    pub(super) sides: [Side; 2],
    /// The bytes whose bits are not those of most: 0 and the two of the pair; a byte may stand twice.
    pub(super) keys: [[u8; 4]; 3],
}

/// What the lower byte of another pair tells, or the higher one; each four times.
#[derive(Clone, Copy)]
pub(super) struct Side {
    pub(super) other: [u8; 4],
    /// The bits that are not those of `other`, for each key; none where the key stands before.
    pub(super) changes: [[u8; 4]; 3],
}

impl Cell {
    fn new([low, high]: [u8; 2]) -> Self {
        let tells: [fn([u8; 2], u8) -> u8; 2] = [lower, higher];
        let pair = [low, high];
        let keys = [0, low, high];
        // A byte that is none of the keys: one of four is not.
        let none = (0..4).find(|byte| !keys.contains(byte)).unwrap_or(0);
        let side = |tell: fn([u8; 2], u8) -> u8| {
            let other = tell(pair, none);
            let change =
                |k: usize| if keys[..k].contains(&keys[k]) { 0 } else { tell(pair, keys[k]) ^ other };
            Side { other: [other; 4], changes: std::array::from_fn(|k| [change(k); 4]) }
        };
        Self {
            #[cfg(target_arch = "x86_64")]
            lookups: tells.map(|tell| lookup(keys, none, |byte| tell(pair, byte))),
            sides: tells.map(side),
            keys: keys.map(|key| [key; 4]),
        }
    }
}

/// The bits of each byte that can be looked up; those of `none` where it is none of the keys.
#[cfg(target_arch = "x86_64")]
fn lookup(keys: [u8; 3], none: u8, tell: impl Fn(u8) -> u8) -> [u8; LOOKUP] {
    let mut lookup = [tell(none); LOOKUP];
    for key in keys {
        if let Some(bits) = lookup.get_mut(usize::from(key)) {
            *bits = tell(key);
        }
    }
    lookup
}

/// What the lower byte of another pair tells.
fn lower([low, high]: [u8; 2], byte: u8) -> u8 {
    let mut bits = 0;
    if low != 0 {
        bits |= if byte == low { PLAIN } else { 0 } | if byte == 0 { FILLED } else { 0 };
    } else if high == 0 || byte == high {
        bits |= OPEN;
    }
    if low == 0 || byte == 0 || byte == low || byte == high {
        bits |= SHARE;
    }
    if low == 0 || byte == 0 { bits | WILD } else { bits }
}

/// What the higher byte of another pair tells. Where it is 0 the lower one is 0 too, and has told that a byte is not
/// known.
fn higher([low, high]: [u8; 2], byte: u8) -> u8 {
    let mut bits = 0;
    if low != 0 {
        bits |= if byte == high { PLAIN } else { 0 };
        bits |= if byte == 0 || byte == low || byte == high { FILLED } else { 0 };
    } else if high == 0 || byte == 0 || byte == high {
        bits |= OPEN;
    }
    if low == 0 || byte == 0 || byte == low || byte == high { bits | SHARE } else { bits }
}

/// A row, prepared.
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// Whether a byte of it is not known.
    pub(super) holes: bool,
}

impl Row {
    pub(super) fn new(table: &Table, index: usize) -> Self {
        let holes = table.row(index).any(|[low, _]| low == 0);
        Self { cells: table.row(index).map(Cell::new).collect(), holes }
    }
}
