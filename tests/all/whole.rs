//! The whole client against the whole server over loopback, without a window.

use std::path::{Path, PathBuf};

use latchkey_api::flow::Method;
use latchkey_api::problem::Code;
use latchkey_client::places::Places;
use latchkey_client::run::{Message, Shell, Workstation, run};
use latchkey_client::seal::seal;
use latchkey_client::settings::Settings;
use latchkey_credstore::{Journal, Pending};
use latchkey_flow::screen::{
    Action, Case, Lost, PlacesState, Rating, Screen, Sealed, Trouble, TroubleCode, TypedAnswer, View,
};
use latchkey_flow::window::{Opening, WindowKind};
use latchkey_tests::Campus;
use latchkey_tests::campus::{Account, Proof};
use latchkey_tests::wait::PATIENCE;
use secrecy::SecretString;
use tokio::sync::{mpsc, oneshot, watch};

/// A window that nobody sees.
pub(crate) struct Person {
    views: watch::Receiver<Option<View>>,
    messages: mpsc::UnboundedSender<Message>,
    /// The folder of the journal.
    state: PathBuf,
    _folder: Option<tempfile::TempDir>,
}

struct Glass(watch::Sender<Option<View>>);

impl Shell for Glass {
    fn draw(&self, view: &View) {
        self.0.send_replace(Some(view.clone()));
    }
    fn notify(&self, _: &'static str) {}
    fn renew_page(&self) {}
    fn print(&self) {}
    fn open(&self, _: Opening) -> bool {
        true
    }
    fn close(&self) {}
}

impl Person {
    fn at(opening: impl Into<Opening>, campus: &Campus) -> Self {
        let settings = Settings::read(&campus.policy().expect("policy")).expect("settings");
        Self::with(opening, settings, None)
    }

    pub(crate) fn with(opening: impl Into<Opening>, settings: Settings, places: Option<Places>) -> Self {
        let folder = tempfile::tempdir().expect("tempdir");
        let state = folder.path().join("latchkey");
        Self { _folder: Some(folder), ..Self::on(&state, opening, settings, places) }
    }

    /// The same with a journal that stays.
    pub(crate) fn on(state: &Path, opening: impl Into<Opening>, settings: Settings, places: Option<Places>) -> Self {
        latchkey_tests::install_provider();
        let (drawn, views) = watch::channel(None);
        let (messages, inbox) = mpsc::unbounded_channel();
        let workstation = Workstation {
            settings: Ok(settings),
            languages: vec!["en".into()],
            places,
            state: state.to_owned(),
            documents: state.parent().map(Path::to_owned),
            signed_in: None,
        };
        tokio::spawn(run(opening.into(), workstation, Glass(drawn), inbox));
        let (looks, _) = oneshot::channel();
        messages.send(Message::Screen(looks)).expect("a flow");
        Self { views, messages, state: state.to_owned(), _folder: None }
    }

    pub(crate) async fn see(&mut self, wanted: impl Fn(&Screen) -> bool) -> Screen {
        let seen = self.views.wait_for(|view| view.as_ref().is_some_and(|view| wanted(&view.screen)));
        let seen = tokio::time::timeout(PATIENCE, seen).await.map(|seen| seen.expect("a view").clone());
        let Ok(Some(view)) = seen else { panic!("still at {:?}", self.views.borrow()) };
        view.screen
    }

    pub(crate) fn act(&self, action: Action<Sealed>) {
        self.messages.send(Message::Act(action)).expect("a flow");
    }

    pub(crate) async fn sealed(&self, secret: &str) -> Sealed {
        let (answer, key) = oneshot::channel();
        self.messages.send(Message::Key(answer)).expect("a flow");
        let key = key.await.expect("an answer").expect("a key");
        seal(&key, &SecretString::from(secret)).expect("seals")
    }

    pub(crate) async fn identify(&mut self, account: &str) -> Screen {
        self.see(|screen| matches!(screen, Screen::Identify { busy: false, characters: Some(_), .. })).await;
        self.act(Action::SkipCharacters);
        self.see(|screen| matches!(screen, Screen::Identify { busy: false, characters: None, .. })).await;
        self.act(Action::Identify { account: account.into(), characters: None });
        self.see(|screen| matches!(screen, Screen::ChooseMethod { busy: false, .. })).await
    }

    async fn choose(&self, proof: &Proof) {
        let method = Method::ALL.into_iter().find(|method| method.as_str() == proof.method).expect("a method");
        self.act(Action::ChooseMethod { method, destination: proof.destination.clone() });
    }

    async fn prove(&mut self, campus: &mut Campus, proof: &Proof) {
        self.choose(proof).await;
        if proof.method == "questions" {
            let asked = self.see(|screen| matches!(screen, Screen::AnswerQuestions { busy: false, .. })).await;
            let Screen::AnswerQuestions { questions, .. } = asked else { unreachable!() };
            let mut answers = Vec::new();
            for question in questions {
                let known = proof.answers.iter().find(|answer| answer.id == question.id).expect("an answer");
                answers.push(TypedAnswer { id: question.id, answer: self.sealed(&known.answer).await });
            }
            return self.act(Action::SubmitAnswers { answers });
        }
        self.see(|screen| matches!(screen, Screen::EnterCode { busy: false, .. })).await;
        let code = campus.code(proof).await.expect("a code");
        let code = self.sealed(&code).await;
        self.act(Action::SubmitCode { code });
    }

