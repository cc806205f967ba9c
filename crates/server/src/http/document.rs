//! Completes the document of the API with what the types cannot say of themselves: the bounds that requests are held to,
//! which fields stand together, and how each call can fail.

use latchkey_api::bounds::{
    ACCOUNT, ANSWER, CODE, CURRENT_PASSWORD, DESTINATION, DEVICE, FEEDBACK, FEWEST_ANSWERS, HUMAN_CHECK, LANGUAGE,
    MEANS_ID, MOST_ANSWERS, NEW_PASSWORD, NOTICE_CODE, QUESTION, SOLUTION, Text,
};
use latchkey_api::flow::Means;
use utoipa::Number;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, OneOf, Schema, Type};
use utoipa::openapi::{Content, Header, OpenApi, PathItem, Ref, RefOr, Response, ResponseBuilder, SchemaFormat};

/// Every text of a request: its schema, its field, its bounds.
const TEXTS: [(&str, &str, Text); 17] = [
    ("AskHumanCheck", "language", LANGUAGE),
    ("Solution", "id", HUMAN_CHECK),
    ("Solution", "answer", SOLUTION),
    ("StartFlow", "account", ACCOUNT),
    ("StartFlow", "language", LANGUAGE),
    ("StartFlow", "device", DEVICE),
    ("Challenge", "destination", DESTINATION),
    ("Proof", "code", CODE),
    ("Proof", "current_password", CURRENT_PASSWORD),
    ("Answer", "id", QUESTION),
    ("Answer", "answer", ANSWER),
    ("NewPassword", "new_password", NEW_PASSWORD),
    ("NewPassword", "current_password", CURRENT_PASSWORD),
    ("AddMeans", "destination", DESTINATION),
    ("ConfirmMeans", "code", CODE),
    ("Feedback", "text", FEEDBACK),
    ("NotMe", "code", NOTICE_CODE),
];

/// Requests that name the revision which they answer.
const REVISED: [&str; 11] = [
    "Challenge",
    "Proof",
    "NewPassword",
    "AddMeans",
    "ConfirmMeans",
    "CheckMeans",
    "RemoveMeans",
    "Finish",
    "Extend",
    "Cancel",
    "RememberDevice",
];

/// Completes the document that was made of routes and types.
pub(crate) fn complete(openapi: &mut OpenApi) {
    if let Some(components) = &mut openapi.components {
        let schemas = &mut components.schemas;
        for (schema, field, text) in TEXTS {
            if let Some(found) = schemas.get_mut(schema).and_then(|schema| property(schema, field)) {
                bound(found, text);
            }
        }
        for schema in REVISED {
            if let Some(found) = schemas.get_mut(schema).and_then(|schema| property(schema, "revision")) {
                found.format = Some(SchemaFormat::Custom("uint32".to_owned()));
                found.minimum = Some(Number::UInt(0));
                found.maximum = Some(Number::UInt(u32::MAX as usize));
            }
        }
        for schema in ["Proof", "AddMeans"] {
            let Some(RefOr::T(found)) = schemas.get_mut(schema) else { continue };
            let Schema::Object(object) = &*found else { continue };
            let mut object = object.clone();
            bound_answers(&mut object);
            *found = Schema::OneOf(if schema == "Proof" { proofs(&object) } else { additions(&object) });
        }
    }
    for item in openapi.paths.paths.values_mut() {
        let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
        let operations = [get, put, post, delete, options, head, patch, trace];
        for operation in operations.into_iter().flatten() {
            bound_parameters(operation);
            say_how_it_fails(operation);
        }
    }
}

fn property<'a>(schema: &'a mut RefOr<Schema>, field: &str) -> Option<&'a mut Object> {
    let RefOr::T(Schema::Object(object)) = schema else { return None };
    match object.properties.get_mut(field) {
        Some(RefOr::T(Schema::Object(found))) => Some(found),
        _ => None,
    }
}

fn bound(object: &mut Object, text: Text) {
    object.min_length = (text.least > 0).then_some(text.least);
    object.max_length = Some(text.most);
    object.pattern = text.form.pattern().map(str::to_owned);
}

fn bound_answers(object: &mut Object) {
    if let Some(RefOr::T(Schema::Array(answers))) = object.properties.get_mut("answers") {
        answers.min_items = Some(FEWEST_ANSWERS);
        answers.max_items = Some(MOST_ANSWERS);
    }
}

/// A proof is exactly one of three.
fn proofs(object: &Object) -> OneOf {
    let ways = ["code", "answers", "current_password"];
    one_of(object, ways.map(|way| with(object, &["revision", way], &[])).into())
}

/// What is said with a thing depends on what it is.
fn additions(object: &Object) -> OneOf {
    let sent = with_means(
        object,
        &["revision", "means"],
        &["method", "destination"],
        &[Means::Mobile, Means::Office, Means::Email],
    );
    let answered = with_means(object, &["revision", "means", "answers"], &[], &[Means::Questions]);
    let made = with_means(object, &["revision", "means"], &[], &[Means::Authenticator, Means::RecoveryCodes]);
    one_of(object, vec![sent, answered, made])
}

