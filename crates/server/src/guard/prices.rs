//! What texts and calls cost, and how much all of them may cost in a day (TF-02).
//!
//! Mail costs nothing here. A fifth of the money is kept for known devices and proven flows; of the rest no kind of
//! message may use more than four fifths, so that a flood of one leaves the others something (TF-14).

use std::collections::BTreeMap;
use std::fmt;

use latchkey_delivery::Kind;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::guard::budget::{Budget, DAY};
use crate::store::message::Purpose;
use crate::typed::number::Region;

/// The setting that says how much there is in a day.
pub(crate) const SETTING: &str = "prices.per_day";
/// Parts of one unit of the currency that are counted: prices of a text have up to five digits behind the point.
const PARTS: f64 = 100_000.0;
/// The most that a day may cost, in units of the currency: what can be counted.
const MOST_PER_DAY: Money = Money(2_000_000_000);
/// The most that one message may cost: 50 units of the currency.
const MOST_PER_MESSAGE: Money = Money(5_000_000);
/// How many of the dearest message a day has room for at least.
const FEWEST_PER_DAY: u32 = 10;

/// An amount in whatever currency the campus pays in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(u32);

impl Money {
    /// As the configuration writes it.
    #[must_use]
    pub fn units(self) -> f64 {
        f64::from(self.0) / PARTS
    }

    /// An amount that was counted in parts.
    pub(crate) const fn of_parts(parts: u32) -> Self {
        Self(parts)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.units())
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.units())
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let units = f64::deserialize(from)?;
        let parts = (units * PARTS).round();
        if (0.0..=f64::from(u32::MAX)).contains(&parts) {
            // It is whole and within the bounds of the type.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked in the line above")]
            return Ok(Self(parts as u32));
        }
        Err(serde::de::Error::custom("an amount of money is a number from 0 to 40000, such as 0.0079"))
    }
}

/// What one message of each kind costs; of a text that takes several, each of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ByKind {
    pub text: Money,
    pub call: Money,
}

impl ByKind {
    const fn of(self, kind: Kind) -> Money {
        match kind {
            Kind::Text => self.text,
            Kind::Call => self.call,
            Kind::Email => Money(0),
        }
    }

    fn dearest(self) -> Money {
        self.text.max(self.call)
    }
}

/// The table `[prices]`; without it no money is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prices {
    /// What all texts and calls of 24 hours may cost together.
    pub per_day: Option<Money>,
    /// What a text costs, each message that it takes, and a call.
    pub text: Money,
    pub call: Money,
    /// The same for numbers of a region, by its two letters, where it differs.
    pub regions: BTreeMap<String, ByKind>,
}

/// What a message is counted as, beside its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charged {
    pub(crate) kind: Kind,
    pub(crate) purpose: Purpose,
    /// Whether a known device or a proven flow has caused it.
    pub(crate) trusted: bool,
    /// How many messages a text takes on its way; 1 for all else.
    pub(crate) parts: u32,
}

impl Charged {
    /// Of what kinds one may not use up what the others need.
    const fn category(self) -> &'static str {
        match (self.purpose, self.kind) {
            (Purpose::Notice, _) => "money for notices",
            (Purpose::Microsoft, _) => "money for Microsoft",
            (Purpose::Code, Kind::Text) => "money for texts",
            (Purpose::Code, Kind::Call) => "money for calls",
            (Purpose::Code, Kind::Email) => "money for mail",
        }
    }
}

impl Prices {
    /// What is wrong with the table, in words for the administrator.
    pub(crate) fn trouble(&self) -> Option<String> {
        let general = ByKind { text: self.text, call: self.call };
        let all = || self.regions.values().copied().chain([general]);
        let dearest = all().map(ByKind::dearest).max().unwrap_or_default();
        if let Some(unknown) = self.regions.keys().find(|region| !is_region(region)) {
            return Some(format!("prices.regions: {unknown:?} is not two letters of ISO 3166-1, for example \"DE\""));
        }
        let Some(per_day) = self.per_day else {
            let said = dearest > Money(0);
            return said.then(|| "prices: there are prices and no per_day, the most that a day may cost".to_owned());
        };
        if all().any(|prices| prices.text == Money(0) || prices.call == Money(0)) {
            return Some("prices: per_day needs a price above 0 of a text and of a call".to_owned());
        }
        if dearest > MOST_PER_MESSAGE {
            return Some(format!("prices: {dearest} for one message is beyond the ceiling, {MOST_PER_MESSAGE}"));
        }
        let least = Money(dearest.0.saturating_mul(FEWEST_PER_DAY));
        if !(least..=MOST_PER_DAY).contains(&per_day) {
            return Some(format!(
                "{SETTING} is out of its bounds, from {least} ({FEWEST_PER_DAY} of the dearest message) to {MOST_PER_DAY}"
            ));
        }
        None
    }

    /// What one message costs to a number of a region.
    fn price(&self, kind: Kind, region: Option<Region>) -> Money {
        let general = ByKind { text: self.text, call: self.call };
        let of_region = region.and_then(|region| self.regions.get(&region.to_string()));
        of_region.copied().unwrap_or(general).of(kind)
    }

    /// What all of a day may cost, with nothing taken from it yet; nothing where no money is counted.
    pub(crate) fn in_all(&self) -> Option<Budget> {
        self.per_day.map(|Money(most)| Budget::new("money", b"all", most, DAY).set_by(SETTING))
    }

