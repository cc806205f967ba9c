//! Why no answer came: sorts the errors of the connection into what a person can be told.

use std::error::Error;

use latchkey_flow::Failure;
use latchkey_flow::screen::Lost;
use rustls::CertificateError;

/// The address is the administrator's and says nothing of a person; the cause may quote a certificate, never a body.
pub(super) fn lost(error: &reqwest::Error) -> Failure {
    let why = why(error);
    tracing::warn!(timeout = error.is_timeout(), connect = error.is_connect(), ?why, "no answer from the server");
    Failure::Lost(why)
}

/// Looks for what TLS said among the causes of an error.
fn why(error: &(dyn Error + 'static)) -> Lost {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return of_tls(tls);
        }
        // An I/O error hides the error that it was made of from the chain of causes.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    Lost::Network
}

fn of_tls(error: &rustls::Error) -> Lost {
    match error {
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
            | CertificateError::Expired
            | CertificateError::ExpiredContext { .. },
        ) => Lost::Clock,
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => Lost::Certificate,
        _ => Lost::Network,
    }
}

/// The last cause of an error says what is wrong; those above it only that something is.
pub(super) fn cause(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tls_said_is_found_among_the_causes() {
        // TA-11
        let wrapped = |tls: rustls::Error| std::io::Error::other(std::io::Error::other(tls));
        let expired = rustls::Error::InvalidCertificate(CertificateError::Expired);
        assert_eq!(why(&expired), Lost::Clock);
        assert_eq!(why(&wrapped(expired)), Lost::Clock);
        for (of_certificate, expected) in [
            (CertificateError::NotValidYet, Lost::Clock),
            (CertificateError::UnknownIssuer, Lost::Certificate),
            (CertificateError::NotValidForName, Lost::Certificate),
            (CertificateError::BadSignature, Lost::Certificate),
        ] {
            assert_eq!(why(&wrapped(rustls::Error::InvalidCertificate(of_certificate))), expected);
        }
        assert_eq!(why(&wrapped(rustls::Error::DecryptError)), Lost::Network);
        assert_eq!(why(&std::io::Error::from(std::io::ErrorKind::ConnectionRefused)), Lost::Network);
    }
}
