//! `Pedigree`: who is whose father and mother.

use crate::convert::{Reduced, frozen, reduced, thawed};
use crate::errors::{OrRaise, invalid};
use matcher_core::dna::Sex;
use matcher_core::dna::kinship as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyMapping, PyString, PyTuple};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// A person as Python has it: id, father, mother, sex.
type Row<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Option<&'static str>);

/// People and who their parents are; one family, or several that are not related.
///
/// A parent who is not in the pedigree is None: that gene is drawn from the population. ``len``, ``in`` and iteration go
/// over the ids, parents before their children. Two pedigrees are equal if they say the same of the same people.
///
/// Parameters
/// ----------
/// people : iterable of tuple
///     A person each: (id, father, mother, sex), in any order; the sex may be left out. Sex: 1, "male" or "m"; 2, "female"
///     or "f"; 0 or None where it is not known. Who is a father is male, who is a mother is female.
/// inbreeding : mapping of str to float, optional
///     For founders: how probable it is that both genes are copies of one ancestral gene, 0 to 1.
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     Somebody is there twice, has a parent who is not there or of the other sex, or descends from themselves.
///
/// Examples
/// --------
/// >>> from matcher.dna import Pedigree
/// >>> trio = Pedigree([("C", "AF", "M", 2), ("AF", None, None, 1), ("M", None, None, 2)])
/// >>> trio
/// <Pedigree: 3 people, 2 founders>
/// >>> trio.people[2], "AF" in trio
/// (('C', 'AF', 'M', 'female'), True)
/// >>> Pedigree([("A", "B", None, 1), ("B", "A", None, 1)])
/// Traceback (most recent call last):
///   ...
/// matcher.errors.InvalidValueError: person "A": ancestors is "A" among them, expected nobody who descends from themselves
#[pyclass(frozen, module = "matcher.dna")]
#[derive(Clone)]
pub(crate) struct Pedigree {
    pub(crate) inner: Arc<core::Pedigree>,
}

impl From<core::Pedigree> for Pedigree {
    fn from(pedigree: core::Pedigree) -> Self {
        Self { inner: Arc::new(pedigree) }
    }
}

#[pymethods]
impl Pedigree {
    #[new]
    #[pyo3(signature = (people, inbreeding=None))]
    fn new(people: &Bound<'_, PyAny>, inbreeding: Option<&Bound<'_, PyMapping>>) -> PyResult<Self> {
        Ok(Self::from(pedigree(people, inbreeding)?))
    }

    /// Several pedigrees as one: families that are not related.
    ///
    /// Parameters
    /// ----------
    /// pedigrees : iterable of Pedigree
    ///     Nobody may be in two of them.
    ///
    /// Returns
    /// -------
    /// Pedigree
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Pedigree
    /// >>> duo = Pedigree([("C", "F", None, None), ("F", None, None, 1)])
    /// >>> Pedigree.join([duo, Pedigree([("X", None, None, None)])])
    /// <Pedigree: 3 people, 2 founders>
    #[staticmethod]
    fn join(py: Python<'_>, pedigrees: &Bound<'_, PyAny>) -> PyResult<Self> {
        let all: Vec<Self> = pedigrees.try_iter()?.map(|one| self::one(&one?)).collect::<PyResult<_>>()?;
        Ok(Self::from(core::Pedigree::join(all.iter().map(|one| &*one.inner)).or_raise(py)?))
    }

    /// The people as (id, father, mother, sex), parents before their children; sex is "male", "female" or None.
    #[getter]
    fn people<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.rows())
    }

    /// The ids of those of whom neither parent is in the pedigree.
    #[getter]
    fn founders(&self) -> Vec<&str> {
        self.inner.founders().map(|place| self.inner.people()[place].id()).collect()
    }

    /// The founders who are inbred, with how probable it is that both genes are copies of one.
    #[getter]
    fn inbreeding<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for person in self.inner.people().iter().filter(|person| person.inbreeding() != 0.0) {
            dict.set_item(person.id(), person.inbreeding())?;
        }
        Ok(dict)
    }

    /// Everything as plain Python objects, ready for JSON; ``Pedigree(**record)`` reads it.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Pedigree
    /// >>> Pedigree([("F", None, None, 1)], inbreeding={"F": 0.25}).to_dict()
    /// {'people': [['F', None, None, 'male']], 'inbreeding': {'F': 0.25}}
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rows = self.rows().map(|row| Ok(row.into_pyobject(py)?.to_list()));
        let dict = PyDict::new(py);
        dict.set_item("people", rows.collect::<PyResult<Vec<_>>>()?)?;
        dict.set_item("inbreeding", self.inbreeding(py)?)?;
        Ok(dict)
    }

    fn __len__(&self) -> usize {
        self.inner.people().len()
    }

    fn __contains__(&self, id: &str) -> bool {
        self.inner.find(id).is_some()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.inner.people().iter().map(core::Person::id))?.try_iter()?.into_any())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.sorted() == other.get().sorted())
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.sorted().iter().for_each(|(row, _)| row.hash(&mut hasher));
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>,)>> {
        reduced::<Self, _>(py, (frozen(py, &*self.inner)?,))
    }

    /// Undoes ``__reduce__``; the state is checked like any other input.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8]) -> PyResult<Self> {
        Ok(Self::from(thawed::<core::Pedigree>(py, state)?))
    }

    fn __repr__(&self) -> String {
        format!("<Pedigree: {} people, {} founders>", self.__len__(), self.inner.founders().count())
    }
}

