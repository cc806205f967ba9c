//! As many threads as there are cores, for hashing alone.
//!
//! Each of them keeps the memory that a hash is made in. On the threads of the runtime, which come and go, the system's
//! allocator kept 19 MiB and more for every one of them, 883 MiB after a flood (AP-06).

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::{Semaphore, oneshot};

/// What a hash is made in; overwritten by whoever has used it.
pub(crate) type Memory = Vec<argon2::Block>;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The threads; they end with the last of those who may give them work.
#[derive(Debug, Clone)]
pub(crate) struct Cores {
    /// One for each thread, so that no work lies in the channel: who stops waiting has asked for nothing.
    free: Arc<Semaphore>,
    jobs: Sender<Job>,
}

/// The work did not come to its end.
#[derive(Debug, thiserror::Error)]
#[error("the work on a thread was not finished")]
pub(crate) struct Unfinished;

impl Cores {
    /// # Errors
    /// If the system starts no more threads.
    pub(crate) fn start() -> std::io::Result<Self> {
        let many = thread::available_parallelism().map_or(1, NonZero::get);
        let (jobs, waiting) = channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..many {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("hashing".to_owned()).spawn(move || work(&waiting))?;
        }
        Ok(Self { free: Arc::new(Semaphore::new(many)), jobs })
    }

    /// Waits for a free thread and for what it makes of the work, which goes on when its caller has gone.
    ///
    /// # Errors
    /// If the work panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Unfinished> {
        let free = Arc::clone(&self.free).acquire_owned().await.map_err(|_| Unfinished)?;
        let (made, result) = oneshot::channel();
        let job = move |memory: &mut Memory| {
            // Nobody is there to take it if the caller has gone.
            drop(made.send(work(memory)));
            drop(free);
        };
        self.jobs.send(Box::new(job)).map_err(|_| Unfinished)?;
        result.await.map_err(|_| Unfinished)
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    let mut memory = Memory::new();
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A panic ends the one piece of work: what it owned is dropped, and its caller is told.
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!("a hash panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_is_hashed_at_once_than_there_are_cores() {
        // PW-05
        use std::sync::atomic::{AtomicUsize, Ordering};
        let cores = Cores::start().expect("threads");
        let many = thread::available_parallelism().map_or(1, NonZero::get);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut works = tokio::task::JoinSet::new();
        for _ in 0..many * 10 {
            let (cores, now, most) = (cores.clone(), Arc::clone(&now), Arc::clone(&most));
            works.spawn(async move {
                let work = move |memory: &mut Memory| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    memory.resize(20_000, argon2::Block::new());
                    now.fetch_sub(1, Ordering::SeqCst);
                };
                cores.run(work).await.expect("done");
            });
        }
        works.join_all().await;
        assert!((1..=many).contains(&most.load(Ordering::SeqCst)), "{most:?} of {many}");
    }

    #[tokio::test]
    async fn a_panic_ends_one_piece_of_work_and_no_thread() {
        let cores = Cores::start().expect("threads");
        for _ in 0..20 {
            assert!(cores.run(|_| panic!("on purpose")).await.is_err());
        }
        assert_eq!(cores.run(|_| 7).await.expect("done"), 7);
    }
}
