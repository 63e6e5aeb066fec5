//! Prints that are not as one would wish: few minutiae, a part of a finger, any rotation, other resolutions, minutiae
//! listed twice, no stated quality. A mate must still be told from a stranger.

use matcher_core::fingerprint::matcher::DECISION_THRESHOLD;
use matcher_core::fingerprint::{Algorithm, Matcher, Minutia, Template, TemplateBuilder};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::{Angle, Dpi, Pixels, Resolution};

/// Mated pairs, and for each a print of another finger.
fn cases() -> Vec<[Template; 3]> {
    let simulator = FingerSimulator::new(7, FingerprintConfig::default()).unwrap();
    let fingers: Vec<Vec<Template>> = (0..12).map(|finger| simulator.impressions(finger, 2)).collect();
    let other = |k: usize| fingers[(k + 1) % fingers.len()][0].clone();
    (0..fingers.len()).map(|k| [fingers[k][0].clone(), fingers[k][1].clone(), other(k)]).collect()
}

fn rebuilt(
    print: &Template,
    resolution: Resolution,
    minutiae: impl IntoIterator<Item = Minutia>,
) -> Template {
    let builder = Template::builder().resolution(resolution);
    minutiae
        .into_iter()
        .fold(builder, TemplateBuilder::minutia)
        .build()
        .map_or_else(|error| panic!("{} minutiae: {error}", print.minutiae().len()), |built| built.template)
}

fn score(probe: &Template, reference: &Template) -> f64 {
    let matcher = Matcher::with(&Algorithm::standard(), probe);
    let score = matcher.score(&matcher.prepare(reference)).unwrap();
    let back = Matcher::with(&Algorithm::standard(), reference);
    assert_eq!(back.score(&back.prepare(probe)).unwrap(), score, "either way round");
    score
}

/// How many of the mates are found, and asserts that no stranger is, when every probe is changed.
fn found(change: impl Fn(&Template) -> Template) -> usize {
    let cases = cases();
    let mut found = 0;
    for [probe, mate, other] in &cases {
        let probe = change(probe);
        assert!(score(&probe, other) < DECISION_THRESHOLD, "a stranger");
        found += usize::from(score(&probe, mate) >= DECISION_THRESHOLD);
    }
    found
}

/// The minutiae nearest to the middle of all.
fn nearest(print: &Template, count: usize) -> Template {
    let mut minutiae = print.minutiae().to_vec();
    let mean = |of: &dyn Fn(&Minutia) -> f64| minutiae.iter().map(of).sum::<f64>() / minutiae.len() as f64;
    let (x, y) = (mean(&|m| m.x.to_f64()), mean(&|m| m.y.to_f64()));
    let square =
        |m: &Minutia| (m.x.to_f64() - x) * (m.x.to_f64() - x) + (m.y.to_f64() - y) * (m.y.to_f64() - y);
    minutiae.sort_by(|a, b| square(a).total_cmp(&square(b)));
    minutiae.truncate(count);
    rebuilt(print, print.resolution(), minutiae)
}

#[test]
fn as_it_comes() {
    assert_eq!(found(Clone::clone), 12);
}

#[test]
fn few_minutiae() {
    for (count, least) in [(0, 0), (1, 0), (2, 0), (3, 0), (5, 6), (8, 11), (12, 12), (20, 12)] {
        let found = found(|print| nearest(print, count));
        println!("{count} minutiae: {found} of 12");
        assert!(found >= least, "{count} minutiae: {found} of 12");
    }
}

#[test]
fn half_a_print() {
    let half = |print: &Template| {
        let mut minutiae = print.minutiae().to_vec();
        minutiae.sort_by_key(|m| m.x);
        minutiae.truncate(minutiae.len() / 2);
        rebuilt(print, print.resolution(), minutiae)
    };
    let found = found(half);
    println!("half a print: {found} of 12");
    assert!(found >= 11);
}

#[test]
fn any_rotation() {
    for degrees in (0..360).step_by(20) {
        let radians = f64::from(degrees).to_radians();
        let (sin, cos) = libm::sincos(radians);
        let turned = |print: &Template| {
            let minutia = |m: &Minutia| {
                let (x, y) = (m.x.to_f64() - 200.0, m.y.to_f64() - 200.0);
                Minutia {
                    x: Pixels::from_f64(500.0 + cos * x + sin * y).unwrap(),
                    y: Pixels::from_f64(500.0 - sin * x + cos * y).unwrap(),
                    direction: m.direction + Angle::from_degrees(f64::from(degrees)).unwrap(),
                    ..*m
                }
            };
            rebuilt(print, print.resolution(), print.minutiae().iter().map(minutia))
        };
        assert_eq!(found(turned), 12, "{degrees} degrees");
    }
}

#[test]
fn other_resolutions() {
    for dpi in [250, 569, 1000] {
        let scaled = |print: &Template| {
            let by = f64::from(dpi) / 500.0;
            let minutia = |m: &Minutia| Minutia {
                x: Pixels::from_f64(m.x.to_f64() * by).unwrap(),
                y: Pixels::from_f64(m.y.to_f64() * by).unwrap(),
                ..*m
            };
            let resolution = Resolution::square(Dpi::new(f64::from(dpi)).unwrap());
            rebuilt(print, resolution, print.minutiae().iter().map(minutia))
        };
        assert_eq!(found(scaled), 12, "{dpi} dpi");
    }
}

#[test]
fn minutiae_listed_twice() {
    let doubled = |print: &Template| {
        let beside = |m: &Minutia| Minutia { x: Pixels::from_f64(m.x.to_f64() + 1.0).unwrap(), ..*m };
        let minutiae = print.minutiae().iter().flat_map(|m| [*m, beside(m)]);
        rebuilt(print, print.resolution(), minutiae)
    };
    let found = found(doubled);
    println!("listed twice: {found} of 12");
    assert!(found >= 11);
}

#[test]
fn no_stated_quality() {
    let unstated = |print: &Template| {
        let minutiae = print.minutiae().iter().map(|m| Minutia { quality: None, ..*m });
        rebuilt(print, print.resolution(), minutiae)
    };
    assert_eq!(found(unstated), 12);
}
