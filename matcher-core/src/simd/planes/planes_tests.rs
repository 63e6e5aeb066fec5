use super::*;
use crate::simd::lanes::Portable;
use proptest::prelude::*;
use proptest::sample::Index;

type Row = Vec<[u8; 2]>;
/// Column, need and values.
type Asked = (usize, Need, Vec<u8>);

fn table(columns: usize, head: usize, rows: &[Row]) -> Table {
    let mut table = Table::new(columns, head).unwrap();
    for row in rows {
        table.push(row);
    }
    table
}

fn query(asked: &[Asked], allowed: u8, least: u8) -> Query {
    let tests: Vec<Test> =
        asked.iter().map(|(column, need, values)| Test { column: *column, need: *need, values }).collect();
    Query::new(&tests, allowed, least).unwrap()
}

/// The plainest possible answer, for a row and a query.
fn passes(row: &Row, asked: &[Asked], allowed: u8, least: u8) -> bool {
    let (mut failures, mut known) = (0, 0);
    for (column, need, values) in asked {
        let bytes: Vec<u8> = row[*column].into_iter().filter(|byte| *byte != 0).collect();
        let wrong = bytes.iter().filter(|byte| !values.contains(byte)).count();
        let fails = match need {
            Need::Both => wrong > 0,
            Need::Either => wrong == 2,
        };
        failures += i32::from(fails);
        known += i32::from(!bytes.is_empty());
    }
    failures <= i32::from(allowed) && known - failures >= i32::from(least)
}

/// Every level of this machine and the NEON leaf over portable lanes against the oracle.
fn check(columns: usize, head: usize, rows: &[Row], queries: &[(Vec<Asked>, u8, u8)]) {
    let table = table(columns, head, rows);
    let prepared: Vec<Query> =
        queries.iter().map(|(asked, allowed, least)| query(asked, *allowed, *least)).collect();
    let expected: Vec<Vec<usize>> = queries
        .iter()
        .map(|(asked, allowed, least)| {
            (0..rows.len()).filter(|&row| passes(&rows[row], asked, *allowed, *least)).collect()
        })
        .collect();
    for level in Level::present() {
        let mut got = vec![Vec::new(); queries.len()];
        scan(level, &prepared, &table, &mut |query, row| got[query].push(row));
        assert_eq!(got, expected, "{level}");
    }
    let mut got = vec![Vec::new(); queries.len()];
    run(neon::scan::<Portable>, &prepared, &table, &mut |query, row| got[query].push(row));
    assert_eq!(got, expected, "portable lanes");
}

/// Bytes of a column: a few that often meet, zeros, and those around the end of a lookup.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![6 => 1..5_u8, 2 => Just(0), 1 => 62..67_u8, 1 => any::<u8>()]
}

/// As above, in some columns without large bytes.
fn pair(column: usize) -> impl Strategy<Value = [u8; 2]> {
    let cut = move |byte: u8| if column.is_multiple_of(3) { byte } else { byte % 64 };
    (byte(), byte()).prop_map(move |(a, b)| [cut(a), cut(b)])
}

fn asked(columns: usize) -> impl Strategy<Value = Vec<Asked>> {
    let value = || byte().prop_map(|byte| byte.max(1));
    let need = prop_oneof![Just(Need::Both), Just(Need::Either)];
    let values = prop_oneof![
        4 => prop::collection::vec(value(), 1..=2),
        1 => prop::collection::vec(value(), 1..=16),
    ];
    let one = (any::<Index>(), need, values);
    prop::collection::vec(one, 0..=columns).prop_map(move |many| {
        let mut seen = vec![false; columns];
        let one = |(index, need, values): (Index, Need, Vec<u8>)| (index.index(columns), need, values);
        many.into_iter().map(one).filter(|one| !std::mem::replace(&mut seen[one.0], true)).collect()
    })
}

fn limit() -> impl Strategy<Value = u8> {
    prop_oneof![6 => 0..4_u8, 3 => 0..40_u8, 1 => 250..=255_u8]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_level_is_the_oracle(
        (columns, head, rows, queries) in (1..=40_usize).prop_flat_map(|columns| {
            let row: Vec<_> = (0..columns).map(pair).collect();
            let queries = prop::collection::vec((asked(columns), limit(), limit()), 0..4);
            (Just(columns), 0..=columns, prop::collection::vec(row, 0..200), queries)
        }),
    ) {
        check(columns, head, &rows, &queries);
    }

    #[test]
    fn many_blocks_keep_their_place(
        seed in any::<u32>(), head in 0..=3_usize, rows in 900..4500_usize, allowed in 0..2_u8,
    ) {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8 % 7
        };
        let rows: Vec<Row> = (0..rows).map(|_| (0..3).map(|_| [next(), next()]).collect()).collect();
        let asked = |values: [&[u8]; 3]| -> Vec<Asked> {
            values.iter().enumerate().map(|(column, values)| (column, Need::Both, values.to_vec())).collect()
        };
        let queries = [
            (asked([&[1, 2], &[3], &[1, 6]]), allowed, 1),
            (asked([&[4], &[5, 6], &[2, 3]]), allowed, 2),
        ];
        check(3, head, &rows, &queries);
    }
}

