//! Loci, under every name that labs use for them.
//!
//! THO1, TH 01 and HUMTH01 are one locus. What is not in the table keeps its own name, so SNPs and new loci work too.

use super::name::{MAX_NAME, Name};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// How a locus is inherited, which decides how it may be compared and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Inheritance {
    /// Two copies in everybody.
    Autosomal,
    /// One copy in men, two in women.
    X,
    /// Only in men, one copy (a few loci are there twice): inherited whole, as a haplotype.
    Y,
    /// Amelogenin: says the sex and nothing else.
    SexMarker,
}

/// A locus.
///
/// Loci order as in the table of known ones (by chromosome), others follow by name.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Inheritance, Locus};
/// assert_eq!(Locus::new("THO1")?, Locus::new("th 01")?);
/// assert_eq!(Locus::new("PENTA_D")?.name(), "Penta D");
/// assert_eq!(Locus::new("DYS391")?.inheritance(), Inheritance::Y);
/// assert_eq!(Locus::new("rs1490413")?.name(), "rs1490413");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Locus(u32);

/// Set in the number of a locus that is not in the table; the rest is that of its name.
const NAMED: u32 = 1 << 31;

/// A known locus: its name, its inheritance, and other names (compared without case, blanks, `_`, `-` and `.`).
type Known = (&'static str, Inheritance, &'static [&'static str]);

use Inheritance::{Autosomal, SexMarker, X, Y};

/// Names as in STRBase (NIST) and the kits' guides.
const KNOWN: &[Known] = &[
    ("F13B", Autosomal, &[]),
    ("TPOX", Autosomal, &["TP0X", "HUMTPOX"]),
    ("D1S1656", Autosomal, &["D1"]),
    ("D2S441", Autosomal, &[]),
    ("D2S1338", Autosomal, &[]),
    ("D3S1358", Autosomal, &["D3"]),
    ("FGA", Autosomal, &["FIBRA", "HUMFIBRA", "FIBRA/FGA", "HUMFIBRA/FGA"]),
    ("D4S2408", Autosomal, &[]),
    ("D5S818", Autosomal, &["D5"]),
    ("CSF1PO", Autosomal, &["CSF", "CSFIPO", "CSF1P0", "HUMCSF1PO"]),
    ("F13A01", Autosomal, &["F13A1"]),
    ("SE33", Autosomal, &["ACTBP2", "HUMACTBP2"]),
    ("D6S1043", Autosomal, &[]),
    ("D6S474", Autosomal, &[]),
    ("D7S820", Autosomal, &["D7"]),
    ("LPL", Autosomal, &[]),
    ("D8S1179", Autosomal, &["D8", "D6S502"]),
    ("D9S1122", Autosomal, &[]),
    ("Penta C", Autosomal, &[]),
    ("D10S1248", Autosomal, &["D10"]),
    ("TH01", Autosomal, &["THO1", "TH0I", "TC11", "HUMTH01", "HUMTHO1"]),
    (
        "vWA",
        Autosomal,
        &["VWA31", "VWF", "VWFA31", "VWFA31/A", "HUMVWA", "HUMVWFA31", "HUMVWFA31/A", "VWA31/A"],
    ),
    ("D12S391", Autosomal, &["D12"]),
    ("D12ATA63", Autosomal, &[]),
    ("D13S317", Autosomal, &["D13"]),
    ("D14S1434", Autosomal, &[]),
    ("FESFPS", Autosomal, &["FES/FPS", "HUMFES/FPS"]),
    ("Penta E", Autosomal, &[]),
    ("D16S539", Autosomal, &["D16"]),
    ("D17S1301", Autosomal, &[]),
    ("D18S51", Autosomal, &["D18"]),
    ("D19S433", Autosomal, &["D19"]),
    ("D20S482", Autosomal, &[]),
    ("D21S11", Autosomal, &["D21"]),
    ("Penta D", Autosomal, &[]),
    ("D22S1045", Autosomal, &["D22"]),
    ("Amelogenin", SexMarker, &["AMEL", "AMELXY", "AM", "AMX", "AMELO"]),
    ("DXS10148", X, &[]),
    ("DXS10135", X, &[]),
    ("DXS8378", X, &[]),
    ("DXS7132", X, &[]),
    ("DXS10079", X, &[]),
    ("DXS10074", X, &[]),
    ("DXS10103", X, &[]),
    ("HPRTB", X, &["HPRT", "HUMHPRTB"]),
    ("DXS10101", X, &[]),
    ("DXS10146", X, &[]),
    ("DXS10134", X, &[]),
    ("DXS7423", X, &[]),
    ("DYS393", Y, &["DYS395"]),
    ("DYS19", Y, &["DYS394"]),
    ("DYS391", Y, &[]),
    ("DYS635", Y, &["YGATAC4", "GATAC4"]),
    ("DYS437", Y, &[]),
    ("DYS439", Y, &["YGATAA4", "GATAA4"]),
    ("DYS389I", Y, &["DYS3891"]),
    ("DYS389II", Y, &["DYS3892"]),
    ("DYS438", Y, &[]),
    ("DYS390", Y, &[]),
    ("DYS643", Y, &[]),
    ("DYS533", Y, &[]),
    ("Y-GATA-H4", Y, &["GATAH4", "YGATAH4.1"]),
    ("DYS385", Y, &["DYS385A/B", "DYS385AB"]),
    ("DYS460", Y, &["YGATAA7.1", "GATAA7.1"]),
    ("DYS549", Y, &[]),
    ("DYS392", Y, &[]),
    ("DYS448", Y, &[]),
    ("DYS449", Y, &[]),
    ("DYS456", Y, &[]),
    ("DYS458", Y, &[]),
    ("DYS481", Y, &[]),
    ("DYS518", Y, &[]),
    ("DYS570", Y, &[]),
    ("DYS576", Y, &[]),
    ("DYS627", Y, &[]),
    ("DYF387S1", Y, &["DYF387S1A/B", "DYF387S1AB"]),
    ("Y indel", Y, &["RS2032678"]),
];

/// What is compared of a name: capitals, without blanks, `_`, `-` and `.`.
fn key(name: &str) -> String {
    let kept = name.chars().filter(|c| !(c.is_whitespace() || matches!(c, '_' | '-' | '.')));
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

/// Whether only what is left out of a key makes a short name such as `D21` of it: `D2_1` is a column of something else.
fn is_split(name: &str) -> bool {
    let is_short = |name: &str| {
        name.strip_prefix(['D', 'd']).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    };
    is_short(&key(name)) && !is_short(name)
}

/// The number of each known name by its key.
static KEYS: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let all = KNOWN.iter().zip(0..).flat_map(|((name, _, others), number)| {
        [name].into_iter().chain(*others).map(move |name| (key(name), number))
    });
    all.collect()
});

impl Locus {
    /// The locus of this name.
    ///
    /// # Errors
    /// The name is empty, longer than 64 bytes, or holds control characters.
    pub fn new(name: &str) -> Result<Self> {
        let name = name.trim();
        if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
            let shown: String = name.chars().take(MAX_NAME).collect();
            return Err(Error::invalid("", "locus", format!("{shown:?}"), "a name of 1 to 64 bytes"));
        }
        if let Some(&number) = KEYS.get(&key(name)).filter(|_| !is_split(name)) {
            return Ok(Self(number));
        }
        // Numbers of SNPs are written rs1490413 and RS1490413.
        let is_number = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
        let snp =
            ["RS", "Rs"].iter().find_map(|prefix| name.strip_prefix(prefix)).filter(|rest| is_number(rest));
        let snp = snp.map(|number| format!("rs{number}"));
        let name = snp.as_deref().unwrap_or(name);
        let too_many = || Error::invalid("", "locus", format!("{name:?}"), "fewer than 2^28 different names");
        Name::new(name).map(|name| Self(NAMED | name.number())).ok_or_else(too_many)
    }

    /// The name: the table's for a known locus, else the one given.
    pub fn name(self) -> &'static str {
        match self.known() {
            Some((name, ..)) => name,
            None => Name::from_number(self.0 & !NAMED).text(),
        }
    }

    /// How it is inherited; by its prefix (`DYS`, `DYF`, `DXS`) where it is not in the table, and autosomal by default.
    pub fn inheritance(self) -> Inheritance {
        if let Some((_, inheritance, _)) = self.known() {
            return *inheritance;
        }
        match key(self.name()) {
            key if key.starts_with("DYS") || key.starts_with("DYF") => Y,
            key if key.starts_with("DXS") => X,
            _ => Autosomal,
        }
    }

    /// Whether it is in the table of known loci; what is not may be a new locus, or a slip of the pen.
    pub const fn is_known(self) -> bool {
        self.0 & NAMED == 0
    }

    fn known(self) -> Option<&'static Known> {
        KNOWN.get(self.0 as usize)
    }
}

