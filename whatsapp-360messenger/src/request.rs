//! The HTTP requests: one for each question to the gateway.

use reqwest::multipart::Form;
use reqwest::{Client, RequestBuilder};
use serde::{Serialize, Serializer};
use url::Url;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::port::{ApiKey, OutgoingMessage};

use crate::dialect::{BodyType, Dialect};

/// Writes requests in one dialect.
#[derive(Debug)]
pub(crate) struct RequestWriter {
    /// The base URL, without `/v2` and without a slash at its end.
    pub(crate) base: Url,
    pub(crate) dialect: Dialect,
    pub(crate) body_type: BodyType,
}

impl RequestWriter {
    /// Builds the POST that sends a message.
    pub(crate) fn send(
        &self,
        client: &Client,
        key: &ApiKey,
        message: &OutgoingMessage,
    ) -> RequestBuilder {
        let number = &message.number;
        let text = message.text.as_str();
        let attachment = message.attachment.as_ref();
        let template = message.template.map(|(id, _)| id.to_string());
        let mut fields = Fields::default();
        let (path, body_type): (&[&str], _) = match self.dialect {
            Dialect::V2 | Dialect::V1 => {
                fields.add("phonenumber", number.digits());
                fields.add("text", text);
                if let Some(attachment) = attachment {
                    fields.add("url", &attachment.url);
                }
                match self.dialect {
                    Dialect::V1 => (&["sendMessage"], BodyType::Form),
                    Dialect::V2 | Dialect::Rest => (&["v2", "sendMessage"], self.body_type),
                }
            }
            Dialect::Rest => {
                fields.add("to", number.as_str());
                fields.add("message", text);
                if let Some(attachment) = attachment {
                    fields.add("media_url", &attachment.url);
                    fields.add("media_type", attachment.kind.as_str());
                    (&["api", "v1", "messages", "media"], BodyType::Multipart)
                } else {
                    if let Some(template) = &template {
                        fields.add("template_id", template);
                    }
                    (&["api", "v1", "messages", "text"], BodyType::Json)
                }
            }
        };
        let request = self.authorized(key, path, &[], |url| client.post(url));
        match body_type {
            BodyType::Json => request.json(&fields),
            BodyType::Form => request.form(&fields.0),
            BodyType::Multipart => request.multipart(fields.into_multipart()),
        }
    }

    /// Builds the GETs that tell whether the gateway accepts the key; the second is for gateways
    /// that do not have the first.
    pub(crate) fn probes(&self, client: &Client, key: &ApiKey) -> [RequestBuilder; 2] {
        match self.dialect {
            Dialect::V1 => [
                self.get(client, key, &["pending"], &[]),
                self.get(client, key, &["showAllMessages"], &[("page", "1")]),
            ],
            Dialect::V2 | Dialect::Rest => [
                self.get(client, key, &["v2", "client", "getState"], &[]),
                self.get(client, key, &["v2", "groupChat", "getGroupList"], &[]),
            ],
        }
    }

    /// Builds the GET for one message's status.
    pub(crate) fn status(&self, client: &Client, key: &ApiKey, id: &str) -> RequestBuilder {
        let path: &[&str] = match self.dialect {
            Dialect::V1 => &["getStatus"],
            Dialect::V2 | Dialect::Rest => &["v2", "message", "status"],
        };
        self.get(client, key, path, &[("id", id)])
    }

    /// Builds the GET for one page of the messages sent to a number, counted from 1.
    pub(crate) fn sent_to(
        &self,
        client: &Client,
        key: &ApiKey,
        number: &WhatsAppNumber,
        page: u64,
    ) -> RequestBuilder {
        let path: &[&str] = match self.dialect {
            Dialect::V1 => &["showAllMessages"],
            Dialect::V2 | Dialect::Rest => &["v2", "message", "sentMessages"],
        };
        let page = page.to_string();
        let query = [("phonenumber", number.digits()), ("page", page.as_str())];
        self.get(client, key, path, &query)
    }

    fn get(
        &self,
        client: &Client,
        key: &ApiKey,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> RequestBuilder {
        self.authorized(key, path, query, |url| client.get(url))
    }

    /// Builds a request to this path with the key in the place that the dialect wants.
    fn authorized(
        &self,
        key: &ApiKey,
        path: &[&str],
        query: &[(&str, &str)],
        request: impl FnOnce(Url) -> RequestBuilder,
    ) -> RequestBuilder {
        let mut url = self.base.clone();
        // Only URLs such as `mailto:` have no path segments, and `build` refuses those.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
            if self.dialect == Dialect::V1 {
                segments.push(key.expose());
            }
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        match self.dialect {
            Dialect::V1 => request(url),
            Dialect::V2 | Dialect::Rest => request(url).bearer_auth(key.expose()),
        }
    }
}

/// The fields of a body, in the order in which they are written.
#[derive(Default)]
struct Fields<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Fields<'a> {
    fn add(&mut self, name: &'static str, value: &'a str) {
        self.0.push((name, value));
    }

    fn into_multipart(self) -> Form {
        self.0
            .into_iter()
            .fold(Form::new(), |form, (name, value)| form.text(name, value.to_owned()))
    }
}

/// Writes the fields as a JSON object.
impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}
