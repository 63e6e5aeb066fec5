//! Named sets of loci: the core loci of databases, and what a laboratory's kit types.

use super::Locus;
use std::sync::LazyLock;

/// A named set of loci.
///
/// # References
/// CODIS: FBI, 13 core loci (1997) and 20 (2017). ESS: Council resolutions 2001/C 187/01 (7 loci) and 2009/C 296/01
/// (12). ISSOL: INTERPOL DNA Gateway. Kits: the manufacturers' guides. What a kit types beside STRs (Amelogenin, a Y
/// indel) is in its list. These lists are common knowledge of the field and were written down from memory of the guides:
/// check a kit against the guide of its lot before relying on the list.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Kit, Locus};
/// let ess = Kit::named("ess-12").expect("a known kit");
/// assert_eq!(ess.loci().len(), 12);
/// assert!(ess.loci().contains(&Locus::new("vWA")?));
/// assert!(Kit::named("PowerPlex ESX 17").is_some() && Kit::named("unheard of").is_none());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kit {
    name: &'static str,
    loci: Vec<Locus>,
}

const CODIS_13: &str = "CSF1PO D3S1358 D5S818 D7S820 D8S1179 D13S317 D16S539 D18S51 D21S11 FGA TH01 TPOX vWA";
const CODIS_20_MORE: &str = "D1S1656 D2S441 D2S1338 D10S1248 D12S391 D19S433 D22S1045";
const ESS_7: &str = "vWA TH01 D21S11 FGA D8S1179 D3S1358 D18S51";
const ESS_12_MORE: &str = "D1S1656 D2S441 D10S1248 D12S391 D22S1045";
const SGM_PLUS_MORE: &str = "D16S539 D2S1338 D19S433 Amelogenin";
const YFILER: &str = "DYS19 DYS385 DYS389I DYS389II DYS390 DYS391 DYS392 DYS393 DYS437 DYS438 DYS439 DYS448 DYS456 \
                      DYS458 DYS635 Y-GATA-H4";

/// Name and loci, in parts.
const KITS: &[(&str, &[&str])] = &[
    ("CODIS 13", &[CODIS_13]),
    ("CODIS 20", &[CODIS_13, CODIS_20_MORE]),
    ("ESS 7", &[ESS_7]),
    ("ESS 12", &[ESS_7, ESS_12_MORE]),
    ("ISSOL", &[ESS_7, "Amelogenin"]),
    ("GlobalFiler", &[CODIS_13, CODIS_20_MORE, "SE33 DYS391 Y_indel Amelogenin"]),
    ("PowerPlex Fusion", &[CODIS_13, CODIS_20_MORE, "Penta_D Penta_E DYS391 Amelogenin"]),
    (
        "PowerPlex Fusion 6C",
        &[CODIS_13, CODIS_20_MORE, "Penta_D Penta_E SE33 DYS391 DYS576 DYS570 Amelogenin"],
    ),
    ("PowerPlex 16", &[CODIS_13, "Penta_D Penta_E Amelogenin"]),
    ("PowerPlex 18D", &[CODIS_13, "Penta_D Penta_E D2S1338 D19S433 Amelogenin"]),
    ("PowerPlex 21", &[CODIS_13, "Penta_D Penta_E D1S1656 D2S1338 D6S1043 D12S391 D19S433 Amelogenin"]),
    ("PowerPlex ESX 16", &[ESS_7, ESS_12_MORE, SGM_PLUS_MORE]),
    ("PowerPlex ESX 17", &[ESS_7, ESS_12_MORE, SGM_PLUS_MORE, "SE33"]),
    ("PowerPlex ESI 16", &[ESS_7, ESS_12_MORE, SGM_PLUS_MORE]),
    ("PowerPlex ESI 17", &[ESS_7, ESS_12_MORE, SGM_PLUS_MORE, "SE33"]),
    ("NGM", &[ESS_7, ESS_12_MORE, SGM_PLUS_MORE]),
    ("NGM SElect", &[ESS_7, ESS_12_MORE, SGM_PLUS_MORE, "SE33"]),
    ("SGM Plus", &[ESS_7, SGM_PLUS_MORE]),
    ("Identifiler", &[CODIS_13, "D2S1338 D19S433 Amelogenin"]),
    ("Yfiler", &[YFILER]),
    ("Yfiler Plus", &[YFILER, "DYS449 DYS460 DYS481 DYS518 DYS533 DYS570 DYS576 DYS627 DYF387S1"]),
    ("PowerPlex Y23", &[YFILER, "DYS481 DYS533 DYS549 DYS570 DYS576 DYS643"]),
    (
        "Argus X-12",
        &[
            "DXS7132 DXS7423 DXS8378 DXS10074 DXS10079 DXS10101 DXS10103 DXS10134 DXS10135 DXS10146 DXS10148 HPRTB \
           Amelogenin",
        ],
    ),
];

static ALL: LazyLock<Vec<Kit>> = LazyLock::new(|| {
    let kit = |&(name, parts): &(&'static str, &[&str])| {
        // Every name of the table above is a good one: a test holds it.
        let names = parts.iter().flat_map(|part| part.split_whitespace());
        let mut loci: Vec<Locus> = names.filter_map(|name| Locus::new(name).ok()).collect();
        loci.sort_unstable();
        Kit { name, loci }
    };
    KITS.iter().map(kit).collect()
});

impl Kit {
    /// All known sets.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The set of this name, without regard to case, blanks, `-` and `_`.
    pub fn named(name: &str) -> Option<&'static Self> {
        let key = |name: &str| -> String {
            let kept = name.chars().filter(char::is_ascii_alphanumeric);
            kept.map(|c| c.to_ascii_lowercase()).collect()
        };
        let short = key(name).replace("powerplex", "");
        ALL.iter().find(|kit| key(kit.name).replace("powerplex", "") == short)
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The loci, in the order of [`Locus`].
    pub fn loci(&self) -> &[Locus] {
        &self.loci
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kits_have_the_loci_that_their_names_promise() {
        for (name, count) in [
            ("CODIS 13", 13),
            ("CODIS 20", 20),
            ("ESS 7", 7),
            ("ESS 12", 12),
            ("GlobalFiler", 24),
            ("PowerPlex Fusion", 24),
            ("PowerPlex Fusion 6C", 27),
            ("PowerPlex 16", 16),
            ("PowerPlex 18D", 18),
            ("PowerPlex 21", 21),
            ("ESX17", 17),
            ("ESI 17", 17),
            ("NGM", 16),
            ("SGM Plus", 11),
            ("Identifiler", 16),
            ("Yfiler", 16), // DYS385 a/b is one locus here, two in the guide
            ("PowerPlex Y23", 22),
            ("Yfiler Plus", 25),
            ("Argus X-12", 13),
        ] {
            let mut loci = Kit::named(name).unwrap_or_else(|| panic!("{name}")).loci().to_vec();
            loci.dedup();
            assert_eq!(loci.len(), count, "{name}");
        }
    }
}
