//! The gates of a flow: a proof is asked for, counted, compared and believed once.

pub(super) mod challenge;
pub(super) mod compare;
pub(super) mod limited;
pub(super) mod proof;
pub(super) mod sends;
