//! Replaces `ahead/` in the PSP library (`cso_rt`), where every reader is in low-memory mode, which
//! reads and decodes nothing ahead.

pub(super) struct AheadState;

impl AheadState {
    pub(super) fn new() -> Self {
        AheadState
    }

    pub(super) fn is_continued_by(&self, _offset: u64) -> bool {
        false
    }
}
