//! What one instruction does, as far as two calling conventions can disagree about it.

const GP: u32 = 28;
const SP: u32 = 29;
const FP: u32 = 30;

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Makes a stack frame of so many bytes.
    Frame(u32),
    /// Makes a stack frame of a size that is computed.
    ComputedFrame,
    /// Stores so many bytes above the stack pointer, or above the frame pointer.
    Store { base: Base, offset: i32 },
    /// Makes the frame pointer what the stack pointer is.
    SetFramePointer,
    /// Reads or writes the global pointer.
    GlobalPointer,
    /// Floating point: the conventions hand such values over differently.
    FloatingPoint,
    /// Nothing of interest.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    StackPointer,
    FramePointer,
}

pub fn step(word: u32) -> Step {
    let op = word >> 26;
    let (rs, rt, rd) = (word >> 21 & 31, word >> 16 & 31, word >> 11 & 31);
    let immediate = i32::from(word as u16 as i16);
    match op {
        0 if [rs, rt, rd].contains(&GP) => Step::GlobalPointer,
        // addu, subu
        0 if rd == SP && matches!(word & 63, 0x21 | 0x23) => match (rs, rt) {
            // Back from the frame pointer.
            (FP, 0) => Step::Other,
            _ => Step::ComputedFrame,
        },
        // addu, or
        0 if rd == FP && rs == SP && rt == 0 && matches!(word & 63, 0x21 | 0x25) => {
            Step::SetFramePointer
        }
        0 => Step::Other,
        // Branches that compare with zero: rt is part of the operation.
        1 if rs == GP => Step::GlobalPointer,
        // j, jal
        1..=3 => Step::Other,
        // Coprocessor 1, and its loads and stores.
        0x11 | 0x31 | 0x35 | 0x39 | 0x3D => Step::FloatingPoint,
        // Coprocessors 0, 2 and 3.
        0x10 | 0x12 | 0x13 => Step::Other,
        _ if rs == GP || rt == GP => Step::GlobalPointer,
        // addiu
        0x09 if rs == SP && rt == SP && immediate < 0 => Step::Frame(immediate.unsigned_abs()),
        // sb, sh, swl, sw, swr, sc
        0x28..=0x2B | 0x2E | 0x38 if rs == SP => Step::Store {
            base: Base::StackPointer,
            offset: immediate,
        },
        0x28..=0x2B | 0x2E | 0x38 if rs == FP => Step::Store {
            base: Base::FramePointer,
            offset: immediate,
        },
        _ => Step::Other,
    }
}

/// Where `j` or `jal` goes within its section, before relocation; `None` for anything else.
pub fn jump(word: u32) -> Option<u32> {
    matches!(word >> 26, 2 | 3).then_some((word & 0x03FF_FFFF) << 2)
}

/// What a function does with the stack, and what it must not do.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Habits {
    pub frame: u32,
    pub computed_frame: bool,
    /// It stores into the 16 bytes above its frame, which an EABI caller uses for something else.
    pub home_area: bool,
    pub global_pointer: bool,
    pub floating_point: bool,
}

pub fn habits(code: impl Iterator<Item = u32>) -> Habits {
    let mut habits = Habits::default();
    let mut has_frame_pointer = false;
    for word in code {
        match step(word) {
            Step::Frame(size) => habits.frame = habits.frame.max(size),
            Step::ComputedFrame => habits.computed_frame = true,
            Step::SetFramePointer => has_frame_pointer = true,
            Step::Store { base, offset } => {
                let ours = base == Base::StackPointer || has_frame_pointer;
                let home = habits.frame as i32..habits.frame as i32 + 16;
                habits.home_area |= ours && home.contains(&offset);
            }
            Step::GlobalPointer => habits.global_pointer = true,
            Step::FloatingPoint => habits.floating_point = true,
            Step::Other => {}
        }
    }
    habits
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each of these words is what an assembler makes of the comment behind it.
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
        let fine = habits([FRAME, STORE_16, STORE_56, RESTORE, JAL].into_iter());
        assert_eq!(
            fine,
            Habits {
                frame: 40,
                ..Habits::default()
            }
        );
    }

    #[test]
    fn stores_into_the_home_area_are_seen() {
        assert!(habits([FRAME, STORE_40].into_iter()).home_area);
        assert!(habits([FRAME, SET_FP, STORE_FP_40].into_iter()).home_area);
        // Without a frame of its own, all that is above the stack pointer is the caller's.
        assert!(habits([0xAFA4_0000].into_iter()).home_area);
    }

    #[test]
    fn the_global_pointer_floats_and_computed_frames_are_seen() {
        assert!(habits([LOAD_GP].into_iter()).global_pointer);
        assert!(habits([SET_GP].into_iter()).global_pointer);
        assert!(habits([ADD_S].into_iter()).floating_point);
        let load = habits([LOAD_F28].into_iter());
        assert!(load.floating_point && !load.global_pointer);
        assert!(habits([SUB_SP].into_iter()).computed_frame);
    }

    #[test]
    fn jumps_are_told_from_other_words() {
        assert_eq!(jump(JAL), Some(0x40));
        assert_eq!(jump(FRAME), None);
    }
}
