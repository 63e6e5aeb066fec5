//! Files of kinship cases, pedigrees and lists of markers. What is held stands in the file that is named here, beside the tests.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/hostile/cases.rs"]
mod body;

fuzz_target!(|bytes: &[u8]| body::check(bytes));
