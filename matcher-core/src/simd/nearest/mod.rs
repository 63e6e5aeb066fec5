//! For each column of a panel the nearest row, in bits that differ, and the sum of what comes near enough.
//!
//! This is the loop of an exhaustive search: a few rows against millions of columns, so the columns lie as the
//! registers want them and the rows are expanded once. The sum over present columns `c` of
//! `max(0, radius - nearest(c))^2`, with `nearest(c)` the least Hamming distance of `c` to a row whose angle lies
//! within the gate, is a whole number: every level gives the same one.
//!
//! # Method
//! x86: a row's part of the distance is looked up, not counted. A table of a few bits of the row tells for each value
//! of the same bits of a column how many differ. Two rows share a table, one in the upper four bits of each byte, so
//! that one lookup serves both; two or three lookups are added before a nibble could overflow, and then the two rows are
//! parted. Elsewhere bytes are compared by exclusive or and their bits counted.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod layout;
#[cfg(any(target_arch = "aarch64", test))]
mod neon;
mod scalar;

use super::Level;
pub use layout::{COLUMNS, Panel, Rows, tag};

/// The largest radius: all bits of a code.
pub const MAX_RADIUS: u8 = 128;

/// Panels that are scored against all rows before the next ones: 17 kB, which stay in the first cache beside the
/// operands of one [`Rows`].
const BLOCK: usize = 32;

/// How near a column must come, and which rows count for it.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// A column whose nearest row differs by this many bits or more adds nothing.
    radius: u8,
    /// `None`: every row counts for every column.
    window: Option<Window>,
}

/// The gate in steps of a tag, of which a turn has 256: a row counts where `column - row + before <= width`, modulo 256.
#[derive(Clone, Copy, Debug)]
struct Window {
    before: u8,
    width: u8,
}

impl Limits {
    fn new(radius: u8, gate: Option<u8>) -> Self {
        // Half a turn or more lets every row through.
        let gate = gate.filter(|&gate| gate < 64);
        Self { radius, window: gate.map(|gate| Window { before: 2 * gate, width: 4 * gate }) }
    }
}

/// Scores some panels against one set of rows.
type Kernel = fn(&Rows, &[Panel], &[[u8; COLUMNS]], Limits, &mut [u32]);

/// The sum of each panel for each of `rows`, in one pass over the panels: that of `rows[r]` and `panels[p]` stands at
/// `out[r * panels.len() + p]`.
///
/// # Range and units
/// `radius` is in bits, 0 to [`MAX_RADIUS`]. `gate` is in steps of 1/128 turn: a row counts for a column where their
/// angles differ by no more, the short way round; `None`, and 64 or more, let every row through. `tags[p]` are the tags
/// of the columns of `panels[p]`, made by [`tag`]; a column whose tag is 0 is absent and adds nothing. A sum is at most
/// 32 * 128^2.
///
/// # Panics
/// `tags` or `out` have not the length that they must have, `radius` is above [`MAX_RADIUS`], or this processor lacks
/// the level.
///
/// # Examples
/// ```
/// use matcher_core::simd::{Level, nearest::{Panel, Rows, sums, tag}};
/// let rows = [Rows::new(&[([0xff; 16], tag(0)), ([0; 16], tag(64))])?];
/// let (panel, mut tags) = (Panel::from_codes(&[[0x01; 16], [0xff; 16]]), [0; 32]);
/// tags[0] = tag(5); // the second column stays absent
/// let mut out = [0];
/// sums(Level::active(), &rows, &[panel], &[tags], 40, None, &mut out);
/// assert_eq!(out, [24 * 24]); // 16 bits from the second row
/// sums(Level::active(), &rows, &[panel], &[tags], 40, Some(10), &mut out);
/// assert_eq!(out, [0]); // the second row lies half a turn away
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn sums(
    level: Level,
    rows: &[Rows],
    panels: &[Panel],
    tags: &[[u8; COLUMNS]],
    radius: u8,
    gate: Option<u8>,
    out: &mut [u32],
) {
    level.assert_present();
    let kernel = match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::sums,
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::sums,
        #[cfg(target_arch = "aarch64")]
        Level::Neon => neon::sums::<super::lanes::Neon>,
        _ => scalar::sums,
    };
    run(kernel, rows, panels, tags, radius, gate, out);
}

fn run(
    kernel: Kernel,
    rows: &[Rows],
    panels: &[Panel],
    tags: &[[u8; COLUMNS]],
    radius: u8,
    gate: Option<u8>,
    out: &mut [u32],
) {
    let n = panels.len();
    assert_eq!(tags.len(), n, "nearest::sums: as many tags as panels");
    assert_eq!(out.len(), rows.len() * n, "nearest::sums: a sum for each of the rows and panels");
    assert!(radius <= MAX_RADIUS, "nearest::sums: radius is {radius}, expected at most {MAX_RADIUS}");
    let limits = Limits::new(radius, gate);
    for start in (0..n).step_by(BLOCK) {
        let end = n.min(start + BLOCK);
        for (r, rows) in rows.iter().enumerate() {
            let sums = &mut out[r * n + start..r * n + end];
            kernel(rows, &panels[start..end], &tags[start..end], limits, sums);
        }
    }
}

#[cfg(test)]
#[path = "nearest_tests.rs"]
mod tests;
