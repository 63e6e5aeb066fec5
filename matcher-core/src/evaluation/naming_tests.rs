use super::*;
use proptest::prelude::*;

fn rule(text: &str) -> NamingRule {
    text.parse().unwrap()
}

fn read(text: &str, stem: &str) -> Option<(String, String)> {
    rule(text).parse(stem).map(|label| (label.identity, label.sample))
}

fn pair(identity: &str, sample: &str) -> (String, String) {
    (identity.to_owned(), sample.to_owned())
}

#[test]
fn known_names_are_read() {
    assert_eq!(read("<finger>_<impression>", "101_8"), Some(pair("101", "8")));
    assert_eq!(read("<person>_<finger>_<impression>", "012_10_1"), Some(pair("012_10", "1")));
    let minex = "<encounter a|b><person>_<finger position>";
    assert_eq!(read(minex, "a001_02"), Some(pair("001_02", "a")));
    assert_eq!(read(minex, "c001_02"), None);
}

#[test]
fn a_name_with_other_parts_does_not_fit() {
    for stem in ["", "101", "_", "101_", "_1", "101_1_2", "101-1", "101_1 ", "1.01_1"] {
        assert_eq!(read("<finger>_<impression>", stem), None, "{stem}");
    }
    assert_eq!(read("<person>_<finger>_<impression>", "101_1"), None);
}

#[test]
fn values_are_as_short_as_what_follows_lets_them_be() {
    assert_eq!(read("f<finger>i<impression>", "fi1i2"), Some(pair("i1", "2")));
    assert_eq!(read("<person><hand left|right><view>", "7left1"), Some(pair("7_left", "1")));
    assert_eq!(read("<finger>_<kind roll|rolled>", "7_rolled"), Some(pair("7_rolled", "")));
    assert_eq!(read("<finger>ä<view>", "öäü"), Some(pair("ö", "ü")));
    assert_eq!(read("set.<subject id>.<sample number>", "set.4.2"), Some(pair("4", "2")));
}

#[test]
fn wrong_rules_are_named() {
    for (text, part) in [
        ("", "a placeholder that tells identities apart"),
        ("<impression>", "a placeholder that tells identities apart"),
        ("<finger", "every < is closed"),
        ("<fin<ger>", "every < is closed"),
        ("finger>", "every > closes"),
        ("<>", "a name, then"),
        ("< >", "a name, then"),
        ("<a|b>", "a name, then"),
        ("<encounter a|b c|d>", "a name, then"),
        ("<encounter a|b late>", "a name, then"),
        ("<encounter a|>", "alternatives of letters"),
        ("<encounter a|_>", "alternatives of letters"),
        ("<person><finger>", "text between"),
        ("<finger>_<finger>", "each placeholder once"),
    ] {
        let message = text.parse::<NamingRule>().unwrap_err().to_string();
        assert!(message.starts_with("naming rule: ") && message.contains(part), "{text}: {message}");
    }
    assert!("x".repeat(1001).parse::<NamingRule>().unwrap_err().to_string().contains("length is 1001"));
}

#[test]
fn the_rules_of_known_sets_are_guessed() {
    let guess = |stems: &[&str]| NamingRule::guess(stems).unwrap().to_string();
    assert_eq!(guess(&["a001_02", "b001_02", "a001_03"]), KNOWN_RULES[0]);
    assert_eq!(guess(&["f0001_01", "s0001_01"]), KNOWN_RULES[1]);
    assert_eq!(guess(&["012_10_1", "012_10_2", "012_1_1"]), KNOWN_RULES[2]);
    assert_eq!(guess(&["101_1", "101_2", "102_1"]), KNOWN_RULES[3]);
    // Names of people do not make encounters of their first letters.
    assert_eq!(guess(&["anna_1", "anna_2", "bert_1"]), KNOWN_RULES[3]);
}

#[test]
fn a_guess_that_fails_lists_what_was_tried() {
    let message = NamingRule::guess(&["101_1", "102_1"]).unwrap_err().to_string();
    assert!(message.contains("<finger>_<impression> (no identity has two samples)"), "{message}");
    assert!(message.contains("<person>_<finger>_<impression> (101_1 does not fit)"), "{message}");
    // The same sample twice is not two samples.
    assert!(NamingRule::guess(&["101_1", "101_1"]).is_err());
    assert!(NamingRule::guess(&[]).unwrap_err().to_string().contains("that of 0 files"));
}

#[test]
fn labels_are_strict() {
    let rule = rule("<finger>_<impression>");
    let message = |stems: &[&str]| rule.labels(stems).unwrap_err().to_string();
    assert_eq!(
        message(&["1_1", "1-2"]),
        "file names: a name is 1-2, expected a name like <finger>_<impression>"
    );
    assert!(message(&["1_1", "2_1", "1_1"]).contains("another sample than 1_1"));
    assert_eq!(rule.labels(&["1_1", "1_2"]).unwrap()[1].sample, "2");
}

#[test]
fn a_rule_survives_json() {
    let rule = rule("<finger>_<impression>");
    let json = serde_json::to_string(&rule).unwrap();
    assert_eq!(json, "\"<finger>_<impression>\"");
    assert_eq!(serde_json::from_str::<NamingRule>(&json).unwrap(), rule);
    assert!(serde_json::from_str::<NamingRule>("\"<\"").is_err());
}

proptest! {
    #[test]
    fn no_rule_and_no_name_panics(text in "[<>|_ abé1]{0,24}", stem in "[_|abé1]{0,16}") {
        if let Ok(rule) = text.parse::<NamingRule>() {
            prop_assert_eq!(rule.to_string(), text);
            let _ = rule.parse(&stem);
        }
    }

    #[test]
    fn what_was_put_together_is_taken_apart(person in "[a-z0-9]{1,5}", finger in "[0-9]{1,2}", view in "[0-9]{1,2}") {
        let found = read("<person>_<finger>_<impression>", &format!("{person}_{finger}_{view}"));
        prop_assert_eq!(found, Some(pair(&format!("{person}_{finger}"), &view)));
    }
}
