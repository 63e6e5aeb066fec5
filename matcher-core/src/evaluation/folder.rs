//! A labelled folder of prints, compared each with each.
//!
//! # Method
//! Every print with every other of the same folder, once. Two prints of one identity are a mated comparison, all others
//! non-mated. For identification the first sample of each identity is the gallery and the others are the probes; the
//! non-mated searches are the same ones with the mate left out.

use super::bootstrap::{Bootstrap, BootstrapConfig, LabelledScore, bootstrap};
use super::error_rates::{ErrorRates, Summary};
use super::labelled::{NamingSource, list_templates};
use super::naming::{Label, NamingRule};
use super::ranks::{IdentificationRates, IdentificationSummary};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Algorithm, Matcher, Template, check_conventions};
use crate::formats::{ReadOptions, read_file};
use crate::provenance::Method;
use crate::work::{Threads, Watch};
use ndarray::Array2;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The prints of a folder, and who is who.
#[derive(Clone, Debug)]
pub struct LabelledFolder {
    /// The folder, as it was named.
    pub folder: String,
    /// How its files are named.
    pub naming: NamingRule,
    /// Where that rule came from.
    pub naming_source: NamingSource,
    /// File names without extension, sorted.
    pub names: Vec<String>,
    /// Identity and sample of each.
    pub labels: Vec<Label>,
    /// The print of each.
    pub templates: Vec<Template>,
    /// What was mended in the files, whose name the record begins with; then what the prints as a whole are suspected of
    /// ([`check_conventions`]).
    pub diagnostics: Vec<Problem>,
}

/// One comparison within a folder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairScore {
    /// Index of one print.
    pub probe: usize,
    /// Index of the other, a later one.
    pub reference: usize,
    /// Whether both are of one identity.
    pub mated: bool,
    /// Comparison score.
    pub score: f64,
}

/// All comparisons of a folder.
#[derive(Clone, Debug)]
pub struct FolderScores {
    /// What was compared.
    pub folder: LabelledFolder,
    /// The comparisons, by probe, then by reference.
    pub pairs: Vec<PairScore>,
    /// Prints with too few described minutiae: all their comparisons score 0, as no evidence.
    pub not_comparable: usize,
    /// The method of comparison.
    pub method: Method,
}

/// What JSON and tables show of a folder.
#[derive(Clone, Debug, Serialize)]
pub struct FolderReport {
    /// The folder, as it was named.
    pub folder: String,
    /// How its files are named.
    pub naming: NamingRule,
    /// Where that rule came from: given, the path of a `set.json`, or guessed.
    pub naming_source: String,
    /// Prints.
    pub templates: usize,
    /// Identities among them.
    pub identities: usize,
    /// Prints that could not be compared with any other.
    pub not_comparable: usize,
    /// What was mended in the files.
    pub diagnostics: Vec<String>,
    /// Error rates of all comparisons.
    pub error_rates: Summary,
    /// The same with intervals that know who is who.
    pub bootstrap: Bootstrap,
    /// Ranks, first sample of each identity as gallery; `None` where no identity has a second sample.
    pub identification: Option<IdentificationSummary>,
}

impl LabelledFolder {
    /// Reads all templates of a folder; without a rule for the names, one is looked for (see
    /// [`NamingRule::for_folder`]).
    ///
    /// # Errors
    /// A folder without templates, a name that does not fit the rule, a file that cannot be read or that holds more
    /// than one print.
    pub fn read(dir: &Path, naming: Option<&NamingRule>, options: &ReadOptions) -> Result<Self> {
        let paths = list_templates(dir)?;
        let stem = |path: &std::path::PathBuf| {
            path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
        };
        let names: Vec<String> = paths.iter().map(stem).collect();
        let stems: Vec<&str> = names.iter().map(String::as_str).collect();
        let (naming, naming_source) = match naming {
            Some(rule) => (rule.clone(), NamingSource::Given),
            None => NamingRule::for_folder(dir, &stems)?,
        };
        let labels = naming.labels(&stems)?;
        let (mut templates, mut diagnostics) = (Vec::with_capacity(paths.len()), Vec::new());
        for path in &paths {
            let mut reading = read_file(path, options)?;
            let found = reading.diagnostics.into_iter().map(|d| d.problem.within(path.display()));
            diagnostics.extend(found);
            match (reading.templates.pop(), reading.templates.len()) {
                (Some(only), 0) => templates.push(only),
                (_, others) => {
                    let expected = "1, as a labelled file holds one print";
                    return Err(Error::invalid(path.display(), "number of views", others + 1, expected));
                }
            }
        }
        let suspicions = check_conventions(&templates);
        diagnostics.extend(suspicions.iter().map(|suspicion| suspicion.problem().within(dir.display())));
        let folder = dir.display().to_string();
        Ok(Self { folder, naming, naming_source, names, labels, templates, diagnostics })
    }

