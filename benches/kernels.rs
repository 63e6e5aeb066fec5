//! How fast are the kernels of `simd`, at each level that this machine has?
//!
//! Every level must give what the scalar one gives before it is timed. The codes are random: most kernels run as fast on
//! some as on others. Sums over looked-up numbers (`lookup`) do not: blocks that cannot reach the cutoff are left, and few
//! kinds of codes are looked up in a register. So they are measured with all numbers different and no block left
//! (`all`), with few kinds and no block left (`few`), and where other kinds exclude (`exclude`).

use matcher_benches::{Case, Meter, Outcome};
use matcher_core::simd::Level;
use matcher_core::simd::hamming::{self, Block};
use matcher_core::simd::lookup::{self, Column, Lookup};
use matcher_core::simd::nearest::{self, Panel, Rows, tag};
use matcher_core::simd::planes::Table;
use matcher_core::simd::product::{self, Weights};

/// Panels of a pass: 54 MB, more than the caches nearest to a core hold.
const PANELS: usize = 100_000;
/// Bits within which a column counts; about what a random column is away from the nearest of 32 rows.
const RADIUS: u8 = 48;
/// Angles within 62 degrees count.
const GATE: u8 = 22;

fn main() -> Outcome {
    let mut meter = Meter::start();
    measure_nearest(&mut meter)?;
    measure_hamming(&mut meter)?;
    measure_product(&mut meter)?;
    measure_lookup(&mut meter)
}

/// Random bits, the same in every run: xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn code(&mut self) -> [u8; 16] {
        let words = u128::from(self.next()) << 64 | u128::from(self.next());
        words.to_ne_bytes()
    }

    fn tag(&mut self) -> u8 {
        tag((self.next() >> 57) as u8)
    }

    fn words(&mut self) -> [u32; 8] {
        std::array::from_fn(|_| (self.next() >> 32) as u32)
    }
}

fn measure_nearest(meter: &mut Meter) -> Outcome {
    let mut random = Random(1);
    let panels: Vec<Panel> =
        (0..PANELS).map(|_| Panel::from_codes(&std::array::from_fn::<_, 32, _>(|_| random.code()))).collect();
    let tags: Vec<[u8; 32]> = (0..PANELS).map(|_| std::array::from_fn(|_| random.tag())).collect();
    let sets = (0..8).map(|_| Rows::new(&std::array::from_fn::<_, 32, _>(|_| (random.code(), random.tag()))));
    let sets: Vec<Rows> = sets.collect::<Result<_, _>>()?;
    for (gate, gated) in [(None, ""), (Some(GATE), "-gated")] {
        for sets in [&sets[..1], &sets] {
            let sums = |level, out: &mut [u32]| {
                nearest::sums(level, sets, &panels, &tags, RADIUS, gate, out);
            };
            let mut out = vec![0; sets.len() * PANELS];
            sums(Level::Scalar, &mut out);
            let expected = out.clone();
            for level in Level::present() {
                out.fill(0);
                sums(level, &mut out);
                assert_eq!(out, expected, "{level}");
                let total: u64 = expected.iter().map(|sum| u64::from(*sum)).sum();
                let case = Case {
                    name: format!("kernels/nearest{gated}-{level}/32x32-{}", sets.len()),
                    things: "panels",
                    n: out.len(),
                    answer: format!("{} x {PANELS} sums are those of scalar, together {total}", sets.len()),
                };
                meter.measure(&case, || sums(level, &mut out))?;
            }
        }
    }
    Ok(())
}

fn measure_hamming(meter: &mut Meter) -> Outcome {
    let mut random = Random(2);
    let rows: [_; 45] = std::array::from_fn(|_| random.words());
    let blocks = Block::from_codes(&std::array::from_fn::<_, 48, _>(|_| random.words()));
    let mut out = [0; 45 * 48];
    hamming::distances(Level::Scalar, &rows, &blocks, &mut out);
    let expected = out;
    for level in Level::present() {
        out.fill(0);
        hamming::distances(level, &rows, &blocks, &mut out);
        assert_eq!(out, expected, "{level}");
        let total: u64 = expected.iter().map(|distance| u64::from(*distance)).sum();
        let case = Case {
            name: format!("kernels/hamming-{level}/45x48"),
            things: "matrices",
            n: 1,
            answer: format!("45 x 48 distances are those of scalar, together {total}"),
        };
        meter.measure(&case, || hamming::distances(level, &rows, &blocks, &mut out))?;
    }
    Ok(())
}

