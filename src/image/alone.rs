//! Where there are no threads there is no crew.

use super::read::Batch;
use super::scratch::Scratch;
use super::Image;
use crate::error::Result;
use crate::io::ReadAt;

pub(super) enum Crew {}

impl<S: ReadAt> Image<S> {
    pub(super) fn deliver_with(
        &self,
        crew: &Crew,
        _scratch: &mut Scratch,
        _batch: &Batch,
        _at: u64,
        _out: &mut [u8],
    ) -> Result<usize> {
        match *crew {}
    }
}
