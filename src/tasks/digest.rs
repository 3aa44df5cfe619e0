//! Digests of pieces that come in order: the slowest by a thread of its own, beside the others.

use super::options::Digests;
use crate::error::{ErrorKind, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;
use md5::{Digest, Md5};
use sha1::Sha1;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Pieces that may wait for the thread.
const WAITING: usize = 4;

/// Digests in the making.
pub(super) struct Digesting<'scope> {
    crc32: Option<crc32fast::Hasher>,
    sha1: Option<Sha1>,
    md5: Course<'scope>,
}

/// The course of the MD5, which takes longer than the others together.
enum Course<'scope> {
    None,
    Here(Md5),
    Beside(Beside<'scope>),
}

/// A thread that computes, and the pieces on their way to it and back.
struct Beside<'scope> {
    pieces: SyncSender<Arc<Vec<u8>>>,
    used: Receiver<Vec<u8>>,
    thread: ScopedJoinHandle<'scope, Md5>,
    back: Sender<Vec<u8>>,
}

impl<'scope> Digesting<'scope> {
    /// Begins those of the digests that are wanted; `alone` without a thread.
    pub(super) fn new(
        scope: &'scope Scope<'scope, '_>,
        crc32: bool,
        md5: bool,
        sha1: bool,
        alone: bool,
    ) -> Result<Self> {
        Ok(Digesting {
            crc32: crc32.then(crc32fast::Hasher::new),
            sha1: sha1.then(Sha1::new),
            md5: match md5 {
                false => Course::None,
                true if alone || !(sha1 || crc32) => Course::Here(Md5::new()),
                true => Course::Beside(Beside::start(scope)?),
            },
        })
    }

    /// Takes the next piece. What is left in its place is of no meaning.
    pub(super) fn update(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        match &mut self.md5 {
            Course::None => self.update_here(piece),
            Course::Here(md5) => {
                md5.update(&*piece);
                self.update_here(piece);
            }
            Course::Beside(beside) => {
                let spare = beside.used.try_recv().unwrap_or_default();
                let shared = Arc::new(core::mem::replace(piece, spare));
                let sent = beside.pieces.send(Arc::clone(&shared));
                sent.map_err(|_| ErrorKind::Internal)?;
                let back = beside.back.clone();
                self.update_here(&shared);
                give_back(shared, &back);
            }
        }
        Ok(())
    }

    fn update_here(&mut self, piece: &[u8]) {
        if let Some(crc32) = &mut self.crc32 {
            crc32.update(piece);
        }
        if let Some(sha1) = &mut self.sha1 {
            sha1.update(piece);
        }
    }

    /// The digests of all pieces.
    pub(super) fn finish(self) -> Result<Digests> {
        let md5 = match self.md5 {
            Course::None => None,
            Course::Here(md5) => Some(md5),
            Course::Beside(beside) => Some(beside.finish()?),
        };
        Ok(Digests {
            crc32: self.crc32.map(crc32fast::Hasher::finalize),
            md5: md5.map(|md5| md5.finalize().into()),
            sha1: self.sha1.map(|sha1| sha1.finalize().into()),
        })
    }
}

impl<'scope> Beside<'scope> {
    fn start(scope: &'scope Scope<'scope, '_>) -> Result<Self> {
        let (pieces, waiting) = mpsc::sync_channel::<Arc<Vec<u8>>>(WAITING);
        let (back, used) = mpsc::channel();
        let giver = back.clone();
        let work = move || {
            let mut md5 = Md5::new();
            for piece in waiting {
                md5.update(&*piece);
                give_back(piece, &giver);
            }
            md5
        };
        let thread = thread::Builder::new().spawn_scoped(scope, work);
        Ok(Beside {
            pieces,
            used,
            thread: thread.map_err(|_| ErrorKind::OutOfMemory)?,
            back,
        })
    }

    fn finish(self) -> Result<Md5> {
        // No more will come.
        drop(self.pieces);
        self.thread.join().map_err(|_| ErrorKind::Internal.into())
    }
}

/// Whoever is the last to use a piece gives its memory back.
fn give_back(piece: Arc<Vec<u8>>, to: &Sender<Vec<u8>>) {
    if let Some(bytes) = Arc::into_inner(piece) {
        // Nobody may want it any more.
        let _ = to.send(bytes);
    }
}
