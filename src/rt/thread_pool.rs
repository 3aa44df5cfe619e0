//! A pool of threads that work on data borrowed from the thread that calls it.
//!
//! [`ThreadPool::run`] resembles `std::thread::scope`, except that the threads stay alive between
//! calls. Starting a thread takes longer than decoding 128 KiB of an image.
//!
//! The caller works too, and never waits for a worker that has not begun. If a worker is busy or
//! could not be started, the caller and the other workers do all the work.

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

/// The function of a job. A worker that enters the job calls this function once, with the worker's
/// state, and leaves the job when the function returns.
type SharedWork<'a, W> = dyn Fn(&mut W) + Sync + 'a;

/// The function of a job that owns its data.
pub(crate) type OwnedWork<W> = dyn Fn(&mut W) + Send + Sync;

/// A pool of worker threads. Each worker has a state of type `W`, such as a decoder.
///
/// The first job starts the threads. They end when the pool is dropped.
pub(crate) struct ThreadPool<W: 'static> {
    /// Number of threads that the pool starts.
    workers: usize,
    threads: Mutex<Vec<JoinHandle<()>>>,
    shared: Arc<Shared<W>>,
}

/// Data that the pool shares with its workers.
struct Shared<W: 'static> {
    new_state: fn() -> W,
    jobs: Mutex<Jobs<W>>,
    /// Number of open jobs. Workers that poll read it without the lock.
    open_jobs: AtomicUsize,
    /// Signaled when a job is added, and when the pool is being dropped.
    added: Condvar,
    /// Signaled when the last worker has left a job of [`ThreadPool::run`].
    left: Condvar,
}

struct Jobs<W: 'static> {
    list: Vec<Job<W>>,
    next_id: u64,
    /// Whether the pool is being dropped.
    is_over: bool,
}

struct Job<W: 'static> {
    id: u64,
    work: JobWork<W>,
    /// Number of workers that have entered the job and not left it.
    inside: usize,
    /// Whether more workers may enter the job.
    is_open: bool,
}

enum JobWork<W: 'static> {
    /// Work that was passed to [`ThreadPool::run`], which waits for it.
    Lent(Lent<W>),
    /// Work that was passed to [`ThreadPool::submit`].
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

/// A pointer to the work that was passed to [`ThreadPool::run`]. It is valid until `run` returns,
/// which the compiler does not check.
struct Lent<W: 'static>(*const SharedWork<'static, W>);

// SAFETY: threads use the pointer only to call the function, which is `Sync`.
unsafe impl<W> Send for Lent<W> {}

impl<W: 'static> ThreadPool<W> {
    /// Returns a pool of up to `workers` threads. Each thread creates its state with `new_state`.
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
                open_jobs: AtomicUsize::new(0),
                added: Condvar::new(),
                left: Condvar::new(),
            }),
        }
    }

    /// Returns the largest number of threads that work on a job besides the caller.
    pub(crate) fn workers(&self) -> usize {
        self.workers
    }

    /// Calls `main` on this thread while workers call `work`. Returns the result of `main` once no
    /// worker is in `work`.
    ///
    /// `work` should return soon after `main` does. The number of workers that call it may be 0.
    pub(crate) fn run<R>(&self, work: &SharedWork<'_, W>, main: impl FnOnce() -> R) -> R {
        // SAFETY: the types differ only in the lifetime. Only a worker that has entered the job and
        // not left it dereferences the pointer. `JobGuard::drop` runs before this function returns
        // or unwinds. It closes the job, so that no worker enters it any more, and waits until all
        // workers have left it. Therefore no worker uses the pointer after the lifetime of `work`.
        let work = unsafe {
            mem::transmute::<*const SharedWork<'_, W>, *const SharedWork<'static, W>>(work)
        };
        self.start();
        let _guard = JobGuard {
            shared: &self.shared,
            id: self.shared.add(JobWork::Lent(Lent(work))),
        };
        main()
    }

    /// Lets one or more workers call `work` later, after the jobs of [`run`](Self::run). Does not
    /// wait. `work` is not called if there is not enough memory or no thread can be started.
    pub(crate) fn submit(&self, work: Arc<OwnedWork<W>>) {
        self.start();
        self.shared.add(JobWork::Owned(work));
    }

    /// Starts the threads that do not run yet. Stops if the system fails to start one of them.
    fn start(&self) {
        let mut threads = lock(&self.threads);
        while threads.len() < self.workers && threads.try_reserve(1).is_ok() {
            let shared = Arc::clone(&self.shared);
            match thread::Builder::new().spawn(move || shared.run_worker()) {
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
            // A worker catches the panics of its work, so there is no panic to pass on.
            let _ = thread.join();
        }
    }
}

/// When it is dropped, closes a job of [`ThreadPool::run`] and waits until all workers have left
/// it.
struct JobGuard<'a, W: 'static> {
    shared: &'a Shared<W>,
    /// The job, or `None` if it was not added because there was not enough memory.
    id: Option<u64>,
}

impl<W: 'static> Drop for JobGuard<'_, W> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut polling = PollLimit::new();
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
            // Poll before sleeping, because the workers leave soon and waking a thread is slow.
            if polling.is_left() {
                drop(jobs);
                polling.pause();
                jobs = lock(&self.shared.jobs);
            } else {
                jobs = wait(&self.shared.left, jobs);
            }
        }
    }
}

