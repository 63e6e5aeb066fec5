//! Missing persons and victims of disasters: which body is whom, as far as their families' profiles tell.

mod family;

pub use family::Family;
