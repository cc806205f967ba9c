//! One process of each name: a second start hands its arguments over to the first, and takes its place if that one is
//! just ending. One that does not answer in time is left alone, and the second start goes on by itself.
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

/// A further start of the app, as the process hears of it that is there already.
#[derive(Debug)]
pub struct FurtherStart {
    /// Its arguments, its name first.
    pub arguments: Vec<String>,
    /// The desktop's leave to come to the front, which whoever clicked on something has and nobody else. A process
    /// that is started for this one takes it along.
    pub activation: Option<String>,
}
