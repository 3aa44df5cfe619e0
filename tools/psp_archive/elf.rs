//! Reads and modifies relocatable ELF objects for 32-bit little-endian MIPS.

use crate::{fail, Result};

pub const SHT_NULL: u32 = 0;
pub const SHT_SYMTAB: u32 = 2;
pub const SHT_NOBITS: u32 = 8;
pub const SHT_REL: u32 = 9;
pub const SHF_WRITE: u32 = 1;
pub const SHF_ALLOC: u32 = 2;
pub const SHF_EXECINSTR: u32 = 4;
pub const STT_FUNC: u8 = 2;
pub const STT_SECTION: u8 = 3;

const STB_LOCAL: u8 = 0;
const STB_GLOBAL: u8 = 1;
const STV_HIDDEN: u8 = 2;
const EM_MIPS: u16 = 8;

pub struct Object {
    bytes: Vec<u8>,
    pub sections: Vec<Section>,
    pub symbols: Vec<Symbol>,
    /// Index of the section that holds the names of symbols.
    names: usize,
}

pub struct Section {
    pub name: String,
    pub kind: u32,
    pub flags: u32,
    pub offset: usize,
    pub size: usize,
    pub link: u32,
    pub info: u32,
}

pub struct Symbol {
    pub name: String,
    pub value: u32,
    pub size: u32,
    pub kind: u8,
    /// Index of the section that defines the symbol, or 0 if the symbol is undefined.
    pub section: u16,
    bind: u8,
    /// Byte offset of the entry in the file.
    at: usize,
}

impl Symbol {
    pub fn is_global(&self) -> bool {
        self.bind != STB_LOCAL
    }

    pub fn is_defined(&self) -> bool {
        self.section != 0
    }
}

/// A place in a section that refers to a symbol.
pub struct Relocation {
    pub offset: u32,
    pub kind: u8,
    pub symbol: usize,
}

impl Object {
    pub fn parse(bytes: Vec<u8>) -> Result<Object> {
        if !bytes.starts_with(b"\x7fELF\x01\x01\x01") || u16_at(&bytes, 16)? != 1 {
            return fail("a member is not a relocatable 32-bit little-endian object");
        }
        if u16_at(&bytes, 18)? != EM_MIPS {
            return fail("a member is not for MIPS");
        }
        let (table, count) = (u32_at(&bytes, 32)? as usize, u16_at(&bytes, 48)? as usize);
        let mut sections = Vec::new();
        for i in 0..count {
            let field = |n: usize| u32_at(&bytes, table + 40 * i + 4 * n);
            sections.push(Section {
                name: String::new(),
                kind: field(1)?,
                flags: field(2)?,
                offset: field(4)? as usize,
                size: field(5)? as usize,
                link: field(6)?,
                info: field(7)?,
            });
        }
        let strings = u16_at(&bytes, 50)? as usize;
        for i in 0..count {
            let name = u32_at(&bytes, table + 40 * i)?;
            sections[i].name = string(&bytes, sections.get(strings), name)?;
        }
        let Some(symtab) = sections.iter().find(|s| s.kind == SHT_SYMTAB) else {
            return fail("a member has no symbols");
        };
        let names = symtab.link as usize;
        let mut symbols = Vec::new();
        for i in 0..symtab.size / 16 {
            let at = symtab.offset + 16 * i;
            let info = byte_at(&bytes, at + 12)?;
            symbols.push(Symbol {
                name: string(&bytes, sections.get(names), u32_at(&bytes, at)?)?,
                value: u32_at(&bytes, at + 4)?,
                size: u32_at(&bytes, at + 8)?,
                kind: info & 15,
                section: u16_at(&bytes, at + 14)?,
                bind: info >> 4,
                at,
            });
        }
        Ok(Object {
            bytes,
            sections,
            symbols,
            names,
        })
    }

    /// Returns the bytes of a section.
    pub fn data(&self, section: usize) -> Result<&[u8]> {
        let section = self.sections.get(section);
        let data = section.and_then(|s| self.bytes.get(s.offset..s.offset + s.size));
        data.map_or_else(|| fail("a section lies outside its file"), Ok)
    }

