//! Images of prints: bytes to grey pixels.

#[cfg_attr(not(test), expect(dead_code, reason = "the reader of all image formats takes it next"))]
pub(crate) mod wsq;