impl Pedigree {
    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let people = self.inner.people();
        people.iter().map(|person| {
            let id = |place: Option<usize>| place.map(|place| people[place].id());
            (person.id(), id(person.father()), id(person.mother()), person.sex().map(word))
        })
    }

    /// The people by id, with how inbred they are.
    fn sorted(&self) -> Vec<(Row<'_>, f64)> {
        let inbreeding = self.inner.people().iter().map(core::Person::inbreeding);
        let mut rows: Vec<_> = self.rows().zip(inbreeding).collect();
        rows.sort_unstable_by_key(|(row, _)| row.0);
        rows
    }
}

pub(crate) const fn word(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    }
}

/// A pedigree from the tuples of its people.
fn pedigree(
    people: &Bound<'_, PyAny>,
    inbreeding: Option<&Bound<'_, PyMapping>>,
) -> PyResult<core::Pedigree> {
    let py = people.py();
    let mut coefficients: Vec<(String, f64)> = Vec::new();
    for item in inbreeding.map(PyMappingMethods::items).transpose()?.iter().flatten() {
        coefficients.push(item.extract()?);
    }
    let mut builder = core::Pedigree::builder();
    let wrong = |found: &Bound<'_, PyAny>| {
        let kind = found.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("a person is {kind}, expected a tuple (id, father, mother, sex)"))
    };
    if people.is_instance_of::<PyString>() {
        return Err(wrong(people));
    }
    for person in people.try_iter()? {
        let person = person?;
        if person.is_instance_of::<PyString>() {
            return Err(wrong(&person));
        }
        let fields: Vec<Bound<'_, PyAny>> =
            person.try_iter().map_err(|_| wrong(&person))?.collect::<PyResult<_>>()?;
        if !(3..=4).contains(&fields.len()) {
            let expected = "4: id, father, mother, sex";
            return Err(invalid(py, "number of fields of a person", fields.len(), expected));
        }
        let id = text(&fields[0], "id of a person")?
            .ok_or_else(|| PyTypeError::new_err("id of a person is None, expected str"))?;
        let (father, mother) = (text(&fields[1], "father")?, text(&fields[2], "mother")?);
        let sex = fields.get(3).map(|value| sex(value, &id)).transpose()?.flatten();
        builder = builder.person(&id, father.as_deref(), mother.as_deref(), sex);
        if let Some(place) = coefficients.iter().position(|(of, _)| *of == id) {
            builder = builder.inbreeding(coefficients.swap_remove(place).1);
        }
    }
    if let Some((id, _)) = coefficients.first() {
        let value = format!("of {id:?}, who is not in the pedigree");
        return Err(invalid(py, "inbreeding coefficient", value, "people of the pedigree"));
    }
    builder.build().or_raise(py)
}

fn text(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Some(text.to_str()?.to_owned()));
    }
    let kind = value.get_type().name()?.to_string();
    Err(PyTypeError::new_err(format!("{field} is {kind}, expected str or None")))
}

pub(super) fn sex(value: &Bound<'_, PyAny>, id: &str) -> PyResult<Option<Sex>> {
    let known = match value.cast::<PyString>() {
        Ok(text) => match text.to_str()?.to_lowercase().as_str() {
            "male" | "m" => Some(Some(Sex::Male)),
            "female" | "f" => Some(Some(Sex::Female)),
            "unknown" => Some(None),
            _ => None,
        },
        Err(_) if value.is_none() => Some(None),
        Err(_) if value.is_instance_of::<PyBool>() => None,
        Err(_) => match value.extract::<i64>() {
            Ok(0) => Some(None),
            Ok(1) => Some(Some(Sex::Male)),
            Ok(2) => Some(Some(Sex::Female)),
            _ => None,
        },
    };
    known.ok_or_else(|| {
        let shown = value.repr().map_or_else(|_| "?".to_owned(), |text| text.to_string());
        let expected = "1 or \"male\", 2 or \"female\", 0 or None where it is not known";
        invalid(value.py(), &format!("sex of person {id:?}"), shown, expected)
    })
}

/// A pedigree, or the tuples of its people, or several of the former: families of one hypothesis.
pub(crate) fn one(argument: &Bound<'_, PyAny>) -> PyResult<Pedigree> {
    if let Ok(pedigree) = argument.cast::<Pedigree>() {
        return Ok(pedigree.get().clone());
    }
    let wrong = || -> PyErr {
        let kind = argument.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("a hypothesis is {kind}, expected Pedigree or a list of such"))
    };
    if argument.is_instance_of::<PyString>() || argument.cast::<PyMapping>().is_ok() && !is_list(argument) {
        return Err(wrong());
    }
    let items: Vec<Bound<'_, PyAny>> = argument.try_iter().map_err(|_| wrong())?.collect::<PyResult<_>>()?;
    if !items.is_empty() && items.iter().all(PyAnyMethods::is_instance_of::<Pedigree>) {
        let all: Vec<Pedigree> = items.iter().map(one).collect::<PyResult<_>>()?;
        let joined = core::Pedigree::join(all.iter().map(|one| &*one.inner));
        return Ok(Pedigree::from(joined.or_raise(argument.py())?));
    }
    let list = PyList::new(argument.py(), items)?;
    Ok(Pedigree::from(pedigree(list.as_any(), None)?))
}

/// Sequences are mappings to some: not these.
fn is_list(argument: &Bound<'_, PyAny>) -> bool {
    argument.is_instance_of::<PyList>() || argument.is_instance_of::<PyTuple>()
}
