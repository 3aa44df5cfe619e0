//! Groups of functions whose speeds are compared. Criterion measures the functions one after the
//! other. In a run that writes a report, they alternate.

use crate::report::{Report, Work};
use criterion::{Criterion, Throughput};

/// A named group of functions to compare.
pub struct Group<'a> {
    name: String,
    throughput: Throughput,
    work: Vec<Work<'a>>,
}

impl<'a> Group<'a> {
    pub fn new(name: impl Into<String>, throughput: Throughput) -> Self {
        Group {
            name: name.into(),
            throughput,
            work: Vec::new(),
        }
    }

    pub fn add(&mut self, name: impl Into<String>, work: impl FnMut() + 'a) {
        self.work.push((name.into(), Box::new(work)));
    }

    pub fn measure(mut self, c: &mut Criterion, report: &mut Report) {
        if report.is_wanted() {
            return report.take_turns(&self.name, &mut self.work);
        }
        let mut group = c.benchmark_group(&self.name);
        group.throughput(self.throughput);
        for (name, work) in &mut self.work {
            group.bench_function(name.as_str(), |b| b.iter(&mut *work));
        }
        group.finish();
    }
}
