//! A transaction: records about one subject or case, sent together.

use super::header::Header;
use super::images::{self, ImageRecord};
use super::record::Record;
use super::type9::{self, Print};
use super::{structure, write};
use crate::error::{Error, Result};
use crate::fingerprint::Template;
use crate::formats::report::{Diagnostic, Report};
use crate::formats::{ReadOptions, files};
use std::path::Path;

/// The records of one ANSI/NIST-ITL transaction, in traditional encoding.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{FingerPosition, Template};
/// use matcher_core::formats::ReadOptions;
/// use matcher_core::formats::an2k::{Dialect, Header, Record, Transaction};
/// // A ten-print card: a subject with ten fingers.
/// let fingers = FingerPosition::ALL.into_iter().skip(1);
/// let records = fingers.map(|finger| {
///     let print = Template::builder().size(500, 500).finger_position(finger).build()?.template;
///     Record::minutiae(&print, Dialect::Efs, finger.code())
/// });
/// let card = Transaction::new(&Header::default(), records.collect::<Result<_, _>>()?)?;
/// let read = Transaction::read(&card.to_bytes()?, &ReadOptions::default())?;
/// assert_eq!(read, card);
/// let prints = read.templates(&ReadOptions::default())?;
/// assert_eq!(prints.len(), 10);
/// assert_eq!(prints[6].finger_position(), FingerPosition::LeftIndex);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Transaction {
    records: Vec<Record>,
    diagnostics: Vec<Diagnostic>,
}

impl PartialEq for Transaction {
    /// Whether the records are the same, byte for byte; how they were read does not count.
    fn eq(&self, other: &Self) -> bool {
        self.records == other.records
    }
}

/// What the Type-9 records of a transaction hold.
#[derive(Clone, Debug)]
pub struct Prints {
    /// One for each Type-9 record with minutiae in a dialect that is read, in the order of the records.
    pub prints: Vec<Print>,
    /// What was wrong with them; [`Diagnostic::view`] counts the prints.
    pub diagnostics: Vec<Diagnostic>,
}

impl Transaction {
    /// Reads a transaction.
    ///
    /// A lenient reader recovers from lengths that are wrong, separators that are missing and a content field that
    /// disagrees with the records, and lists each in [`diagnostics`](Self::diagnostics). Records of any type are kept,
    /// byte for byte.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the input does not begin with a Type-1 record, or exceeds a limit; for a strict reader the
    /// first fault of any kind.
    pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Self> {
        options.limits.check_bytes(bytes.len() as u64)?;
        let mut report = Report::new(options.strictness, bytes.len());
        let records = structure::split(bytes, &options.limits, &mut report)?;
        Ok(Self { records, diagnostics: report.finish() })
    }

    /// Reads a transaction from a file.
    ///
    /// # Errors
    /// Those of [`read`](Self::read), with the path as the record, and [`Error::Io`] for a path that cannot be read or is
    /// not a regular file.
    pub fn read_file(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Self> {
        let path = path.as_ref();
        let bytes = files::read(path, options.limits.bytes)?;
        Self::read(&bytes, options).map_err(|error| files::named(path, error))
    }

    /// A transaction of these records after the Type-1 record, which is made of the header.
    ///
    /// # Errors
    /// [`Error::Invalid`]: a header that no record can state, or more than 999 records.
    pub fn new(header: &Header, records: Vec<Record>) -> Result<Self> {
        let mut all = vec![header.record()?];
        all.extend(records);
        if let Some(record) = all.iter().skip(1).find(|record| record.kind() == 1) {
            return Err(Error::invalid(
                "",
                "record type",
                record.kind(),
                "2 to 99: a transaction has one of Type 1",
            ));
        }
        let first = write::with_content(&all[0], &all[1..])?.into_owned(); // one was pushed
        all[0] = first;
        Ok(Self { records: all, diagnostics: Vec::new() })
    }

    /// All records, the Type-1 record first.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// What was wrong with lengths, separators, tags and the content field; empty where nothing was.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The version of the standard that it states (1.002), such as `0502`.
    pub fn version(&self) -> Option<&str> {
        self.header_field(2)
    }

    /// The type of transaction (1.004), such as `CAR` or `CPS`.
    pub fn type_of_transaction(&self) -> Option<&str> {
        self.header_field(4)
    }

    fn header_field(&self, number: u16) -> Option<&str> {
        self.records.first()?.field(number)?.text()
    }

    /// The prints of all Type-9 records, with what else these say.
    ///
    /// # Errors
    /// [`Error::Invalid`]: a limit is exceeded; for a strict reader the first fault of any kind.
    pub fn prints(&self, options: &ReadOptions) -> Result<Prints> {
        let input = self.records.iter().map(|record| record.bytes().len()).sum();
        let mut report = Report::new(options.strictness, input);
        let prints = type9::prints(&self.records, options, &mut report)?;
        Ok(Prints { prints, diagnostics: report.finish() })
    }

    /// The templates of all Type-9 records, with their fingers: those of a ten-print card are of one subject.
    ///
    /// # Errors
    /// Those of [`prints`](Self::prints).
    pub fn templates(&self, options: &ReadOptions) -> Result<Vec<Template>> {
        Ok(self.prints(options)?.prints.into_iter().map(|print| print.template).collect())
    }

    /// The images, with their fingers.
    pub fn images(&self) -> impl Iterator<Item = ImageRecord<'_>> {
        images::images(&self.records)
    }

    /// The transaction as bytes. The lengths and the content field are made right; all else is written as it was read.
    ///
    /// # Errors
    /// [`Error::Invalid`]: more than 999 records after the first.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        write::write(&self.records)
    }

    /// Writes the transaction into a file: whole, or not at all.
    ///
    /// # Errors
    /// Those of [`to_bytes`](Self::to_bytes), and [`Error::Io`] for a path that cannot be written or is no regular file.
    pub fn write_file(&self, path: impl AsRef<Path>) -> Result<()> {
        files::write(path.as_ref(), self.to_bytes()?)
    }
}
