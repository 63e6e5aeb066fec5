//! Functions of a few genes, as tables, and how the product of some is summed over one gene.

use crate::units::Log10;

/// The place of a gene (or of another hidden thing with few values) in a [`Network`](super::network::Network).
pub(super) type Gene = usize;

/// A number that may be far smaller than `f64` holds: `value * 2^exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scaled {
    pub(super) value: f64,
    pub(super) exponent: i64,
}

impl Scaled {
    pub(super) const ONE: Self = Self { value: 1.0, exponent: 0 };

    /// Multiplied by a number from 0 to about 1.
    pub(super) fn times(self, number: f64) -> Self {
        let product = Self { value: self.value * number, ..self };
        if product.value > 0.0 && product.value < SMALL {
            return Self { value: product.value * UP, exponent: product.exponent - STEP };
        }
        product
    }

    /// Multiplied by another such number.
    pub(super) fn and(self, other: Self) -> Self {
        Self { exponent: self.exponent + other.exponent, ..self }.times(other.value)
    }

    /// The logarithm.
    pub(super) fn log10(self) -> Log10 {
        let value = Log10::of(self.value).unwrap_or(Log10::IMPOSSIBLE);
        if self.exponent == 0 || value.is_impossible() {
            return value;
        }
        // Finite numbers of moderate size: the product and the sum are finite too.
        Log10::new(value.value() + self.exponent as f64 * std::f64::consts::LOG10_2).unwrap_or(value)
    }
}

/// What is below this is scaled up, by a power of two, which changes no bit of it.
const SMALL: f64 = 1e-60;

/// The power of two by which small numbers are scaled up.
const STEP: i64 = 192;

/// 2 to the power [`STEP`].
const UP: f64 = (1u128 << 96) as f64 * (1u128 << 96) as f64;

/// Scales up a table all of whose numbers are small; gives the exponent that takes it back.
pub(super) fn raise(table: &mut [f64]) -> i64 {
    let largest = table.iter().fold(0.0, |largest: f64, &number| largest.max(number));
    if largest > 0.0 && largest < SMALL {
        for number in table {
            *number *= UP;
        }
        return -STEP;
    }
    0
}

/// Which values each gene may have: a value is a place in such a list, what is listed are states.
pub(super) type Domains = [Vec<u16>];

/// A function of genes.
#[derive(Clone, Debug)]
pub(super) enum Factor {
    /// A number for each combination of values of its genes, the last gene fastest.
    Dense { genes: Vec<Gene>, table: Vec<f64> },
    /// The mean of a table over two genes, one of which is what a child inherited: `(t[a, tail] + t[b, tail]) / 2`. The
    /// first axis of the table is a state, the others are values of the genes of the tail.
    Pick { heads: [Gene; 2], tail: Vec<Gene>, table: Vec<f64> },
}

/// One way through a table: what each gene's value adds to the place.
struct Stream<'a> {
    table: &'a [f64],
    steps: Vec<(Gene, Vec<usize>)>,
    /// Which factor it belongs to.
    factor: usize,
}

impl Factor {
    /// The genes that it is a function of, each once, in ascending order.
    pub(super) fn genes(&self) -> Vec<Gene> {
        let mut genes = match self {
            Self::Dense { genes, .. } => genes.clone(),
            Self::Pick { heads, tail, .. } => heads.iter().chain(tail).copied().collect(),
        };
        genes.sort_unstable();
        genes.dedup();
        genes
    }

    /// Makes one gene another one, which has the same domain: from now on they are one.
    pub(super) fn rename(&mut self, from: Gene, to: Gene) {
        let genes: Vec<&mut Gene> = match self {
            Self::Dense { genes, .. } => genes.iter_mut().collect(),
            Self::Pick { heads, tail, .. } => heads.iter_mut().chain(tail).collect(),
        };
        genes.into_iter().filter(|gene| **gene == from).for_each(|gene| *gene = to);
    }

    pub(super) fn has_in_tail(&self, gene: Gene) -> bool {
        matches!(self, Self::Pick { tail, .. } if tail.contains(&gene))
    }

    pub(super) fn has_in_heads(&self, gene: Gene) -> bool {
        matches!(self, Self::Pick { heads, .. } if heads.contains(&gene))
    }

    /// How many numbers its table has.
    pub(super) fn len(&self) -> usize {
        self.table().len()
    }

    fn table(&self) -> &[f64] {
        match self {
            Self::Dense { table, .. } | Self::Pick { table, .. } => table,
        }
    }

