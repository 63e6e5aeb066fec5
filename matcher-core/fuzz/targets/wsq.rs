//! WSQ images: decoded without a panic, in bounded memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use matcher_core::formats::{ImageOptions, Limits, read_image};
use matcher_core::units::Resolution;

fuzz_target!(|bytes: &[u8]| {
    // It begins as every such file does, so that the rest is looked at.
    let file = [&[0xff, 0xa0][..], bytes].concat();
    let limits = Limits { pixels: 1 << 20, ..Limits::default() };
    let options = ImageOptions { resolution: Some(Resolution::STANDARD), limits, ..ImageOptions::default() };
    let _ = read_image(&file, &options);
});
