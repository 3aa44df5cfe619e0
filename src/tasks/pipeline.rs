//! Runs numbered tasks on worker threads, and passes their results to a consumer on the calling
//! thread, in the order of the tasks.
//!
//! The memory for results is limited. A worker waits before it starts another task if too many
//! results are not consumed yet.

use crate::error::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use std::vec::Vec;

/// Longest time between two calls of [`Consumer::tick`] while the calling thread waits for a
/// result.
const TICK_INTERVAL: Duration = Duration::from_millis(10);

/// Consumer of the results of the tasks. Its methods are called on the thread that called [`run`].
pub(super) trait Consumer<T> {
    /// Consumes the result of the next task. Afterwards `result` is reused for the result of a
    /// later task. An error stops all tasks.
    fn consume(&mut self, result: &mut T) -> Result<()>;

    /// Does periodic work, such as reporting the progress. It is called after each result, and at
    /// least every [`TICK_INTERVAL`] while the calling thread waits for a result. An error stops
    /// all tasks.
    fn tick(&mut self) -> Result<()>;
}

/// Flag that stops all tasks. It is set when the remaining results are not needed any more, for
/// example after an error.
pub(super) struct StopFlag(AtomicBool);

impl StopFlag {
    /// Fails with [`ErrorKind::Cancelled`] if the flag is set. A long task calls this repeatedly
    /// and returns the error.
    pub(super) fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Cancelled));
        }
        Ok(())
    }

    /// Returns the flag itself, for an encoder that reads it while it encodes a block.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.0
    }
}

/// Queue of the tasks that are not started yet, and of the results that are not consumed yet.
struct TaskQueue<T> {
    /// Number of all tasks. The tasks have the numbers from 0 to `tasks - 1`.
    tasks: u32,
    state: Mutex<QueueState<T>>,
    /// Signals to the workers that a result was consumed, so that another task may be started.
    result_consumed: Condvar,
    /// Signals to the calling thread that a task is finished, so that its result can be consumed.
    task_finished: Condvar,
    stop: StopFlag,
}

struct QueueState<T> {
    /// Number of the next task to start. Tasks are started in the order of their numbers.
    next_task: u32,
    /// Number of results that are consumed. They are the results of tasks `0..consumed_count`.
    consumed_count: u32,
    /// Results of finished tasks that are not consumed yet. The result of task `n` is at index
    /// `n % results.len()`. No two tasks use one index at a time, because at most `results.len()`
    /// tasks are started whose results are not consumed.
    results: Vec<Option<(T, Result<()>)>>,
    /// Results that are consumed. Their memory is reused for the results of later tasks.
    free: Vec<T>,
}

/// Returns the number of threads to start for the value `option` of an option such as `--threads`.
/// If the value is 0, returns the number of processor cores, or 1 if this number is unknown.
pub(super) fn thread_count(option: u32) -> usize {
    match option {
        0 => thread::available_parallelism().map_or(1, |n| n.get()),
        n => n as usize,
    }
}

/// Runs the tasks `0..tasks` on `threads` worker threads, or on fewer if there are fewer tasks.
/// Passes the results to `consumer` on the calling thread, in the order of the tasks.
///
/// * `new_worker` is called once on each worker thread. It returns a value that the worker keeps
///   from task to task.
/// * `task` runs one task. It receives the value of the worker, the number of the task, a `T` for
///   the result, and the stop flag. The `T` may contain the result of an earlier task.
///
/// # Errors
///
/// Fails with the first error that occurs while the results are consumed in the order of the tasks.
/// It is the error of a task or an error of `consumer`. Errors of later tasks are ignored. Also
/// fails with [`ErrorKind::OutOfMemory`] if a thread cannot be started.
pub(super) fn run<T, W>(
    tasks: u32,
    threads: usize,
    new_worker: impl Fn() -> W + Sync,
    task: impl Fn(&mut W, u32, &mut T, &StopFlag) -> Result<()> + Sync,
    consumer: &mut dyn Consumer<T>,
) -> Result<()>
where
    T: Default + Send,
{
    let threads = threads.clamp(1, tasks.max(1) as usize);
    let queue = TaskQueue::new(tasks, 2 * threads + 1);
    thread::scope(|scope| {
        // The scope waits until all workers end. They are therefore stopped when this closure
        // returns, even if it returns an error.
        let stop_on_drop = StopOnDrop(&queue);
        for _ in 0..threads {
            let (queue, new_worker, task) = (&queue, &new_worker, &task);
            let spawned = thread::Builder::new().spawn_scoped(scope, move || {
                // If this worker panics, its current task never has a result. All tasks are then
                // stopped, because otherwise the calling thread would wait for this result forever.
                let stop_on_panic = StopOnPanic(queue);
                queue.work(&mut new_worker(), task);
                drop(stop_on_panic);
            });
            if spawned.is_err() {
                return Err(ErrorKind::OutOfMemory.into());
            }
        }
        let outcome = queue.consume_all(consumer);
        drop(stop_on_drop);
        outcome
    })
}

