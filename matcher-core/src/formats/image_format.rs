//! The formats of images and their first bytes: for the readers of [`images`](super), and so that everything else can
//! say of an image that it is one.

use std::fmt;

/// A format of images that is read here.
///
/// # Examples
/// ```
/// use matcher_core::formats::{ImageFormat, sniff_image};
/// assert_eq!(sniff_image(b"P5 300 400 255\n"), Some(ImageFormat::Pnm));
/// assert_eq!(sniff_image(b"GIF89a"), None);
/// assert_eq!(ImageFormat::Jpeg2000.to_string(), "JPEG 2000");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageFormat {
    /// Portable Network Graphics, ISO/IEC 15948.
    Png,
    /// Tagged Image File Format 6.0, and `BigTIFF`.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// JPEG, ISO/IEC 10918-1.
    Jpeg,
    /// PBM, PGM, PPM and PAM of Netpbm, as text or binary.
    Pnm,
    /// JPEG 2000, ISO/IEC 15444-1: a JP2 file or a bare codestream.
    Jpeg2000,
    /// Wavelet scalar quantization, the FBI's compression of grey prints.
    Wsq,
}

impl ImageFormat {
    /// The name that people use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Jpeg => "JPEG",
            Self::Pnm => "PNM",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Wsq => "WSQ",
        }
    }
}

impl fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// First bytes, and what begins with them; BMP and PNM, whose marks are short, have more to show.
const MAGIC: [(&[u8], ImageFormat); 9] = [
    (b"\x89PNG\r\n\x1a\n", ImageFormat::Png),
    (b"II*\0", ImageFormat::Tiff),
    (b"MM\0*", ImageFormat::Tiff),
    (b"II+\0", ImageFormat::Tiff), // BigTIFF
    (b"MM\0+", ImageFormat::Tiff),
    (b"\xff\xd8\xff", ImageFormat::Jpeg),
    (b"\0\0\0\x0cjP  \r\n\x87\n", ImageFormat::Jpeg2000),
    (b"\xff\x4f\xff\x51", ImageFormat::Jpeg2000),
    (b"\xff\xa0\xff", ImageFormat::Wsq),
];

/// Finds the format of an image by its first bytes, never by a file's name; `None` where it is none that is read here.
pub fn sniff_image(bytes: &[u8]) -> Option<ImageFormat> {
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(*format);
    }
    match bytes {
        // The size of the second header, of which few exist, tells a bitmap from a text that begins with its letters.
        [b'B', b'M', ..] => {
            let header = bytes.get(14..18)?;
            matches!(header, [12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]).then_some(ImageFormat::Bmp)
        }
        [b'P', b'1'..=b'7', next, ..] => {
            (next.is_ascii_whitespace() || *next == b'#').then_some(ImageFormat::Pnm)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_marks_need_more_than_their_letters() {
        let mut bitmap = *b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0";
        assert_eq!(sniff_image(&bitmap), Some(ImageFormat::Bmp));
        bitmap[15] = 1;
        for other in [&bitmap[..], b"BMI,Age\n", b"P5", b"P5X", b"P0 1 1", b"", b"II*", b"\xff\xa0"] {
            assert_eq!(sniff_image(other), None, "{other:?}");
        }
        assert_eq!(sniff_image(b"P2\n# text\n"), Some(ImageFormat::Pnm));
    }
}
