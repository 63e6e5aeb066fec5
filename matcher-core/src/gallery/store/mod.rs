//! A gallery that lasts: what lies in its folder, and how it is written, read and mended.
//!
//! - `record`: the bytes of one enrolled subject.
//! - `records`: the database that holds them, which is the truth; all else in the folder is made from it.

mod record;
#[cfg_attr(not(test), expect(dead_code, reason = "what keeps a gallery in a folder stands on it"))]
#[expect(unused_imports, reason = "what keeps a gallery in a folder stands on it")]
mod records;
