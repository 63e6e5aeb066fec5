use super::*;
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};

fn simulator() -> FingerSimulator {
    FingerSimulator::new(11, FingerprintConfig::default()).unwrap()
}

#[test]
fn minutiae_follow_the_ridges_in_both_directions() {
    let mut turned = 0.0;
    let mut all = 0.0;
    for finger in 0..50 {
        let print = simulator().master(finger);
        for m in print.minutiae() {
            let along = print.orientation(m.x, m.y);
            let off = along.distance(m.direction);
            assert!(off.min(32768 - off) <= 1);
            turned += f64::from(off > 16384);
            all += 1.0;
        }
    }
    assert!((0.4..0.6).contains(&(turned / all)));
}

#[test]
fn minutiae_keep_their_distance_and_their_area() {
    let config = FingerprintConfig::default().master;
    let (half_width, half_height) =
        (config.width_mm / 2.0 * PIXELS_PER_MM, config.height_mm / 2.0 * PIXELS_PER_MM);
    for finger in 0..50 {
        let print = simulator().master(finger);
        for (i, m) in print.minutiae().iter().enumerate() {
            let (u, v) = (m.x / half_width, m.y / half_height);
            assert!(u * u + v * v <= 1.0);
            assert!(
                print.minutiae()[..i].iter().all(|o| libm::hypot(o.x - m.x, o.y - m.y) >= config.spacing_px)
            );
        }
    }
}

#[test]
fn a_spacing_that_leaves_no_room_gives_fewer_minutiae() {
    let mut config = FingerprintConfig::default();
    (config.master.spacing_px, config.master.density) = (40.0, 0.6);
    let print = FingerSimulator::new(1, config).unwrap().master(0);
    // Circles of 20 pixels about the minutiae do not overlap.
    let most =
        (20.0 / PIXELS_PER_MM + 9.0) * (20.0 / PIXELS_PER_MM + 11.5) * PIXELS_PER_MM * PIXELS_PER_MM / 400.0;
    assert!(print.minutiae().len() > 40 && (print.minutiae().len() as f64) < most);
}

#[test]
fn debug_output_shows_no_minutiae() {
    let print = simulator().master(3);
    let text = format!("{print:?} {:?}", print.minutiae());
    assert!(!text.contains("x:") && !text.contains("direction"), "{text}");
}
