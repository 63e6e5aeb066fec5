//! What the schema of CMF 3.2 (`codis.xsd`) has: its elements, and how much of each it allows.

/// Characters that the schema allows for an id, the name of a locus and an allele, and loci that it allows a specimen.
pub(super) const MAX_ID: usize = 24;
pub(super) const MAX_LOCUS_NAME: usize = 20;
pub(super) const MAX_ALLELE: usize = 10;
pub(super) const MAX_LOCI: usize = 32;

/// Alleles that the schema allows a locus.
pub(super) const MAX_ALLELES: usize = 8;

/// What an element of the schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    File,
    Version,
    Message,
    Specimen,
    Id,
    Category,
    Locus,
    LocusName,
    Allele,
    AlleleValue,
    /// In the schema, and not read.
    Passed,
    /// Not in the schema, or in one that is not.
    Unknown,
}
use Element::{
    Allele, AlleleValue, Category, File, Id, Locus, LocusName, Message, Passed, Specimen, Unknown, Version,
};

/// The element of this name in another one.
pub(super) fn child(parent: Element, name: &str) -> Element {
    match (parent, name) {
        (File, "HEADERVERSION") => Version,
        (File, "MESSAGETYPE") => Message,
        (File, "SPECIMEN") => Specimen,
        (File, "DESTINATIONORI" | "SOURCELAB" | "SUBMITBYUSERID" | "SUBMITDATETIME" | "BATCHID" | "KIT") => {
            Passed
        }
        (Specimen, "SPECIMENID") => Id,
        (Specimen, "SPECIMENCATEGORY") => Category,
        (Specimen, "LOCUS") => Locus,
        (Specimen, "SPECIMENCOMMENT") | (Locus, "READINGBY" | "READINGDATETIME") => Passed,
        (Locus, "LOCUSNAME") => LocusName,
        (Locus, "ALLELE") => Allele,
        (Allele, "ALLELEVALUE") => AlleleValue,
        _ => Unknown,
    }
}

impl Element {
    /// Whether it holds elements and no text.
    pub(super) const fn holds_elements(self) -> bool {
        matches!(self, File | Specimen | Locus | Allele)
    }
}
