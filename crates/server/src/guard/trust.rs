//! Whose budgets a flow draws on: those of strangers, of a known device, or of what was proven (OT-15).
//!
//! Strangers can use up what strangers have, and nothing else: whoever has finished a flow on a workstation before has
//! budgets of their own there, and so has a flow in which a gate was passed.

use std::net::IpAddr;

use latchkey_api::Method;
use latchkey_delivery::Kind;

use crate::guard::breaker;
use crate::guard::budget::{Budget, DAY, HOUR, MINUTE};
use crate::guard::limits::Limits;
use crate::guard::prices::{self, Charged, Prices};
use crate::store::message::Purpose;
use crate::typed::number::Region;

/// The settings of all that somebody can be told to wait for.
pub(crate) const SETTINGS: [&str; 26] = [
    "starts_per_hour",
    "starts_per_day",
    "starts_per_minute_in_all",
    "starts_per_source",
    "starts_per_campus_network",
    "looks_per_device_per_hour",
    "looks_per_source",
    "looks_per_campus_network",
    "tries_per_method",
    "tries_of_questions",
    "tries_in_all",
    "wrong_proofs_in_a_row",
    "tries_of_current_password",
    "wrong_proofs_per_device_per_day",
    "resend_seconds",
    "resends_per_flow",
    "sends_per_ten_minutes",
    "sends_per_method_per_day",
    "sends_per_destination_per_day",
    "sends_per_prefix_per_hour",
    "sends_per_prefix_per_hour_on_campus",
    "sends_per_minute_in_all",
    "notices_per_hour",
    "notices_per_minute_in_all",
    breaker::SETTING,
    prices::SETTING,
];

/// What is known of whoever is in a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Anybody.
    Stranger,
    /// Somebody on a workstation where this account has finished a flow before; by the id of that device.
    Known(String),
    /// Somebody who has passed a gate of this flow.
    Proven,
}

/// Where a call comes from, as far as it makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// An address, or the first one of the network that stands for all of its addresses.
    pub(crate) network: IpAddr,
    /// Whether it is in one of the networks that the campus has named as its own.
    pub(crate) on_campus: bool,
}

impl Trust {
    /// Whom a budget of an account is counted for.
    fn whose(&self, subject: &[u8]) -> Vec<u8> {
        let scope: &[u8] = match self {
            Self::Stranger => b"stranger",
            Self::Known(device) => device.as_bytes(),
            Self::Proven => b"proven",
        };
        [subject, b"\0", scope].concat()
    }

    /// What of a count in all may be used: strangers leave a share of it.
    fn share_of(&self, budget: Budget) -> Budget {
        match self {
            Self::Stranger => budget.but_a_share(),
            Self::Known(_) | Self::Proven => budget,
        }
    }

    /// The flows of one account.
    pub(crate) fn starts(&self, limits: &Limits, subject: &[u8]) -> [Budget; 2] {
        let whose = self.whose(subject);
        [
            Budget::new("starts/h", &whose, limits.starts_per_hour, HOUR).set_by("starts_per_hour"),
            Budget::new("starts/d", &whose, limits.starts_per_day, DAY).set_by("starts_per_day"),
        ]
    }

    /// The flows of everybody.
    pub(crate) fn starts_in_all(&self, limits: &Limits) -> Budget {
        self.share_of(starts_in_all(limits))
    }

    /// Comparisons of one method of one account. Wrong current passwords count at the directory too, whoever typed
    /// them, so that there is one count of them, of which the last is kept for known devices (PW-10).
    pub(crate) fn tries_of(&self, limits: &Limits, subject: &[u8], method: Method) -> Budget {
        let (what, whose) = (method.as_str(), self.whose(subject));
        match method {
            Method::CurrentPassword => Budget::new(what, subject, self.current_passwords(limits), 30 * MINUTE)
                .set_by("tries_of_current_password"),
            Method::Questions => Budget::new(what, &whose, limits.tries_of_questions, DAY).set_by("tries_of_questions"),
            Method::TextMobile
            | Method::CallMobile
            | Method::CallOffice
            | Method::Email
            | Method::Totp
            | Method::RecoveryCode
            | Method::HelpdeskPass => {
                Budget::new(what, &whose, limits.tries_per_method, DAY).set_by("tries_per_method")
            }
        }
    }

