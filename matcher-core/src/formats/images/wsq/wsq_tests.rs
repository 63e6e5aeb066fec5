//! WSQ files whole: against another decoder, against the images before compression, cut, damaged, and hostile.
//!
//! `testdata/formats/rings.wsq` is the project's own. Others are in the folder that `MATCHER_DATA` names; without it
//! those tests skip, saying so.

use super::*;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn own(name: &str) -> Vec<u8> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/formats").join(name))
}

fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("MATCHER_DATA");
    if root.is_none() {
        println!("skipped: MATCHER_DATA is not set");
    }
    Some(Path::new(&root?).join("formats/wsq"))
}

fn decoded(bytes: &[u8]) -> Decoded {
    decode(bytes, &Limits::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn error(bytes: &[u8]) -> String {
    decode(bytes, &Limits::default()).err().expect("an error").to_string()
}

/// What an image file holds that is not WSQ.
fn plain(bytes: &[u8]) -> Array2<u8> {
    let image = image::load_from_memory(bytes).unwrap().into_luma8();
    let (width, height) = image.dimensions();
    Array2::from_shape_vec((height as usize, width as usize), image.into_raw()).unwrap()
}

/// The largest difference in grey levels.
fn largest_difference(a: &Array2<u8>, b: &Array2<u8>) -> u8 {
    assert_eq!(a.dim(), b.dim());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

/// Peak signal-to-noise ratio in decibels.
fn psnr(a: &Array2<u8>, b: &Array2<u8>) -> f64 {
    let squares: u32 = a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum();
    10.0 * libm::log10(255.0 * 255.0 * a.len() as f64 / f64::from(squares))
}

/// Where a marker stands for the first time.
fn place_of(bytes: &[u8], code: u8) -> usize {
    bytes.windows(2).position(|pair| pair == [0xff, code]).unwrap()
}

#[test]
fn the_projects_own_file_is_as_another_decoder_reads_it() {
    let bytes = own("rings.wsq");
    let image = decoded(&bytes);
    assert_eq!(image.pixels.dim(), (107, 93));
    assert_eq!(image.resolution, Some(Resolution::STANDARD));
    // Not 1: the two agree bit by bit, and what they agree on must stay the same on every machine.
    assert_eq!(largest_difference(&image.pixels, &plain(&own("rings.png"))), 0);
}

#[test]
fn a_file_of_a_police_system_is_as_another_decoder_reads_it() {
    let Some(folder) = folder() else { return };
    let image = decoded(&read(&folder.join("wsq-original.wsq")));
    assert!(largest_difference(&image.pixels, &plain(&read(&folder.join("wsq-converted.png")))) <= 1);
    assert_eq!(image.resolution, Some(Resolution::STANDARD));
}

#[test]
fn images_come_close_to_what_they_were_before_compression() {
    let Some(folder) = folder() else { return };
    for name in ["101_1", "101_2", "101_3", "101_4"] {
        let image = decoded(&read(&folder.join(format!("{name}.wsq"))));
        // Whoever compressed the PGM files took them for bare pixels, so each image starts with the 15 bytes of its header.
        let before = read(&folder.join(format!("{name}.pgm")))[..300 * 300].to_vec();
        let ratio = psnr(&image.pixels, &Array2::from_shape_vec((300, 300), before).unwrap());
        assert!(ratio > 38.0, "{name}: {ratio} dB");
        assert_eq!(image.resolution, None, "its PPI is -1");
    }
}

#[test]
fn every_cut_is_an_error_that_names_its_place() {
    let bytes = own("rings.wsq");
    for length in 0..bytes.len() {
        let error = error(&bytes[..length]);
        assert!(error.contains("cut") && error.contains("byte"), "{length}: {error}");
    }
    decoded(&[&bytes[..], b"more"].concat());
}

#[test]
fn what_is_missing_is_named() {
    let bytes = own("rings.wsq");
    let without = |code| {
        let at = place_of(&bytes, code);
        let length = usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
        [&bytes[..at], &bytes[at + 2 + length..]].concat()
    };
    for (code, expected) in [
        (0xa2, "marker is SOB, expected SOF, or a table or comment before it"),
        (0xa4, "DTT segment is missing, expected one with the filters before they are used"),
        (0xa5, "DQT segment is missing, expected one with the widths of bins before they are used"),
        (0xa6, "Huffman table is 0, expected one that a DHT segment before it gives"),
    ] {
        let error = error(&without(code));
        assert!(error.ends_with(expected), "{error}");
    }
    // Everything up to the first block, then the end.
    let start = [&bytes[..place_of(&bytes, 0xa3)], &[0xff, 0xa1]].concat();
    assert_eq!(error(&start), "number of blocks is 0, expected at least 1 before the end marker");
}

#[test]
fn hostile_sizes_are_refused_before_anything_is_allocated() {
    let bytes = own("rings.wsq");
    let at = place_of(&bytes, 0xa2) + 6;
    let sized = |height: u16, width: u16| {
        let mut bytes = bytes.clone();
        bytes[at..at + 2].copy_from_slice(&height.to_be_bytes());
        bytes[at + 2..at + 4].copy_from_slice(&width.to_be_bytes());
        bytes
    };
    let limits = Limits::default();
    let refused = |bytes: &[u8]| decode(bytes, &limits).err().unwrap().to_string();
    assert!(refused(&sized(0, 5)).contains("image size is 5 x 0, expected 1 pixel or more a side"));
    for (height, width) in [(20_000, 20_000), (65_535, 65_535)] {
        let error = refused(&sized(height, width));
        assert!(error.ends_with("expected at most 100000000 pixels, the limit set for reading"), "{error}");
    }
    let error = refused(&sized(4097, 4096));
    assert!(
        error.contains("4096 x 4097 in a file of 1939 bytes, expected at most 16777216 pixels"),
        "{error}"
    );
    assert!(self::error(&sized(4096, 4096)).starts_with("number of coefficients is"));
    let small = Limits { pixels: 93 * 107 - 1, ..limits };
    assert!(decode(&bytes, &small).is_err());
    assert!(decode(&bytes, &Limits { pixels: 93 * 107, ..limits }).is_ok());
}

#[test]
fn other_files_are_told_from_wsq() {
    assert!(error(b"\x89PNG").starts_with("byte 0: marker is 89, expected FF and the code of a marker"));
    assert!(error(b"\xff\xd8\xff\xe0").starts_with("byte 0: marker is FFD8, expected SOI"));
}

#[test]
fn restart_intervals_are_refused_by_name() {
    let bytes = own("rings.wsq");
    let with = |interval: u8| [&bytes[..2], &[0xff, 0xff, 0xa7, 0, 4, 0, interval], &bytes[2..]].concat();
    assert!(error(&with(8)).contains("DRT segment at byte 2: restart interval is 8, expected 0"));
    decoded(&with(0)); // and FF before a marker fills
}

#[test]
fn a_blank_image_has_no_coefficients() {
    // Tables and frame of a file of 93 x 107, all bins 0 wide and grey levels scaled by 0 and shifted by 200.
    let mut bytes = own("rings.wsq");
    let bins = place_of(&bytes, 0xa5) + 7;
    bytes[bins..bins + 384].fill(0);
    let shift = place_of(&bytes, 0xa2) + 10;
    bytes[shift..shift + 6].copy_from_slice(&[2, 0x4e, 0x20, 0, 0, 0]);
    let end = place_of(&bytes, 0xa3) + 5;
    let size = place_of(&bytes, 0xa2) + 6;
    for (height, width) in [(107, 93), (1, 1), (1, 2), (3, 2), (5, 33), (1, 65_535), (2_000, 1)] {
        bytes[size..size + 2].copy_from_slice(&u16::to_be_bytes(height));
        bytes[size + 2..size + 4].copy_from_slice(&u16::to_be_bytes(width));
        let image = decoded(&[&bytes[..end], &[0xff, 0xa1]].concat());
        assert_eq!(image.pixels.dim(), (usize::from(height), usize::from(width)));
        assert!(image.pixels.iter().all(|&grey| grey == 200));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_never_panics(flips in prop::collection::vec((0_usize..1939, 0_u32..8), 1..6)) {
        let mut bytes = own("rings.wsq");
        for (at, bit) in flips {
            bytes[at] ^= 1 << bit;
        }
        let limits = Limits { pixels: 1 << 20, ..Limits::default() };
        if let Ok(image) = decode(&bytes, &limits) {
            prop_assert!(image.pixels.len() <= limits.pixels);
        }
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = own("rings.wsq");
        let limits = Limits { pixels: 1 << 20, ..Limits::default() };
        for start in [2, place_of(&bytes, 0xa3), place_of(&bytes, 0xa3) + 5] {
            let _ = decode(&[&bytes[..start], &noise].concat(), &limits);
        }
    }
}
