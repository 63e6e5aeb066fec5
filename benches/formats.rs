//! How many records a second are read and written?
//!
//! A print of usual size in each format. Reading finds the format itself, as it does for a user.

use matcher_benches::{Case, Meter, Outcome, pair_of_about};
use matcher_core::formats::{Format, ReadOptions, read, write};

fn main() -> Outcome {
    let mut meter = Meter::start();
    let simulated = pair_of_about(45)?.probe;
    for format in Format::ALL {
        // What a format cannot say is lost in the first round; from then on a template comes back as it was.
        let first = read(&write(&simulated, format)?, &ReadOptions::default())?;
        let template = &first.templates[0];
        let bytes = write(template, format)?;
        let again = read(&bytes, &ReadOptions::default())?;
        assert_eq!(again.format, format);
        assert_eq!(&again.templates[0], template, "{format}: the same template after a round trip");
        assert!(again.diagnostics.is_empty());
        assert_eq!(template.minutiae().len(), simulated.minutiae().len());

        let answer =
            format!("{} minutiae in {} bytes come back equal", template.minutiae().len(), bytes.len());
        let name = |what: &str| format!("formats/{what}/{format}");
        let case = |name| Case { name, things: "records", n: 1, answer: answer.clone() };
        meter.measure(&case(name("read")), || read(&bytes, &ReadOptions::default()))?;
        meter.measure(&case(name("write")), || write(template, format))?;
    }
    Ok(())
}
