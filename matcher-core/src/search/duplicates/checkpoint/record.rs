//! A record of a checkpoint: subjects that are done, what was counted, and the links.

use crate::search::duplicates::config::StageCounts;
use crate::search::duplicates::found::Found;

/// Bytes of a payload before its links.
const FIXED: usize = 4 + 5 * 8 + 4;
/// Bytes of a link.
const LINK: usize = 4 + 4 + 8 + 4 + 4 + 4;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::search) struct Counts {
    /// Links, kept or not.
    pub(in crate::search) found: u64,
    pub(in crate::search) stages: StageCounts,
}

impl Counts {
    /// With what was counted elsewhere.
    pub(in crate::search) fn plus(self, other: Self) -> Self {
        Self { found: self.found + other.found, stages: self.stages.plus(other.stages) }
    }

    fn numbers(self) -> [u64; 5] {
        let StageCounts { prints, code_passed, relaxed_passed, compared } = self.stages;
        [self.found, prints, code_passed, relaxed_passed, compared]
    }

    fn of([found, prints, code_passed, relaxed_passed, compared]: [u64; 5]) -> Self {
        Self { found, stages: StageCounts { prints, code_passed, relaxed_passed, compared } }
    }
}

/// Subjects that were compared with all that come after them: from the end of the record before up to this one's.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::search) struct Done {
    /// The rank after the last one.
    pub(in crate::search) end: u32,
    pub(in crate::search) counts: Counts,
    /// The best links, of which one subject is among them.
    pub(in crate::search) links: Vec<Found>,
}

impl Done {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED + self.links.len() * LINK);
        bytes.extend_from_slice(&self.end.to_le_bytes());
        for number in self.counts.numbers() {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&(self.links.len() as u32).to_le_bytes());
        for link in &self.links {
            bytes.extend_from_slice(&link.a.to_le_bytes());
            bytes.extend_from_slice(&link.b.to_le_bytes());
            bytes.extend_from_slice(&link.score.to_bits().to_le_bytes());
            for number in [link.agreeing, link.records[0], link.records[1]] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        bytes
    }

    /// A record of work on so many subjects, of which those before `start` are done already.
    ///
    /// # Errors
    /// What of the bytes cannot be, in words.
    pub(super) fn of_bytes(bytes: &[u8], start: u32, subjects: u32) -> Result<Self, String> {
        let mut rest = Bytes(bytes);
        let end = rest.u32()?;
        let mut numbers = [0; 5];
        for number in &mut numbers {
            *number = rest.u64()?;
        }
        // A count that no work reaches would overflow the sums.
        if let Some(number) = numbers.iter().find(|&&number| number > u64::MAX >> 8) {
            return Err(format!("a count is {number}, expected less than 2^56"));
        }
        if !(start < end && end <= subjects) {
            return Err(format!(
                "its subjects end at {end}, expected {} to {subjects}",
                u64::from(start) + 1
            ));
        }
        let count = rest.u32()? as usize;
        if rest.0.len() != count.saturating_mul(LINK) {
            let left = rest.0.len();
            return Err(format!("it says that {count} links follow, and has {left} bytes, {LINK} of each"));
        }
        let mut links = Vec::with_capacity(count);
        for _ in 0..count {
            let (a, b, score) = (rest.u32()?, rest.u32()?, f64::from_bits(rest.u64()?));
            let (agreeing, records) = (rest.u32()?, [rest.u32()?, rest.u32()?]);
            if !(start <= a && a < end && a < b && b < subjects && score.is_finite() && score >= 0.0) {
                return Err(format!("a link joins {a} and {b} at score {score}, which cannot be"));
            }
            links.push(Found { a, b, score, agreeing, records });
        }
        Ok(Self { end, counts: Counts::of(numbers), links })
    }
}

/// Bytes to be read from the front.
struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (first, rest) = self.0.split_first_chunk().ok_or("it ends too early")?;
        self.0 = rest;
        Ok(*first)
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.take().map(u64::from_le_bytes)
    }
}
