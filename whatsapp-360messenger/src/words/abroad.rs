//! Vocabulary of gateways that speak Portuguese, Spanish, French, Italian, German or Indonesian.
//!
//! Words are written in the form that [`fold`](super::fold) gives them: without accents, and `não`,
//! `nicht`, `pas` and `tidak` as `not`. A Spanish `no` stays `no`.

use super::Hint;
use super::rules::Rule;

#[rustfmt::skip]
pub(super) const ABROAD: &[Rule] = &[
    // The session of the linked phone, and the account's standing.
    Rule {
        hint: Hint::Account,
        whose: &[
            "instancia", "instanza", "instanz", "instance", "sessao", "sesion", "sessione", "sitzung",
            "sesi", "session", "dispositivo", "aparelho", "appareil", "gerat", "perangkat", "device",
            "telefone", "telefono", "celular", "telefon", "ponsel", "conexao", "conexion", "connexion",
            "connessione", "verbindung", "koneksi", "whatsapp", "conta", "cuenta", "compte", "konto",
            "akun", "account",
        ],
        what: &[
            "not conectada", "not conectado", "no conectada", "no conectado", "desconectada",
            "desconectado", "not connectee", "not connecte", "deconnectee", "deconnecte", "non connessa",
            "non connesso", "disconnessa", "disconnesso", "not verbunden", "getrennt", "not terhubung",
            "terputus", "not tersambung", "not encontrada", "no encontrada", "expirada", "caducada",
            "expiree", "scaduta", "abgelaufen", "kedaluwarsa", "not ativa", "not activa", "no activa",
            "inativa", "inactiva", "not iniciada", "no iniciada", "not autenticada", "no autenticada",
            "not autenticado", "no autenticado", "not aktif", "bloqueada", "bloqueado", "suspensa",
            "suspendida", "bloquee", "suspendue", "sospeso", "gesperrt", "diblokir", "fechada", "cerrada",
        ],
        unless: &[
            "destinatario", "destinataire", "empfanger", "penerima", "contato", "contacto", "cliente",
            "numero", "nomor", "nummer",
        ],
    },
    // Payment.
    Rule {
        hint: Hint::Account,
        whose: &[
            "saldo", "credito", "creditos", "credit", "credits", "crediti", "guthaben", "kredit", "kuota",
            "pulsa", "solde", "cota", "cuota", "plano", "plan", "assinatura", "suscripcion", "abonnement",
            "abbonamento", "langganan",
        ],
        what: &[
            "insuficiente", "insuficientes", "insuffisant", "insuffisants", "insufficiente",
            "insufficienti", "not cukup", "not mencukupi", "habis", "esgotado", "esgotados", "esgotada",
            "agotado", "agotados", "agotada", "epuise", "epuises", "esaurito", "esauriti", "aufgebraucht",
            "not ausreichend", "unzureichend", "vencido", "vencida", "expirado", "expirada", "expire",
            "scaduto", "abgelaufen", "berakhir", "excedida", "excedido", "superada", "atingida", "sem", "sin",
        ],
        unless: &["arquivo", "archivo", "fichier", "datei", "documento"],
    },
    // The key.
    Rule {
        hint: Hint::Account,
        whose: &[
            "token", "chave", "clave", "cle", "api key", "apikey", "chiave", "schlussel", "kunci",
            "credenciais", "credenciales",
        ],
        what: &[
            "invalido", "invalida", "invalidas", "invalide", "not valido", "no valido", "non valido",
            "non valida", "ungultig", "incorreto", "incorreta", "incorrecto", "incorrecta", "expirado",
            "vencido", "salah", "not encontrado", "no encontrado",
        ],
        unless: &["template", "json", "texto", "documento", "arquivo", "archivo"],
    },
    Rule {
        hint: Hint::Account,
        whose: &[],
        what: &["not autorizado", "no autorizado", "non autorise", "non autorizzato", "not autorisiert"],
        unless: &["destinatario", "numero"],
    },
    // The rate limit.
    Rule {
        hint: Hint::Rate,
        whose: &[],
        what: &[
            "muitas requisicoes", "demasiadas solicitudes", "demasiadas peticiones", "trop de requetes",
            "troppe richieste", "zu viele anfragen", "terlalu banyak permintaan",
        ],
        unless: &[],
    },
    // The recipient's number.
    Rule {
        hint: Hint::Recipient,
        whose: &[
            "numero", "nomor", "nummer", "rufnummer", "telefone", "telefono", "destinatario",
            "destinataire", "empfanger", "penerima", "contato", "contacto",
        ],
        what: &[
            "invalido", "invalida", "invalide", "not valido", "no valido", "non valido", "ungultig",
            "not valid", "not existe", "no existe", "inexistente", "not encontrado", "no encontrado",
            "introuvable", "not registrado", "no registrado", "not cadastrado", "not registriert",
            "not terdaftar", "not ditemukan", "salah", "not tem whatsapp", "not possui whatsapp",
            "no tiene whatsapp",
        ],
        unless: &["sessao", "sesion", "session", "instancia", "nota", "factura", "fatura"],
    },
    // A failure, perhaps after the message was sent.
    Rule {
        hint: Hint::Fault,
        whose: &[],
        what: &[
            "erro interno", "error interno", "erreur interne", "errore interno", "interner fehler",
            "kesalahan internal",
        ],
        unless: &[],
    },
];
