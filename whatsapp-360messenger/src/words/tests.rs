//! Answers of other people's gateways, by the party at fault. Sources in brackets are repositories
//! of such software; sentences without a source are of the same families.

use super::Hint::{Account, Broken, Doubt, Either, Fault, Rate, Recipient};
use super::*;

fn check(expected: Option<Hint>, said: &[&str]) {
    for said in said {
        assert_eq!(hint(said, &Clauses::default()), expected, "{said}");
    }
}

#[test]
fn sessions_and_linked_phones_are_the_accounts() {
    check(
        Some(Account),
        &[
            // whatsapp-api
            "session_not_connected",
            "session_not_found",
            "sessionNotConnected",
            "SESSION-NOT-CONNECTED",
            // waha
            "Session status is not as expected. Try again later or restart the session",
            "The session under FAILED status. Please try to restart it.",
            "Session \"default\" does not exist",
            // go-whatsapp-web-multidevice, whatsmeow
            "you are not logged in",
            "you are not connect to services server, please reconnect",
            // evolution-api, wppconnect, others
            "The \"shop-1\" instance does not exist",
            "The client is not connected. Please scan the QR code",
            "Instance 7f2a-11bc-90 is not connected",
            "device_not_connected",
            "Device disconnected",
            "Your device isn't connected",
            "WhatsApp is not connected",
            "WhatsApp client is not ready",
            "WhatsApp connection is not ready",
            "Phone not connected",
            "phone offline",
            "Your phone is offline",
            "The linked device was logged out",
            "logged_out",
            "Session has expired",
            "session expired",
            "Not authenticated",
            "notAuthenticated",
            "UNPAIRED",
            "unpaired_idle",
            "No active session",
            "No valid WhatsApp session found",
            "Instance not found",
            "instance expired",
            "Instance stopped",
            "Please scan QR code",
            "scan the QR to continue",
            "QR code required",
            "Your account is no longer connected",
            "Could not send: session is not open",
            "message not sent, device not connected",
            "recipient not reached because session is not connected; reconnect",
        ],
    );
    check(
        Some(Broken),
        &[
            "Protocol error: Session closed. Most likely the page has been closed",
            "Connection Closed",
            "connection lost",
        ],
    );
}

#[test]
fn keys_subscriptions_and_quotas_are_the_accounts() {
    check(
        Some(Account),
        &[
            "Invalid credentials",
            "Invalid API key",
            "invalid_api_key",
            "API key is missing",
            "apiKey required",
            "APIKey not valid",
            "Wrong token. Please provide token as a GET parameter",
            "Invalid token",
            "token expired",
            "Unauthorized",
            "unauthorised",
            "Unauthenticated.",
            "Authentication failed due to invalid userId or password",
            "Missing Authorization header",
            "Your API token has been revoked",
            "subscription expired",
            "Your subscription has expired",
            "subscriptionExpired",
            "Active subscription required",
            "No active subscription",
            "Your plan has ended",
            "Trial is over",
            "trial expired",
            "Validity of your WhatsApp pack has expired",
            "Payment Required",
            "PAYMENT_REQUIRED",
            "Please renew your subscription",
            "Upgrade your plan",
            "insufficient credit",
            "Insufficient balance",
            "insufficient quota",
            "No credit",
            "Not enough credits.",
            "Your account does not have sufficient credits to post this message",
            "You ran out of credits",
            "Monthly quota has been exceeded",
            "CORRESPONDENTS_QUOTE_EXCEEDED",
            "quota exceeded",
            "Daily limit reached",
            "daily sending limit exceeded",
            "You have reached the limit for today",
            "Account suspended",
            "account is blocked",
            "Your account has been banned",
            "Your WhatsApp account is banned",
            "Account has expired",
            "Account is disabled",
            "yellowCard",
            "TOS_BLOCK",
        ],
    );
    check(
        Some(Rate),
        &[
            "Too many requests",
            "TOO_MANY_REQUESTS",
            "Rate limit exceeded",
            "rate-overlimit",
            "You are being rate limited",
            "Request was throttled",
            "Too many requests: daily limit",
        ],
    );
}

#[test]
fn numbers_are_the_recipients() {
    check(
        Some(Recipient),
        &[
            "not a valid WhatsApp number",
            "919800000001 is not a valid WhatsApp number",
            "invalid phone number",
            "The phone number is not a valid phone number",
            "invalid_phone_number",
            "invalidPhoneNumber",
            "The number is not registered on WhatsApp",
            "not registered on WhatsApp",
            "number isn't on WhatsApp",
            "Phone 919800000001@s.whatsapp.net is not on whatsapp",
            "PHONE_NOT_ON_WHATSAPP",
            "Number not linked to WhatsApp Account",
            "INVALID_JID",
            "invalid wid",
            "No LID for user",
            "Recipient number is invalid",
            "recipient not found",
            "Could not deliver to this recipient",
            "phonenumber must be a string",
            "phonenumber should not be empty",
            "phone is required",
            "chatId is invalid",
            "Destination number missing or invalid",
            "contact not found",
            "User does not exist on WhatsApp",
            "noAccount",
        ],
    );
}

#[test]
fn a_phone_that_must_be_online_and_an_account_that_must_be_paid_are_the_accounts() {
    check(
        Some(Account),
        &[
            "Your phone must be connected to the internet",
            "The phone must be online",
            "Please connect your WhatsApp first",
            "Please recharge your account",
            "Service suspended due to non-payment",
            "You have no remaining messages",
        ],
    );
}

