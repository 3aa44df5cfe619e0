//! Where there are no threads there is no crew.

#[cfg(not(cso_rt))]
use super::{decode::Decoder, spans::Blocks};
#[cfg(not(cso_rt))]
use crate::error::Result;

pub(super) enum Crew {}

#[cfg(not(cso_rt))]
impl Crew {
    pub(super) fn decode(&self, _: Blocks, _: &mut Decoder, _: &mut [u8]) -> Result<()> {
        match *self {}
    }
}
