//! How much a reader takes at most, so that a hostile file cannot ask for more than its reader meant to give.

use crate::error::{Error, Result};
#[cfg(feature = "extract")]
use crate::image::GrayImage;

/// Upper bounds that every reader applies before it allocates; beyond one of them there is an error, never a part.
///
/// # Memory
/// Minutiae records, text and transactions take at most 4 times their bytes and 64 KiB, tables of frequencies 10 times
/// (JSON; text 4 times). Images take at most so many bytes a pixel and 1 MiB: 4 in general, 5 as WSQ, 6 as colour in
/// TIFF, 9 with transparency in 16 bits, 16 with that in TIFF. JPEG 2000 was not measured. The counts are those of an
/// allocator that takes a block that grows for two.
///
/// # Examples
/// ```
/// use matcher_core::formats::{Limits, ReadOptions, read};
/// let options = ReadOptions { limits: Limits { bytes: 4, ..Limits::default() }, ..ReadOptions::default() };
/// let error = read(b"10 20 30\n", &options).unwrap_err();
/// assert_eq!(error.to_string(), "input length is 9 bytes, expected at most 4, the limit set for reading");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one input. Default 64 MiB: four times the largest minutiae record that can be stated.
    pub bytes: usize,
    /// Records in one input: views of fingers, or records of a transaction. Default 1,000; a minutiae record states 255
    /// at most, a transaction 1,000.
    pub records: usize,
    /// Fields in one record of a transaction. Default 2,000; field numbers hardly go beyond 999, those of users to 9,999.
    pub fields: usize,
    /// Minutiae in one view, counted before the best 255 are kept. Default 10,000; a whole rolled print has about 150.
    pub minutiae: usize,
    /// Pixels of one image. Default 100 million: a ten-print card of 8 x 8 inches at 1000 dpi has 64 million.
    pub pixels: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, records: 1_000, fields: 2_000, minutiae: 10_000, pixels: 100_000_000 }
    }
}

impl Limits {
    /// Refuses an input that is too long.
    pub(super) fn check_bytes(&self, present: u64) -> Result<()> {
        check_length(present, self.bytes)
    }

    /// Refuses too many records.
    pub(super) fn check_records(&self, stated: usize) -> Result<()> {
        check("", "number of views", stated, stated <= self.records, self.records)
    }

    /// Refuses too many fields in one record.
    pub(super) fn check_fields(&self, record: &str, present: usize) -> Result<()> {
        check(record, "number of fields", present, present <= self.fields, self.fields)
    }

    /// Refuses too many minutiae in one view.
    pub(super) fn check_minutiae(&self, record: &str, stated: usize) -> Result<()> {
        check(record, "number of minutiae", stated, stated <= self.minutiae, self.minutiae)
    }

    /// Refuses an image of no pixels, of more than a template can state along a side, or of too many.
    #[cfg(feature = "extract")]
    pub(super) fn check_pixels(&self, width: u64, height: u64) -> Result<()> {
        let size = format!("{width} x {height}");
        let most = GrayImage::MAX_SIDE as u64;
        if !(1..=most).contains(&width) || !(1..=most).contains(&height) {
            return Err(Error::invalid("", "image size", size, format!("1 to {most} pixels a side")));
        }
        if width * height > self.pixels as u64 {
            let expected = format!("at most {} pixels, the limit set for reading", self.pixels);
            return Err(Error::invalid("", "image size", size, expected));
        }
        Ok(())
    }
}

/// Refuses an input of more than `limit` bytes.
pub(super) fn check_length(present: u64, limit: usize) -> Result<()> {
    check("", "input length", format!("{present} bytes"), present <= limit as u64, limit)
}

/// Refuses a number beyond its limit.
pub(super) fn check(
    record: &str,
    field: &str,
    value: impl std::fmt::Display,
    within: bool,
    limit: usize,
) -> Result<()> {
    if within {
        return Ok(());
    }
    Err(Error::invalid(record, field, value, format!("at most {limit}, the limit set for reading")))
}