    /// Returns the relocations of a section.
    pub fn relocations(&self, section: usize) -> Result<Vec<Relocation>> {
        let mut found = Vec::new();
        for (i, table) in self.sections.iter().enumerate() {
            if table.kind != SHT_REL || table.info as usize != section {
                continue;
            }
            for entry in self.data(i)?.chunks_exact(8) {
                let info = u32_at(entry, 4)?;
                let symbol = (info >> 8) as usize;
                if symbol >= self.symbols.len() {
                    return fail("a relocation refers to a symbol that does not exist");
                }
                found.push(Relocation {
                    offset: u32_at(entry, 0)?,
                    kind: info as u8,
                    symbol,
                });
            }
        }
        Ok(found)
    }

    /// Clears the field EF_MIPS_ABI, which names the calling convention.
    pub fn clear_abi(&mut self) {
        self.bytes[0x25] &= 0x0F;
    }

    /// Marks a section as unused, so that linkers ignore it.
    pub fn disable_section(&mut self, section: usize) -> Result<()> {
        let table = u32_at(&self.bytes, 32)? as usize;
        let header = table + 40 * section;
        self.bytes[header + 4..header + 12].fill(0);
        self.sections[section].kind = SHT_NULL;
        self.sections[section].flags = 0;
        Ok(())
    }

    /// Renames the global symbols for which `new_name` returns a name. A symbol for whose new name
    /// `hides` returns true becomes hidden: not exported from a linked program, and no longer weak.
    pub fn rename(
        &mut self,
        new_name: impl Fn(&str) -> Option<String>,
        hides: impl Fn(&str) -> bool,
    ) -> Result<()> {
        let mut names = self.data(self.names)?.to_vec();
        for symbol in &mut self.symbols {
            if !symbol.is_global() {
                continue;
            }
            if let Some(name) = new_name(&symbol.name) {
                let place = (names.len() as u32).to_le_bytes();
                self.bytes[symbol.at..symbol.at + 4].copy_from_slice(&place);
                names.extend(name.as_bytes());
                names.push(0);
                symbol.name = name;
            }
            if hides(&symbol.name) {
                self.bytes[symbol.at + 12] = STB_GLOBAL << 4 | symbol.kind;
                self.bytes[symbol.at + 13] = STV_HIDDEN;
            }
        }
        let table = u32_at(&self.bytes, 32)? as usize;
        let header = table + 40 * self.names;
        let place = self.bytes.len();
        self.bytes[header + 16..header + 20].copy_from_slice(&(place as u32).to_le_bytes());
        self.bytes[header + 20..header + 24].copy_from_slice(&(names.len() as u32).to_le_bytes());
        self.sections[self.names].offset = place;
        self.sections[self.names].size = names.len();
        self.bytes.extend(names);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        Ok(())
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

fn string(bytes: &[u8], table: Option<&Section>, at: u32) -> Result<String> {
    let start = table.map(|table| table.offset + at as usize);
    let rest = start.and_then(|start| bytes.get(start..));
    match rest.and_then(|rest| rest.split(|byte| *byte == 0).next()) {
        Some(name) => Ok(String::from_utf8_lossy(name).into_owned()),
        None => fail("a name lies outside its file"),
    }
}

fn byte_at(bytes: &[u8], at: usize) -> Result<u8> {
    bytes
        .get(at)
        .copied()
        .map_or_else(|| fail("an object ends too early"), Ok)
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16> {
    Ok(u16::from(byte_at(bytes, at)?) | u16::from(byte_at(bytes, at + 1)?) << 8)
}

pub fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    Ok(u32::from(u16_at(bytes, at)?) | u32::from(u16_at(bytes, at + 2)?) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_an_object_are_refused() {
        assert!(Object::parse(Vec::new()).is_err());
        assert!(Object::parse(b"\x7fELF\x02\x01\x01".to_vec()).is_err());
        let mut cut = b"\x7fELF\x01\x01\x01".to_vec();
        cut.resize(52, 0);
        cut[16] = 1;
        cut[18] = 8;
        cut[48] = 3;
        cut[32] = 52;
        assert!(Object::parse(cut).is_err());
    }
}
