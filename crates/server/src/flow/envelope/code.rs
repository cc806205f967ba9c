//! What a code is: how long, for how long, and what is kept of it.

use latchkey_api::Method;
use latchkey_delivery::Kind;
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::crypt::keys::Use;
use crate::flow::row::Row;

/// Digits of an authenticator's code (RFC 6238, as all apps make them).
pub(crate) const TOTP_DIGITS: u8 = 6;

/// Keyed hash of a code, bound to its flow and method (OT-10, FL-02).
pub(crate) fn code_mac(app: &App, row: &Row, method: Method, code: &SecretString) -> [u8; 32] {
    let code = code.expose_secret().as_bytes();
    app.keys.mac(Use::Code, &[row.public_id.as_bytes(), method.as_str().as_bytes(), code])
}

/// Seconds for which a code works.
pub(in crate::flow) fn life(app: &App, method: Method) -> u32 {
    if method == Method::Email { app.config.limits.email_code_seconds } else { app.config.limits.phone_code_seconds }
}

/// Digits of a code.
pub(in crate::flow) fn length(app: &App, kind: Kind) -> u8 {
    match kind {
        Kind::Text | Kind::Email => app.config.limits.code_digits,
        Kind::Call => app.config.limits.spoken_code_digits,
    }
}
