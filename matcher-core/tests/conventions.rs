//! Mistaken conventions in real prints: how often a set without a mistake is suspected, and how often one that was spoiled
//! on purpose is found. The prints lie outside the project: `MATCHER_DATA` names their folder, and without it these tests
//! skip and say so. `--nocapture` prints the rates.

use matcher_core::fingerprint::{Minutia, Mistake, Template, TemplateBuilder, check_conventions};
use matcher_core::formats::{ReadOptions, read_file};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::{Angle, Pixels};
use std::collections::BTreeMap;
use std::path::Path;

/// The thresholds were fitted on these, and on none of the others.
const FITTED: [&str; 3] = ["FVC2000_DB2_B", "FVC2002_DB1_B", "UareU"];
const TESTED: [&str; 4] = ["FVC2002_DB3_B", "FVC2004_DB1_B", "FVC2004_DB4_B", "MINEX3_001_025"];

/// All sets of prints, by name and extractor.
fn sets(names: &[&str]) -> Option<Vec<Vec<Template>>> {
    let Some(root) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return None;
    };
    let mut sets = Vec::new();
    for name in names {
        for extractor in ["leader", "mindtct"] {
            let folder = Path::new(&root).join("fingerprint").join(name).join(extractor);
            let mut files: Vec<_> =
                std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            files.retain(|file| file.extension().is_some_and(|extension| extension == "fmr"));
            files.sort();
            let read = |file| read_file(file, &ReadOptions::default()).unwrap().templates.remove(0);
            sets.push(files.iter().map(read).collect());
        }
    }
    Some(sets)
}

/// A print whose minutiae were changed, without a size, so that they may lie anywhere.
fn spoiled(print: &Template, change: &dyn Fn(f64, f64, f64) -> (f64, f64, f64)) -> Template {
    let minutia = |m: &Minutia| {
        let (x, y, degrees) = change(m.x.to_f64(), m.y.to_f64(), m.direction.degrees());
        let place = (Pixels::from_f64(x).unwrap(), Pixels::from_f64(y).unwrap());
        Minutia { x: place.0, y: place.1, direction: Angle::from_degrees(degrees).unwrap(), ..*m }
    };
    let start = Template::builder().resolution(print.resolution());
    let all = print.minutiae().iter().map(minutia).fold(start, TemplateBuilder::minutia_of_row);
    all.build().unwrap().template
}

