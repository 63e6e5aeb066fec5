//! What the Type-1 record states of a transaction as a whole, when one is made.

use super::record::Record;
use crate::error::{Error, Result};

/// The version of the standard that is written: ANSI/NIST-ITL 1-2011 Update 2015.
pub(super) const VERSION: &str = "0502";

/// The fields of a Type-1 record but for its length and content, which follow from the records.
///
/// # Examples
/// ```
/// use matcher_core::formats::an2k::{Header, Transaction};
/// let header = Header {
///     type_of_transaction: "LFFS".into(),
///     date: "20250314".into(),
///     destination: "DEST".into(),
///     originator: "ORIG".into(),
///     control_number: "1".into(),
///     ..Header::default()
/// };
/// let transaction = Transaction::new(&header, Vec::new())?;
/// assert_eq!(transaction.type_of_transaction(), Some("LFFS"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// 1.004, up to 16 letters that the receiving system defines.
    pub type_of_transaction: String,
    /// 1.005, year, month and day in 8 digits.
    pub date: String,
    /// 1.006, 1 to 9, the most urgent first.
    pub priority: Option<u8>,
    /// 1.007, the agency that it is for.
    pub destination: String,
    /// 1.008, the agency that it is from.
    pub originator: String,
    /// 1.009, its number.
    pub control_number: String,
    /// 1.010, the number of the transaction that it answers.
    pub control_reference: Option<String>,
    /// 1.011 and 1.012, pixels per millimetre of Type-4 images, `00.00` where there are none.
    pub resolutions: [String; 2],
    /// 1.013, the domain that defines the user's fields, and its version.
    pub domain: Option<(String, String)>,
    /// 1.014, year to second in UTC, `YYYYMMDDHHMMSSZ`.
    pub time: Option<String>,
}

impl Default for Header {
    /// A transaction of nobody at no time, as templates alone give it: type `MINUTIAE`, date `19700101`, agencies and
    /// number `NONE`.
    fn default() -> Self {
        let none = || "NONE".to_owned();
        Self {
            type_of_transaction: "MINUTIAE".to_owned(),
            date: "19700101".to_owned(),
            priority: None,
            destination: none(),
            originator: none(),
            control_number: none(),
            control_reference: None,
            resolutions: ["00.00".to_owned(), "00.00".to_owned()],
            domain: None,
            time: None,
        }
    }
}

impl Header {
    /// The Type-1 record, without a content field yet.
    pub(super) fn record(&self) -> Result<Record> {
        let refuse = |field: &str, value: &str, expected: &str| {
            Err(Error::invalid("Type-1 record", field, format!("{value:?}"), expected))
        };
        let kind = &self.type_of_transaction;
        if !(1..=16).contains(&kind.len()) || !kind.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return refuse("type of transaction", kind, "1 to 16 letters and digits");
        }
        if self.date.len() != 8 || !self.date.bytes().all(|byte| byte.is_ascii_digit()) {
            return refuse("date", &self.date, "8 digits, YYYYMMDD");
        }
        if let Some(priority) = self.priority
            && !(1..=9).contains(&priority)
        {
            return refuse("priority", &priority.to_string(), "1 to 9");
        }
        let texts = [
            &self.destination,
            &self.originator,
            &self.control_number,
            &self.resolutions[0],
            &self.resolutions[1],
        ];
        let more = self.control_reference.iter().chain(self.time.iter());
        let more = more.chain(self.domain.iter().flat_map(|(name, version)| [name, version]));
        for text in texts.into_iter().chain(more) {
            if text.is_empty() || text.chars().any(char::is_control) {
                return refuse("text", text, "text without control characters");
            }
        }
        let mut builder = Record::tagged(1, 0).field(2, VERSION).field(4, kind).field(5, &self.date);
        if let Some(priority) = self.priority {
            builder = builder.field(6, priority.to_string());
        }
        builder =
            builder.field(7, &self.destination).field(8, &self.originator).field(9, &self.control_number);
        if let Some(reference) = &self.control_reference {
            builder = builder.field(10, reference);
        }
        builder = builder.field(11, &self.resolutions[0]).field(12, &self.resolutions[1]);
        if let Some((name, version)) = &self.domain {
            builder = builder.field(13, format!("{name}\u{1f}{version}"));
        }
        if let Some(time) = &self.time {
            builder = builder.field(14, time);
        }
        builder.build()
    }
}
