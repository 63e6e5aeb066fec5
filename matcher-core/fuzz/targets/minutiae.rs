//! Minutiae records and text of any kind: read without a panic, and what was read is written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use matcher_core::formats::{ReadOptions, Strictness, read, write_views};

fuzz_target!(|bytes: &[u8]| {
    let strict = ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() };
    let _ = read(bytes, &strict);
    let Ok(reading) = read(bytes, &ReadOptions::default()) else { return };
    if let Ok(written) = write_views(&reading.templates, reading.format) {
        read(&written, &ReadOptions::default()).expect("what was written is read");
    }
});
