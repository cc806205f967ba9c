//! Messages that leave: the server's own queue and worker, the gateways as they are configured, and what stands at the
//! other end.

mod ordered;
mod smtp;
