//! The envelope that answers every flow call, and the requests of a flow.
//!
//! The server decides every transition; the app draws the [`Step`] it gets.

mod envelope;
mod method;
mod request;
mod step;

pub use self::envelope::{Answered, Call, Flow, Gate, Shown};
pub use self::method::{Destination, Intent, Means, Method};
pub use self::request::{
    AddMeans, Answer, Cancel, Challenge, CheckMeans, ConfirmMeans, DeviceGiven, Extend, Feedback, Finish, NewPassword,
    NotMe, NotMeDone, Proof, RememberDevice, RemoveMeans, StartFlow, Started,
};
pub use self::step::{
    Addable, Blocked, ChooseMethod, CodeAsked, Done, Manage, MethodChoice, Pending, Prove, Question, Registered,
    SetPassword, Step,
};
