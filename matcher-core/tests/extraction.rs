//! The extractor on real prints, beside templates that another implementation of the network wrote.

#![cfg(feature = "extract")]

use matcher_core::error::Error;
use matcher_core::fingerprint::{Extractor, Template};
use matcher_core::formats::{ImageOptions, ReadOptions, read_file, read_image_file};
use matcher_core::work::Threads;
use std::path::{Path, PathBuf};

/// Whether what is needed is here; else it says what is not.
fn needed() -> Option<(Extractor, PathBuf)> {
    let Some(data) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return None;
    };
    match Extractor::installed() {
        Ok(extractor) => Some((extractor, PathBuf::from(data).join("fingerprint"))),
        Err(error @ Error::NoModel { .. }) => {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Every so many images of a set, with the templates that lie beside them.
fn prints(extractor: &Extractor, set: &Path, step: usize) -> Vec<(Template, Template)> {
    let images = std::fs::read_dir(set.join("images")).unwrap().map(|entry| entry.unwrap().path());
    let mut images: Vec<PathBuf> = images.collect();
    images.sort();
    let images: Vec<PathBuf> = images.into_iter().step_by(step).collect();
    let both = |image: &PathBuf| {
        let found = extractor.extract(&read_image_file(image, &ImageOptions::default()).unwrap()).unwrap();
        let name = Path::new(image.file_name().unwrap()).with_extension("fmr");
        let given = read_file(set.join("leader").join(name), &ReadOptions::default()).unwrap();
        (found, given.templates.into_iter().next().unwrap())
    };
    Threads::All.map(&images, both).unwrap()
}

/// Minutiae of `given`, and those of them that are also in `found`: records round to whole pixels and 256 directions.
fn in_common(found: &Template, given: &Template) -> (usize, usize) {
    let same = |a: &&matcher_core::fingerprint::Minutia| {
        found.minutiae().iter().any(|b| {
            let near = |a: f64, b: f64| (a - b).abs() <= 1.5;
            near(a.x.to_f64(), b.x.to_f64())
                && near(a.y.to_f64(), b.y.to_f64())
                && a.direction.distance(b.direction) <= 512 // 2.8 degrees
                && a.kind == b.kind
                && a.quality.unwrap().percent().abs_diff(b.quality.unwrap().percent()) <= 2
        })
    };
    (given.minutiae().len(), given.minutiae().iter().filter(same).count())
}

#[test]
fn minutiae_are_those_of_the_published_implementation() {
    let Some((extractor, data)) = needed() else { return };
    for set in [
        "FVC2000_DB2_B",
        "FVC2002_DB1_B",
        "FVC2002_DB3_B",
        "FVC2004_DB1_B",
        "FVC2004_DB4_B",
        "MINEX3_001_025",
    ] {
        let (mut given, mut common, mut found) = (0, 0, 0);
        for (ours, theirs) in prints(&extractor, &data.join(set), 20) {
            let (all, same) = in_common(&ours, &theirs);
            (given, common, found) = (given + all, common + same, found + ours.minutiae().len());
        }
        println!("{set}: {common} of {given}, {found} found");
        assert!(common * 1000 >= given * 995 && found.abs_diff(given) * 1000 <= given * 5, "{set}");
    }
}

#[test]
fn images_of_another_resolution_give_templates_in_their_own_pixels() {
    let Some((extractor, data)) = needed() else { return };
    let (mut given, mut common) = (0, 0);
    for (ours, theirs) in prints(&extractor, &data.join("UareU"), 20) {
        assert_eq!((ours.resolution(), ours.size()), (theirs.resolution(), theirs.size()));
        let (all, same) = in_common(&ours, &theirs);
        (given, common) = (given + all, common + same);
    }
    println!("UareU: {common} of {given}");
    assert!(common * 100 >= given * 95, "{common} of {given}");
}
