//! Joining undoes splitting. The split here is the definition, written apart: filters over a line that goes on mirrored.

use super::*;

/// Analysis filters by their right halves, and whether their whole lengths are even.
struct Bank {
    low: Vec<f64>,
    high: Vec<f64>,
    even: bool,
}

fn banks() -> [Bank; 5] {
    let root = 0.5_f64.sqrt();
    let times = |factor: f64, half: &[f64]| half.iter().map(|value| factor * value).collect::<Vec<_>>();
    [
        // 9/7 of Cohen, Daubechies and Feauveau: the bank of WSQ.
        Bank {
            low: vec![0.852_698_679, 0.377_402_856, -0.110_624_404, -0.023_849_465, 0.037_828_456],
            high: vec![0.788_485_616, -0.418_092_273, -0.040_689_418, 0.064_538_883],
            even: false,
        },
        // 5/3 of LeGall.
        Bank { low: vec![0.75, 0.25, -0.125], high: vec![1.0, -0.5], even: false },
        // Haar, and the spline banks 6/2 and 4/4.
        Bank { low: vec![root], high: vec![-root], even: true },
        Bank { low: times(root, &[1.0, 0.125, -0.125]), high: vec![-root], even: true },
        Bank { low: times(root / 2.0, &[3.0, -1.0]), high: times(root / 4.0, &[-3.0, 1.0]), even: true },
    ]
}

/// The line mirrored at its ends: at its last pixels for odd filters, half a pixel beyond them for even ones.
fn mirrored(line: &[f64], at: isize, even: bool) -> f64 {
    let last = line.len() as isize - 1;
    let mut at = at;
    while !(0..=last).contains(&at) {
        let beyond = isize::from(even);
        at = if at < 0 { -at - beyond } else { 2 * last + beyond - at };
        if last == 0 {
            at = 0;
        }
    }
    line[at as usize]
}

/// One coefficient: the right half of a filter over both sides of `at`.
fn filtered(line: &[f64], half: &[f64], at: isize, even: bool, sign: f64) -> f64 {
    let pixel = |at| mirrored(line, at, even);
    let sum = half.iter().zip(0_isize..).map(|(tap, k)| match (even, k) {
        (true, _) => tap * (pixel(at - k) + sign * pixel(at + 1 + k)),
        (false, 0) => tap * pixel(at),
        (false, _) => tap * (pixel(at - k) + pixel(at + k)),
    });
    sum.sum()
}

/// The halves of a line, one after the other.
fn split(line: &[f64], bank: &Bank, high_first: bool) -> Vec<f32> {
    let (low, high) = (line.len().div_ceil(2), line.len() / 2);
    let odd = isize::from(!bank.even);
    let low = (0..low).map(|n| filtered(line, &bank.low, 2 * n as isize, bank.even, 1.0) as f32);
    let high = (0..high).map(|n| filtered(line, &bank.high, 2 * n as isize + odd, bank.even, -1.0) as f32);
    if high_first { high.chain(low).collect() } else { low.chain(high).collect() }
}

#[test]
fn joining_undoes_splitting_for_lines_of_all_lengths() {
    for (number, bank) in banks().iter().enumerate() {
        let half = |half: &[f64]| half.iter().map(|&value| value as f32).collect::<Vec<_>>();
        let filters = FilterBank::from_analysis(&half(&bank.low), &half(&bank.high), bank.even);
        for length in 1..40 {
            for high_first in [false, true] {
                let line: Vec<f64> =
                    (0..length).map(|at| f64::from((at * at * 37 + 11 * at) % 101) - 40.0).collect();
                let mut plane = split(&line, bank, high_first);
                let lines = Lines { start: 0, count: 1, length: line.len(), between: line.len(), along: 1 };
                Scratch::default().join_lines(&mut plane, lines, high_first, &filters);
                for (at, (joined, pixel)) in plane.iter().zip(&line).enumerate() {
                    let difference = (f64::from(*joined) - pixel).abs();
                    assert!(
                        difference < 1e-3,
                        "bank {number}, {length} pixels, {high_first}: {at} by {difference}"
                    );
                }
            }
        }
    }
}

#[test]
fn rows_and_columns_are_joined_alike() {
    // 37 lines: two full strips and a part of one.
    let bank = FilterBank::from_analysis(&[0.75, 0.25, -0.125], &[1.0, -0.5], false);
    let (count, length) = (37, 23);
    let value = |line: usize, at: usize| ((line * 31 + at * 17) % 53) as f32;
    let mut rows: Vec<f32> = (0..count * length).map(|i| value(i / length, i % length)).collect();
    let mut columns: Vec<f32> = (0..count * length).map(|i| value(i % count, i / count)).collect();
    let across = Lines { start: 0, count, length, between: length, along: 1 };
    let down = Lines { start: 0, count, length, between: 1, along: count };
    Scratch::default().join_lines(&mut rows, across, false, &bank);
    Scratch::default().join_lines(&mut columns, down, false, &bank);
    for line in 0..count {
        for at in 0..length {
            assert_eq!(rows[line * length + at], columns[at * count + line]);
        }
    }
}

#[test]
fn filters_of_one_tap_and_of_the_most_taps_stay_within_their_line() {
    for (low, high, even) in [(1, 1, false), (1, 16, false), (16, 1, false), (16, 16, true), (1, 16, true)] {
        let bank = FilterBank::from_analysis(&vec![0.5; low], &vec![0.25; high], even);
        for length in 1..12 {
            let mut plane = vec![1.0; length];
            let lines = Lines { start: 0, count: 1, length, between: length, along: 1 };
            Scratch::default().join_lines(&mut plane, lines, false, &bank);
            assert!(plane.iter().all(|value| value.is_finite()));
        }
    }
}