fn one_of(object: &Object, shapes: Vec<Object>) -> OneOf {
    let mut out = OneOf::new();
    out.description = object.description.clone();
    out.items = shapes.into_iter().map(|shape| RefOr::T(Schema::Object(shape))).collect();
    out
}

/// The object with these fields of it and no others.
fn with(object: &Object, required: &[&str], optional: &[&str]) -> Object {
    let mut out = ObjectBuilder::new().schema_type(Type::Object).build();
    for field in required.iter().chain(optional) {
        if let Some(found) = object.properties.get(*field) {
            out.properties.insert((*field).to_owned(), found.clone());
        }
    }
    out.required = required.iter().map(|field| (*field).to_owned()).collect();
    out.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    out
}

fn with_means(object: &Object, required: &[&str], optional: &[&str], means: &[Means]) -> Object {
    let mut out = with(object, required, optional);
    let values = means.iter().map(|means| means.as_str());
    let named = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values)).build();
    out.properties.insert("means".to_owned(), RefOr::T(Schema::Object(named)));
    out
}

fn bound_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema else { continue };
        match parameter.parameter_in {
            ParameterIn::Path => bound(object, MEANS_ID),
            ParameterIn::Header => object.format = Some(SchemaFormat::Custom("uuid".to_owned())),
            ParameterIn::Query | ParameterIn::Cookie | ParameterIn::QueryString => {}
        }
    }
}

/// Puts every status in that the call can be answered with, and the headers that come with it.
fn say_how_it_fails(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    responses.remove("4XX");
    let takes_a_body = operation.request_body.is_some();
    let takes_a_token = operation.security.is_some();
    let takes_an_id = operation.parameters.iter().flatten().any(|parameter| match parameter {
        RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Path,
        RefOr::Ref(_) => false,
    });
    for failure in FAILURES {
        let can_happen = match failure.when {
            When::Always => true,
            When::Body => takes_a_body,
            When::Token => takes_a_token,
            When::Id => takes_an_id,
        };
        if can_happen {
            responses.insert(failure.status.to_owned(), RefOr::T(failure.response()));
        }
    }
    for response in responses.values_mut() {
        if let RefOr::T(response) = response {
            response.headers.insert("x-request-id".to_owned(), RefOr::T(request_id()));
        }
    }
}

/// What a call has to take for a failure to be possible.
#[derive(Clone, Copy)]
enum When {
    Always,
    Body,
    Token,
    Id,
}

/// One way in which calls fail.
struct Failure {
    status: &'static str,
    description: &'static str,
    /// A header that comes with it: name, description.
    header: Option<(&'static str, &'static str)>,
    when: When,
}

impl Failure {
    const fn new(status: &'static str, when: When, description: &'static str) -> Self {
        Self { status, description, header: None, when }
    }

    const fn with(mut self, name: &'static str, description: &'static str) -> Self {
        self.header = Some((name, description));
        self
    }

    fn response(&self) -> Response {
        let problem = Content::builder().schema(Some(Ref::from_schema_name("Problem"))).build();
        let mut response =
            ResponseBuilder::new().description(self.description).content("application/problem+json", problem).build();
        if let Some((name, description)) = self.header {
            response.headers.insert(name.to_owned(), RefOr::T(header(name, description)));
        }
        response
    }
}

const FAILURES: [Failure; 11] = [
    Failure::new("400", When::Body, "The request does not have the shape that is documented here (`malformed`)"),
    Failure::new(
        "401",
        When::Token,
        "No flow or known workstation that is served has this token (`unauthorized`; RFC 6750)",
    )
    .with("WWW-Authenticate", "Always `Bearer`"),
    Failure::new("404", When::Id, "The path is not one of these (`not_found`)"),
    Failure::new("405", When::Always, "The path takes another method (`method_not_allowed`; RFC 9110 §15.5.6)")
        .with("Allow", "The methods that the path takes"),
    Failure::new(
        "409",
        When::Always,
        "The flow has moved on, or does not take this call here (`stale`, `not_allowed`, `idempotency_mismatch`); or the \
         request comes from a page of a browser (`not_allowed`)",
    ),
    Failure::new("413", When::Body, "The body is longer than 16 KiB (`too_large`)"),
    Failure::new("415", When::Body, "The body is not `application/json` (`unsupported_media_type`)"),
    Failure::new("422", When::Body, "What was asked for was not done; the `code` says why"),
    Failure::new("429", When::Always, "Too many requests or tries (`rate_limited`, `resend_too_soon`)")
        .with("Retry-After", "Seconds until it makes sense to come back, where that is known"),
    Failure::new("500", When::Always, "The server failed; nothing was changed (`internal`)"),
    Failure::new("503", When::Always, "A part that is needed cannot be reached; nothing was changed (`unavailable`)")
        .with("Retry-After", "Seconds until it makes sense to come back"),
];

fn header(name: &str, description: &str) -> Header {
    let schema = match name {
        "Retry-After" => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)),
        "WWW-Authenticate" => ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["Bearer"])),
        _ => ObjectBuilder::new().schema_type(Type::String),
    };
    HeaderBuilder::new().schema(Some(schema.build())).description(Some(description)).build()
}

fn request_id() -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::Custom("uuid".to_owned())));
    let description = Some("Names the request in the server's log");
    HeaderBuilder::new().schema(Some(schema.build())).description(description).build()
}
