//! The tree: who may import whom, and the invariants that a tool can see.
