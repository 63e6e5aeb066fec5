//! Things that belong together, directly or through others.

/// Numbers in sets that do not overlap; each set is named by its least number.
pub(super) struct Disjoint {
    /// For each number another of its set, or itself where it is the least.
    towards: Vec<usize>,
}

impl Disjoint {
    /// So many numbers, each by itself.
    pub(super) fn new(count: usize) -> Self {
        Self { towards: (0..count).collect() }
    }

    /// The least number of the set; halves the way there for those who ask next.
    pub(super) fn find(&mut self, mut number: usize) -> usize {
        while self.towards[number] != number {
            self.towards[number] = self.towards[self.towards[number]];
            number = self.towards[number];
        }
        number
    }

    /// Makes one set of two.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.towards[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_named_by_their_least() {
        let mut sets = Disjoint::new(6);
        for (a, b) in [(4, 5), (1, 3), (5, 3), (3, 4)] {
            sets.join(a, b);
        }
        assert_eq!((0..6).map(|number| sets.find(number)).collect::<Vec<_>>(), [0, 1, 2, 1, 1, 1]);
    }
}
