//! The policies that some records have, each once: many records share few.

use super::policy::{Access, Asker};
use std::collections::HashMap;
use std::sync::Arc;

/// Policies by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policies {
    list: Vec<Arc<Access>>,
    numbers: HashMap<Arc<Access>, u32>,
}

impl Policies {
    /// The number of a policy.
    pub(crate) fn number(&mut self, access: &Access) -> u32 {
        if let Some(&number) = self.numbers.get(access) {
            return number;
        }
        let (number, access) = (self.list.len() as u32, Arc::new(access.clone())); // fewer than there are records
        self.list.push(Arc::clone(&access));
        self.numbers.insert(access, number);
        number
    }

    /// The policy of a number; the default one where there is none.
    pub(crate) fn get(&self, number: u32) -> Access {
        self.list.get(number as usize).map(|access| (**access).clone()).unwrap_or_default()
    }

    pub(crate) fn list(&self) -> impl ExactSizeIterator<Item = &Access> {
        self.list.iter().map(|access| &**access)
    }

    /// By number, whether the asker is admitted; `None` where every policy admits.
    pub(crate) fn refused(&self, asker: &Asker) -> Option<Vec<bool>> {
        let refused: Vec<bool> = self.list.iter().map(|access| !access.admits(asker)).collect();
        refused.contains(&true).then_some(refused)
    }
}

impl FromIterator<Access> for Policies {
    fn from_iter<I: IntoIterator<Item = Access>>(all: I) -> Self {
        let mut policies = Self::default();
        all.into_iter().for_each(|access| {
            policies.number(&access);
        });
        policies
    }
}
