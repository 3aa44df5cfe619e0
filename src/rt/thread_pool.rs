//! A pool of threads that work on data borrowed from the thread that asks for help.
//!
//! [`ThreadPool::run`] is what `std::thread::scope` is, with threads that stay alive between calls:
//! a request for 128 KiB of an image is over before a new thread has started.
//!
//! The caller never waits for a worker that has not begun. A worker that is busy elsewhere, or that
//! could not be started, costs nothing but its help.

#[cfg(loom)]
use loom::{
    sync::{atomic, Condvar, Mutex, MutexGuard},
    thread::{self, JoinHandle},
};
#[cfg(not(loom))]
use std::{
    sync::{atomic, Condvar, Mutex, MutexGuard},
    thread::{self, JoinHandle},
};

use alloc::sync::Arc;
use alloc::vec::Vec;
use atomic::{AtomicUsize, Ordering};
use core::mem;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::PoisonError;

/// A function that each worker in a job calls once, with its own state. The worker has done its
/// share when the function returns.
type SharedWork<'a, W> = dyn Fn(&mut W) + Sync + 'a;

/// The same, owned by the pool.
pub(crate) type OwnedWork<W> = dyn Fn(&mut W) + Send + Sync;

/// Threads that help with the work of others. Each keeps a state `W` of its own, such as a decoder.
///
/// The threads are started by the first call that needs them and end when the pool is dropped.
pub(crate) struct ThreadPool<W: 'static> {
    workers: usize,
    threads: Mutex<Vec<JoinHandle<()>>>,
    shared: Arc<Shared<W>>,
}

struct Shared<W: 'static> {
    new_state: fn() -> W,
    jobs: Mutex<Jobs<W>>,
    /// Number of jobs that a worker may enter. A hint for workers that do not hold the lock.
    open: AtomicUsize,
    /// Signaled when a job was added, and when the pool ends.
    added: Condvar,
    /// Signaled when the last worker has left a job.
    left: Condvar,
}

struct Jobs<W: 'static> {
    list: Vec<Job<W>>,
    next_id: u64,
    is_over: bool,
}

struct Job<W: 'static> {
    id: u64,
    work: JobWork<W>,
    /// Workers that are running `work`.
    inside: usize,
    /// Whether another worker may begin to run `work`.
    is_open: bool,
}

enum JobWork<W: 'static> {
    /// SharedWork of a thread that waits in [`ThreadPool::run`].
    Lent(Lent<W>),
    Owned(Arc<OwnedWork<W>>),
}

impl<W> Clone for JobWork<W> {
    fn clone(&self) -> Self {
        match self {
            JobWork::Lent(Lent(work)) => JobWork::Lent(Lent(*work)),
            JobWork::Owned(work) => JobWork::Owned(Arc::clone(work)),
        }
    }
}

/// A reference whose lifetime the compiler does not know: it ends when [`ThreadPool::run`] returns.
struct Lent<W: 'static>(*const SharedWork<'static, W>);

// SAFETY: the pointer is only used to call the function, which is `Sync`.
unsafe impl<W> Send for Lent<W> {}

impl<W: 'static> ThreadPool<W> {
    /// Returns a pool of up to `workers` threads, each with a state that `new_state` makes.
    pub(crate) fn new(workers: usize, new_state: fn() -> W) -> Self {
        ThreadPool {
            workers,
            threads: Mutex::new(Vec::new()),
            shared: Arc::new(Shared {
                new_state,
                jobs: Mutex::new(Jobs {
                    list: Vec::new(),
                    next_id: 0,
                    is_over: false,
                }),
                open: AtomicUsize::new(0),
                added: Condvar::new(),
                left: Condvar::new(),
            }),
        }
    }

    /// Number of threads that may help a caller.
    pub(crate) fn workers(&self) -> usize {
        self.workers
    }

    /// Calls `main` on this thread while any number of workers call `work`, and returns what `main`
    /// returned once every worker has left `work`.
    ///
    /// `work` must return soon after `main` has. It may be called by no worker at all.
    pub(crate) fn run<R>(&self, work: &SharedWork<'_, W>, main: impl FnOnce() -> R) -> R {
        // SAFETY: only the lifetime changes. The pointer is dereferenced by workers that are inside
        // the job alone. A worker enters only while the job is open. `Closed::drop`, which runs
        // before this function returns or unwinds, closes the job and waits until no worker is
        // inside. So `work`, which outlives this call, outlives every use of the pointer.
        let work = unsafe {
            mem::transmute::<*const SharedWork<'_, W>, *const SharedWork<'static, W>>(work)
        };
        self.start();
        let _closed = Closed {
            shared: &self.shared,
            id: self.shared.add(JobWork::Lent(Lent(work))),
        };
        main()
    }

    /// Has one or more workers call `work`, at a time when no thread waits in [`run`](Self::run).
    /// Returns without waiting. Nothing happens if memory is short or no thread can be started.
    pub(crate) fn submit(&self, work: Arc<OwnedWork<W>>) {
        self.start();
        self.shared.add(JobWork::Owned(work));
    }

    /// Starts the threads that do not run yet, as far as the system has any.
    fn start(&self) {
        let mut threads = lock(&self.threads);
        while threads.len() < self.workers && threads.try_reserve(1).is_ok() {
            let shared = Arc::clone(&self.shared);
            match thread::Builder::new().spawn(move || shared.help()) {
                Ok(thread) => threads.push(thread),
                Err(_) => break,
            }
        }
    }
}

