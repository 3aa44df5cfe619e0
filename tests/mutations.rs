//! Runs the body of the fuzz target over files that were damaged in many small ways.

mod support;

#[test]
fn samples_read() {
    for s in support::samples::all() {
        let blocks =
            support::exercise::exercise(&s.file).unwrap_or_else(|e| panic!("{}: {e:?}", s.name));
        assert!(blocks > 0);
    }
}
