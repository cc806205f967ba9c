//! Real directories, and servers that pretend to be one: what is written there, what is known of it afterwards, and what
//! bad answers come to.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

#[cfg(test)]
mod active_directory;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod ds389;
#[cfg(test)]
mod ldap;
#[cfg(test)]
mod populations;
#[cfg(test)]
mod whole;
