//! How well real prints are told apart. Needs `MATCHER_DATA`; without it these tests skip, saying so.

use matcher_core::evaluation::{ErrorRates, FolderScores, LabelledFolder};
use matcher_core::fingerprint::{Algorithm, Config, Matcher, Minutia, Model, Template, TemplateBuilder};
use matcher_core::formats::ReadOptions;
use matcher_core::units::{Angle, Pixels};
use matcher_core::work::{Threads, Watch};
use std::path::PathBuf;

/// Sets of five sensors, none of which the model was fitted on.
const SETS: [&str; 5] = ["FVC2000_DB2_B", "FVC2002_DB1_B", "FVC2002_DB3_B", "FVC2004_DB1_B", "FVC2004_DB4_B"];

fn folder(set: &str, extractor: &str) -> Option<LabelledFolder> {
    let Some(data) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return None;
    };
    let folder = PathBuf::from(data).join("fingerprint").join(set).join(extractor);
    Some(LabelledFolder::read(&folder, None, &ReadOptions::default()).unwrap())
}

fn compared(set: &str, extractor: &str, algorithm: &Algorithm) -> Option<FolderScores> {
    Some(folder(set, extractor)?.compare(algorithm, Threads::All, Watch::default()).unwrap())
}

/// EER and FNMR at FMR 1e-3, 1e-4 and without a false match, in percent.
fn percent(rates: &ErrorRates) -> [f64; 4] {
    let at = |fmr: f64| 100.0 * rates.fnmr_at_fmr(fmr).unwrap().fnmr.value();
    [100.0 * rates.eer().value, at(1e-3), at(1e-4), at(0.0)]
}

/// Rates of the five sets together, and what each gives alone.
fn pooled(extractor: &str, algorithm: &Algorithm) -> Option<([f64; 4], Vec<[f64; 4]>)> {
    let (mut mated, mut non_mated, mut each) = (Vec::new(), Vec::new(), Vec::new());
    for set in SETS {
        let scores = compared(set, extractor, algorithm)?;
        let (genuine, impostor) = scores.by_kind();
        assert_eq!((genuine.len(), impostor.len()), (280, 2880), "{set}");
        each.push(percent(&scores.rates().unwrap()));
        println!("{extractor}, {set}: {:.2?} %", each[each.len() - 1]);
        mated.extend(genuine);
        non_mated.extend(impostor);
    }
    let all = percent(&ErrorRates::new(&mated, &non_mated).unwrap());
    println!("{extractor}, pooled: {all:.2?} %");
    Some((all, each))
}

#[test]
fn error_rates_of_five_sensors() {
    let Some(([eer, thousand, ten_thousand, _], learned)) = pooled("leader", &Algorithm::standard()) else {
        return;
    };
    assert!(eer <= 0.5, "pooled EER {eer}");
    assert!(thousand <= 0.9, "pooled FNMR at FMR 1e-3 {thousand}");
    assert!(ten_thousand <= 2.0, "pooled FNMR at FMR 1e-4 {ten_thousand}");
    // On no set worse than the bits of the cylinders with relaxation, beyond one comparison of 280.
    let untrained = Algorithm::with_model(&Config::default(), &Model::untrained()).unwrap();
    for extractor in ["leader", "mindtct"] {
        let learned = if extractor == "leader" {
            learned.clone()
        } else {
            pooled(extractor, &Algorithm::standard()).unwrap().1
        };
        for ((set, learned), untrained) in
            SETS.iter().zip(learned).zip(pooled(extractor, &untrained).unwrap().1)
        {
            assert!(learned[1] <= untrained[1] + 100.0 / 280.0 + 1e-9, "{set}: {learned:?}, {untrained:?}");
        }
    }
}

#[test]
fn error_rates_of_a_good_sensor() {
    let Some(scores) = compared("UareU", "leader", &Algorithm::standard()) else { return };
    let rates = percent(&scores.rates().unwrap());
    println!("UareU: {rates:.3?} %");
    // One mated pair of 1,820 has four minutiae in common; it is 0.055 %.
    assert!(rates[0] <= 0.06 && rates[3] <= 0.15, "{rates:?}");
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
        let Some(scores) = compared(set, "leader", &Algorithm::standard()) else { return };
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
