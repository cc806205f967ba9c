//! Places of a workstation, with a real keyring.
