//! Tables of allele frequencies, whatever the bytes are: read or refused, and what makes a table is one.

use matcher_core::formats::frequencies::{
    FrequencyFormat, FrequencyOptions, read_frequencies, write_frequencies,
};

/// Frequencies of a table that is built lie between 0 and 1, also of alleles that nobody saw.
pub(crate) fn check(bytes: &[u8]) {
    let population = |name: &str| FrequencyOptions::population(name);
    for options in
        [FrequencyOptions::default(), FrequencyOptions::named("lab"), population("a"), population("TH01")]
    {
        let Ok(builder) = read_frequencies(bytes, &options) else { continue };
        let (Ok(table), again) = (builder.clone().build(), builder.build()) else { continue };
        assert_eq!(again.unwrap().digest(), table.digest());
        for locus in table.loci() {
            let sum = locus.sum();
            assert!(sum.is_finite() && sum > 0.0, "{sum}");
            for &(allele, frequency) in locus.alleles() {
                assert!((0.0..=1.0).contains(&frequency), "{allele} {frequency}");
                assert_eq!(locus.frequency(allele), Some(frequency));
            }
        }
        assert_eq!(table.to_builder().build().unwrap().digest(), table.digest());
        let _ = table.normalised();
        for format in FrequencyFormat::ALL {
            let Ok(written) = write_frequencies(&table, format) else { continue };
            let Ok(again) = read_frequencies(&written.bytes, &FrequencyOptions::named("lab")) else {
                assert!(!written.lost.is_empty());
                continue;
            };
            let again = again.build().unwrap();
            for locus in again.loci() {
                assert!(
                    !written.lost.is_empty() || table.loci().iter().any(|l| l.alleles() == locus.alleles())
                );
            }
        }
    }
}
