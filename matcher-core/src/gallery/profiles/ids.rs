//! The ids of a segment's profiles, one after the other in one text.

use crate::memory::Column;

/// Ids by row.
#[derive(Clone, Default)]
pub(super) struct Ids {
    text: Column<u8>,
    /// Where each begins, and how long it is.
    spans: Column<[u32; 2]>,
    /// Bytes of ids that were written over.
    waste: usize,
}

impl Ids {
    /// Ids that lie somewhere already, as [`Ids::columns`] gave them.
    pub(super) fn of(text: Column<u8>, spans: Column<[u32; 2]>) -> Self {
        Self { text, spans, waste: 0 }
    }

    /// Text and spans.
    pub(super) fn columns(&self) -> (&[u8], &[[u32; 2]]) {
        (&self.text, &self.spans)
    }

    /// Appends an id of at most 255 bytes.
    pub(super) fn push(&mut self, id: &str) {
        let span = self.write(id);
        self.spans.to_mut().push(span);
    }

    /// Writes an id over another one.
    pub(super) fn set(&mut self, row: usize, id: &str) {
        self.waste += self.spans[row][1] as usize;
        self.spans.to_mut()[row] = self.write(id);
        if self.waste > self.text.len() / 2 && self.waste > 4096 {
            let mut kept = Self::default();
            (0..self.spans.len()).for_each(|row| kept.push(self.get(row)));
            *self = kept;
        }
    }

    fn write(&mut self, id: &str) -> [u32; 2] {
        let start = self.text.len() as u32;
        self.text.to_mut().extend_from_slice(id.as_bytes());
        [start, id.len() as u32]
    }

    /// The id of a row; empty where a file holds none that can be.
    pub(super) fn get(&self, row: usize) -> &str {
        let [start, length] = self.spans[row].map(|number| number as usize);
        let bytes = self.text.get(start..).and_then(|rest| rest.get(..length));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
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
