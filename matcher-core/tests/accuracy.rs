//! How well real prints are told apart. Needs `MATCHER_DATA`; without it these tests skip, saying so.

use matcher_core::evaluation::{ErrorRates, FolderScores, LabelledFolder};
use matcher_core::fingerprint::{Algorithm, Matcher, Minutia, Template, TemplateBuilder};
use matcher_core::formats::ReadOptions;
use matcher_core::units::{Angle, Pixels};
use matcher_core::work::{Threads, Watch};
use std::path::PathBuf;

/// Sets on which nothing was chosen or fitted.
const SETS: [&str; 4] = ["FVC2002_DB1_B", "FVC2002_DB3_B", "FVC2004_DB1_B", "FVC2004_DB4_B"];

fn folder(set: &str) -> Option<LabelledFolder> {
    let Some(data) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return None;
    };
    let folder = PathBuf::from(data).join("fingerprint").join(set).join("leader");
    Some(LabelledFolder::read(&folder, None, &ReadOptions::default()).unwrap())
}

fn compared(set: &str) -> Option<FolderScores> {
    Some(folder(set)?.compare(&Algorithm::standard(), Threads::All, Watch::default()).unwrap())
}

#[test]
fn error_rates_of_four_sensors() {
    let (mut mated, mut non_mated) = (Vec::new(), Vec::new());
    for set in SETS {
        let Some(scores) = compared(set) else { return };
        let (genuine, impostor) = scores.by_kind();
        assert_eq!((genuine.len(), impostor.len()), (280, 2880), "{set}");
        println!("{set}: EER {:.2} %", 100.0 * scores.rates().unwrap().eer().value);
        mated.extend(genuine);
        non_mated.extend(impostor);
    }
    let eer = ErrorRates::new(&mated, &non_mated).unwrap().eer().value;
    println!("pooled: EER {:.2} %", 100.0 * eer);
    assert!(eer <= 0.015, "pooled EER {eer}");
}

/// The print turned counter-clockwise by any angle about the middle of its image.
fn turned(print: &Template, degrees: f64) -> Template {
    let (width, height) = print.size().unwrap();
    let (cx, cy) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let radians = degrees.to_radians();
    // Exact for quarters, so that a quarter turn tests the matcher and not this function.
    let (sin, cos) = match degrees as i32 {
        90 => (1.0, 0.0),
        180 => (0.0, -1.0),
        270 => (-1.0, 0.0),
        _ => (libm::sin(radians), libm::cos(radians)),
    };
    let minutia = |m: &Minutia| {
        let (dx, dy) = (m.x.to_f64() - cx, m.y.to_f64() - cy);
        Minutia {
            x: Pixels::from_f64(cx + cos * dx + sin * dy).unwrap(),
            y: Pixels::from_f64(cy - sin * dx + cos * dy).unwrap(),
            direction: m.direction + Angle::from_degrees(degrees).unwrap(),
            ..*m
        }
    };
    let builder = Template::builder().resolution(print.resolution());
    print.minutiae().iter().map(minutia).fold(builder, TemplateBuilder::minutia).build().unwrap().template
}

#[test]
fn turning_the_probe_changes_next_to_nothing() {
    for set in SETS {
        let Some(scores) = compared(set) else { return };
        let threshold = scores.rates().unwrap().fnmr_at_fmr(1e-3).unwrap().threshold;
        let prints = &scores.folder.templates;
        let matchers: Vec<Matcher> =
            prints.iter().map(|p| Matcher::with(&Algorithm::standard(), p)).collect();
        for degrees in [90.0, 180.0, 270.0, 17.0, 45.0, 133.0] {
            let probes: Vec<Matcher> = prints
                .iter()
                .map(|print| Matcher::with(&Algorithm::standard(), &turned(print, degrees)))
                .collect();
            let again = Threads::All.map(&scores.pairs, |pair| {
                probes[pair.probe].score(matchers[pair.reference].probe()).unwrap()
            });
            let pairs = scores.pairs.iter().map(|pair| pair.score).zip(again.unwrap());
            let (mut changed, mut decided_otherwise) = (0, 0);
            for (before, after) in pairs {
                changed += usize::from(before != after);
                decided_otherwise += usize::from((before >= threshold) != (after >= threshold));
            }
            println!("{set}, {degrees} degrees: {decided_otherwise} of {} decisions", scores.pairs.len());
            if degrees % 90.0 == 0.0 {
                assert_eq!(changed, 0, "{set}, {degrees} degrees");
            }
            assert!(
                decided_otherwise as f64 <= 0.002 * scores.pairs.len() as f64,
                "{set}, {degrees} degrees"
            );
        }
    }
}
