//! Images encoded by the crate `image` or written by hand, of every kind, and what is wrong with others.

use super::*;
use crate::units::{Dpi, Resolution};
use ::image::codecs::bmp::BmpEncoder;
use ::image::codecs::jpeg::JpegEncoder;
use ::image::codecs::pnm::PnmEncoder;
use ::image::codecs::tiff::TiffEncoder;
use ::image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat as Kind};
use ndarray::Array2;
use proptest::prelude::*;
use std::io::Cursor;
use std::time::{Duration, Instant};

/// At 500 dpi whatever the file says, as the ridges are in it.
fn told() -> ImageOptions {
    ImageOptions { resolution: Some(Resolution::STANDARD), ridges: Ridges::Dark, limits: Limits::default() }
}

fn pixels(bytes: &[u8]) -> Array2<u8> {
    read_image(bytes, &told()).unwrap().pixels().to_owned()
}

fn refused(bytes: &[u8]) -> String {
    read_image(bytes, &told()).unwrap_err().to_string()
}

/// A ramp with a corner of its own, so that turning it shows.
fn ramp() -> Array2<u8> {
    Array2::from_shape_fn((20, 30), |(row, column)| (7 * column + row) as u8)
}

fn luma() -> ::image::GrayImage {
    ::image::GrayImage::from_raw(30, 20, ramp().into_raw_vec_and_offset().0).unwrap()
}

fn encoded(image: &DynamicImage, kind: Kind) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, kind).unwrap();
    bytes.into_inner()
}

/// A grey TIFF of 16 x 2 pixels by hand: bits a sample, photometric, then extra fields of 16 bits; the pixels come last.
fn tiff(bits: u16, photometric: u16, extra: &[(u16, u16)], strip: &[u8]) -> Vec<u8> {
    let mut fields = vec![(256, 16), (257, 2), (258, bits), (259, 1), (262, photometric), (277, 1), (278, 2)];
    fields.extend(extra);
    let end = 8 + 2 + 12 * (fields.len() as u32 + 2) + 4;
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    let mut entries: Vec<(u16, u16, u32)> =
        fields.iter().map(|(tag, value)| (*tag, 3, u32::from(*value))).collect();
    entries.extend([(273, 4, end), (279, 4, strip.len() as u32)]);
    entries.sort_unstable();
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, value) in entries {
        bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        bytes.extend([1_u32.to_le_bytes(), value.to_le_bytes()].concat());
    }
    bytes.extend([0; 4]);
    bytes.extend(strip);
    bytes
}

#[test]
fn every_lossless_format_gives_the_same_grey() {
    let grey = DynamicImage::ImageLuma8(luma());
    for kind in [Kind::Png, Kind::Tiff, Kind::Bmp, Kind::Pnm] {
        assert_eq!(pixels(&encoded(&grey, kind)), ramp(), "{kind:?}");
        let colour = DynamicImage::ImageRgb8(grey.to_rgb8());
        assert_eq!(pixels(&encoded(&colour, kind)), ramp(), "{kind:?} in colour");
    }
    for kind in [Kind::Png, Kind::Tiff, Kind::Pnm] {
        for wide in [DynamicImage::ImageLuma16(grey.to_luma16()), DynamicImage::ImageRgb16(grey.to_rgb16())] {
            assert_eq!(pixels(&encoded(&wide, kind)), ramp(), "{kind:?}, 16 bits");
        }
    }
    for opaque in [
        DynamicImage::ImageLumaA8(grey.to_luma_alpha8()),
        DynamicImage::ImageRgba8(grey.to_rgba8()),
        DynamicImage::ImageRgba16(grey.to_rgba16()),
    ] {
        assert_eq!(pixels(&encoded(&opaque, Kind::Png)), ramp());
    }
    let mut text = Vec::new();
    let plain = ::image::codecs::pnm::PnmSubtype::Graymap(::image::codecs::pnm::SampleEncoding::Ascii);
    let encoder = PnmEncoder::new(&mut text).with_subtype(plain);
    encoder.write_image(luma().as_raw(), 30, 20, ExtendedColorType::L8).unwrap();
    assert_eq!(pixels(&text), ramp());
}

#[test]
fn a_jpeg_is_near_what_it_was() {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(&luma()).unwrap();
    let differences = pixels(&bytes).iter().zip(&ramp()).map(|(a, b)| a.abs_diff(*b)).collect::<Vec<_>>();
    assert!(differences.iter().all(|difference| *difference < 12), "{differences:?}");
    let cut = &bytes[..bytes.len() - 40];
    assert_eq!(
        refused(cut),
        "JPEG image is damaged or cut (it ends before its end-of-image marker), expected a whole one"
    );
}

