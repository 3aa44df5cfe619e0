//! Reads and writes static libraries in the format of GNU ar: an index of symbols, then the
//! members.

use crate::{fail, Result};

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER: usize = 60;

/// Returns the members of an archive with their names, without its index and its table of names.
pub fn read(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut rest = match archive.strip_prefix(MAGIC) {
        Some(rest) => rest,
        None => return fail("not an archive"),
    };
    let mut names: &[u8] = &[];
    let mut members = Vec::new();
    while rest.len() >= HEADER {
        let (header, after) = rest.split_at(HEADER);
        let size: usize = match text(&header[48..58]).parse() {
            Ok(size) if size <= after.len() && header.ends_with(b"`\n") => size,
            _ => return fail("a member of the archive is damaged"),
        };
        let (data, after) = after.split_at(size);
        rest = after.strip_prefix(b"\n").unwrap_or(after);
        match text(&header[..16]) {
            "/" | "/SYM64/" => {}
            "//" => names = data,
            short => members.push((long_name(short, names)?, data.to_vec())),
        }
    }
    Ok(members)
}

fn text(field: &[u8]) -> &str {
    std::str::from_utf8(field).unwrap_or("").trim_end()
}

/// Returns the full name of a member. Names of more than 15 bytes are in a separate table: "/123"
/// stands for the name at byte 123 of it.
fn long_name(short: &str, names: &[u8]) -> Result<String> {
    let Some(at) = short.strip_prefix('/') else {
        return Ok(short.trim_end_matches('/').to_owned());
    };
    let rest = at.parse().ok().and_then(|at: usize| names.get(at..));
    let name = rest.and_then(|rest| rest.split(|byte| *byte == b'/').next());
    match name {
        Some(name) => Ok(String::from_utf8_lossy(name).into_owned()),
        None => fail("the name of a member is missing"),
    }
}

/// An object to write to an archive.
pub struct Member {
    pub bytes: Vec<u8>,
    /// Names of the global symbols that the object defines.
    pub symbols: Vec<String>,
}

/// Returns an archive of the given members, which are named cso0.o, cso1.o and so on.
pub fn write(members: &[Member]) -> Vec<u8> {
    let count: usize = members.iter().map(|m| m.symbols.len()).sum();
    let names: usize = members
        .iter()
        .flat_map(|m| &m.symbols)
        .map(|s| s.len() + 1)
        .sum();
    let index_len = 4 + 4 * count + names;

    let mut places = Vec::new();
    let mut at = MAGIC.len() + HEADER + even(index_len);
    for member in members {
        places.push(at);
        at += HEADER + even(member.bytes.len());
    }

    let mut index = Vec::with_capacity(index_len);
    index.extend((count as u32).to_be_bytes());
    for (member, place) in members.iter().zip(&places) {
        for _ in &member.symbols {
            index.extend((*place as u32).to_be_bytes());
        }
    }
    for symbol in members.iter().flat_map(|m| &m.symbols) {
        index.extend(symbol.as_bytes());
        index.push(0);
    }

    let mut archive = MAGIC.to_vec();
    put(&mut archive, "/", &index);
    for (i, member) in members.iter().enumerate() {
        put(&mut archive, &format!("cso{i}.o/"), &member.bytes);
    }
    archive
}

fn even(size: usize) -> usize {
    size.next_multiple_of(2)
}

fn put(archive: &mut Vec<u8>, name: &str, data: &[u8]) {
    let header = format!(
        "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
        0,
        0,
        0,
        644,
        data.len()
    );
    archive.extend(header.as_bytes());
    archive.extend(data);
    if data.len() % 2 != 0 {
        archive.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_archive_is_read_back() {
        let members = [
            Member {
                bytes: b"odd".to_vec(),
                symbols: vec!["one".into(), "two".into()],
            },
            Member {
                bytes: b"even".to_vec(),
                symbols: vec![],
            },
        ];
        let archive = write(&members);
        let index = MAGIC.len() + HEADER;
        assert_eq!(archive[index..index + 4], [0, 0, 0, 2]);
        let place = u32::from_be_bytes(archive[index + 4..index + 8].try_into().unwrap()) as usize;
        assert!(archive[place..].starts_with(b"cso0.o/ "));
        let read = read(&archive).unwrap();
        assert_eq!(read[0], ("cso0.o".to_owned(), b"odd".to_vec()));
        assert_eq!(read[1], ("cso1.o".to_owned(), b"even".to_vec()));
    }

    #[test]
    fn a_damaged_archive_is_an_error() {
        assert!(read(b"!<arch>").is_err());
        let mut archive = write(&[Member {
            bytes: vec![1; 9],
            symbols: vec![],
        }]);
        archive.truncate(archive.len() - 2);
        assert!(read(&archive).is_err());
    }
}
