//! What a source file names of its own crate, read from its tokens.
//!
//! Comments, strings and test modules are left out, so a link in a doc comment is no dependency. Not a Rust parser: it
//! knows just enough to follow paths that begin at the crate root or climb to it.

/// A word or sign of the source and the line that it stands on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token<'a> {
    /// A word, `::`, or one sign.
    pub(crate) text: &'a str,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// A name that stands directly below the crate root; `*` where the root itself is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RootName<'a> {
    /// The first word after `crate::`, as it stands in the source.
    pub(crate) name: &'a str,
    /// Line of that word.
    pub(crate) line: usize,
}

/// The tokens of a source text, without comments, strings and characters.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < source.len() {
        let rest = &source[at..];
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (length, is_code) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (block_comment(rest), false)
        } else if let Some(length) = raw_string(rest) {
            (length, false)
        } else if word > 0 {
            (word, true)
        } else if rest.starts_with('"') {
            (quoted(rest, '"'), false)
        } else if rest.starts_with('\'') {
            (character_or_lifetime(rest), false)
        } else if rest.starts_with("::") {
            (2, true)
        } else {
            let sign = rest.chars().next().map_or(1, char::len_utf8);
            (sign, !rest.starts_with(char::is_whitespace))
        };
        if is_code {
            found.push(Token { text: &rest[..length], line });
        }
        line += rest[..length].matches('\n').count();
        at += length;
    }
    found
}

/// Length of the block comment that `rest` begins with; they nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Length of the raw string (`r"..."`, `br#"..."#`, `cr"..."`) that `rest` begins with.
fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|p| rest.strip_prefix(p).is_some_and(|after| after.trim_start_matches('#').starts_with('"')))?;
    let after = &rest[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    let end = format!("\"{}", "#".repeat(hashes));
    let open = prefix.len() + hashes + 1;
    Some(rest[open..].find(&end).map_or(rest.len(), |close| open + close + end.len()))
}

/// Length of the string or character that `rest` begins with; a backslash takes the next sign along.
fn quoted(rest: &str, quote: char) -> usize {
    let mut signs = rest.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        if sign == quote {
            return at + 1;
        }
        if sign == '\\' {
            signs.next();
        }
    }
    rest.len()
}

/// Length of the character, or of the quote that begins a lifetime.
fn character_or_lifetime(rest: &str) -> usize {
    let mut signs = rest.chars().skip(1);
    match (signs.next(), signs.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted(rest, '\''),
        _ => 1,
    }
}

/// The tokens without what is compiled for tests only: such items may name more.
pub(crate) fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if is_test_attribute(&tokens[at..]) {
            at += item(&tokens[at..]);
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// Whether the tokens begin with `#[cfg(test)]` or `#[cfg(all(test, ...))]`.
fn is_test_attribute(tokens: &[Token<'_>]) -> bool {
    let begins = |words: &[&str]| tokens.iter().map(|t| t.text).take(words.len()).eq(words.iter().copied());
    begins(&["#", "[", "cfg", "(", "test", ")"]) || begins(&["#", "[", "cfg", "(", "all", "(", "test"])
}

/// How many tokens the item takes that the tokens begin with, its attributes included.
fn item(tokens: &[Token<'_>]) -> usize {
    let mut at = 0;
    while at < tokens.len() && tokens[at].text == "#" {
        at += 1 + group(&tokens[at + 1..]);
    }
    if tokens.get(at).is_some_and(|t| t.text == "pub") {
        at += 1;
        if tokens.get(at).is_some_and(|t| t.text == "(") {
            at += group(&tokens[at..]);
        }
    }
    let is_use = tokens.get(at).is_some_and(|t| t.text == "use");
    while at < tokens.len() {
        match tokens[at].text {
            ";" => return at + 1,
            "{" if !is_use => return at + group(&tokens[at..]),
            "(" | "[" | "{" => at += group(&tokens[at..]),
            _ => at += 1,
        }
    }
    at
}

/// How many tokens the bracketed group takes that the tokens begin with, the brackets included.
fn group(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Every name below the crate root that the tokens of a file name; `depth` is how deep its module lies (`units` is 1).
pub(crate) fn root_names<'a>(tokens: &[Token<'a>], depth: usize) -> Vec<RootName<'a>> {
    let mut found = Vec::new();
    let mut braces: Vec<bool> = Vec::new(); // for each open one, whether it opens a module
    for (at, token) in tokens.iter().enumerate() {
        let word = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].text);
        let inside = depth + braces.iter().filter(|is_module| **is_module).count();
        match token.text {
            "{" => braces.push(word(2) == "mod"),
            "}" => drop(braces.pop()),
            "crate" | "super" | "self" if word(1) != "::" && !is_visibility(word(1), word(2)) => {
                follow(&tokens[at..], inside, &mut found);
            }
            _ => {}
        }
    }
    found
}

/// Whether the two words before a path say who may see something: `pub(crate)`, `pub(in crate::units)`.
fn is_visibility(before: &str, earlier: &str) -> bool {
    (before == "(" && earlier == "pub") || (before == "in" && earlier == "(")
}

/// Follows one path or the branches of a `use`, from `depth` modules below the root, to the names right below it.
/// Returns how many tokens it took.
fn follow<'a>(tokens: &[Token<'a>], depth: usize, found: &mut Vec<RootName<'a>>) -> usize {
    let Some(first) = tokens.first() else { return 0 };
    let below = match first.text {
        "crate" => 0,
        "super" => depth.saturating_sub(1),
        "self" => depth,
        "{" => {
            let length = group(tokens);
            let mut at = 1;
            while at + 1 < length {
                at += match tokens[at].text {
                    "," => 1,
                    _ => follow(&tokens[at..length - 1], depth, found).max(1),
                };
            }
            return length;
        }
        name => {
            if depth == 0 {
                found.push(RootName { name, line: first.line });
            }
            // What follows lies deeper than the name: to the end of this branch.
            let mut at = 1;
            while at < tokens.len() && ![",", "}", ";"].contains(&tokens[at].text) {
                at += if tokens[at].text == "{" { group(&tokens[at..]) } else { 1 };
            }
            return at;
        }
    };
    if tokens.get(1).is_some_and(|t| t.text == "::") {
        return 2 + follow(&tokens[2..], below, found);
    }
    if below == 0 {
        found.push(RootName { name: "*", line: first.line });
    }
    1
}

/// What `lib.rs` re-exports: each name with the module that it comes from.
pub(crate) fn re_exports<'a>(lib: &[Token<'a>]) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for (at, _) in lib.iter().enumerate().filter(|(_, token)| token.text == "use") {
        let end = lib[at..].iter().position(|t| t.text == ";").map_or(lib.len(), |n| at + n);
        let path: Vec<&str> = lib[at + 1..end].iter().map(|t| t.text).collect();
        let path = if ["crate", "self"].contains(&path[0]) { &path[2..] } else { &path[..] };
        // A name is what stands before the end of a branch: `b` in `a::b`, `d` in `a::{b as d, e}`.
        let leaves = path.iter().zip(path.iter().skip(1).chain([&","]));
        found.extend(
            leaves
                .filter(|(leaf, next)| **leaf != "}" && [",", "}"].contains(*next))
                .map(|(leaf, _)| (*leaf, path[0])),
        );
    }
    found
}