#[test]
fn bitmaps_and_other_ranges_fill_the_greys() {
    assert_eq!(pixels(b"P1 3 1 1 0 1"), ndarray::array![[0, 255, 0]]); // 1 is black in a PBM
    assert_eq!(pixels(b"P4 3 1 \xa0"), ndarray::array![[0, 255, 0]]);
    assert_eq!(pixels(b"P2 3 1 4095 0 2048 4095"), ndarray::array![[0, 128, 255]]);
    assert_eq!(pixels(b"P2 3 1 15 0 5 15"), ndarray::array![[0, 85, 255]]);
}

#[test]
fn white_is_zero_where_a_tiff_says_so() {
    let strip: Vec<u8> = (0..32).collect();
    let black_is_zero = pixels(&tiff(8, 1, &[], &strip));
    assert_eq!(black_is_zero.iter().copied().collect::<Vec<_>>(), strip);
    let white_is_zero = pixels(&tiff(8, 0, &[], &strip));
    assert!(white_is_zero.iter().zip(&strip).all(|(grey, stored)| *grey == 255 - stored));
    let bits = [0b1010_0000, 1, 0, 0];
    assert_eq!(pixels(&tiff(1, 1, &[], &bits)).row(0).to_vec()[..4], [255, 0, 255, 0]);
    assert_eq!(pixels(&tiff(1, 0, &[], &bits)).row(0).to_vec()[..4], [0, 255, 0, 255]);
}

#[test]
fn a_palette_becomes_its_colours() {
    let mut with_palette = tiff(8, 3, &[(320, 0)], &(0..32).collect::<Vec<u8>>());
    // The palette: red falls, green is the same, blue stays 0. Its entry is made to point at the end of the file.
    let map: Vec<u8> = [0, 1, 2]
        .into_iter()
        .flat_map(|colour| {
            (0..256_u32).map(move |index| [(255 - index) * 257, index * 257, 0][colour] as u16)
        })
        .flat_map(u16::to_le_bytes)
        .collect();
    let entry = with_palette.windows(4).position(|bytes| bytes == [0x40, 1, 3, 0]).unwrap();
    let end = with_palette.len() as u32;
    with_palette[entry + 4..entry + 8].copy_from_slice(&768_u32.to_le_bytes());
    with_palette[entry + 8..entry + 12].copy_from_slice(&end.to_le_bytes());
    with_palette.extend(map);
    let expected =
        |index: u8| grey::Channels::Rgb.grey(&[257 * (255 - u16::from(index)), 257 * u16::from(index), 0]);
    assert!(pixels(&with_palette).iter().zip(0..32).all(|(grey, index)| *grey == expected(index)));
    assert!(refused(&tiff(4, 1, &[], &[0; 16])).starts_with("kind of TIFF image is "));
}

#[test]
fn samples_of_floating_point_are_refused() {
    let float = DynamicImage::ImageRgb32F(DynamicImage::ImageLuma8(luma()).to_rgb32f());
    let message = refused(&encoded(&float, Kind::Tiff));
    assert!(
        message.starts_with("kind of TIFF image is of floating-point samples, expected grey"),
        "{message}"
    );
}

#[test]
fn several_pages_are_refused_and_reduced_copies_are_not() {
    let page = |kind: u16| tiff(8, 1, &[(254, kind)], &[9; 32]);
    let joined = |second: u16| {
        let (mut first, second) = (page(0), page(second));
        let directory = 8 + 2 + 12 * 10;
        let at = first.len() as u32;
        first[directory..directory + 4].copy_from_slice(&at.to_le_bytes());
        first.extend(&second[8..]); // its strip is nobody's: only its kind is looked at
        first
    };
    assert_eq!(
        refused(&joined(0)),
        "number of pages is 2, expected 1: save the page that is meant as a file of its own"
    );
    assert_eq!(pixels(&joined(1)), Array2::from_elem((2, 16), 9));
}

#[test]
fn an_image_is_turned_upright_with_its_resolution() {
    // Orientation 6: to be turned clockwise. 300 x 1000 dpi as it lies.
    let mut bytes = tiff(8, 1, &[(274, 6), (282, 300), (283, 1000)], &(0..32).collect::<Vec<u8>>());
    let options = ImageOptions { ridges: Ridges::Dark, ..ImageOptions::default() };
    let image = read_image(&bytes, &options).unwrap();
    assert_eq!((image.width(), image.height()), (2, 16));
    assert_eq!(image.pixels().row(0).to_vec(), [16, 0]);
    assert_eq!((image.resolution().x.to_f64(), image.resolution().y.to_f64()), (1000.0, 300.0));
    bytes[0] = b'X';
    assert!(read_image(&bytes, &options).is_err());
}

