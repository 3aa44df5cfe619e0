//! Compression of an image of any format to a new file.

use super::block_encoder::BlockEncoder;
use super::layout::{EncodedBlock, FileTables};
use super::options::{CompressOptions, Summary};
use super::pipeline::{self, Consumer, StopFlag};
use super::plan::FilePlan;
use super::progress::{OnProgress, ProgressMeter};
use crate::error::{Error, Result};
use crate::format::{Coding, SECTOR_SIZE};
use crate::image::Image;
use crate::io::{ReadAt, WriteAt};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Compresses `image` into `sink`, which must be empty. Returns the sizes of the image and of the
/// output. Also returns three numbers of blocks: those that are stored, those that are compressed
/// with LZ4, and those that are compressed with deflate.
///
/// The header is written last, so that an incomplete output is not mistaken for a compressed image.
/// The output does not depend on the number of threads.
///
/// The use of memory does not depend on the size of the image. With `n` threads, at most `2 n + 1`
/// batches of blocks are in memory at a time. A batch consists of 512 KiB of the decoded image and
/// the compressed form of these bytes. If a block is larger than 512 KiB, a batch is one block.
///
/// # Errors
///
/// Fails with the error of reading `image` or of writing to `sink`. For an error of `sink`,
/// [`Error::is_on_output`] returns true. Other kinds of errors:
///
/// * [`Argument`](crate::ErrorKind::Argument) or [`BlockSize`](crate::ErrorKind::BlockSize) if an
///   option has a value that is not allowed. Nothing was written.
/// * [`Empty`](crate::ErrorKind::Empty) if the image has no bytes.
/// * [`TooLarge`](crate::ErrorKind::TooLarge) if the format cannot address an image of this size.
/// * [`Mismatch`](crate::ErrorKind::Mismatch) if an encoded block does not decode to the same
///   block. See [`CompressOptions::verify`].
/// * [`Cancelled`](crate::ErrorKind::Cancelled) if `on_progress` returned
///   [`Break`](std::ops::ControlFlow::Break).
/// * [`OutOfMemory`](crate::ErrorKind::OutOfMemory) if a thread cannot be started.
///
/// # Examples
///
/// Compressing in memory:
///
/// ```
/// # let mut iso = vec![0; 100 * 2048];
/// # iso[0x8001..0x8006].copy_from_slice(b"CD001");
/// use cso::{CompressOptions, Format, Image};
/// use std::ops::ControlFlow;
///
/// let image = Image::open(&iso[..])?;
/// let options = CompressOptions::new(Format::CsoV1).level(9);
/// let mut file = Vec::new();
/// let summary = cso::compress(&image, &mut file, &options, &mut |_| {
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(summary.image_size, iso.len() as u64);
/// assert_eq!(summary.file_size, file.len() as u64);
///
/// let mut sector = [0; 2048];
/// Image::open(file)?.read_sectors(16, &mut sector)?;
/// assert_eq!(sector, iso[16 * 2048..17 * 2048]);
/// # cso::Result::Ok(())
/// ```
pub fn compress<S: ReadAt + Sync, W: WriteAt>(
    image: &Image<S>,
    sink: &mut W,
    options: &CompressOptions,
    on_progress: OnProgress<'_>,
) -> Result<Summary> {
    let options = options.checked()?;
    let plan = FilePlan::new(&options, image.size())?;
    let mut file = FileWriter {
        pad: options.pad,
        sink,
        tables: plan.layout.tables(),
        next_offset: plan.layout.data_start(),
        summary: Summary {
            image_size: plan.shape.image_size,
            blocks: plan.shape.blocks,
            ..Summary::default()
        },
        meter: ProgressMeter::new(on_progress, plan.shape.image_size),
        replacement: Vec::new(),
    };
    let new_encoder = || {
        let verify = options.verify == Some(true);
        let block_size = plan.shape.block_size as usize;
        BlockEncoder::new(&*plan.layout, options.level, block_size, verify)
    };
    pipeline::run(
        plan.batches(),
        pipeline::thread_count(options.threads),
        new_encoder,
        |encoder, number, batch: &mut EncodedBatch, stop| {
            batch.fill(image, &plan, encoder, number, stop)
        },
        &mut file,
    )?;
    file.finish()
}

/// Consecutive blocks that a worker reads and encodes as one task.
#[derive(Default)]
struct EncodedBatch {
    /// The decoded bytes of the blocks, one block after the other.
    decoded: Vec<u8>,
    /// The encoded blocks as they are written to the file, one after the other. Each is followed by
    /// its padding.
    encoded: Vec<u8>,
    blocks: Vec<EncodedBlock>,
}

