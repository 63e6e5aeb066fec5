//! Whether the ridges of an image are dark or light, and making them dark.
//!
//! Ink, glass prisms and most sensors give dark ridges on a light ground. Powder on a dark surface, photographs of prints
//! that were inverted on the way, and some sensors give light ones. A matcher sees the difference: minutiae change their
//! kind and move by half a ridge.

use crate::error::Result;
use crate::image::GrayImage;
use ndarray::{Array2, ArrayView2, s};

/// Whether ridges are dark or light in an image.
///
/// # Method
/// [`Ridges::Find`] looks at the ground around the print. Blocks of 0.8 mm are ridged where their grey goes up and down
/// several times, and flat where it hardly changes. The flat blocks that are connected to the edge of the image without
/// crossing ridged ones lie outside of the print, and those next to it are its ground. The ridges are light where the
/// ground is darker than the print by 12 greys (median against median), lies in three of the four quadrants around the
/// print, and most of what is flat outside, at the edge of the image and in all, is darker, too. A wet smudge at the edge
/// of a dark print and a black frame around the paper pass one of these, not all.
///
/// Of the 1,058 images of seven sets, all with dark ridges, it inverts none. Of the same images inverted it finds
/// 964: `UareU` 260 of 260, MINEX III 394 of 398, FVC2002 DB1 and DB3 and FVC2004 DB1 240 of 240, FVC2000 DB2 42 of 80 (its
/// prints fill the image), FVC2004 DB4 28 of 80 (its ground is textured).
///
/// # Limits
/// The rule says nothing, and the image stays as it is, where the print fills the image, where its ground is not flat
/// (text, texture, noise), or hardly differs from the print. Say [`Ridges::Light`] there.
///
/// # Examples
/// ```
/// use matcher_core::formats::{ImageOptions, Ridges, read_image};
/// use matcher_core::units::Resolution;
/// let options = ImageOptions {
///     resolution: Some(Resolution::STANDARD),
///     ridges: Ridges::Light,
///     ..ImageOptions::default()
/// };
/// assert_eq!(read_image(b"P2 2 1 255\n0 200\n", &options)?.pixels(), ndarray::array![[255, 55]]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ridges {
    /// Dark, as everything here expects: the image stays as it is.
    Dark,
    /// Light: the image is inverted.
    Light,
    /// Found out by the ground around the print; the image is inverted only where that leaves no doubt.
    #[default]
    Find,
}

/// A block is 0.8 mm a side: about one and a half ridges of an adult.
const BLOCKS_AN_INCH: f64 = 31.25;
/// Blocks with this much between their darkest and lightest grey, outliers aside, may be ridged.
const RIDGED_RANGE: u8 = 40;
/// Blocks with less than this are flat.
const FLAT_RANGE: u8 = 24;
/// Of the lines through a block, rows and columns, at least this share crosses the block's mean twice or more, one way.
const CROSSED_TWICE: f64 = 0.5;
/// Ridged blocks that make a print.
const LEAST_PRINT: usize = 24;
/// Share of the print's ridged blocks that there must be of blocks of ground.
const LEAST_GROUND: f64 = 0.03;
/// The ground next to the print differs from it by this many greys.
const MARGIN: f64 = 12.0;
/// The share of everything flat outside of the print, and of what of it is at the edge of the image, that differs from
/// the print in the same sense.
const LEAST_AGREEING: f64 = 0.6;
/// Ground lies next to the print in this many of the four quadrants around its middle: a smudge lies in one or two.
const LEAST_QUADRANTS: usize = 3;

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Ridged,
    Flat,
    Other,
}

