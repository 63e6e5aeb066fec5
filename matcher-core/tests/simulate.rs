//! Simulated fingerprints: the same bits for ever, independent of what else was made, and like real prints in number.

use matcher_core::fingerprint::{FingerPosition, Impression, Template};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig, PatternClass};
use matcher_core::units::{Angle, Resolution};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

fn simulator(seed: u64) -> FingerSimulator {
    FingerSimulator::new(seed, FingerprintConfig::default()).unwrap()
}

fn digest(templates: &[Template]) -> String {
    let hash = Sha256::digest(serde_json::to_vec(templates).unwrap());
    hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// A change here is a change of the algorithm: give it a new version in the extractor's name and in `method()`.
#[test]
fn the_same_seed_gives_the_same_bits_for_ever() {
    let templates: Vec<Template> = simulator(2024).fingers(5, 3).flatten().collect();
    assert_eq!(digest(&templates), "5233d01202864b83d0efb2460b21f89e6bb021ad42de36bd63db239f398eeb33");
    let fingers = [FingerPosition::RightThumb, FingerPosition::LeftIndex];
    let subject: Vec<Template> = simulator(2024).subject(123_456_789, &fingers).impressions(1).collect();
    assert_eq!(digest(&subject), "8ad6c5160f42d172a76f3414c4358fec68b14edbe66eb96c4aec7124f76f81c9");
}

#[test]
fn another_seed_gives_other_prints() {
    let of = |seed| simulator(seed).impressions(0, 2);
    assert_ne!(of(1), of(2));
    assert_eq!(of(1), of(1));
}

#[test]
fn nothing_depends_on_what_else_was_made() {
    let simulator = simulator(5);
    let many = simulator.impressions(40, 6);
    assert_eq!(simulator.impressions(40, 2)[..], many[..2]);
    assert_eq!(simulator.impression(&simulator.master(40), 5), many[5]);
    assert_eq!(simulator.fingers(41, 6).next_back().unwrap(), many);
    assert_eq!(simulator.fingers(1_000_000_000, 1).len(), 1_000_000_000);

    let all: Vec<_> = FingerPosition::ALL.into_iter().skip(1).collect();
    let ten: Vec<Template> = simulator.subject(77, &all).impressions(3).collect();
    let one: Vec<Template> = simulator.subject(77, &[FingerPosition::LeftRing]).impressions(3).collect();
    assert_eq!(one[0], ten[8]);
    assert!((1..ten.len()).all(|i| ten[i].minutiae() != ten[0].minutiae()));
    let listed = simulator.subjects(100, &all).nth(77).unwrap();
    assert_eq!((listed.index(), listed.id().as_str()), (77, "simulated-000000000077"));
    assert_eq!(listed.impressions(3).collect::<Vec<_>>(), ten);
    // A subject's fingers are none of the fingers without a subject.
    let unknown = simulator.subject(0, &all).master(FingerPosition::Unknown);
    assert_ne!(unknown.minutiae(), simulator.master(0).minutiae());
}

#[test]
fn a_template_is_what_an_extractor_writes() {
    for template in simulator(6).fingers(100, 2).flatten() {
        assert_eq!(template.size(), Some((388, 480)));
        assert_eq!(template.resolution(), Resolution::STANDARD);
        assert_eq!(template.impression(), Some(Impression::LiveScanPlain));
        assert_eq!(template.finger_position(), FingerPosition::Unknown);
        assert_eq!(template.extractor(), Some("matcher-simulate/1"));
        assert!(template.quality().is_some());
        for (row, m) in template.minutiae().iter().enumerate() {
            assert_eq!((m.x.steps() % 256, m.y.steps() % 256), (0, 0));
            assert!((0..388).contains(&m.x.nearest()) && (0..480).contains(&m.y.nearest()));
            assert_eq!(Angle::from_fraction(m.direction.to_fraction(256), 256), m.direction);
            assert_eq!(m.source_index as usize, row);
            assert!(m.quality.is_some_and(|q| (30..=98).contains(&q.percent())));
        }
    }
}

#[test]
fn numbers_of_minutiae_are_those_of_real_prints() {
    let mut counts: Vec<usize> =
        simulator(7).fingers(200, 1).flatten().map(|template| template.minutiae().len()).collect();
    counts.sort_unstable();
    let mean = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
    assert!((38.0..50.0).contains(&mean), "{mean}");
    assert!(counts[10] > 15 && counts[190] < 85, "{counts:?}");
}

#[test]
fn patterns_come_in_their_natural_shares() {
    let simulator = simulator(8);
    let mut shares = [0.0; 5];
    for finger in 0..4_000 {
        shares[simulator.master(finger).pattern() as usize] += 1.0 / 4_000.0;
    }
    for class in PatternClass::ALL {
        assert!((shares[class as usize] - class.natural_share()).abs() < 0.025, "{}", class.name());
    }
}

fn noiseless() -> FingerprintConfig {
    let mut config = FingerprintConfig::default();
    let i = &mut config.impression;
    (i.width_px, i.height_px, i.contact_width_mm, i.contact_height_mm) = (600, 700, 40.0, 50.0);
    (i.contact_sd, i.contact_shift_mm, i.rotation_sd_degrees, i.placement_sd_px) = (0.0, 0.0, 0.0, 0.0);
    (i.distortion_px, i.position_jitter_px, i.direction_jitter_degrees) = (0.0, 0.0, 0.0);
    (i.flip, i.kind_confusion, i.lapse, i.spurious_density, i.spacing_px) = (0.0, 0.0, 0.0, 0.0, 0.0);
    i.clarity_mean = 10.0;
    config
}

#[test]
fn a_noiseless_impression_is_the_finger_itself() {
    let simulator = FingerSimulator::new(9, noiseless()).unwrap();
    for finger in 0..20 {
        let master = simulator.master(finger);
        let template = simulator.impression(&master, 0);
        assert_eq!(template.minutiae().len(), master.minutiae().len());
        for m in master.minutiae() {
            let (x, y) = (300.0 + m.x, 350.0 - m.y);
            assert!(template.minutiae().iter().any(|seen| {
                (seen.x.to_f64() - x).abs() <= 0.5
                    && (seen.y.to_f64() - y).abs() <= 0.5
                    && seen.direction.distance(m.direction) <= 129 // half of 1/256 turn
                    && seen.kind == m.kind
            }));
        }
    }
}

/// Share of the first print's minutiae that have one of the other within 15 pixels and 25 degrees.
fn shared(a: &Template, b: &Template) -> f64 {
    let found = a.minutiae().iter().filter(|m| {
        b.minutiae().iter().any(|o| {
            let (dx, dy) = (m.x.to_f64() - o.x.to_f64(), m.y.to_f64() - o.y.to_f64());
            dx * dx + dy * dy < 225.0 && m.direction.distance(o.direction) < 4551
        })
    });
    found.count() as f64 / a.minutiae().len() as f64
}

/// Mated impressions without rotation and shift show the same minutiae in about the same places; non-mated ones do not.
#[test]
fn mated_impressions_share_minutiae() {
    let mut config = FingerprintConfig::default();
    config.impression.rotation_sd_degrees = 0.0;
    config.impression.placement_sd_px = 0.0;
    config.impression.contact_shift_mm = 0.0;
    let simulator = FingerSimulator::new(10, config).unwrap();
    let pairs: Vec<_> = simulator.fingers(60, 2).collect();
    let mean = |shares: Vec<f64>| shares.iter().sum::<f64>() / shares.len() as f64;
    let mated = mean(pairs.iter().map(|p| shared(&p[0], &p[1])).collect());
    let non_mated = mean(pairs.windows(2).map(|p| shared(&p[0][0], &p[1][1])).collect());
    assert!((0.6..0.95).contains(&mated), "{mated}");
    assert!(non_mated < 0.2, "{non_mated}");
}

#[test]
fn a_bad_impression_has_fewer_genuine_minutiae() {
    let count = |change: fn(&mut FingerprintConfig)| {
        let mut config = FingerprintConfig::default();
        config.impression.spurious_density = 0.0;
        change(&mut config);
        let simulator = FingerSimulator::new(12, config).unwrap();
        simulator.fingers(50, 1).flatten().map(|t| t.minutiae().len()).sum::<usize>()
    };
    let usual = count(|_| ());
    assert!(count(|c| c.impression.clarity_mean = 0.0) < usual);
    assert!(count(|c| c.impression.contact_width_mm = 6.0) < usual);
    assert_eq!(count(|c| c.impression.lapse = 1.0), 0);
}

#[test]
fn absurd_numbers_are_refused_by_name() {
    let refusal = |change: fn(&mut FingerprintConfig)| {
        let mut config = FingerprintConfig::default();
        change(&mut config);
        FingerSimulator::new(1, config).unwrap_err().to_string()
    };
    assert_eq!(
        refusal(|c| c.master.density = -1.0),
        "fingerprint simulation: master.density is -1, expected 0 to 0.6"
    );
    assert_eq!(
        refusal(|c| c.impression.height_px = 0),
        "fingerprint simulation: impression.height_px is 0, expected 16 to 4000"
    );
    assert_eq!(
        refusal(|c| c.impression.distortion_waves_px = (300.0, 200.0)),
        "fingerprint simulation: impression.distortion_waves_px.1 is 200, expected 300 to 5000"
    );
    assert_eq!(
        refusal(|c| c.master.pattern_shares = [0.0; 5]),
        "fingerprint simulation: master.pattern_shares is all 0, expected at least one above 0"
    );
    assert!(refusal(|c| c.impression.position_jitter_px = f64::NAN).contains("position_jitter_px is NaN"));
    assert!(refusal(|c| c.master.width_mm = f64::INFINITY).contains("width_mm is inf"));
}

#[test]
fn a_configuration_survives_json_and_may_be_partial() {
    let config = FingerprintConfig::default();
    let json = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<FingerprintConfig>(&json).unwrap(), config);
    let partial: FingerprintConfig =
        serde_json::from_str(r#"{"impression": {"rotation_sd_degrees": 3.0}}"#).unwrap();
    assert_eq!((partial.impression.rotation_sd_degrees, partial.master), (3.0, config.master));
    assert!(serde_json::from_str::<FingerprintConfig>(r#"{"impresion": {}}"#).is_err());
    assert_ne!(FingerSimulator::new(1, partial).unwrap().method(), simulator(1).method());
}

/// The range of every number, as its documentation states it.
fn any_config() -> impl Strategy<Value = FingerprintConfig> {
    let master = (0.0..=5.0, 5.0..=40.0, 5.0..=50.0, 0.0..=0.6, 0.0..=0.5, 0.0..=40.0, 0.0..=1.0, 0.0..=1.0);
    let capture = (16u16..=4_000, 16u16..=4_000, 1.0..=40.0, 1.0..=50.0, 0.0..=0.5, 0.0..=10.0, 0.0..=180.0);
    let skin = (0.0..=500.0, 0.0..=30.0, 0.0..=2.0, 50.0..=5_000.0, 0.0..=20.0, 0.0..=90.0, 0.0..=20.0);
    let clarity = (-10.0..=10.0, 0.0..=10.0, 0.0..=10.0, 0.0..=10.0, 0.0..=1.0, 0.0..=1.0, 0.0..=1.0);
    let spurious = (0.0..=0.3, -10.0..=10.0, 0.0..=10.0, 0.0..=180.0, 0.0..=1.0, 0.0..=1.0, 0.0..=40.0);
    (master, capture, skin, clarity, spurious).prop_map(|(a, b, c, d, e)| {
        let mut config = FingerprintConfig::default();
        let m = &mut config.master;
        (m.singularity_sd_mm, m.width_mm, m.height_mm, m.density) = (a.0, a.1, a.2, a.3);
        (m.density_sd, m.spacing_px, m.ending_share, m.polarity_agreement) = (a.4, a.5, a.6, a.7);
        let i = &mut config.impression;
        (i.width_px, i.height_px, i.contact_width_mm, i.contact_height_mm) = (b.0, b.1, b.2, b.3);
        (i.contact_sd, i.contact_shift_mm, i.rotation_sd_degrees, i.placement_sd_px) = (b.4, b.5, b.6, c.0);
        (i.distortion_px, i.distortion_spread, i.distortion_waves_px) = (c.1, c.2, (c.3, 5_000.0));
        (i.position_jitter_px, i.direction_jitter_degrees, i.jitter_growth) = (c.4, c.5, c.6);
        (i.clarity_mean, i.clarity_minutia_sd) = (d.0, d.1);
        (i.clarity_impression_sd, i.clarity_noise_sd) = (d.2, d.3);
        (i.flip, i.kind_confusion, i.lapse) = (d.4, d.5, d.6);
        (i.spurious_density, i.spurious_clarity_mean, i.spurious_clarity_sd) = (e.0, e.1, e.2);
        (i.spurious_direction_sd_degrees, i.quality_cut, i.quality_best, i.spacing_px) = (e.3, e.4, e.5, e.6);
        config
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn any_seed_and_any_config_within_range_give_templates(
        seed: u64,
        finger: u64,
        impression: u32,
        config in any_config(),
    ) {
        let simulator = FingerSimulator::new(seed, config).unwrap();
        let master = simulator.master(finger);
        let template = simulator.impression(&master, impression);
        prop_assert!(template.minutiae().len() <= 255);
        prop_assert_eq!(&template, &simulator.impression(&simulator.master(finger), impression));
        let subject = simulator.subject(finger, &[FingerPosition::LeftThumb]);
        prop_assert_eq!(subject.impressions(impression).len(), 1);
    }
}
