//! Queries about people: who there is, what they have set up, how they stand, what a file says of them.

pub(crate) mod account;
pub(crate) mod device;
pub(crate) mod in_a_row;
pub(crate) mod method;
pub(crate) mod people;
pub(crate) mod population;
pub(crate) mod replaced;
pub(crate) mod staged;
pub(crate) mod standing;
