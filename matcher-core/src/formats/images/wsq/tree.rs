//! Which rectangle of the plane of coefficients is which subband: the fixed tree of WSQ.
//!
//! A split cuts a rectangle into four, of low and high frequencies along each axis. High frequencies come out of a
//! filter bank in mirrored order, so whatever lies right of a split has high before low along x, and whatever lies below
//! it along y: subbands then stand by rising frequency.

/// A rectangle of the plane, in coefficients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Region {
    /// Coefficients in it.
    pub(super) fn area(self) -> usize {
        self.width * self.height
    }
}

/// A rectangle that is split, and where its high frequencies stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    pub(super) region: Region,
    /// Whether high frequencies are left of the low ones.
    pub(super) high_left: bool,
    /// Whether high frequencies are above the low ones.
    pub(super) high_above: bool,
}

impl Split {
    /// The four parts: upper left, upper right, lower left, lower right.
    fn parts(self) -> [Self; 4] {
        let Region { x, y, width, height } = self.region;
        let left = first_part(width, self.high_left);
        let above = first_part(height, self.high_above);
        [(false, false), (true, false), (false, true), (true, true)].map(|(right, below)| {
            let (x, width) = if right { (x + left, width - left) } else { (x, left) };
            let (y, height) = if below { (y + above, height - above) } else { (y, above) };
            Self { region: Region { x, y, width, height }, high_left: right, high_above: below }
        })
    }
}

/// Length of the first of two parts: low frequencies have the odd coefficient.
fn first_part(length: usize, high_first: bool) -> usize {
    if high_first { length / 2 } else { length.div_ceil(2) }
}

/// All splits and subbands of one image.
pub(super) struct Tree {
    /// From the whole image down: a rectangle stands after the one that it is a part of.
    pub(super) splits: Vec<Split>,
    /// Subbands 0 to 59, in the order of the coded data. The four highest, 60 to 63, are never coded.
    pub(super) subbands: Vec<Region>,
}

impl Tree {
    /// The tree of an image of this size.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let mut tree = Self { splits: Vec::new(), subbands: Vec::new() };
        let whole = Region { x: 0, y: 0, width, height };
        let [low, right, below, _] = tree.split(Split { region: whole, high_left: false, high_above: false });
        let [low, low_right, low_below, low_corner] = tree.split(low);
        let [low, inner @ ..] = tree.split(low);
        let [lowest, inmost @ ..] = tree.split(low);
        tree.split_all([lowest]); // 0 to 3
        tree.subbands.extend(inmost.map(|part| part.region)); // 4 to 6
        tree.split_all(inner); // 7 to 18
        for part in [low_right, low_below] {
            let parts = tree.split(part);
            tree.split_all(parts); // 19 to 50
        }
        tree.subbands.push(low_corner.region); // 51
        tree.split_all([right, below]); // 52 to 59
        tree
    }

    fn split(&mut self, split: Split) -> [Split; 4] {
        self.splits.push(split);
        split.parts()
    }

    /// Splits each into four subbands.
    fn split_all<const N: usize>(&mut self, all: [Split; N]) {
        for split in all {
            let parts = self.split(split);
            self.subbands.extend(parts.map(|part| part.region));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subbands_cover_all_but_the_highest_corner_once() {
        for (width, height) in [(1, 1), (2, 3), (31, 33), (64, 64), (301, 300), (769, 801)] {
            let tree = Tree::new(width, height);
            assert_eq!((tree.splits.len(), tree.subbands.len()), (20, 60));
            let mut seen = vec![0; width * height];
            for band in tree.subbands {
                for y in band.y..band.y + band.height {
                    (band.x..band.x + band.width).for_each(|x| seen[y * width + x] += 1);
                }
            }
            let (low_x, low_y) = (width.div_ceil(2), height.div_ceil(2));
            for (at, times) in seen.into_iter().enumerate() {
                let corner = at % width >= low_x && at / width >= low_y;
                assert_eq!(times, i32::from(!corner), "pixel {at} of {width} x {height}");
            }
        }
    }

    #[test]
    fn low_frequencies_have_the_odd_coefficient() {
        // Along x: 300 of 599 are low, of the 299 high ones the first 149 are the highest.
        let tree = Tree::new(599, 8);
        let band = |n: usize| (tree.subbands[n].x, tree.subbands[n].width);
        assert_eq!((band(52), band(53)), ((300, 149), (449, 150)));
        assert_eq!(band(51), (150, 150));
    }
}
