//! What the parts of a search are sent. What is held stands in the file that is named here, beside the tests.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/hostile/messages.rs"]
mod body;

fuzz_target!(|bytes: &[u8]| body::check(bytes));
