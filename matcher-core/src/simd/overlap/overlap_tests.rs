use super::*;
use crate::simd::lanes::Portable;
use proptest::prelude::*;

type Bytes = [u8; 2];
type Line = Vec<Bytes>;

fn table(columns: usize, head: usize, rows: &[Line]) -> Table {
    let mut table = Table::new(columns, head).unwrap();
    for row in rows {
        table.push(row);
    }
    table
}

/// Whether two pairs count as equal, and whether they share a byte.
fn likeness(a: Bytes, b: Bytes) -> (bool, bool) {
    let common = a.iter().any(|byte| *byte != 0 && b.contains(byte));
    if a.contains(&0) || b.contains(&0) {
        return (common || a == [0, 0] || b == [0, 0], true);
    }
    (a == b || a == [b[1], b[0]], common)
}

/// The plainest possible answer, for two rows.
fn oracle(a: usize, b: usize, left: &Line, right: &Line) -> Pair {
    let mut pair = Pair { a, b, equal: 0, shared: 0, wild_equal: 0, wild_shared: 0 };
    for (x, y) in left.iter().zip(right) {
        let (equal, shared) = likeness(*x, *y);
        let wild = x.contains(&0) || y.contains(&0);
        match (wild, equal, shared) {
            (false, true, _) => pair.equal += 1,
            (false, false, true) => pair.shared += 1,
            (true, true, _) => pair.wild_equal += 1,
            (true, false, true) => pair.wild_shared += 1,
            (_, false, false) => (),
        }
    }
    pair
}

/// What a kernel tells: the matrix, and the pairs in order.
type Answer = (Vec<u64>, Vec<Pair>);

fn answer(columns: usize, ask: impl FnOnce(&mut [u64], Found)) -> Answer {
    let side = columns + 1;
    let (mut matrix, mut pairs) = (vec![0; side * side], Vec::new());
    ask(&mut matrix, &mut |pair| pairs.push(pair));
    pairs.sort_by_key(|pair| (pair.a, pair.b));
    (matrix, pairs)
}

/// Every level of this machine and the NEON leaf over portable lanes against the oracle.
fn check(pairs: &Pairs, columns: usize, expected: impl Iterator<Item = Pair>, threshold: Option<u8>) {
    let expected: Vec<Pair> = expected.collect();
    let (matrix, found) = answer(columns, |matrix, found| {
        for pair in expected {
            let (equal, shared) = (pair.equal + pair.wild_equal, pair.shared + pair.wild_shared);
            matrix[usize::from(equal) * (columns + 1) + usize::from(shared)] += 1;
            if threshold.is_some_and(|threshold| equal >= threshold) {
                found(pair);
            }
        }
    });
    let same = |(got_matrix, got): Answer, name: &str| {
        assert_eq!(got, found, "{name}");
        assert_eq!(got_matrix, matrix, "{name}");
    };
    for level in Level::present() {
        same(answer(columns, |matrix, found| tally(level, pairs, matrix, threshold, found)), level.name());
    }
    let portable = |matrix: &mut [u64], found: Found| {
        run(neon::tally::<Portable>, pairs, matrix, threshold, found);
    };
    same(answer(columns, portable), "portable lanes");
}

fn check_both(
    columns: usize,
    heads: [usize; 2],
    a: &[Line],
    b: &[Line],
    range: Range<usize>,
    at: Option<u8>,
) {
    let tables = [table(columns, heads[0], a), table(columns, heads[1], b)];
    let within = range.clone().flat_map(|i| (i + 1..a.len()).map(move |j| (i, j)));
    check(
        &Pairs::Within(&tables[0], range.clone()),
        columns,
        within.map(|(i, j)| oracle(i, j, &a[i], &a[j])),
        at,
    );
    let between = range.clone().flat_map(|i| (0..b.len()).map(move |j| (i, j)));
    let between = between.map(|(i, j)| oracle(i, j, &a[i], &b[j]));
    check(&Pairs::Between(&tables[0], range, &tables[1]), columns, between, at);
}

/// Few values, so that pairs are alike; some columns have bytes that no permutation looks up.
fn pair(column: usize, zeros: u32) -> impl Strategy<Value = Bytes> {
    let large = u32::from(column.is_multiple_of(4));
    let byte = move || prop_oneof![8 => 1..4_u8, zeros => Just(0), large => 62..67_u8, large => Just(255)];
    (byte(), byte()).prop_map(|(a, b)| [a, b])
}

