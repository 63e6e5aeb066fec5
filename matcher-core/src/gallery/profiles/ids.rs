//! The ids of a segment's profiles, one after the other in one text.

/// Ids by row.
#[derive(Clone, Default)]
pub(super) struct Ids {
    text: String,
    /// Where each begins, and how long it is.
    spans: Vec<(u32, u8)>,
    /// Bytes of ids that were written over.
    waste: usize,
}

impl Ids {
    /// Appends an id of at most 255 bytes.
    pub(super) fn push(&mut self, id: &str) {
        let span = self.write(id);
        self.spans.push(span);
    }

    /// Writes an id over another one.
    pub(super) fn set(&mut self, row: usize, id: &str) {
        self.waste += usize::from(self.spans[row].1);
        self.spans[row] = self.write(id);
        if self.waste > self.text.len() / 2 && self.waste > 4096 {
            let mut kept = Self::default();
            (0..self.spans.len()).for_each(|row| kept.push(self.get(row)));
            *self = kept;
        }
    }

    fn write(&mut self, id: &str) -> (u32, u8) {
        let start = self.text.len() as u32;
        self.text.push_str(id);
        (start, id.len() as u8)
    }

    pub(super) fn get(&self, row: usize) -> &str {
        let (start, length) = self.spans[row];
        &self.text[start as usize..][..usize::from(length)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_over_is_given_back() {
        let mut ids = Ids::default();
        ids.push("a");
        ids.push("");
        for k in 0..10_000 {
            ids.set(1, &format!("id {k}"));
        }
        assert_eq!((ids.get(0), ids.get(1)), ("a", "id 9999"));
        assert!(ids.text.len() < 10_000);
    }
}
