//! `POST /v1/flows`: the same for everybody, whether there is an account or not (EN-01).

use latchkey_api::flow::{StartFlow, Started};
use latchkey_api::{Code, Intent, Method};
use secrecy::ExposeSecret;

use super::answering::{note, room, until};
use super::envelope::envelope;
use super::envelope::menu::{gates_at_first, own_menu};
use super::row::{Row, Standing, TokenHash};
use crate::app::App;
use crate::clock::later;
use crate::config::{Policy, SecondFactor};
use crate::crypt::audit::Event;
use crate::crypt::keys::Use;
use crate::crypt::random;
use crate::guard::budget::take_all;
use crate::guard::gates::Offer;
use crate::guard::population::{self, Crowd};
use crate::guard::trust::{Origin, Trust, starts_from};
use crate::guard::{decoy, human_check, suspension};
use crate::person::devices;
use crate::person::methods;
use crate::person::people::{self, Person};
use crate::person::standing::{frozen_since, subject_of};
use crate::points::{Point, passed};
use crate::refused::{Answer, Refused};
use crate::store::challenge::NewChallenge;
use crate::store::{self, Tx};

pub(crate) async fn start(app: &App, request: StartFlow, origin: &Origin) -> Answer<Started> {
    passed(Point::FlowAsked);
    let now = app.clock.now();
    let limits = &app.config.limits;
    room(app)?;
    let mut tx = app.store.read().await?;
    suspension::serving(&mut tx).await?;
    drop(tx);
    let solved = human_check::judge(&app.keys, &app.config.human_check.kinds, &request.human_check, now);
    let Some(solved) = solved else {
        app.metrics.check_answered(false);
        return Err(Refused::new(Code::HumanCheckFailed));
    };
    let mut tx = app.store.begin().await?;
    let right = solved.spend(&mut tx).await?;
    app.metrics.check_answered(right);
    if !right {
        tx.commit().await?;
        return Err(Refused::new(Code::HumanCheckFailed));
    }
    let (name, meant) = people::meant(&mut tx, &request.account, &app.config.campus.mail_domains).await?;
    let served = meant.filter(|person| person.is_served(&app.policies));
    let subject = match &served {
        Some(person) => subject_of(&app.keys, &person.id),
        None => app.keys.mac(Use::Subject, &[&[0], name.as_bytes()]).to_vec(),
    };
    let owner = served.as_ref().map(|person| person.id.as_str());
    let known = devices::recognise(&mut tx, &app.keys, owner, request.device.as_ref(), now).await?;
    let (device, next_token) = known.map(|known| (known.id, known.next)).unzip();
    let trust = device.clone().map_or(Trust::Stranger, Trust::Known);
    let face = face(app, &mut tx, &name, served.as_ref(), request.intent, &trust).await?;
    let (population, policy) = (face.population, face.policy);
    let mut account = face.account;
    let id = served.as_ref().map(|person| person.id.as_str()).unwrap_or_default();
    if frozen_since(&mut tx, id).await?.is_some() {
        // Looks as ever and does nothing: whoever froze it is not told by what others see (EN-01).
        account = None;
    }
    if let Err(spent) = trust.starts_in_all(limits).take(&mut tx, now).await? {
        // Nothing is committed: the human check that was solved can be given again.
        return Err(until(app, spent, now));
    }
    // Beyond it human checks are dear and nobody is sent away, so nothing depends on whether there was one.
    if let Err(spent) = starts_from(limits, origin).take(&mut tx, now).await? {
        app.metrics.limit_hit(spent.setting);
    }
    // Beyond its budget a flow starts all the same, so that what cannot be guessed can be given in it (C1).
    let counted = take_all(&trust.starts(limits, &subject), &mut tx, now).await?.is_ok();
    let token = random::token()?;
    let language = app.texts.language(request.language.as_deref(), &app.config.campus.language).to_owned();
    let proves = face.asks_password;
    let mut row = Row {
        id: 0,
        public_id: random::readable_id()?,
        intent: request.intent,
        account,
        subject,
        language,
        revision: 1,
        standing: if proves { Standing::Prove } else { Standing::ChooseMethod },
        menu: face.menu,
        questions: face.questions,
        passed: Vec::new(),
        gates: if proves { gates_at_first(&policy, request.intent) } else { policy.rule(request.intent).number(&[]) },
        asked: proves.then_some(Method::CurrentPassword),
        sends: 0,
        started_at: now.as_millisecond(),
        touched_at: now.as_millisecond(),
        ends_at: later(now, limits.flow_seconds).as_millisecond(),
        done: None,
        blocked_until: None,
        feedback_given: false,
        shown: None,
        device,
        device_given: false,
        counted,
        on_campus: origin.on_campus,
        population,
        policy,
    };
    row.insert(&mut tx, &TokenHash::of(token.expose_secret())).await?;
    if proves {
        ask_for_password(app, &mut tx, &row).await?;
    }
    note(app, &mut tx, &row, Event::Started, row.intent.as_str(), None).await?;
    tx.commit().await?;
    passed(Point::FlowCommitted);
    let flow = envelope(app, &row).await?;
    Ok(Started { token, flow, device: next_token })
}

