//! A gallery that lasts: what lies in its folder, and how it is written, read and mended.
//!
//! - `record`: the bytes of one enrolled subject.
//! - `records`: the database that holds them, which is the truth; all else in the folder is made from it.

mod record;
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        unused_imports,
        reason = "what keeps a gallery in a folder stands on it and comes next"
    )
)]
mod records;