impl<W: 'static> Shared<W> {
    /// Adds an open job. Returns its `id`, or `None` if there is not enough memory.
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
        self.open_jobs.fetch_add(1, Ordering::Relaxed);
        drop(jobs);
        self.added.notify_all();
        Some(id)
    }

    /// Closes a job, so that no more workers enter it.
    fn close(&self, job: &mut Job<W>) {
        if mem::replace(&mut job.is_open, false) {
            self.open_jobs.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Runs one job after another until the pool ends. This is the function of a worker thread.
    fn run_worker(&self) {
        let mut state = (self.new_state)();
        while let Some((id, work)) = self.enter() {
            let call = || match work {
                // SAFETY: this worker has entered the job and not left it. Until it does, `run`
                // does not return, and the pointer is valid.
                JobWork::Lent(Lent(work)) => unsafe { (*work)(&mut state) },
                JobWork::Owned(work) => work(&mut state),
            };
            if let Err(payload) = catch_unwind(AssertUnwindSafe(call)) {
                // The payload is leaked, because its destructor may panic. Such a panic would end
                // the worker before it leaves the job, and `run` would wait forever.
                mem::forget(payload);
                // The state is unspecified after a panic.
                state = (self.new_state)();
            }
            self.leave(id);
        }
    }

    /// Waits for an open job and enters it. Returns its `id` and its work, or `None` when the pool
    /// ends.
    fn enter(&self) -> Option<(u64, JobWork<W>)> {
        // Polls first, because the next request often follows soon.
        let mut polling = PollLimit::new();
        while self.open_jobs.load(Ordering::Relaxed) == 0 && polling.is_left() {
            polling.pause();
        }
        let mut jobs = lock(&self.jobs);
        loop {
            if jobs.is_over {
                return None;
            }
            let is_lent = |job: &&mut Job<W>| matches!(job.work, JobWork::Lent(_));
            let open = |job: &&mut Job<W>| job.is_open;
            let mut list = jobs.list.iter_mut();
            // Jobs of `run` come first, because a thread waits for them.
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

    /// Leaves a job after its work has returned on this worker. Closes the job, because the
    /// function of a job returns only when every part of the work has been begun by some thread.
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

/// Limit of the time for which a thread polls before it sleeps. A thread polls first, because
/// waking it from sleep takes 50 microseconds or more on many systems.
#[cfg(not(loom))]
pub(crate) struct PollLimit {
    end: std::time::Instant,
}

#[cfg(not(loom))]
impl PollLimit {
    const TIME: core::time::Duration = core::time::Duration::from_micros(100);

    pub(crate) fn new() -> Self {
        PollLimit {
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

/// Replacement of `PollLimit` for tests with loom. Threads sleep at once, without polling.
#[cfg(loom)]
pub(crate) struct PollLimit;

#[cfg(loom)]
impl PollLimit {
    pub(crate) fn new() -> Self {
        PollLimit
    }

    pub(crate) fn is_left(&self) -> bool {
        false
    }

    pub(crate) fn pause(&mut self) {}
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The value in a poisoned mutex is still valid, because no code of this file panics while it
    // holds a lock.
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
        panic!("the condition was false for ten seconds");
    }

    #[test]
    fn workers_write_to_borrowed_data() {
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
    fn run_calls_main_in_a_pool_without_workers() {
        assert_eq!(pool(0).run(&|_| unreachable!(), || 3), 3);
    }

    #[test]
    fn a_worker_replaces_its_state_after_a_panic() {
        let pool = pool(1);
        let begun = AtomicBool::new(false);
        let work = |state: &mut u32| {
            *state = 9;
            begun.store(true, SeqCst);
            panic!("expected by the test");
        };
        pool.run(&work, || wait_until(|| begun.load(SeqCst)));
        let seen = AtomicU32::new(0);
        let look = |state: &mut u32| seen.store(*state, SeqCst);
        pool.run(&look, || wait_until(|| seen.load(SeqCst) != 0));
        assert_eq!(seen.load(SeqCst), 7);
    }

    #[test]
    fn run_waits_for_workers_if_main_panics() {
        let pool = pool(1);
        let (begun, ended) = (AtomicBool::new(false), AtomicBool::new(false));
        let work = |_: &mut u32| {
            begun.store(true, SeqCst);
            sleep(Duration::from_millis(20));
            ended.store(true, SeqCst);
        };
        let main = || {
            wait_until(|| begun.load(SeqCst));
            panic!("expected by the test");
        };
        let result = catch_unwind(AssertUnwindSafe(|| pool.run(&work, main)));
        assert!(result.is_err() && ended.load(SeqCst));
    }

    #[test]
    fn submitted_work_runs_without_a_call_of_run() {
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
    fn several_threads_can_call_run_at_the_same_time() {
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

/// Tests for loom, which explores the interleavings of the threads' steps. `.ci/loom.sh` runs them.
#[cfg(all(test, loom))]
mod model {
    use super::*;
    use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

    /// Stands for the data of a caller. Workers may not use the data after `run` has returned. The
    /// tests keep it until the end of a model, so that it can record such a use.
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

        /// Uses the data at two moments. Records a late use instead of panicking, because the
        /// worker would catch a panic.
        fn touch(&self) {
            for _ in 0..2 {
                if !self.is_alive.load(SeqCst) {
                    self.was_used_late.store(true, SeqCst);
                }
            }
            self.calls.fetch_add(1, SeqCst);
        }

        /// Panics if a worker used the data after `run` had returned. Call it after all workers
        /// have ended.
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
        // Two preemptions show most defects of such code. Exploring three takes hours.
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
    fn two_workers_run_a_job_and_submitted_work() {
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
