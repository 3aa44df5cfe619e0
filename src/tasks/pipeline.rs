//! Tasks done by several workers, and their results taken in order by the caller's thread.
//!
//! Memory is bounded: a worker starts a task only while few finished ones wait to be taken.

use crate::error::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use std::vec::Vec;

/// How long the caller's thread waits for a result before it looks whether it was cancelled.
const PATIENCE: Duration = Duration::from_millis(10);

/// What is done with the results, on the caller's thread.
pub(super) trait Consumer<T> {
    /// Takes the next result. `T` is used again for a later task.
    fn consume(&mut self, result: &mut T) -> Result<()>;

    /// Called between results and while waiting: an error stops everything.
    fn tick(&mut self) -> Result<()>;
}

/// Says that the results of the tasks are not wanted any more.
pub(super) struct Stop(AtomicBool);

impl Stop {
    /// For long tasks, to ask now and then.
    pub(super) fn check(&self) -> Result<()> {
        match self.0.load(Ordering::Relaxed) {
            true => Err(Error::new(ErrorKind::Cancelled)),
            false => Ok(()),
        }
    }

    /// For those who know of nothing but a flag.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.0
    }
}

struct State<T> {
    /// The task that the next free worker takes.
    next: u32,
    /// How many results were consumed.
    consumed: u32,
    /// Finished tasks: task `n` waits at `n % ready.len()`.
    ready: Vec<Option<(T, Result<()>)>>,
    spare: Vec<T>,
}

struct Queue<T> {
    tasks: u32,
    state: Mutex<State<T>>,
    /// There is room for another result.
    room: Condvar,
    /// There is another result.
    result: Condvar,
    stop: Stop,
}

/// The number of threads that an option asks for: 0 stands for one for each core.
pub(super) fn thread_count(asked: u32) -> usize {
    match asked {
        0 => thread::available_parallelism().map_or(1, |n| n.get()),
        n => n as usize,
    }
}

/// Does tasks `0..tasks` on `threads` threads and hands their results to `consumer` in order.
///
/// `worker` makes the state that a thread keeps from task to task. The first error, in the order
/// of the tasks, is the one that is returned.
pub(super) fn run<T, W>(
    tasks: u32,
    threads: usize,
    worker: impl Fn() -> W + Sync,
    task: impl Fn(&mut W, u32, &mut T, &Stop) -> Result<()> + Sync,
    consumer: &mut dyn Consumer<T>,
) -> Result<()>
where
    T: Default + Send,
{
    let threads = threads.clamp(1, tasks.max(1) as usize);
    let queue = Queue::new(tasks, 2 * threads + 1);
    thread::scope(|scope| {
        let stop = StopOnDrop(&queue);
        for _ in 0..threads {
            let (queue, worker, task) = (&queue, &worker, &task);
            let spawned = thread::Builder::new().spawn_scoped(scope, move || {
                // A worker that panics must not leave the others waiting for its result.
                let alive = StopOnPanic(queue);
                queue.work(&mut worker(), task);
                drop(alive);
            });
            if spawned.is_err() {
                return Err(ErrorKind::OutOfMemory.into());
            }
        }
        let outcome = queue.consume_all(consumer);
        drop(stop);
        outcome
    })
}

impl<T: Default> Queue<T> {
    fn new(tasks: u32, room: usize) -> Self {
        Queue {
            tasks,
            state: Mutex::new(State {
                next: 0,
                consumed: 0,
                ready: (0..room).map(|_| None).collect(),
                spare: Vec::new(),
            }),
            room: Condvar::new(),
            result: Condvar::new(),
            stop: Stop(AtomicBool::new(false)),
        }
    }

    fn work<W>(&self, worker: &mut W, task: &impl Fn(&mut W, u32, &mut T, &Stop) -> Result<()>) {
        while let Some((number, mut item)) = self.take_task() {
            let outcome = task(worker, number, &mut item, &self.stop);
            let mut state = self.lock();
            let slot = number as usize % state.ready.len();
            state.ready[slot] = Some((item, outcome));
            drop(state);
            self.result.notify_one();
        }
    }

