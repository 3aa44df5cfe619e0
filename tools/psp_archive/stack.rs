//! Finds the functions of objects, their stack frames, and the stack that nested calls need.

use crate::elf::{Object, SHF_EXECINSTR, STT_FUNC, STT_SECTION};
use crate::mips::{effects, jump, Effects};
use crate::{fail, Result};
use std::collections::HashMap;

/// Kind of the relocations of the instructions `j` and `jal`.
const R_MIPS_26: u8 = 4;

pub struct Function {
    pub name: String,
    pub effects: Effects,
    /// Indices of the functions that it calls or jumps to by name, without calls through pointers.
    calls: Vec<usize>,
}

/// Returns all functions of all objects.
pub fn functions(objects: &[Object]) -> Result<Vec<Function>> {
    let mut all = Vec::new();
    // Indices in `all`: of all functions, by object, section and address, and of global functions,
    // by name.
    let mut by_place = HashMap::new();
    let mut by_name = HashMap::new();
    for (o, object) in objects.iter().enumerate() {
        for symbol in &object.symbols {
            if symbol.kind != STT_FUNC || !symbol.is_defined() {
                continue;
            }
            by_place.insert((o, symbol.section, symbol.value), all.len());
            if symbol.is_global() {
                by_name.insert(symbol.name.clone(), all.len());
            }
            all.push(Function {
                name: symbol.name.clone(),
                effects: effects(code(object, symbol.section, symbol.value, symbol.size)?),
                calls: Vec::new(),
            });
        }
    }
    for (o, object) in objects.iter().enumerate() {
        for (s, section) in object.sections.iter().enumerate() {
            if section.flags & SHF_EXECINSTR == 0 {
                continue;
            }
            let data = object.data(s)?;
            for relocation in object.relocations(s)? {
                if relocation.kind != R_MIPS_26 {
                    continue;
                }
                let word = crate::elf::u32_at(data, relocation.offset as usize)?;
                let Some(addend) = jump(word) else {
                    return fail("a relocation of a jump is at another instruction");
                };
                let target = &object.symbols[relocation.symbol];
                let to = match target.kind {
                    STT_SECTION => by_place.get(&(o, target.section, addend)),
                    _ if target.is_defined() => by_place.get(&(o, target.section, target.value)),
                    _ => by_name.get(&target.name),
                };
                let from = holder(object, s as u16, relocation.offset)
                    .and_then(|start| by_place.get(&(o, s as u16, start)));
                if let (Some(from), Some(to)) = (from, to) {
                    let (from, to): (usize, usize) = (*from, *to);
                    // A jump within a function is not a call.
                    if from != to || word >> 26 == 3 {
                        all[from].calls.push(to);
                    }
                }
            }
        }
    }
    Ok(all)
}

/// Returns the start of the function that contains an address.
fn holder(object: &Object, section: u16, at: u32) -> Option<u32> {
    let functions = object.symbols.iter();
    functions
        .filter(|s| s.kind == STT_FUNC && s.section == section)
        .find(|s| (s.value..s.value + s.size).contains(&at))
        .map(|s| s.value)
}

/// Returns the instructions of a function.
fn code(
    object: &Object,
    section: u16,
    at: u32,
    size: u32,
) -> Result<impl Iterator<Item = u32> + '_> {
    let data = object.data(section as usize)?;
    match data.get(at as usize..(at + size) as usize) {
        Some(code) => Ok(code
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))),
        None => fail("a function lies outside its section"),
    }
}

/// Returns, for each function, the number of bytes of stack that a call of it takes at most. This
/// includes nested calls, except calls through pointers. Fails if functions call each other
/// recursively.
pub fn depths(functions: &[Function]) -> Result<Vec<u32>> {
    let mut depths = vec![None; functions.len()];
    for i in 0..functions.len() {
        depth(functions, i, &mut depths, &mut Vec::new())?;
    }
    Ok(depths.into_iter().flatten().collect())
}

fn depth(
    functions: &[Function],
    i: usize,
    known: &mut [Option<u32>],
    path: &mut Vec<usize>,
) -> Result<u32> {
    if let Some(depth) = known[i] {
        return Ok(depth);
    }
    if path.contains(&i) {
        return fail(format!("{} calls itself", functions[i].name));
    }
    path.push(i);
    let mut below = 0;
    for callee in &functions[i].calls {
        below = below.max(depth(functions, *callee, known, path)?);
    }
    path.pop();
    let depth = functions[i].effects.frame + below;
    known[i] = Some(depth);
    Ok(depth)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(frame: u32, calls: &[usize]) -> Function {
        Function {
            name: format!("of {frame}"),
            effects: Effects {
                frame,
                ..Effects::default()
            },
            calls: calls.to_vec(),
        }
    }

    #[test]
    fn the_deepest_path_counts() {
        let all = [
            function(8, &[1, 2]),
            function(16, &[2]),
            function(32, &[]),
            function(1, &[]),
        ];
        assert_eq!(depths(&all).unwrap(), [56, 48, 32, 1]);
    }

    #[test]
    fn recursion_is_an_error() {
        assert!(depths(&[function(8, &[1]), function(8, &[0])]).is_err());
    }
}
