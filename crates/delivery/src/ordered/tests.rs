//! Gateways that answer as they are told to, in every order.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::*;

/// Answers as it is told to and remembers what it was given.
struct Told {
    answer: Mutex<fn(usize) -> Result<Accepted, NotSent>>,
    given: Mutex<Vec<String>>,
    tells_repetitions: AtomicBool,
    carries_nothing: AtomicBool,
}

impl Told {
    fn new(answer: fn(usize) -> Result<Accepted, NotSent>) -> Arc<Self> {
        let (answer, given) = (Mutex::new(answer), Mutex::default());
        Arc::new(Self {
            answer,
            given,
            tells_repetitions: AtomicBool::default(),
            carries_nothing: AtomicBool::default(),
        })
    }

    fn set(&self, answer: fn(usize) -> Result<Accepted, NotSent>) {
        *self.answer.lock().expect("a lock") = answer;
    }

    /// Answers the message that is the next one.
    fn answers(&self) -> Result<Accepted, NotSent> {
        let answer = *self.answer.lock().expect("a lock");
        answer(self.given.lock().expect("a lock").len())
    }
}

impl Delivery for Told {
    fn send<'a>(&'a self, message: &'a Message) -> Answer<'a> {
        self.given.lock().expect("a lock").push(message.id.clone());
        Box::pin(std::future::ready(self.answers()))
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(std::future::ready(self.answers().map(drop).map_err(Into::into)))
    }

    fn carries(&self, _: &Message) -> bool {
        !self.carries_nothing.load(Ordering::Relaxed)
    }

    fn is_idempotent(&self) -> bool {
        self.tells_repetitions.load(Ordering::Relaxed)
    }
}

fn accepts(_: usize) -> Result<Accepted, NotSent> {
    Ok(Accepted { gateway: None, provider_id: Some("17".to_owned()) })
}

fn refuses(_: usize) -> Result<Accepted, NotSent> {
    Err(NotSent::Refused("no such number".into()))
}

fn later(_: usize) -> Result<Accepted, NotSent> {
    Err(NotSent::TryAgain { after: Some(Duration::from_secs(40)), cause: "busy".into() })
}

fn much_later(_: usize) -> Result<Accepted, NotSent> {
    Err(NotSent::TryAgain { after: Some(Duration::from_secs(3600)), cause: "closed".into() })
}

fn down(_: usize) -> Result<Accepted, NotSent> {
    Err(NotSent::TryAgain { after: None, cause: "no connection".into() })
}

fn loses(_: usize) -> Result<Accepted, NotSent> {
    Err(NotSent::AnswerLost("the connection broke".into()))
}

fn loses_then_is_down(turn: usize) -> Result<Accepted, NotSent> {
    if turn == 1 { loses(turn) } else { down(turn) }
}

struct Two {
    first: Arc<Told>,
    second: Arc<Told>,
    both: Ordered,
}

impl Two {
    fn of(first: fn(usize) -> Result<Accepted, NotSent>, second: fn(usize) -> Result<Accepted, NotSent>) -> Self {
        let [first, second] = [first, second].map(Told::new);
        let gateway = |name: &str, told: &Arc<Told>| Gateway {
            name: name.to_owned(),
            kinds: vec![Kind::Text],
            regions: Vec::new(),
            delivery: Arc::clone(told) as Arc<dyn Delivery>,
        };
        let both = Ordered::new(vec![gateway("first", &first), gateway("second", &second)]);
        Self { first, second, both }
    }

    async fn send(&self, at: i64, attempt: u32) -> Result<Accepted, NotSent> {
        self.both.send(&message(at, attempt)).await
    }

    fn given(&self) -> (usize, usize) {
        (self.first.given.lock().expect("a lock").len(), self.second.given.lock().expect("a lock").len())
    }
}

