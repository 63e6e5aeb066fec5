//! Images, whatever the bytes are: read in bounded memory, or refused; what was read is written as PNG and read again.

use matcher_core::formats::{ImageOptions, Limits, read_image, write_png};
use matcher_core::units::Resolution;

/// No header makes a reader allocate for more.
fn limits() -> Limits {
    Limits { pixels: 1 << 20, ..Limits::default() }
}

/// As it stands in a file: the header's resolution is read before the pixels, whatever they are.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(image) = read_image(bytes, &ImageOptions { limits: limits(), ..ImageOptions::default() }) else {
        return;
    };
    let written = write_png(&image).unwrap();
    let options = ImageOptions { resolution: Some(image.resolution()), ..ImageOptions::default() };
    assert_eq!(read_image(&written, &options).unwrap().pixels().dim(), image.pixels().dim());
}

/// Behind the first two bytes of every WSQ file, so that the rest is looked at.
pub(crate) fn check_wsq(bytes: &[u8]) {
    let file = [&[0xff, 0xa0][..], bytes].concat();
    let resolution = Some(Resolution::STANDARD);
    let _ = read_image(&file, &ImageOptions { resolution, limits: limits(), ..ImageOptions::default() });
}
