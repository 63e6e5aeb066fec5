//! Who may not see a record gets the answer of a gallery without it: random policies against a filtered gallery.

#[path = "lasting/support.rs"]
mod support;

use matcher_core::dna::compare::Rule;
use matcher_core::dna::{Frequencies, Profile};
use matcher_core::fingerprint::Template;
use matcher_core::gallery::{Access, Asker, Enrolment, Gallery, SubjectId};
use matcher_core::search::{
    JointOptions, Kin, Mode, Options, ProfileCandidates, ProfileOptions, RelativeOptions, search, search_dna,
    search_joint, search_relatives_in,
};
use matcher_core::simulate::dna::profiles;
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::Theta;
use matcher_core::work::{Threads, Watch};
use proptest::prelude::*;
use std::collections::HashSet;
use std::sync::LazyLock;
use support::TestFolder;

const NAMES: [&str; 3] = ["NL", "BE", "DE"];
const TAGS: [&str; 3] = ["red", "yellow", "blue"];
const SUBJECTS: usize = 10;

/// What all cases share: two impressions of a finger, and a profile, of each subject.
struct People {
    prints: Vec<[Template; 2]>,
    profiles: Vec<Profile>,
    population: Frequencies,
}

static PEOPLE: LazyLock<People> = LazyLock::new(|| {
    let simulator = FingerSimulator::new(11, FingerprintConfig::default()).unwrap();
    let population = Frequencies::builtin("nist1036-cauc").unwrap();
    let prints = (0..SUBJECTS as u64).map(|k| simulator.impressions(k, 2).try_into().unwrap()).collect();
    let profiles = profiles(SUBJECTS as u64, &population, 3, Theta::ZERO).unwrap().collect();
    People { prints, profiles, population }
});

/// Owner, viewers and tags by their numbers.
#[derive(Clone, Debug)]
struct Policy {
    owner: Option<usize>,
    viewers: Option<Vec<usize>>,
    tags: Vec<usize>,
}

impl Policy {
    fn access(&self) -> Access {
        let mut access = Access::default().tagged(self.tags.iter().map(|&k| TAGS[k])).unwrap();
        if let Some(owner) = self.owner {
            access = access.owned_by(NAMES[owner]).unwrap();
        }
        match &self.viewers {
            Some(viewers) => access.visible_to(viewers.iter().map(|&k| NAMES[k])).unwrap(),
            None => access,
        }
    }

    /// Written anew, from the words of the documentation.
    fn shows_to(&self, viewer: Option<usize>, tags: Option<&[usize]>) -> bool {
        let visible = match (&self.viewers, viewer) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(viewers), Some(viewer)) => viewers.contains(&viewer) || self.owner == Some(viewer),
        };
        visible && tags.is_none_or(|tags| tags.iter().any(|tag| self.tags.contains(tag)))
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let some = || prop::collection::vec(0usize..3, 0..3);
    (prop::option::of(0usize..3), prop::option::of(some()), some())
        .prop_map(|(owner, viewers, tags)| Policy { owner, viewers, tags })
}

fn enrolment(k: usize, access: Access) -> Enrolment {
    Enrolment::new(SubjectId::new(&format!("S{k}")).unwrap())
        .fingerprints(vec![PEOPLE.prints[k][0].clone()])
        .profiles(vec![PEOPLE.profiles[k].clone()])
        .access(access)
}

