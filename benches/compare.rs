//! How long does it take to prepare a print, and to compare it?
//!
//! A search spends its time in `score` of non-mated prints; `compare` is what an examiner opens. The time grows with the
//! product of the numbers of minutiae, so each is measured at four sizes, and at the worst that a template can be.

use matcher_benches::{Case, Meter, Outcome, Pair, adversarial_pair, pair_of_about};
use matcher_core::fingerprint::matcher::DECISION_THRESHOLD;
use matcher_core::fingerprint::{Algorithm, Matcher};

fn main() -> Outcome {
    let mut meter = Meter::start();
    for size in [30, 45, 60, 90] {
        let pair = pair_of_about(size)?;
        let scores = measure(&mut meter, &size.to_string(), &pair)?;
        assert!(scores.0 >= DECISION_THRESHOLD && scores.1 < DECISION_THRESHOLD, "told apart: {scores:?}");
    }
    measure(&mut meter, "adversarial", &adversarial_pair()?)?;
    Ok(())
}

/// Measures everything on one pair; gives its mated and its non-mated score.
fn measure(meter: &mut Meter, size: &str, pair: &Pair) -> Result<(f64, f64), Box<dyn std::error::Error>> {
    let algorithm = Algorithm::standard();
    let matcher = Matcher::with(&algorithm, &pair.probe);
    let [mate, other] = [&pair.mate, &pair.other].map(|print| algorithm.prepare(print));
    let (mated, non_mated) = (matcher.score(&mate)?, matcher.score(&other)?);

    // The other way round, by the other calls, and prepared again: always the same answer.
    assert_eq!(Matcher::with(&algorithm, &pair.mate).score(matcher.probe())?, mated);
    let comparison = matcher.compare(&mate)?;
    assert_eq!(comparison.score, mated);
    assert!(non_mated < mated);
    let cutoff = mated;
    assert_eq!(matcher.score_with_cutoff(&mate, cutoff)?, Some(mated));
    assert_eq!(matcher.score_with_cutoff(&other, cutoff)?, None);
    assert_eq!(algorithm.prepare(&pair.mate), mate);

    let [probe, mate_size, other_size] =
        [&pair.probe, &pair.mate, &pair.other].map(|print| print.minutiae().len());
    let name = |what: &str| format!("compare/{what}/{size}");
    let case = |name, things, answer| Case { name, things, n: 1, answer };

    let answer = format!("{} of {mate_size} minutiae described", mate.described());
    meter.measure(&case(name("describe"), "prints", answer), || algorithm.prepare(&pair.mate))?;

    let relaxed = matcher.relaxed(&other)?;
    assert_eq!(relaxed as f64 / 65536.0, matcher.compare(&other)?.parts.relaxation);
    let answer = format!("{probe} x {other_size} minutiae, relaxed similarity {relaxed} / 65536");
    meter.measure(&case(name("relaxed_non_mated"), "comparisons", answer), || matcher.relaxed(&other))?;

    let answer = format!("{probe} x {other_size} minutiae, non-mated score {non_mated}");
    meter.measure(&case(name("score_non_mated"), "comparisons", answer), || matcher.score(&other))?;

    let answer = format!("{probe} x {mate_size} minutiae, mated score {mated}");
    meter.measure(&case(name("score_mated"), "comparisons", answer), || matcher.score(&mate))?;

    let answer = format!("{probe} x {other_size} minutiae, none reaches {cutoff}");
    meter.measure(&case(name("score_with_cutoff"), "comparisons", answer), || {
        matcher.score_with_cutoff(&other, cutoff)
    })?;

    let answer =
        format!("{probe} x {mate_size} minutiae, {} paired, score {mated}", comparison.pairs.nrows());
    meter.measure(&case(name("compare_mated"), "comparisons", answer), || matcher.compare(&mate))?;
    Ok((mated, non_mated))
}
