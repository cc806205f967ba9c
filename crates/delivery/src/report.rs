//! What a gateway says of a message after it has taken it.

/// Where a message stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which try at the message it is about.
    pub of: Try,
    pub state: State,
}

/// How a gateway tells one try at a message from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Try {
    /// By what the provider calls it.
    Named(String),
    /// By its number, which the gateway was given with the address that it reports to.
    Numbered(u32),
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The provider has it.
    Taken,
    /// A phone has it.
    Delivered,
    /// It will not arrive; with the provider's code, where it gives one.
    Failed(Option<u32>),
}
