//! Requests at and beyond the bounds that the document of the API states: what it calls valid is never malformed, what it
//! does not is. `cargo xtask test --long contract` asks the same of the listening server, with more fantasy.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::world::{World, post};

const KEY: &str = "6f1f5e52-0d44-4c52-9f4e-000000000001";

/// The document that the server makes of itself.
struct Document(Value);

impl Document {
    fn new() -> Self {
        Self(serde_json::to_value(latchkey_server::openapi()).unwrap())
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => &self.0["components"]["schemas"][reference.rsplit('/').next().unwrap()],
            None => schema,
        }
    }

    /// Every call that takes a body: its path, the schema of the body, and the statuses that are documented.
    fn calls(&self) -> Vec<(String, &Value, BTreeSet<u16>)> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        let calls = paths.filter_map(|(path, item)| {
            let call = &item["post"];
            let schema = call["requestBody"]["content"]["application/json"].get("schema")?;
            let statuses = call["responses"].as_object()?.keys().map(|status| status.parse().unwrap()).collect();
            Some((path.replace("{id}", "some-thing"), self.resolved(schema), statuses))
        });
        calls.collect()
    }

    /// Values that a schema takes, the plainest first; every bound is reached.
    fn valid(&self, schema: &Value) -> Vec<Value> {
        let schema = self.resolved(schema);
        if let Some(shapes) = schema["oneOf"].as_array() {
            return shapes.iter().flat_map(|shape| self.valid(shape)).collect();
        }
        if let Some(values) = schema["enum"].as_array() {
            return values.clone();
        }
        types(schema).into_iter().flat_map(|kind| self.valid_of(schema, kind)).collect()
    }

    fn valid_of(&self, schema: &Value, kind: &str) -> Vec<Value> {
        let bound = |name: &str| schema[name].as_u64();
        match kind {
            "object" => {
                let plain = self.plain(schema);
                let mut out = vec![Value::Object(plain.clone())];
                for (name, value) in schema["properties"].as_object().unwrap() {
                    out.extend(self.valid(value).into_iter().map(|value| with(&plain, name, value)));
                }
                out
            }
            "array" => {
                let item = self.valid(&schema["items"])[0].clone();
                let ends = [bound("minItems").unwrap_or(0), bound("maxItems").unwrap()];
                ends.map(|count| vec![item.clone(); usize::try_from(count).unwrap()].into()).into()
            }
            "string" => {
                let ends = [bound("minLength").unwrap_or(0), bound("maxLength").unwrap()];
                ends.map(|length| text(schema["pattern"].as_str(), length).into()).into()
            }
            "integer" => vec![json!(bound("minimum").unwrap()), json!(bound("maximum").unwrap()), json!(1.0)],
            "boolean" => vec![json!(true), json!(false)],
            "null" => vec![Value::Null],
            other => panic!("no value of the type {other} is made here"),
        }
    }

    /// An object with nothing in it but what has to be.
    fn plain(&self, schema: &Value) -> Map<String, Value> {
        let required = schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        required.map(|name| (name.to_owned(), self.valid(&schema["properties"][name])[0].clone())).collect()
    }

    /// Values that a schema does not take, each by one step.
    fn invalid(&self, schema: &Value) -> Vec<Value> {
        let schema = self.resolved(schema);
        if let Some(shapes) = schema["oneOf"].as_array() {
            let nullable = shapes.iter().any(|shape| shape["type"] == "null");
            let all = shapes.iter().filter(|shape| shape["type"] != "null").flat_map(|shape| self.invalid(shape));
            return all.filter(|value| !(nullable && value.is_null())).collect();
        }
        let kinds = types(schema);
        let bound = |name: &str| schema[name].as_u64();
        let mut out = vec![json!([[]])];
        if !kinds.contains(&"null") {
            out.push(Value::Null);
        }
        match kinds[0] {
            "object" => {
                let plain = self.plain(schema);
                out.push(with(&plain, "unexpected", json!(1)));
                for name in plain.keys() {
                    let mut less = plain.clone();
                    less.remove(name);
                    out.push(less.into());
                }
                for (name, value) in schema["properties"].as_object().unwrap() {
                    out.extend(self.invalid(value).into_iter().map(|value| with(&plain, name, value)));
                }
            }
            "array" => {
                let item = &self.valid(&schema["items"])[0];
                let many = usize::try_from(bound("maxItems").unwrap()).unwrap() + 1;
                out.push(vec![item.clone(); many].into());
                if bound("minItems").is_some() {
                    out.push(json!([]));
                }
                out.extend(self.invalid(&schema["items"]).into_iter().map(|item| json!([item])));
            }
            "string" if schema["enum"].is_array() => out.extend([json!("no such thing"), json!(1)]),
            "string" => {
                out.extend([json!(1), text(schema["pattern"].as_str(), bound("maxLength").unwrap() + 1).into()]);
                out.extend(bound("minLength").map(|_| json!("")));
                out.extend(schema["pattern"].as_str().map(|_| json!("\0\0")));
            }
            "integer" => {
                let beyond = bound("maximum").unwrap() + 1;
                out.extend([json!(-1), json!(beyond), json!(1.5), json!("1")]);
            }
            "boolean" => out.extend([json!("true"), json!(1)]),
            other => panic!("no value that is not of the type {other} is made here"),
        }
        out
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::Array(types) => types.iter().map(|kind| kind.as_str().unwrap()).collect(),
        one => vec![one.as_str().unwrap()],
    }
}