    /// How many wrong current passwords there may be before this one has none left.
    pub(crate) fn current_passwords(&self, limits: &Limits) -> u32 {
        match self {
            Self::Stranger => limits.tries_of_current_password.saturating_sub(1).max(1),
            Self::Known(_) | Self::Proven => limits.tries_of_current_password,
        }
    }

    /// Comparisons of one account over all methods that can be guessed (OT-05).
    pub(crate) fn tries_in_all(&self, limits: &Limits, subject: &[u8]) -> Budget {
        Budget::new("tries", &self.whose(subject), limits.tries_in_all, DAY).set_by("tries_in_all")
    }

    /// Numbers and addresses that are typed for one method of one account.
    pub(crate) fn destinations(&self, limits: &Limits, subject: &[u8], method: Method) -> Budget {
        let what = format!("destinations {method}");
        Budget::new(&what, &self.whose(subject), limits.tries_per_method, DAY).set_by("tries_per_method")
    }

    /// Codes by one method to one account.
    pub(crate) fn sends_by(&self, limits: &Limits, subject: &[u8], method: Method) -> Budget {
        let (what, most) = (format!("sends {method}"), limits.sends_per_method_per_day);
        Budget::new(&what, &self.whose(subject), most, DAY).set_by("sends_per_method_per_day")
    }

    /// What a code draws on whoever it is for: what is everybody's, of the number's block, and in money. Where one of
    /// these is spent everybody hears the same, before anything is compared (TF-02, TF-14, EN-01).
    pub(crate) fn sends_to_anybody(&self, limits: &Limits, prices: &Prices, way: &Way) -> Vec<Budget> {
        let in_all = sends_in_all(limits);
        let mut budgets = Vec::new();
        if *self == Self::Stranger {
            let what = format!("sends by {}", way.kind.as_str());
            let of_kind = Budget::new(&what, b"all", in_all.most(), MINUTE).set_by("sends_per_minute_in_all");
            budgets.push(of_kind.but_a_share().but_a_share());
        }
        budgets.push(self.share_of(in_all));
        if let Some(block) = &way.block {
            // A campus' own exchange is one block of numbers, and its people come from its own networks (C7).
            let (what, most, setting) = if way.on_campus {
                let most = limits.sends_per_prefix_per_hour_on_campus;
                ("sends to block, on campus", most, "sends_per_prefix_per_hour_on_campus")
            } else {
                ("sends to block", limits.sends_per_prefix_per_hour, "sends_per_prefix_per_hour")
            };
            budgets.push(self.share_of(Budget::new(what, block, most, HOUR).set_by(setting)));
        }
        let charged =
            Charged { kind: way.kind, purpose: Purpose::Code, trusted: *self != Self::Stranger, parts: way.parts };
        budgets.extend(prices.budgets(charged, way.region));
        budgets
    }

    /// What one code draws on in all: beside the above the account's and the number's (TF-12).
    pub(crate) fn sends(&self, limits: &Limits, prices: &Prices, to: &SendsTo<'_>) -> Vec<Budget> {
        let whose = self.whose(to.subject);
        let of_ten = Budget::new("sends/10min", &whose, limits.sends_per_ten_minutes, 10 * MINUTE);
        let of_number = Budget::new("sends to", to.device, limits.sends_per_destination_per_day, DAY);
        let of_number = of_number.set_by("sends_per_destination_per_day");
        // Whoever sets a number up has proven who they are, and not yet that the number is theirs: what its owner needs
        // is not theirs to use up (C2).
        let of_number = if to.is_own { self.share_of(of_number) } else { of_number.but_a_share() };
        let mut budgets =
            vec![of_ten.set_by("sends_per_ten_minutes"), self.sends_by(limits, to.subject, to.method), of_number];
        budgets.extend(self.sends_to_anybody(limits, prices, to.way));
        budgets
    }
}

