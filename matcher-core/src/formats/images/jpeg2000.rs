//! JPEG 2000 to grey, by the crate `hayro-jpeg2000`: JP2 files and bare codestreams.
//!
//! The size header is read here first, because the crate has no limits of its own. Decoding is strict: a codestream that
//! is cut or inconsistent is an error, not a blurred image.

use super::super::cursor::Cursor;
use super::super::{ImageFormat, Limits};
use super::boxes::Boxes;
use super::decode::{check_density, guarded, unreadable, unusual};
use super::grey::Channels;
use crate::error::{Error, Problem, Result};
use hayro_jpeg2000::{ColorSpace, ComponentData, DecodeSettings, DecoderContext, Image};
use ndarray::Array2;

const FORMAT: ImageFormat = ImageFormat::Jpeg2000;

/// Tiles that a codestream can number.
const MAX_TILES: u64 = 65_535;

/// Decodes to grey of 8 bits.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Array2<u8>> {
    for codestream in codestreams(bytes) {
        check_size(codestream, bytes.len(), limits)?;
    }
    let settings = DecodeSettings { resolve_palette_indices: true, strict: true, target_resolution: None };
    guarded(FORMAT, || {
        let image = Image::new(bytes, &settings).map_err(|error| unreadable(FORMAT, error))?;
        limits.check_pixels(u64::from(image.width()), u64::from(image.height()))?;
        let channels = channels(&image)?;
        let mut context = DecoderContext::default();
        let decoded = image.decode(&mut context).map_err(|error| unreadable(FORMAT, error))?;
        let shape = (image.height() as usize, image.width() as usize);
        greys(decoded.components(), channels, shape)
    })
}

/// The codestreams of a file: itself, or its boxes `jp2c`.
fn codestreams(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bare = bytes.starts_with(b"\xff\x4f").then_some(bytes);
    let boxed = Boxes::new(if bare.is_some() { &[] } else { bytes });
    bare.into_iter().chain(boxed.filter(|(kind, _)| kind == b"jp2c").map(|(_, codestream)| codestream))
}

/// Checks the marker segment SIZ, by which everything is allocated.
fn check_size(codestream: &[u8], file: usize, limits: &Limits) -> Result<()> {
    let mut cursor = Cursor::new(codestream);
    cursor.take(8, "SIZ marker segment")?; // SOC, SIZ, its length, capabilities
    let mut pair = |field| Ok::<_, Problem>([cursor.u32(field)?, cursor.u32(field)?]);
    let [grid, offset] = [pair("reference grid")?, pair("image offset")?];
    let [tile, tile_offset] = [pair("tile size")?, pair("tile offset")?];
    let side = |axis: usize| u64::from(grid[axis].saturating_sub(offset[axis]));
    limits.check_pixels(side(0), side(1))?;
    check_density(file, side(0) * side(1), FORMAT)?;
    let tiles =
        |axis: usize| u64::from(grid[axis].saturating_sub(tile_offset[axis]).div_ceil(tile[axis].max(1)));
    if tiles(0) * tiles(1) > MAX_TILES || tile.contains(&0) {
        let value = format!("{} x {}", tiles(0), tiles(1));
        return Err(Error::invalid("", "number of tiles", value, format!("1 to {MAX_TILES}")));
    }
    let components = cursor.u16("number of components")?;
    if !(1..=4).contains(&components) {
        return Err(unusual(FORMAT, format!("of {components} components")));
    }
    for _ in 0..components {
        let [depth, _, _] = cursor.array("component")?;
        let bits = (depth & 0x7f) + 1;
        if bits > 16 {
            return Err(unusual(FORMAT, format!("of {bits} bits")));
        }
    }
    Ok(())
}

/// What the components are.
fn channels(image: &Image<'_>) -> Result<Channels> {
    let colours = match image.color_space() {
        ColorSpace::Gray => 1,
        ColorSpace::RGB => 3,
        ColorSpace::CMYK => return Err(unusual(FORMAT, "of CMYK")),
        // A profile says in bytes 16 to 19 what its colours are.
        ColorSpace::Icc { profile, num_channels } => match (profile.get(16..20), num_channels) {
            (Some(b"GRAY"), 1) => 1,
            (Some(b"RGB "), 3) => 3,
            _ => return Err(unusual(FORMAT, "of a colour profile that is neither grey nor RGB")),
        },
        ColorSpace::Unknown { num_channels } => {
            return Err(unusual(FORMAT, format!("of {num_channels} unnamed colours")));
        }
    };
    Ok(match (colours, image.has_alpha()) {
        (1, false) => Channels::Grey,
        (1, true) => Channels::GreyAlpha,
        (_, false) => Channels::Rgb,
        (_, true) => Channels::RgbAlpha,
    })
}

/// One grey a pixel.
fn greys(components: &[ComponentData], channels: Channels, shape: (usize, usize)) -> Result<Array2<u8>> {
    let pixels = shape.0 * shape.1;
    let whole = components.iter().all(|component| component.samples().len() == pixels);
    if components.len() != channels.count() || !whole {
        return Err(unusual(FORMAT, "of components that do not fit each other"));
    }
    let mut words = [u16::MAX; 4];
    let grey = |pixel: usize| {
        for (word, component) in words.iter_mut().zip(components) {
            *word = component.samples().get(pixel).map_or(u16::MAX, |s| spread(*s, component.bit_depth()));
        }
        channels.grey(&words)
    };
    Array2::from_shape_vec(shape, (0..pixels).map(grey).collect()).map_err(|error| unreadable(FORMAT, error))
}

/// A sample of 1 to 16 bits, rounded and spread over 16.
fn spread(sample: f32, bits: u8) -> u16 {
    let most = (1_u32 << bits.clamp(1, 16)) - 1;
    let whole = (sample.clamp(0.0, most as f32) + 0.5) as u32;
    ((whole * 65_535 + most / 2) / most) as u16 // 65,535 squared and a half of it fit 32 bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_any_depth_fill_the_range() {
        for bits in 1..=16 {
            let most = ((1_u32 << bits) - 1) as f32;
            assert_eq!(
                [spread(-3.0, bits), spread(most, bits), spread(most + 9.0, bits)],
                [0, 65_535, 65_535]
            );
        }
        assert_eq!(spread(7.49, 8), 7 * 257);
        assert_eq!(spread(f32::NAN, 8), 0);
    }
}