impl<T: Default> TaskQueue<T> {
    fn new(tasks: u32, max_results: usize) -> Self {
        TaskQueue {
            tasks,
            state: Mutex::new(QueueState {
                next_task: 0,
                consumed_count: 0,
                results: (0..max_results).map(|_| None).collect(),
                free: Vec::new(),
            }),
            result_consumed: Condvar::new(),
            task_finished: Condvar::new(),
            stop: StopFlag(AtomicBool::new(false)),
        }
    }

    /// Runs one task after the other, until no task is left to start or the stop flag is set. Each
    /// worker thread calls this once.
    fn work<W>(
        &self,
        worker: &mut W,
        task: &impl Fn(&mut W, u32, &mut T, &StopFlag) -> Result<()>,
    ) {
        while let Some((number, mut item)) = self.take_task() {
            let outcome = task(worker, number, &mut item, &self.stop);
            let mut state = self.lock();
            let slot = number as usize % state.results.len();
            state.results[slot] = Some((item, outcome));
            drop(state);
            self.task_finished.notify_one();
        }
    }

    /// Waits until the results in memory are few enough to start another task. Returns the number
    /// of this task and a value for its result. Returns `None` if all tasks are started or the stop
    /// flag is set.
    fn take_task(&self) -> Option<(u32, T)> {
        let mut state = self.lock();
        loop {
            if state.next_task == self.tasks || self.stop.check().is_err() {
                return None;
            }
            if ((state.next_task - state.consumed_count) as usize) < state.results.len() {
                let number = state.next_task;
                state.next_task += 1;
                return Some((number, state.free.pop().unwrap_or_default()));
            }
            state = self
                .result_consumed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn consume_all(&self, consumer: &mut dyn Consumer<T>) -> Result<()> {
        for number in 0..self.tasks {
            let (mut item, outcome) = self.wait_for_result(number, consumer)?;
            outcome?;
            consumer.consume(&mut item)?;
            let mut state = self.lock();
            state.consumed_count = number + 1;
            state.free.push(item);
            drop(state);
            self.result_consumed.notify_all();
            consumer.tick()?;
        }
        Ok(())
    }

    /// Waits for the result of task `number` and returns it. Calls `consumer.tick` while it waits,
    /// and fails with the error of `tick` if there is one.
    fn wait_for_result(
        &self,
        number: u32,
        consumer: &mut dyn Consumer<T>,
    ) -> Result<(T, Result<()>)> {
        let mut state = self.lock();
        loop {
            let slot = number as usize % state.results.len();
            if let Some(result) = state.results[slot].take() {
                return Ok(result);
            }
            if self.stop.check().is_err() {
                // During this wait, the flag is set only if a worker panics. `thread::scope` then
                // panics too, so the caller of `run` never receives this error.
                return Err(ErrorKind::Internal.into());
            }
            let (locked, wait) = self
                .task_finished
                .wait_timeout(state, TICK_INTERVAL)
                .unwrap_or_else(PoisonError::into_inner);
            state = locked;
            if wait.timed_out() {
                drop(state);
                consumer.tick()?;
                state = self.lock();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, QueueState<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> TaskQueue<T> {
    fn stop(&self) {
        // A thread that waits for a signal holds the lock from its check of the flag until the wait
        // begins. The lock is also held here, so that the flag is never set between the check and
        // the wait. Otherwise the thread would miss the signals below and wait forever.
        let _state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.stop.0.store(true, Ordering::Relaxed);
        self.result_consumed.notify_all();
        self.task_finished.notify_all();
    }
}

/// Guard that stops all tasks when it is dropped.
struct StopOnDrop<'a, T>(&'a TaskQueue<T>);

impl<T> Drop for StopOnDrop<'_, T> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Guard that stops all tasks if it is dropped because its thread panics.
struct StopOnPanic<'a, T>(&'a TaskQueue<T>);

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
    struct Collector {
        seen: Vec<u32>,
        fail_at: Option<usize>,
        cancel: bool,
    }

    impl Consumer<u32> for Collector {
        fn consume(&mut self, result: &mut u32) -> Result<()> {
            self.seen.push(*result);
            match self.fail_at {
                Some(n) if n == self.seen.len() => Err(ErrorKind::Write.into()),
                _ => Ok(()),
            }
        }

        fn tick(&mut self) -> Result<()> {
            if self.cancel {
                return Err(ErrorKind::Cancelled.into());
            }
            Ok(())
        }
    }

    fn square(tasks: u32, threads: usize, consumer: &mut Collector) -> Result<()> {
        let task = |_: &mut (), n: u32, out: &mut u32, _: &StopFlag| {
            // Most tasks take less time than the task before, so that tasks finish out of order.
            thread::sleep(Duration::from_micros(u64::from(200 - n % 200)));
            *out = n * n;
            Ok(())
        };
        run(tasks, threads, || (), task, consumer)
    }

    #[test]
    fn results_come_in_order_with_any_number_of_threads() {
        for threads in [1, 2, 7] {
            for tasks in [0, 1, 2, 500] {
                let mut all = Collector::default();
                square(tasks, threads, &mut all).unwrap();
                assert_eq!(all.seen, (0..tasks).map(|n| n * n).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn an_error_of_the_consumer_or_its_tick_stops_all_tasks() {
        let mut failing = Collector {
            fail_at: Some(3),
            ..Collector::default()
        };
        let error = square(1_000_000, 2, &mut failing).unwrap_err();
        assert_eq!((error.kind(), failing.seen.len()), (ErrorKind::Write, 3));
        let mut cancelled = Collector {
            cancel: true,
            ..Collector::default()
        };
        let error = square(1_000_000, 2, &mut cancelled).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }

    #[test]
    fn first_error_in_the_order_of_tasks_is_returned() {
        for _ in 0..20 {
            let task = |_: &mut (), n: u32, _: &mut u32, _: &StopFlag| match n {
                // Task 5 sleeps before it fails, so that task 6, on another thread, usually fails
                // first.
                5 => {
                    thread::sleep(Duration::from_millis(2));
                    Err(Error::new(ErrorKind::BlockData).in_block(5))
                }
                6.. => Err(Error::new(ErrorKind::BlockData).in_block(n)),
                _ => Ok(()),
            };
            let error = run(100, 3, || (), task, &mut Collector::default()).unwrap_err();
            assert_eq!(error.block(), Some(5));
        }
    }

    #[test]
    fn the_stop_flag_is_set_while_a_task_runs() {
        let task = |_: &mut (), _: u32, _: &mut u32, stop: &StopFlag| loop {
            stop.check()?;
            thread::sleep(Duration::from_millis(1));
        };
        let mut cancelled = Collector {
            cancel: true,
            ..Collector::default()
        };
        let error = run(3, 2, || (), task, &mut cancelled).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }

    #[test]
    fn a_panic_of_a_worker_becomes_a_panic_of_the_caller() {
        let panicked = std::panic::catch_unwind(|| {
            let task = |_: &mut (), n: u32, _: &mut u32, _: &StopFlag| {
                assert_ne!(n, 4, "this panic is part of the test");
                Ok(())
            };
            run(100, 2, || (), task, &mut Collector::default())
        });
        assert!(panicked.is_err());
    }
}