    /// What each gene's value adds to the place, for each way through the table.
    fn steps(&self, domains: &Domains) -> Vec<Vec<(Gene, Vec<usize>)>> {
        let strides = |genes: &[Gene]| {
            let mut stride = 1;
            let mut steps = Vec::with_capacity(genes.len() + 1);
            for &gene in genes.iter().rev() {
                let size = domains[gene].len();
                steps.push((gene, (0..size).map(|value| value * stride).collect()));
                stride *= size;
            }
            (steps, stride)
        };
        match self {
            Self::Dense { genes, .. } => vec![strides(genes).0],
            Self::Pick { heads, tail, .. } => {
                let (steps, stride) = strides(tail);
                let way = |&head: &Gene| {
                    let by_state = domains[head].iter().map(|&state| usize::from(state) * stride).collect();
                    steps.iter().cloned().chain([(head, by_state)]).collect()
                };
                heads.iter().map(way).collect()
            }
        }
    }
}

/// A product of factors, laid out to be walked through gene by gene.
pub(super) struct Walk<'a> {
    streams: Vec<Stream<'a>>,
    /// How many factors there are; the last stream of a pick comes right behind its first.
    factors: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(factors: &[&'a Factor], domains: &Domains) -> Self {
        let mut streams = Vec::with_capacity(factors.len() * 2);
        for (factor, from) in factors.iter().enumerate() {
            for steps in from.steps(domains) {
                streams.push(Stream { table: from.table(), steps, factor });
            }
        }
        Self { streams, factors: factors.len() }
    }

    /// How many ways there are through all tables.
    pub(super) fn width(&self) -> usize {
        self.streams.len()
    }

    /// For each gene of an order, what its values add to the place in each stream: `[gene][value][stream]`.
    pub(super) fn plan(&self, order: &[Gene], domains: &Domains) -> Vec<Vec<usize>> {
        let width = self.streams.len();
        let of_gene = |&gene: &Gene| {
            let mut steps = vec![0; domains[gene].len() * width];
            for (number, stream) in self.streams.iter().enumerate() {
                for (_, by_value) in stream.steps.iter().filter(|(of, _)| *of == gene) {
                    for (value, step) in by_value.iter().enumerate() {
                        steps[value * width + number] += step;
                    }
                }
            }
            steps
        };
        order.iter().map(of_gene).collect()
    }

    /// The product of all factors at these places.
    pub(super) fn product(&self, places: &[usize]) -> f64 {
        let mut product = 1.0;
        let mut at = 0;
        for _ in 0..self.factors {
            let stream = &self.streams[at];
            let mut value = stream.table[places[at]];
            at += 1;
            if let Some(second) = self.streams.get(at).filter(|second| second.factor == stream.factor) {
                value = 0.5 * (value + second.table[places[at]]);
                at += 1;
            }
            product *= value;
        }
        product
    }

    /// A table over the genes of `outer`, the last fastest: for each combination of their values the sum of the product
    /// over the values of `inner`.
    pub(super) fn sum_over(&self, inner: Gene, outer: &[Gene], domains: &Domains) -> Vec<f64> {
        let width = self.streams.len();
        let plan = self.plan(outer, domains);
        let inner_steps = self.plan(&[inner], domains).remove(0);
        let inner_size = domains[inner].len();
        let size: usize = outer.iter().map(|&gene| domains[gene].len()).product();
        let mut result = Vec::with_capacity(size);
        let mut places = vec![0; width * (outer.len() + 1)]; // a row a level
        let mut values = vec![0; outer.len()];
        let mut level = 0; // all levels below are up to date
        let mut here = vec![0; width];
        loop {
            while level < outer.len() {
                let (done, next) = places.split_at_mut((level + 1) * width);
                let step = &plan[level][values[level] * width..][..width];
                for ((to, from), step) in next.iter_mut().zip(&done[level * width..]).zip(step) {
                    *to = from + step;
                }
                level += 1;
            }
            let base = &places[outer.len() * width..];
            let mut sum = 0.0;
            for value in 0..inner_size {
                let step = &inner_steps[value * width..][..width];
                for ((to, from), step) in here.iter_mut().zip(base).zip(step) {
                    *to = from + step;
                }
                sum += self.product(&here);
            }
            result.push(sum);
            // The next combination: the last gene that has another value left.
            loop {
                if level == 0 {
                    return result;
                }
                level -= 1;
                values[level] += 1;
                if values[level] < domains[outer[level]].len() {
                    break;
                }
                values[level] = 0;
            }
        }
    }
}