/// The flows of all.
pub(crate) fn starts_in_all(limits: &Limits) -> Budget {
    Budget::new("starts", b"all", limits.starts_per_minute_in_all, MINUTE).set_by("starts_per_minute_in_all")
}

/// The codes to all.
pub(crate) fn sends_in_all(limits: &Limits) -> Budget {
    Budget::new("sends", b"all", limits.sends_per_minute_in_all, MINUTE).set_by("sends_per_minute_in_all")
}

/// By which way a code would go, whoever it is for.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) kind: Kind,
    /// Where a number belongs.
    pub(crate) region: Option<Region>,
    /// Keyed hash of the block that a number is in.
    pub(crate) block: Option<[u8; 32]>,
    pub(crate) on_campus: bool,
    /// How many messages a text takes on its way there.
    pub(crate) parts: u32,
}

/// Where a code would go.
#[derive(Debug)]
pub(crate) struct SendsTo<'a> {
    pub(crate) subject: &'a [u8],
    pub(crate) method: Method,
    /// Keyed hash of the number or address.
    pub(crate) device: &'a [u8],
    pub(crate) way: &'a Way,
    /// Whether it is known to be theirs whose account it is.
    pub(crate) is_own: bool,
}

/// Wrong proofs on a known device; with the last it is no longer known.
pub(crate) fn wrong_on_device(limits: &Limits, device: &str) -> Budget {
    let most = limits.wrong_proofs_per_device_per_day;
    Budget::new("wrong on device", device.as_bytes(), most, DAY).set_by("wrong_proofs_per_device_per_day")
}

/// The flows that are started from one place. Beyond them a human check is as dear as it gets; nobody is sent away for
/// where they come from, since a whole campus may stand behind one address.
pub(crate) fn starts_from(limits: &Limits, origin: &Origin) -> Budget {
    let (most, setting) = if origin.on_campus {
        (limits.starts_per_campus_network, "starts_per_campus_network")
    } else {
        (limits.starts_per_source, "starts_per_source")
    };
    Budget::new("starts from", origin.network.to_string().as_bytes(), most, 10 * MINUTE).set_by(setting)
}

/// The looks of one known workstation, by its token as it was given: nobody is known before they are counted.
pub(crate) fn looks_of(limits: &Limits, token: &[u8]) -> Budget {
    Budget::new("looks", token, limits.looks_per_device_per_hour, HOUR).set_by("looks_per_device_per_hour")
}

/// The looks of known workstations from one place.
pub(crate) fn looks_from(limits: &Limits, origin: &Origin) -> Budget {
    let (most, setting) = if origin.on_campus {
        (limits.looks_per_campus_network, "looks_per_campus_network")
    } else {
        (limits.looks_per_source, "looks_per_source")
    };
    Budget::new("looks from", origin.network.to_string().as_bytes(), most, 10 * MINUTE).set_by(setting)
}

/// The wrong proofs of strangers, of whatever accounts: one guess at each of many is no account's to notice (OT-08).
pub(crate) fn guesses_in_all(limits: &Limits) -> Budget {
    Budget::new("guesses", b"all", limits.wrong_proofs_per_ten_minutes_in_all, 10 * MINUTE)
        .set_by("wrong_proofs_per_ten_minutes_in_all")
}

/// The notices to one account; beyond them a notice waits (E3, TF-14).
pub(crate) fn notices_of(limits: &Limits, account: &[u8]) -> Budget {
    Budget::new("notices", account, limits.notices_per_hour, HOUR).set_by("notices_per_hour")
}

/// The notices to all; codes cannot use them up.
pub(crate) fn notices_in_all(limits: &Limits) -> Budget {
    Budget::new("notices", b"all", limits.notices_per_minute_in_all, MINUTE).set_by("notices_per_minute_in_all")
}
