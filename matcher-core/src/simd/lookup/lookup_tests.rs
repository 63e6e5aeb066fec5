use super::*;
use proptest::prelude::*;

/// Random numbers, the same for a seed: xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

/// A column of a query: its place, how many codes it knows, and the numbers.
type Asked = (usize, usize, Vec<f32>);

fn lookup(asked: &[Asked]) -> Lookup {
    let columns: Vec<Column> =
        asked.iter().map(|(column, size, values)| Column { column: *column, size: *size, values }).collect();
    Lookup::new(&columns).unwrap()
}

/// A table of random rows whose codes are below these sizes.
fn table(random: &mut Random, sizes: &[usize], head: usize, rows: usize) -> Table {
    let mut table = Table::new(sizes.len(), head).unwrap();
    for _ in 0..rows {
        let row: Vec<_> =
            sizes.iter().map(|&size| [random.below(size) as u8, random.below(size) as u8]).collect();
        table.push(&row);
    }
    table
}

/// A number that is rounded when it is added, or minus infinity where that is asked for.
fn number(random: &mut Random, excludes: bool) -> f32 {
    if excludes && random.below(20) == 0 {
        return f32::NEG_INFINITY;
    }
    (random.below(40_000) as f32 - 25_000.0) / 9_973.0
}

/// Numbers of a column: all of them different, or those of a few kinds of codes, and NaN where no pair is.
fn numbers(random: &mut Random, size: usize, excludes: bool) -> Vec<f32> {
    let kinds = [1, 2, 4, 5, 6, 300][random.below(6)];
    let kind: Vec<usize> =
        (0..size).map(|code| if kinds == 300 { code } else { random.below(kinds) }).collect();
    let kinds = kinds.min(size.max(6));
    let all: Vec<f32> = (0..kinds * kinds).map(|_| number(random, excludes)).collect();
    let mut values = vec![f32::NAN; size * size];
    for low in 0..size {
        for high in low..size {
            let (a, b) = (kind[low].min(kind[high]), kind[low].max(kind[high]));
            values[low * size + high] = all[a * kinds + b];
        }
    }
    values
}

/// The plainest possible sums.
fn sums(asked: &[Asked], table: &Table) -> Vec<f32> {
    let sum = |row| {
        asked.iter().fold(0.0, |sum, (column, size, values)| {
            let [low, high] = table.pair(row, *column).map(usize::from);
            sum + values[low * size + high]
        })
    };
    (0..table.len()).map(sum).collect()
}

/// Every level of this machine against the oracle, with a cutoff that goes up with each row by `raise`.
fn check(asked: &[Asked], table: &Table, cutoff: f32, raise: f32) {
    let lookup = lookup(asked);
    let (mut expected, mut now) = (Vec::new(), cutoff);
    for (row, sum) in sums(asked, table).into_iter().enumerate() {
        if sum >= now {
            expected.push((row, sum.to_bits()));
            now += raise;
        }
    }
    for level in Level::present() {
        let (mut got, mut now) = (Vec::new(), cutoff);
        scan(level, &lookup, table, cutoff, &mut |row, sum| {
            got.push((row, sum.to_bits()));
            now += raise;
            now
        });
        assert_eq!(got, expected, "{level}");
    }
}

