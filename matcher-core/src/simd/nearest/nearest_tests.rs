use super::*;
use crate::simd::lanes::Portable;
use proptest::prelude::*;

type Row = ([u8; 16], u8);

/// The plainest possible answer: pair by pair.
fn oracle(rows: &[Row], panel: &Panel, tags: &[u8; COLUMNS], radius: u8, gate: Option<u8>) -> u32 {
    let mut sum = 0;
    for (column, column_tag) in tags.iter().enumerate().filter(|(_, tag)| *tag & 1 == 1) {
        let code = u128::from_ne_bytes(panel.code(column));
        let counts = |tag: u8| {
            let apart = (column_tag >> 1).abs_diff(tag >> 1);
            gate.is_none_or(|gate| apart.min(128 - apart) <= gate)
        };
        let distances = rows.iter().filter(|row| counts(row.1)).map(|row| {
            let row = u128::from_ne_bytes(row.0);
            (row ^ code).count_ones()
        });
        let near = (radius as u32).saturating_sub(distances.min().unwrap_or(u32::MAX));
        sum += near * near;
    }
    sum
}

/// Every level of this machine and the NEON leaf over portable lanes against the oracle.
fn check(sets: &[Vec<Row>], panels: &[Panel], tags: &[[u8; COLUMNS]], radius: u8, gate: Option<u8>) {
    let expected: Vec<u32> = sets
        .iter()
        .flat_map(|rows| panels.iter().zip(tags).map(|(panel, tags)| oracle(rows, panel, tags, radius, gate)))
        .collect();
    let rows: Vec<Rows> = sets.iter().map(|rows| Rows::new(rows).unwrap()).collect();
    for level in Level::present() {
        let mut out = vec![7; expected.len()];
        sums(level, &rows, panels, tags, radius, gate, &mut out);
        assert_eq!(out, expected, "{level}, radius {radius}, gate {gate:?}");
    }
    let mut out = vec![7; expected.len()];
    run(neon::sums::<Portable>, &rows, panels, tags, radius, gate, &mut out);
    assert_eq!(out, expected, "portable lanes, radius {radius}, gate {gate:?}");
}

fn row() -> impl Strategy<Value = Row> {
    (any::<[u8; 16]>(), any::<u8>().prop_map(tag))
}

/// Random bytes, or, so that something comes near, a row with few bits changed.
fn column(row: Row) -> impl Strategy<Value = Row> {
    let close = (0..128_u32, 0..128_u32, any::<u8>()).prop_map(move |(a, b, angle)| {
        let code = u128::from_ne_bytes(row.0) ^ (1 << a) ^ (1 << b);
        (code.to_ne_bytes(), tag(angle))
    });
    let absent = any::<[u8; 16]>().prop_map(|code| (code, 0));
    prop_oneof![self::row(), close, absent]
}

fn panel(row: Row) -> impl Strategy<Value = (Panel, [u8; COLUMNS])> {
    prop::collection::vec(column(row), COLUMNS).prop_map(|columns| {
        let codes: Vec<_> = columns.iter().map(|column| column.0).collect();
        (Panel::from_codes(&codes), std::array::from_fn(|k| columns[k].1))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_level_is_the_oracle(
        (sets, panels) in prop::collection::vec(prop::collection::vec(row(), 1..=COLUMNS), 1..=3)
            .prop_flat_map(|sets| {
                let first = sets[0][0];
                (Just(sets), prop::collection::vec(panel(first), 0..7))
            }),
        radius in 0..=MAX_RADIUS,
        gate in prop::option::of(0..=64_u8),
    ) {
        let (panels, tags): (Vec<_>, Vec<_>) = panels.into_iter().unzip();
        check(&sets, &panels, &tags, radius, gate);
    }
}

#[test]
fn extremes_are_exact() {
    let code: [u8; 16] = std::array::from_fn(|k| (k * 37 + 11) as u8);
    let complement = code.map(|byte| !byte);
    let tags = [tag(3); COLUMNS];
    for (rows, nearest) in [(vec![code], 0), (vec![complement], 128), (vec![complement, code, complement], 0)]
    {
        let rows: Vec<Row> = rows.into_iter().map(|code| (code, tag(3))).collect();
        let panel = Panel::from_codes(&[code; COLUMNS]);
        let near = u32::from(MAX_RADIUS) - nearest;
        assert_eq!(oracle(&rows, &panel, &tags, MAX_RADIUS, None), 32 * near * near);
        for gate in [None, Some(0), Some(63), Some(64), Some(255)] {
            check(std::slice::from_ref(&rows), &[panel; 3], &[tags; 3], MAX_RADIUS, gate);
        }
    }
}

#[test]
fn a_gate_reaches_over_the_turn_and_ends_where_it_says() {
    let rows = [vec![([0; 16], tag(1))]];
    let tags: [u8; COLUMNS] = std::array::from_fn(|k| tag((k as u8 * 4).wrapping_add(125)));
    for gate in 0..=64 {
        check(&rows, &[Panel::from_codes(&[[0; 16]; COLUMNS])], &[tags], 9, Some(gate));
    }
    let (near, far) = ([tag(125); COLUMNS], [tag(124); COLUMNS]);
    let panel = Panel::from_codes(&[]);
    assert_eq!(oracle(&rows[0], &panel, &near, 1, Some(4)), 32);
    assert_eq!(oracle(&rows[0], &panel, &far, 1, Some(4)), 0);
}

#[test]
fn blocks_of_panels_keep_their_place() {
    let n = 2 * BLOCK + 5;
    let panels: Vec<Panel> = (0..n).map(|k| Panel::from_codes(&[[k as u8; 16]])).collect();
    let tags: Vec<[u8; COLUMNS]> =
        (0..n).map(|k| std::array::from_fn(|c| u8::from(c == 0 && k % 9 != 0))).collect();
    let sets = [vec![([5; 16], tag(0))], vec![([0x55; 16], tag(0)), ([0x1f; 16], tag(9))]];
    check(&sets, &panels, &tags, 100, None);
}

#[test]
fn wrong_numbers_of_rows_are_named() {
    assert_eq!(Rows::new(&[]).unwrap_err().to_string(), "rows: number is 0, expected 1 to 32");
    assert!(Rows::new(&[([0; 16], 1); 33]).is_err());
    let shown = format!("{:?} {:?}", Rows::new(&[([77; 16], 1)]).unwrap(), Panel::from_codes(&[[77; 16]]));
    assert_eq!(shown, "Rows { len: 1, .. } Panel { .. }");
}

#[test]
#[should_panic(expected = "as many tags as panels")]
fn lengths_must_fit() {
    sums(Level::Scalar, &[], &[Panel::from_codes(&[])], &[], 1, None, &mut []);
}
