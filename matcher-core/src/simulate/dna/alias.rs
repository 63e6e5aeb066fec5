//! Draws from a table of weights in the same few steps however long it is: the alias method.

/// A table of weights to draw from.
///
/// Each of `n` columns holds two numbers and where the one gives way to the other; a draw takes a column by its upper 32
/// bits and decides within it by the lower 32.
#[derive(Clone, Debug)]
pub(super) struct AliasTable {
    columns: Box<[Column]>,
}

#[derive(Clone, Copy, Debug)]
struct Column {
    /// Below it, in steps of 2^-32, is the column's own number.
    own_below: u32,
    own: u16,
    other: u16,
}

impl AliasTable {
    /// Prepares weights, at least one of them above 0 and at most 65,535 of them; all are finite and not negative.
    ///
    /// # Method
    /// Columns are filled by Vose's algorithm: one with less than its share gets the rest from one with more. What
    /// rounding leaves at the end is a full column. A weight of 0 is never drawn.
    pub(super) fn new(weights: &[f64]) -> Self {
        let weights = &weights[..weights.len().min(usize::from(u16::MAX))];
        let sum: f64 = weights.iter().sum();
        let mut share: Vec<f64> = weights.iter().map(|w| w / sum * weights.len() as f64).collect();
        let full = |at: usize| Column { own_below: u32::MAX, own: at as u16, other: at as u16 };
        let mut columns: Vec<Column> = (0..weights.len()).map(full).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..weights.len()).partition(|&at| share[at] < 1.0);
        while let (Some(&from), Some(to)) = (large.last(), small.pop()) {
            let own_below = (share[to] * 4_294_967_296.0) as u32; // less than 1, so this fits
            columns[to] = Column { own_below, own: to as u16, other: from as u16 };
            share[from] -= 1.0 - share[to];
            if share[from] < 1.0 {
                large.pop();
                small.push(from);
            }
        }
        // Rounding may leave a column of weight 0 for itself: it goes to one that has weight.
        let heaviest =
            (0..weights.len()).rev().max_by(|&a, &b| weights[a].total_cmp(&weights[b])).unwrap_or(0);
        for at in small.into_iter().filter(|&at| weights[at] == 0.0) {
            columns[at] = full(heaviest);
        }
        Self { columns: columns.into() }
    }

    /// The number that 64 even bits draw.
    #[inline]
    pub(super) fn draw(&self, bits: u64) -> u16 {
        let column = ((bits >> 32) * self.columns.len() as u64) >> 32;
        let column = self.columns[column as usize];
        if (bits as u32) < column.own_below { column.own } else { column.other }
    }

    /// The probability of each number, exactly as drawn.
    #[cfg(test)]
    fn probabilities(&self) -> Vec<f64> {
        let mut probabilities = vec![0.0; self.columns.len()];
        for column in &self.columns {
            let own = f64::from(column.own_below) / 4_294_967_296.0;
            probabilities[usize::from(column.own)] += own / self.columns.len() as f64;
            probabilities[usize::from(column.other)] += (1.0 - own) / self.columns.len() as f64;
        }
        probabilities
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_drawn_by_their_weights() {
        for weights in [
            &[0.5, 0.3, 0.2][..],
            &[1.0],
            &[0.0, 2.0, 0.0, 6.0],
            &[1e-6, 0.25, 0.749_999],
            &[0.1; 10],
            &[0.1, 0.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
        ] {
            let sum: f64 = weights.iter().sum();
            let table = AliasTable::new(weights);
            for (found, weight) in table.probabilities().into_iter().zip(weights) {
                assert!((found - weight / sum).abs() < 1e-8, "{weights:?}: {found}");
                assert_eq!(found == 0.0, *weight == 0.0, "{weights:?}: {found}");
            }
        }
    }

    #[test]
    fn every_draw_is_a_number_of_the_table() {
        let table = AliasTable::new(&[0.2, 0.3, 0.5]);
        assert!([0, u64::MAX, u64::from(u32::MAX), 1 << 63].into_iter().all(|bits| table.draw(bits) < 3));
    }
}
