//! `matcher.dna`: profiles, rules, comparisons, tables of profiles and their search, kinship.

pub(crate) mod all_pairs;
mod alleles;
pub(crate) mod candidates;
mod columns;
pub(crate) mod comparison;
pub(crate) mod files;
pub(crate) mod frequencies;
pub(crate) mod frequency_arguments;
mod frequency_record;
pub(crate) mod index;
pub(crate) mod kinship;
pub(crate) mod kit;
pub(crate) mod probability;
pub(crate) mod profile;
pub(crate) mod query;
pub(crate) mod rule;
pub(crate) mod table;
mod table_iterator;
