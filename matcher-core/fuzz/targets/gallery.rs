//! Files of galleries, shards, deltas and checkpoints of which one is changed. What is held stands in the file that is
//! named here, beside the tests. The files lie in the folder for temporary files: `TMPDIR` names one in memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

#[path = "../../tests/hostile/gallery.rs"]
mod body;
mod caught;

static HOMES: LazyLock<body::Homes> = LazyLock::new(|| {
    body::Homes::new(&std::env::temp_dir().join(format!("matcher-fuzz-{}", std::process::id())))
});

fuzz_target!(init: caught::init(), |bytes: &[u8]| HOMES.check(bytes));
