//! One `SPECIMEN` of a CMF file, from its tags to a profile.

use super::cell::{self, shown};

use super::collector::{Collector, Notes};
use super::draft::{Draft, unnamed};
use super::names::Names;
use super::schema::{Element, MAX_ALLELE, MAX_ALLELES, MAX_ID, MAX_LOCI, MAX_LOCUS_NAME};
use crate::dna::{Allele, Locus};
use crate::error::{Problem, Result};

/// What has been read of a specimen.
pub(super) struct Specimen {
    line: u64,
    id: Option<String>,
    pub(super) draft: Draft,
    pub(super) notes: Notes,
    /// Whether some allele is marked `ALLELEREQUIRED`.
    pub(super) required: bool,
    /// Whether there was a category, be it an unknown one.
    category: bool,
    broken: Option<Problem>,
    locus: OpenLocus,
}

/// The locus that is being read: its name may stand behind its alleles.
#[derive(Default)]
struct OpenLocus {
    line: u64,
    name: Option<Locus>,
    alleles: Vec<Allele>,
    /// Elements `ALLELE`, each of which has one value.
    elements: usize,
}

impl Specimen {
    /// A specimen whose tag stands in this line.
    pub(super) fn new(line: u64) -> Self {
        Self {
            line,
            id: None,
            draft: Draft::default(),
            notes: Notes::default(),
            required: false,
            category: false,
            broken: None,
            locus: OpenLocus::default(),
        }
    }

    /// Notes why it cannot be read; the first reason counts.
    pub(super) fn break_with(&mut self, problem: Problem) {
        self.broken.get_or_insert(problem);
    }

    /// A locus begins in this line.
    pub(super) fn open_locus(&mut self, line: u64) {
        self.locus = OpenLocus { line, ..OpenLocus::default() };
    }

    /// An element ends, with this text in it.
    pub(super) fn value(
        &mut self,
        element: Element,
        text: &str,
        names: &mut Names,
        place: impl FnOnce() -> String,
    ) {
        let value = shown(text.as_bytes());
        match element {
            Element::Id => match &self.id {
                Some(_) => self.break_with(Problem::new(place(), "SPECIMENID", value, "one a specimen")),
                // What is longer than the schema allows is read as long as a profile may have it.
                None if text.is_empty() || text.len() > 255 || text.chars().any(char::is_control) => {
                    self.break_with(Problem::new(place(), "SPECIMENID", value, "text of 1 to 24 characters"));
                }
                None => {
                    self.too_long("SPECIMENID", text, MAX_ID, place);
                    self.id = Some(text.to_owned());
                }
            },
            Element::Category if self.category => {
                self.break_with(Problem::new(place(), "SPECIMENCATEGORY", value, "one a specimen"));
            }
            Element::Category => {
                self.category = true;
                self.draft.category = text.parse().ok();
                if self.draft.category.is_none() {
                    let expected = "one of the 29 categories of the schema (read without one)";
                    self.notes.fault(Problem::new(place(), "SPECIMENCATEGORY", value, expected));
                }
            }
            Element::LocusName => self.locus_name(text, names, place),
            Element::AlleleValue => match cell::allele(text.as_bytes()) {
                Ok(Some(allele)) => {
                    self.locus.alleles.push(allele);
                    match names.word(allele) {
                        Some(problem) if text.len() <= MAX_ALLELE => {
                            self.notes.remark(problem.within(place()));
                        }
                        _ => self.too_long("ALLELEVALUE", text, MAX_ALLELE, place),
                    }
                }
                Ok(None) => self.break_with(Problem::new(place(), "ALLELEVALUE", value, "an allele")),
                Err(mut problem) => {
                    "ALLELEVALUE".clone_into(&mut problem.field);
                    self.break_with(problem.within(place()));
                }
            },
            Element::Allele => {
                self.locus.elements += 1;
                let values = self.locus.alleles.len();
                if values != self.locus.elements {
                    let value = if values < self.locus.elements { "missing" } else { "there twice" };
                    self.break_with(Problem::new(place(), "ALLELEVALUE", value, "one an ALLELE"));
                }
            }
            Element::Locus => self.close_locus(),
            _ => {}
        }
    }