/// The sum that about so many rows reach.
fn reached_by(asked: &[Asked], table: &Table, rows: usize) -> f32 {
    let mut sums = sums(asked, table);
    sums.sort_by(|a, b| b.total_cmp(a));
    sums.get(rows).copied().unwrap_or(0.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_level_is_the_oracle(
        seed in 1..u64::MAX,
        columns in 1..=40_usize,
        head in 0..=40_usize,
        rows in 0..300_usize,
        excludes in any::<bool>(),
    ) {
        let random = &mut Random(seed);
        let sizes: Vec<usize> = (0..columns)
            .map(|_| match random.below(12) {
                0 => 1,
                1 => 60 + random.below(8),
                2 => 1 + random.below(256),
                _ => 1 + random.below(35),
            })
            .collect();
        let table = table(random, &sizes, head.min(columns), rows);
        // Some of the columns, in any order; now and then with codes that no row has.
        let mut order: Vec<usize> = (0..columns).collect();
        for k in (1..columns).rev() {
            order.swap(k, random.below(k + 1));
        }
        order.truncate(random.below(columns + 1));
        let asked: Vec<Asked> = order
            .into_iter()
            .map(|column| {
                let size = (sizes[column] + random.below(2)).min(256);
                (column, size, numbers(random, size, excludes))
            })
            .collect();
        let some = reached_by(&asked, &table, rows / 4);
        for cutoff in [some, some.next_up(), f32::NEG_INFINITY, f32::INFINITY, -30.0, 0.0] {
            check(&asked, &table, cutoff, 0.0);
            check(&asked, &table, cutoff, 0.125);
        }
    }

    /// Blocks are left out here, and the sums of several chunks lie in the same place.
    #[test]
    fn nothing_that_counts_is_left_out(
        seed in 1..u64::MAX,
        head in 0..=11_usize,
        rows in 1800..9000_usize,
        excludes in any::<bool>(),
    ) {
        let random = &mut Random(seed);
        let sizes = [9, 70, 12, 5, 20, 8, 9, 30, 4, 16, 11];
        let table = table(random, &sizes, head, rows);
        let asked: Vec<Asked> = (0..sizes.len())
            .map(|column| (column, sizes[column], numbers(random, sizes[column], excludes)))
            .collect();
        for reached in [2, 20, 400] {
            let cutoff = reached_by(&asked, &table, reached);
            check(&asked, &table, cutoff, 0.0);
            check(&asked, &table, cutoff, 0.01);
        }
        check(&asked, &table, -3.0, 0.02);
    }
}

#[test]
fn a_sum_is_rounded_column_by_column() {
    let mut table = Table::new(3, 1).unwrap();
    table.push(&[[0, 1], [1, 0], [0, 0]]);
    table.push(&[[1, 1], [0, 0], [1, 1]]);
    let half = f32::EPSILON / 2.0; // lost beside 1
    let asked = [
        (2, 2, vec![half, 9.0, 9.0, f32::NEG_INFINITY]),
        (0, 2, vec![9.0, 1.0, 9.0, 2.0]),
        (1, 2, vec![0.0, half, 9.0, 9.0]),
    ];
    for level in Level::present() {
        let sums = |asked: &[Asked]| {
            let mut sums = Vec::new();
            scan(level, &lookup(asked), &table, f32::NEG_INFINITY, &mut |row, sum| {
                sums.push((row, sum));
                f32::NEG_INFINITY
            });
            sums
        };
        assert_eq!(sums(&asked), [(0, 1.0), (1, f32::NEG_INFINITY)], "{level}");
        let [two, zero, one] = asked.clone();
        assert_eq!(sums(&[two, one, zero])[0], (0, 1.0 + f32::EPSILON), "{level}");
        assert_eq!(sums(&[]), [(0, 0.0), (1, 0.0)], "{level}");
    }
}

#[test]
fn the_cutoff_only_goes_up() {
    let mut table = Table::new(1, 1).unwrap();
    for code in [2, 3, 1, 3, 0, 2, 3] {
        table.push(&[[code, code]]);
    }
    let mut values = vec![0.0; 16];
    for code in 0..4_u8 {
        values[usize::from(code) * 5] = f32::from(code);
    }
    let lookup = lookup(&[(0, 4, values)]);
    for level in Level::present() {
        let rows = |answers: [f32; 7]| {
            let (mut rows, mut answers) = (Vec::new(), answers.into_iter());
            scan(level, &lookup, &table, 1.0, &mut |row, _| {
                rows.push(row);
                answers.next().unwrap()
            });
            rows
        };
        assert_eq!(rows([f32::NEG_INFINITY; 7]), [0, 1, 2, 3, 5, 6], "{level}");
        assert_eq!(rows([f32::NAN; 7]), [0, 1, 2, 3, 5, 6], "{level}");
        assert_eq!(rows([3.0; 7]), [0, 1, 3, 6], "{level}");
        assert_eq!(rows([2.0, 2.0, 0.0, 4.0, 0.0, 0.0, 0.0]), [0, 1, 3, 5], "{level}");
    }
}

/// Only rows that are there may be reported, however full the last block is.
#[test]
fn rows_that_fill_a_block_up_are_never_reported() {
    let asked = [(0, 2, vec![5.0, 1.0, 9.0, 2.0]), (1, 1, vec![5.0])];
    for len in 0..=130 {
        let mut table = Table::new(2, 1).unwrap();
        for _ in 0..len {
            table.push(&[[1, 1], [0, 0]]);
        }
        check(&asked, &table, f32::NEG_INFINITY, 0.0);
        check(&asked, &table, 8.0, 0.0);
        check(&asked, &table, 7.0, 0.0);
    }
}

/// No sum becomes infinite by its size, nor NaN.
#[test]
fn the_largest_numbers_stay_numbers() {
    let mut table = Table::new(128, 6).unwrap();
    table.push(&[[0, 0]; 128]);
    table.push(&[[0, 1]; 128]);
    let mut asked: Vec<Asked> =
        (0..128).map(|column| (column, 2, vec![LARGEST, -LARGEST, 0.0, 0.0])).collect();
    check(&asked, &table, f32::NEG_INFINITY, 0.0);
    assert!(sums(&asked, &table).iter().all(|sum| sum.is_finite()));
    asked[127].2[0] = f32::NEG_INFINITY;
    check(&asked, &table, f32::NEG_INFINITY, 0.0);
    check(&asked, &table, 0.0, 0.0);
    assert_eq!(sums(&asked, &table)[0], f32::NEG_INFINITY);
}

fn column(column: usize, size: usize, values: &[f32]) -> Column<'_> {
    Column { column, size, values }
}