impl Ridges {
    /// What the ridges of an image are: [`Ridges::Dark`], [`Ridges::Light`], or [`Ridges::Find`] where nobody can tell.
    ///
    /// The method is that of [`Ridges`] itself.
    pub fn of(image: &GrayImage) -> Self {
        let Some(ground) = Ground::of(image).filter(|ground| ground.quadrants >= LEAST_QUADRANTS) else {
            return Self::Find;
        };
        let [lighter, darker] = ground.agreeing;
        if ground.lighter >= MARGIN && lighter {
            Self::Dark
        } else if ground.lighter <= -MARGIN && darker {
            Self::Light
        } else {
            Self::Find
        }
    }

    /// The image with dark ridges.
    ///
    /// # Errors
    /// None that a [`GrayImage`] could give rise to.
    pub fn darkened(self, image: GrayImage) -> Result<GrayImage> {
        let light = match self {
            Self::Dark => false,
            Self::Light => true,
            Self::Find => Self::of(&image) == Self::Light,
        };
        if !light {
            return Ok(image);
        }
        GrayImage::new(image.pixels().mapv(|grey| 255 - grey), image.resolution())
    }
}

/// How the ground lies to the print.
struct Ground {
    /// By how many greys the ground next to the print is lighter than it, median against median.
    lighter: f64,
    /// Whether most flat blocks outside of the print, and most of those at the edge of the image, are lighter than the
    /// print; whether most are darker.
    agreeing: [bool; 2],
    /// In how many of the four quadrants around the middle of the print there is ground next to it.
    quadrants: usize,
}