impl EncodedBatch {
    /// Reads and encodes the blocks of one batch. `number` is the number of the batch in the image,
    /// counted from 0. Fails with `Cancelled` soon after `stop` is set.
    fn fill<S: ReadAt>(
        &mut self,
        image: &Image<S>,
        plan: &FilePlan,
        encoder: &mut BlockEncoder<'_>,
        number: u32,
        stop: &StopFlag,
    ) -> Result<()> {
        let block_size = plan.shape.block_size as usize;
        let first = number * plan.batch_blocks();
        let count = plan.batch_blocks().min(plan.shape.blocks - first);
        self.decoded.resize(count as usize * block_size, 0);
        let offset = u64::from(first) * u64::from(plan.shape.block_size);
        let got = image.read_at(offset, &mut self.decoded)?;
        // If the image ends within the last block, the rest of the block is filled with zeros. Some
        // programs can read an image only if every block decodes to `block_size` bytes.
        self.decoded[got..].fill(0);
        self.encoded.clear();
        self.blocks.clear();
        // The batches that this worker has encoded before depend on the timing of the threads. The
        // encoder is reset, so that those batches have no effect on the output.
        encoder.reset();
        let mut previous: &[u8] = &[];
        for (i, block) in self.decoded.chunks_exact(block_size).enumerate() {
            stop.check()?;
            let encoded = match self.blocks.last() {
                // This block is equal to the one before it, for example because both are all zeros.
                // The encoded form of the previous block is used again.
                Some(last) if block == previous => {
                    let start = self.encoded.len() - last.stored_size;
                    self.encoded.extend_from_within(start..);
                    *last
                }
                _ => encoder
                    .encode(block, &mut self.encoded, stop)
                    .map_err(|e| e.in_block(first + i as u32).on_output())?,
            };
            self.blocks.push(encoded);
            previous = block;
        }
        Ok(())
    }
}

/// Writer of the new file. It runs on the thread that called [`compress`].
struct FileWriter<'a> {
    pad: bool,
    sink: &'a mut dyn WriteAt,
    tables: Box<dyn FileTables>,
    /// Offset in the file, in bytes, at which the next block is written.
    next_offset: u64,
    summary: Summary,
    meter: ProgressMeter<'a>,
    /// Buffer for a block that should be stored, but for which the tables of the file have no
    /// space. The buffer then has the block in another coding. See
    /// [`FileTables::encode_unless_storable`].
    replacement: Vec<u8>,
}

impl Consumer<EncodedBatch> for FileWriter<'_> {
    fn consume(&mut self, batch: &mut EncodedBatch) -> Result<()> {
        self.append(batch).map_err(Error::on_output)?;
        self.meter
            .advance(batch.decoded.len() as u64, self.next_offset);
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }
}

impl FileWriter<'_> {
    /// Writes the blocks of a batch and records their positions in the tables of the file. All
    /// blocks are written with one call of the sink, unless the tables require that a block is
    /// replaced by another encoding.
    fn append(&mut self, batch: &EncodedBatch) -> Result<()> {
        // `written` and `recorded` are offsets in `batch.encoded`. The blocks before `written` are
        // in the file or were replaced. The blocks from `written` to `recorded` are recorded in the
        // tables, but not yet written.
        let mut written = 0;
        let mut recorded = 0;
        for block in &batch.blocks {
            let next = recorded + block.stored_size;
            let data = &batch.encoded[recorded..next];
            if let Some(coding) = self.replacement_coding(block.coding, data)? {
                self.write(&batch.encoded[written..recorded])?;
                self.append_replacement(coding)?;
                written = next;
            } else {
                let offset = self.next_offset + (recorded - written) as u64;
                self.record(offset, *block)?;
            }
            recorded = next;
        }
        self.write(&batch.encoded[written..recorded])
    }

    /// Returns `None` if the block can be written unchanged. This is the case if it is not stored
    /// uncompressed, or if the tables can record another stored block. Otherwise encodes the block
    /// to `self.replacement` and returns the coding of the result. `data` is the block as it would
    /// be written, and `coding` is its coding.
    fn replacement_coding(&mut self, coding: Coding, data: &[u8]) -> Result<Option<Coding>> {
        if coding != Coding::Stored {
            return Ok(None);
        }
        self.tables
            .encode_unless_storable(data, &mut self.replacement)
    }

    fn append_replacement(&mut self, coding: Coding) -> Result<()> {
        let replacement = core::mem::take(&mut self.replacement);
        let block = EncodedBlock {
            coding,
            stored_size: replacement.len(),
        };
        self.record(self.next_offset, block)?;
        self.write(&replacement)?;
        self.replacement = replacement;
        Ok(())
    }

    fn record(&mut self, offset: u64, block: EncodedBlock) -> Result<()> {
        self.tables.add(self.sink, offset, block)?;
        match block.coding {
            Coding::Stored => self.summary.stored_blocks += 1,
            Coding::Lz4 => self.summary.lz4_blocks += 1,
            _ => self.summary.deflate_blocks += 1,
        }
        Ok(())
    }

    fn write(&mut self, data: &[u8]) -> Result<()> {
        if !data.is_empty() {
            self.sink.write_all_at(self.next_offset, data)?;
            self.next_offset += data.len() as u64;
        }
        Ok(())
    }

    /// Writes the padding at the end of the file, if the options require it. Then writes the rest
    /// of the tables and the header. Returns the summary of the compression.
    fn finish(mut self) -> Result<Summary> {
        let data_end = self.next_offset;
        if self.pad {
            let padding = [0; SECTOR_SIZE as usize];
            let len = data_end.next_multiple_of(u64::from(SECTOR_SIZE)) - data_end;
            self.write(&padding[..len as usize])
                .map_err(Error::on_output)?;
        }
        self.tables
            .finish(self.sink, data_end)
            .map_err(Error::on_output)?;
        self.meter.advance(0, self.next_offset);
        self.meter.report()?;
        self.summary.file_size = self.next_offset;
        Ok(self.summary)
    }
}
