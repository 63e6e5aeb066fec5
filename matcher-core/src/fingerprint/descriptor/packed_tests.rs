use super::*;
use crate::fingerprint::{Algorithm, Config, Minutia, Model, Template, TemplateBuilder};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::units::Pixels;
use proptest::prelude::*;

fn described(algorithm: &Algorithm, template: &Template) -> Described {
    algorithm.describer().describe(template)
}

fn there_and_back(described: &Described) -> Vec<u8> {
    let mut bytes = Vec::new();
    described.pack(&mut bytes);
    assert!(Described::unpack(&bytes).unwrap() == *described);
    bytes
}

#[test]
fn prints_come_back_whatever_the_model() {
    let simulator = FingerSimulator::new(7, FingerprintConfig::default()).unwrap();
    let untrained = Algorithm::with_model(&Config::default(), &Model::untrained()).unwrap();
    for finger in 0..20 {
        for template in simulator.impressions(finger, 2) {
            let learned = described(&Algorithm::standard(), &template);
            let bytes = there_and_back(&learned);
            assert_eq!(bytes.len(), HEAD + 40 * learned.len());
            there_and_back(&described(&untrained, &template));
        }
    }
}

#[test]
fn large_images_and_empty_prints_come_back() {
    let far = |k: i16| Minutia::new(Pixels::from_whole(30_000), Pixels::from_whole(k * 10), Angle::ZERO);
    let template =
        (0..20).map(far).fold(Template::builder(), TemplateBuilder::minutia).build().unwrap().template;
    let wide = described(&Algorithm::standard(), &template);
    assert!(!wide.is_empty());
    assert_eq!(there_and_back(&wide).len(), HEAD + 44 * wide.len());
    let empty = described(&Algorithm::standard(), &Template::builder().build().unwrap().template);
    assert_eq!(there_and_back(&empty).len(), HEAD);
}

#[test]
fn what_no_print_has_is_named() {
    for (bytes, message) in [
        (&[][..], "packed print: length is 0 bytes, expected at least 2 bytes"),
        (&[0, 4], "packed print: flags is 4, expected 0 to 3"),
        (&[1, 0, 9], "packed print: length is 3 bytes, expected 42 bytes"),
    ] {
        assert_eq!(Described::unpack(bytes).unwrap_err().to_string(), message);
    }
    let mut one = vec![0; HEAD + 40];
    one[0] = 1;
    (one[40], one[41]) = (101, 0);
    assert_eq!(
        Described::unpack(&one).unwrap_err().to_string(),
        "packed print, minutia 0: quality is 101, expected 0 to 100, or 255"
    );
    (one[40], one[41]) = (NO_QUALITY, u8::MAX);
    assert!(Described::unpack(&one).unwrap_err().to_string().contains("index is 255"));
}

proptest! {
    #[test]
    fn hostile_bytes_are_a_print_or_a_problem(
        n in 0u8..8, flags in 0u8..4, bytes in prop::collection::vec(any::<u8>(), 0..800),
    ) {
        let code = if flags & BITS == 0 { 32 } else { 88 };
        let width = if flags & WIDE == 0 { 8 } else { 12 };
        let mut packed = vec![n, flags];
        packed.extend(bytes.iter().cycle().take(if bytes.is_empty() { 0 } else { usize::from(n) * (code + width) }));
        if let Ok(described) = Described::unpack(&packed) {
            there_and_back(&described);
        }
    }
}
