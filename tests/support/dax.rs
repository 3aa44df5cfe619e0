//! Builds DAX files.

use super::{codecs, put_u16, put_u32, Sample};

pub const HEADER: usize = 32;
pub const FRAME: usize = 8192;

#[derive(Clone, Debug)]
pub struct Dax {
    /// Version of the format. Version 1 has a table of uncompressed areas.
    pub version: u32,
    /// In version 1, stores each frame whose number is a multiple of this, in addition to the
    /// frames that do not compress. 0 stores no others.
    pub store_each: usize,
    /// Writes bare deflate streams, without the zlib header and the Adler-32.
    pub unwrapped: bool,
    /// Pads the last frame with zeros to the frame size.
    pub full_last: bool,
    pub turn: usize,
}

impl Dax {
    pub fn new(version: u32) -> Self {
        Dax {
            version,
            store_each: 0,
            unwrapped: false,
            full_last: true,
            turn: 0,
        }
    }

    pub fn build(&self, name: &str, image: &[u8]) -> Sample {
        let frames: Vec<_> = image
            .chunks(FRAME)
            .enumerate()
            .map(|(number, frame)| self.encode(number, frame))
            .collect();
        let areas = areas(&frames);
        let count = frames.len();
        let sizes_at = HEADER + 4 * count;
        let areas_at = sizes_at + 2 * count;
        let mut file = vec![0; areas_at + 8 * areas.len()];
        file[..4].copy_from_slice(b"DAX\0");
        put_u32(&mut file, 4, image.len() as u32);
        put_u32(&mut file, 8, self.version);
        put_u32(&mut file, 12, areas.len() as u32);
        for (row, (first, len)) in areas.iter().enumerate() {
            put_u32(&mut file, areas_at + 8 * row, *first as u32);
            put_u32(&mut file, areas_at + 8 * row + 4, *len as u32);
        }
        let mut blocks = Vec::new();
        for (number, (compressed, _)) in frames.iter().enumerate() {
            let start = file.len();
            put_u32(&mut file, HEADER + 4 * number, start as u32);
            put_u16(&mut file, sizes_at + 2 * number, compressed.len() as u16);
            file.extend_from_slice(compressed);
            blocks.push(start..file.len());
        }
        Sample {
            name: format!("{name} {self:?} of {} bytes", image.len()),
            file,
            image: image.to_vec(),
            blocks,
        }
    }

    /// Returns the bytes of a frame in the file, and whether they are uncompressed.
    fn encode(&self, number: usize, frame: &[u8]) -> (Vec<u8>, bool) {
        let mut frame = frame.to_vec();
        if self.full_last {
            frame.resize(FRAME, 0);
        }
        let turn = number + self.turn;
        let compressed = if self.unwrapped {
            codecs::deflate(&frame, turn)
        } else {
            codecs::zlib(&frame, turn)
        };
        let chosen = self.store_each != 0 && number % self.store_each == 0;
        if self.version == 1 && (chosen || compressed.len() >= frame.len()) {
            (frame, true)
        } else {
            (compressed, false)
        }
    }
}

/// Returns the runs of uncompressed frames, each as its first frame and the number of frames.
fn areas(frames: &[(Vec<u8>, bool)]) -> Vec<(usize, usize)> {
    let mut areas: Vec<(usize, usize)> = Vec::new();
    for (number, (_, stored)) in frames.iter().enumerate() {
        match areas.last_mut() {
            Some((first, count)) if *stored && *first + *count == number => *count += 1,
            _ if *stored => areas.push((number, 1)),
            _ => {}
        }
    }
    areas
}
