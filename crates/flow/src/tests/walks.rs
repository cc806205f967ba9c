//! All orders of what a person does and what an honest or a broken server answers, up to a depth.
//!
//! States that look alike are walked once. `LATCHKEY_WALK=9` walks deeper than the 6 of every run.

use std::collections::BTreeSet;

use super::*;

/// What the server has proven so far, beside the flow: the model that its screens are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Truth {
    revision: u32,
    gates: u8,
    done: bool,
}

#[derive(Clone)]
struct Walker {
    flow: Flow,
    truth: Truth,
    /// The call that waits for an answer.
    asked: Option<Asked>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Campus,
    Start,
    Challenge,
    Proof,
    Password,
    Look,
    Cancel,
}

impl Walker {
    fn at(opening: Opening) -> Self {
        let (flow, _) = Flow::new(opening, "en".into(), None, None);
        Self { flow, truth: Truth { revision: 1, gates: 0, done: false }, asked: Some(Asked::Campus) }
    }

    /// States with the same key go on alike.
    fn key(&self) -> String {
        let mut flow = self.flow.clone();
        flow.sequence = 0;
        format!("{flow:?} {:?} {:?}", self.truth, self.asked)
    }

    fn handle(&mut self, input: Input) {
        for effect in self.flow.handle(input) {
            self.asked = Some(match effect {
                Effect::FetchCampus => Asked::Campus,
                Effect::Start { .. } => Asked::Start,
                Effect::Challenge { .. } => Asked::Challenge,
                Effect::Prove(_) => Asked::Proof,
                Effect::SetPassword { .. } => {
                    assert_eq!(self.truth.gates, 2, "a password goes out before both gates are proven");
                    Asked::Password
                }
                Effect::Look | Effect::Extend { .. } => Asked::Look,
                Effect::Cancel { .. } => Asked::Cancel,
                Effect::DropCall => {
                    self.asked = None;
                    continue;
                }
                Effect::FindCopies { .. } => {
                    assert!(self.truth.done, "a place is touched before the end");
                    continue;
                }
                _ => continue,
            });
        }
        if let Screen::Done { .. } = self.flow.view().screen {
            assert!(self.truth.done && self.truth.gates == 2, "an end without both gates: {:?}", self.truth);
        }
    }

    /// Where the attempt stands for the server.
    fn step(&self) -> Step {
        match (self.truth.done, self.truth.gates) {
            (true, _) => done(),
            (false, 2) => set_password(),
            (false, _) => choose(),
        }
    }

    /// Everything that may be answered to what was asked.
    fn answers(&self) -> Vec<(Truth, Input)> {
        let Some(asked) = self.asked else { return Vec::new() };
        let Truth { revision, gates, .. } = self.truth;
        let next = Truth { revision: revision + 1, ..self.truth };
        let ok = |truth: Truth, step: Step| (truth, Input::Answer(Ok(answered(truth.revision, step))));
        let no = |code: Code| (self.truth, Input::Answer(Err(refusal(code, revision, self.step()))));
        let lost = (self.truth, Input::Answer(Err(NO_ANSWER)));
        match asked {
            Asked::Campus => {
                vec![(self.truth, Input::Campus(Ok(Box::new(campus())))), (self.truth, Input::Campus(Err(NO_ANSWER)))]
            }
            Asked::Start => {
                let fresh = Truth { gates: 0, done: false, ..next };
                vec![ok(fresh, choose()), (self.truth, Input::Answer(Err(problem(Code::RateLimited)))), lost]
            }
            Asked::Challenge => vec![ok(next, prove(Method::Totp)), no(Code::RateLimited), lost],
            Asked::Proof => {
                let proven = Truth { gates: (gates + 1).min(2), ..next };
                let step = if proven.gates == 2 { set_password() } else { choose() };
                vec![ok(proven, step), no(Code::CodeWrong), no(Code::Unavailable), lost]
            }
            Asked::Password => {
                let written = Truth { done: true, ..next };
                vec![
                    ok(written, done()),
                    ok(next, Step::Working),
                    no(Code::Unavailable),
                    no(Code::PasswordRefused),
                    no(Code::Stale),
                    // It was written, and nobody heard of it.
                    (written, Input::Answer(Err(NO_ANSWER))),
                    lost,
                ]
            }
            Asked::Look => vec![ok(self.truth, self.step()), no(Code::Unavailable), lost],
            Asked::Cancel => vec![ok(next, Step::Cancelled), no(Code::Stale), lost],
        }
    }

