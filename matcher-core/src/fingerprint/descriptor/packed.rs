//! Described minutiae as bytes: what a gallery keeps of a print for the later stages of a search.
//!
//! # Method
//! Columns one after the other, little-endian: codes (32 bytes each; 88 of the untrained model), x and y (2 bytes each,
//! or 4 where one of them needs it), direction (2), quality (1; 255 where none was stated), index of the minutia (1).
//! Before them: how many there are, and one byte of flags. A print of 40 minutiae takes about 1.6 kB, and coming back
//! costs a copy: nothing is described anew.

use super::Point;
use super::described::{Code, Described, LEARNED, UNTRAINED};
use crate::error::Problem;
use crate::fingerprint::MAX_MINUTIAE;
use crate::simd::hamming::Block;
use crate::units::Angle;

/// Bytes before the columns.
const HEAD: usize = 2;
/// Coordinates take four bytes each.
const WIDE: u8 = 1;
/// The codes are the bits of cylinders.
const BITS: u8 = 2;
/// Stands for no stated quality.
const NO_QUALITY: u8 = u8::MAX;
/// The largest coordinate, in 1/8 pixels at 500 dpi: that of a template's largest image.
const REACH: i32 = 8 * 655_350;

impl Described {
    /// Appends the bytes.
    pub(in crate::fingerprint) fn pack(&self, out: &mut Vec<u8>) {
        let points = self.points();
        let narrow = |value: i32| i16::try_from(value).is_ok();
        let wide = !points.iter().all(|p| narrow(p.x) && narrow(p.y));
        let untrained = matches!(self.code(), Code::Untrained(_));
        out.push(points.len() as u8); // at most MAX_MINUTIAE
        out.push(if wide { WIDE } else { 0 } | if untrained { BITS } else { 0 });
        match self.code() {
            Code::Learned(codes) => {
                out.extend(codes.iter().flatten().flat_map(|word| word.to_le_bytes()));
            }
            Code::Untrained(codes) => {
                out.extend(codes.iter().flatten().flat_map(|word| word.to_le_bytes()));
            }
        }
        for axis in [|p: &Point| p.x, |p: &Point| p.y] {
            for value in points.iter().map(axis) {
                if wide {
                    out.extend_from_slice(&value.to_le_bytes());
                } else {
                    out.extend_from_slice(&(value as i16).to_le_bytes()); // narrow, as was seen
                }
            }
        }
        out.extend(points.iter().flat_map(|p| p.direction.steps().to_le_bytes()));
        out.extend(points.iter().map(|p| p.quality.unwrap_or(NO_QUALITY)));
        out.extend(points.iter().map(|p| p.source as u8)); // below MAX_MINUTIAE
    }

    /// Takes the bytes apart.
    ///
    /// # Errors
    /// The bytes are not as long as they say, or hold a value that no minutia has.
    pub(in crate::fingerprint) fn unpack(bytes: &[u8]) -> Result<Self, Problem> {
        let wrong = |value: String, expected: String| Problem::new("packed print", "length", value, expected);
        let &[count, flags, ref columns @ ..] = bytes else {
            return Err(wrong(format!("{} bytes", bytes.len()), format!("at least {HEAD} bytes")));
        };
        if flags & !(WIDE | BITS) != 0 {
            return Err(Problem::new("packed print", "flags", flags, "0 to 3"));
        }
        let n = usize::from(count);
        let (wide, untrained) = (flags & WIDE != 0, flags & BITS != 0);
        let code = if untrained { 8 * UNTRAINED } else { 4 * LEARNED };
        let coordinate = if wide { 4 } else { 2 };
        let expected = n * (code + 2 * coordinate + 4);
        if columns.len() != expected {
            return Err(wrong(format!("{} bytes", bytes.len()), format!("{} bytes", HEAD + expected)));
        }
        let (codes, rest) = columns.split_at(n * code);
        let (x, rest) = rest.split_at(n * coordinate);
        let (y, rest) = rest.split_at(n * coordinate);
        let (directions, rest) = rest.split_at(n * 2);
        let (qualities, sources) = rest.split_at(n);
        let number = |bytes: &[u8], k: usize| {
            if wide {
                i32::from_le_bytes(std::array::from_fn(|b| bytes[4 * k + b]))
            } else {
                i32::from(i16::from_le_bytes([bytes[2 * k], bytes[2 * k + 1]]))
            }
        };
        let mut points = Vec::with_capacity(n);
        for k in 0..n {
            let point = Point {
                x: number(x, k),
                y: number(y, k),
                direction: Angle::from_steps(u16::from_le_bytes([directions[2 * k], directions[2 * k + 1]])),
                quality: Some(qualities[k]).filter(|&quality| quality != NO_QUALITY),
                source: u16::from(sources[k]),
            };
            check(&point, k)?;
            points.push(point);
        }
        if untrained {
            let words = |code: &[u8; 8 * UNTRAINED]| {
                let words = code.as_chunks::<8>().0;
                std::array::from_fn(|k| u64::from_le_bytes(words[k]))
            };
            let codes = codes.as_chunks::<{ 8 * UNTRAINED }>().0.iter().map(words).collect();
            return Ok(Self::new(points, Code::Untrained(codes), Vec::new()));
        }
        let words = |code: &[u8; 4 * LEARNED]| {
            let words = code.as_chunks::<4>().0;
            std::array::from_fn(|k| u32::from_le_bytes(words[k]))
        };
        let codes: Vec<_> = codes.as_chunks::<{ 4 * LEARNED }>().0.iter().map(words).collect();
        let blocks = Block::from_codes(&codes);
        Ok(Self::new(points, Code::Learned(codes), blocks))
    }
}

/// Whether a minutia can be: the arithmetic of a comparison counts on it.
fn check(point: &Point, k: usize) -> Result<(), Problem> {
    let record = || format!("packed print, minutia {k}");
    if let Some(&out) = [point.x, point.y].iter().find(|value| value.abs() > REACH) {
        return Err(Problem::new(record(), "coordinate", out, format!("-{REACH} to {REACH}")));
    }
    if let Some(quality) = point.quality.filter(|&quality| quality > 100) {
        return Err(Problem::new(record(), "quality", quality, "0 to 100, or 255"));
    }
    if usize::from(point.source) >= MAX_MINUTIAE {
        return Err(Problem::new(record(), "index", point.source, format!("below {MAX_MINUTIAE}")));
    }
    Ok(())
}

#[cfg(test)]
#[path = "packed_tests.rs"]
mod tests;
