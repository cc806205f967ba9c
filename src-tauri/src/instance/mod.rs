//! One process of each name: a second start hands its arguments over to the first, and takes its place if that one is
//! just ending.
//!
//! What differs from system to system: one file each with the same signatures, chosen here and nowhere else.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub use linux::claim;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::claim;
