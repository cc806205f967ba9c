//! The calls of one flow that cost something are done one after the other: a call that is sent again while the first is
//! still at work waits for it and is answered by what came of it, instead of wanting a turn of its own (B7, R02).
//!
//! Only the database decides what is done once. This spares a person who pressed twice, or whose app has sent its call
//! again, from being told that too much is waiting.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Busy;

/// How many calls of one flow may be here at once: an app makes one at a time and sends it again.
const CALLS: usize = 16;

/// Who names a flow here: the hash of its token.
pub type FlowKey = [u8; 32];

/// The flows that have a call at work.
#[derive(Debug, Default)]
pub(super) struct Flows(Mutex<HashMap<FlowKey, Line>>);

#[derive(Debug)]
struct Line {
    one: Arc<Semaphore>,
    calls: usize,
}

/// The right to be the one call of a flow that is at work; dropping it lets the next one in.
#[derive(Debug)]
pub struct Alone {
    _right: OwnedSemaphorePermit,
    _place: Place,
}

/// A place among the calls of a flow, which is given up when it is dropped.
#[derive(Debug)]
struct Place {
    flows: Arc<Flows>,
    flow: FlowKey,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lines = self.flows.lines();
        if let Some(line) = lines.get_mut(&self.flow) {
            line.calls -= 1;
            if line.calls == 0 {
                lines.remove(&self.flow);
            }
        }
    }
}

impl Flows {
    /// Waits until the calls of this flow that came before are done.
    pub(super) async fn enter(self: &Arc<Self>, flow: FlowKey) -> Result<Alone, Busy> {
        let (one, place) = self.place(flow)?;
        // Nobody ever closes it.
        let right = one.acquire_owned().await.map_err(|_| Busy { retry_after_seconds: 1 })?;
        Ok(Alone { _right: right, _place: place })
    }

    fn place(self: &Arc<Self>, flow: FlowKey) -> Result<(Arc<Semaphore>, Place), Busy> {
        let mut lines = self.lines();
        let line = lines.entry(flow).or_insert_with(|| Line { one: Arc::new(Semaphore::new(1)), calls: 0 });
        if line.calls >= CALLS {
            return Err(Busy { retry_after_seconds: 1 });
        }
        line.calls += 1;
        Ok((Arc::clone(&line.one), Place { flows: Arc::clone(self), flow }))
    }

    /// Nothing that is done under this lock can panic halfway.
    fn lines(&self) -> MutexGuard<'_, HashMap<FlowKey, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn of_one_flow_one_call_is_at_work_and_another_flow_does_not_wait_for_it() {
        let flows = Arc::new(Flows::default());
        let first = flows.enter([1; 32]).await.expect("alone");
        let mut second = Box::pin(flows.enter([1; 32]));
        timeout(Duration::ZERO, &mut second).await.expect_err("it waits");
        drop(flows.enter([2; 32]).await.expect("alone"));
        drop(first);
        drop(second.await.expect("its turn"));
        assert!(flows.lines().is_empty(), "nothing is kept of a flow without a call");
    }

    #[tokio::test]
    async fn so_many_calls_of_one_flow_wait_and_whoever_gives_up_leaves_a_place() {
        let flows = Arc::new(Flows::default());
        let first = flows.enter([1; 32]).await.expect("alone");
        let mut waiting = Vec::new();
        for _ in 1..CALLS {
            let mut one = Box::pin(flows.enter([1; 32]));
            timeout(Duration::ZERO, &mut one).await.expect_err("it waits");
            waiting.push(one);
        }
        assert!(flows.enter([1; 32]).await.is_err(), "one too many");
        waiting.pop();
        let mut last = Box::pin(flows.enter([1; 32]));
        timeout(Duration::ZERO, &mut last).await.expect_err("it waits");
        drop((first, waiting));
        last.await.expect("its turn");
        assert!(flows.lines().is_empty());
    }
}
