//! Who may see a record: decided before anything is compared, so that what one may not see changes no answer.
//!
//! # Method
//! A record may name its owner, whom it is visible to, and tags. A search is asked by a viewer, who may ask for tags.
//! Records that the viewer may not see, or that were not asked for, are left out before anything is counted, ranked or
//! compared in full: an answer is that of a gallery without them.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest name of an owner or viewer and the longest tag, in bytes.
pub const MAX_NAME: usize = 255;
/// The most viewers, and the most tags, of a record.
pub const MAX_NAMES: usize = 1000;

/// Owner, viewers and tags of a record; the default belongs to nobody and is visible to everybody.
///
/// # Examples
/// ```
/// use matcher_core::gallery::{Access, Asker};
/// let access = Access::default().owned_by("NL")?.visible_to(["BE", "DE"])?.tagged(["red"])?;
/// assert!(access.admits(&Asker::viewer("NL")) && access.admits(&Asker::viewer("BE")));
/// assert!(!access.admits(&Asker::viewer("FR")) && !access.admits(&Asker::default()));
/// assert!(access.admits(&Asker::viewer("DE").with_tags(["red", "yellow"])));
/// assert!(!access.admits(&Asker::viewer("DE").with_tags(["yellow"])));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Access {
    owner: Option<String>,
    visible_to: Option<BTreeSet<String>>,
    tags: BTreeSet<String>,
}

impl Access {
    /// With an owner, who may always see the record.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the name is empty, longer than [`MAX_NAME`] bytes or has control characters.
    pub fn owned_by(self, owner: &str) -> Result<Self> {
        Ok(Self { owner: Some(checked("owner", owner)?), ..self })
    }

    /// Visible to these viewers and the owner alone; of no viewer, to the owner alone.
    ///
    /// # Errors
    /// As [`Access::owned_by`], and for more than [`MAX_NAMES`].
    pub fn visible_to<S: AsRef<str>>(self, viewers: impl IntoIterator<Item = S>) -> Result<Self> {
        Ok(Self { visible_to: Some(all_checked("visible_to", viewers)?), ..self })
    }

    /// With these tags, for example a notice's colour or a class of case.
    ///
    /// # Errors
    /// As [`Access::visible_to`].
    pub fn tagged<S: AsRef<str>>(self, tags: impl IntoIterator<Item = S>) -> Result<Self> {
        Ok(Self { tags: all_checked("tag", tags)?, ..self })
    }

    /// Whose record it is.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// Who may see it besides the owner; `None`: everybody.
    pub fn viewers(&self) -> Option<&BTreeSet<String>> {
        self.visible_to.as_ref()
    }

    /// Its tags.
    pub fn tags(&self) -> &BTreeSet<String> {
        &self.tags
    }

    /// Whether a record of this access is part of what is asked for, and the asker may see it.
    pub fn admits(&self, asker: &Asker) -> bool {
        self.is_visible(asker.viewer.as_deref())
            && asker.tags.as_ref().is_none_or(|tags| !tags.is_disjoint(&self.tags))
    }

    fn is_visible(&self, viewer: Option<&str>) -> bool {
        let Some(viewers) = &self.visible_to else { return true };
        viewer.is_some_and(|viewer| viewers.contains(viewer) || self.owner.as_deref() == Some(viewer))
    }
}

/// Who asks, and for which records; the default is somebody unnamed who asks for all that everybody may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    pub(super) viewer: Option<String>,
    pub(super) tags: Option<BTreeSet<String>>,
}

impl Asker {
    /// A named viewer, who sees what is visible to everybody, to this name, or owned by it.
    pub fn viewer(name: &str) -> Self {
        Self { viewer: Some(name.to_owned()), tags: None }
    }

    /// Asks for records with at least one of these tags.
    #[must_use]
    pub fn with_tags<S: Into<String>>(self, tags: impl IntoIterator<Item = S>) -> Self {
        Self { tags: Some(tags.into_iter().map(Into::into).collect()), ..self }
    }
}

fn checked(field: &str, name: &str) -> Result<String> {
    if name.is_empty() || name.len() > MAX_NAME {
        let value = format!("{} bytes long", name.len());
        return Err(Error::invalid("", field, value, format!("1 to {MAX_NAME} bytes")));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::invalid("", field, format!("{name:?}"), "text without control characters"));
    }
    Ok(name.to_owned())
}

fn all_checked<S: AsRef<str>>(field: &str, names: impl IntoIterator<Item = S>) -> Result<BTreeSet<String>> {
    let names: BTreeSet<String> =
        names.into_iter().map(|name| checked(field, name.as_ref())).collect::<Result<_>>()?;
    if names.len() > MAX_NAMES {
        return Err(Error::invalid(
            "",
            format!("number of {field}"),
            names.len(),
            format!("at most {MAX_NAMES}"),
        ));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        let long = "x".repeat(256);
        for (name, message) in [
            ("", "owner is 0 bytes long, expected 1 to 255 bytes"),
            ("a\nb", "owner is \"a\\nb\", expected text without control characters"),
            (&long, "owner is 256 bytes long, expected 1 to 255 bytes"),
        ] {
            assert_eq!(Access::default().owned_by(name).unwrap_err().to_string(), message);
        }
        let many = (0..=MAX_NAMES).map(|k| k.to_string());
        assert!(Access::default().tagged(many).unwrap_err().to_string().contains("1001"));
    }

    #[test]
    fn a_record_visible_to_nobody_is_seen_by_its_owner_alone() {
        let hidden = Access::default().visible_to([""; 0]).unwrap();
        assert!(!hidden.admits(&Asker::default()) && !hidden.admits(&Asker::viewer("A")));
        let owned = hidden.owned_by("A").unwrap();
        assert!(owned.admits(&Asker::viewer("A")) && !owned.admits(&Asker::viewer("B")));
    }
}
