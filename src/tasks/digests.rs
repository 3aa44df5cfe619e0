//! Digests of the decoded image, computed from its pieces in order.

use crate::error::{ErrorKind, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;
use md5::{Digest, Md5};
use sha1::Sha1;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Digests of a decoded image. Each is `None` unless the options select it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digests {
    /// The CRC-32 that zip and gzip use.
    pub crc32: Option<u32>,
    /// The MD5.
    pub md5: Option<[u8; 16]>,
    /// The SHA-1.
    pub sha1: Option<[u8; 20]>,
}

/// Pieces that can wait for the thread that computes the MD5.
const MAX_WAITING_PIECES: usize = 4;

/// Computes the selected digests of pieces that are passed in order.
pub(super) struct DigestComputer<'scope> {
    crc32: Option<crc32fast::Hasher>,
    sha1: Option<Sha1>,
    md5: Md5Computer<'scope>,
}

/// Where the MD5 is computed. It takes longer than CRC-32 and SHA-1 together.
enum Md5Computer<'scope> {
    NotSelected,
    OnCallingThread(Md5),
    OnOwnThread(Md5Thread<'scope>),
}

impl<'scope> DigestComputer<'scope> {
    /// Returns a computer of the digests whose flags are set. It starts a thread for the MD5 unless
    /// `single_thread` is set or no other digest is selected.
    pub(super) fn new(
        scope: &'scope Scope<'scope, '_>,
        crc32: bool,
        md5: bool,
        sha1: bool,
        single_thread: bool,
    ) -> Result<Self> {
        let only_md5 = !crc32 && !sha1;
        Ok(DigestComputer {
            crc32: crc32.then(crc32fast::Hasher::new),
            sha1: sha1.then(Sha1::new),
            md5: if !md5 {
                Md5Computer::NotSelected
            } else if single_thread || only_md5 {
                Md5Computer::OnCallingThread(Md5::new())
            } else {
                Md5Computer::OnOwnThread(Md5Thread::start(scope)?)
            },
        })
    }

    /// Adds the next piece of the image. Replaces `piece` by a vector with unspecified content if
    /// another thread still uses it.
    pub(super) fn update(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        match &mut self.md5 {
            Md5Computer::NotSelected => self.update_crc32_and_sha1(piece),
            Md5Computer::OnCallingThread(md5) => {
                md5.update(&*piece);
                self.update_crc32_and_sha1(piece);
            }
            Md5Computer::OnOwnThread(thread) => {
                let shared = thread.send(piece)?;
                let free_buffers = thread.free_buffers_sender.clone();
                self.update_crc32_and_sha1(&shared);
                release(shared, &free_buffers);
            }
        }
        Ok(())
    }

    fn update_crc32_and_sha1(&mut self, piece: &[u8]) {
        if let Some(crc32) = &mut self.crc32 {
            crc32.update(piece);
        }
        if let Some(sha1) = &mut self.sha1 {
            sha1.update(piece);
        }
    }

    /// Returns the digests of all pieces.
    pub(super) fn finish(self) -> Result<Digests> {
        let md5 = match self.md5 {
            Md5Computer::NotSelected => None,
            Md5Computer::OnCallingThread(md5) => Some(md5),
            Md5Computer::OnOwnThread(thread) => Some(thread.finish()?),
        };
        Ok(Digests {
            crc32: self.crc32.map(crc32fast::Hasher::finalize),
            md5: md5.map(|md5| md5.finalize().into()),
            sha1: self.sha1.map(|sha1| sha1.finalize().into()),
        })
    }
}

/// A thread that computes the MD5 of the pieces it receives.
struct Md5Thread<'scope> {
    pieces: SyncSender<Arc<Vec<u8>>>,
    /// Buffers of pieces that no thread uses any more.
    free_buffers: Receiver<Vec<u8>>,
    free_buffers_sender: Sender<Vec<u8>>,
    handle: ScopedJoinHandle<'scope, Md5>,
}

impl<'scope> Md5Thread<'scope> {
    fn start(scope: &'scope Scope<'scope, '_>) -> Result<Self> {
        let (pieces, received) = mpsc::sync_channel::<Arc<Vec<u8>>>(MAX_WAITING_PIECES);
        let (free_buffers_sender, free_buffers) = mpsc::channel();
        let sender = free_buffers_sender.clone();
        let compute = move || {
            let mut md5 = Md5::new();
            for piece in received {
                md5.update(&*piece);
                release(piece, &sender);
            }
            md5
        };
        let handle = thread::Builder::new().spawn_scoped(scope, compute);
        Ok(Md5Thread {
            pieces,
            free_buffers,
            free_buffers_sender,
            handle: handle.map_err(|_| ErrorKind::OutOfMemory)?,
        })
    }

    /// Passes the piece to the thread, leaves a free buffer in its place, and returns the piece for
    /// the other digests.
    fn send(&self, piece: &mut Vec<u8>) -> Result<Arc<Vec<u8>>> {
        let free = self.free_buffers.try_recv().unwrap_or_default();
        let shared = Arc::new(core::mem::replace(piece, free));
        let sent = self.pieces.send(Arc::clone(&shared));
        sent.map_err(|_| ErrorKind::Internal)?;
        Ok(shared)
    }

    fn finish(self) -> Result<Md5> {
        // The thread ends once the channel is closed.
        drop(self.pieces);
        self.handle.join().map_err(|_| ErrorKind::Internal.into())
    }
}

/// Drops a reference to a piece. The last thread that does so sends the buffer to `free_buffers`.
fn release(piece: Arc<Vec<u8>>, free_buffers: &Sender<Vec<u8>>) {
    if let Some(buffer) = Arc::into_inner(piece) {
        // Fails if the receiver is gone, which needs no more buffers.
        let _ = free_buffers.send(buffer);
    }
}
