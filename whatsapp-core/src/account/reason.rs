//! The reasons why an account does not send, and what people can do about them.

use crate::message::Cause;
use crate::word::words;

words!(
    /// The reason why the account does not send.
    #[non_exhaustive]
    PauseReason, "pause reason",
    "key_refused, phone_not_linked, subscription, account_refused, wrong_address, between, \
     misconfigured, rate_limited, outage, held",
    {
        /// The gateway refuses the key.
        KeyRefused => "key_refused", "The gateway refuses the API key";
        /// The phone of the account is not linked to the gateway.
        PhoneNotLinked => "phone_not_linked", "The account's phone is not linked to the gateway";
        /// The subscription has ended, or is used up.
        Subscription => "subscription", "The subscription at the gateway has ended";
        /// The gateway refuses the account and does not say why.
        AccountRefused => "account_refused", "The gateway refuses the account";
        /// Something other than the gateway answers at the address.
        WrongAddress => "wrong_address", "Something else than the gateway answers at its address";
        /// A firewall or a maintenance page answers instead of the gateway.
        Between => "between", "Something before the gateway refused (a web page came back)";
        /// There is no usable key, or the gateway's address is wrong.
        Misconfigured => "misconfigured", "The gateway's address or key is not set up";
        /// The gateway asked to wait.
        RateLimited => "rate_limited", "The gateway asked to wait";
        /// The gateway is out of reach.
        Outage => "outage", "The gateway cannot be reached";
        /// Somebody stopped all sending.
        Held => "held", "Sending was paused by hand";
    }
);

impl PauseReason {
    /// Returns what people can do, in a sentence.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::KeyRefused => {
                "Look at the API key in the gateway's dashboard, and give the program the key that \
                 is valid now."
            }
            Self::PhoneNotLinked => {
                "Switch the account's phone on, open WhatsApp on it, and link it anew in the \
                 gateway's dashboard if it says so."
            }
            Self::Subscription => "Renew the subscription in the gateway's dashboard.",
            Self::AccountRefused => {
                "Open the gateway's dashboard: it says what is wrong with the account."
            }
            Self::WrongAddress => {
                "Check the setting whatsapp_api_url: it must be the gateway's address."
            }
            Self::Between => {
                "Ask whoever runs the network or the server whether a firewall or a proxy stops the \
                 requests; a maintenance page of the gateway goes away by itself."
            }
            Self::Misconfigured => {
                "Give the program its API key, and check the setting whatsapp_api_url."
            }
            Self::RateLimited => {
                "Nothing has to be done, unless it lasts for hours: then look at the limits of the \
                 account in the gateway's dashboard."
            }
            Self::Outage => {
                "Nothing has to be done if the gateway is out of order; if not, check this \
                 server's connection to the Internet."
            }
            Self::Held => "Sending goes on when somebody resumes it.",
        }
    }

    /// Returns whether it usually passes without anybody doing anything.
    #[must_use]
    pub const fn passes(self) -> bool {
        matches!(self, Self::RateLimited | Self::Outage)
    }

    /// Returns the party that is at fault.
    #[must_use]
    pub const fn cause(self) -> Cause {
        match self {
            Self::KeyRefused
            | Self::PhoneNotLinked
            | Self::Subscription
            | Self::AccountRefused
            | Self::RateLimited
            | Self::Held => Cause::Account,
            Self::WrongAddress | Self::Misconfigured => Cause::Address,
            Self::Between => Cause::Between,
            Self::Outage => Cause::Gateway,
        }
    }
}
