//! Two prints of whatever minutiae: the score is one, and does not depend on what it must not depend on.
//!
//! The bytes are how many minutiae of the first print there are, how far they spread, the two resolutions, and by how much
//! the first print is moved; then 6 bytes a minutia: x, y, direction, kind with quality.

use matcher_core::fingerprint::matcher::DECISION_THRESHOLD;
use matcher_core::fingerprint::{
    Algorithm, Matcher, Minutia, MinutiaKind, Quality, Template, TemplateBuilder,
};
use matcher_core::units::{Angle, Dpi, Pixels, Resolution};
use std::sync::LazyLock;

static ALGORITHM: LazyLock<Algorithm> = LazyLock::new(Algorithm::standard);

/// Minutiae of one print are few enough that none is dropped.
const MOST: usize = 255;

/// A minutia of 6 bytes, to 1/8 pixel, within a square of so many pixels.
fn minutia(bytes: [u8; 6], span: i32) -> Minutia {
    let [x0, x1, y0, y1, direction, more] = bytes;
    let place = |low, high| Pixels::from_steps(i32::from(u16::from_le_bytes([low, high])) % (span * 8) * 32);
    Minutia {
        kind: MinutiaKind::ALL[usize::from(more % 3)],
        quality: Quality::new(more / 2),
        ..Minutia::new(place(x0, x1), place(y0, y1), Angle::from_steps(u16::from(direction) * 256 + 8))
    }
}

fn template(minutiae: impl IntoIterator<Item = Minutia>, resolution: Resolution) -> Template {
    let builder = Template::builder().resolution(resolution);
    minutiae.into_iter().fold(builder, TemplateBuilder::minutia).build().unwrap().template
}

/// 500 dpi as a rule, and else any that there is, also of other width than height.
fn resolution(byte: u8) -> Resolution {
    let dpi = |code: u8| {
        Dpi::from_per_centimetre([197, 99, 394, 20, 3937, 224, 197, 197][usize::from(code % 8)]).unwrap()
    };
    if byte < 128 { Resolution::STANDARD } else { Resolution { x: dpi(byte), y: dpi(byte / 8) } }
}

/// The score is at least 0, in steps of 1/1024, the same either way round, for any order of the minutiae and wherever the
/// print lies; the evidence names minutiae that are there, each once.
pub(crate) fn check(bytes: &[u8]) {
    let Some((&[count, spread, first, second, dx, dy], rest)) = bytes.split_first_chunk() else { return };
    let span = [4, 16, 64, 300, 500, 1000, 4000, 8000][usize::from(spread % 8)];
    let all = rest.as_chunks().0.iter().map(|&bytes| minutia(bytes, span));
    let all: Vec<Minutia> = all.take(2 * MOST).collect();
    let (a, b) = all.split_at(usize::from(count).min(all.len()));
    let b = &b[..b.len().min(MOST)];
    let (first, second) = (resolution(first), resolution(second));
    let probe = template(a.iter().copied(), first);
    let matcher = Matcher::with(&ALGORITHM, &probe);
    let reference = template(b.iter().copied(), second);
    let candidate = matcher.prepare(&reference);
    let score = matcher.score(&candidate).unwrap();
    assert!(score.is_finite() && score >= 0.0 && score * 1024.0 == (score * 1024.0).trunc(), "{score}");
    assert!(matcher.not_comparable(&candidate).is_none() || score == 0.0);
    assert_eq!(matcher.score(&candidate).unwrap(), score);
    let found = matcher.score_with_cutoff(&candidate, DECISION_THRESHOLD).unwrap();
    assert_eq!(found, (score >= DECISION_THRESHOLD).then_some(score));

    let comparison = matcher.compare(&candidate).unwrap();
    assert_eq!(comparison.score, score);
    let pairs: Vec<[usize; 2]> = comparison.pairs.rows().into_iter().map(|pair| [pair[0], pair[1]]).collect();
    for (side, most) in [probe.minutiae().len(), reference.minutiae().len()].into_iter().enumerate() {
        let mut seen: Vec<usize> = pairs.iter().map(|pair| pair[side]).collect();
        seen.sort_unstable();
        assert!(seen.windows(2).all(|two| two[0] < two[1]) && seen.iter().all(|&index| index < most));
    }
    assert!(comparison.transform.is_none_or(|matrix| matrix.iter().all(|number| number.is_finite())));

    let back = Matcher::with(&ALGORITHM, &reference);
    assert_eq!(back.score(&back.prepare(&probe)).unwrap(), score, "the other way round");
    let reversed = template(a.iter().rev().copied(), first);
    assert_eq!(back.score(&back.prepare(&reversed)).unwrap(), score, "minutiae in another order");
    if first == Resolution::STANDARD {
        let by = |byte: u8| i32::from(byte.cast_signed()) * 256;
        let moved = a.iter().map(|m| Minutia {
            x: Pixels::from_steps(m.x.steps() + by(dx)),
            y: Pixels::from_steps(m.y.steps() + by(dy)),
            ..*m
        });
        assert_eq!(back.score(&back.prepare(&template(moved, first))).unwrap(), score, "moved");
    }
}