    /// What the window says of a password while it is typed.
    pub(crate) async fn rate(&self, password: &str) -> Rating {
        let (answer, rating) = oneshot::channel();
        self.messages.send(Message::Rate(self.sealed(password).await, answer)).expect("a flow");
        rating.await.expect("a rating")
    }

    pub(crate) async fn submit_password(&self, new: &str) {
        let (new, confirm) = (self.sealed(new).await, self.sealed(new).await);
        self.act(Action::SubmitPassword { new, confirm });
    }

    pub(crate) async fn change(&mut self, account: &str, old: &str, new: &str) {
        self.see(|screen| matches!(screen, Screen::ChangePassword { busy: false, .. })).await;
        let (old, confirm) = (self.sealed(old).await, self.sealed(new).await);
        let new = self.sealed(new).await;
        self.act(Action::SubmitChange { account: account.into(), old, new, confirm });
    }

    /// Resets the password of an account by a text and questions, up to the last click.
    pub(crate) async fn reset(&mut self, campus: &mut Campus, of: &Account, new: &str) {
        self.identify(&of.account).await;
        self.prove(campus, of.proof("text_mobile").expect("a method")).await;
        self.see(|screen| matches!(screen, Screen::ChooseMethod { busy: false, .. })).await;
        self.prove(campus, of.proof("questions").expect("a method")).await;
        self.see(|screen| matches!(screen, Screen::NewPassword { busy: false, .. })).await;
        self.submit_password(new).await;
    }