    /// Identities in order, each with the indexes of its prints.
    fn identities(&self) -> BTreeMap<&str, Vec<usize>> {
        let mut identities: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (k, label) in self.labels.iter().enumerate() {
            identities.entry(&label.identity).or_default().push(k);
        }
        identities
    }

    /// Compares each print with each other one.
    ///
    /// # Errors
    /// [`Error::Threads`] where the operating system gives no threads, [`Error::Cancelled`] where the watcher stopped.
    pub fn compare(self, algorithm: &Algorithm, threads: Threads, watch: Watch<'_>) -> Result<FolderScores> {
        let matchers = threads.map(&self.templates, |template| Matcher::with(algorithm, template))?;
        let counter = watch.counter(matchers.len());
        let probes: Vec<usize> = (0..matchers.len()).collect();
        let rows = threads.map(&probes, |&probe| -> Result<Vec<PairScore>> {
            let mut row = Vec::with_capacity(matchers.len() - probe - 1);
            for reference in probe + 1..matchers.len() {
                if counter.stops() {
                    return Err(Error::Cancelled);
                }
                let mated = self.labels[probe].identity == self.labels[reference].identity;
                let score = matchers[probe].score(matchers[reference].probe())?;
                row.push(PairScore { probe, reference, mated, score });
            }
            counter.add(1);
            Ok(row)
        })?;
        let mut pairs = Vec::with_capacity(matchers.len() * matchers.len().saturating_sub(1) / 2);
        for row in rows {
            pairs.extend(row?);
        }
        let not_comparable = matchers.iter().filter(|m| !m.probe().is_comparable()).count();
        Ok(FolderScores { folder: self, pairs, not_comparable, method: algorithm.method().clone() })
    }
}

impl FolderScores {
    /// Scores of the mated comparisons, then of the non-mated ones.
    pub fn by_kind(&self) -> (Vec<f64>, Vec<f64>) {
        let kind = |mated: bool| self.pairs.iter().filter(move |p| p.mated == mated).map(|p| p.score);
        (kind(true).collect(), kind(false).collect())
    }

    /// Error rates of all comparisons.
    ///
    /// # Errors
    /// No mated, or no non-mated comparison.
    pub fn rates(&self) -> Result<ErrorRates> {
        let (mated, non_mated) = self.by_kind();
        ErrorRates::new(&mated, &non_mated)
    }

    /// Ranks: first sample of each identity as gallery, all others as probes.
    ///
    /// # Errors
    /// No identity with a second sample.
    pub fn identification(&self) -> Result<IdentificationRates> {
        let identities = self.folder.identities();
        let gallery: Vec<usize> = identities.values().map(|prints| prints[0]).collect();
        let probes: Vec<usize> = identities.values().flat_map(|prints| &prints[1..]).copied().collect();
        let mut scores = Array2::zeros((probes.len(), gallery.len()));
        let place = |indexes: &[usize]| {
            let mut places = vec![None; self.folder.templates.len()];
            indexes.iter().enumerate().for_each(|(place, &k)| places[k] = Some(place));
            places
        };
        let (rows, columns) = (place(&probes), place(&gallery));
        for pair in &self.pairs {
            for (probe, reference) in [(pair.probe, pair.reference), (pair.reference, pair.probe)] {
                if let (Some(row), Some(column)) = (rows[probe], columns[reference]) {
                    scores[[row, column]] = pair.score;
                }
            }
        }
        let label = |indexes: &[usize]| -> Vec<&str> {
            indexes.iter().map(|&k| self.folder.labels[k].identity.as_str()).collect()
        };
        let rates = IdentificationRates::new(scores.view(), &label(&probes), &label(&gallery))?;
        Ok(rates.leave_mate_out())
    }

    /// Everything that is worth showing of the folder.
    ///
    /// # Errors
    /// No mated, or no non-mated comparison.
    pub fn report(&self) -> Result<FolderReport> {
        let identities = self.folder.identities();
        let labelled = self.pairs.iter().map(|p| LabelledScore {
            probe: &self.folder.labels[p.probe].identity,
            reference: &self.folder.labels[p.reference].identity,
            score: p.score,
        });
        Ok(FolderReport {
            folder: self.folder.folder.clone(),
            naming: self.folder.naming.clone(),
            naming_source: self.folder.naming_source.to_string(),
            templates: self.folder.templates.len(),
            identities: identities.len(),
            not_comparable: self.not_comparable,
            diagnostics: self.folder.diagnostics.iter().map(ToString::to_string).collect(),
            error_rates: self.rates()?.summary(),
            bootstrap: bootstrap(&labelled.collect::<Vec<_>>(), &BootstrapConfig::default())?,
            identification: self.identification().ok().map(|rates| rates.summary()),
        })
    }
}
