//! Converts the static library that rustc builds for the PSP into one that psp-gcc can link:
//!
//!     psp_archive IN OUT [--max-text BYTES] [--max-frame BYTES] [--max-stack BYTES]
//!
//! Rust's object files are marked as following the O32 calling convention, and the linker of the
//! PSPSDK refuses to mix them with its own EABI objects. The library's C functions work under both
//! conventions, so this program removes the mark and checks each property that this relies on:
//!
//! * The only functions visible to a program are `cso_*`. Other symbols that the objects share,
//!   such as those of the compiler's runtime, are renamed with a private prefix and hidden.
//! * The only undefined symbols are the heap and memory functions of C.
//! * No instruction uses the global pointer, which belongs to the C program, or a float register.
//! * No function writes to the stack above its own frame. O32 callers reserve 16 bytes there for
//!   the callee, and EABI callers keep their own data there.
//! * A function `cso_x.eabi` is the entry point of `cso_x` for C programs and is renamed to
//!   `cso_x`.
//!
//! Prints the section sizes, the largest stack frames and the deepest calls. Fails if one of the
//! limits, all in bytes, is exceeded.

mod ar;
mod elf;
mod mips;
mod stack;

use elf::{Object, SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHT_NOBITS};
use std::collections::{BTreeSet, HashMap};
use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn fail<T>(why: impl Into<String>) -> Result<T> {
    Err(why.into().into())
}

/// Functions of C that the library may call.
const C_FUNCTIONS: [&str; 6] = ["free", "malloc", "memalign", "memcpy", "memmove", "memset"];

/// Sections that name the calling convention or the kind of floating point.
const ABI_SECTIONS: [&str; 2] = [".MIPS.abiflags", ".reginfo"];

/// Prefix of the names of symbols that only the library uses.
const PRIVATE: &str = "cso_private.";

fn is_api(name: &str) -> bool {
    name.starts_with("cso_") && !name.contains('.') && !name.starts_with("cso_rt_")
}

/// Returns the objects that the functions of the API need, directly or indirectly.
fn needed(objects: Vec<Object>) -> Result<Vec<Object>> {
    let mut homes = HashMap::new();
    let mut wanted = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        for symbol in object
            .symbols
            .iter()
            .filter(|s| s.is_global() && s.is_defined())
        {
            homes.entry(symbol.name.clone()).or_insert(i);
            if is_api(&symbol.name) {
                wanted.push(i);
            }
        }
    }
    if wanted.is_empty() {
        return fail("the archive has no function of the library");
    }
    let mut chosen = BTreeSet::new();
    while let Some(i) = wanted.pop() {
        if !chosen.insert(i) {
            continue;
        }
        for symbol in objects[i].symbols.iter().filter(|s| !s.is_defined()) {
            wanted.extend(homes.get(&symbol.name));
        }
    }
    let all = objects.into_iter().enumerate();
    Ok(all
        .filter(|(i, _)| chosen.contains(i))
        .map(|(_, object)| object)
        .collect())
}

/// The rules for renaming global symbols.
struct Names {
    defined: BTreeSet<String>,
}

impl Names {
    fn of(objects: &[Object]) -> Self {
        let symbols = objects.iter().flat_map(|o| &o.symbols);
        let defined = symbols.filter(|s| s.is_global() && s.is_defined());
        Names {
            defined: defined.map(|s| s.name.clone()).collect(),
        }
    }

    /// Returns the new name of a symbol, or `None` if the symbol keeps its name.
    fn new_name(&self, name: &str) -> Option<String> {
        if let Some(entry) = name.strip_suffix(".eabi") {
            return Some(entry.to_owned());
        }
        let has_entry = self.defined.contains(&format!("{name}.eabi"));
        let stays = !self.defined.contains(name) || (is_api(name) && !has_entry);
        (!stays).then(|| format!("{PRIVATE}{name}"))
    }
}

fn convert(objects: &mut [Object]) -> Result<()> {
    let names = Names::of(objects);
    for object in objects {
        object.clear_abi();
        for i in 0..object.sections.len() {
            if ABI_SECTIONS.contains(&object.sections[i].name.as_str()) {
                object.disable_section(i)?;
            }
        }
        object.rename(
            |name| names.new_name(name),
            |name| name.starts_with(PRIVATE),
        )?;
    }
    Ok(())
}

fn check_symbols(objects: &[Object]) -> Result<()> {
    let mut defined = BTreeSet::new();
    for symbol in objects.iter().flat_map(|o| &o.symbols) {
        if symbol.is_global() && symbol.is_defined() {
            let ours = is_api(&symbol.name) || symbol.name.starts_with(PRIVATE);
            if !ours || !defined.insert(symbol.name.as_str()) {
                return fail(format!(
                    "{} is not part of the API, or is defined twice",
                    symbol.name
                ));
            }
        }
    }
    for symbol in objects.iter().flat_map(|o| &o.symbols) {
        let known = symbol.name.is_empty() || C_FUNCTIONS.contains(&symbol.name.as_str());
        if !symbol.is_defined() && !known && !defined.contains(symbol.name.as_str()) {
            return fail(format!(
                "{} is undefined and is not one of the allowed functions of C",
                symbol.name
            ));
        }
    }
    Ok(())
}

