//! The whole client against the whole server, without a window.