fn message(at: i64, attempt: u32) -> Message {
    Message {
        id: "m".to_owned(),
        at: Timestamp::from_second(at).expect("a time"),
        expires_at: Timestamp::from_second(at + 300).expect("a time"),
        attempt,
        kind: Kind::Text,
        to: "+12025550134".to_owned().into(),
        region: Some("US".to_owned()),
        language: "en".to_owned(),
        subject: String::new(),
        prompt: None,
        body: "31415926".to_owned().into(),
        code: None,
    }
}

fn by(sent: Result<Accepted, NotSent>) -> Option<String> {
    sent.expect("it was taken").gateway
}

#[tokio::test]
async fn a_message_goes_by_the_first_and_by_the_next_where_that_has_not_taken_it() {
    let two = Two::of(accepts, accepts);
    assert_eq!(by(two.send(0, 1).await).as_deref(), Some("first"));
    assert_eq!(two.given(), (1, 0));
    let two = Two::of(down, accepts);
    assert_eq!(by(two.send(0, 1).await).as_deref(), Some("second"));
    assert_eq!(two.given(), (1, 1));
}

#[tokio::test]
async fn what_was_refused_or_may_have_been_sent_goes_to_no_other() {
    let two = Two::of(refuses, accepts);
    assert!(matches!(two.send(0, 1).await, Err(NotSent::Refused(_))));
    assert_eq!(two.given(), (1, 0));
    let two = Two::of(loses, accepts);
    assert!(matches!(two.send(0, 1).await, Err(NotSent::AnswerLost(_))));
    assert_eq!(two.given(), (1, 0));
    assert_eq!(by(two.send(60, 2).await).as_deref(), Some("second"), "a repetition begins with the next");
}

#[tokio::test]
async fn where_none_has_taken_it_the_soonest_time_is_said() {
    let two = Two::of(later, much_later);
    let Err(NotSent::TryAgain { after, cause }) = two.send(0, 1).await else { panic!("nobody took it") };
    assert_eq!(after, Some(Duration::from_secs(40)));
    assert_eq!(cause.to_string(), "the gateway \"second\"");
    // One that did not say when may be back at once.
    let two = Two::of(much_later, down);
    assert!(matches!(two.send(0, 1).await, Err(NotSent::TryAgain { after: None, .. })));
}

#[tokio::test]
async fn a_gateway_that_failed_is_asked_last_until_its_rest_is_over() {
    let two = Two::of(loses, accepts);
    assert!(two.send(0, 1).await.is_err());
    assert_eq!(by(two.send(14, 1).await).as_deref(), Some("second"), "the first rests");
    assert_eq!(two.given(), (1, 1));
    assert!(two.send(15, 1).await.is_err(), "it is asked again");
    assert_eq!(by(two.send(44, 1).await).as_deref(), Some("second"), "and rests for twice as long");
    let alone = Two::of(loses, refuses);
    assert!(alone.send(0, 1).await.is_err());
    assert!(matches!(alone.send(1, 1).await, Err(NotSent::Refused(_))), "the other is asked first");
    let tallies = two.both.tallies();
    assert_eq!(tallies.iter().map(|tally| (tally.accepted, tally.lost)).collect::<Vec<_>>(), [(0, 2), (2, 0)]);
}

#[tokio::test]
async fn a_gateway_that_fails_at_once_is_asked_first_again_and_one_that_said_when_is_not() {
    let two = Two::of(down, accepts);
    for at in [0, 1] {
        assert_eq!(by(two.send(at, 1).await).as_deref(), Some("second"));
    }
    assert_eq!(two.given(), (2, 2));
    let two = Two::of(later, accepts);
    for at in [0, 39, 40] {
        assert_eq!(by(two.send(at, 1).await).as_deref(), Some("second"));
    }
    assert_eq!(two.given(), (2, 3), "it was left alone for 40 seconds");
}

