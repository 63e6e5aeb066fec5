//! A database of DNA profiles: simulated and written as rows without ever being a profile each, since millions are.

use matcher_core::Result;
use matcher_core::gallery::ProfileTable;
use matcher_core::simulate::dna::ProfileSimulator;
use matcher_core::work::Threads;

/// Profiles that are simulated at a time.
const BATCH: usize = 100_000;

/// Fills a table with so many people, `P0`, `P1` and so on; drawing runs on two threads.
///
/// # Errors
/// The threads cannot be started.
pub fn pack(table: &mut ProfileTable, simulator: &ProfileSimulator, size: usize) -> Result<()> {
    let columns: Vec<usize> =
        simulator.loci().iter().filter_map(|locus| table.panel().column(locus.locus())).collect();
    let loci = simulator.loci().len();
    let mut codes = Vec::new();
    for (locus, &column) in simulator.loci().iter().zip(&columns) {
        let code = |allele| table.code(column, allele).unwrap_or(0);
        codes.push(locus.alleles().iter().copied().map(code).collect::<Vec<u8>>());
    }
    let (mut row, mut id) = (vec![[0; 2]; table.panel().loci().len()], String::new());
    for start in (0..size).step_by(BATCH) {
        let halves: Vec<(usize, usize)> =
            vec![(start, start + BATCH / 2), (start + BATCH / 2, start + BATCH)];
        let drawn = Threads::new(2).map(&halves, |&(from, to)| {
            let mut rows = vec![[0u16; 2]; loci * (to.min(size) - from.min(size))];
            rows.chunks_mut(loci).zip(from as u64..).for_each(|(row, index)| simulator.draw(index, row));
            rows
        })?;
        for (drawn, index) in drawn.iter().flat_map(|half| half.chunks(loci)).zip(start..) {
            for ((pair, &column), codes) in drawn.iter().zip(&columns).zip(&codes) {
                row[column] = pair.map(|allele| codes[usize::from(allele)]);
            }
            id.clear();
            std::fmt::Write::write_fmt(&mut id, format_args!("P{index}")).unwrap_or_default();
            table.push_row(&id, &row);
        }
    }
    Ok(())
}
