//! The first stage by index: which prints have minutiae like those of the probe, found without looking at all.
//!
//! What comes out is a shortlist of the prints that are in the index. From there on a search goes as it always does: the
//! search codes of those on the list, and of all prints that are not in the index, are looked at; then the later stages.

mod lookup;
mod shortlist;

pub use lookup::{IndexUse, Lookup};
pub(super) use shortlist::Shortlist;

use super::candidates::CandidateList;
use super::cascade::Mode;
use super::clock::Clock;
use super::codes::Engine;
use super::options::Options;
use super::query::Query;
use super::staged::{Ground, alone};
use crate::error::{Error, Result};
use crate::gallery::{Gallery, Marks};

/// Searches with one query; `options` ask for an index.
pub(super) fn run(
    gallery: &Gallery,
    query: &Query,
    options: &Options<'_>,
    excluded: &Marks,
    (engine, clock): (Engine, &Clock<'_>),
) -> Result<CandidateList> {
    let shortlist = match shortlist::find(gallery, query, options, excluded, engine.level) {
        // The index is damaged, and nothing else was read that is not looked at again.
        Err(Error::Damaged { .. }) => None,
        found => found?,
    };
    let cascade = match &shortlist {
        Some(_) => options.lookup.cascade(options.cascade),
        None => options.cascade,
    };
    let (exclude, asker) = (options.exclude.clone(), options.asker.clone());
    let options = Options { cascade, exclude, asker, ..*options };
    let shortlist = shortlist.as_ref();
    let ground = Ground { gallery, options: &options, excluded, clock, elsewhere: 0, shortlist };
    let mut list = None;
    for mut track in ground.begin(std::slice::from_ref(query), engine)? {
        list = Some(alone(&ground, query, &mut track)?);
    }
    let mut list = list.ok_or_else(|| Error::invalid("search", "answers", 0, "1"))?;
    if let Some(report) = &mut list.cascade {
        let looked_up = shortlist.map_or(0, |shortlist| shortlist.looked_up);
        let listed = shortlist.map_or(0, |shortlist| shortlist.listed);
        let prints: usize = report.stages.iter().map(|stage| stage.prints).sum();
        let of_several = report.subjects.iter().flat_map(|stage| &stage.prints).map(|print| print.prints);
        let scanned = (prints - looked_up.min(prints)) + of_several.max().unwrap_or(0);
        report.index = Some(IndexUse { lookup: options.lookup, looked_up, listed, scanned });
        if looked_up > listed {
            report.loss = None;
        }
    }
    if shortlist.is_some() {
        list.mode = Mode::Indexed;
    }
    Ok(list)
}

#[cfg(all(test, feature = "faiss"))]
#[path = "index_tests.rs"]
mod tests;
