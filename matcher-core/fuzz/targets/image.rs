//! Images of any kind, and the resolution that their headers state: read without a panic, in bounded memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use matcher_core::formats::{ImageOptions, Limits, read_image, write_png};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { pixels: 1 << 20, ..Limits::default() };
    // The header's resolution is read before the pixels, whatever they are.
    let Ok(image) = read_image(bytes, &ImageOptions { limits, ..ImageOptions::default() }) else { return };
    let written = write_png(&image).expect("an image is written");
    let options = ImageOptions { resolution: Some(image.resolution()), ..ImageOptions::default() };
    let again = read_image(&written, &options).expect("what was written is read");
    assert_eq!(again.pixels().dim(), image.pixels().dim());
});