/// What a flow shows: an account's own methods and questions, or those of a decoy.
struct Face {
    /// Absent in a decoy.
    account: Option<String>,
    menu: Vec<Offer>,
    questions: Vec<String>,
    /// Whether the current password is asked for at once.
    asks_password: bool,
    /// The population whose face it is, and what holds for it.
    population: String,
    policy: Policy,
}

/// What a flow asks for first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FirstGate {
    /// One of the methods, of which the person chooses.
    Method,
    /// The current password.
    Password,
    /// One of the methods where there is any, and then the current password: so that nobody who knows a name alone makes
    /// the directory count wrong passwords (PW-10).
    MethodThenPassword,
}

fn first_gate(policy: &Policy, intent: Intent, trust: &Trust) -> FirstGate {
    match (intent, trust, policy.change.second_factor) {
        (Intent::Reset | Intent::Unlock, _, _) => FirstGate::Method,
        (Intent::Change, Trust::Stranger, SecondFactor::WhenRegistered | SecondFactor::Always) => {
            FirstGate::MethodThenPassword
        }
        (Intent::Change | Intent::Register, _, _) => FirstGate::Password,
    }
}

async fn face(
    app: &App,
    tx: &mut Tx,
    name: &str,
    person: Option<&Person>,
    intent: Intent,
    trust: &Trust,
) -> Answer<Face> {
    // Both faces are always made, of the same queries, so that both take the same time (EN-02).
    let id = person.map(|person| person.id.as_str());
    let counts = store::person::population::counted(tx).await?;
    let served: Vec<&str> = app.policies.served().map(|(population, _)| population).collect();
    let drawn = population::of_name(&app.keys, name, &served, &counts);
    // A face is of one population in everything: whoever has nothing to show has the decoy of somebody of theirs.
    let population = person.map_or(drawn, |person| app.policies.counted_as(&person.population));
    let policy = app.policies.policy(population);
    let crowd = Crowd::of(population, &counts, &policy.methods.offered, policy.rule(intent));
    let decoy_menu = decoy::menu(&app.keys, name, &crowd, &policy.methods.offered, policy.rule(intent));
    let decoy_questions = decoy::questions(&app.keys, name);
    let own = own_menu(app, tx, id.unwrap_or_default(), policy, intent).await?;
    let questions = methods::questions(tx, id.unwrap_or_default()).await?;
    let account = id.map(str::to_owned);
    let decoy_has_nothing = crowd.has_nothing(&app.keys, name);
    let has_nothing = if account.is_some() { !own.shows && !own.has_codes } else { decoy_has_nothing };
    let asks_password = match first_gate(policy, intent, trust) {
        FirstGate::Method => false,
        FirstGate::Password => true,
        FirstGate::MethodThenPassword => has_nothing,
    };
    let (population, policy) = (population.to_owned(), policy.clone());
    if asks_password {
        // What else will be asked for depends on the account, and is decided once the password is proven.
        return Ok(Face { account, menu: Vec::new(), questions: Vec::new(), asks_password, population, policy });
    }
    if account.is_some() && own.shows {
        return Ok(Face { account, menu: own.menu, questions, asks_password, population, policy });
    }
    // Codes that were kept and a pass lead in, although nothing else is set up: then nothing else of what is shown does.
    let account = account.filter(|_| own.has_codes);
    Ok(Face { account, menu: decoy_menu, questions: decoy_questions, asks_password, population, policy })
}

/// Asks for the current password, as the first gate or once more.
pub(super) async fn ask_for_password(app: &App, tx: &mut Tx, row: &Row) -> store::Result<()> {
    let new = NewChallenge {
        flow: row.id,
        method: Method::CurrentPassword.as_str(),
        code_mac: None,
        expires_at: None,
        resend_at: None,
        max_tries: row.trust().current_passwords(&app.config.limits),
    };
    store::challenge::ask(tx, &new).await
}
