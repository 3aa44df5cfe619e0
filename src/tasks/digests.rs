//! Digests (CRC-32, MD5 and SHA-1) of the decoded image. They are computed from the pieces of the
//! image, which arrive in order.

use crate::error::{ErrorKind, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;
use md5::{Digest, Md5};
use sha1::Sha1;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Digests of a decoded image, which [`verify`](crate::verify()) returns. A digest is `None` unless
/// [`VerifyOptions`](crate::VerifyOptions) select it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digests {
    /// The CRC-32 that zip and gzip use.
    pub crc32: Option<u32>,
    /// The MD5: 16 bytes in the order in which they are printed in hexadecimal.
    pub md5: Option<[u8; 16]>,
    /// The SHA-1: 20 bytes in the order in which they are printed in hexadecimal.
    pub sha1: Option<[u8; 20]>,
}

/// Largest number of pieces of the image that wait in the queue of the thread that computes the
/// MD5. The sender of another piece waits until the queue has space.
const MAX_WAITING_PIECES: usize = 4;

/// Calculator of the selected digests of one image. The pieces of the image are passed to it in
/// order.
pub(super) struct DigestCalculator<'scope> {
    crc32: Option<crc32fast::Hasher>,
    sha1: Option<Sha1>,
    md5: Md5Computation<'scope>,
}

/// Computation of the MD5, if it is selected. It can have a thread of its own, because the MD5
/// takes longer than the CRC-32 and the SHA-1 together.
enum Md5Computation<'scope> {
    NotSelected,
    OnCallingThread(Md5),
    OnOwnThread(Md5Thread<'scope>),
}

impl<'scope> DigestCalculator<'scope> {
    /// Returns a calculator for the digests whose flags `crc32`, `md5` and `sha1` are set. If the
    /// MD5 and another digest are selected and `single_thread` is not set, starts a thread in
    /// `scope` that computes the MD5. Fails with [`ErrorKind::OutOfMemory`] if the thread cannot be
    /// started.
    pub(super) fn new(
        scope: &'scope Scope<'scope, '_>,
        crc32: bool,
        md5: bool,
        sha1: bool,
        single_thread: bool,
    ) -> Result<Self> {
        let only_md5 = !crc32 && !sha1;
        Ok(DigestCalculator {
            crc32: crc32.then(crc32fast::Hasher::new),
            sha1: sha1.then(Sha1::new),
            md5: if !md5 {
                Md5Computation::NotSelected
            } else if single_thread || only_md5 {
                Md5Computation::OnCallingThread(Md5::new())
            } else {
                Md5Computation::OnOwnThread(Md5Thread::start(scope)?)
            },
        })
    }

    /// Adds the next piece of the image to the digests. Afterwards the content of `piece` is
    /// unspecified, because the thread that computes the MD5 may take the vector and leave another
    /// one.
    pub(super) fn update(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        match &mut self.md5 {
            Md5Computation::NotSelected => self.update_crc32_and_sha1(piece),
            Md5Computation::OnCallingThread(md5) => {
                md5.update(&*piece);
                self.update_crc32_and_sha1(piece);
            }
            Md5Computation::OnOwnThread(thread) => {
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

    /// Returns the digests of all pieces that were passed to [`update`](Self::update).
    pub(super) fn finish(self) -> Result<Digests> {
        let md5 = match self.md5 {
            Md5Computation::NotSelected => None,
            Md5Computation::OnCallingThread(md5) => Some(md5),
            Md5Computation::OnOwnThread(thread) => Some(thread.finish()?),
        };
        Ok(Digests {
            crc32: self.crc32.map(crc32fast::Hasher::finalize),
            md5: md5.map(|md5| md5.finalize().into()),
            sha1: self.sha1.map(|sha1| sha1.finalize().into()),
        })
    }
}

/// A thread that computes the MD5 of an image. The pieces of the image are sent to the thread in
/// order.
struct Md5Thread<'scope> {
    pieces: SyncSender<Arc<Vec<u8>>>,
    /// Receives buffers that no thread uses any longer, so that they can be used for later pieces.
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

    /// Sends `piece` to the thread. Returns a reference to the same bytes, from which the calling
    /// thread computes the other digests. Leaves an unused buffer of unspecified content in
    /// `piece`.
    fn send(&self, piece: &mut Vec<u8>) -> Result<Arc<Vec<u8>>> {
        let free = self.free_buffers.try_recv().unwrap_or_default();
        let shared = Arc::new(core::mem::replace(piece, free));
        let sent = self.pieces.send(Arc::clone(&shared));
        sent.map_err(|_| ErrorKind::Internal)?;
        Ok(shared)
    }

    fn finish(self) -> Result<Md5> {
        // This closes the channel. The thread ends when it has processed all pieces in the channel.
        drop(self.pieces);
        self.handle.join().map_err(|_| ErrorKind::Internal.into())
    }
}

/// Drops one of the references to a piece. If it was the last reference, sends the buffer of the
/// piece to `free_buffers`, so that it can be used again.
fn release(piece: Arc<Vec<u8>>, free_buffers: &Sender<Vec<u8>>) {
    if let Some(buffer) = Arc::into_inner(piece) {
        // `send` fails only if the receiver of the buffers is dropped. Then no later piece needs a
        // buffer, so the error is ignored.
        let _ = free_buffers.send(buffer);
    }
}
