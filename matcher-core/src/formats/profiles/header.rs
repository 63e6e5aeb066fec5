//! What the names of columns mean, and what was meant by one that is misspelt.

/// What a column holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// No name.
    Empty,
    /// The id of the specimen.
    Sample,
    /// The file that a sample was measured in.
    SampleFile,
    /// The name of a locus.
    Marker,
    /// An allele, by its number.
    Allele(u16),
    /// The height of the allele of this number.
    Height(u16),
    /// Heights of the locus before it.
    Heights,
    /// Allele names down a table of frequencies.
    FrequencyAllele,
    /// Single source or mixture.
    Kind,
    /// The category of the specimen.
    Category,
    /// Whether the record calls the profile partial.
    Partial,
    /// Known, and of no use here: populations, dyes, sizes, areas.
    Ignored,
    /// None of these: a locus, or something unknown.
    Other,
}

/// Names of columns as [`normal`] makes them, and what they mean.
const WORDS: &[(Word, &[&str])] = &[
    (
        Word::Sample,
        &[
            "samplename",
            "sample name",
            "sample",
            "sample id",
            "sampleid",
            "specimenid",
            "specimen id",
            "specimen",
            "id",
            "name",
            "subject",
            "subject id",
            "subjectid",
            "profile",
            "profile id",
            "profileid",
            "person",
            "person id",
            "individual",
        ],
    ),
    (Word::SampleFile, &["sample file", "samplefile"]),
    (Word::Marker, &["marker", "locus", "marker name", "markername", "locus name", "locusname"]),
    (Word::Heights, &["height", "heights"]),
    (Word::FrequencyAllele, &["allele", "alleles"]),
    (Word::Kind, &["kind"]),
    (Word::Category, &["category", "specimen category", "specimencategory"]),
    (Word::Partial, &["partial"]),
    (
        Word::Ignored,
        &["pop", "population", "ethnicity", "panel", "dye", "run name", "sample type", "size standard"],
    ),
];

/// Columns that come numbered and are of no use here.
const IGNORED: [&str; 5] = ["size", "area", "peak area", "data point", "ud"];

/// A name in small letters, with one blank for `.`, `_` and blanks between words.
fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace(['.', '_'], " ")
}

/// A word with a number behind it, beside it or apart.
fn numbered(name: &str, word: &str) -> Option<u16> {
    let number = name.strip_prefix(word)?.trim_start();
    number.parse().ok().filter(|number| (1..=999).contains(number))
}

/// What a column of this name holds.
pub(super) fn word(name: &str) -> Word {
    let name = normal(name);
    if name.is_empty() {
        return Word::Empty;
    }
    if let Some((word, _)) = WORDS.iter().find(|(_, names)| names.contains(&name.as_str())) {
        return *word;
    }
    if let Some(number) = numbered(&name, "allele") {
        return Word::Allele(number);
    }
    if let Some(number) = numbered(&name, "height") {
        return Word::Height(number);
    }
    if IGNORED.iter().any(|word| numbered(&name, word).is_some()) { Word::Ignored } else { Word::Other }
}

/// Whether `name` is `wanted` with a slip or two: letters swapped, wrong, missing or too many.
pub(super) fn is_slip_of(name: &str, wanted: &str) -> bool {
    let letters = |text: &str| -> Vec<char> { normal(text).chars().filter(|c| *c != ' ').take(40).collect() };
    let (name, wanted) = (letters(name), letters(wanted));
    // The distance of Damerau and Levenshtein, in which neighbours swapped count once.
    let mut rows = vec![(0..=wanted.len()).collect::<Vec<usize>>()];
    for (i, &a) in name.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in wanted.iter().enumerate() {
            let mut least = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a == wanted[j - 1] && name[i - 1] == b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    let allowed = if wanted.len() < 6 { 1 } else { 2 };
    rows[name.len()][wanted.len()] <= allowed
}

/// The first column that means this word.
pub(super) fn find(header: &[String], wanted: Word) -> Option<usize> {
    header.iter().position(|name| word(name) == wanted)
}

/// The first column that has no meaning, and is a slip of one of these names.
pub(super) fn find_slip(header: &[String], names: &[&str]) -> Option<usize> {
    header
        .iter()
        .position(|name| word(name) == Word::Other && names.iter().any(|wanted| is_slip_of(name, wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_in_all_their_spellings() {
        for (name, expected) in [
            ("SampleName", Word::Sample),
            ("Sample Name", Word::Sample),
            ("Sample.Name", Word::Sample),
            ("specimenId", Word::Sample),
            ("Sample File", Word::SampleFile),
            ("Marker", Word::Marker),
            ("LOCUS", Word::Marker),
            ("Allele1", Word::Allele(1)),
            ("Allele 12", Word::Allele(12)),
            ("allele.2", Word::Allele(2)),
            ("Height_3", Word::Height(3)),
            ("Height", Word::Heights),
            ("Allele", Word::FrequencyAllele),
            ("Peak Area 2", Word::Ignored),
            ("Pop", Word::Ignored),
            ("", Word::Empty),
            ("Sam pleName", Word::Other),
            ("Allele0", Word::Other),
            ("D3S1358", Word::Other),
        ] {
            assert_eq!(word(name), expected, "{name}");
        }
    }

    #[test]
    fn slips_are_recognised() {
        assert!(is_slip_of("Sam pleName", "SampleName") && is_slip_of("Smaple File", "Sample File"));
        assert!(is_slip_of("Markr", "Marker") && is_slip_of("SampelNmae", "SampleName"));
        assert!(!is_slip_of("D3S1358", "Marker") && !is_slip_of("FGA", "Name") && !is_slip_of("", "Kind"));
    }
}