impl<W: 'static> Drop for ThreadPool<W> {
    fn drop(&mut self) {
        lock(&self.shared.jobs).is_over = true;
        self.shared.added.notify_all();
        for thread in mem::take(&mut *lock(&self.threads)) {
            // A worker does not panic: what it calls is guarded.
            let _ = thread.join();
        }
    }
}

/// Closes a job when it is dropped, and waits for the workers inside.
struct Closed<'a, W: 'static> {
    shared: &'a Shared<W>,
    /// `None` if memory was short: then no worker knows of the job.
    id: Option<u64>,
}

impl<W: 'static> Drop for Closed<'_, W> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut patience = Patience::new();
        let mut jobs = lock(&self.shared.jobs);
        loop {
            let Some(at) = jobs.list.iter().position(|job| job.id == id) else {
                return;
            };
            self.shared.close(&mut jobs.list[at]);
            if jobs.list[at].inside == 0 {
                jobs.list.swap_remove(at);
                return;
            }
            // Workers inside are about to leave. To sleep and be woken takes longer.
            if patience.is_left() {
                drop(jobs);
                patience.pause();
                jobs = lock(&self.shared.jobs);
            } else {
                jobs = wait(&self.shared.left, jobs);
            }
        }
    }
}

impl<W: 'static> Shared<W> {
    /// Adds a job for the workers. Returns its number, or `None` if memory is short.
    fn add(&self, work: JobWork<W>) -> Option<u64> {
        let mut jobs = lock(&self.jobs);
        jobs.list.try_reserve(1).ok()?;
        let id = jobs.next_id;
        jobs.next_id += 1;
        jobs.list.push(Job {
            id,
            work,
            inside: 0,
            is_open: true,
        });
        self.open.fetch_add(1, Ordering::Relaxed);
        drop(jobs);
        self.added.notify_all();
        Some(id)
    }

    /// Lets no more workers into a job.
    fn close(&self, job: &mut Job<W>) {
        if mem::replace(&mut job.is_open, false) {
            self.open.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Runs one job after the other until the pool ends: what a worker does.
    fn help(&self) {
        let mut state = (self.new_state)();
        while let Some((id, work)) = self.enter() {
            let call = || match work {
                // SAFETY: this worker is inside the job, so `run` has not returned.
                JobWork::Lent(Lent(work)) => unsafe { (*work)(&mut state) },
                JobWork::Owned(work) => work(&mut state),
            };
            if let Err(payload) = catch_unwind(AssertUnwindSafe(call)) {
                // The state is unspecified after a panic. A payload that panics when it is dropped
                // would end the worker inside the job.
                mem::forget(payload);
                state = (self.new_state)();
            }
            self.leave(id);
        }
    }

    /// Waits for an open job and enters it. Returns `None` when the pool ends.
    fn enter(&self) -> Option<(u64, JobWork<W>)> {
        // A request is often followed by another one soon.
        let mut patience = Patience::new();
        while self.open.load(Ordering::Relaxed) == 0 && patience.is_left() {
            patience.pause();
        }
        let mut jobs = lock(&self.jobs);
        loop {
            if jobs.is_over {
                return None;
            }
            let is_lent = |job: &&mut Job<W>| matches!(job.work, JobWork::Lent(_));
            let open = |job: &&mut Job<W>| job.is_open;
            let mut list = jobs.list.iter_mut();
            // Lent work comes first, because a thread waits for it.
            let job = match list.by_ref().filter(open).find(is_lent) {
                Some(job) => Some(job),
                None => jobs.list.iter_mut().find(open),
            };
            if let Some(job) = job {
                job.inside += 1;
                return Some((job.id, job.work.clone()));
            }
            jobs = wait(&self.added, jobs);
        }
    }

    /// Leaves a job, whose work is done or under way.
    fn leave(&self, id: u64) {
        let mut jobs = lock(&self.jobs);
        let Some(at) = jobs.list.iter().position(|job| job.id == id) else {
            return;
        };
        let job = &mut jobs.list[at];
        self.close(job);
        job.inside -= 1;
        if job.inside != 0 {
            return;
        }
        match job.work {
            JobWork::Lent(_) => self.left.notify_all(),
            JobWork::Owned(_) => drop(jobs.list.swap_remove(at)),
        }
    }
}

/// How long a thread polls before it sleeps: to be woken takes 50 microseconds or more on many
/// systems.
#[cfg(not(loom))]
pub(crate) struct Patience {
    end: std::time::Instant,
}

#[cfg(not(loom))]
impl Patience {
    const TIME: core::time::Duration = core::time::Duration::from_micros(100);

    pub(crate) fn new() -> Self {
        Patience {
            end: std::time::Instant::now() + Self::TIME,
        }
    }

    pub(crate) fn is_left(&self) -> bool {
        std::time::Instant::now() < self.end
    }

    pub(crate) fn pause(&mut self) {
        for _ in 0..16 {
            core::hint::spin_loop();
        }
    }
}

/// The model checker explores what happens when threads sleep; polling adds nothing to it.
#[cfg(loom)]
pub(crate) struct Patience;

#[cfg(loom)]
impl Patience {
    pub(crate) fn new() -> Self {
        Patience
    }

    pub(crate) fn is_left(&self) -> bool {
        false
    }

    pub(crate) fn pause(&mut self) {}
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No panic can happen while one of these locks is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
    use core::time::Duration;
    use std::panic::catch_unwind;
    use std::thread::sleep;

    fn pool(workers: usize) -> ThreadPool<u32> {
        ThreadPool::new(workers, || 7)
    }

    /// Waits until `condition` is true, for up to ten seconds.
    fn wait_until(condition: impl Fn() -> bool) {
        for _ in 0..10_000 {
            if condition() {
                return;
            }
            sleep(Duration::from_millis(1));
        }
        panic!("nothing happened for ten seconds");
    }

    #[test]
    fn workers_use_what_the_caller_has_borrowed() {
        let pool = pool(3);
        for _ in 0..200 {
            let mut numbers = [0; 64];
            let parts = Mutex::new(numbers.chunks_mut(4));
            let fill = |state: &mut u32| {
                while let Some(part) = { lock(&parts).next() } {
                    part.fill(*state);
                }
            };
            pool.run(&fill, || fill(&mut 7));
            assert_eq!(numbers, [7; 64]);
        }
    }

    #[test]
    fn run_waits_for_workers_that_have_begun() {
        let pool = pool(2);
        let (begun, ended) = (AtomicU32::new(0), AtomicU32::new(0));
        let work = |_: &mut u32| {
            begun.fetch_add(1, SeqCst);
            sleep(Duration::from_millis(20));
            ended.fetch_add(1, SeqCst);
        };
        pool.run(&work, || wait_until(|| begun.load(SeqCst) != 0));
        assert_eq!(begun.load(SeqCst), ended.load(SeqCst));
    }

    #[test]
    fn run_does_not_wait_for_workers_that_have_not_begun() {
        let pool = pool(1);
        let release = AtomicBool::new(false);
        let busy = AtomicBool::new(false);
        let occupy = |_: &mut u32| {
            busy.store(true, SeqCst);
            wait_until(|| release.load(SeqCst));
        };
        pool.run(&occupy, || {
            wait_until(|| busy.load(SeqCst));
            let result = pool.run(&|_| unreachable!("the only worker is busy"), || 5);
            assert_eq!(result, 5);
            release.store(true, SeqCst);
        });
    }

    #[test]
    fn a_pool_without_workers_runs_the_caller() {
        assert_eq!(pool(0).run(&|_| unreachable!(), || 3), 3);
    }

    #[test]
    fn a_panic_of_a_worker_ends_its_work_and_replaces_its_state() {
        let pool = pool(1);
        let begun = AtomicBool::new(false);
        let work = |state: &mut u32| {
            *state = 9;
            begun.store(true, SeqCst);
            panic!("on purpose");
        };
        pool.run(&work, || wait_until(|| begun.load(SeqCst)));
        let seen = AtomicU32::new(0);
        let look = |state: &mut u32| seen.store(*state, SeqCst);
        pool.run(&look, || wait_until(|| seen.load(SeqCst) != 0));
        assert_eq!(seen.load(SeqCst), 7);
    }

    #[test]
    fn a_panic_of_the_caller_waits_for_workers_too() {
        let pool = pool(1);
        let (begun, ended) = (AtomicBool::new(false), AtomicBool::new(false));
        let work = |_: &mut u32| {
            begun.store(true, SeqCst);
            sleep(Duration::from_millis(20));
            ended.store(true, SeqCst);
        };
        let main = || {
            wait_until(|| begun.load(SeqCst));
            panic!("on purpose");
        };
        let result = catch_unwind(AssertUnwindSafe(|| pool.run(&work, main)));
        assert!(result.is_err() && ended.load(SeqCst));
    }

    #[test]
    fn submitted_work_runs_without_a_caller() {
        let pool = pool(1);
        let calls = Arc::new(AtomicU32::new(0));
        for _ in 0..3 {
            let calls = Arc::clone(&calls);
            pool.submit(Arc::new(move |_| {
                calls.fetch_add(1, SeqCst);
            }));
        }
        wait_until(|| calls.load(SeqCst) == 3);
        wait_until(|| lock(&pool.shared.jobs).list.is_empty());
    }

    #[test]
    fn threads_that_share_a_pool_do_not_disturb_each_other() {
        let pool = &pool(2);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    for round in 0..200 {
                        let sum = AtomicU32::new(0);
                        let add = |_: &mut u32| {
                            sum.fetch_add(1, SeqCst);
                        };
                        pool.run(&add, || add(&mut 0));
                        let sum = sum.load(SeqCst);
                        assert!((1..=3).contains(&sum), "{thread}, {round}: {sum}");
                    }
                });
            }
        });
    }
}

