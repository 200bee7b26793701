//! Headers of every answer.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The pages' content security policy: only the console's own style sheet, script, data and forms.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
                      frame-ancestors 'none'";

/// Puts the headers on an answer. `is_personal`: the answer depends on who asks. `sign_out` is the
/// target of the form that ends the visit.
pub(super) fn put(headers: &mut HeaderMap, is_personal: bool, sign_out: Option<&str>) {
    headers.insert(CONTENT_SECURITY_POLICY, policy(sign_out));
    let fixed: [(HeaderName, &'static str); 4] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With `no-referrer` a browser would send its own forms with `Origin: null`.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if is_personal {
        headers.append(VARY, HeaderValue::from_static("cookie, authorization"));
    }
}

/// The policy, with the origin of a sign-out that is not on this host.
fn policy(sign_out: Option<&str>) -> HeaderValue {
    let elsewhere = sign_out.and_then(|address| url::Url::parse(address).ok());
    let elsewhere = elsewhere.filter(|url| matches!(url.scheme(), "http" | "https"));
    let with = elsewhere.map(|url| {
        let form_action = format!("form-action 'self' {}", url.origin().ascii_serialization());
        POLICY.replace("form-action 'self'", &form_action)
    });
    let with = with.and_then(|policy| HeaderValue::try_from(policy).ok());
    with.unwrap_or(HeaderValue::from_static(POLICY))
}

#[cfg(test)]
mod tests {
    use super::{POLICY, policy};

    #[test]
    fn forms_go_to_this_host_and_to_a_sign_out_elsewhere() {
        for here in [None, Some("/sign-out"), Some("../out"), Some("javascript:alert(1)"), Some("")]
        {
            assert_eq!(policy(here), POLICY, "{here:?}");
        }
        let elsewhere = policy(Some("https://login.example/out?x=1;script-src *"));
        let elsewhere = elsewhere.to_str().unwrap();
        assert!(elsewhere.contains("; form-action 'self' https://login.example; base-uri"));
        assert!(!elsewhere.contains('*'));
    }
}
