//! The contract: generated files are what the types say.