#[tokio::test]
async fn a_repetition_goes_last_to_the_gateway_that_may_have_sent_it() {
    // The first was down, so it was the second that may have sent it.
    let two = Two::of(down, loses);
    assert!(matches!(two.send(0, 1).await, Err(NotSent::AnswerLost(_))));
    assert_eq!(two.given(), (1, 1));
    two.first.set(accepts);
    assert_eq!(by(two.send(60, 2).await).as_deref(), Some("first"));
    assert_eq!(two.given(), (2, 1));
    // After a start the number of the try says who is next.
    let two = Two::of(accepts, accepts);
    assert_eq!(by(two.send(60, 2).await).as_deref(), Some("second"));
}

#[tokio::test]
async fn a_gateway_that_tells_repetitions_is_asked_again_at_once_and_no_other() {
    let two = Two::of(loses, accepts);
    two.first.tells_repetitions.store(true, Ordering::Relaxed);
    assert!(matches!(two.send(0, 1).await, Err(NotSent::AnswerLost(_))));
    assert_eq!(two.given(), (2, 0), "twice under one id");
    // What it does not take the second time may have been sent the first time.
    let two = Two::of(loses_then_is_down, accepts);
    two.first.tells_repetitions.store(true, Ordering::Relaxed);
    assert!(matches!(two.send(0, 1).await, Err(NotSent::AnswerLost(_))));
    assert_eq!(two.given(), (2, 0));
}

#[tokio::test]
async fn what_one_cannot_write_goes_by_another_and_what_none_can_is_refused() {
    let two = Two::of(accepts, accepts);
    two.first.carries_nothing.store(true, Ordering::Relaxed);
    assert_eq!(by(two.send(0, 1).await).as_deref(), Some("second"));
    assert_eq!(two.given(), (0, 1));
    two.second.carries_nothing.store(true, Ordering::Relaxed);
    let Err(NotSent::Refused(cause)) = two.send(0, 1).await else { panic!("nobody can write it") };
    assert!(cause.to_string().contains("in characters that they do not have (en)"), "{cause}");
}

#[tokio::test]
async fn what_nobody_carries_is_refused_and_where_it_should_go_is_said() {
    let two = Two::of(accepts, accepts);
    let call = Message { kind: Kind::Call, ..message(0, 1) };
    let Err(NotSent::Refused(cause)) = two.both.send(&call).await else { panic!("nobody carries calls") };
    assert_eq!(cause.to_string(), "no gateway is configured that carries a call to US");
    let abroad = Ordered::new(vec![Gateway {
        name: "home".to_owned(),
        kinds: vec![Kind::Text],
        regions: vec!["CA".to_owned()],
        delivery: Told::new(accepts),
    }]);
    assert!(matches!(abroad.send(&message(0, 1)).await, Err(NotSent::Refused(_))));
}

#[tokio::test]
async fn a_probe_names_the_gateway_that_cannot_be_used() {
    assert!(Two::of(accepts, accepts).both.probe().await.is_ok());
    let error = Two::of(accepts, down).both.probe().await.expect_err("the second is down");
    assert_eq!(error.to_string(), "the gateway \"second\"");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_hangs_costs_one_answer_and_no_more() {
    struct Hangs;
    impl Delivery for Hangs {
        fn send<'a>(&'a self, _: &'a Message) -> Answer<'a> {
            Box::pin(std::future::pending())
        }
        fn probe(&self) -> Probe<'_> {
            Box::pin(std::future::pending())
        }
    }
    let told = Told::new(accepts);
    let gateway = |name: &str, delivery| Gateway {
        name: name.to_owned(),
        kinds: vec![Kind::Text],
        regions: Vec::new(),
        delivery,
    };
    let both = Ordered::new(vec![gateway("hangs", Arc::new(Hangs) as Arc<dyn Delivery>), gateway("works", told)]);
    assert!(matches!(both.send(&message(0, 1)).await, Err(NotSent::AnswerLost(_))));
    assert_eq!(by(both.send(&message(1, 1)).await).as_deref(), Some("works"));
}
