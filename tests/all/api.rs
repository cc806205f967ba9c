//! The API of the server, asked through its router: no listener, no waiting, a clock that is moved.

mod codes;
mod model;
mod passwords;
mod people;
mod shape;
mod silence;
mod world;
