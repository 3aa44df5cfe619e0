//! An image of any format in, a compressed one out.

use super::encode::{wrap_stored, BlockEncoder, Packed};
use super::meter::Meter;
use super::options::{CompressOptions, OnProgress, Summary};
use super::pipeline::{self, Consumer, Stop};
use super::plan::Plan;
use super::tables::Tables;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Coding, SECTOR_SIZE};
use crate::image::Image;
use crate::io::{ReadAt, WriteAt};
use alloc::vec::Vec;

/// Compresses `image` into `sink`, which must be empty.
///
/// The header is written last: a sink that was left half-written holds no valid image. Neither
/// the number of threads nor their timing changes a byte of the output. Memory is bounded,
/// whatever the size of the image.
///
/// # Errors
///
/// What is wrong with the options ([`ErrorKind::Argument`], [`ErrorKind::BlockSize`]); what
/// reading `image` reports; what the sink reports, marked as [the output's](Error::is_on_output);
/// [`ErrorKind::TooLarge`] if the format cannot address the image, [`ErrorKind::Mismatch`] if a
/// block does not decode to what it was, [`ErrorKind::Cancelled`].
pub fn compress<S: ReadAt + Sync, W: WriteAt>(
    image: &Image<S>,
    sink: &mut W,
    options: &CompressOptions,
    on_progress: OnProgress<'_>,
) -> Result<Summary> {
    let options = options.checked()?;
    let plan = Plan::new(&options, image.size())?;
    let mut output = Output {
        pad: options.pad,
        sink,
        tables: Tables::new(&plan),
        end: plan.data_start,
        summary: Summary {
            image_size: plan.size,
            blocks: plan.blocks,
            ..Summary::default()
        },
        meter: Meter::new(on_progress, plan.size),
        wrapped: Vec::new(),
    };
    pipeline::run(
        plan.batches(),
        pipeline::thread_count(options.threads),
        || BlockEncoder::new(&plan, &options),
        |encoder, number, batch: &mut Batch, stop| batch.fill(image, &plan, encoder, number, stop),
        &mut output,
    )?;
    output.finish()
}

/// Neighbouring blocks on their way from the image to the file.
#[derive(Default)]
struct Batch {
    image: Vec<u8>,
    packed: Vec<u8>,
    blocks: Vec<Packed>,
}

impl Batch {
    /// Reads and encodes batch `number`.
    fn fill<S: ReadAt>(
        &mut self,
        image: &Image<S>,
        plan: &Plan,
        encoder: &mut BlockEncoder,
        number: u32,
        stop: &Stop,
    ) -> Result<()> {
        let block_size = plan.block_size as usize;
        let first = number * plan.batch_blocks();
        let count = plan.batch_blocks().min(plan.blocks - first);
        self.image.resize(count as usize * block_size, 0);
        let offset = u64::from(first) * u64::from(plan.block_size);
        let got = image.read_at(offset, &mut self.image)?;
        // The last block is padded to a whole one: some readers want it so.
        self.image[got..].fill(0);
        self.packed.clear();
        self.blocks.clear();
        // Batches are encoded by whichever worker is free: none may depend on another.
        encoder.reset();
        let mut before: &[u8] = &[];
        for (i, block) in self.image.chunks_exact(block_size).enumerate() {
            stop.check()?;
            let packed = match self.blocks.last() {
                // Areas of equal blocks are common, and often large.
                Some(last) if block == before => {
                    let start = self.packed.len() - last.len;
                    self.packed.extend_from_within(start..);
                    *last
                }
                _ => encoder
                    .encode(block, &mut self.packed, stop)
                    .map_err(|e| e.in_block(first + i as u32).on_output())?,
            };
            self.blocks.push(packed);
            before = block;
        }
        Ok(())
    }
}

/// The file that is being written.
struct Output<'a, W> {
    pad: bool,
    sink: &'a mut W,
    tables: Tables,
    /// Where the next block goes.
    end: u64,
    summary: Summary,
    meter: Meter<'a>,
    /// A frame that must be wrapped after all.
    wrapped: Vec<u8>,
}

impl<W: WriteAt> Consumer<Batch> for Output<'_, W> {
    fn consume(&mut self, batch: &mut Batch) -> Result<()> {
        self.append(batch).map_err(Error::on_output)?;
        self.meter.advance(batch.image.len() as u64, self.end);
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }
}

impl<W: WriteAt> Output<'_, W> {
    /// Writes the blocks of a batch: as many at once as lie behind one another.
    fn append(&mut self, batch: &Batch) -> Result<()> {
        let mut waiting = 0;
        let mut done = 0;
        for packed in &batch.blocks {
            if packed.coding == Coding::Stored && !self.tables.has_room_for_raw() {
                self.write(&batch.packed[waiting..done])?;
                self.append_wrapped(&batch.packed[done..done + packed.len])?;
                done += packed.len;
                waiting = done;
                continue;
            }
            let position = self.end + (done - waiting) as u64;
            self.tables.add(self.sink, position, packed)?;
            self.count(packed.coding);
            done += packed.len;
        }
        self.write(&batch.packed[waiting..done])
    }

    /// A raw frame for which DAX's table of uncompressed areas has no row left.
    fn append_wrapped(&mut self, frame: &[u8]) -> Result<()> {
        let mut wrapped = core::mem::take(&mut self.wrapped);
        wrapped.resize(frame.len() + 32, 0);
        let len = wrap_stored(frame, &mut wrapped).ok_or(ErrorKind::Internal)?;
        let packed = Packed {
            len,
            coding: Coding::Zlib,
        };
        self.tables.add(self.sink, self.end, &packed)?;
        self.count(packed.coding);
        self.write(&wrapped[..len])?;
        self.wrapped = wrapped;
        Ok(())
    }

    fn write(&mut self, data: &[u8]) -> Result<()> {
        if !data.is_empty() {
            self.sink.write_all_at(self.end, data)?;
            self.end += data.len() as u64;
        }
        Ok(())
    }

    fn count(&mut self, coding: Coding) {
        match coding {
            Coding::Stored => self.summary.stored_blocks += 1,
            Coding::Lz4 => self.summary.lz4_blocks += 1,
            _ => self.summary.deflate_blocks += 1,
        }
    }

    fn finish(mut self) -> Result<Summary> {
        let mut end = self.end;
        if self.pad {
            end = end.next_multiple_of(u64::from(SECTOR_SIZE));
            let padding = [0; SECTOR_SIZE as usize];
            let len = (end - self.end) as usize;
            self.sink
                .write_all_at(self.end, &padding[..len])
                .map_err(Error::on_output)?;
        }
        self.tables
            .finish(self.sink, self.end)
            .map_err(Error::on_output)?;
        self.meter.advance(0, end);
        self.meter.tell()?;
        self.summary.file_size = end;
        Ok(self.summary)
    }
}