impl PartialOrd for Locus {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Known loci as in their table, others after them by name.
impl Ord for Locus {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0 == other.0 {
            return Ordering::Equal;
        }
        match (self.0 & NAMED, other.0 & NAMED) {
            (NAMED, NAMED) => self.name().cmp(other.name()),
            _ => self.0.cmp(&other.0),
        }
    }
}

impl fmt::Display for Locus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Locus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locus({})", self.name())
    }
}

impl FromStr for Locus {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::new(name)
    }
}

impl TryFrom<String> for Locus {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        Self::new(&name)
    }
}

impl From<Locus> for String {
    fn from(locus: Locus) -> Self {
        locus.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_loci_share_a_name() {
        let names = KNOWN.iter().flat_map(|(name, _, others)| [name].into_iter().chain(*others));
        let mut keys: Vec<String> = names.map(|name| key(name)).collect();
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn aliases_of_the_field() {
        for (name, alias) in [
            ("TH01", " THO1 "),
            ("TPOX", "TP0X"),
            ("vWA", "VWA"),
            ("Penta D", "PentaD"),
            ("Penta E", "Penta_E"),
            ("D21S11", "D21"),
            ("Amelogenin", "AMEL"),
            ("Y-GATA-H4", "Y GATA H4"),
            ("DYS389I", "DYS389.1"),
        ] {
            assert_eq!(Locus::new(alias).unwrap().name(), name);
        }
    }

    #[test]
    fn known_loci_come_first_then_names_in_order() {
        let mut loci: Vec<Locus> =
            ["zz", "rs2", "TH01", "rs1", "F13B"].iter().map(|n| Locus::new(n).unwrap()).collect();
        loci.sort();
        let names: Vec<&str> = loci.iter().map(|locus| locus.name()).collect();
        assert_eq!(names, ["F13B", "TH01", "rs1", "rs2", "zz"]);
        assert_eq!(loci.iter().filter(|locus| locus.is_known()).count(), 2);
    }

    #[test]
    fn wrong_names_are_named() {
        assert_eq!(
            Locus::new(" ").unwrap_err().to_string(),
            "locus is \"\", expected a name of 1 to 64 bytes"
        );
        assert_eq!(Locus::new("RS1490413").unwrap(), Locus::new("rs1490413").unwrap());
        assert_eq!(Locus::new("D2_1").unwrap().name(), "D2_1");
        assert!(Locus::new("D3\nS1358").is_err() && Locus::new(&"D".repeat(65)).is_err());
    }
}
