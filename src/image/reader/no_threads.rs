//! Replaces `threads/` in builds without `std`, in which only the calling thread decodes.

use super::request::Request;
use super::Reader;
use crate::error::Result;

impl<S> Reader<'_, S> {
    pub(super) fn read_with_threads(&mut self, _request: &mut Request) -> Result<bool> {
        Ok(false)
    }

    pub(super) fn deliver_decoded_ahead(&mut self, _request: &mut Request) {}

    pub(super) fn decode_ahead(&mut self, _next: u32) {}
}
