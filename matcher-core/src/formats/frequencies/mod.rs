//! Files of allele frequencies: text tables and JSON to [`Frequencies`](crate::dna::Frequencies), and back to the tables
//! of `EuroForMix` and `STRmix` ([`write_frequencies`]).
//!
//! | layout | what it is |
//! |---|---|
//! | wide table | `Allele,D3S1358,vWA,...`: a line an allele, a column a locus (`EuroForMix`, LRmix, `STRmix`); this is written |
//! | long table | columns named `locus` (or `marker`), `allele`, `frequency` (or `freq`), in any order |
//! | SNP table | columns named `marker` (or `locus`), `A1`, `A2`, `FREQ1`: the second allele has the rest |
//! | JSON | `{locus: {allele: frequency}}`; or `{population: {...}}` of such, alone or under `populations` |
//!
//! Tables are separated by tabs, semicolons or commas, as the first line is; with tabs and semicolons a comma may be the
//! decimal point. Cells may stand in quotes. A byte order mark, empty cells and lines that begin with `#` are skipped. A
//! line `N` or `2N` of a wide table says how many alleles were counted at each locus; so does `meta.N` beside
//! `populations`. Where such a number counts people instead, the sample is taken for half its size, and rare alleles get
//! larger frequencies than they need: the safe side.
//!
//! What is read is a builder: sample size, rule for rare alleles and the like are added before it is built and checked.
//!
//! # Examples
//! ```
//! use matcher_core::dna::{Locus, RareAllele};
//! use matcher_core::formats::frequencies::{FrequencyOptions, read_frequencies};
//! let text = "Allele;D3S1358;TH01\n9,3;;0,3\n15;0,25;\n16;0,2;\nN;400;404\n";
//! let table = read_frequencies(text.as_bytes(), &FrequencyOptions::named("lab"))?.rare(RareAllele::FiveOver2N).build()?;
//! assert_eq!(table.frequency(Locus::new("TH01")?, "9.3".parse()?)?, 0.3);
//! assert_eq!(table.frequency(Locus::new("D3S1358")?, "17".parse()?)?, 5.0 / 400.0);
//!
//! let wrong = read_frequencies(b"locus,allele,frequency\nTH01,6,many\n", &FrequencyOptions::named("lab"));
//! assert_eq!(wrong.unwrap_err().to_string(), "line 2: frequency is \"many\", expected a number");
//! # Ok::<(), matcher_core::Error>(())
//! ```

mod format;
mod json;
mod table;
mod write;

pub use format::FrequencyFormat;
pub use write::{FrequencyWriting, write_frequencies, write_frequencies_file};

use super::Limits;
use crate::dna::FrequenciesBuilder;
use crate::error::{Error, Result};

/// How to read a file of frequencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrequencyOptions {
    /// Name of the table; empty takes the population's name, or `frequencies` where there is none.
    pub name: String,
    /// Which population, where a file holds several: its name without regard to case.
    pub population: Option<String>,
    /// How much to read at most; only its bytes matter here.
    pub limits: Limits,
}

impl FrequencyOptions {
    /// A table of this name from a file with one population.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The population with this name.
    pub fn population(population: &str) -> Self {
        Self { population: Some(population.to_owned()), ..Self::default() }
    }

    fn table_name(&self) -> &str {
        let own = [self.name.as_str(), self.population.as_deref().unwrap_or_default()];
        own.into_iter().find(|name| !name.is_empty()).unwrap_or("frequencies")
    }
}

/// Reads the frequencies of one population.
///
/// # Errors
/// [`Error::Invalid`] names line and column (a JSON path) of the first fault: no UTF-8, no header that is known, a cell
/// that is no number, an allele or a locus that cannot be read, a population that is not there or was not chosen among
/// several. [`Error::UnknownFormat`]: neither a table nor JSON. Whether the numbers make a table is checked by
/// [`build`](FrequenciesBuilder::build).
pub fn read_frequencies(bytes: &[u8], options: &FrequencyOptions) -> Result<FrequenciesBuilder> {
    options.limits.check_bytes(bytes.len() as u64)?;
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Error::invalid("", "text", format!("cut at byte {}", error.valid_up_to()), "UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with(['{', '[']) {
        json::read(text, options)
    } else {
        table::read(text, options)
    }
}

/// A piece of the input, short enough for a message.
fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(40).collect::<String>())
}

#[cfg(test)]
#[path = "frequencies_tests.rs"]
mod tests;
