//! Lists the root directory of ms0:/ISO/game.cso on the screen. Exits after ten seconds.

#![no_std]
#![no_main]

use cso::{Error, ErrorKind, Image, OpenOptions, ReadAt, Result, SECTOR_SIZE};
use psp::sys::{
    sceIoClose, sceIoLseek, sceIoOpen, sceIoRead, sceKernelDelayThread, IoOpenFlags, IoWhence,
    SceUid,
};

psp::module!("cso_rust", 1, 0);

const PATH: &[u8] = b"ms0:/ISO/game.cso\0";

/// Sector of the volume descriptor.
const DESCRIPTOR: u32 = 16;

/// Offset of the root directory's record in the volume descriptor.
const ROOT: usize = 156;

/// Open file on the memory stick, closed when dropped.
struct File(SceUid);

impl File {
    fn open(path: &[u8]) -> Result<File> {
        // SAFETY: the path ends with NUL.
        let file = unsafe { sceIoOpen(path.as_ptr(), IoOpenFlags::RD_ONLY, 0) };
        match file.0 {
            0.. => Ok(File(file)),
            code => Err(Error::new(ErrorKind::NotFound).with_os(code)),
        }
    }

    fn seek(&self, offset: i64, from: IoWhence) -> Result<u64> {
        // SAFETY: the file is open.
        let at = unsafe { sceIoLseek(self.0, offset, from) };
        u64::try_from(at).map_err(|_| Error::new(ErrorKind::Read).with_os(at as i32))
    }
}

impl ReadAt for File {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        self.seek(offset as i64, IoWhence::Set)?;
        // SAFETY: the file is open, and the buffer has `buf.len()` bytes.
        let got = unsafe { sceIoRead(self.0, buf.as_mut_ptr().cast(), buf.len() as u32) };
        usize::try_from(got).map_err(|_| Error::new(ErrorKind::Read).with_os(got))
    }

    fn size(&self) -> Result<u64> {
        self.seek(0, IoWhence::End)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // SAFETY: the file is open and is closed only here.
        unsafe { sceIoClose(self.0) };
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn list() -> Result<()> {
    // With pages of 2048 index entries, an image of any size takes about 17 KB.
    let options = OpenOptions::new().low_memory(true).index_page_blocks(2048);
    let image = Image::open_with(File::open(PATH)?, &options)?;
    let info = image.info();
    psp::dprintln!("{}, {} sectors", info.format.name(), info.sectors);

    let mut sector = [0; SECTOR_SIZE as usize];
    image.read_sectors(DESCRIPTOR, &mut sector)?;
    let (first, size) = (u32_at(&sector, ROOT + 2), u32_at(&sector, ROOT + 10));
    for number in first..first.saturating_add(size / SECTOR_SIZE) {
        image.read_sectors(number, &mut sector)?;
        let mut rest = &sector[..];
        // A record begins with its length. A length of 0 ends the records of a sector.
        while let Some(length) = rest.first().map(|length| usize::from(*length)) {
            let record = rest
                .split_at_checked(length)
                .filter(|(record, _)| record.len() >= 34);
            let Some((record, after)) = record else {
                break;
            };
            rest = after;
            let name = record[33..].get(..usize::from(record[32])).unwrap_or(&[]);
            // The names of "." and ".." are the bytes 0 and 1.
            match core::str::from_utf8(name) {
                Ok("\0" | "\x01") | Err(_) => {}
                Ok(name) => psp::dprintln!("{:10} {}", u32_at(record, 10), name),
            }
        }
    }
    Ok(())
}

fn psp_main() {
    psp::enable_home_button();
    if let Err(error) = list() {
        psp::dprintln!("{}", error);
    }
    // SAFETY: delays the calling thread, without further requirements.
    unsafe { sceKernelDelayThread(10_000_000) };
}