    /// The next task and something to put its result into; `None` when there is nothing to do.
    fn take_task(&self) -> Option<(u32, T)> {
        let mut state = self.lock();
        loop {
            if state.next == self.tasks || self.stop.check().is_err() {
                return None;
            }
            if ((state.next - state.consumed) as usize) < state.ready.len() {
                let number = state.next;
                state.next += 1;
                return Some((number, state.spare.pop().unwrap_or_default()));
            }
            state = self
                .room
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn consume_all(&self, consumer: &mut dyn Consumer<T>) -> Result<()> {
        for number in 0..self.tasks {
            let (mut item, outcome) = self.wait_for(number, consumer)?;
            outcome?;
            consumer.consume(&mut item)?;
            let mut state = self.lock();
            state.consumed = number + 1;
            state.spare.push(item);
            drop(state);
            self.room.notify_all();
            consumer.tick()?;
        }
        Ok(())
    }

    fn wait_for(&self, number: u32, consumer: &mut dyn Consumer<T>) -> Result<(T, Result<()>)> {
        let mut state = self.lock();
        loop {
            let slot = number as usize % state.ready.len();
            if let Some(done) = state.ready[slot].take() {
                return Ok(done);
            }
            if self.stop.check().is_err() {
                // Nobody but a worker that panicked can have said so; joining it tells the story.
                return Err(ErrorKind::Internal.into());
            }
            let (back, waited) = self
                .result
                .wait_timeout(state, PATIENCE)
                .unwrap_or_else(PoisonError::into_inner);
            state = back;
            if waited.timed_out() {
                drop(state);
                consumer.tick()?;
                state = self.lock();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Queue<T> {
    fn stop(&self) {
        // Under the lock, so that nobody misses it between its look and its wait.
        let _state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.stop.0.store(true, Ordering::Relaxed);
        self.room.notify_all();
        self.result.notify_all();
    }
}

/// Stops the workers however the caller's thread leaves.
struct StopOnDrop<'a, T>(&'a Queue<T>);

impl<T> Drop for StopOnDrop<'_, T> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

struct StopOnPanic<'a, T>(&'a Queue<T>);

impl<T> Drop for StopOnPanic<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Collect {
        seen: Vec<u32>,
        fail_at: Option<usize>,
        cancel: bool,
    }

    impl Consumer<u32> for Collect {
        fn consume(&mut self, result: &mut u32) -> Result<()> {
            self.seen.push(*result);
            match self.fail_at {
                Some(n) if n == self.seen.len() => Err(ErrorKind::Write.into()),
                _ => Ok(()),
            }
        }

        fn tick(&mut self) -> Result<()> {
            match self.cancel {
                true => Err(ErrorKind::Cancelled.into()),
                false => Ok(()),
            }
        }
    }

    fn square(tasks: u32, threads: usize, consumer: &mut Collect) -> Result<()> {
        let task = |_: &mut (), n: u32, out: &mut u32, _: &Stop| {
            // Later tasks are done sooner.
            thread::sleep(Duration::from_micros(u64::from(200 - n % 200)));
            *out = n * n;
            Ok(())
        };
        run(tasks, threads, || (), task, consumer)
    }

    #[test]
    fn results_come_in_order_for_any_number_of_threads() {
        for threads in [1, 2, 7] {
            for tasks in [0, 1, 2, 500] {
                let mut all = Collect::default();
                square(tasks, threads, &mut all).unwrap();
                assert_eq!(all.seen, (0..tasks).map(|n| n * n).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_failing_consumer_and_a_cancel_stop_everything() {
        let mut failing = Collect {
            fail_at: Some(3),
            ..Collect::default()
        };
        let error = square(1_000_000, 2, &mut failing).unwrap_err();
        assert_eq!((error.kind(), failing.seen.len()), (ErrorKind::Write, 3));
        let mut cancelled = Collect {
            cancel: true,
            ..Collect::default()
        };
        let error = square(1_000_000, 2, &mut cancelled).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }

    #[test]
    fn the_first_error_in_the_order_of_tasks_is_told() {
        for _ in 0..20 {
            let task = |_: &mut (), n: u32, _: &mut u32, _: &Stop| match n {
                5 => {
                    thread::sleep(Duration::from_millis(2));
                    Err(Error::new(ErrorKind::BlockData).in_block(5))
                }
                6.. => Err(Error::new(ErrorKind::BlockData).in_block(n)),
                _ => Ok(()),
            };
            let error = run(100, 3, || (), task, &mut Collect::default()).unwrap_err();
            assert_eq!(error.block(), Some(5));
        }
    }

    #[test]
    fn a_long_task_learns_that_it_is_not_wanted() {
        let task = |_: &mut (), _: u32, _: &mut u32, stop: &Stop| loop {
            stop.check()?;
            thread::sleep(Duration::from_millis(1));
        };
        let mut cancelled = Collect {
            cancel: true,
            ..Collect::default()
        };
        let error = run(3, 2, || (), task, &mut cancelled).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }

    #[test]
    fn a_panic_of_a_worker_arrives_and_nothing_hangs() {
        let panicked = std::panic::catch_unwind(|| {
            let task = |_: &mut (), n: u32, _: &mut u32, _: &Stop| {
                assert_ne!(n, 4, "on purpose");
                Ok(())
            };
            run(100, 2, || (), task, &mut Collect::default())
        });
        assert!(panicked.is_err());
    }
}