/// What loom explores: all ways in which the steps of the threads can interleave. `.ci/loom.sh` runs
/// it.
#[cfg(all(test, loom))]
mod model {
    use super::*;
    use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

    /// Stands for the data of a caller, which is gone when `run` has returned. It is kept until the end of
    /// a model, to record a use after that.
    struct Data {
        is_alive: AtomicBool,
        calls: AtomicUsize,
        was_used_late: AtomicBool,
    }

    impl Data {
        fn new() -> Self {
            Data {
                is_alive: AtomicBool::new(true),
                calls: AtomicUsize::new(0),
                was_used_late: AtomicBool::new(false),
            }
        }

        /// Uses the data at two moments. A panic would be caught by the worker.
        fn touch(&self) {
            for _ in 0..2 {
                if !self.is_alive.load(SeqCst) {
                    self.was_used_late.store(true, SeqCst);
                }
            }
            self.calls.fetch_add(1, SeqCst);
        }

        /// Fails if the data was used late. All workers have ended.
        fn check(&self) {
            assert!(
                !self.was_used_late.load(SeqCst),
                "used after `run` has returned"
            );
            assert!(self.calls.load(SeqCst) >= 1);
        }
    }

    fn run(pool: &ThreadPool<()>, data: &Data) {
        pool.run(&|()| data.touch(), || data.touch());
        data.is_alive.store(false, SeqCst);
    }