type Spoil = (&'static str, Option<Mistake>, fn(f64, f64, f64) -> (f64, f64, f64));

/// A direction after x was stretched.
fn stretched(degrees: f64, factor: f64) -> f64 {
    let radians = degrees.to_radians();
    libm::atan2(libm::sin(radians), libm::cos(radians) * factor).to_degrees()
}

const SPOILS: [Spoil; 20] = [
    ("nothing", None, |x, y, a| (x, y, a)),
    ("mirrored left to right", None, |x, y, a| (-x, y, 180.0 - a)),
    ("directions turned by 180", None, |x, y, a| (x, y, a + 180.0)),
    ("clockwise", Some(Mistake::Clockwise), |x, y, a| (x, y, -a)),
    ("columns from the right", Some(Mistake::Clockwise), |x, y, a| (-x, y, a)),
    ("rows from the bottom", Some(Mistake::RowsFromBottom), |x, y, a| (x, -y, a)),
    ("mirrored top to bottom", Some(Mistake::UpsideDown), |x, y, a| (x, -y, -a)),
    ("turned by 180", Some(Mistake::UpsideDown), |x, y, a| (-x, -y, a + 180.0)),
    ("turned by 90", Some(Mistake::QuarterTurn), |x, y, a| (y, -x, a + 90.0)),
    ("directions turned by 90", Some(Mistake::FromYAxis), |x, y, a| (x, y, a + 90.0)),
    ("bearings", Some(Mistake::Bearings), |x, y, a| (x, y, 90.0 - a)),
    ("2 degrees as degrees", Some(Mistake::SmallUnit), |x, y, a| (x, y, a / 2.0)),
    ("256ths as degrees", Some(Mistake::SmallUnit), |x, y, a| (x, y, a * 256.0 / 360.0)),
    ("radians as degrees", Some(Mistake::SmallUnit), |x, y, a| (x, y, a.to_radians())),
    ("degrees as radians", Some(Mistake::Scattered), |x, y, a| (x, y, a.round().to_degrees())),
    ("degrees as 256ths", Some(Mistake::Scattered), |x, y, a| (x, y, a * 360.0 / 256.0)),
    ("dpi doubled", Some(Mistake::Resolution), |x, y, a| (x * 2.0, y * 2.0, a)),
    ("dpi halved", Some(Mistake::Resolution), |x, y, a| (x / 2.0, y / 2.0, a)),
    ("twice as wide", Some(Mistake::Stretched), |x, y, a| (x * 2.0, y, stretched(a, 2.0))),
    ("4:3 as square", Some(Mistake::Stretched), |x, y, a| (x * 0.75, y, stretched(a, 0.75))),
];

/// Prints by a stride that leaves no two of a set together, so that samples are of many fingers; `which` of them.
fn sample(set: &[Template], size: usize, which: usize) -> Vec<Template> {
    // A prime that divides the length of none of the sets.
    (0..size.min(set.len())).map(|k| set[(which * 31 + k * 37) % set.len()].clone()).collect()
}

/// Of samples of so many prints: how often the mistake was named, and how often any other.
fn rates(sets: &[Vec<Template>], spoil: &Spoil, size: usize) -> (f64, f64) {
    let (mut named, mut others, mut samples) = (0, 0, 0);
    for set in sets {
        for which in 0..4 {
            let prints = sample(set, size, which);
            let prints: Vec<Template> = prints.iter().map(|print| spoiled(print, &spoil.2)).collect();
            let found = check_conventions(&prints);
            named += usize::from(found.iter().any(|suspicion| Some(suspicion.mistake) == spoil.1));
            others += usize::from(found.iter().any(|suspicion| Some(suspicion.mistake) != spoil.1));
            samples += 1;
        }
    }
    (f64::from(named as u32) / f64::from(samples), f64::from(others as u32) / f64::from(samples))
}

#[test]
fn simulated_prints_are_not_suspected() {
    let simulator = FingerSimulator::new(5, FingerprintConfig::default()).unwrap();
    let prints: Vec<Template> =
        (0..60).map(|finger| simulator.impression(&simulator.master(finger), 0)).collect();
    for some in prints.chunks(20).chain([&prints[..]]) {
        let found: Vec<String> = check_conventions(some).iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn whole_sets_without_a_mistake_are_not_suspected() {
    for names in [&FITTED[..], &TESTED] {
        let Some(sets) = sets(names) else { return };
        for set in &sets {
            let found: Vec<String> = check_conventions(set).iter().map(ToString::to_string).collect();
            assert!(found.is_empty(), "{found:?}");
        }
    }
}

#[test]
fn spoiled_sets_are_found() {
    let mut found = BTreeMap::new();
    for (group, names) in [("fitted", &FITTED[..]), ("tested", &TESTED)] {
        let Some(sets) = sets(names) else { return };
        for spoil in &SPOILS {
            for size in [10, 20, 50] {
                let (named, others) = rates(&sets, spoil, size);
                println!("{group}: {} in {size} prints: named {named:.3}, other {others:.3}", spoil.0);
                found.insert((group, spoil.0, size), (named, others));
            }
        }
    }
    for (&(group, spoil, size), &(named, others)) in &found {
        let what = format!("{group}: {spoil} in {size} prints: {named} {others}");
        let is_none = SPOILS.iter().any(|(name, mistake, _)| *name == spoil && mistake.is_none());
        let is_hard = ["twice as wide", "4:3 as square"].contains(&spoil);
        if is_none {
            assert!(others <= 0.02, "{what}");
        } else if size == 50 && !is_hard {
            assert!(named >= 0.9, "{what}");
        }
    }
}
