use super::*;
use proptest::prelude::*;

#[test]
fn all_shipped_rules_are_read_and_written_again() {
    let rules: Vec<Rule> = Rule::all().collect();
    assert_eq!(rules.len(), BUILTIN.len());
    for rule in rules {
        assert!(rule.source.len() > 20, "{}: says where it comes from", rule.name);
        assert_eq!(rule.to_toml().unwrap().parse::<Rule>().unwrap(), rule);
        assert_eq!(Rule::builtin(&rule.name), Some(rule));
    }
    assert_eq!(Rule::builtin("unheard of"), None);
}

#[test]
fn wrong_rules_say_where_and_what() {
    let error = |text: &str| text.parse::<Rule>().unwrap_err().to_string();
    let start = "name = \"a\"\nsource = \"b\"\nstringency = \"moderate\"\n";
    assert_eq!(
        error(&format!("{start}min_loci = 0")),
        "rule \"a\": min_loci is 0, expected at least 1, or all profiles agree"
    );
    assert!(
        error(&format!("{start}min_loci = 6\nmax_mismatch = 1"))
            .starts_with("rule, line 5: field is unknown field `max_mismatch`")
    );
    let pair = "\n[[pairs]]\ncategories = [\"Arrestee\", \"Staff\"]\nstringency = \"low\"\nmin_loci = 5\nmax_mismatches = 2";
    let other_way = pair.replace("\"Arrestee\", \"Staff\"", "\"Staff\", \"Arrestee\"");
    assert!(format!("{start}min_loci = 6\nmax_excluded = 2{pair}").parse::<Rule>().is_ok());
    assert_eq!(
        error(&format!("{start}min_loci = 6{pair}{other_way}")),
        "rule \"a\": pairs is Staff with Arrestee again, expected each pair once"
    );
    assert_eq!(
        error(&format!("{start}min_loci = 6\nmax_excluded = 1")),
        "rule \"a\": max_excluded is 1, expected at most max_mismatches, 0"
    );
}

#[test]
fn a_rule_that_cannot_be_read_is_not_written() {
    let rule = Rule::new("none", Stringency::High, 0, 0);
    assert!(rule.to_toml().unwrap_err().to_string().starts_with("rule \"none\": min_loci is 0"));
    let large = Rule::new("large", Stringency::High, usize::MAX, 0);
    assert_eq!(large.to_toml().unwrap().parse::<Rule>().unwrap(), large);
}

fn a_choice() -> impl Strategy<Value = LocusChoice> {
    let some = prop::sample::subsequence(vec!["TH01", "Penta D", "DYS391", "rs17", "a \"new\" one"], 0..5);
    let listed = some.prop_map(|names| names.into_iter().map(|name| Locus::new(name).unwrap()).collect());
    prop_oneof![
        Just(LocusChoice::Autosomal),
        Just(LocusChoice::X),
        Just(LocusChoice::Y),
        listed.prop_map(LocusChoice::Listed),
    ]
}

fn a_stringency() -> impl Strategy<Value = Stringency> {
    prop::sample::select(vec![Stringency::High, Stringency::Moderate, Stringency::Low])
}

fn a_category() -> impl Strategy<Value = Category> {
    prop::sample::select(Category::ALL.to_vec()).prop_map(|(category, _)| category)
}

fn an_entry() -> impl Strategy<Value = Entry> {
    let loci = prop::sample::subsequence(vec!["TH01", "vWA", "FGA"], 0..4);
    let categories = prop::collection::vec(a_category(), 0..3);
    (any::<bool>(), 0..30usize, categories, loci, 0..8usize).prop_map(
        |(no_mixtures, min_designated, reference_categories, loci, min_reference)| Entry {
            no_mixtures,
            min_designated,
            reference_categories,
            reference_loci: loci.into_iter().map(|name| Locus::new(name).unwrap()).collect(),
            min_reference,
        },
    )
}

fn a_rule() -> impl Strategy<Value = Rule> {
    let numbers = (1..40usize, 0..9usize, prop::option::of(0..9usize));
    let ways = (
        a_stringency(),
        a_choice(),
        prop::sample::select(vec![Reading::AsWritten, Reading::Prum]),
        prop::sample::select(vec![
            MixtureRule::Alleles,
            MixtureRule::SharedContributor,
            MixtureRule::VictimContainment,
        ]),
    );
    let pair = ([a_category(), a_category()], a_stringency(), 1..40usize, 0..9usize);
    let pairs = prop::collection::vec(pair, 0..3);
    (any::<(String, String, bool, bool)>(), numbers, ways, an_entry(), pairs).prop_map(
        |((name, source, count_wildcards, quality_classes), numbers, ways, entry, pairs)| {
            let (min_loci, max_mismatches, max_excluded) = numbers;
            let (stringency, loci, reading, mixtures) = ways;
            let pairs = pairs.into_iter().map(|(categories, stringency, min_loci, max_mismatches)| {
                PairRule { categories, stringency, min_loci, max_mismatches }
            });
            Rule {
                source,
                max_excluded,
                count_wildcards,
                loci,
                reading,
                mixtures,
                quality_classes,
                entry,
                pairs: pairs.collect(),
                ..Rule::new(&name, stringency, min_loci, max_mismatches)
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn what_is_written_is_read_as_the_same_rule(rule in a_rule()) {
        match rule.to_toml() {
            Ok(text) => prop_assert_eq!(text.parse::<Rule>().unwrap(), rule),
            Err(_) => prop_assert!(rule.check().is_err()),
        }
    }

    #[test]
    fn any_text_is_a_rule_or_refused(text in any::<String>(), at in any::<prop::sample::Index>(), rule in a_rule()) {
        prop_assert!(text.parse::<Rule>().map_or(true, |rule| rule.check().is_ok()));
        let mut written: Vec<char> = rule.to_toml().unwrap_or_default().chars().collect();
        let place = at.index(written.len() + 1);
        written.splice(place..place, text.chars());
        if let Ok(read) = written.into_iter().collect::<String>().parse::<Rule>() {
            prop_assert!(read.to_toml().is_ok());
        }
    }
}
