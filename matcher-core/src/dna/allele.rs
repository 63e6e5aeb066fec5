//! Alleles: repeats in exact tenths, bases, names, and what is said where no allele can be named.

use super::name::{MAX_NAME, Name};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// One designation at a locus, in four bytes.
///
/// # Range and units
/// A repeat is 0.1 to 6553.5 in exact tenths: `9.3` is 93 tenths and nothing else. `9.30` is read as `9.3`;
/// `9.30000001` is an error, because such a number came out of a float and its source must be looked at.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Allele, Designation};
/// let allele: Allele = "9.3".parse()?;
/// assert_eq!(allele.designation(), Designation::Repeat(93));
/// assert!(allele.may_be("9.X".parse()?) && !allele.may_be("9".parse()?));
/// assert!("9.30000001".parse::<Allele>().is_err());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Allele(u32);

/// What a designation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Designation {
    /// So many tenths of repeats.
    Repeat(u16),
    /// A base: A, C, G or T.
    Base(char),
    /// An amelogenin peak: X or Y.
    SexChromosome(char),
    /// Any other name, such as that of a sequence.
    Named(&'static str),
    /// A microvariant of so many whole repeats, its decimal unknown: `9.X`.
    AnyMicrovariant(u16),
    /// Above the ladder, whose highest allele has so many tenths: `25>`.
    Above(u16),
    /// Below the ladder, whose lowest allele has so many tenths: `8<`.
    Below(u16),
    /// Off the ladder, and nothing else is known: `OL`.
    OffLadder,
    /// Not known: `-`. The peak may have dropped out.
    Unknown,
    /// Anything: `*`.
    Wildcard,
}

/// The tag in the upper four bits, the value in the others. The order of tags is the order of alleles.
const REPEAT: u32 = 0;
const BASE: u32 = 1;
const SEX: u32 = 2;
const NAMED: u32 = 3;
const MICROVARIANT: u32 = 4;
const ABOVE: u32 = 5;
const BELOW: u32 = 6;
const OFF_LADDER: u32 = 7;
const UNKNOWN: u32 = 8;
const WILDCARD: u32 = 9;

const fn tagged(tag: u32, value: u32) -> Allele {
    Allele(tag << 28 | value)
}

impl Allele {
    /// Not known: `-`.
    pub const UNKNOWN: Self = tagged(UNKNOWN, 0);
    /// Anything: `*`.
    pub const WILDCARD: Self = tagged(WILDCARD, 0);
    /// Off the ladder: `OL`.
    pub const OFF_LADDER: Self = tagged(OFF_LADDER, 0);

    /// So many tenths of repeats: `Allele::repeat(93)` is 9.3. `None` for 0.
    pub const fn repeat(tenths: u16) -> Option<Self> {
        match tenths {
            0 => None,
            tenths => Some(tagged(REPEAT, tenths as u32)),
        }
    }

    /// What it says.
    pub fn designation(self) -> Designation {
        let value = self.0 & 0x0fff_ffff;
        let letter = || char::from(value as u8);
        match self.0 >> 28 {
            REPEAT => Designation::Repeat(value as u16),
            BASE => Designation::Base(letter()),
            SEX => Designation::SexChromosome(letter()),
            NAMED => Designation::Named(Name::from_number(value).text()),
            MICROVARIANT => Designation::AnyMicrovariant(value as u16),
            ABOVE => Designation::Above(value as u16),
            BELOW => Designation::Below(value as u16),
            OFF_LADDER => Designation::OffLadder,
            UNKNOWN => Designation::Unknown,
            _ => Designation::Wildcard,
        }
    }

    /// The tenths of repeats, where it is a repeat.
    pub const fn tenths(self) -> Option<u16> {
        match self.0 >> 28 {
            REPEAT => Some(self.0 as u16),
            _ => None,
        }
    }

    /// Whether it names one allele: a repeat, a base, a chromosome or a name.
    pub const fn is_designated(self) -> bool {
        self.0 >> 28 <= NAMED
    }

    /// Whether it may be any allele at all: `-`, `*` and `OL`.
    pub const fn is_open(self) -> bool {
        self.0 >> 28 >= OFF_LADDER
    }

    /// Whether it names a microvariant: a repeat that is not whole.
    pub const fn is_microvariant(self) -> bool {
        match self.0 >> 28 {
            REPEAT => !self.0.is_multiple_of(10),
            MICROVARIANT => true,
            _ => false,
        }
    }

    /// The repeats that it may be, in tenths, both ends included.
    fn range(self) -> Option<(u32, u32)> {
        match self.designation() {
            Designation::Repeat(tenths) => Some((tenths.into(), tenths.into())),
            Designation::AnyMicrovariant(whole) => {
                let whole = u32::from(whole) * 10;
                Some((whole + 1, whole + 9))
            }
            Designation::Above(tenths) => Some((u32::from(tenths) + 1, u32::MAX)),
            Designation::Below(tenths) => Some((0, u32::from(tenths).saturating_sub(1))),
            _ => None,
        }
    }