    /// What one message draws on; nothing where it is free or no money is counted.
    pub(crate) fn budgets(&self, charged: Charged, region: Option<Region>) -> Vec<Budget> {
        let Money(cost) = self.price(charged.kind, region);
        let cost = cost.saturating_mul(charged.parts.max(1));
        let Some(in_all) = self.in_all().filter(|_| cost > 0) else { return Vec::new() };
        if charged.trusted {
            return vec![in_all.costing(cost)];
        }
        let most = in_all.most();
        let of_category = Budget::new(charged.category(), b"all", most, DAY).set_by(SETTING);
        vec![in_all.but_a_share().costing(cost), of_category.but_a_share().but_a_share().costing(cost)]
    }
}

fn is_region(written: &str) -> bool {
    Region::try_from(written.to_owned()).is_ok_and(|region| region.to_string() == written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::guard::budget::take_all;
    use crate::store::Store;

    fn read(text: &str) -> Prices {
        toml::from_str(text).expect("prices")
    }

    fn cost(prices: &Prices, kind: Kind, region: &str) -> Money {
        prices.price(kind, Some(Region::try_from(region.to_owned()).expect("a region")))
    }

    #[test]
    fn a_message_costs_what_its_kind_and_region_say_and_mail_nothing() {
        let prices = read("per_day = 50\ntext = 0.00645\ncall = 0.014\n[regions.DE]\ntext = 0.0925\ncall = 0.02\n");
        assert_eq!(prices.trouble(), None);
        assert_eq!(cost(&prices, Kind::Text, "US"), Money(645));
        assert_eq!(cost(&prices, Kind::Text, "DE"), Money(9_250));
        assert_eq!(cost(&prices, Kind::Call, "DE"), Money(2_000));
        assert_eq!(cost(&prices, Kind::Email, "DE"), Money(0));
        assert_eq!(prices.price(Kind::Call, None), Money(1_400));
        assert_eq!(serde_json::to_value(&prices).expect("JSON")["regions"]["DE"]["text"], 0.0925);
    }

    #[tokio::test]
    async fn a_flood_of_one_kind_leaves_the_others_their_share_and_what_is_proven_a_fifth() {
        // TF-14: of 100 units strangers' messages have 80, each kind of them at most 64
        let prices = read("per_day = 1\ntext = 0.01\ncall = 0.01\n");
        let kinds = [(Kind::Text, Purpose::Notice), (Kind::Text, Purpose::Code), (Kind::Call, Purpose::Microsoft)];
        for flood in 0..kinds.len() {
            let store = Store::in_memory().await.expect("store");
            let mut tx = store.begin().await.expect("transaction");
            let mut sent = Vec::new();
            for (kind, purpose, trusted) in [kinds[flood], kinds[(flood + 1) % 3], kinds[(flood + 2) % 3]]
                .map(|(kind, purpose)| (kind, purpose, false))
                .into_iter()
                .chain([(Kind::Text, Purpose::Code, true)])
            {
                let budgets = prices.budgets(Charged { kind, purpose, trusted, parts: 1 }, None);
                let mut many = 0;
                while take_all(&budgets, &mut tx, clock::at(1_000_000)).await.expect("counted").is_ok() {
                    many += 1;
                }
                sent.push(many);
            }
            assert_eq!(sent, [64, 16, 0, 20], "{flood}");
        }
    }

    #[tokio::test]
    async fn a_text_that_takes_several_messages_costs_each_of_them() {
        // TF-02: of 100 units what is proven has all
        let prices = read("per_day = 1\ntext = 0.01\ncall = 0.01\n");
        let store = Store::in_memory().await.expect("store");
        let mut tx = store.begin().await.expect("transaction");
        let charged = Charged { kind: Kind::Text, purpose: Purpose::Code, trusted: true, parts: 3 };
        let mut many = 0;
        while take_all(&prices.budgets(charged, None), &mut tx, clock::at(1_000_000)).await.expect("counted").is_ok() {
            many += 1;
        }
        assert_eq!(many, 33);
    }

    #[test]
    fn without_prices_nothing_is_counted() {
        let charged = Charged { kind: Kind::Text, purpose: Purpose::Code, trusted: false, parts: 1 };
        assert_eq!(Prices::default().trouble(), None);
        assert!(Prices::default().budgets(charged, None).is_empty());
    }

    #[test]
    fn prices_that_make_no_sense_are_refused_with_what_to_write() {
        for (text, says) in [
            ("text = 0.01\ncall = 0.01\n", "per_day"),
            ("per_day = 10\n", "above 0"),
            ("per_day = 10\ntext = 0.01\n", "above 0"),
            ("per_day = 0.5\ntext = 0.1\ncall = 0.1\n", "from 1 "),
            ("per_day = 30000\ntext = 0.1\ncall = 0.1\n", "to 20000"),
            ("per_day = 10000\ntext = 51\ncall = 0.1\n", "ceiling, 50"),
            ("per_day = 10\ntext = 0.1\ncall = 0.1\n[regions.EN]\ntext = 1\ncall = 1\n", "\"EN\""),
        ] {
            let said = read(text).trouble().unwrap_or_default();
            assert!(said.contains(says), "{text}: {said}");
        }
        for amount in ["-1", "nan", "inf", "99999999", "\"ten\""] {
            assert!(toml::from_str::<Prices>(&format!("per_day = {amount}")).is_err(), "{amount}");
        }
    }
}