    fn too_long(&mut self, field: &str, text: &str, most: usize, place: impl FnOnce() -> String) {
        let length = text.chars().count();
        if length > most {
            let expected = format!("at most {most} (read all the same)");
            self.notes.fault(Problem::new(place(), format!("length of {field}"), length, expected));
        }
    }

    fn locus_name(&mut self, text: &str, names: &mut Names, place: impl FnOnce() -> String) {
        match names.locus(text.as_bytes()) {
            _ if self.locus.name.is_some() => {
                self.break_with(Problem::new(place(), "LOCUSNAME", shown(text.as_bytes()), "one a locus"));
            }
            Ok((locus, remark)) => {
                self.locus.name = Some(locus);
                match remark {
                    Some(problem) if text.len() <= MAX_LOCUS_NAME => {
                        self.notes.remark(problem.within(place()));
                    }
                    _ => self.too_long("LOCUSNAME", text, MAX_LOCUS_NAME, place),
                }
            }
            Err(mut problem) => {
                "LOCUSNAME".clone_into(&mut problem.field);
                self.break_with(problem.within(place()));
            }
        }
    }

    /// Hands the locus over to the draft.
    fn close_locus(&mut self) {
        let OpenLocus { line, name, alleles, .. } = std::mem::take(&mut self.locus);
        let Some(locus) = name else {
            return self.break_with(Problem::new(
                format!("line {line}"),
                "LOCUSNAME",
                "missing",
                "one a locus",
            ));
        };
        if self.broken.is_none() && (alleles.is_empty() || alleles.len() > MAX_ALLELES) {
            let done = if alleles.is_empty() { "left out" } else { "read all the same" };
            let expected = format!("1 to {MAX_ALLELES} ({done})");
            let place = format!("line {line} ({locus})");
            self.notes.fault(Problem::new(place, "number of alleles", alleles.len(), expected));
        }
        self.draft.locus(locus, line);
        for allele in alleles {
            self.draft.allele(allele, None);
        }
    }

    /// The specimen ends: it is kept, or named and lost.
    pub(super) fn finish(mut self, collector: &mut Collector) -> Result<()> {
        let record = |id: Option<&str>, line: u64| match id {
            Some(id) => format!("specimen {}", shown(id.as_bytes())),
            None => format!("specimen in line {line}"),
        };
        let record = record(self.id.as_deref(), self.line);
        let line = format!("line {}", self.line);
        let count = self.draft.loci();
        if self.broken.is_none() && self.id.is_some() && (count == 0 || count > MAX_LOCI) {
            let expected = format!("1 to {MAX_LOCI} (read all the same)");
            self.notes.fault(Problem::new(&line, "number of loci", count, expected).within(&record));
        }
        if self.broken.is_none() && self.id.is_some() && !self.category {
            let problem =
                Problem::new(&line, "SPECIMENCATEGORY", "missing", "one a specimen (read without one)");
            self.notes.fault(problem.within(&record));
        }
        if self.required {
            let expected = "none, as a profile has no place for it (not kept)";
            self.notes.remark(Problem::new(&line, "ALLELEREQUIRED", "true", expected).within(&record));
        }
        if let Some((locus, first, second)) = self.draft.twice() {
            let expected = format!("each locus once; it is in line {first} already");
            self.break_with(Problem::new(format!("line {second}"), "LOCUSNAME", locus, expected));
        }
        let built = match (self.broken, &self.id) {
            (Some(problem), _) => Err(problem),
            (None, None) => Err(Problem::new("", "SPECIMENID", "missing", "one a specimen")),
            (None, Some(id)) => self.draft.build(id).map_err(|error| unnamed(error).within(&line)),
        };
        match built {
            Ok(profile) => collector.keep(self.line, profile, self.notes),
            Err(problem) => collector.lose(problem.within(record), self.notes),
        }
    }
}
