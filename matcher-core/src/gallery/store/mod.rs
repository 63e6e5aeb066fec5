//! What a lasting gallery keeps on disk.

#[cfg_attr(not(test), expect(dead_code, reason = "the lasting gallery is not wired up yet"))]
#[expect(unused_imports, reason = "the lasting gallery is not wired up yet")]
mod container;