    fn explore(model: impl Fn() + Sync + Send + 'static) {
        let mut builder = loom::model::Builder::new();
        // Defects of such code show with two preemptions, and more of them take hours.
        builder.preemption_bound = Some(2);
        builder.check(model);
    }

    #[test]
    fn no_worker_uses_data_after_run_has_returned() {
        explore(|| {
            let pool = ThreadPool::new(1, || ());
            let data = [Data::new(), Data::new()];
            run(&pool, &data[0]);
            run(&pool, &data[1]);
            drop(pool);
            data.iter().for_each(Data::check);
        });
    }

    #[test]
    fn two_workers_and_submitted_work() {
        explore(|| {
            let pool = ThreadPool::new(2, || ());
            let data = Data::new();
            pool.submit(Arc::new(|()| ()));
            run(&pool, &data);
            drop(pool);
            data.check();
        });
    }

    #[test]
    fn two_callers_share_a_worker() {
        explore(|| {
            let pool = Arc::new(ThreadPool::new(1, || ()));
            let data = Arc::new([Data::new(), Data::new()]);
            let caller = {
                let (pool, data) = (Arc::clone(&pool), Arc::clone(&data));
                loom::thread::spawn(move || run(&pool, &data[1]))
            };
            run(&pool, &data[0]);
            caller.join().unwrap();
            drop(pool);
            data.iter().for_each(Data::check);
        });
    }
}
