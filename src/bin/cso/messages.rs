//! Texts that the tool prints: errors with advice, counts of blocks, and checksums.

use cso::{Error, ErrorKind};
use std::io;
use std::path::Path;

/// Returns the text of an error, such as
/// `game.cso: block 12 at byte 30864: the data of a block does not decode`. For most kinds of
/// errors, a second line with advice follows.
///
/// The text begins with the path `output` if the error concerns the output, and otherwise with the
/// path `input`. `output` is `None` if the operation has no output.
pub(crate) fn failure(input: &Path, output: Option<&Path>, error: &Error) -> String {
    let on_output = error.is_on_output() || error.kind() == ErrorKind::AlreadyExists;
    let file = match output {
        Some(output) if on_output => output,
        _ => input,
    };
    let mut text = format!(
        "{}: {}{}",
        file.display(),
        block_and_offset(error),
        error.kind().text()
    );
    // The message of the operating system is added only for the two kinds below. The texts of the
    // other kinds already state the cause, for example that a file does not exist.
    let cause_is_unknown = matches!(error.kind(), ErrorKind::Read | ErrorKind::Write);
    if let (Some(os), true) = (error.os_error(), cause_is_unknown) {
        text += &format!(": {}", io::Error::from_raw_os_error(os));
    }
    if let Some(advice) = advice(error) {
        text += &format!("\n  {advice}");
    }
    text
}

fn block_and_offset(error: &Error) -> String {
    match (error.block(), error.offset()) {
        (Some(block), Some(offset)) => format!("block {block} at byte {offset}: "),
        (Some(block), None) => format!("block {block}: "),
        (None, Some(offset)) => format!("at byte {offset}: "),
        (None, None) => String::new(),
    }
}

/// Returns a text that says what the user can do about an error. Returns `None` if there is no
/// advice for this kind of error.
fn advice(error: &Error) -> Option<&'static str> {
    use ErrorKind as E;
    Some(match error.kind() {
        E::OutOfMemory => {
            "close other programs, or use fewer --threads or, to compress, a smaller --block-size"
        }
        E::NotFound if error.is_on_output() => "create the directory of the output first",
        E::IsDirectory if !error.is_on_output() => "name the files in the directory instead",
        E::Read => "the drive or the network failed: check it, and copy the file again",
        E::NoSpace => "free some space, or write elsewhere with --output",
        E::SameFile => "choose another output with --output",
        E::AlreadyExists => "use --force to replace the file, or --output to write elsewhere",
        E::Internal | E::Mismatch => "try again; if it fails again, please report this error",
        E::NotAFile if !error.is_on_output() => "copy the data to a regular file first",
        E::Empty | E::Truncated => "the file is incomplete: copy or download it again",
        E::UnknownFormat => {
            "if the file is a plain image without ISO 9660 descriptors, use --unrecognized"
        }
        E::ForeignGameCube => "use an emulator or a tool for GameCube and Wii discs",
        E::ForeignXbox => "use a tool for Xbox discs",
        E::ForeignLzoZiso => "use DreamShell for the Dreamcast, or one of its tools",
        E::HeaderSize | E::Version | E::BlockSize | E::IndexShift | E::ImageSize | E::Method => {
            "the header is damaged, or the file was made by a tool that is not supported: \
             create the image again from the disc"
        }
        E::IndexOrder | E::IndexOverlap | E::IndexRange | E::BlockLength | E::NcTable => {
            "the index is damaged: copy or download the file again"
        }
        E::TooLarge => "choose another --format: a DAX image must be smaller than 4 GiB",
        E::BlockData | E::BlockShort | E::Checksum | E::Digest => {
            "the file is damaged: copy or download it again"
        }
        _ => return None,
    })
}

/// Returns a list of counts as text, such as `12 stored, 358388 deflate`. Each element of `kinds`
/// is a count and the name of what it counts. Counts of 0 are left out.
pub(crate) fn counts(kinds: &[(u32, &str)]) -> String {
    let list: Vec<_> = kinds
        .iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    list.join(", ")
}

/// Returns `bytes` in hexadecimal with lower-case digits, as in checksum files.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_omit_zeros_and_digests_are_hexadecimal() {
        let text = counts(&[(1, "stored"), (0, "LZ4"), (2, "deflate")]);
        assert_eq!(text, "1 stored, 2 deflate");
        assert_eq!(hex(&[0, 0xab, 7]), "00ab07");
    }

    fn text(error: Error) -> String {
        failure(Path::new("in.cso"), Some(Path::new("out.iso")), &error)
    }

    #[test]
    fn text_has_block_offset_and_advice() {
        assert_eq!(
            text(Error::new(ErrorKind::BlockData).in_block(12).at(30864)),
            "in.cso: block 12 at byte 30864: the data of a block does not decode\n  \
             the file is damaged: copy or download it again"
        );
    }

    #[test]
    fn text_names_the_file_that_the_error_concerns() {
        let exists = text(Error::new(ErrorKind::AlreadyExists));
        assert!(exists.starts_with("out.iso: the output already exists\n"));
        assert!(exists.contains("--force"));
        let output = text(Error::new(ErrorKind::PermissionDenied).on_output());
        assert_eq!(output, "out.iso: permission denied");
        let input = text(Error::new(ErrorKind::PermissionDenied));
        assert_eq!(input, "in.cso: permission denied");
    }

    #[test]
    fn text_contains_the_message_of_the_operating_system_if_the_kind_has_no_cause() {
        let error = Error::new(ErrorKind::Read).with_os(5).at(7);
        let os_text = io::Error::from_raw_os_error(5).to_string();
        assert!(text(error).contains(&format!("at byte 7: reading failed: {os_text}\n")));
        let missing = Error::new(ErrorKind::NotFound).with_os(2);
        assert_eq!(text(missing), "in.cso: no such file or directory");
    }
}
