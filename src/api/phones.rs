//! ListCloudPhones: the phones of the project by their names, a page at a time. It must not know which phones a run is
//! about, nor how pages are joined: `poll` decides that.

use std::time::{Duration, Instant};

use crate::api::client::Client;
use crate::api::credential::Credential;
use crate::api::request::HttpRequest;
use crate::api::response::{ErrorContext, HttpResponse};
use crate::api::wire::{self, ErrorBody};
use crate::error::{Error, Kind};
use crate::job::Phone;

/// The object in error messages.
const ABOUT: &str = "phones";

impl Client {
    /// The project's phones after the first `offset`, `limit` at most (the service allows 200), in one attempt until
    /// `deadline`.
    ///
    /// `GET /v1/{project_id}/cloud-phone/phones` (CPH API reference, "Querying Cloud Phones").
    pub(crate) fn list_phones(&self, offset: usize, limit: usize, deadline: Instant) -> Result<Vec<Phone>, Error> {
        self.with_credential(deadline, |credential, left| self.phones(offset, limit, credential, left))
    }

    fn phones(
        &self,
        offset: usize,
        limit: usize,
        credential: &Credential,
        left: Duration,
    ) -> Result<Vec<Phone>, Error> {
        let endpoint = self.service.endpoint().as_str();
        let missing = format_args!("no phones (project {} at {endpoint})", self.project_id);
        let context = ErrorContext { about: ABOUT, endpoint, expected: "list of phones", missing };
        let (limit, offset) = (limit.to_string(), offset.to_string());
        let path = format!("/v1/{}/cloud-phone/phones", self.project_id);
        let request = HttpRequest {
            query: &[("limit", &limit), ("offset", &offset)],
            project_id: Some(&self.project_id),
            credential: Some(credential),
            origin: &self.provider.origin(),
            ..HttpRequest::new(ABOUT, "GET", &path)
        };
        self.service.call(&request, left, |response| {
            response.phones(&context).map_err(|error| match error.kind {
                Kind::Forbidden => error.hint("ask for the permission cph:phones:list in this project"),
                _ => error,
            })
        })
    }
}

impl HttpResponse {
    /// Reads the response as one page. One bad item makes the whole page unusable.
    pub(crate) fn phones(&self, context: &ErrorContext<'_>) -> Result<Vec<Phone>, Error> {
        if self.status != 200 {
            return Err(self.to_error(context));
        }
        if let Some(reason) = self.header_error() {
            return Err(self.error(context, Kind::BadAnswer, reason, &ErrorBody::default()));
        }
        match wire::phones(&self.body) {
            Ok(Some(phones)) => Ok(phones),
            Ok(None) => Err(self.error(
                context,
                Kind::BadAnswer,
                "no list of phones in it".to_owned(),
                &wire::error_body(&self.body),
            )),
            Err(reason) => Err(self.parse_error(context, "a list of phones", &reason)),
        }
    }
}
