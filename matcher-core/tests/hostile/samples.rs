//! Sound files to cut and to change: those of `testdata`, those that are made here, and those of other programs in the
//! folder that the environment variable `MATCHER_DATA` names, where it does.

use matcher_core::fingerprint::Template;
use matcher_core::formats::{Format, write};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use std::path::{Path, PathBuf};

/// A file with its name.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Sample {
    pub(crate) fn made(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), bytes: bytes.into() }
    }
}

/// All files of a folder and those below, in the order of their names; none where it is not there.
fn below(folder: &Path) -> Vec<Sample> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let sample = |path: &PathBuf| Sample {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        bytes: std::fs::read(path).unwrap(),
    };
    paths.iter().flat_map(|path| if path.is_dir() { below(path) } else { vec![sample(path)] }).collect()
}

/// Files of the project; a package of the library alone has none.
pub(crate) fn shipped(folder: &str) -> Vec<Sample> {
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(folder))
}

/// Files of other programs; none, and a word about it, where `MATCHER_DATA` is not set.
pub(crate) fn real(folders: &[&str]) -> Vec<Sample> {
    let Some(root) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: files of other programs, because MATCHER_DATA is not set");
        return Vec::new();
    };
    folders.iter().flat_map(|folder| below(&Path::new(&root).join(folder))).collect()
}

/// A print that was never anybody's.
pub(crate) fn print() -> Template {
    FingerSimulator::new(5, FingerprintConfig::default()).unwrap().impressions(0, 1).remove(0)
}

/// A print in every format.
pub(crate) fn minutiae() -> Vec<Sample> {
    let print = print();
    let made = Format::ALL
        .into_iter()
        .filter_map(|format| Some(Sample::made(&format.to_string(), write(&print, format).ok()?)));
    made.collect()
}

/// A small picture in every format that the crate `image` writes, with its size.
#[cfg(feature = "extract")]
pub(crate) fn images(width: u32, height: u32) -> Vec<Sample> {
    use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, Rgba};
    let shade = |x: u32, y: u32| (x * 7 + y * y * 3) as u8;
    let grey = DynamicImage::ImageLuma8(ImageBuffer::from_fn(width, height, |x, y| Luma([shade(x, y)])));
    let with_alpha = ImageBuffer::from_fn(width, height, |x, y| LumaA([shade(x, y), shade(y, x)]));
    let colour = ImageBuffer::from_fn(width, height, |x, y| Rgb([shade(x, y), shade(y, x), 9]));
    let deep = |x, y| Rgba([shade(x, y), shade(y, x), 9, 200].map(|sample| u16::from(sample) * 257));
    let all = [
        ("grey", grey),
        ("grey with alpha", DynamicImage::ImageLumaA8(with_alpha)),
        ("colour", DynamicImage::ImageRgb8(colour)),
        ("deep colour with alpha", DynamicImage::ImageRgba16(ImageBuffer::from_fn(width, height, deep))),
    ];
    let formats =
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::Pnm];
    let mut samples = Vec::new();
    for (kind, picture) in &all {
        for format in formats {
            let mut bytes = std::io::Cursor::new(Vec::new());
            if picture.write_to(&mut bytes, format).is_ok() {
                samples.push(Sample::made(&format!("{kind} {format:?}"), bytes.into_inner()));
            }
        }
    }
    samples
}
