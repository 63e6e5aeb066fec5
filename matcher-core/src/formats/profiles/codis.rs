//! XML of the CODIS import format, CMF 3.2: one `SPECIMEN` a profile.
//!
//! # What is read
//! `SPECIMENID`, `SPECIMENCATEGORY`, the attribute `PARTIAL`, and each `LOCUS` with its `ALLELEVALUE`s. Who read it and
//! when, source, case, kit, batch and comment are left out; so is `ALLELEREQUIRED`, for which a profile has no place: a
//! diagnostic names each specimen that has it.
//!
//! # Safety
//! There is no document type, so no entity but the five of XML itself and characters by number, and nothing is fetched
//! or expanded. Elements lie at most [`MAX_DEPTH`] deep.
//!
//! # References
//! `codis.xsd`, `urn:CODISImportFile-schema`. Its limits (lengths of names, 8 alleles a locus, 32 loci) are diagnostics.

use super::cell::{shown, truth};
use super::collector::Collector;
use super::names::Names;
use super::schema::Element::{
    self, Allele, File, Locus, Message, Passed, Specimen as Record, Unknown, Version,
};
use super::schema::child;
use super::specimen::Specimen;
use super::table::unmarked;
use super::xml::{Lines, at, document_type};
use crate::error::{Error, Problem, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// How deep elements may lie; the schema needs 5.
const MAX_DEPTH: usize = 16;

/// Where a reading has come to.
struct Parser<'a, 'c> {
    lines: Lines<'a>,
    /// The elements that are open, with their names.
    open: Vec<(Element, String)>,
    /// The text of the innermost element, and where it begins.
    text: String,
    text_at: usize,
    specimen: Option<Specimen>,
    names: Names,
    /// Whether tags do not match: what follows is not understood before the next specimen.
    lost: bool,
    done: bool,
    collector: &'c mut Collector,
}

/// Reads all specimens of a file.
pub(super) fn read(bytes: &[u8], collector: &mut Collector) -> Result<()> {
    let bytes = unmarked(bytes);
    let mut lines = Lines::new(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let place = at(lines.place(error.valid_up_to()));
        Error::invalid(place, "text", "no UTF-8", "XML in UTF-8, as CMF files are")
    })?;
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    // Names at the end are compared here, so that one broken specimen does not end the reading.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut parser = Parser {
        lines,
        open: Vec::new(),
        text: String::new(),
        text_at: 0,
        specimen: None,
        names: Names::default(),
        lost: false,
        done: false,
        collector,
    };
    loop {
        let offset = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Eof) => return parser.end(offset),
            Ok(Event::DocType(_)) => return Err(document_type(at(parser.lines.place(offset)))),
            Ok(event) => parser.event(&event, offset)?,
            Err(error) => {
                let place = at(parser.lines.place(reader.error_position() as usize));
                return parser.stop(Problem::new(
                    place,
                    "XML",
                    "broken",
                    format!("markup that can be read: {error}"),
                ));
            }
        }
    }
}