fn measure_product(meter: &mut Meter) -> Outcome {
    const ROWS: usize = 60;
    const INNER: usize = 672;
    const OUTER: usize = 256;
    let mut random = Random(3);
    let rows: Vec<u8> = (0..ROWS * INNER).map(|_| (random.next() >> 57) as u8).collect();
    let weights: Vec<i8> = (0..INNER * OUTER).map(|_| (random.next() >> 56) as i8).collect();
    let weights = Weights::new(INNER, OUTER, &weights)?;
    let mut out = vec![0; ROWS * OUTER];
    product::multiply(Level::Scalar, &rows, &weights, &mut out);
    let expected = out.clone();
    for level in Level::present() {
        out.fill(0);
        product::multiply(level, &rows, &weights, &mut out);
        assert_eq!(out, expected, "{level}");
        let total: i64 = expected.iter().map(|sum| i64::from(*sum)).sum();
        let case = Case {
            name: format!("kernels/product-{level}/{INNER}x{OUTER}"),
            things: "rows",
            n: ROWS,
            answer: format!("{ROWS} x {OUTER} sums are those of scalar, together {total}"),
        };
        meter.measure(&case, || product::multiply(level, &rows, &weights, &mut out))?;
    }
    Ok(())
}

/// Columns of a row, as many as autosomal markers in a large kit.
const COLUMNS: usize = 23;
/// Rows that stay in the second cache, 0.9 MB, and rows that no cache holds, 460 MB; with `--test` fewer.
const CACHED: usize = 20_000;
const STREAMED: usize = 10_000_000;
/// The codes of the query, in each column.
const OWN: [usize; 2] = [3, 7];

/// Codes of a column.
fn size(column: usize) -> usize {
    20 + column % 11
}

fn measure_lookup(meter: &mut Meter) -> Outcome {
    let is_test = std::env::args().any(|argument| argument == "--test");
    for rows in [CACHED, if is_test { CACHED + 1 } else { STREAMED }] {
        let mut random = Random(4);
        let mut table = Table::new(COLUMNS, 6)?;
        table.reserve(rows);
        for _ in 0..rows {
            let row: [[u8; 2]; COLUMNS] = std::array::from_fn(|column| {
                std::array::from_fn(|_| 1 + ((random.next() >> 33) as usize % (size(column) - 1)) as u8)
            });
            table.push(&row);
        }
        for (kind, cutoff) in [("all", 28.0), ("few", 10.0), ("exclude", 6.0)] {
            measure_numbers(meter, &mut random, &table, kind, cutoff)?;
        }
    }
    Ok(())
}

fn measure_numbers(
    meter: &mut Meter,
    random: &mut Random,
    table: &Table,
    kind: &str,
    cutoff: f32,
) -> Outcome {
    let mut number = |low: usize, high: usize| {
        let shared = [low, high].iter().filter(|code| OWN.contains(code)).count();
        match kind {
            // A pair that no row has brings any sum to the cutoff, so that no block is left.
            "few" => [0.0, 0.7, 1.5][shared] + if low == 0 { 10.0 } else { 0.0 },
            "exclude" => [f32::NEG_INFINITY, 0.7, 1.5][shared],
            _ if low == 0 => 40.0,
            _ => (random.next() >> 40) as f32 / 8_388_608.0,
        }
    };
    let mut values = Vec::new();
    for column in 0..COLUMNS {
        let size = size(column);
        values.push((0..size * size).map(|place| number(place / size, place % size)).collect::<Vec<_>>());
    }
    let columns: Vec<Column> =
        (0..COLUMNS).map(|column| Column { column, size: size(column), values: &values[column] }).collect();
    let lookup = Lookup::new(&columns)?;
    let sums = |level| {
        let (mut found, mut bits) = (0, 0_u64);
        lookup::scan(level, &lookup, table, cutoff, &mut |row, sum| {
            found += 1;
            bits = bits.wrapping_mul(31).wrapping_add(row as u64 ^ u64::from(sum.to_bits()));
            cutoff
        });
        (found, bits)
    };
    let expected = sums(Level::Scalar);
    for level in Level::present() {
        assert_eq!(sums(level), expected, "{level}");
        let (rows, found) = (table.len(), expected.0);
        let case = Case {
            name: format!("kernels/lookup-{kind}-{level}/{COLUMNS}x{rows}"),
            things: "rows",
            n: rows,
            answer: format!("{found} of {rows} rows reach {cutoff}, with the bits of scalar"),
        };
        meter.measure(&case, || sums(level))?;
    }
    Ok(())
}
