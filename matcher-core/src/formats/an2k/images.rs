//! Images in a transaction: what their records say of them, and their bytes where they lie.

use super::binary::Header;
use super::codes::{self, Compression};
use super::record::{self, Record};
use super::scale;
#[cfg(feature = "extract")]
use crate::error::Error;
#[cfg(feature = "extract")]
use crate::error::Result;
use crate::fingerprint::{FingerPosition, Impression};
#[cfg(feature = "extract")]
use crate::formats::images::{ImageOptions, read_image};
#[cfg(feature = "extract")]
use crate::image::GrayImage;
use crate::units::{Dpi, Resolution};
use std::fmt;

/// One image of a transaction: Types 3 to 6 (binary header) and 10, 13 to 17 and 19 (tagged).
///
/// `Debug` shows what the record says of the image, and none of its bytes.
#[derive(Clone)]
pub struct ImageRecord<'a> {
    /// Index of its record in the transaction, from 0.
    pub record: usize,
    /// The type of the record: 4 fingerprint at 500 dpi, 10 face, scar, mark or tattoo, 13 latent, 14 fingerprint,
    /// 15 palm print.
    pub kind: u8,
    /// The information designation character, which ties it to a Type-9 record.
    pub idc: Option<u8>,
    /// Codes of the positions that it may show, as stated: 1 to 10 a finger, 13 and 14 four fingers, 21 to 38 palms.
    pub positions: Vec<u8>,
    /// The finger, where one alone is stated.
    pub finger_position: FingerPosition,
    /// How the impression was taken, where stated.
    pub impression: Option<Impression>,
    /// Width and height in pixels, where stated.
    pub size: Option<(u32, u32)>,
    /// The resolution, where stated.
    pub resolution: Option<Resolution>,
    /// Bits of a pixel, where stated.
    pub bits_per_pixel: Option<u8>,
    /// How the bytes are compressed.
    pub compression: Compression,
    /// The bytes of the image.
    pub data: &'a [u8],
}

impl fmt::Debug for ImageRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageRecord")
            .field("record", &self.record)
            .field("kind", &self.kind)
            .field("positions", &self.positions)
            .field("size", &self.size)
            .field("compression", &self.compression)
            .field("bytes", &self.data.len())
            .finish_non_exhaustive()
    }
}

/// Whether a record of this type holds an image that is handed out.
fn has_image(kind: u8) -> bool {
    matches!(kind, 3..=6 | 10 | 13..=17 | 19)
}

/// The images of these records.
pub(super) fn images(records: &[Record]) -> impl Iterator<Item = ImageRecord<'_>> {
    (0..records.len()).filter_map(|index| image(records, index))
}

/// The image of one record, where it has one.
fn image(records: &[Record], index: usize) -> Option<ImageRecord<'_>> {
    let record = records.get(index).filter(|record| has_image(record.kind()))?;
    if record.is_tagged() { Some(tagged(index, record)) } else { binary(index, record, records.first()) }
}

/// The image records of ridges, by their IDCs: each is looked up once, however many records ask for it.
pub(super) struct Frames<'a> {
    records: &'a [Record],
    by_idc: Vec<(u8, usize)>,
}

impl<'a> Frames<'a> {
    pub(super) fn of(records: &'a [Record]) -> Self {
        let ridges =
            records.iter().enumerate().filter(|(_, record)| matches!(record.kind(), 4 | 13..=15 | 19));
        Self { records, by_idc: ridges.filter_map(|(index, record)| Some((record.idc()?, index))).collect() }
    }

    /// The image that a Type-9 record with this IDC is about.
    pub(super) fn image(&self, idc: Option<u8>) -> Option<ImageRecord<'a>> {
        let (_, index) = self.by_idc.iter().find(|(known, _)| Some(*known) == idc)?;
        image(self.records, *index)
    }
}

fn binary<'a>(index: usize, record: &'a Record, first: Option<&Record>) -> Option<ImageRecord<'a>> {
    let header = Header::read(record.bytes())?;
    let grey = matches!(record.kind(), 3 | 4);
    let compression = match header.compression {
        code if grey => Compression::from_code(code),
        0 => Compression::None,
        _ => Compression::Unknown, // facsimile codes of bitmaps
    };
    let stated: Vec<u8> = header.positions.into_iter().filter(|&code| code != u8::MAX).collect();
    // 500 dpi is the least resolution of the standard; low-resolution images have half of it.
    let native = first.and_then(|first| scale::from_per_millimetre(first.field(11)?.value()));
    let dpi = if header.native { native.unwrap_or(Dpi::STANDARD) } else { Dpi::STANDARD };
    let resolution = matches!(record.kind(), 4 | 6).then_some(Resolution::square(dpi));
    Some(ImageRecord {
        record: index,
        kind: record.kind(),
        idc: record.idc(),
        finger_position: only_finger(&stated),
        positions: stated,
        impression: codes::impression(header.impression).value(),
        size: Some((header.width.into(), header.height.into())),
        resolution,
        bits_per_pixel: Some(if grey { 8 } else { 1 }),
        compression,
        data: record.data().unwrap_or_default(),
    })
}

