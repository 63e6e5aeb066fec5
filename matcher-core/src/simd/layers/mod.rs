//! Layers of a convolutional network on groups of neighbouring pixels.
//!
//! A group is [`LANES`] pixels of a row, one after the other, channel after channel: `[group][channel][LANES]`. So what
//! is done to each pixel alone ([`product`](product::product), [`normalise`](normal::normalise)) reads memory in order,
//! no sum crosses lanes, and a wide image is no different from many small ones. What looks at neighbours
//! ([`depthwise`](depthwise::depthwise), [`convolve`](convolution::convolve)) reads rows with room on both sides:
//! `[row][channel][stride]`.
//!
//! Each output is one chain of fused products in a stated order, so all levels give the same bits. A level spends its
//! time in `mul_add`; a tile keeps as many sums in registers as the level has room for.

pub mod activation;
pub mod convolution;
pub mod depthwise;
pub mod normal;
pub mod product;

/// Pixels of a group.
pub const LANES: usize = 16;

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