#[test]
fn what_is_wrong_is_named() {
    let of = |columns: &[Column]| Lookup::new(columns).unwrap_err().to_string();
    assert_eq!(of(&[column(128, 1, &[0.0])]), "lookup: column is 128, expected a column below 128");
    let twice = [column(3, 1, &[0.0]), column(2, 1, &[0.0]), column(3, 1, &[0.0])];
    assert_eq!(of(&twice), "lookup: column is 3, expected a column that comes once");
    assert_eq!(of(&[column(3, 0, &[])]), "lookup: size of column 3 is 0, expected 1 to 256");
    assert_eq!(of(&[column(3, 257, &[0.0])]), "lookup: size of column 3 is 257, expected 1 to 256");
    let short = "lookup: number of values of column 3 is 3, expected 2 times 2";
    assert_eq!(of(&[column(3, 2, &[0.0; 3])]), short);
    let last = |value| Lookup::new(&[column(3, 2, &[0.0, 0.0, f32::NAN, value])]);
    for (value, shown) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
        let expected = format!(
            "lookup: value of pair 1, 1 of column 3 is {shown}, expected minus infinity, or at most 1e30 in size"
        );
        assert_eq!(last(value).unwrap_err().to_string(), expected);
    }
    for value in [LARGEST, -LARGEST] {
        assert!(last(value).is_ok() && last(value * 1.000_001).is_err());
    }
    assert!(last(f32::NEG_INFINITY).is_ok());
}

#[test]
fn nothing_of_a_profile_is_shown() {
    let column = Column { column: 1, size: 1, values: &[77.0] };
    assert_eq!(format!("{column:?}"), "Column { column: 1, size: 1, .. }");
    let lookup = Lookup::new(&[column]).unwrap();
    assert_eq!(format!("{lookup:?}"), "Lookup { len: 1, .. }");
    assert_eq!((lookup.len(), lookup.is_empty()), (1, false));
}

/// A table of one row of two columns, for a query with three codes in one of them.
fn scan_one(row: [u8; 2], column: usize, cutoff: f32) {
    let mut table = Table::new(2, 1).unwrap();
    table.push(&[[0, 0], row]);
    table.set(0, &[[0, 0]; 2]);
    let lookup = lookup(&[(column, 3, vec![0.0; 9])]);
    scan(Level::active(), &lookup, &table, cutoff, &mut |_, _| cutoff);
}

#[test]
fn the_last_code_is_known() {
    scan_one([1, 2], 1, 0.0);
}

#[test]
#[should_panic(expected = "lookup::scan: column 1 has a code 3 and values for 3")]
fn a_code_without_values_is_not_taken_for_another() {
    scan_one([1, 3], 1, 0.0);
}

#[test]
#[should_panic(expected = "lookup::scan: column 2 of 2")]
fn a_query_must_fit_the_table() {
    scan_one([1, 1], 2, 0.0);
}

#[test]
#[should_panic(expected = "lookup::scan: a cutoff that is a number")]
fn a_cutoff_must_be_a_number() {
    scan_one([1, 1], 1, f32::NAN);
}