fn check_functions(functions: &[stack::Function]) -> Result<()> {
    for function in functions {
        let effects = &function.effects;
        let violations = [
            (effects.global_pointer, "uses the global pointer"),
            (effects.floating_point, "uses floating point"),
            (effects.home_area, "writes above its stack frame"),
            (effects.computed_frame, "has a stack frame of unknown size"),
        ];
        if let Some((_, what)) = violations.iter().find(|(is, _)| *is) {
            return fail(format!("{} {what}", function.name));
        }
    }
    Ok(())
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Sizes {
    text: usize,
    data: usize,
    bss: usize,
}

/// Returns the sizes as the command `size` counts them: constants are part of the text.
fn sizes(objects: &[Object]) -> Sizes {
    let mut sizes = Sizes::default();
    for section in objects.iter().flat_map(|o| &o.sections) {
        if section.flags & SHF_ALLOC == 0 {
            continue;
        }
        let writable = section.flags & SHF_WRITE != 0 && section.flags & SHF_EXECINSTR == 0;
        match (section.kind, writable) {
            (SHT_NOBITS, _) => sizes.bss += section.size,
            (_, true) => sizes.data += section.size,
            (_, false) => sizes.text += section.size,
        }
    }
    sizes
}

struct Limits {
    text: usize,
    frame: u32,
    stack: u32,
}

fn run(input: &str, output: &str, limits: &Limits) -> Result<()> {
    let members = ar::read(&std::fs::read(input)?)?.into_iter();
    // Rust adds a member with metadata that is not an object.
    let objects = members.filter(|(name, _)| name.ends_with(".o"));
    let objects = objects
        .map(|(_, bytes)| Object::parse(bytes))
        .collect::<Result<Vec<_>>>()?;
    let mut objects = needed(objects)?;
    convert(&mut objects)?;
    check_symbols(&objects)?;
    let functions = stack::functions(&objects)?;
    check_functions(&functions)?;

    let sizes = sizes(&objects);
    println!("text {} data {} bss {}", sizes.text, sizes.data, sizes.bss);
    let mut frames: Vec<_> = functions
        .iter()
        .map(|f| (f.effects.frame, &f.name))
        .collect();
    frames.sort_by(|a, b| b.cmp(a));
    for (frame, name) in frames.iter().take(6) {
        println!("frame {frame:5}  {name}");
    }
    let depths = stack::depths(&functions)?;
    let mut entries: Vec<_> = functions.iter().zip(depths).collect();
    entries.retain(|(function, _)| is_api(&function.name));
    entries.sort_by_key(|entry| core::cmp::Reverse(entry.1));
    for (function, depth) in entries.iter().take(6) {
        println!("stack {depth:5}  {}", function.name);
    }

    if sizes.text > limits.text {
        return fail(format!("text is larger than {} bytes", limits.text));
    }
    if frames
        .first()
        .is_some_and(|(frame, _)| *frame > limits.frame)
    {
        return fail(format!(
            "a stack frame is larger than {} bytes",
            limits.frame
        ));
    }
    if entries
        .first()
        .is_some_and(|(_, depth)| *depth > limits.stack)
    {
        return fail(format!(
            "a call takes more than {} bytes of stack",
            limits.stack
        ));
    }
    let members: Vec<_> = objects.into_iter().map(member).collect();
    std::fs::write(output, ar::write(&members))?;
    Ok(())
}

fn member(object: Object) -> ar::Member {
    let defined = object
        .symbols
        .iter()
        .filter(|s| s.is_global() && s.is_defined());
    let symbols = defined.map(|s| s.name.clone()).collect();
    ar::Member {
        bytes: object.into_bytes(),
        symbols,
    }
}

fn main() -> Result<()> {
    let usage = "usage: psp_archive IN OUT [--max-text N] [--max-frame N] [--max-stack N]";
    let mut args = std::env::args().skip(1);
    let (Some(input), Some(output)) = (args.next(), args.next()) else {
        return fail(usage);
    };
    let mut limits = Limits {
        text: usize::MAX,
        frame: u32::MAX,
        stack: u32::MAX,
    };
    while let Some(flag) = args.next() {
        let limit: u32 = args.next().ok_or(usage)?.parse()?;
        match flag.as_str() {
            "--max-text" => limits.text = limit as usize,
            "--max-frame" => limits.frame = limit,
            "--max-stack" => limits.stack = limit,
            _ => return fail(usage),
        }
    }
    run(&input, &output, &limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_points_for_c_are_renamed_and_other_symbols_become_private() {
        let defined = [
            "cso_read_at",
            "cso_read_at.eabi",
            "cso_close",
            "__udivdi3",
            "cso_rt_x",
        ];
        let names = Names {
            defined: defined.iter().map(|s| s.to_string()).collect(),
        };
        let new_name = |name| names.new_name(name);
        assert_eq!(new_name("cso_read_at.eabi").unwrap(), "cso_read_at");
        assert_eq!(new_name("cso_read_at").unwrap(), "cso_private.cso_read_at");
        assert_eq!(new_name("cso_close"), None);
        assert_eq!(new_name("__udivdi3").unwrap(), "cso_private.__udivdi3");
        assert_eq!(new_name("cso_rt_x").unwrap(), "cso_private.cso_rt_x");
        assert_eq!(new_name("malloc"), None);
    }
}
