use std::pin::Pin;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::timeout;

use super::*;
use crate::clock::MovableClock;

type Taking<'a> = Pin<Box<dyn Future<Output = Result<Turn, Busy>> + 'a>>;

fn turns() -> (Turns, Arc<MovableClock>) {
    let clock = Arc::new(MovableClock::at("2026-11-24T08:00:00Z".parse().expect("a time")));
    (Turns::new(&(Arc::clone(&clock) as Arc<dyn Clock>)), clock)
}

fn stranger(last: u8) -> Asker {
    Asker::Stranger { network: IpAddr::from([192, 0, 2, last]), shared: false }
}

fn take(turns: &Turns, asker: Asker) -> Taking<'_> {
    Box::pin(turns.take(Work::Picture, asker))
}

/// What a wait has come to by now, without letting any time pass.
async fn now(taking: &mut Taking<'_>) -> Option<Result<Turn, Busy>> {
    timeout(Duration::ZERO, taking).await.ok()
}

#[tokio::test]
async fn one_is_served_and_the_others_follow_in_their_order() {
    let (turns, _) = turns();
    let first = take(&turns, stranger(1)).await.expect("a turn");
    let (mut second, mut third) = (take(&turns, stranger(2)), take(&turns, stranger(3)));
    assert!(now(&mut second).await.is_none() && now(&mut third).await.is_none());
    drop(first);
    assert!(now(&mut third).await.is_none());
    let second = second.await.expect("a turn");
    assert!(now(&mut third).await.is_none());
    drop(second);
    third.await.expect("a turn");
}

#[tokio::test]
async fn of_one_source_one_waits_and_of_a_shared_one_a_few() {
    // C5
    let (turns, _) = turns();
    let _served = take(&turns, stranger(1)).await.expect("a turn");
    let mut first = take(&turns, stranger(1));
    assert!(now(&mut first).await.is_none());
    assert!(matches!(now(&mut take(&turns, stranger(1))).await, Some(Err(_))));
    let campus = Asker::Stranger { network: IpAddr::from([192, 0, 2, 200]), shared: true };
    let mut waiting: Vec<_> = (0..SHARED).map(|_| take(&turns, campus)).collect();
    for waits in &mut waiting {
        assert!(now(waits).await.is_none());
    }
    assert!(matches!(now(&mut take(&turns, campus)).await, Some(Err(_))));
}

#[tokio::test]
async fn flows_with_a_proven_gate_go_first_but_not_for_ever() {
    let (turns, _) = turns();
    let mut served = take(&turns, stranger(1)).await.expect("a turn");
    let mut stranger = take(&turns, stranger(2));
    assert!(now(&mut stranger).await.is_none());
    let mut flows: VecDeque<_> = (0..5).map(|id| take(&turns, Asker::Flow(id))).collect();
    for flow in &mut flows {
        assert!(now(flow).await.is_none());
    }
    for _ in 0..FLOWS_IN_A_ROW {
        drop(served);
        assert!(now(&mut stranger).await.is_none());
        served = flows.pop_front().expect("a flow").await.expect("a turn");
    }
    drop(served);
    assert!(now(flows.front_mut().expect("a flow")).await.is_none());
    stranger.await.expect("a turn");
}

#[tokio::test]
async fn whoever_finds_the_queue_full_is_told_how_long_it_takes() {
    // C5, R34
    let (turns, clock) = turns();
    for _ in 0..50 {
        let turn = take(&turns, stranger(1)).await.expect("a turn");
        clock.advance(SignedDuration::from_secs(2));
        drop(turn);
    }
    let served = take(&turns, stranger(1)).await.expect("a turn");
    let mut waiting: Vec<_> = (2..).map(|last| take(&turns, stranger(last))).take(STRANGERS).collect();
    for waits in &mut waiting {
        assert!(now(waits).await.is_none());
    }
    let busy = take(&turns, stranger(99)).await.expect_err("full");
    let expected = u64::try_from(STRANGERS + 1).expect("a few") * 2;
    assert!((expected - 1..=expected).contains(&busy.retry_after_seconds), "{busy:?}");
    assert!(now(&mut take(&turns, Asker::Flow(1))).await.is_none(), "a proven flow still has room");
    drop(served);
}

#[tokio::test]
async fn a_wait_that_is_given_up_frees_its_place_and_loses_no_turn() {
    let (turns, _) = turns();
    let served = take(&turns, stranger(1)).await.expect("a turn");
    let (mut gone, mut late) = (take(&turns, stranger(2)), take(&turns, stranger(3)));
    assert!(now(&mut gone).await.is_none() && now(&mut late).await.is_none());
    drop(gone);
    let mut again = take(&turns, stranger(2));
    assert!(now(&mut again).await.is_none(), "the place is free again");
    // Called, and gone before it has looked: the turn goes on to the next.
    drop(served);
    drop(late);
    drop(again.await.expect("a turn"));
    take(&turns, stranger(4)).await.expect("a turn");
}

#[tokio::test]
async fn a_flood_of_one_kind_leaves_the_others_alone() {
    let (turns, _) = turns();
    let _served = take(&turns, stranger(1)).await.expect("a turn");
    turns.take(Work::PasswordHash, stranger(1)).await.expect("a turn");
    turns.take(Work::Rating, stranger(1)).await.expect("a turn");
}