    /// Whether both may be the same allele: they are equal, one is open, or the repeats that they may be overlap.
    pub fn may_be(self, other: Self) -> bool {
        if self == other || self.is_open() || other.is_open() {
            return true;
        }
        if self.is_designated() && other.is_designated() {
            return false;
        }
        match (self.range(), other.range()) {
            (Some(a), Some(b)) => a.0 <= b.1 && b.0 <= a.1,
            _ => false,
        }
    }
}

/// Tenths of repeats from decimal digits; `None` where the text is no such number.
fn tenths(text: &str) -> Option<Result<u16, ()>> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return None;
    }
    let (first, rest) = decimals.split_at(1);
    let exact = rest.bytes().all(|b| b == b'0');
    let number = |text: &str| text.parse::<u16>().ok();
    let value = number(whole).zip(number(first)).and_then(|(w, d)| w.checked_mul(10)?.checked_add(d));
    Some(value.filter(|&value| exact && value > 0).ok_or(()))
}

const EXPECTED: &str = "repeats in whole tenths (9.3), A, C, G, T, X, Y, a name, or 9.X, 25>, 8<, OL, -, *";

impl FromStr for Allele {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let wrong = || {
            let shown: String = text.chars().take(MAX_NAME).collect();
            Error::invalid("", "allele", format!("{shown:?}"), EXPECTED)
        };
        if let Some(tenths) = tenths(text) {
            return tenths.map(|tenths| tagged(REPEAT, tenths.into())).map_err(|()| wrong());
        }
        let bound = |text: &str| tenths(text.trim()).and_then(Result::ok).map(u32::from);
        match text.as_bytes() {
            [] | [b'-' | b'?'] => return Ok(Self::UNKNOWN),
            b"*" => return Ok(Self::WILDCARD),
            b"OL" | b"ol" | b"Ol" => return Ok(Self::OFF_LADDER),
            [base @ (b'A' | b'C' | b'G' | b'T')] => return Ok(tagged(BASE, (*base).into())),
            [sex @ (b'X' | b'Y')] => return Ok(tagged(SEX, (*sex).into())),
            _ => {}
        }
        if let Some(whole) = text.strip_suffix(".X").or_else(|| text.strip_suffix(".x")) {
            let whole = bound(whole).filter(|tenths| tenths % 10 == 0).ok_or_else(wrong)?;
            return Ok(tagged(MICROVARIANT, whole / 10));
        }
        if let Some(highest) = text.strip_suffix('>').or_else(|| text.strip_prefix('>')) {
            return Ok(tagged(ABOVE, bound(highest).ok_or_else(wrong)?));
        }
        if let Some(lowest) = text.strip_suffix('<').or_else(|| text.strip_prefix('<')) {
            return Ok(tagged(BELOW, bound(lowest).ok_or_else(wrong)?));
        }
        // What begins like a number and is none (9.3.1, 1e3, 9,3) is a slip, unless it goes on like a sequence's name; the
        // words that tables write for no value name no allele.
        let like_a_name =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | ':' | '[' | ']');
        let slip = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['_', '[']);
        let says_nothing =
            ["na", "nan", "null", "none", "inf"].iter().any(|word| text.eq_ignore_ascii_case(word));
        if slip || says_nothing || text.starts_with(['-', '+', '.']) || !text.chars().all(like_a_name) {
            return Err(wrong());
        }
        Name::new(text).map(|name| tagged(NAMED, name.number())).ok_or_else(wrong)
    }
}

impl fmt::Display for Allele {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repeats = |f: &mut fmt::Formatter<'_>, tenths: u16| match tenths % 10 {
            0 => write!(f, "{}", tenths / 10),
            tenth => write!(f, "{}.{tenth}", tenths / 10),
        };
        match self.designation() {
            Designation::Repeat(tenths) => repeats(f, tenths),
            Designation::Base(letter) | Designation::SexChromosome(letter) => write!(f, "{letter}"),
            Designation::Named(name) => f.write_str(name),
            Designation::AnyMicrovariant(whole) => write!(f, "{whole}.X"),
            Designation::Above(tenths) => repeats(f, tenths).and_then(|()| f.write_str(">")),
            Designation::Below(tenths) => repeats(f, tenths).and_then(|()| f.write_str("<")),
            Designation::OffLadder => f.write_str("OL"),
            Designation::Unknown => f.write_str("-"),
            Designation::Wildcard => f.write_str("*"),
        }
    }
}

/// An allele is part of a genotype, and does not belong in a log: only what kind it is is shown.
impl fmt::Debug for Allele {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_designated() { "Allele(designated)" } else { "Allele(not designated)" })
    }
}

impl PartialOrd for Allele {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Repeats by their number, then bases, chromosomes, names, and at last what is not designated.
impl Ord for Allele {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.designation(), other.designation()) {
            (Designation::Named(a), Designation::Named(b)) => a.cmp(b),
            _ => self.0.cmp(&other.0),
        }
    }
}

impl TryFrom<String> for Allele {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Allele> for String {
    fn from(allele: Allele) -> Self {
        allele.to_string()
    }
}

#[cfg(test)]
#[path = "allele_tests.rs"]
mod tests;
