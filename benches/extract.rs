//! How many prints a second are extracted from their images?
//!
//! The image is a simulated one of 388 x 374 pixels at 500 dpi, a usual size of single-finger scanners. What the network
//! costs depends on the size alone. The levels are measured one by one on one thread, then whole images on two threads.
//! The network needs its model (`matcher model install`): without it, this says so and measures nothing.

use matcher_benches::{Case, Meter, Outcome};
use matcher_core::error::Error;
use matcher_core::fingerprint::{Extractor, Template};
use matcher_core::image::GrayImage;
use matcher_core::simulate::fingerprint::{
    FingerSimulator, FingerprintConfig, ImpressionConfig, RidgeConfig,
};
use matcher_core::work::Threads;

/// Images of one call on several threads.
const IMAGES: usize = 8;

fn main() -> Outcome {
    let mut meter = Meter::start();
    let extractor = match Extractor::installed() {
        Err(error @ Error::NoModel { .. }) => {
            println!("nothing measured: {error}");
            return Ok(());
        }
        other => other?,
    };
    let impression = ImpressionConfig { width_px: 388, height_px: 374, ..ImpressionConfig::default() };
    let config = FingerprintConfig { impression, ..FingerprintConfig::default() };
    let rendered = FingerSimulator::new(5, config)?.ridge_image(0, 0, &RidgeConfig::default())?;
    let image = &rendered.image;
    assert_eq!((image.width(), image.height()), (388, 374));
    let template = extractor.extract(image)?;
    let both = in_common(&rendered.template, &template);
    let drawn = rendered.template.minutiae().len();
    assert!(both * 10 >= drawn * 8, "{both} of the {drawn} minutiae that were drawn are found");

    let answer = format!("{} minutiae, {both} of the {drawn} that were drawn", template.minutiae().len());
    let case = |name: &str, n: usize| Case {
        name: format!("extract/{name}/388x374"),
        things: "images",
        n,
        answer: answer.clone(),
    };
    meter.measure(&case("one", 1), || extractor.extract(image))?;
    let images: Vec<&GrayImage> = vec![image; IMAGES];
    for (name, threads) in [("threads-1", Threads::ONE), ("threads-2", Threads::new(2))] {
        meter.measure(&case(name, IMAGES), || threads.map(&images, |image| extractor.extract(image)))?;
    }
    Ok(())
}

/// Minutiae that were drawn and found, within 8 pixels and 20 degrees.
fn in_common(drawn: &Template, found: &Template) -> usize {
    let is_found = |m: &&matcher_core::fingerprint::Minutia| {
        found.minutiae().iter().any(|other| {
            let (dx, dy) = (other.x.to_f64() - m.x.to_f64(), other.y.to_f64() - m.y.to_f64());
            dx * dx + dy * dy < 64.0 && other.direction.distance(m.direction) < 3641
        })
    };
    drawn.minutiae().iter().filter(is_found).count()
}
