use super::*;
use crate::fingerprint::{Config, Matcher, MinutiaKind};
use crate::formats::{Format, write};
use crate::simulate::fingerprint::FingerprintConfig;

fn simulator(change: impl FnOnce(&mut FingerprintConfig)) -> FingerSimulator {
    let mut config = FingerprintConfig::default();
    change(&mut config);
    FingerSimulator::new(5, config).unwrap()
}

fn rendered(finger: u64, impression: u32) -> Rendered {
    simulator(|_| ()).ridge_image(finger, impression, &RidgeConfig::default()).unwrap()
}

#[test]
fn ridges_end_and_fork_at_the_features() {
    let config = FingerprintConfig::default().master;
    let (mut right, mut all) = (0, 0);
    for number in 0..4 {
        let mut stream = Stream::new(5, "ridge finger", &[number]);
        let finger = Finger::draw(&mut stream, &config, &RidgeConfig::default());
        assert!(finger.features.len() > 50);
        for feature in &finger.features {
            let along = Complex::unit(feature.direction).scaled(2.5);
            let (ahead, behind) = (
                finger.wave.height(feature.place.plus(along)),
                finger.wave.height(feature.place.minus(along)),
            );
            // A ridge lies ahead of its ending and a valley behind; the reverse at a fork.
            let sign = if feature.kind == MinutiaKind::RidgeEnding { 1.0 } else { -1.0 };
            right += usize::from(ahead * sign < -0.5 && behind * sign > 0.5);
            all += 1;
        }
    }
    assert!(right * 100 >= all * 97, "{right} of {all}");
}

#[test]
fn impressions_of_one_finger_match_and_others_do_not() {
    let prints: Vec<Template> = (0..4)
        .flat_map(|finger| (0..2).map(move |impression| rendered(finger, impression).template))
        .collect();
    for (i, probe) in prints.iter().enumerate() {
        let matcher = Matcher::new(probe, &Config::default()).unwrap();
        for (j, reference) in prints.iter().enumerate().filter(|(j, _)| *j != i) {
            let score = matcher.score(&matcher.prepare(reference)).unwrap();
            assert_eq!(score > 60.0, i / 2 == j / 2, "{i} and {j}: {score}");
            assert_eq!(score > 25.0, i / 2 == j / 2, "{i} and {j}: {score}");
        }
    }
}

#[test]
fn the_same_numbers_give_the_same_bits() {
    let print = rendered(3, 1);
    assert_eq!(print, rendered(3, 1));
    assert_ne!(print.image, rendered(3, 2).image);
    let pixels = crc32fast::hash(print.image.pixels().as_slice().unwrap());
    let minutiae = crc32fast::hash(&write(&print.template, Format::Iso19794_2_2005).unwrap());
    assert_eq!((format!("{pixels:08x}"), format!("{minutiae:08x}")), ("b3da86ca".into(), "c888f07c".into()));
}

#[test]
fn a_turned_finger_turns_its_image() {
    let simulator = simulator(|config| {
        config.impression.rotation_sd_degrees = 180.0;
        (config.impression.width_px, config.impression.height_px) = (300, 400);
    });
    let print = simulator.ridge_image(1, 0, &RidgeConfig::default()).unwrap();
    assert_eq!(print.image.pixels().dim(), (400, 300));
    assert_eq!(print.template.size(), Some((300, 400)));
    assert!(print.template.minutiae().len() > 15);
}

#[test]
fn extremes_are_drawn_too() {
    let simulator = simulator(|config| {
        (config.impression.width_px, config.impression.height_px) = (16, 40);
        config.impression.distortion_px = 30.0;
        config.impression.distortion_waves_px = (50.0, 50.0);
        config.master.density = 0.6;
    });
    let config =
        RidgeConfig { gaps: 20.0, gap_radius_mm: (5.0, 5.0), noise_sd: 60.0, ..RidgeConfig::default() };
    assert!(simulator.ridge_image(0, 0, &config).is_ok());
    let refused = RidgeConfig { period_px: f64::NAN, ..config };
    assert!(simulator.ridge_image(0, 0, &refused).is_err());
}

#[test]
fn debug_output_shows_no_minutiae() {
    let text = format!("{:?}", rendered(0, 0));
    assert!(!text.contains("direction") && !text.contains('['), "{text}");
}