#[test]
fn extremes_are_exact() {
    let rows = vec![vec![[9, 9]; 128], vec![[0, 0]; 128], vec![[0, 9]; 128], vec![[5, 9]; 128]];
    let all = |need, value| -> Vec<Asked> { (0..128).map(|column| (column, need, vec![value])).collect() };
    let mut queries = Vec::new();
    for need in [Need::Both, Need::Either] {
        for value in [5, 9, 255] {
            for limits in [(0, 0), (127, 0), (128, 0), (255, 0), (255, 1), (0, 128), (0, 129), (255, 255)] {
                queries.push((all(need, value), limits.0, limits.1));
            }
        }
    }
    queries.extend([(Vec::new(), 0, 0), (Vec::new(), 255, 1)]);
    for head in [0, 6, 128] {
        check(128, head, &rows, &queries);
    }
}

/// Only rows that are there may be reported, however full the last block is.
#[test]
fn rows_that_fill_a_block_up_are_never_reported() {
    for len in 0..=130 {
        let rows = vec![vec![[0, 3]; 2]; len];
        let open = (vec![(0, Need::Both, vec![3]), (1, Need::Either, vec![4])], 255, 0);
        check(2, 1, &rows, &[open, (Vec::new(), 0, 0)]);
    }
}

#[test]
fn a_row_comes_back() {
    let rows: Vec<Row> = (0..150_u8).map(|k| vec![[k, 9], [0, k], [k / 2, k]]).collect();
    for head in 0..=3 {
        let mut table = table(3, head, &[]);
        table.reserve(150);
        for row in &rows {
            table.push(row);
        }
        assert_eq!((table.len(), table.columns(), table.head(), table.is_empty()), (150, 3, head, false));
        for (k, row) in rows.iter().enumerate() {
            let sorted: Row = row.iter().map(|&[a, b]| [a.min(b), a.max(b)]).collect();
            assert_eq!(table.row(k).collect::<Row>(), sorted);
        }
    }
}

#[test]
fn what_is_wrong_is_named() {
    let table = |columns, head| Table::new(columns, head).unwrap_err().to_string();
    assert_eq!(table(0, 0), "table: columns is 0, expected 1 to 128");
    assert!(Table::new(129, 0).is_err() && Table::new(128, 128).is_ok());
    assert_eq!(table(3, 4), "table: head is 4, expected at most 3, the columns");
    let of = |tests: &[Test]| Query::new(tests, 0, 0).unwrap_err().to_string();
    let test = |column, values| Test { column, need: Need::Both, values };
    assert_eq!(
        of(&[test(2, &[1]), test(2, &[3])]),
        "query: column is 2, expected a column that is tested once"
    );
    assert_eq!(of(&[test(128, &[1])]), "query: column is 128, expected a column below 128");
    assert_eq!(of(&[test(7, &[])]), "query: number of values of column 7 is 0, expected at least 1");
    assert_eq!(of(&[test(7, &[3, 0])]), "query: value of column 7 is 0, expected 1 to 255");
}

#[test]
fn nothing_of_a_row_is_shown() {
    let rows = table(2, 1, &[vec![[77, 77]; 2]]);
    assert_eq!(format!("{rows:?}"), "Table { len: 1, columns: 2, head: 1, .. }");
    let shown = format!("{:?}", query(&[(1, Need::Either, vec![77])], 3, 4));
    assert_eq!(shown, "Query { len: 1, allowed: 3, least: 4, .. }");
    let test = Test { column: 1, need: Need::Either, values: &[77] };
    assert_eq!(format!("{test:?}"), "Test { column: 1, need: Either, .. }");
}

#[test]
#[should_panic(expected = "column 3 of 2")]
fn a_query_must_fit_the_table() {
    scan(Level::Scalar, &[query(&[(3, Need::Both, vec![1])], 0, 0)], &table(2, 1, &[]), &mut |_, _| ());
}

#[test]
#[should_panic(expected = "a pair for each column")]
fn a_row_must_fit_the_table() {
    table(2, 1, &[vec![[1, 1]]]);
}
