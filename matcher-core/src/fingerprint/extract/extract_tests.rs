//! The network needs its model: where none is installed, what needs it says so and is skipped.

use super::inference::Found;
use super::network::Network;
use super::onnx::Tensors;
use super::{Extractor, ExtractorConfig, model};
use crate::error::Error;
use crate::image::GrayImage;
use crate::simd::Level;
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig, Rendered, RidgeConfig};
use crate::units::Resolution;
use ndarray::Array2;

/// The bytes of the installed model.
fn model_bytes() -> Option<Vec<u8>> {
    let bytes = model::path().ok().and_then(|path| std::fs::read(path).ok());
    if bytes.is_none() {
        println!("skipped: no model of the extractor is installed (`matcher model install`)");
    }
    bytes
}

fn rendered(finger: u64) -> Rendered {
    let simulator = FingerSimulator::new(11, FingerprintConfig::default()).unwrap();
    simulator.ridge_image(finger, 0, &RidgeConfig::default()).unwrap()
}

fn bits(found: &[Found]) -> Vec<(usize, usize, [u32; 3])> {
    let bits = |f: &Found| (f.column, f.row, [f.direction, f.ending, f.quality].map(f32::to_bits));
    found.iter().map(bits).collect()
}

#[test]
fn every_level_finds_the_same_bits() {
    let Some(bytes) = model_bytes() else { return };
    let network = Network::new(&Tensors::read(&bytes).unwrap()).unwrap();
    // A part of the print: the scalar level takes its time.
    let image = rendered(3).image;
    let part = image.pixels().slice_move(ndarray::s![150..250, 150..270]).to_owned();
    let expected = network.minutiae(Level::Scalar, &part.view(), 0.05);
    assert!(expected.len() > 3, "{}", expected.len());
    for level in Level::present() {
        assert_eq!(bits(&network.minutiae(level, &part.view(), 0.05)), bits(&expected), "{level}");
    }
}

#[test]
fn what_is_found_is_pinned() {
    let Some(bytes) = model_bytes() else { return };
    let extractor = Extractor::from_bytes(&bytes).unwrap();
    if extractor.id() != format!("leader:{}", &model::SHA256[..12]) {
        println!("skipped: another model is installed than the one that this is pinned for");
        return;
    }
    let template = extractor.extract(&rendered(0).image).unwrap();
    let of = |m: &crate::fingerprint::Minutia| {
        let quality = m.quality.map_or(255, crate::fingerprint::Quality::percent);
        [m.x.steps() as u32, m.y.steps() as u32, m.direction.steps().into(), m.kind as u32, quality.into()]
    };
    let words: Vec<u8> = template.minutiae().iter().flat_map(of).flat_map(u32::to_le_bytes).collect();
    let found = (template.minutiae().len(), template.quality().unwrap().percent(), crc32fast::hash(&words));
    assert_eq!(found, (51, 62, 2_892_071_976));
}

#[test]
fn minutiae_are_found_where_they_were_drawn() {
    let Some(bytes) = model_bytes() else { return };
    let extractor = Extractor::from_bytes(&bytes).unwrap();
    let (mut drawn, mut found) = (0, 0);
    for finger in 0..4 {
        let rendered = rendered(finger);
        let template = extractor.extract(&rendered.image).unwrap();
        for minutia in rendered.template.minutiae() {
            drawn += 1;
            found += usize::from(template.minutiae().iter().any(|other| {
                let (dx, dy) = (other.x.to_f64() - minutia.x.to_f64(), other.y.to_f64() - minutia.y.to_f64());
                let turn = f64::from(other.direction.distance(minutia.direction)) * 360.0 / 65_536.0;
                dx * dx + dy * dy < 64.0 && turn < 20.0
            }));
        }
    }
    // Those at the very edge of the contact cannot be seen.
    assert!(found * 100 >= drawn * 90, "{found} of {drawn}");
}

#[test]
fn nonsense_gives_few_minutiae_or_a_clear_error() {
    let Some(bytes) = model_bytes() else { return };
    let extractor = Extractor::from_bytes(&bytes).unwrap();
    let of = |height: usize, width: usize, pixel: fn(usize, usize) -> u8| {
        let pixels = Array2::from_shape_fn((height, width), |(row, column)| pixel(row, column));
        extractor.extract(&GrayImage::new(pixels, Resolution::STANDARD).unwrap())
    };
    for (name, pixel) in [
        ("black", (|_, _| 0) as fn(usize, usize) -> u8),
        ("white", |_, _| 255),
        ("gradient", |row, column| (row / 4 + column / 4) as u8),
    ] {
        assert_eq!(of(200, 200, pixel).unwrap().minutiae().len(), 0, "{name}");
    }
    for (height, width) in [(1, 1), (1, 7), (33, 2), (1000, 1)] {
        let template = of(height, width, |row, column| (row * 7 + column * 13) as u8).unwrap();
        assert_eq!(template.size(), Some((width as u16, height as u16)));
        assert!(template.minutiae().len() < 4);
    }
    let error = of(1, 10_000, |_, _| 0).unwrap_err().to_string();
    assert!(error.starts_with("image size is 508 x 0 mm, expected one finger"), "{error}");
}

#[test]
fn a_model_that_is_none_is_told() {
    let of = |bytes: &[u8]| Extractor::from_bytes(bytes).unwrap_err().to_string();
    assert!(of(b"no model").starts_with("model: file is "), "{}", of(b"no model"));
    assert_eq!(of(b""), "model: file is without a graph, expected a network in the ONNX format");
    // A graph without anything in it.
    assert_eq!(
        of(&[0x3a, 0]),
        "model: tensor \"functional_1/enc0_0_conv_1/depthwise\" is missing, expected a network of LEADER's layers"
    );
    assert!(of(&vec![0; super::onnx::MAX_BYTES + 1]).contains("expected at most"));
    let Some(bytes) = model_bytes() else { return };
    for length in (0..bytes.len()).step_by(bytes.len() / 50) {
        assert!(matches!(Extractor::from_bytes(&bytes[..length]), Err(Error::Invalid(_))), "{length}");
    }
}

#[test]
fn a_quality_out_of_range_is_refused_and_a_high_one_keeps_less() {
    let Some(bytes) = model_bytes() else { return };
    let extractor = Extractor::from_bytes(&bytes).unwrap();
    for quality in [0.0, 1.5, f64::NAN] {
        assert!(extractor.clone().with_config(ExtractorConfig { quality }).is_err(), "{quality}");
    }
    let image = rendered(1).image;
    let all = extractor.extract(&image).unwrap();
    let strict = extractor.with_config(ExtractorConfig { quality: 0.8 }).unwrap().extract(&image).unwrap();
    assert!(strict.minutiae().len() < all.minutiae().len());
    assert!(strict.minutiae().iter().all(|m| m.quality.unwrap().fraction() >= 0.79));
    assert_eq!(strict.quality(), all.quality()); // of the print, whatever is kept of it
}
