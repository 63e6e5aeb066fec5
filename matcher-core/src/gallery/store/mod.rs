//! The lasting gallery: a folder that outlives the process, and what it is made of.

#[cfg_attr(not(test), expect(dead_code, reason = "the lasting gallery is not wired up yet"))]
#[expect(unused_imports, reason = "the lasting gallery is not wired up yet")]
mod container;
#[cfg_attr(not(test), expect(dead_code, reason = "used once the lasting gallery opens folders"))]
mod folder;
#[cfg_attr(
    not(test),
    expect(dead_code, unused_imports, reason = "used once the lasting gallery opens folders")
)]
mod journal;
#[cfg_attr(not(test), expect(dead_code, reason = "used once the lasting gallery opens folders"))]
mod manifest;
mod segment;

pub(crate) use container::Section;
