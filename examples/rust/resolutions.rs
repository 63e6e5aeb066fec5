//! How does one minutia, seen by four scanners, become the same place on the finger?
//!
//! Run with `cargo run -p matcher-examples --example resolutions`. It prints the pixel that each scanner states for a
//! point 10 mm right of and 15 mm below the corner of its image, and where the engine puts it: the last column is the
//! same for all but the rounding to the scanner's whole pixels.

use matcher_core::fingerprint::{Minutia, Template};
use matcher_core::units::{Angle, Dpi, Pixels, Resolution};

fn main() -> matcher_core::Result<()> {
    println!("{:>12}  {:>10}  {:>16}", "scanner", "its pixel", "at 500 dpi");
    for dpi in [500.0, 512.0, 569.0, 1000.0] {
        let Some(resolution) = Dpi::new(dpi) else { continue };
        let pixel = |millimetres: f64| (millimetres * dpi / 25.4).round() as i16;
        let (x, y) = (pixel(10.0), pixel(15.0));
        let minutia = Minutia::new(Pixels::from_whole(x), Pixels::from_whole(y), Angle::ZERO);
        // A template keeps the pixels of its own image; only a comparison looks at them in the engine's frame.
        let built =
            Template::builder().resolution(Resolution::square(resolution)).minutia(minutia).build()?;
        for m in built.template.at_500_dpi().minutiae() {
            println!("{:>8} dpi  {x:>4}, {y:>4}  {:>7.3}, {:>7.3}", dpi, m.x.to_f64(), m.y.to_f64());
        }
    }
    Ok(())
}
