use super::*;
use proptest::prelude::*;

fn genotype(text: &str) -> Genotype {
    let alleles: Vec<Allele> = text.split(',').map(|allele| allele.parse().unwrap()).collect();
    Genotype::new(&alleles).unwrap()
}

#[test]
fn verdicts_under_each_stringency() {
    use Stringency::{High, Low, Moderate};
    use Verdict::{Agrees, Excluded, NotCompared, Partial, Wildcard};
    for (a, b, high, moderate, low) in [
        ("13,14", "13,14", Agrees, Agrees, Agrees),
        ("13,13", "13,14", Partial, Agrees, Agrees),
        ("13", "13,13", Agrees, Agrees, Agrees),
        ("12,13", "13,14", Partial, Partial, Agrees),
        ("12,13", "14,15", Excluded, Excluded, Excluded),
        ("12,13", "14,14", Excluded, Excluded, Excluded),
        ("13,-", "13,14", Wildcard, Agrees, Agrees),
        ("13,-", "13,13", Wildcard, Agrees, Agrees),
        ("13,-", "14,15", Partial, Partial, Wildcard),
        ("13,-", "14,14", Partial, Wildcard, Wildcard),
        ("13,*", "14,*", Wildcard, Wildcard, Wildcard),
        ("*,*", "13,14", NotCompared, NotCompared, NotCompared),
        ("OL,13", "13,15", Wildcard, Agrees, Agrees),
        ("13,14,15", "13,14", Partial, Agrees, Agrees),
        ("9.X,10", "9.3,10", Agrees, Agrees, Agrees),
        ("9.3,10", "9,10", Partial, Partial, Agrees),
    ] {
        let found = [High, Moderate, Low].map(|asked| verdict(&genotype(a), &genotype(b), asked).0);
        assert_eq!(found, [high, moderate, low], "{a} {b}");
    }
}

#[test]
fn a_mark_is_told_to_one_allele_only() {
    // 9.X may be 9.1 or 9.3, but not both, and 9.1 can only be told to it.
    assert_eq!(stringency(&genotype("9.1,9.3"), &genotype("9.X,9.3")), Some(Stringency::High));
    assert_eq!(stringency(&genotype("9.1,9.3"), &genotype("9.X,12")), Some(Stringency::Low));
}

/// An allele of a few repeats, or open.
fn some_allele() -> impl Strategy<Value = Allele> {
    prop_oneof![
        4 => (8u16..12).prop_map(|repeats| Allele::repeat(repeats * 10).unwrap()),
        1 => Just(Allele::WILDCARD),
    ]
}

fn some_genotype() -> impl Strategy<Value = Genotype> {
    prop::collection::vec(some_allele(), 1..4).prop_map(|alleles| Genotype::new(&alleles).unwrap())
}

/// The stringency of genotypes without open alleles, by sets.
fn by_sets(a: &[Allele], b: &[Allele]) -> Option<Stringency> {
    let within = |a: &[Allele], b: &[Allele]| a.iter().all(|allele| b.contains(allele));
    match (within(a, b), within(b, a)) {
        (true, true) => Some(Stringency::High),
        (false, false) if a.iter().any(|allele| b.contains(allele)) => Some(Stringency::Low),
        (false, false) => None,
        _ => Some(Stringency::Moderate),
    }
}

/// All genotypes that one may be, its open alleles being 8 to 20 repeats: more different ones than all others have.
fn completions(genotype: &Genotype) -> Vec<Vec<Allele>> {
    let mut all = vec![Vec::new()];
    for allele in genotype.alleles() {
        let choices: Vec<Allele> = if allele.is_open() {
            (8..21).filter_map(|r| Allele::repeat(r * 10)).collect()
        } else {
            vec![*allele]
        };
        all = all
            .iter()
            .flat_map(|before| choices.iter().map(|choice| [&before[..], &[*choice]].concat()))
            .collect();
    }
    all
}

proptest! {
    #[test]
    fn the_most_favourable_completion_counts(a in some_genotype(), b in some_genotype()) {
        let (of_a, of_b) = (completions(&a), completions(&b));
        let best = of_a.iter().flat_map(|a| of_b.iter().map(|b| by_sets(a, b)));
        let best = best.flatten().min();
        prop_assert_eq!(stringency(&a, &b), best);
        prop_assert_eq!(stringency(&b, &a), best);
        for asked in [Stringency::High, Stringency::Moderate, Stringency::Low] {
            let (found, reached) = verdict(&a, &b, asked);
            if found != Verdict::NotCompared {
                prop_assert_eq!(reached, best);
                prop_assert_eq!(found.is_mismatch(), best.is_none_or(|best| best > asked));
            }
        }
    }
}
