//! How a camera held the picture: turning and mirroring it to what every viewer shows.
//!
//! A mirrored print matches nothing, so what the file says of its orientation is obeyed and not only kept.

use crate::units::Resolution;
use image::metadata::Orientation;
use ndarray::{Array2, Axis};

/// The picture upright, and the resolution of its axes as they are then.
pub(super) fn upright(pixels: Array2<u8>, orientation: Orientation) -> Array2<u8> {
    // Whether the axes change places first, and which of them then runs the other way.
    let (transposed, mirrored, upside_down) = match orientation {
        Orientation::NoTransforms => return pixels,
        Orientation::FlipHorizontal => (false, true, false),
        Orientation::Rotate180 => (false, true, true),
        Orientation::FlipVertical => (false, false, true),
        Orientation::Rotate90FlipH => (true, false, false),
        Orientation::Rotate90 => (true, true, false),
        Orientation::Rotate270FlipH => (true, true, true),
        Orientation::Rotate270 => (true, false, true),
    };
    let mut pixels = if transposed { pixels.reversed_axes() } else { pixels };
    if mirrored {
        pixels.invert_axis(Axis(1));
    }
    if upside_down {
        pixels.invert_axis(Axis(0));
    }
    pixels
}

/// The resolution after the same.
pub(super) fn upright_resolution(resolution: Resolution, orientation: Orientation) -> Resolution {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => Resolution { x: resolution.y, y: resolution.x },
        _ => resolution,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::DynamicImage;

    #[test]
    fn all_eight_are_as_the_crate_image_turns_them() {
        let stored = Array2::from_shape_fn((2, 3), |(row, column)| (10 * row + column) as u8);
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let buffer = image::GrayImage::from_raw(3, 2, stored.iter().copied().collect()).unwrap();
            let mut other = DynamicImage::ImageLuma8(buffer);
            other.apply_orientation(orientation);
            let ours = upright(stored.clone(), orientation);
            assert_eq!(ours.dim(), (other.height() as usize, other.width() as usize), "{exif}");
            assert!(ours.iter().eq(other.as_bytes()), "{exif}");
        }
    }
}