impl Ground {
    /// `None` where there is no print or no ground.
    fn of(image: &GrayImage) -> Option<Self> {
        let (blocks, means) = blocks(image);
        let outside = outside(&blocks);
        let places = |wanted: Block| blocks.indexed_iter().filter(move |(_, block)| **block == wanted);
        let print: Vec<(usize, usize)> = places(Block::Ridged).map(|(place, _)| place).collect();
        let flat: Vec<(usize, usize)> =
            places(Block::Flat).map(|(place, _)| place).filter(|place| outside[*place]).collect();
        let ground: Vec<(usize, usize)> =
            flat.iter().copied().filter(|place| near_print(&blocks, *place)).collect();
        if print.len() < LEAST_PRINT || (ground.len() as f64) < LEAST_GROUND * print.len() as f64 {
            return None;
        }
        let median_of =
            |places: &[(usize, usize)]| median(places.iter().map(|place| means[*place]).collect());
        let of_print = median_of(&print);
        let (rows, columns) = blocks.dim();
        let at_edge = |place: &(usize, usize)| edge(*place, rows, columns);
        let at_edge: Vec<(usize, usize)> = flat.iter().copied().filter(at_edge).collect();
        let share = |places: &[(usize, usize)], lighter: bool| {
            let agree = places.iter().filter(|place| (means[**place] > of_print) == lighter).count();
            agree as f64 / places.len() as f64 // no number where there are none, which agrees with nothing
        };
        let agreeing = |lighter: bool| {
            share(&flat, lighter) >= LEAST_AGREEING && share(&at_edge, lighter) >= LEAST_AGREEING
        };
        let middle = |axis: fn(&(usize, usize)) -> usize| print.iter().map(axis).sum::<usize>() / print.len();
        let (row, column) = (middle(|place| place.0), middle(|place| place.1));
        let mut quadrants = [false; 4];
        for place in &ground {
            quadrants[2 * usize::from(place.0 > row) + usize::from(place.1 > column)] = true;
        }
        Some(Self {
            lighter: median_of(&ground) - of_print,
            agreeing: [agreeing(true), agreeing(false)],
            quadrants: quadrants.into_iter().filter(|there| *there).count(),
        })
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Each block's kind and mean.
fn blocks(image: &GrayImage) -> (Array2<Block>, Array2<f64>) {
    let resolution = image.resolution();
    let side = |dpi: crate::units::Dpi| ((dpi.to_f64() / BLOCKS_AN_INCH).round() as usize).max(4);
    let (height, width) = (side(resolution.y), side(resolution.x));
    let pixels = image.pixels();
    let shape = (pixels.nrows() / height, pixels.ncols() / width); // what is left over at the far edges is not looked at
    let mut means = Array2::zeros(shape);
    let blocks = Array2::from_shape_fn(shape, |(row, column)| {
        let (top, left) = (row * height, column * width);
        let block = pixels.slice(s![top..top + height, left..left + width]);
        let (kind, mean) = kind(&block);
        means[[row, column]] = mean;
        kind
    });
    (blocks, means)
}

/// What a block is, and its mean.
fn kind(block: &ArrayView2<'_, u8>) -> (Block, f64) {
    let mut counts = [0_usize; 256];
    let mut sum = 0_u64;
    for &grey in block {
        counts[usize::from(grey)] += 1;
        sum += u64::from(grey);
    }
    let mean = sum as f64 / block.len() as f64;
    // The range between the twentieths at both ends.
    let beyond = block.len() / 20;
    let low = beyond_share((0..256).map(|grey| (grey, counts[grey])), beyond);
    let high = beyond_share((0..256).rev().map(|grey| (grey, counts[grey])), beyond);
    let range = high.saturating_sub(low);
    if range < usize::from(FLAT_RANGE) {
        return (Block::Flat, mean);
    }
    let crossed = |line: ndarray::ArrayView1<'_, u8>| {
        let above = line.iter().map(|grey| f64::from(*grey) > mean);
        let crossings = above.clone().zip(above.skip(1)).filter(|(a, b)| a != b).count();
        crossings >= 2
    };
    let rows = block.rows().into_iter().filter(|line| crossed(*line)).count() as f64 / block.nrows() as f64;
    let columns =
        block.columns().into_iter().filter(|line| crossed(*line)).count() as f64 / block.ncols() as f64;
    let ridged = range >= usize::from(RIDGED_RANGE) && rows.max(columns) >= CROSSED_TWICE;
    (if ridged { Block::Ridged } else { Block::Other }, mean)
}

/// The grey at which more than `share` pixels have been counted.
fn beyond_share(counts: impl Iterator<Item = (usize, usize)>, share: usize) -> usize {
    let mut counted = 0;
    for (grey, count) in counts {
        counted += count;
        if counted > share {
            return grey;
        }
    }
    0 // no pixel at all
}

/// The blocks that are connected to the edge of the image without crossing ridged ones.
fn outside(blocks: &Array2<Block>) -> Array2<bool> {
    let (rows, columns) = blocks.dim();
    let mut outside = Array2::from_elem((rows, columns), false);
    let starts = blocks.indexed_iter().map(|(place, _)| place);
    let mut open: Vec<(usize, usize)> = starts.filter(|place| edge(*place, rows, columns)).collect();
    while let Some((row, column)) = open.pop() {
        if blocks[[row, column]] == Block::Ridged || outside[[row, column]] {
            continue;
        }
        outside[[row, column]] = true;
        open.extend(neighbours(blocks, row, column, 1));
    }
    outside
}

/// The blocks within `reach` of one, itself among them.
fn neighbours(
    blocks: &Array2<Block>,
    row: usize,
    column: usize,
    reach: usize,
) -> impl Iterator<Item = (usize, usize)> + use<> {
    let (rows, columns) = blocks.dim();
    let around = |at: usize, count: usize| at.saturating_sub(reach)..(at + reach + 1).min(count);
    let columns = around(column, columns);
    around(row, rows).flat_map(move |row| columns.clone().map(move |column| (row, column)))
}

/// Whether a block is at the edge of the image.
fn edge((row, column): (usize, usize), rows: usize, columns: usize) -> bool {
    row == 0 || column == 0 || row + 1 == rows || column + 1 == columns
}

/// Whether a block is within two blocks of a ridged one.
fn near_print(blocks: &Array2<Block>, (row, column): (usize, usize)) -> bool {
    neighbours(blocks, row, column, 2).any(|place| blocks[place] == Block::Ridged)
}

#[cfg(test)]
#[path = "ridges_tests.rs"]
mod tests;
