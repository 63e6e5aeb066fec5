//! `matcher.fingerprint`: templates, comparisons, matchers, models.

mod arguments;
pub(crate) mod comparison;
pub(crate) mod conventions;
pub(crate) mod extraction;
pub(crate) mod extractor;
pub(crate) mod files;
pub(crate) mod image;
pub(crate) mod image_argument;
pub(crate) mod matcher;
pub(crate) mod model;
pub(crate) mod pairs;
pub(crate) mod picture;
pub(crate) mod template;
pub(crate) mod transaction;

pub(crate) use arguments::position;
