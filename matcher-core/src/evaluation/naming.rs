//! Who is who, by the name of a file.
//!
//! Sets of prints say in their file names which finger an impression is of, each set in its own way. A rule says which,
//! in one line that a person can read and a data folder can carry.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The rules that [`NamingRule::guess`] tries, in this order: what asks for more of a name comes first.
const KNOWN_RULES: [&str; 4] = [
    "<encounter a|b><person>_<finger position>",
    "<encounter f|s><person>_<finger position>",
    "<person>_<finger>_<impression>",
    "<finger>_<impression>",
];

/// What tells samples of one identity apart; every other placeholder tells identities apart.
const SAMPLE_WORDS: [&str; 5] = ["impression", "encounter", "session", "view", "sample"];

/// The longest rule, in bytes.
const MAX_RULE: usize = 1000;

/// Whose a print is, and which of the prints of that one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Label {
    /// Equal for mated prints: the values of the identity's placeholders, joined by `_`.
    pub identity: String,
    /// Tells the prints of an identity apart: the values of the other placeholders, joined by `_`.
    pub sample: String,
}

/// How the files of a set are named.
///
/// # Method
/// A rule is the name of a file without its extension, with placeholders in angle brackets. The words in the brackets
/// name what stands there (`<finger position>`); where the last of them has bars, it lists all that may stand there
/// (`<encounter a|b>`, letters and digits only; of two that fit, the longer). Without such a list a placeholder stands
/// for one or more letters or digits, as few as will reach what follows it, or all that is left at the end. Everything
/// outside the brackets stands for itself. Two placeholders without a list need something between them.
///
/// `impression`, `encounter`, `session`, `view` and `sample` (as the first word) tell the samples of an identity apart;
/// all others make up the identity. The finger of a person is an identity, the person is not.
///
/// # Limits
/// Values hold letters and digits only, so a name that has more parts than the rule does not fit, rather than fit
/// wrongly.
///
/// # Examples
/// ```
/// use matcher_core::evaluation::NamingRule;
/// let rule: NamingRule = "<encounter a|b><person>_<finger position>".parse()?;
/// let label = rule.parse("b017_02").unwrap();
/// assert_eq!((label.identity.as_str(), label.sample.as_str()), ("017_02", "b"));
/// assert_eq!(rule.parse("c017_02"), None);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamingRule {
    text: String,
    tokens: Vec<Token>,
}

/// One piece of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(String),
    Placeholder {
        of_identity: bool,
        /// Longest first; empty where anything may stand there.
        alternatives: Vec<String>,
    },
}

impl Token {
    /// Whether it stands for anything at all.
    fn is_free(&self) -> bool {
        matches!(self, Self::Placeholder { alternatives, .. } if alternatives.is_empty())
    }

    /// What of the start of `rest` a piece of known text takes.
    fn fixed<'a>(&self, rest: &'a str) -> Option<&'a str> {
        let length = match self {
            Self::Literal(text) => rest.starts_with(text).then_some(text.len()),
            Self::Placeholder { alternatives, .. } => {
                alternatives.iter().find(|text| rest.starts_with(*text)).map(String::len)
            }
        };
        length.map(|length| &rest[..length])
    }
}

impl NamingRule {
    /// Reads the name of a file, without folder and extension; `None` where it does not fit.
    pub fn parse(&self, stem: &str) -> Option<Label> {
        let (mut identity, mut sample) = (Vec::new(), Vec::new());
        let mut rest = stem;
        for (index, token) in self.tokens.iter().enumerate() {
            let value = if token.is_free() {
                free_value(rest, self.tokens.get(index + 1))?
            } else {
                token.fixed(rest)?
            };
            match token {
                Token::Literal(_) => {}
                Token::Placeholder { of_identity: true, .. } => identity.push(value),
                Token::Placeholder { of_identity: false, .. } => sample.push(value),
            }
            rest = &rest[value.len()..];
        }
        rest.is_empty().then(|| Label { identity: identity.join("_"), sample: sample.join("_") })
    }

    /// The labels of all these names, in their order.
    ///
    /// # Errors
    /// A name that does not fit, or two names of the same sample: compared with each other they would look like the
    /// best of mates.
    pub fn labels(&self, stems: &[&str]) -> Result<Vec<Label>> {
        let mut seen = BTreeMap::new();
        let mut labels = Vec::with_capacity(stems.len());
        for stem in stems {
            let Some(label) = self.parse(stem) else {
                return Err(Error::invalid("file names", "a name", stem, format!("a name like {self}")));
            };
            if let Some(first) = seen.insert(label.clone(), stem) {
                let expected = format!("another sample than {first} under the rule {self}");
                return Err(Error::invalid("file names", "a name", stem, expected));
            }
            labels.push(label);
        }
        Ok(labels)
    }