#[test]
fn engines_that_start_and_addresses_that_are_not_let_in_are_the_accounts() {
    check(
        Some(Account),
        &[
            "WhatsApp Web is loading",
            "whatsapp is starting, try again in a minute",
            "The session is connecting",
            "Instance is initializing",
            "client_not_loaded",
            "IP address not allowed",
            "Your IP is not whitelisted",
            "ip_not_allowed",
            "Request from IP 203.0.113.7 is blocked",
            "Account not found",
            "Account suspended, contact support",
            "Account disabled. Please contact the administrator",
        ],
    );
    check(Some(Broken), &["Execution context was destroyed, most likely because of a navigation"]);
    check(
        Some(Fault),
        &["Internal error", "Internal Server Error", "Something went wrong", "unknown_error"],
    );
    check(
        None,
        &["Error loading the file", "the media url is at an IP address that is not allowed"],
    );
}

#[test]
fn gateways_of_other_languages_are_understood() {
    check(
        Some(Account),
        &[
            "Instância não conectada",
            "A instância não está conectada",
            "INSTÂNCIA DESCONECTADA",
            "Sessão expirada",
            "La sesión no está conectada",
            "Sesión no encontrada",
            "La session n'est pas connectée",
            "Sessione scaduta",
            "Sitzung nicht verbunden",
            "Perangkat tidak terhubung",
            "Conta bloqueada",
            "Su cuenta está suspendida",
            "Saldo insuficiente",
            "Sem saldo",
            "Créditos esgotados",
            "Solde insuffisant",
            "Guthaben aufgebraucht",
            "Saldo tidak cukup",
            "Plano expirado",
            "Token inválido",
            "Clave incorrecta",
            "Não autorizado",
        ],
    );
    check(Some(Rate), &["Muitas requisições", "Demasiadas solicitudes", "Zu viele Anfragen"]);
    check(
        Some(Recipient),
        &[
            "Número inválido",
            "O número não existe no WhatsApp",
            "El número no tiene WhatsApp",
            "Numéro invalide",
            "Nomor tidak terdaftar",
            "Contato não encontrado",
        ],
    );
    check(Some(Fault), &["Erro interno", "Interner Fehler"]);
    check(None, &["Mensagem muito longa", "Texto inválido", "Archivo no encontrado"]);
}

#[test]
fn the_trouble_of_one_message_does_not_stop_the_account() {
    check(
        Some(Recipient),
        &[
            "Contact account disabled",
            "The contact's account has been deactivated",
            "The account of this contact is disabled",
            "contact is blocked",
            "phonenumber: account not found",
            "Account not found for this phone number",
            "account does not exist for jid",
        ],
    );
    check(
        Some(Either),
        &[
            "Your plan does not allow sending documents",
            "Your plan does not include media messages",
            "Upgrade your plan to send files",
            "Documents are not supported in your plan",
            "This user's account has been deactivated",
            "Access denied",
        ],
    );
}

#[test]
fn some_words_do_not_tell_and_doubt_is_doubt() {
    check(
        Some(Either),
        &[
            "number not connected",
            "Your number is blocked",
            "User is blocked",
            "limit exceeded",
            "message limit reached",
            "not authorized to do this",
            "Failed to download media from url: 401 Unauthorized",
            "The file could not be downloaded, connection closed",
            "could not fetch the link: token expired",
            "You have exceeded your limit of 100 messages",
            "Service temporarily unavailable, try again later",
            "The server is busy",
        ],
    );
    check(
        Some(Doubt),
        &["Timed out waiting for acknowledgement", "timeout", "ETIMEDOUT: time out"],
    );
}

#[test]
fn near_misses_and_negations_are_nobodys() {
    check(
        None,
        &[
            "",
            "…",
            "Try again later",
            "Message could not be sent",
            "Forbidden resource",
            "Not Found",
            "Bad Request",
            "Cannot POST /v2/x",
            "message contains an invalid token {x}",
            "invalid token in template",
            "Unexpected token < in JSON at position 0",
            "text is too long",
            "character limit exceeded",
            "File size limit exceeded",
            "The link has expired",
            "media url expired",
            "delay must be a number",
            "number of characters must be below 4096",
            "The password of the PDF is wrong",
            "the plan of the building",
            "a session of yoga",
            "account",
            "The subscription has not expired",
            "Your account is not blocked",
            "The token is not expired",
            "phone call",
            "session connected",
            "accountant not found in obsession",
        ],
    );
}

#[test]
fn words_that_the_message_holds_itself_do_not_count() {
    let message = Clauses::of_all(&[
        "Dear Asha,\nyour plan has expired. Payment required! Session expired",
        "https://files.example/invalid-api-key.pdf",
    ]);
    for said in [
        "Invalid text: 'your plan has expired'",
        "Invalid text: YOUR PLAN HAS EXP, payment required",
        "rejected: session expired",
        "cannot fetch invalid-api-key.pdf",
    ] {
        assert_eq!(hint(said, &message), None, "{said}");
    }
    for said in [
        "Your account has expired",
        "session is not connected: your plan has expired",
        "API key invalid",
    ] {
        assert_eq!(hint(said, &message), Some(Account), "{said}");
    }
}
