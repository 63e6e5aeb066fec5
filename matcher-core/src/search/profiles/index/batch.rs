//! Many probes at once: each that can be looked up is, and what must be scanned is scanned for all of them together.

use super::ProfileIndex;
use super::lookup::Lookup;
use crate::Result;
use crate::search::profiles::compile::Compiled;
use crate::search::profiles::options::ProfileOptions;
use crate::search::profiles::piece::{Counted, Target};
use crate::search::profiles::scan::{Clock, count};

impl ProfileIndex {
    /// The hits of each probe among the rows that `wanted` says of its number; those that it does not want may come, too.
    /// Of a probe that was not compared with all because the work was stopped, something is not searched; nothing else is
    /// counted.
    ///
    /// # Errors
    /// As [`ProfileIndex::search`].
    pub(in crate::search::profiles) fn hits<'t>(
        &'t self,
        target: &Target<'t>,
        compiled: Vec<Compiled<'_>>,
        wanted: &(dyn Fn(usize, usize) -> bool + Sync),
        options: &ProfileOptions<'_>,
    ) -> Result<Vec<Counted<'t>>> {
        let clock = Clock::start(options, 0);
        let numbered: Vec<(usize, Compiled<'_>)> = compiled.into_iter().enumerate().collect();
        let looked_up = options.threads.map(&numbered, |(number, compiled)| {
            let mut counted = Counted::default();
            if clock.stops() {
                counted.not_searched = 1;
                return Some(counted);
            }
            let lookup = Lookup::new(self, compiled).ok()?;
            for row in lookup.rows(self).into_iter().filter(|&row| wanted(*number, row)) {
                counted.compare(target, compiled, row);
            }
            Some(counted)
        })?;
        let mut all: Vec<Counted<'t>> = numbered.iter().map(|_| Counted::default()).collect();
        let (mut scanned, mut numbers) = (Vec::new(), Vec::new());
        let (mut beside, mut numbers_beside) = (Vec::new(), Vec::new());
        for ((number, compiled), found) in numbered.into_iter().zip(looked_up) {
            let Some(found) = found else {
                scanned.push(compiled);
                numbers.push(number);
                continue;
            };
            all[number].merge(found);
            if !self.others.is_empty() {
                let rule = (compiled.rule, &compiled.method);
                beside.push(Compiled::new(self.others.panel(), compiled.probe, rule, options)?);
                numbers_beside.push(number);
            }
        }
        if !scanned.is_empty() {
            for (number, found) in numbers.into_iter().zip(count(target, &scanned, options, &clock)?) {
                all[number].merge(found);
            }
        }
        if !beside.is_empty() {
            let others = Target::table(&self.others, crate::gallery::Marks::default());
            let found = count(&others, &beside, options, &clock)?;
            for (number, mut found) in numbers_beside.into_iter().zip(found) {
                found.hits.iter_mut().for_each(|hit| hit.row = self.rows[hit.row]);
                all[number].merge(found);
            }
        }
        Ok(all)
    }
}
