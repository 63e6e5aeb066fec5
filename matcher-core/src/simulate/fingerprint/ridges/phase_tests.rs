use super::*;
use crate::simulate::random::Stream;

/// A wave with a curved, leaning axis and some minutiae about it, on both sides.
fn wave(minutiae: u32) -> Wave {
    let mut stream = Stream::new(3, "phase test", &[]);
    let axis = Complex::unit(-1.2);
    let core = Complex::new(5.0, 12.0);
    let mut wave = Wave {
        wander: Waves::draw(&mut stream, 2.0, (250.0, 600.0)),
        core,
        axis,
        centre: core.plus(axis.times(Complex::new(0.0, 320.0))),
        number: 0.7,
        spirals: Vec::new(),
    };
    for k in 0..minutiae {
        let place = Complex::unit(f64::from(k) * 2.4).scaled(40.0 + 12.0 * f64::from(k));
        wave.add(core.plus(place), k % 3 == 0);
    }
    wave
}

#[test]
fn the_phase_makes_one_turn_round_each_minutia() {
    for minutiae in [1, 2, 9] {
        let wave = wave(minutiae);
        for spiral in &wave.spirals {
            let at = |step: u32| {
                let round = Complex::unit(f64::from(step) * PI / 180.0).scaled(0.5);
                wave.phasor(spiral.place.plus(round), None)
            };
            let turn = |step: u32| at(step + 1).times(at(step).conjugate()).angle();
            let turns = (0..360).map(turn).sum::<f64>() / (2.0 * PI);
            let expected = if spiral.counter_clockwise { 1.0 } else { -1.0 };
            assert!((turns - expected).abs() < 1e-6, "{turns}");
        }
    }
}

#[test]
fn no_seam_is_left_anywhere() {
    for minutiae in [0, 1, 8, 9] {
        let wave = wave(minutiae);
        // Lines across the whole print, in steps that change the phase by a little only.
        for line in -20..=20 {
            let mut before: Option<f64> = None;
            for step in -1500..=1500 {
                let place = Complex::new(f64::from(step) * 0.1, f64::from(line) * 9.7 + 0.3);
                let near_minutia = wave.spirals.iter().any(|s| s.place.minus(place).size() < 4.0);
                let height = wave.height(place);
                if let Some(before) = before.filter(|_| !near_minutia) {
                    assert!((height - before).abs() < 0.15, "{minutiae} minutiae, line {line}, step {step}");
                }
                before = Some(height);
            }
        }
    }
}

#[test]
fn the_core_is_the_end_of_a_ridge() {
    for minutiae in [0, 1, 8, 9] {
        let wave = wave(minutiae);
        assert!(wave.height(wave.tip()) < -0.9, "{minutiae}");
    }
    // Half a period beyond it lies the valley that the next ridge goes round.
    let even = wave(0);
    assert!(even.height(even.tip().minus(even.axis.scaled(PI / 0.7))) > 0.9);
}

#[test]
fn many_minutiae_neither_overflow_nor_vanish() {
    let wave = wave(1_000);
    let place = wave.spirals[500].place;
    assert!(wave.height(Complex::new(3.0, 4.0)).is_finite());
    assert_eq!(wave.height(place), 0.0); // no phase at all
}
