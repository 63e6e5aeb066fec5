//! The last part of a Familias project: headings in brackets, deeper with more of them, and `key= value` lines.

use super::super::text::{at, shown};
use super::lines::Lines;
use crate::error::{Error, Result};

/// A line of it.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'a> {
    /// A heading, and how deep it is: 1 for `[DVI]`.
    Heading(usize, &'a str),
    /// A key and its value.
    Entry(&'a str, &'a str),
}

/// The next line that is not blank; `None` at the end. Of notes only the headings are read: they are free text.
pub(super) fn next<'a>(lines: &mut Lines<'a>, notes: bool) -> Result<Option<Item<'a>>> {
    while let Some(line) = lines.next_line() {
        let name = line.trim_start_matches('[');
        let depth = line.len() - name.len();
        if depth > 0 && line.ends_with(']') {
            return Ok(Some(Item::Heading(depth, name.trim_end_matches(']').trim())));
        }
        if line.is_empty() {
            continue;
        }
        match line.split_once('=') {
            Some((key, value)) => return Ok(Some(Item::Entry(key.trim(), value.trim()))),
            None if notes => {}
            None => {
                return Err(Error::invalid(at(lines.line()), "line", shown(line), "[heading] or key= value"));
            }
        }
    }
    Ok(None)
}

/// The headings above a line, from the outermost.
#[derive(Default)]
pub(super) struct Path<'a> {
    names: Vec<&'a str>,
}

impl<'a> Path<'a> {
    /// Goes to a heading.
    pub(super) fn enter(&mut self, line: usize, depth: usize, name: &'a str) -> Result<()> {
        if depth > self.names.len() + 1 {
            let expected = format!("at most {} here", self.names.len() + 1);
            return Err(Error::invalid(
                at(line),
                format!("depth of heading {}", shown(name)),
                depth,
                expected,
            ));
        }
        self.names.truncate(depth - 1);
        self.names.push(name);
        Ok(())
    }

    /// The headings, without the numbers that some end in: `Person 3` is `Person`.
    pub(super) fn kinds(&self) -> Vec<&'a str> {
        let kind = |name: &&'a str| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        self.names.iter().map(kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_entries() {
        let mut lines = Lines::new("\n[DVI]\n[[Notes]]\nfree [text]\n[[[Person 1 ]]]\nName= A = b [Son]\n\n");
        let mut path = Path::default();
        let mut found = Vec::new();
        while let Some(item) = next(&mut lines, path.kinds().contains(&"Notes")).unwrap() {
            match item {
                Item::Heading(depth, name) => path.enter(lines.line(), depth, name).unwrap(),
                entry @ Item::Entry(..) => found.push(entry),
            }
        }
        assert_eq!(path.kinds(), ["DVI", "Notes", "Person"]);
        assert_eq!(found, [Item::Entry("Name", "A = b [Son]")]);
        assert_eq!(
            Path::default().enter(4, 2, "DNA data").unwrap_err().to_string(),
            "line 4: depth of heading \"DNA data\" is 2, expected at most 1 here"
        );
        let error = next(&mut Lines::new("x"), false).unwrap_err().to_string();
        assert_eq!(error, "line 1: line is \"x\", expected [heading] or key= value");
    }
}
