//! Files of DNA profiles of all formats. What is held stands in the file that is named here, beside the tests.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/hostile/profiles.rs"]
mod body;

fuzz_target!(|bytes: &[u8]| body::check(bytes));
