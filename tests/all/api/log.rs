//! What the server writes into its log while a test runs, at the finest level.

use std::cell::RefCell;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

type Lines = Arc<Mutex<Vec<u8>>>;

thread_local! {
    /// Where this thread's lines are kept; other tests log on other threads of this process.
    static KEPT: RefCell<Option<Lines>> = const { RefCell::new(None) };
}

/// Keeps what is written by the threads of a test that keeps its log.
struct Keeper;

impl Write for Keeper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        KEPT.with_borrow(|kept| {
            if let Some(lines) = kept {
                lines.lock().unwrap().extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a test and gives back what it came to, and its log.
pub(super) fn kept<T>(test: impl Future<Output = T>) -> (T, String) {
    static SUBSCRIBED: OnceLock<()> = OnceLock::new();
    // For the whole process: what a scoped one hears depends on which thread came first to a line.
    SUBSCRIBED.get_or_init(|| {
        let subscriber =
            tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(|| Keeper).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
    let lines = Lines::default();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let of_threads = Arc::clone(&lines);
    let runtime = runtime.enable_all().on_thread_start(move || KEPT.set(Some(Arc::clone(&of_threads))));
    let runtime = runtime.build().unwrap();
    KEPT.set(Some(Arc::clone(&lines)));
    let came = runtime.block_on(test);
    drop(runtime);
    KEPT.set(None);
    let log = String::from_utf8(lines.lock().unwrap().clone()).unwrap();
    (came, log)
}
