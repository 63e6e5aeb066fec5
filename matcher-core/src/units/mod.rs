//! Quantities as types: what unit a number is in is never a matter of memory.
//!
//! One convention inside (angles counter-clockwise from the x axis in fractions of a turn, resolutions in dots per
//! inch); only [`formats`](crate::formats) converts from and to the conventions of files.

mod angle;
mod length;
mod probability;
mod ratio;

pub use angle::{Angle, Rotation};
pub use length::{Dpi, Pixels, Resolution};
pub use probability::{Log10, Theta};
pub use ratio::Log10Lr;
