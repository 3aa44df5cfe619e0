//! Reading one run of blocks through a buffer for compressed bytes.

mod pair;
mod run;