fn with(object: &Map<String, Value>, name: &str, value: Value) -> Value {
    let mut out = object.clone();
    out.insert(name.to_owned(), value);
    out.into()
}

/// So many characters that keep to a pattern of ours: of four bytes each where every one is taken.
fn text(pattern: Option<&str>, length: u64) -> String {
    let one = |place: u64| match pattern {
        None => '\u{1f600}',
        // Words of a language tag have eight letters at most.
        Some(pattern) if pattern.contains('(') && place % 9 == 8 => '-',
        Some(_) => 'a',
    };
    (0..length).map(one).collect()
}

#[tokio::test]
async fn what_the_document_calls_valid_is_never_malformed() {
    // FOUND K: 9 of 968 were
    let (world, document) = (World::new().await, Document::new());
    let token = world.start("reset", "ada").await.token;
    let mut asked = 0;
    for (path, schema, statuses) in document.calls() {
        for body in document.valid(schema) {
            let reply = world.send(post(&path, Some(&token), body.to_string(), Some(KEY))).await;
            assert_ne!(reply.code(), "malformed", "{path} {body}");
            assert!(statuses.contains(&reply.status) && reply.status < 500, "{path} {body}: {}", reply.status);
            asked += 1;
        }
    }
    assert!(asked > 100, "only {asked} requests were made");
}

#[tokio::test]
async fn what_the_document_does_not_call_valid_is_malformed() {
    let (world, document) = (World::new().await, Document::new());
    let token = world.start("reset", "ada").await.token;
    let mut asked = 0;
    for (path, schema, _) in document.calls() {
        for body in document.invalid(schema) {
            let reply = world.send(post(&path, Some(&token), body.to_string(), Some(KEY))).await;
            assert_eq!((reply.status, reply.code()), (400, "malformed"), "{path} {body}");
            asked += 1;
        }
    }
    assert!(asked > 200, "only {asked} requests were made");
}

#[tokio::test]
async fn an_id_or_a_key_of_another_form_is_refused_as_documented() {
    let world = World::new().await;
    let token = world.start("reset", "ada").await.token;
    let body = r#"{"revision":1}"#;
    for (id, status) in
        [("a".repeat(64), 409), ("Ab-_9".to_owned(), 409), ("a".repeat(65), 404), ("a%2Fb".to_owned(), 404)]
    {
        let reply =
            world.send(post(&format!("/v1/flow/methods/{id}/remove"), Some(&token), body.to_owned(), None)).await;
        assert_eq!(reply.status, status, "{id}");
    }
    let new = r#"{"revision":1,"new_password":"violet tractor onion"}"#;
    let simple = KEY.replace('-', "");
    for (key, status) in [(KEY, 409), (&KEY.to_uppercase(), 409), (&simple, 400), (&format!("{{{KEY}}}"), 400)] {
        let reply = world.send(post("/v1/flow/password", Some(&token), new.to_owned(), Some(key))).await;
        assert_eq!(reply.status, status, "{key}");
    }
}

#[tokio::test]
async fn every_text_and_list_of_a_request_is_bounded() {
    let document = Document::new();
    for (path, schema, statuses) in document.calls() {
        // Each of these would panic where a bound is missing.
        assert!(!document.valid(schema).is_empty() && !document.invalid(schema).is_empty(), "{path}");
        for status in [400, 405, 409, 413, 415, 422, 429, 500, 503] {
            assert!(statuses.contains(&status), "{path}: {status}");
        }
    }
}