fn lines(
    columns: usize,
    zeros: u32,
    len: impl Into<prop::collection::SizeRange>,
) -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec((0..columns).map(|column| pair(column, zeros)).collect::<Vec<_>>(), len)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_level_is_the_oracle(
        (columns, heads, a, b) in (1..=40_usize, 0..3_u32, 0..3_u32).prop_flat_map(|(columns, za, zb)| {
            (Just(columns), [0..=columns, 0..=columns], lines(columns, za, 0..80), lines(columns, zb, 0..70))
        }),
        cut in any::<[prop::sample::Index; 2]>(),
        threshold in prop::option::of(prop_oneof![0..8_u8, any::<u8>()]),
    ) {
        let mut ends = cut.map(|cut| cut.index(a.len() + 1));
        ends.sort_unstable();
        check_both(columns, heads, &a, &b, ends[0]..ends[1], threshold);
    }
}

/// All pairs of bytes up to 3 and some large ones, against each other: each relation that there is.
#[test]
fn every_relation_is_exact() {
    let bytes = [0, 1, 2, 3, 63, 64, 255];
    let all: Vec<Line> = bytes.iter().flat_map(|&a| bytes.iter().map(move |&b| vec![[a, b]])).collect();
    check_both(1, [0, 1], &all, &all, 0..all.len(), Some(0));
    let small: Vec<Line> = all.iter().filter(|line| line[0].iter().all(|&byte| byte < 64)).cloned().collect();
    check_both(1, [1, 0], &small, &small, 0..small.len(), Some(1));
    let known: Vec<Line> = small.iter().filter(|line| !line[0].contains(&0)).cloned().collect();
    check_both(1, [1, 0], &known, &known, 0..known.len(), Some(0));
}

#[test]
fn what_zeros_mean() {
    let of = |a: Bytes, b: Bytes| likeness(a, b);
    assert_eq!(of([0, 0], [3, 4]), (true, true));
    assert_eq!(
        [of([0, 3], [3, 4]), of([0, 4], [3, 4]), of([0, 5], [3, 4])],
        [(true, true), (true, true), (false, true)]
    );
    assert_eq!([of([0, 3], [0, 4]), of([0, 3], [4, 4])], [(false, true), (false, true)]);
    assert_eq!([of([3, 3], [3, 4]), of([5, 5], [3, 4])], [(false, true), (false, false)]);
}

/// Counts that fill half a byte, and the most columns that there may be.
#[test]
fn extremes_are_exact() {
    for columns in [14, 15, 16, 30, 31, 128] {
        let of = |pair: Bytes| vec![pair; columns];
        let rows = [of([1, 2]), of([2, 1]), of([0, 0]), of([0, 2]), of([2, 2]), of([1, 200]), of([200, 200])];
        for threshold in [None, Some(0), Some(1), Some(columns as u8), Some(255)] {
            check_both(columns, [0, columns / 2], &rows, &rows, 0..rows.len(), threshold);
        }
    }
}

/// Blocks that are full, and rows on both sides of their ends.
#[test]
fn every_two_rows_are_compared_once() {
    for len in [0, 1, 2, 63, 64, 65, 127, 128, 129, 200] {
        let rows: Vec<Line> = (0..len).map(|k| vec![[1 + (k % 3) as u8, 1 + (k % 5) as u8]]).collect();
        check_both(1, [0, 0], &rows, &rows, 0..len, Some(0));
    }
}

#[test]
fn the_matrix_is_added_to() {
    let table = table(1, 0, &[vec![[1, 1]], vec![[1, 1]]]);
    let mut matrix = [5; 4];
    for _ in 0..2 {
        tally(Level::active(), &Pairs::Within(&table, 0..2), &mut matrix, None, &mut |_| {
            panic!("no threshold")
        });
    }
    assert_eq!(matrix, [5, 5, 7, 5]);
}

#[test]
#[should_panic(expected = "a cell for each two counts")]
fn the_matrix_must_fit() {
    tally(Level::Scalar, &Pairs::Within(&table(2, 0, &[]), 0..0), &mut [0; 8], None, &mut |_| ());
}

#[test]
#[should_panic(expected = "rows to 1 of 0")]
fn rows_must_be_there() {
    tally(Level::Scalar, &Pairs::Within(&table(2, 0, &[]), 0..1), &mut [0; 9], None, &mut |_| ());
}
