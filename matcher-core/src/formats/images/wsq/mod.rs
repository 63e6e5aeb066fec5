//! Reads fingerprint images compressed by WSQ (wavelet scalar quantisation), as police systems keep them.
//!
//! # Method
//! The decoder of the specification: the coded data become whole numbers (`huffman`, `block`), these become wavelet
//! coefficients (`quantiser`, `coefficients`) in 60 of the 64 subbands that a fixed tree cuts the image into (`tree`),
//! and the filter bank that the file carries joins the subbands from the smallest up (`synthesis`). Any odd or even
//! length of filters is taken; all files seen have the 9/7 bank.
//!
//! Arithmetic is in `f32` as in NBIS, the reference software, and in the same order of sums, so the result is the same
//! bits on every machine and within 1 grey level of other decoders.
//!
//! # Range and units
//! 8 bits a pixel, 1 to 65,535 pixels a side. The resolution is the `PPI` of the NISTCOM comment; most files state no
//! other, and where that is missing or negative there is none.
//!
//! # Limits
//! - Restart intervals are refused by name: no encoder known writes them.
//! - Bytes after the end marker are ignored; a file without an end marker is cut, and an error.
//! - A few hundred bytes can state an image of any size, since a blank one has no coefficients. So an image may have 2^24
//!   pixels, or 2048 pixels for each byte of the file where that is more, and never more than [`Limits::pixels`]. Blank
//!   images up to a ten-print card at 500 dpi are read; larger ones have to bear the data of a print, of which a byte
//!   gives 10 to 100 pixels. Memory is 5 bytes a pixel, and less than 10 MB beside.
//! - NBIS reads beyond its lines where a split is of 1, 2, 3 or 5 coefficients, as in images with a side below 81 pixels,
//!   and gives other grey levels there, not always the same. Such lines are joined here by the definition.
//!
//! # References
//! - FBI, WSQ Gray-Scale Fingerprint Image Compression Specification, IAFIS-IC-0110, version 3.1, 2010.
//! - C. M. Brislawn, Classification of nonexpansive symmetric extension transforms for multirate filter banks, Applied
//!   and Computational Harmonic Analysis 3 (1996) 337-357.

mod block;
mod coefficients;
mod comment;
mod filters;
mod huffman;
mod quantiser;
mod segments;
mod synthesis;
mod tree;

use crate::error::{Error, Result};
use crate::formats::Limits;
use crate::units::Resolution;
use coefficients::Coefficients;
use ndarray::Array2;
use segments::{Frame, Segment, Segments};

/// Pixels that the shortest file may state: 4096 x 4096, more than a ten-print card at 500 dpi.
const BLANK_PIXELS: usize = 1 << 24;

/// Pixels that a file may state for each of its bytes: twenty times what the strongest compression in use gives.
const PIXELS_PER_BYTE: usize = 2048;

/// A decoded file. It has no `Debug`: pixels of prints go into no log.
pub(crate) struct Decoded {
    /// Grey levels from 0, black, indexed `[row, column]`.
    pub(crate) pixels: Array2<u8>,
    /// What the NISTCOM comment states, wherever in the file it is.
    pub(crate) resolution: Option<Resolution>,
}

/// The whole image.
///
/// # Errors
/// [`Error::Invalid`]: no WSQ file, an image that is too large (checked before anything is allocated), and anything that
/// is cut, missing, or against the specification; it names the place.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded> {
    let mut segments = Segments::open(bytes)?;
    let frame = segments.frame()?;
    check_size(&frame, bytes.len(), limits)?;
    let mut started: Option<Coefficients> = None;
    while let Segment::Block(header) = segments.next()? {
        if started.is_none() {
            let quantiser = segments.tables.take_quantiser()?;
            started = Some(Coefficients::new(frame.width, frame.height, &quantiser));
        }
        if let Some(coefficients) = &mut started {
            segments.read_block(header, coefficients)?;
        }
    }
    let Some(coefficients) = started else {
        return Err(Error::invalid("", "number of blocks", 0, "at least 1 before the end marker"));
    };
    let filters = segments.tables.filters()?;
    let (splits, mut plane) = coefficients.finish()?;
    synthesis::join(&mut plane, frame.width, &splits, filters);
    let pixels = Array2::from_shape_fn((frame.height, frame.width), |(row, column)| {
        frame.grey(plane[row * frame.width + column])
    });
    Ok(Decoded { pixels, resolution: segments.tables.resolution() })
}

/// Refuses an image that is too large, by the limits or for so short a file.
fn check_size(frame: &Frame, length: usize, limits: &Limits) -> Result<()> {
    limits.check_pixels(frame.width as u64, frame.height as u64)?;
    let most = length.saturating_mul(PIXELS_PER_BYTE).max(BLANK_PIXELS);
    if frame.width.saturating_mul(frame.height) <= most {
        return Ok(());
    }
    let stated = format!("{} x {} in a file of {length} bytes", frame.width, frame.height);
    let expected = format!("at most {most} pixels, or more data: no print compresses so far");
    Err(Error::invalid("", "image size", stated, expected))
}

#[cfg(test)]
#[path = "wsq_tests.rs"]
mod tests;
