//! Rules of comparison in TOML, whatever the text is: what is read passes its own check, and comes back.

use matcher_core::dna::Profile;
use matcher_core::dna::compare::{Rule, Victims, compare};

/// What is read is written and read again as it was, and compares.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let rule = match text.parse::<Rule>() {
        Ok(rule) => rule,
        Err(error) => {
            assert!(error.to_string().contains("expected"), "{error}");
            return;
        }
    };
    rule.check().unwrap();
    assert!(rule.to_toml().unwrap().parse::<Rule>().unwrap() == rule);
    let profile = |id: &str, alleles: [&str; 2]| {
        Profile::new(id, [("TH01", alleles), ("FGA", ["20", "-"]), ("DYS391", ["10", "11"])]).unwrap()
    };
    let (a, b) = (profile("a", ["6", "9.3"]), profile("b", ["6", "7"]));
    let _ = rule.refuses(&a);
    let forth = compare(&a, &b, &rule, Victims::default());
    assert_eq!(forth.is_hit(), compare(&b, &a, &rule, Victims { a: Some(&a), b: None }).is_hit());
    assert!(forth.loci.len() <= 3);
}