fn tagged(index: usize, record: &Record) -> ImageRecord<'_> {
    let number = |field| record.field(field).and_then(|field| field.number::<u32>());
    let ridges = matches!(record.kind(), 13..=15 | 19);
    let stated: Vec<u8> = match record.field(13).filter(|_| ridges) {
        Some(field) => field.subfields().filter_map(|one| record::number(one.items().next()?)).collect(),
        None => Vec::new(),
    };
    let impression = number(3).filter(|_| ridges).and_then(|code| u8::try_from(code).ok());
    ImageRecord {
        record: index,
        kind: record.kind(),
        idc: record.idc(),
        finger_position: only_finger(&stated),
        positions: stated,
        impression: impression.and_then(|code| codes::impression(code).value()),
        size: number(6).zip(number(7)),
        resolution: resolution(number(8), number(9), number(10)),
        bits_per_pixel: number(12).filter(|_| record.kind() != 10).and_then(|bits| u8::try_from(bits).ok()),
        compression: record
            .field(11)
            .map_or(Compression::Unknown, |field| Compression::from_word(field.value())),
        data: record.data().unwrap_or_default(),
    }
}

/// The finger of a list that names one alone.
fn only_finger(codes: &[u8]) -> FingerPosition {
    match codes {
        [code] => codes::position(*code).unwrap_or_default(),
        _ => FingerPosition::Unknown,
    }
}

/// A resolution by its scale units (1 per inch, 2 per centimetre) and its numbers of pixels.
pub(super) fn resolution(units: Option<u32>, x: Option<u32>, y: Option<u32>) -> Option<Resolution> {
    let dpi = |pixels: u32| match units? {
        1 => Dpi::new(f64::from(pixels)),
        2 => Dpi::from_per_centimetre(pixels),
        _ => None,
    };
    Some(Resolution { x: dpi(x?)?, y: dpi(y?)? })
}

#[cfg(feature = "extract")]
impl ImageRecord<'_> {
    /// Decodes the image: as grey, ridges dark.
    ///
    /// The resolution is that of the options, else that of the record, else that of the image itself. What the bytes are
    /// is found by themselves; only where the record says that they are not compressed they are taken for pixels.
    ///
    /// # Errors
    /// Those of [`read_image`]; [`Error::Invalid`] for uncompressed pixels that are not grey of 8 bits, or fewer than the
    /// stated size, or whose size or resolution is not stated.
    pub fn read(&self, options: &ImageOptions) -> Result<GrayImage> {
        let name = record::name(self.record, self.kind);
        let options = ImageOptions { resolution: options.resolution.or(self.resolution), ..options.clone() };
        let image = match self.compression {
            Compression::None => self.pixels(&options),
            _ => read_image(self.data, &options),
        };
        image.map_err(|error| match error {
            Error::Invalid(problem) => problem.within(name).into(),
            Error::UnknownFormat(what) => Error::UnknownFormat(format!("{name}: {what}")),
            other => other,
        })
    }

    /// Takes the bytes as rows of pixels.
    fn pixels(&self, options: &ImageOptions) -> Result<GrayImage> {
        let (width, height) = self
            .size
            .ok_or_else(|| Error::invalid("", "image size", "not stated", "width and height in pixels"))?;
        options.limits.check_pixels(width.into(), height.into())?;
        if self.bits_per_pixel.is_some_and(|bits| bits != 8) || self.kind == 10 {
            let value = self.bits_per_pixel.map_or_else(|| "a face".to_owned(), |bits| bits.to_string());
            return Err(Error::invalid("", "bits per pixel", value, "8, grey, where it is not compressed"));
        }
        let count = width as usize * height as usize; // checked
        let Some(pixels) = self.data.get(..count) else {
            let value = format!("{} bytes", self.data.len());
            let expected = format!("{count}, for {width} x {height} pixels that are not compressed");
            return Err(Error::invalid("", "image data", value, expected));
        };
        let resolution = options.resolution.ok_or_else(|| {
            let expected = "dpi from the caller, for example 500";
            Error::invalid("", "resolution", "not stated in the record", expected)
        })?;
        let pixels = ndarray::Array2::from_shape_vec((height as usize, width as usize), pixels.to_vec())
            .map_err(|error| Error::invalid("", "image size", error, "width and height in pixels"))?;
        options.ridges.darkened(GrayImage::new(pixels, resolution)?)
    }
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
