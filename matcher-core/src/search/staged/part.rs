//! A search in one part of a gallery, for a machine that holds that part.

use super::super::candidates::CandidateList;
use super::super::cascade::{Cascade, Effort, Mode};
use super::super::clock::Clock;
use super::super::codes::Engine;
use super::super::fingerprints::{check, exhaustive, groups};
use super::super::options::Options;
use super::super::query::Query;
use super::gathering::{Decision, Gathering, PartSays};
use super::ground::Ground;
use super::messages::{Asked, Decided, Said, Step};
use super::track::Track;
use crate::error::{Error, Result};
use crate::fingerprint::Template;
use crate::gallery::{Gallery, Marks};
use crate::work::Watch;
use std::borrow::Borrow;
use std::sync::Arc;
use std::time::Duration;

/// A search in one part of a gallery: a shard on one of several machines.
///
/// # Method
/// A fast search draws lines: of all prints those go on that reach the k-th largest value. Where a gallery lies in parts,
/// each part says what it has, [`Gathering`] draws the line through all of it, and the parts go on: at most three lines
/// for a probe of one print, four for one of several. What comes out is the answer of one gallery that holds all parts,
/// to the bit. An exhaustive search has no lines.
///
/// A part depends on nothing but what it was asked and told. Where its machine is lost, another one that has the same
/// part begins again, is told the same decisions, and goes on.
///
/// # Limits
/// It keeps 4 bytes a print of the part for each print of a probe until the first line is drawn (a probe of several
/// prints: twice that). Ask with few probes at a time.
///
/// # Examples
/// See [`Gathering`].
pub struct PartSearch {
    gallery: Gallery,
    queries: Arc<[Query]>,
    options: Options<'static>,
    elsewhere: usize,
    excluded: Marks,
    /// Empty in an exhaustive search.
    tracks: Vec<Track>,
    heard: Vec<Decision>,
}

impl PartSearch {
    /// Begins a search with the prints of several persons, and tells what the first stage gave.
    ///
    /// The part is searched as it is now, whatever is enrolled meanwhile. `elsewhere` is how many prints lie in other
    /// parts, about: with less than there are the search takes longer, and is the same. The deadline in `options` is that
    /// of this stage; whoever watches sees this stage alone.
    ///
    /// # Errors
    /// As [`search_many`](super::super::search_many).
    pub fn begin<P: Borrow<Template>>(
        gallery: &Gallery,
        probes: &[impl AsRef<[P]>],
        options: &Options<'_>,
        elsewhere: usize,
    ) -> Result<(Self, PartSays)> {
        check(options)?;
        let queries = probes.iter().map(|probe| Query::new(gallery, probe.as_ref(), options.positions));
        let queries: Arc<[Query]> = queries.collect::<Result<Vec<_>>>()?.into();
        gallery.reading(|gallery| Self::start(gallery, &queries, options, elsewhere))
    }

    fn start(
        gallery: &Gallery,
        queries: &Arc<[Query]>,
        options: &Options<'_>,
        elsewhere: usize,
    ) -> Result<(Self, PartSays)> {
        let excluded = gallery.left_out(&options.exclude, &options.asker)?;
        let asked = gallery.places() - excluded.count();
        let clock = Clock::start(options, asked * queries.len());
        let (mut tracks, mut said) = (Vec::new(), Vec::with_capacity(queries.len()));
        if options.mode != Mode::Exhaustive && queries.iter().all(Query::has_search_codes) {
            let clock = &clock;
            let ground = Ground { gallery, options, excluded: &excluded, clock, elsewhere, shortlist: None };
            for together in groups(queries) {
                for (query, mut track) in together.iter().zip(ground.begin(together, Engine::standard())?) {
                    said.push(track.say(&ground, query)?);
                    tracks.push(track);
                }
            }
        } else {
            for list in exhaustive(gallery, queries, options, &excluded, &clock)? {
                let asked = Asked {
                    method: gallery.algorithm().method().clone(),
                    cascade: Cascade::default(),
                    effort: Effort::default(),
                    limit: options.limit,
                };
                said.push(Said { asked, step: Step::Listed(Box::new(list)) });
            }
        }
        let part = Self {
            gallery: gallery.clone(),
            queries: Arc::clone(queries),
            options: later(options, None, Watch::default()),
            elsewhere,
            excluded,
            tracks,
            heard: Vec::new(),
        };
        Ok((part, PartSays(said)))
    }

    /// Goes on with what was decided, and tells what the next stage gave.
    ///
    /// The deadline is that of this stage; what is not reached by then counts as not searched.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the decision is not about this search, or not about its next stage.
    pub fn go_on(
        &mut self,
        decision: &Decision,
        deadline: Option<Duration>,
        watch: Watch<'_>,
    ) -> Result<PartSays> {
        let said = match self.next(decision, deadline, watch) {
            Err(Error::Damaged { .. }) => self.again(decision, deadline, watch)?,
            other => other?,
        };
        self.heard.push(decision.clone());
        Ok(said)
    }

    fn next(
        &mut self,
        decision: &Decision,
        deadline: Option<Duration>,
        watch: Watch<'_>,
    ) -> Result<PartSays> {
        if decision.0.len() != self.tracks.len() {
            let expected = format!("{}", self.tracks.len());
            return Err(Error::invalid("part of a search", "queries decided", decision.0.len(), expected));
        }
        let options = later(&self.options, deadline, watch);
        let open = decision.0.iter().filter(|decided| **decided != Decided::Finished).count();
        let clock = Clock::start(&options, (self.gallery.places() - self.excluded.count()) * open);
        let Self { gallery, queries, tracks, excluded, elsewhere, .. } = self;
        let (options, clock, elsewhere) = (&options, &clock, *elsewhere);
        let ground = Ground { gallery, options, excluded, clock, elsewhere, shortlist: None };
        let going = queries.iter().zip(tracks).zip(&decision.0);
        let said = going.map(|((query, track), decided)| track.go_on(&ground, query, decided));
        Ok(PartSays(said.collect::<Result<_>>()?))
    }

    /// From the beginning, because a segment was found damaged: it is read from the records instead.
    fn again(
        &mut self,
        decision: &Decision,
        deadline: Option<Duration>,
        watch: Watch<'_>,
    ) -> Result<PartSays> {
        let (part, said) = self.gallery.reading(|gallery| {
            let (mut part, _) = Self::start(gallery, &self.queries, &self.options, self.elsewhere)?;
            for heard in &self.heard {
                part.next(heard, None, Watch::default())?;
            }
            let said = part.next(decision, deadline, watch)?;
            Ok((part, said))
        })?;
        *self = Self { heard: std::mem::take(&mut self.heard), ..part };
        Ok(said)
    }
}

/// The same search, in a later stage.
fn later<'a>(options: &Options<'_>, deadline: Option<Duration>, watch: Watch<'a>) -> Options<'a> {
    let (exclude, asker) = (options.exclude.clone(), options.asker.clone());
    Options { exclude, asker, deadline, watch, ..*options }
}

/// The rest of a search of a gallery that lies in one place.
pub(in super::super) fn alone(
    ground: &Ground<'_>,
    query: &Query,
    track: &mut Track,
) -> Result<CandidateList> {
    let mut gathering = Gathering::default();
    let mut said = track.say(ground, query)?;
    while let Some(decision) = gathering.decide(&[PartSays(vec![said])])? {
        said = track.go_on(ground, query, &decision.0[0])?;
    }
    gathering.lists()?.pop().ok_or_else(|| Error::invalid("search", "answers", 0, "1"))
}
