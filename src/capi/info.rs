//! Functions of the C API that describe an open image and its blocks, and return the names of
//! formats. A block is the unit in which an image is compressed.

use super::abi::*;
use super::handle::{cso_handle, on_handle};
use super::status::status_of;
use super::structs::{zeroed, Out};
use crate::error::Result;
use crate::format::{Coding, Format};
use crate::image::Info;
use core::ffi::c_char;

/// Converts `info` to the C struct that describes an image. The field `struct_size` of the returned
/// struct is 0.
pub(super) fn info_of(info: &Info) -> cso_info {
    cso_info {
        format: info.format as u32,
        version: u32::from(info.version),
        block_size: info.block_size,
        size: info.size,
        file_size: info.file_size,
        sectors: info.sectors,
        blocks: info.blocks,
        index_shift: u32::from(info.index_shift),
        has_md5: u32::from(info.md5.is_some()),
        md5: info.md5.unwrap_or_default(),
        ..zeroed()
    }
}

fn coding_number(coding: Coding) -> u32 {
    let coding = match coding {
        Coding::Stored => cso_coding::CSO_CODING_STORED,
        Coding::Deflate => cso_coding::CSO_CODING_DEFLATE,
        Coding::Zlib => cso_coding::CSO_CODING_ZLIB,
        Coding::Lz4 => cso_coding::CSO_CODING_LZ4,
        Coding::Lzo => cso_coding::CSO_CODING_LZO,
    };
    coding as u32
}

/// Fills in *info with the properties of the image, for example its format and size. Set
/// info->struct_size.
#[no_mangle]
pub unsafe extern "C" fn cso_get_info(handle: *mut cso_handle, info: *mut cso_info) -> cso_status {
    // SAFETY: `on_handle` requires that `handle` is NULL, or open until this call returns. C
    // programs have to ensure that.
    let result = unsafe {
        on_handle(handle, |handle| {
            // SAFETY: `Out::new` requires that `info` is NULL or points to a struct that has as
            // many writable bytes as its `struct_size` states. C programs have to ensure that.
            let out = Out::new(info)?;
            out.fill(&info_of(&handle.image().info()));
            Ok(())
        })
    };
    status_of(&result)
}

/// Fills in *out with the position and the encoding of a block in the file. block is a number from
/// 0 to cso_info.blocks - 1. Set out->struct_size.
///
/// Returns CSO_ERR_OUT_OF_RANGE if the block does not exist. Returns CSO_ERR_READ, or a code from
/// CSO_ERR_INDEX_ORDER (-31) to CSO_ERR_NC_TABLE (-35), if the index entry of the block cannot be
/// read or is damaged.
#[no_mangle]
pub unsafe extern "C" fn cso_get_block(
    handle: *mut cso_handle,
    block: u32,
    out: *mut cso_block,
) -> cso_status {
    // SAFETY: `on_handle` requires that `handle` is NULL, or open until this call returns. C
    // programs have to ensure that.
    let result = unsafe {
        on_handle(handle, |handle| {
            // SAFETY: `Out::new` requires that `out` is NULL or points to a struct that has as many
            // writable bytes as its `struct_size` states. C programs have to ensure that.
            let out = Out::new(out)?;
            out.fill(&block_of(handle, block)?);
            Ok(())
        })
    };
    status_of(&result)
}

fn block_of(handle: &cso_handle, block: u32) -> Result<cso_block> {
    let span = handle.image().block_span(block)?;
    Ok(cso_block {
        coding: coding_number(span.coding),
        offset: span.offset,
        stored_size: span.len,
        size: handle.image().header().block_len(block),
        ..zeroed()
    })
}

/// Returns the name of a value of enum cso_format, for example "CSO v1". The string is constant.
/// Returns NULL if this version does not have the format.
#[no_mangle]
pub extern "C" fn cso_format_name(format: u32) -> *const c_char {
    let Some(format) = Format::from_number(format) else {
        return core::ptr::null();
    };
    format.c_name().as_ptr()
}
