//! What work on a secret leaves on the stack: the buffers of hashes, ciphers and of strength rating hold pieces of it or
//! the whole of it, and nothing wipes them (SM-01). What is freed on the heap is wiped by the allocator of app and server.
//!
//! **Invariant:** this crate knows no other crate of the workspace, so that each of them can use it.

use zeroize::Zeroize as _;

/// Words; 64 KiB are more than any such work takes, unoptimised builds included.
const USED: usize = 8 * 1024;

/// Does some work and overwrites the part of the stack that it has used.
pub fn without_trace<T>(work: impl FnOnce() -> T) -> T {
    let result = below(work);
    scrub();
    result
}

/// A frame of its own: inlined, what the work keeps on the stack would stand above what is overwritten.
#[inline(never)]
fn below<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn scrub() {
    let mut pad = [0_u64; USED];
    pad.zeroize();
    std::hint::black_box(&pad);
}
