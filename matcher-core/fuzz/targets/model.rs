//! Model files of the extractor: refused without a panic, or read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use matcher_core::fingerprint::Extractor;

fuzz_target!(|bytes: &[u8]| {
    let _ = Extractor::from_bytes(bytes);
});
