//! A DNA profile as bytes of a record: loci and whole repeats in a byte each.

use super::bytes::{Reader, Writer};
use super::print::problem;
use crate::dna::{Allele, Category, Genotype, Locus, MAX_ALLELES, Profile, Source};
use crate::error::Problem;

/// The loci that have a number in files: place in this list, from 1. It is a part of the format: names are added at its
/// end and never moved, whatever becomes of the table in `dna`. Loci that are not in it are written by name.
pub(super) const LOCI: &[&str] = &[
    "F13B",
    "TPOX",
    "D1S1656",
    "D2S441",
    "D2S1338",
    "D3S1358",
    "FGA",
    "D4S2408",
    "D5S818",
    "CSF1PO",
    "F13A01",
    "SE33",
    "D6S1043",
    "D6S474",
    "D7S820",
    "LPL",
    "D8S1179",
    "D9S1122",
    "Penta C",
    "D10S1248",
    "TH01",
    "vWA",
    "D12S391",
    "D12ATA63",
    "D13S317",
    "D14S1434",
    "FESFPS",
    "Penta E",
    "D16S539",
    "D17S1301",
    "D18S51",
    "D19S433",
    "D20S482",
    "D21S11",
    "Penta D",
    "D22S1045",
    "Amelogenin",
    "DXS10148",
    "DXS10135",
    "DXS8378",
    "DXS7132",
    "DXS10079",
    "DXS10074",
    "DXS10103",
    "HPRTB",
    "DXS10101",
    "DXS10146",
    "DXS10134",
    "DXS7423",
    "DYS393",
    "DYS19",
    "DYS391",
    "DYS635",
    "DYS437",
    "DYS439",
    "DYS389I",
    "DYS389II",
    "DYS438",
    "DYS390",
    "DYS643",
    "DYS533",
    "Y-GATA-H4",
    "DYS385",
    "DYS460",
    "DYS549",
    "DYS392",
    "DYS448",
    "DYS449",
    "DYS456",
    "DYS458",
    "DYS481",
    "DYS518",
    "DYS570",
    "DYS576",
    "DYS627",
    "DYF387S1",
    "Y indel",
];

/// Whole repeats up to this number are their own varint, more and those with tenths follow in tenths.
const WHOLE: u64 = 99;

const MIXTURE: u8 = 1;
const PARTIAL: u8 = 1 << 1;
const CATEGORY: u8 = 1 << 2;
const ALL: u8 = (1 << 3) - 1;

/// Set beside the number of alleles where heights of peaks follow.
const HEIGHTS: u8 = 1 << 7;

pub(super) fn write(writer: &mut Writer, profile: &Profile) {
    writer.text(profile.id());
    let mut flags = 0;
    for (bit, is_said) in [
        (MIXTURE, profile.source() == Source::Mixture),
        (PARTIAL, profile.is_marked_partial()),
        (CATEGORY, profile.category().is_some()),
    ] {
        flags |= if is_said { bit } else { 0 };
    }
    writer.u8(flags);
    if let Some(category) = profile.category() {
        writer.text(category.name());
    }
    writer.varint(profile.loci().len() as u64);
    for (locus, genotype) in profile.loci() {
        if let Some(place) = LOCI.iter().position(|name| *name == locus.name()) {
            writer.varint(place as u64 + 1);
        } else {
            writer.varint(0);
            writer.text(locus.name());
        }
        write_genotype(writer, genotype);
    }
}

fn write_genotype(writer: &mut Writer, genotype: &Genotype) {
    let heights = genotype.heights();
    let count = genotype.alleles().len() as u8; // at most MAX_ALLELES, 32
    writer.u8(count | if heights.is_some() { HEIGHTS } else { 0 });
    for allele in genotype.alleles() {
        match allele.tenths().map(u64::from) {
            Some(tenths) if tenths % 10 == 0 && tenths / 10 <= WHOLE => writer.varint(tenths / 10),
            Some(tenths) => writer.varint(WHOLE + tenths),
            None => {
                writer.varint(0);
                writer.text(&allele.to_string());
            }
        }
    }
    for height in heights.unwrap_or_default() {
        writer.raw(&height.to_le_bytes());
    }
}

pub(super) fn read(reader: &mut Reader) -> Result<Profile, Problem> {
    let mut builder = Profile::builder(reader.text("profile id")?);
    let flags = reader.u8("flags")?;
    if flags & !ALL != 0 {
        return Err(Problem::new("", "flags", flags, format!("0 to {ALL}")));
    }
    if flags & MIXTURE != 0 {
        builder = builder.source(Source::Mixture);
    }
    builder = builder.partial(flags & PARTIAL != 0);
    if flags & CATEGORY != 0 {
        builder = builder.category(Some(reader.text("category")?.parse::<Category>().map_err(problem)?));
    }
    let count = reader.varint("number of loci")?;
    for _ in 0..count {
        // Every locus takes bytes, so that a wrong count ends with them.
        let locus = match reader.varint("locus")? {
            0 => Locus::new(reader.text("locus")?).map_err(problem)?,
            number => {
                let name = usize::try_from(number - 1).ok().and_then(|place| LOCI.get(place));
                let expected = || Problem::new("", "locus", number, format!("0 to {}", LOCI.len()));
                Locus::new(name.ok_or_else(expected)?).map_err(problem)?
            }
        };
        let genotype = read_genotype(reader).map_err(|problem| problem.within(locus))?;
        builder = builder.genotype(locus, genotype);
    }
    builder.build().map_err(problem)
}

fn read_genotype(reader: &mut Reader) -> Result<Genotype, Problem> {
    let head = reader.u8("number of alleles")?;
    let count = usize::from(head & !HEIGHTS);
    if !(1..=MAX_ALLELES).contains(&count) {
        return Err(Problem::new("", "number of alleles", count, format!("1 to {MAX_ALLELES}")));
    }
    let mut alleles = Vec::with_capacity(count);
    for _ in 0..count {
        alleles.push(read_allele(reader)?);
    }
    if head & HEIGHTS == 0 {
        return Genotype::new(&alleles).map_err(problem);
    }
    let mut peaks = Vec::with_capacity(count);
    for allele in alleles {
        peaks.push((allele, f32::from_le_bytes(reader.array("peak height")?)));
    }
    Genotype::with_heights(&peaks).map_err(problem)
}

/// What stands there is part of a genotype: no message shows it.
fn read_allele(reader: &mut Reader) -> Result<Allele, Problem> {
    let number = reader.varint("allele")?;
    let tenths = match number {
        0 => {
            let text = reader.text("allele")?;
            return text.parse().map_err(|_| Problem::new("", "allele", "not readable", "a designation"));
        }
        1..=WHOLE => number * 10,
        _ => number - WHOLE,
    };
    let allele = u16::try_from(tenths).ok().and_then(Allele::repeat);
    allele.ok_or_else(|| Problem::new("", "allele", "too large", "0.1 to 6553.5 repeats"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_loci_are_known_and_each_once() {
        let mut loci: Vec<Locus> = LOCI.iter().map(|name| Locus::new(name).unwrap()).collect();
        assert!(loci.iter().zip(LOCI).all(|(locus, name)| locus.name() == *name && locus.is_known()));
        loci.dedup();
        assert_eq!(loci.len(), LOCI.len());
    }
}
