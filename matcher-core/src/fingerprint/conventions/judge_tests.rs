use super::super::super::minutia::Minutia;
use super::super::check_conventions;
use super::*;
use crate::units::{Angle, Pixels};

/// A print whose ridges run round its middle in the upper half and across in the lower, `shift` pixels off.
fn arch(shift: i16, change: impl Fn(Minutia) -> Minutia) -> Template {
    let place = |k: i16| (i32::from(k % 7) * 36 - 108, i32::from(k / 7) * 36 - 108);
    let minutiae = (0..49).map(|k| {
        let (x, y) = place(k); // y upwards
        let direction = if y > 0 {
            // Every other one the other way along its ridge, as extractors have it.
            let along = Angle::from_vector(i64::from(-y), i64::from(x));
            if k % 2 == 0 { along } else { along + Angle::from_steps(1 << 15) }
        } else {
            Angle::from_steps(if k % 2 == 0 { 0 } else { 1 << 15 })
        };
        let jitter = Angle::from_steps((k as u16).wrapping_mul(977) % 1500);
        let at = |value: i32| Pixels::from_whole(value as i16 + 200 + shift + k % 3);
        Minutia::new(at(x), at(-y), direction + jitter)
    });
    let builder = minutiae.fold(Template::builder(), |builder, m| builder.minutia(change(m)));
    builder.build().unwrap().template
}

fn found(count: i16, change: impl Fn(Minutia) -> Minutia + Copy) -> Vec<Mistake> {
    let set: Vec<Template> = (0..count).map(|shift| arch(shift, change)).collect();
    check_conventions(&set).iter().map(|suspicion| suspicion.mistake).collect()
}

#[test]
fn a_spoiled_convention_is_named() {
    assert_eq!(found(12, |m| m), []);
    let quarter = Angle::from_steps(1 << 14);
    let turned = |m: Minutia, direction: Angle| Minutia { direction, ..m };
    assert_eq!(found(12, |m| turned(m, -m.direction)), [Mistake::Clockwise]);
    assert_eq!(found(12, |m| turned(m, m.direction + quarter)), [Mistake::FromYAxis]);
    assert_eq!(found(12, |m| turned(m, quarter - m.direction)), [Mistake::Bearings]);
    let halved = |m: Minutia| turned(m, Angle::from_steps(m.direction.steps() / 2));
    assert_eq!(found(12, halved), [Mistake::SmallUnit]);
    // Whole degrees taken for radians.
    let radians = |m: Minutia| turned(m, Angle::from_radians(m.direction.degrees().round()).unwrap());
    assert_eq!(found(12, radians), [Mistake::Scattered]);
    let down = |m: Minutia| Minutia { y: Pixels::from_steps(-m.y.steps()), direction: -m.direction, ..m };
    assert_eq!(found(12, down), [Mistake::UpsideDown]);
    let far = |m: Minutia| Minutia {
        x: Pixels::from_steps(m.x.steps() * 2),
        y: Pixels::from_steps(m.y.steps() * 2),
        ..m
    };
    assert_eq!(found(12, far), [Mistake::Resolution]);
}

#[test]
fn few_prints_say_nothing_and_nothing_is_said_twice_differently() {
    assert_eq!(found(9, |m| Minutia { direction: -m.direction, ..m }), []);
    assert_eq!(check_conventions(std::iter::empty()), []);
    let small: Vec<Template> = (0..30).map(|_| Template::builder().build().unwrap().template).collect();
    assert_eq!(check_conventions(&small), []);
    let mut set: Vec<Template> =
        (0..12).map(|k| arch(k, |m| Minutia { direction: -m.direction, ..m })).collect();
    let first = check_conventions(&set);
    assert_eq!(first, check_conventions(&set));
    set.reverse();
    assert_eq!(check_conventions(&set)[0].mistake, first[0].mistake);
    let text = first[0].to_string();
    let expected =
        "convention of the prints is suspected: directions counted clockwise, or columns from the right (";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.ends_with("in 12 prints), expected -1.38 to -0.17"), "{text}");
}

#[test]
fn minutiae_on_one_place_say_nothing() {
    let minutia =
        |k: u16| Minutia::new(Pixels::from_whole(5), Pixels::from_whole(5), Angle::from_steps(k * 900));
    let print = (0..40).fold(Template::builder(), |builder, k| builder.minutia(minutia(k))).build().unwrap();
    let set = vec![print.template; 20];
    assert_eq!(check_conventions(&set), []);
}

#[test]
fn the_median_is_the_upper_of_the_two_in_the_middle() {
    assert_eq!([median(vec![3.0, 1.0, 2.0]), median(vec![1.0, 4.0]), median(Vec::new())], [2.0, 4.0, 0.0]);
}