impl Parser<'_, '_> {
    fn event(&mut self, event: &Event<'_>, offset: usize) -> Result<()> {
        match event {
            Event::Start(tag) => self.start(tag, offset),
            Event::End(tag) => self.close(tag.name().as_ref(), offset),
            Event::Text(text) => self.push(&text.xml10_content(), offset),
            Event::CData(text) => self.push(&text.xml10_content(), offset),
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().and_then(Result::ok).unwrap_or_default();
                let known = ["", "utf-8", "utf8", "us-ascii", "ascii"];
                if known.contains(&encoding.to_ascii_lowercase().as_str()) || self.lines.is_ascii() {
                    return Ok(());
                }
                let (place, value) = (at(self.lines.place(offset)), shown(encoding.as_bytes()));
                self.collector.fault(Problem::new(place, "encoding", value, "UTF-8 (read as UTF-8)"))
            }
            Event::GeneralRef(reference) => self.reference(reference, offset),
            _ => Ok(()),
        }
    }

    /// Notes what breaks the specimen that is open, or what is wrong outside of one.
    fn broken(&mut self, problem: Problem) -> Result<()> {
        match &mut self.specimen {
            Some(specimen) => {
                specimen.break_with(problem);
                Ok(())
            }
            None => self.collector.fault(problem),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, offset: usize) -> Result<()> {
        let local = tag.local_name();
        let name: &str = local.as_ref();
        if name == "SPECIMEN" && self.specimen.is_some() {
            let place = at(self.lines.place(offset));
            self.broken(Problem::new(place, "SPECIMEN", "in another one", "</SPECIMEN> before the next"))?;
            self.finish_specimen()?;
        }
        if self.lost {
            return Ok(());
        }
        let element = match self.open.last() {
            Some((parent, _)) => child(*parent, name),
            None if name == "CODISImportFile" && !self.done => File,
            None => {
                let place = at(self.lines.place(offset));
                let problem =
                    Problem::new(place, "root element", shown(name.as_bytes()), "one CODISImportFile");
                return if self.done { self.collector.fault(problem) } else { Err(problem.into()) };
            }
        };
        if self.open.len() >= MAX_DEPTH {
            let place = at(self.lines.place(offset));
            return Err(Error::invalid(
                place,
                "depth of elements",
                self.open.len() + 1,
                format!("at most {MAX_DEPTH}"),
            ));
        }
        let parent = self.open.last().map(|(parent, _)| *parent);
        self.open.push((element, AsRef::<str>::as_ref(&tag.name()).to_owned()));
        self.text.clear();
        self.text_at = offset;
        match element {
            Record => self.specimen = Some(Specimen::new(self.lines.place(offset).0)),
            Locus => {
                let line = self.lines.place(offset).0;
                if let Some(specimen) = &mut self.specimen {
                    specimen.open_locus(line);
                }
            }
            Unknown => self.unknown(name, parent, offset)?,
            _ => {}
        }
        self.attributes(element, tag, offset)
    }

    /// An element that the schema does not have here. In a locus it may hold an allele, or part of one.
    fn unknown(&mut self, name: &str, parent: Option<Element>, offset: usize) -> Result<()> {
        if matches!(parent, Some(Unknown | Passed)) {
            return Ok(());
        }
        let (place, value) = (at(self.lines.place(offset)), shown(name.as_bytes()));
        let expected = "one of CMF 3.2 at this place";
        match &mut self.specimen {
            Some(specimen) if parent == Some(Record) => {
                specimen.notes.fault(Problem::new(place, "element", value, format!("{expected} (not read)")));
                Ok(())
            }
            Some(_) => self.broken(Problem::new(place, "element", value, expected)),
            None => {
                self.collector.fault(Problem::new(place, "element", value, format!("{expected} (not read)")))
            }
        }
    }

    fn attributes(&mut self, element: Element, tag: &BytesStart<'_>, offset: usize) -> Result<()> {
        for attribute in tag.attributes() {
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(error) => {
                    let place = at(self.lines.place(offset));
                    return self.broken(Problem::new(
                        place,
                        "attribute",
                        "broken",
                        format!("name=\"value\": {error}"),
                    ));
                }
            };
            let key = attribute.key.local_name();
            let name: &str = key.as_ref();
            let flag = matches!((element, name), (Record, "PARTIAL") | (Allele, "ALLELEREQUIRED"));
            let (true, Some(specimen)) = (flag, &mut self.specimen) else { continue };
            let value = attribute.value.as_bytes();
            let truth = truth(value);
            if truth.is_none() {
                let place = at(self.lines.place(offset));
                specimen.notes.fault(Problem::new(place, name, shown(value), "true or false (read as true)"));
            }
            match element {
                Record => specimen.draft.partial = truth != Some(false),
                _ => specimen.required |= truth != Some(false),
            }
        }
        Ok(())
    }

    fn push(&mut self, text: &str, offset: usize) -> Result<()> {
        let Some((element, _)) = self.open.last() else { return Ok(()) };
        if matches!(element, Unknown | Passed) || self.lost {
            return Ok(());
        }
        if element.holds_elements() {
            if text.trim_ascii().is_empty() {
                return Ok(());
            }
            let (place, value) = (at(self.lines.place(offset)), shown(text.trim_ascii().as_bytes()));
            return self.broken(Problem::new(place, "text", value, "none between elements"));
        }
        if self.text.is_empty() {
            self.text_at = offset;
        }
        self.text.push_str(text);
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>, offset: usize) -> Result<()> {
        let name = reference.xml10_content();
        let character = match &*name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            _ => reference.resolve_char_ref().ok().flatten(),
        };
        if let Some(character) = character {
            return self.push(character.encode_utf8(&mut [0; 4]), offset);
        }
        let place = at(self.lines.place(offset));
        let expected = "one of &lt; &gt; &amp; &apos; &quot; or a character by its number";
        self.broken(Problem::new(place, "entity", shown(name.as_bytes()), expected))
    }

    fn close(&mut self, name: &str, offset: usize) -> Result<()> {
        let local = name.rsplit(':').next().unwrap_or(name);
        if self.lost && !matches!(local, "SPECIMEN" | "CODISImportFile") {
            return Ok(());
        }
        let place = self.lines.place(offset);
        match self.open.last() {
            Some((element, opened)) if opened == name && !self.lost => {
                let element = *element;
                self.open.pop();
                self.value(element)?;
                self.text.clear();
                match element {
                    Record => self.finish_specimen(),
                    File => {
                        self.done = true;
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
            opened => {
                if !self.lost {
                    let expected = match opened {
                        Some((_, opened)) => format!("that of {}", shown(opened.as_bytes())),
                        None => "nothing after the end".to_owned(),
                    };
                    let value = shown(name.as_bytes());
                    self.broken(Problem::new(at(place), "end of element", value, expected))?;
                    self.lost = self.specimen.is_some();
                }
                match local {
                    "SPECIMEN" => self.finish_specimen(),
                    "CODISImportFile" if !self.open.is_empty() => {
                        self.finish_specimen()?;
                        self.open.clear();
                        self.done = true;
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    /// Takes the text of an element that ends.
    fn value(&mut self, element: Element) -> Result<()> {
        let text = self.text.trim_ascii();
        let mut place = || at(self.lines.place(self.text_at));
        match (element, &mut self.specimen) {
            (Version, _) if text != "3.2" => {
                let value = shown(text.as_bytes());
                self.collector.fault(Problem::new(place(), "HEADERVERSION", value, "3.2 (read as 3.2)"))
            }
            (Message, _) if text != "Import" => {
                let value = shown(text.as_bytes());
                self.collector.fault(Problem::new(
                    place(),
                    "MESSAGETYPE",
                    value,
                    "Import (read all the same)",
                ))
            }
            (_, Some(specimen)) => {
                specimen.value(element, text, &mut self.names, place);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Hands the open specimen over, and goes on behind it.
    fn finish_specimen(&mut self) -> Result<()> {
        self.open.truncate(1);
        self.lost = false;
        match self.specimen.take() {
            Some(specimen) => specimen.finish(self.collector),
            None => Ok(()),
        }
    }

    /// The end of the text, which should be that of the file.
    fn end(mut self, offset: usize) -> Result<()> {
        if self.done && self.open.is_empty() {
            return Ok(());
        }
        let Some((_, name)) = self.open.last() else {
            let place = at(self.lines.place(offset));
            return Err(Error::invalid(place, "XML", "without an element", "CODISImportFile"));
        };
        let (value, place) = (format!("cut inside {}", shown(name.as_bytes())), at(self.lines.place(offset)));
        self.stop(Problem::new(place, "XML", value, "</CODISImportFile> at the end"))
    }

    /// Nothing more can be read: what was read before stands.
    fn stop(mut self, problem: Problem) -> Result<()> {
        if self.specimen.is_some() {
            self.broken(problem.clone())?;
            self.finish_specimen()?;
        }
        self.collector.stop(problem)
    }
}

#[cfg(test)]
#[path = "codis_tests.rs"]
mod tests;
