//! A gallery that lasts survives what happens to it: faults that are made here, not claims.
//!
//! `make test` runs this in a short form; `make soak` sets `MATCHER_SOAK`, the number of times that a writer is killed,
//! and whatever else is random here is then done that much more often.

#[path = "lasting/support.rs"]
mod support;

#[path = "recovery/damage.rs"]
mod damage;
#[path = "recovery/full_disk.rs"]
mod full_disk;
#[path = "recovery/golden.rs"]
mod golden;
#[path = "recovery/journal.rs"]
mod journal;
#[path = "recovery/kill.rs"]
mod kill;
#[path = "recovery/people.rs"]
mod people;
#[path = "recovery/processes.rs"]
mod processes;
#[path = "recovery/records.rs"]
mod records;
#[path = "recovery/rights.rs"]
mod rights;
#[path = "recovery/versions.rs"]
mod versions;
