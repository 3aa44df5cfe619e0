//! Decodes the effects of MIPS instructions on which the calling conventions O32 and EABI differ.

const GP: u32 = 28;
const SP: u32 = 29;
const FP: u32 = 30;

/// The effect of one instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Allocates a stack frame of this size in bytes.
    Frame(u32),
    /// Allocates a stack frame whose size is computed at run time.
    ComputedFrame,
    /// Stores a value at an offset in bytes from the stack pointer or the frame pointer.
    Store { base: Base, offset: i32 },
    /// Copies the stack pointer to the frame pointer.
    SetFramePointer,
    /// Reads or writes the global pointer.
    GlobalPointer,
    /// Uses floating point. The conventions pass such values differently.
    FloatingPoint,
    /// Has no effect of the other kinds.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    StackPointer,
    FramePointer,
}

pub fn effect(word: u32) -> Effect {
    let op = word >> 26;
    let (rs, rt, rd) = (word >> 21 & 31, word >> 16 & 31, word >> 11 & 31);
    let immediate = i32::from(word as u16 as i16);
    match op {
        0 if [rs, rt, rd].contains(&GP) => Effect::GlobalPointer,
        // addu, subu
        0 if rd == SP && matches!(word & 63, 0x21 | 0x23) => match (rs, rt) {
            // Restores the stack pointer from the frame pointer.
            (FP, 0) => Effect::Other,
            _ => Effect::ComputedFrame,
        },
        // addu, or
        0 if rd == FP && rs == SP && rt == 0 && matches!(word & 63, 0x21 | 0x25) => {
            Effect::SetFramePointer
        }
        0 => Effect::Other,
        // Branches that compare with zero, whose field rt is part of the opcode.
        1 if rs == GP => Effect::GlobalPointer,
        // j, jal
        1..=3 => Effect::Other,
        // Coprocessor 1, and its loads and stores.
        0x11 | 0x31 | 0x35 | 0x39 | 0x3D => Effect::FloatingPoint,
        // Coprocessors 0, 2 and 3.
        0x10 | 0x12 | 0x13 => Effect::Other,
        _ if rs == GP || rt == GP => Effect::GlobalPointer,
        // addiu
        0x09 if rs == SP && rt == SP && immediate < 0 => Effect::Frame(immediate.unsigned_abs()),
        // sb, sh, swl, sw, swr, sc
        0x28..=0x2B | 0x2E | 0x38 if rs == SP => Effect::Store {
            base: Base::StackPointer,
            offset: immediate,
        },
        0x28..=0x2B | 0x2E | 0x38 if rs == FP => Effect::Store {
            base: Base::FramePointer,
            offset: immediate,
        },
        _ => Effect::Other,
    }
}

/// Returns the target of `j` or `jal` within its section before relocation, or `None` for any other
/// instruction.
pub fn jump(word: u32) -> Option<u32> {
    matches!(word >> 26, 2 | 3).then_some((word & 0x03FF_FFFF) << 2)
}

/// The effects of all instructions of a function.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Size of the stack frame in bytes.
    pub frame: u32,
    pub computed_frame: bool,
    /// The function stores to the 16 bytes above its frame, where an EABI caller has other data.
    pub home_area: bool,
    pub global_pointer: bool,
    pub floating_point: bool,
}

pub fn effects(code: impl Iterator<Item = u32>) -> Effects {
    let mut effects = Effects::default();
    let mut has_frame_pointer = false;
    for word in code {
        match effect(word) {
            Effect::Frame(size) => effects.frame = effects.frame.max(size),
            Effect::ComputedFrame => effects.computed_frame = true,
            Effect::SetFramePointer => has_frame_pointer = true,
            Effect::Store { base, offset } => {
                let ours = base == Base::StackPointer || has_frame_pointer;
                let home = effects.frame as i32..effects.frame as i32 + 16;
                effects.home_area |= ours && home.contains(&offset);
            }
            Effect::GlobalPointer => effects.global_pointer = true,
            Effect::FloatingPoint => effects.floating_point = true,
            Effect::Other => {}
        }
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;

    // Machine code of the instruction in the comment after it.
    const FRAME: u32 = 0x27BD_FFD8; // addiu $sp, $sp, -40
    const STORE_16: u32 = 0xAFA8_0010; // sw $8, 16($sp)
    const STORE_40: u32 = 0xAFA4_0028; // sw $4, 40($sp)
    const STORE_56: u32 = 0xAFA4_0038; // sw $4, 56($sp)
    const SET_FP: u32 = 0x03A0_F025; // move $fp, $sp
    const STORE_FP_40: u32 = 0xAFC4_0028; // sw $4, 40($fp)
    const LOAD_GP: u32 = 0x8F82_0000; // lw $2, 0($gp)
    const SET_GP: u32 = 0x0399_E021; // addu $gp, $gp, $t9
    const ADD_S: u32 = 0x4600_0000; // add.s $f0, $f0, $f0
    const LOAD_F28: u32 = 0xC7BC_0000; // lwc1 $f28, 0($sp)
    const SUB_SP: u32 = 0x03A1_E823; // subu $sp, $sp, $at
    const RESTORE: u32 = 0x27BD_0028; // addiu $sp, $sp, 40
    const JAL: u32 = 0x0C00_0010; // jal 0x40

    #[test]
    fn stores_within_the_frame_and_beyond_the_home_area_are_allowed() {
        let fine = effects([FRAME, STORE_16, STORE_56, RESTORE, JAL].into_iter());
        assert_eq!(
            fine,
            Effects {
                frame: 40,
                ..Effects::default()
            }
        );
    }

    #[test]
    fn stores_to_the_home_area_are_detected() {
        assert!(effects([FRAME, STORE_40].into_iter()).home_area);
        assert!(effects([FRAME, SET_FP, STORE_FP_40].into_iter()).home_area);
        // The function has no frame, so all bytes above the stack pointer belong to the caller.
        assert!(effects([0xAFA4_0000].into_iter()).home_area);
    }

    #[test]
    fn the_global_pointer_floating_point_and_computed_frames_are_detected() {
        assert!(effects([LOAD_GP].into_iter()).global_pointer);
        assert!(effects([SET_GP].into_iter()).global_pointer);
        assert!(effects([ADD_S].into_iter()).floating_point);
        let load = effects([LOAD_F28].into_iter());
        assert!(load.floating_point && !load.global_pointer);
        assert!(effects([SUB_SP].into_iter()).computed_frame);
    }

    #[test]
    fn only_jumps_have_a_target() {
        assert_eq!(jump(JAL), Some(0x40));
        assert_eq!(jump(FRAME), None);
    }
}