    pub(crate) async fn done(&mut self) {
        let done =
            |screen: &Screen| matches!(screen, Screen::Done { places, .. } if places.state == PlacesState::Finished);
        self.see(done).await;
    }
}

fn trouble(screen: &Screen) -> Option<&Trouble> {
    match screen {
        Screen::Identify { error, .. }
        | Screen::ChooseMethod { error, .. }
        | Screen::EnterCode { error, .. }
        | Screen::AnswerQuestions { error, .. }
        | Screen::NewPassword { error, .. }
        | Screen::ChangePassword { error, .. }
        | Screen::FinishPlaces { error, .. }
        | Screen::NotMe { error, .. }
        | Screen::SignIn { error, .. }
        | Screen::Manage { error, .. }
        | Screen::AddDestination { error, .. }
        | Screen::ConfirmMeans { error, .. }
        | Screen::AddAuthenticator { error, .. }
        | Screen::AddQuestions { error, .. }
        | Screen::RecoveryCodes { error, .. }
        | Screen::RemoveMeans { error, .. } => error.as_ref(),
        Screen::Starting
        | Screen::Start { .. }
        | Screen::Elsewhere
        | Screen::NotMeDone { .. }
        | Screen::Helpdesk { .. }
        | Screen::Working { .. }
        | Screen::Done { .. }
        | Screen::Blocked { .. }
        | Screen::Cancelled
        | Screen::Uncertain
        | Screen::Expired
        | Screen::Offline { .. }
        | Screen::Unusable { .. } => None,
    }
}

fn is(code: Code) -> impl Fn(&Screen) -> bool {
    move |screen| trouble(screen).is_some_and(|trouble| trouble.code == TroubleCode::Server(code))
}

const NEW: &str = "violet tractor onion mail";

#[tokio::test]
async fn a_password_is_reset_and_then_changed_and_the_journal_says_what_is_left() {
    let mut campus = Campus::start().await.expect("a campus");
    let ada = campus.account_with(&["text_mobile", "questions"]).expect("an account");
    let mut person = Person::at(Opening::of(Case::Forgotten), &campus);
    person.reset(&mut campus, &ada, NEW).await;
    person.done().await;
    let journal = Journal::open(&person.state).expect("a journal");
    // No place was there to answer, so something may be left to do, and the next window says so (H3).
    let pending = journal.pending().expect("reads");
    let accounts = pending.iter().filter_map(Pending::key).map(|key| key.account).collect::<Vec<_>>();
    assert_eq!(accounts, std::slice::from_ref(&ada.account));

    // The old one is refused, the new one is good for a change.
    let mut person = Person::at(WindowKind::Change, &campus);
    person.change(&ada.account, &ada.password, "another tractor onion mail").await;
    person.see(is(Code::CurrentPasswordWrong)).await;
    person.change(&ada.account, NEW, "another tractor onion mail").await;
    person.done().await;
}

#[tokio::test]
async fn a_refused_password_names_its_reasons_and_another_one_may_follow() {
    let campus = Campus::start().await.expect("a campus");
    let ada = campus.account_with(&["email"]).expect("an account");
    let mut person = Person::at(WindowKind::Change, &campus);
    person.change(&ada.account, &ada.password, "short").await;
    let refused = person.see(is(Code::PasswordRefused)).await;
    let refusals = &trouble(&refused).expect("an error").refusals;
    assert!(refusals.contains(&latchkey_api::password::Refusal::TooShort { value: 12 }), "{refusals:?}");
    person.change(&ada.account, &ada.password, NEW).await;
    person.done().await;
}

#[tokio::test]
async fn wrong_codes_are_counted_until_the_code_is_void() {
    // OT-04
    let mut campus = Campus::start().await.expect("a campus");
    let ada = campus.account_with(&["text_mobile", "totp"]).expect("an account");
    let mobile = ada.proof("text_mobile").expect("a method");
    let mut person = Person::at(Opening::of(Case::Forgotten), &campus);
    person.identify(&ada.account).await;
    person.choose(mobile).await;
    person.see(|screen| matches!(screen, Screen::EnterCode { .. })).await;
    let right = campus.code_to(mobile.destination().expect("a number")).await.expect("a code");
    let wrong = if right.starts_with('1') { "20000000" } else { "10000000" };
    for left in (0..5).rev() {
        let code = person.sealed(wrong).await;
        person.act(Action::SubmitCode { code });
        person
            .see(|screen| matches!(screen, Screen::EnterCode { attempts_left, busy: false, .. } if *attempts_left == left))
            .await;
    }
    let code = person.sealed(&right).await;
    person.act(Action::SubmitCode { code });
    person.see(is(Code::CodeSpent)).await;
}

#[tokio::test]
async fn an_unknown_account_is_asked_the_same_and_opens_nothing() {
    // EN-03
    let campus = Campus::start().await.expect("a campus");
    let mut person = Person::at(Opening::of(Case::Forgotten), &campus);
    let Screen::ChooseMethod { methods, .. } = person.identify("nobody-of-that-name").await else { unreachable!() };
    assert!(methods.len() >= 2, "{methods:?}");
    person.act(Action::ChooseMethod { method: methods[0].method, destination: Some("+1 202 555 0199".into()) });
    person
        .see(|screen| {
            trouble(screen).is_some() || matches!(screen, Screen::EnterCode { .. } | Screen::AnswerQuestions { .. })
        })
        .await;
}

#[tokio::test]
async fn a_server_that_comes_back_finds_the_flow_where_it_stood() {
    // R25
    let mut campus = Campus::start().await.expect("a campus");
    let ada = campus.account_with(&["text_mobile", "totp"]).expect("an account");
    let mobile = ada.proof("text_mobile").expect("a method").clone();
    let mut person = Person::at(Opening::of(Case::Forgotten), &campus);
    person.identify(&ada.account).await;
    person.choose(&mobile).await;
    person.see(|screen| matches!(screen, Screen::EnterCode { busy: false, .. })).await;
    let code = campus.code_to(mobile.destination().expect("a number")).await.expect("a code");
    campus.stop().await.expect("stops");
    let sealed = person.sealed(&code).await;
    person.act(Action::SubmitCode { code: sealed });
    person.see(|screen| matches!(screen, Screen::Offline { in_flow: true, .. })).await;
    campus.start_again().await.expect("starts");
    person.act(Action::Retry);
    // The proof never arrived: the same code is still good, and nothing else is asked again.
    person.see(|screen| matches!(screen, Screen::EnterCode { busy: false, .. })).await;
    let sealed = person.sealed(&code).await;
    person.act(Action::SubmitCode { code: sealed });
    person.see(|screen| matches!(screen, Screen::ChooseMethod { busy: false, .. })).await;
}

#[tokio::test]
async fn a_campus_that_suspends_its_server_is_waited_for_and_the_reset_goes_on_where_it_stood() {
    let mut campus = Campus::start().await.expect("a campus");
    let ada = campus.account_with(&["text_mobile", "questions"]).expect("an account");
    let mut person = Person::at(Opening::of(Case::Forgotten), &campus);
    person.identify(&ada.account).await;
    person.prove(&mut campus, ada.proof("text_mobile").expect("a method")).await;
    person.see(|screen| matches!(screen, Screen::ChooseMethod { busy: false, .. })).await;
    campus.command(&["suspend", "--by", "m. jones"]).await.expect("suspends");
    person.choose(ada.proof("questions").expect("a method")).await;
    let paused = |screen: &Screen| matches!(screen, Screen::Offline { why: Lost::Suspended, .. });
    let waits = person.see(paused).await;
    assert!(matches!(waits, Screen::Offline { in_flow: true, .. }), "{waits:?}");
    // Whoever opens a window meanwhile is told at once, before anything is typed.
    let mut another = Person::at(WindowKind::Change, &campus);
    another.see(paused).await;
    campus.command(&["resume", "--by", "m. jones"]).await.expect("resumes");
    person.see(|screen| matches!(screen, Screen::ChooseMethod { busy: false, .. })).await;
    person.prove(&mut campus, ada.proof("questions").expect("a method")).await;
    person.see(|screen| matches!(screen, Screen::NewPassword { busy: false, .. })).await;
    person.submit_password(NEW).await;
    person.done().await;
    another.change(&ada.account, NEW, "another tractor onion mail").await;
    another.done().await;
}
