//! Transactions of ANSI/NIST-ITL. What is held stands in the file that is named here, beside the tests.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/hostile/transactions.rs"]
mod body;
mod caught;

fuzz_target!(init: caught::init(), |bytes: &[u8]| body::check(bytes));