    /// Finds the rule of these names among those of known sets.
    ///
    /// # Method
    /// The first rule that every name fits and under which at least one identity has two samples. The rules, in the
    /// order of trial: `<encounter a|b><person>_<finger position>` (NIST's MINEX III images),
    /// `<encounter f|s><person>_<finger position>` (NIST Special Database 4), `<person>_<finger>_<impression>`,
    /// `<finger>_<impression>` (FVC).
    ///
    /// # Limits
    /// Names are no proof: `a001_02` and `b001_02` are taken for two encounters with one finger, `a001_01` and
    /// `a001_02` alone for two impressions of finger `a001`. Say which rule was taken, and let a `set.json` decide:
    /// [`NamingRule::for_folder`].
    ///
    /// # Errors
    /// No rule fits: the error lists each with the first name that does not fit.
    pub fn guess(stems: &[&str]) -> Result<Self> {
        let mut tried = Vec::new();
        for text in KNOWN_RULES {
            let rule: Self = text.parse()?;
            let why_not = match stems.iter().find(|stem| rule.parse(stem).is_none()) {
                Some(stranger) => format!("{stranger} does not fit"),
                None if rule.has_mates(stems) => return Ok(rule),
                None => "no identity has two samples".to_owned(),
            };
            tried.push(format!("{text} ({why_not})"));
        }
        let count = format!("that of {} files", stems.len());
        let expected = format!("a rule of: {}; or a set.json with the key naming", tried.join(", "));
        Err(Error::invalid("file names", "the rule", count, expected))
    }

    /// Whether an identity has two samples under this rule.
    fn has_mates(&self, stems: &[&str]) -> bool {
        let mut samples: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for label in stems.iter().filter_map(|stem| self.parse(stem)) {
            samples.entry(label.identity).or_default().insert(label.sample);
        }
        samples.values().any(|samples| samples.len() > 1)
    }
}

/// The letters and digits up to where `next` begins, at least one; all there are where nothing follows.
fn free_value<'a>(rest: &'a str, next: Option<&Token>) -> Option<&'a str> {
    let letters = rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len());
    let mut ends = rest[..letters].char_indices().map(|(start, letter)| start + letter.len_utf8());
    let end = match next {
        Some(next) => ends.find(|end| next.fixed(&rest[*end..]).is_some())?,
        None => ends.next_back()?,
    };
    Some(&rest[..end])
}

impl FromStr for NamingRule {
    type Err = Error;

    /// Reads a rule.
    ///
    /// # Errors
    /// Brackets that do not pair, a placeholder without a name or with a wrong list, two placeholders of one name or
    /// with nothing between them, no placeholder that makes up the identity, or more than 1,000 bytes.
    fn from_str(text: &str) -> Result<Self> {
        let refuse = |field: &str, value: &str, expected: &str| {
            Err(Error::invalid("naming rule", field, format!("{value:?}"), expected))
        };
        if text.len() > MAX_RULE {
            return Err(Error::invalid("naming rule", "length", text.len(), "at most 1000 bytes"));
        }
        let (mut tokens, mut names) = (Vec::<Token>::new(), BTreeSet::new());
        let mut rest = text;
        while !rest.is_empty() {
            let Some(inside) = rest.strip_prefix('<') else {
                let (literal, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
                if literal.contains('>') {
                    return refuse("text", literal, "every > closes a <");
                }
                tokens.push(Token::Literal(literal.to_owned()));
                rest = after;
                continue;
            };
            let Some((words, after)) = inside.split_once('>').filter(|(words, _)| !words.contains('<'))
            else {
                return refuse("text", rest, "every < is closed by a >");
            };
            let (name, token) = placeholder(words)?;
            if token.is_free() && tokens.last().is_some_and(Token::is_free) {
                return refuse("placeholder", words, "text between it and the placeholder before it");
            }
            if !names.insert(name) {
                return refuse("placeholder", words, "each placeholder once");
            }
            tokens.push(token);
            rest = after;
        }
        if !tokens.iter().any(|token| matches!(token, Token::Placeholder { of_identity: true, .. })) {
            return refuse("text", text, "a placeholder that tells identities apart, such as <finger>");
        }
        Ok(Self { text: text.to_owned(), tokens })
    }
}

/// Reads what stands between the brackets: the name, and what the placeholder takes.
fn placeholder(words: &str) -> Result<(String, Token)> {
    let refuse = |expected| Err(Error::invalid("naming rule", "placeholder", format!("{words:?}"), expected));
    let mut name: Vec<&str> = words.split_whitespace().collect();
    let mut alternatives = Vec::new();
    if let Some(list) = name.pop_if(|word| word.contains('|')) {
        alternatives = list.split('|').map(str::to_owned).collect();
        // Stable: of two as long the first written comes first.
        alternatives.sort_by_key(|text| std::cmp::Reverse(text.len()));
    }
    if name.is_empty() || name.iter().any(|word| word.contains('|')) {
        return refuse("a name, then perhaps one list of alternatives, such as <encounter a|b>");
    }
    if alternatives.iter().any(|text| text.is_empty() || !text.chars().all(char::is_alphanumeric)) {
        return refuse("alternatives of letters and digits, such as <encounter a|b>");
    }
    let of_identity = !SAMPLE_WORDS.contains(&name[0]);
    Ok((name.join(" "), Token::Placeholder { of_identity, alternatives }))
}

impl fmt::Display for NamingRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for NamingRule {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<NamingRule> for String {
    fn from(rule: NamingRule) -> Self {
        rule.text
    }
}

#[cfg(test)]
#[path = "naming_tests.rs"]
mod tests;
