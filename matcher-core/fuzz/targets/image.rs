//! Images of any kind, and the resolution that their headers state. What is held stands in the file that is named here, beside the tests.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[expect(dead_code, reason = "a file for two targets")]
#[path = "../../tests/hostile/images.rs"]
mod body;
mod caught;

fuzz_target!(init: caught::init(), |bytes: &[u8]| body::check(bytes));
