//! From what stands in a file to a profile: the rules that all formats share.
//!
//! # Method
//! - One allele alone, at a locus of which everybody has two copies, is that allele beside one that is not known
//!   (`16,-`): a file does not say whether it was a homozygote or a second allele dropped out. At X and Y loci it is one
//!   copy. In a mixture it is the one allele that was seen.
//! - A peak that is not there has the height 0.
//! - A profile is a [mixture](Source::Mixture) where its file says so (by its kind, or by the category Forensic Mixture);
//!   where the file says nothing, if a locus has 4 different alleles or more, or two loci have 3. One locus with 3 is an
//!   extra copy, as some people have. Y loci are left out, because a few are there twice, unless one has 5 or more.

use crate::dna::{Allele, Category, Genotype, Inheritance, Locus, Profile, Source};
use crate::error::{Error, Problem, Result};

/// One locus of a draft: its alleles end where the next one's begin.
#[derive(Clone, Copy)]
struct Entry {
    locus: Locus,
    line: u64,
    start: usize,
    end: usize,
}

/// What a file says of one profile, before anything is decided about it. It can be cleared and used again.
#[derive(Default)]
pub(super) struct Draft {
    entries: Vec<Entry>,
    alleles: Vec<Allele>,
    /// NaN where the height was not measured.
    heights: Vec<f32>,
    pub(super) kind: Option<Source>,
    pub(super) category: Option<Category>,
    pub(super) partial: bool,
}

impl Draft {
    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.alleles.clear();
        self.heights.clear();
        (self.kind, self.category, self.partial) = (None, None, false);
    }

    /// The alleles that follow belong to this locus, which stands in this line.
    pub(super) fn locus(&mut self, locus: Locus, line: u64) {
        let start = self.alleles.len();
        self.entries.push(Entry { locus, line, start, end: start });
    }

    /// One more allele of the last locus.
    pub(super) fn allele(&mut self, allele: Allele, height: Option<f32>) {
        self.alleles.push(allele);
        self.heights.push(height.unwrap_or(f32::NAN));
        if let Some(entry) = self.entries.last_mut() {
            entry.end = self.alleles.len();
        }
    }

    /// How many loci have been named.
    pub(super) fn loci(&self) -> usize {
        self.entries.len()
    }

    /// Alleles of the last locus: how many, and how many of them have heights.
    pub(super) fn last(&self) -> (usize, usize) {
        let heights = self.entries.last().map_or(&[][..], |entry| &self.heights[entry.start..entry.end]);
        (heights.len(), heights.iter().filter(|height| !height.is_nan()).count())
    }

    /// Takes the heights of the last locus away.
    pub(super) fn without_heights(&mut self) {
        if let Some(entry) = self.entries.last() {
            self.heights[entry.start..entry.end].fill(f32::NAN);
        }
    }

    /// How many people it is of.
    fn source(&self) -> Source {
        match (self.kind, self.category) {
            (Some(kind), _) => kind,
            (None, Some(Category::ForensicMixture)) => Source::Mixture,
            (None, _) => {
                let many = self.entries.iter().filter(|entry| entry.end - entry.start > 2);
                guess(many.map(|entry| (entry.locus, &self.alleles[entry.start..entry.end])))
            }
        }
    }

    /// The profile. A locus without alleles was typed and gave nothing: it is not in the profile.
    pub(super) fn build(&self, id: &str) -> Result<Profile> {
        let source = self.source();
        let mut builder = Profile::builder(id).source(source).category(self.category).partial(self.partial);
        for entry in self.entries.iter().filter(|entry| entry.start < entry.end) {
            let (alleles, heights) =
                (&self.alleles[entry.start..entry.end], &self.heights[entry.start..entry.end]);
            let genotype = genotype(entry.locus, alleles, heights, source).map_err(|error| match error {
                Error::Invalid(problem) => problem.within(entry.locus).into(),
                other => other,
            })?;
            builder = builder.genotype(entry.locus, genotype);
        }
        builder.build()
    }

    /// A locus that is there twice, under whichever names, with its two lines.
    pub(super) fn twice(&self) -> Option<(Locus, u64, u64)> {
        let mut places: Vec<(Locus, u64)> = self.entries.iter().map(|e| (e.locus, e.line)).collect();
        places.sort_unstable();
        let pair = places.windows(2).filter(|pair| pair[0].0 == pair[1].0).min_by_key(|pair| pair[1].1)?;
        Some((pair[0].0, pair[0].1, pair[1].1))
    }
}

/// How many people loci with these alleles are of, where nobody says.
pub(super) fn guess<'a>(loci: impl Iterator<Item = (Locus, &'a [Allele])>) -> Source {
    let (mut three, mut more) = (0, 0);
    for (locus, alleles) in loci {
        let mut distinct: Vec<Allele> = alleles.iter().copied().filter(|a| *a != Allele::UNKNOWN).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let on_y = locus.inheritance() == Inheritance::Y;
        three += usize::from(!on_y && distinct.len() == 3);
        more += usize::from(distinct.len() > if on_y { 4 } else { 3 });
    }
    if more > 0 || three > 1 { Source::Mixture } else { Source::Single }
}

/// The genotype that a file means by these alleles; heights are NaN where not measured.
pub(super) fn genotype(
    locus: Locus,
    alleles: &[Allele],
    heights: &[f32],
    source: Source,
) -> Result<Genotype> {
    let of_two =
        |locus: Locus| matches!(locus.inheritance(), Inheritance::Autosomal | Inheritance::SexMarker);
    let has_heights = heights.iter().any(|height| !height.is_nan());
    match *alleles {
        [a, b] if !has_heights => Ok(Genotype::pair(a, b)),
        [lone] if source == Source::Single && of_two(locus) => match heights.first() {
            Some(&height) if has_heights => Genotype::with_heights(&[(lone, height), (Allele::UNKNOWN, 0.0)]),
            _ => Ok(Genotype::pair(lone, Allele::UNKNOWN)),
        },
        _ if has_heights => {
            let seen = |height: f32| if height.is_nan() { 0.0 } else { height };
            let peaks: Vec<_> = alleles.iter().copied().zip(heights.iter().copied().map(seen)).collect();
            Genotype::with_heights(&peaks)
        }
        _ => Genotype::new(alleles),
    }
}

/// The alleles that a file must list for a reader to get this genotype back: an unknown second allele goes unsaid where
/// the rules above supply it.
pub(super) fn listed(locus: Locus, genotype: &Genotype, source: Source) -> &[Allele] {
    let alleles = genotype.alleles();
    let heights = genotype.heights().unwrap_or(&[]);
    match alleles {
        [lone, Allele::UNKNOWN] if *lone != Allele::UNKNOWN => {
            let short = self::genotype(locus, &alleles[..1], heights.get(..1).unwrap_or(&[]), source);
            if short.is_ok_and(|short| short == *genotype) { &alleles[..1] } else { alleles }
        }
        _ => alleles,
    }
}

/// A problem of a genotype or a profile, in the words of the file: the id of the profile is in the record already.
pub(super) fn unnamed(error: Error) -> Problem {
    match error {
        Error::Invalid(mut problem) => {
            if problem.record.starts_with("profile ") {
                problem.record.clear();
            }
            problem
        }
        other => Problem::new("", "profile", "not sound", other),
    }
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