    fn actions(&self) -> Vec<Action<SecretString>> {
        match self.flow.view().screen {
            Screen::Identify { .. } => vec![identify("ada"), Action::Cancel],
            Screen::ChooseMethod { .. } => {
                vec![Action::ChooseMethod { method: Method::Totp, destination: None }, Action::Cancel]
            }
            Screen::EnterCode { .. } => {
                vec![Action::SubmitCode { code: "123456".into() }, Action::UseAnotherWay, Action::Cancel]
            }
            Screen::NewPassword { .. } => {
                vec![Action::SubmitPassword { new: "new".into(), confirm: "new".into() }, Action::Stay, Action::Cancel]
            }
            Screen::Done { .. } => vec![Action::RefreshCopies { ids: vec!["a".into()] }, Action::StartOver],
            Screen::Cancelled | Screen::Expired => vec![Action::StartOver],
            Screen::Offline { .. } => vec![Action::Retry, Action::Cancel],
            _ => Vec::new(),
        }
    }

    /// On a screen that waits for the person, something that the person can do changes something.
    fn is_not_dead(&self) {
        let view = self.flow.view();
        if self.asked.is_some() || view.screen.is_final() || matches!(view.screen, Screen::Working { .. }) {
            return;
        }
        let moves = self.actions().into_iter().any(|action| {
            let mut flow = self.flow.clone();
            !did(&mut flow, action).is_empty() || flow.view().screen != view.screen
        });
        assert!(moves, "nothing can be done on {:?}", view.screen);
    }

    /// The same answer to everything that is asked by itself comes to rest: nobody is at the screen.
    fn does_not_spin(&self) {
        for which in 0..7 {
            let mut alone = self.clone();
            let mut rounds = 0;
            while alone.asked.is_some() {
                let answers = alone.answers();
                let (truth, input) = answers[which.min(answers.len() - 1)].clone();
                alone.asked = None;
                alone.truth = truth;
                alone.handle(input);
                rounds += 1;
                assert!(rounds < 8, "answer {which} is asked for again and again at {:?}", alone.flow.view().screen);
            }
        }
    }

    fn next(&self) -> Vec<Self> {
        let mut next = Vec::new();
        for (truth, input) in self.answers() {
            let mut walker = Self { truth, asked: None, ..self.clone() };
            walker.handle(input);
            next.push(walker);
        }
        for action in self.actions() {
            let mut walker = self.clone();
            walker.handle(Input::Did { action, operation: operation() });
            next.push(walker);
        }
        let mut woken = self.clone();
        woken.handle(Input::Woken(Timer::Server));
        next.push(woken);
        next
    }
}

/// Before the server has answered, at the second gate, and with a password to choose.
fn beginnings() -> Vec<Walker> {
    let begun = Walker::at(Opening::of(Case::Forgotten));
    let mut identified = begun.clone();
    identified.asked = None;
    identified.handle(Input::Campus(Ok(Box::new(campus()))));
    let at_gates = |gates: u8| {
        let mut walker = identified.clone();
        walker.handle(Input::Did { action: identify("ada"), operation: operation() });
        walker.asked = None;
        walker.truth = Truth { revision: 9, gates, done: false };
        let step = walker.step();
        walker.handle(Input::Answer(Ok(answered(9, step))));
        walker
    };
    vec![begun, at_gates(0), at_gates(1), at_gates(2), identified]
}

#[test]
fn no_order_of_actions_and_answers_ends_wrongly_spins_or_dies() {
    let depth = std::env::var("LATCHKEY_WALK").ok().and_then(|depth| depth.parse().ok()).unwrap_or(6);
    let mut seen = BTreeSet::new();
    let mut here = beginnings();
    let (mut ends, mut walked) = (0, 0);
    for _ in 0..=depth {
        let mut next = Vec::new();
        for walker in here {
            if !seen.insert(walker.key()) {
                continue;
            }
            walker.is_not_dead();
            walker.does_not_spin();
            ends += usize::from(walker.truth.done);
            walked += 1;
            next.extend(walker.next());
        }
        here = next;
    }
    assert!(walked > 200 && ends > 10, "the walk went nowhere: {walked} states, {ends} ends");
}
