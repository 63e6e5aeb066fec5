//! `matcher.fingerprint`: templates, comparisons, matchers, models.

mod arguments;
pub(crate) mod comparison;
pub(crate) mod files;
pub(crate) mod matcher;
pub(crate) mod model;
pub(crate) mod pairs;
pub(crate) mod template;

pub(crate) use arguments::position;
