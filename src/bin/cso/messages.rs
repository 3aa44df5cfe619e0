//! What is said to people: failures with their place and a way out, counts, digests.

use cso::{Error, ErrorKind};
use std::io;
use std::path::Path;

/// `game.cso: block 12 at byte 30864: the data of a block does not decode`, and in a second line
/// what to do, where that is known.
pub(crate) fn failure(input: &Path, output: Option<&Path>, error: &Error) -> String {
    let on_output = error.is_on_output() || error.kind() == ErrorKind::AlreadyExists;
    let file = match output {
        Some(output) if on_output => output,
        _ => input,
    };
    let mut text = format!(
        "{}: {}{}",
        file.display(),
        place(error),
        error.kind().text()
    );
    // The other kinds are the system's own words already.
    let vague = matches!(error.kind(), ErrorKind::Read | ErrorKind::Write);
    if let (Some(os), true) = (error.os_error(), vague) {
        text += &format!(": {}", io::Error::from_raw_os_error(os));
    }
    if let Some(advice) = advice(error) {
        text += &format!("\n  {advice}");
    }
    text
}

fn place(error: &Error) -> String {
    match (error.block(), error.offset()) {
        (Some(block), Some(offset)) => format!("block {block} at byte {offset}: "),
        (Some(block), None) => format!("block {block}: "),
        (None, Some(offset)) => format!("at byte {offset}: "),
        (None, None) => String::new(),
    }
}

/// What the user can do about it.
fn advice(error: &Error) -> Option<&'static str> {
    use ErrorKind as E;
    Some(match error.kind() {
        E::OutOfMemory => "use fewer --threads or a smaller --block-size",
        E::NotFound if error.is_on_output() => "create the directory of the output first",
        E::IsDirectory => "name the files in it",
        E::Read => "the drive or the network reports this: check it, and copy the file again",
        E::NoSpace => "make room, or write elsewhere with --output; no partial file was left",
        E::SameFile => "name another output with --output",
        E::AlreadyExists => "use --force to replace it, or --output to write elsewhere",
        E::Internal | E::Mismatch => "try again; if it happens again, please report it",
        E::NotAFile => "copy it to a regular file first",
        E::Empty | E::Truncated => "the file is incomplete: copy or download it again",
        E::UnknownFormat => "if it is a disc image all the same, --unrecognized takes it as it is",
        E::ForeignGameCube => "emulators and tools for GameCube and Wii discs read it",
        E::ForeignXbox => "tools for Xbox discs read it",
        E::ForeignLzoZiso => "DreamShell for the Dreamcast and its tools read it",
        E::HeaderSize | E::Version | E::BlockSize | E::IndexShift | E::ImageSize | E::Method => {
            "the header is damaged, or made by a tool unknown to this one: \
             make the image again from its disc"
        }
        E::IndexOrder | E::IndexOverlap | E::IndexRange | E::BlockLength | E::NcTable => {
            "the index is damaged: copy or download the file again"
        }
        E::TooLarge => "choose another --format: DAX holds less than 4 GiB",
        E::BlockData | E::BlockShort | E::Checksum | E::Digest => {
            "the file is damaged: copy or download it again"
        }
        _ => return None,
    })
}

/// `12 stored, 358388 deflate`: kinds of which there are none are left out.
pub(crate) fn counts(kinds: &[(u32, &str)]) -> String {
    let some = kinds.iter().filter(|(count, _)| *count != 0);
    let list: Vec<_> = some
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    list.join(", ")
}

/// Lower-case digits, as checksum files have them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_digests_are_written_out() {
        let text = counts(&[(1, "stored"), (0, "LZ4"), (2, "deflate")]);
        assert_eq!(text, "1 stored, 2 deflate");
        assert_eq!(hex(&[0, 0xab, 7]), "00ab07");
    }

    fn text(error: Error) -> String {
        failure(Path::new("in.cso"), Some(Path::new("out.iso")), &error)
    }

    #[test]
    fn the_place_and_the_advice_are_told() {
        assert_eq!(
            text(Error::new(ErrorKind::BlockData).in_block(12).at(30864)),
            "in.cso: block 12 at byte 30864: the data of a block does not decode\n  \
             the file is damaged: copy or download it again"
        );
    }

    #[test]
    fn the_file_at_fault_is_named() {
        let exists = text(Error::new(ErrorKind::AlreadyExists));
        assert!(exists.starts_with("out.iso: the output already exists\n"));
        assert!(exists.contains("--force"));
        let output = text(Error::new(ErrorKind::PermissionDenied).on_output());
        assert_eq!(output, "out.iso: permission denied");
        let input = text(Error::new(ErrorKind::PermissionDenied));
        assert_eq!(input, "in.cso: permission denied");
    }

    #[test]
    fn the_operating_system_is_quoted_where_it_has_more_to_say() {
        let error = Error::new(ErrorKind::Read).with_os(5).at(7);
        let own = io::Error::from_raw_os_error(5).to_string();
        assert!(text(error).contains(&format!("at byte 7: reading failed: {own}\n")));
        let missing = Error::new(ErrorKind::NotFound).with_os(2);
        assert_eq!(text(missing), "in.cso: no such file or directory");
    }
}
