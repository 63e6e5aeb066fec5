//! Plain Rust, row by row.

use super::{Found, Job, ROWS};

/// See [`super::scan`].
pub(super) fn scan(job: &Job, cutoff: f32, found: Found) {
    super::walk(
        job,
        cutoff,
        found,
        |step, chunk| {
            let (values, size) = (step.values(), step.size());
            for (block, sums) in chunk.blocks() {
                let [low, high] = job.codes(step, block);
                for ((sum, &low), &high) in sums.0.iter_mut().zip(low).zip(high) {
                    *sum += values[usize::from(low) * size + usize::from(high)];
                }
            }
        },
        |sums, bound| (0..ROWS).fold(0, |bits, row| bits | u64::from(sums.0[row] >= bound) << row),
        |row| row,
    );
}