#[test]
fn what_is_written_is_read_again() {
    for (x, y) in [(500.0, 500.0), (512.0, 1000.0), (569.0, 50.0), (381.0, 10_000.0), (73.0, 97.0)] {
        let resolution = Resolution { x: Dpi::new(x).unwrap(), y: Dpi::new(y).unwrap() };
        let image = GrayImage::new(ramp(), resolution).unwrap();
        let bytes = write_png(&image).unwrap();
        assert_eq!(read_image(&bytes, &ImageOptions::default()).unwrap(), image);
        let other = ImageOptions { resolution: Some(Resolution::STANDARD), ..ImageOptions::default() };
        assert_eq!(read_image(&bytes, &other).unwrap().resolution(), Resolution::STANDARD);
    }
    let image = GrayImage::new(ramp(), Resolution::square(Dpi::new(499.37).unwrap())).unwrap();
    let again = read_image(&write_png(&image).unwrap(), &ImageOptions::default()).unwrap();
    assert!((again.resolution().x.to_f64() - 499.37).abs() <= 0.03);
}

#[test]
fn what_is_no_image_is_named() {
    let named = |bytes: &[u8], what: &str| {
        let message = refused(bytes);
        assert!(message.starts_with("format not recognised: ") && message.contains(what), "{message}");
    };
    named(b"", "the input is empty");
    named(b"abc", "no format read here starts with the bytes \"abc\"");
    named(b"GIF89a", "a GIF image, which is not read here");
    named(b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image");
    named(b"%PDF-1.7", "a PDF document");
    named(b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC image");
    named(b"1.01:123", "an ANSI/NIST-ITL transaction");
    named(b"FMR\0 20\0\0\0\0\x1c", "finger minutiae (iso19794-2:2005), which formats::read reads");
    named(b"10 20 30\n", "finger minutiae (xyt), which formats::read reads");
}

#[test]
fn others_say_of_an_image_that_it_is_one() {
    for (bytes, name) in
        [(&b"\x89PNG\r\n\x1a\n"[..], "PNG"), (b"\xff\xa0\xff\xa4", "WSQ"), (b"P5 1 1 255\n0", "PNM")]
    {
        let error = crate::formats::read(bytes, &crate::formats::ReadOptions::default()).unwrap_err();
        let expected = format!("it seems to be a {name} image, which formats::read_image reads");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[test]
fn the_limits_hold() {
    let few = ImageOptions { limits: Limits { pixels: 599, ..Limits::default() }, ..told() };
    let bytes = encoded(&DynamicImage::ImageLuma8(luma()), Kind::Png);
    let error = read_image(&bytes, &few).unwrap_err().to_string();
    assert_eq!(error, "image size is 30 x 20, expected at most 599 pixels, the limit set for reading");
    let short = ImageOptions { limits: Limits { bytes: 10, ..Limits::default() }, ..told() };
    assert!(read_image(&bytes, &short).unwrap_err().to_string().contains("expected at most 10"));
}

/// Small files whose headers say 20,000 x 20,000, 100,000 x 1, 0 x 5 and 9,999 x 9,999.
fn liars() -> Vec<Vec<u8>> {
    let mut liars = Vec::new();
    for (width, height) in
        [(20_000_u32, 20_000_u32), (100_000, 1), (0, 5), (9_999, 9_999), (u32::MAX, u32::MAX)]
    {
        let mut png = encoded(&DynamicImage::ImageLuma8(luma()), Kind::Png);
        png[16..24].copy_from_slice(&[width.to_be_bytes(), height.to_be_bytes()].concat());
        let checksum = crc32fast::hash(&png[12..29]).to_be_bytes();
        png[29..33].copy_from_slice(&checksum);
        let mut bmp = encoded(&DynamicImage::ImageLuma8(luma()), Kind::Bmp);
        bmp[18..26].copy_from_slice(&[width.to_le_bytes(), height.to_le_bytes()].concat());
        let mut tiff = tiff(8, 1, &[], &[1; 32]);
        for (tag, side) in [(0x100_u16, width), (0x101, height)] {
            let at = tiff.windows(4).position(|b| b == [tag as u8, 1, 3, 0]).unwrap();
            tiff[at + 2] = 4; // a long
            tiff[at + 8..at + 12].copy_from_slice(&side.to_le_bytes());
        }
        let mut jpeg = Vec::new();
        JpegEncoder::new(&mut jpeg).encode_image(&luma()).unwrap();
        let frame = jpeg.windows(2).position(|b| b == [0xff, 0xc0]).unwrap();
        let (h, w) = (height.min(65_535) as u16, width.min(65_535) as u16);
        jpeg[frame + 5..frame + 9].copy_from_slice(&[h.to_be_bytes(), w.to_be_bytes()].concat());
        let pnm = format!("P5 {width} {height} 255\n0123").into_bytes();
        let mut codestream = b"\xff\x4f\xff\x51\0\x29\0\0".to_vec();
        for side in [width, height, 0, 0, width, height, 0, 0] {
            codestream.extend(side.to_be_bytes());
        }
        codestream.extend(b"\0\x01\x07\x01\x01\xff\xd9");
        liars.extend([png, bmp, tiff, pnm, codestream]);
        // A JPEG of few blocks is filled up by its decoder; what is refused is one of far too few.
        liars.extend((width != 100_000).then_some(jpeg));
    }
    liars
}

#[test]
fn headers_that_lie_are_found_out_at_once() {
    for bytes in liars() {
        let start = Instant::now();
        let message = refused(&bytes);
        assert!(start.elapsed() < Duration::from_secs(5), "{message}");
        assert!(message.contains(", expected "), "{message}");
    }
}

#[test]
fn thin_images_are_read() {
    for (width, height) in [(1, 1), (1, 10_000), (10_000, 1)] {
        let image =
            DynamicImage::ImageLuma8(::image::GrayImage::from_pixel(width, height, ::image::Luma([7])));
        for kind in [Kind::Png, Kind::Tiff, Kind::Bmp, Kind::Pnm] {
            let read =
                read_image(&encoded(&image, kind), &ImageOptions { ridges: Ridges::Find, ..told() }).unwrap();
            assert_eq!((read.width(), read.height()), (width as usize, height as usize));
            assert!(read.pixels().iter().all(|grey| *grey == 7));
        }
    }
}

#[test]
fn a_file_is_named_in_its_errors() {
    let path = std::env::temp_dir().join(format!("matcher-image-{}.png", std::process::id()));
    std::fs::write(&path, write_png(&GrayImage::new(ramp(), Resolution::STANDARD).unwrap()).unwrap())
        .unwrap();
    assert_eq!(read_image_file(&path, &ImageOptions::default()).unwrap().pixels(), ramp());
    std::fs::write(&path, b"abc").unwrap();
    let error = read_image_file(&path, &ImageOptions::default()).unwrap_err().to_string();
    assert!(error.contains(&format!("{}: no format", path.display())), "{error}");
    std::fs::write(&path, b"P2 1 1 255 0").unwrap();
    let error = read_image_file(&path, &ImageOptions::default()).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}: resolution is not stated", path.display())), "{error}");
    std::fs::remove_file(&path).unwrap();
}

/// Whole images of every kind that can be encoded here.
fn samples() -> Vec<Vec<u8>> {
    let grey = DynamicImage::ImageLuma8(luma());
    let mut samples: Vec<Vec<u8>> =
        [Kind::Png, Kind::Tiff, Kind::Bmp, Kind::Pnm, Kind::Jpeg].map(|kind| encoded(&grey, kind)).to_vec();
    let mut colour = Vec::new();
    BmpEncoder::new(&mut colour).encode(grey.to_rgb8().as_raw(), 30, 20, ExtendedColorType::Rgb8).unwrap();
    let mut wide = Cursor::new(Vec::new());
    let words: Vec<u8> = grey.to_luma16().as_raw().iter().flat_map(|word| word.to_ne_bytes()).collect();
    TiffEncoder::new(&mut wide).write_image(&words, 30, 20, ExtendedColorType::L16).unwrap();
    samples.extend([colour, wide.into_inner(), tiff(1, 0, &[], &[5; 4])]);
    samples
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_damage_makes_a_reader_panic(
        sample in prop::sample::select(samples()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = sample;
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len()));
        }
        let small = Limits { pixels: 100_000, ..Limits::default() };
        if let Err(error) = read_image(&bytes, &ImageOptions { limits: small, ..told() }) {
            prop_assert!(!error.to_string().contains("gave up"), "{}", error);
        }
    }

    #[test]
    fn random_bytes_are_no_image(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_image(&bytes, &told());
    }
}
