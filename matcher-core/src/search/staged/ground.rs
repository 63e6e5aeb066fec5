//! What the queries of a search in one part of a gallery share, and their first stage: one pass over the search codes.

use super::super::cascade::Effort;
use super::super::clock::Clock;
use super::super::codes::{self, CodeProbe, Engine, Rules};
use super::super::fused::{self, Look};
use super::super::index::Shortlist;
use super::super::options::Options;
use super::super::query::Query;
use super::track::Track;
use crate::error::Result;
use crate::fingerprint::Matcher;
use crate::gallery::{Gallery, Marks};
use crate::units::Angle;
use std::sync::Arc;

/// What all queries of a search in one part share.
pub(crate) struct Ground<'s> {
    pub(crate) gallery: &'s Gallery,
    pub(crate) options: &'s Options<'s>,
    pub(crate) excluded: &'s Marks,
    pub(crate) clock: &'s Clock<'s>,
    /// Prints in other parts, about: where lines are drawn through these, too, more values must be said.
    pub(crate) elsewhere: usize,
    /// What an index found, of the only query.
    pub(crate) shortlist: Option<&'s Shortlist>,
}

impl Ground<'_> {
    /// How many subjects are asked for.
    pub(super) fn asked(&self) -> usize {
        self.gallery.places() - self.excluded.count()
    }

    /// The first stage of several queries, in one pass over the search codes.
    pub(crate) fn begin(&self, queries: &[Query], engine: Engine) -> Result<Vec<Track>> {
        let (mut looks, mut probes) = (Vec::new(), Vec::new());
        for query in queries {
            let comparable = |&(_, matcher): &(usize, &Matcher)| query.wanted(matcher) != 0;
            let prints: Vec<_> = query.matchers().iter().enumerate().filter(comparable).collect();
            let mut of_query = Vec::new();
            for (round, (radius, max_rotation)) in rounds(self.options, prints.len()).enumerate() {
                for &(probe, matcher) in &prints {
                    if let Some(rows) = matcher.probe().search_code().and_then(|code| code.rows()) {
                        of_query.push(Look { column: probes.len(), probe, round, max_rotation });
                        probes.push(CodeProbe { rows, wanted: query.wanted(matcher), radius, max_rotation });
                    }
                }
            }
            looks.push(of_query);
        }
        let rules = Rules {
            shortlist: self.shortlist,
            cascade: &self.options.cascade,
            excluded: &|subject| self.excluded.contains(subject as usize),
            excludes: self.excluded.count() > 0,
        };
        let half = queries.len() * (self.asked() / 2);
        let threads = self.options.threads;
        let values = codes::values(self.gallery, &probes, &rules, engine, threads, (self.clock, half))?;
        let values = Arc::new(values);
        let track = |(query, looks)| Track::new(self, query, looks, Arc::clone(&values));
        Ok(queries.iter().zip(looks).map(track).collect())
    }
}

/// How often the first stage looks at the prints, each time with a radius and the rotation that it allows: for several
/// prints of a probe once more than for one, because people mostly lay their fingers down upright.
fn rounds(options: &Options<'_>, prints: usize) -> impl Iterator<Item = (u8, Option<Angle>)> {
    let Options { cascade, max_rotation, .. } = *options;
    let any = (cascade.radius, max_rotation);
    let upright = cascade.subject_rotation.filter(|upright| {
        let narrower = |most: Angle| upright.steps() < most.steps();
        prints > 1 && max_rotation.is_none_or(narrower)
    });
    std::iter::once(any).chain(upright.map(|upright| (cascade.subject_radius, Some(upright))))
}

/// What it costs to compare a subject with the prints of the probe.
pub(super) fn effort(query: &Query, looks: &[Look]) -> Effort {
    let first = &looks[..looks.partition_point(|look| look.round == 0)];
    let described = first.iter().map(|look| query.matchers()[look.probe].probe().described()).sum();
    Effort { fingers: fused::compared(query.fingers(), first), prints: first.len(), described }
}