/// Without the rows, which are places in a table.
fn told(list: &ProfileCandidates) -> (Vec<(String, usize)>, usize, usize, usize) {
    let candidates = list.candidates.iter().map(|c| (c.id.clone(), c.rank)).collect();
    (candidates, list.hits, list.searched, list.not_comparable)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn an_answer_is_that_of_a_gallery_without_them(
        policies in prop::collection::vec(policy(), SUBJECTS),
        viewer in prop::option::of(0usize..3),
        tags in prop::option::of(prop::collection::vec(0usize..3, 0..3)),
        excluded in prop::option::of(0usize..SUBJECTS),
        (home, probe, sealed) in (any::<bool>(), 0usize..SUBJECTS, any::<bool>()),
    ) {
        let folder = TestFolder::new("policies");
        let mut gallery =
            if home { Gallery::create(folder.path(), "criminal").unwrap() } else { Gallery::in_memory() };
        let mut filtered = Gallery::in_memory();
        for (k, policy) in policies.iter().enumerate() {
            gallery.enrol_many(vec![enrolment(k, policy.access())], Threads::ONE).unwrap();
            if policy.shows_to(viewer, tags.as_deref()) && excluded != Some(k) {
                filtered.enrol_many(vec![enrolment(k, Access::default())], Threads::ONE).unwrap();
            }
        }
        if sealed {
            gallery.compact(Watch::default()).unwrap();
        }
        let mut asker = viewer.map_or_else(Asker::default, |viewer| Asker::viewer(NAMES[viewer]));
        if let Some(tags) = &tags {
            asker = asker.with_tags(tags.iter().map(|&k| TAGS[k]));
        }
        let out: HashSet<String> = excluded.map(|k| format!("S{k}")).into_iter().collect();
        let ids: HashSet<SubjectId> = out.iter().map(|id| SubjectId::new(id).unwrap()).collect();

        let prints = [&PEOPLE.prints[probe][1]];
        for mode in [Mode::Fast, Mode::Exhaustive] {
            let asked = Options { mode, asker: asker.clone(), exclude: ids.clone(), ..Options::default() };
            let plain = Options { mode, ..Options::default() };
            prop_assert_eq!(search(&gallery, &prints, &asked).unwrap(), search(&filtered, &prints, &plain).unwrap());
        }
        let rule = Rule::builtin("codis_moderate").unwrap();
        let trace = PEOPLE.profiles[probe].clone().with_id("trace").unwrap();
        let asked = || ProfileOptions { asker: asker.clone(), exclude: out.clone(), ..ProfileOptions::default() };
        let found = search_dna(&gallery, &[trace.clone()], &rule, &asked()).unwrap();
        let expected = search_dna(&filtered, &[trace.clone()], &rule, &ProfileOptions::default()).unwrap();
        prop_assert_eq!(told(&found[0]), told(&expected[0]));

        let kin = Kin::of_profile(&trace, matcher_core::dna::kinship::Relation::ParentChild);
        let population = &PEOPLE.population;
        let asked_relatives =
            RelativeOptions { asker: asker.clone(), exclude: out.clone(), ..RelativeOptions::default() };
        let found = search_relatives_in(&gallery, &kin, population, &asked_relatives).unwrap();
        let expected = search_relatives_in(&filtered, &kin, population, &RelativeOptions::default()).unwrap();
        let of = |list: &matcher_core::search::RelativeCandidates| {
            let candidates: Vec<_> = list.candidates.iter().map(|c| (c.id.clone(), c.log10_lr)).collect();
            (candidates, list.searched, list.not_comparable)
        };
        prop_assert_eq!(of(&found), of(&expected));

        let joint = |fingerprints, dna| JointOptions { fingerprints, dna, rule: &rule, fingerprint_lr: None };
        let asked_prints = Options { asker: asker.clone(), exclude: ids, ..Options::default() };
        let found = search_joint(&gallery, &prints, &trace, &joint(asked_prints, asked())).unwrap();
        let expected =
            search_joint(&filtered, &prints, &trace, &joint(Options::default(), ProfileOptions::default())).unwrap();
        let of = |list: &matcher_core::search::JointCandidates| {
            let of = |c: &matcher_core::search::JointCandidate| (c.subject_id.clone(), c.rank, c.fingerprints.clone());
            list.candidates.iter().map(of).collect::<Vec<_>>()
        };
        prop_assert_eq!(of(&found), of(&expected));
    }
}
