//! A pool of threads that help another thread with its work. The work may use data that the other
//! thread borrows.
//!
//! [`ThreadPool::run`] resembles `std::thread::scope`, except that the threads stay alive between
//! calls. This saves time, because starting a thread takes longer than decoding 128 KiB of an
//! image.
//!
//! The thread that calls `run` does a part of the work itself. It waits for workers that have begun
//! to help, and never for others. If a worker is busy with another job or could not be started, the
//! calling thread and the other workers do all the work.

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

/// A function that does the work of a job and may use borrowed data. Several workers may call the
/// function at the same time. Each worker calls it at most once, with the worker's own state as the
/// argument. In this file, a worker *enters* a job before this call and *leaves* it afterwards.
type SharedWork<'a, W> = dyn Fn(&mut W) + Sync + 'a;

/// A function that does the work of a job and owns all its data. Therefore workers may call the
/// function at any later time, even after the code that submitted the job has ended.
pub(crate) type OwnedWork<W> = dyn Fn(&mut W) + Send + Sync;

/// A pool of worker threads. Each worker has its own state of type `W`, such as a decoder, which
/// the worker passes to the work of every job.
///
/// The threads are started when the first job is added, and end when the pool is dropped.
pub(crate) struct ThreadPool<W: 'static> {
    /// Largest number of threads that the pool starts.
    workers: usize,
    /// The threads that were started.
    threads: Mutex<Vec<JoinHandle<()>>>,
    shared: Arc<Shared<W>>,
}

/// Data that the pool shares with its worker threads.
struct Shared<W: 'static> {
    /// Returns a new state for a worker.
    new_state: fn() -> W,
    jobs: Mutex<Jobs<W>>,
    /// Number of jobs in `jobs` that workers may enter. Before a worker sleeps, it reads this
    /// number repeatedly for a short time, without locking `jobs`.
    open_jobs: AtomicUsize,
    /// Wakes workers that sleep because there is no job for them. It is signaled when a job is
    /// added, and when the pool is being dropped.
    added: Condvar,
    /// Wakes threads that wait in [`ThreadPool::run`] until all workers have left their job. It is
    /// signaled when the last worker has left such a job.
    left: Condvar,
}

struct Jobs<W: 'static> {
    /// All jobs that have not ended, in no particular order.
    list: Vec<Job<W>>,
    /// Number by which the next job will be identified. Each job has a different one.
    next_id: u64,
    /// Whether the pool is being dropped. Workers then enter no more jobs.
    is_over: bool,
}

struct Job<W: 'static> {
    id: u64,
    work: JobWork<W>,
    /// Number of workers that have entered the job and have not left it. These workers are doing
    /// the work of the job.
    inside: usize,
    /// Whether more workers may enter the job.
    is_open: bool,
}

enum JobWork<W: 'static> {
    /// Work that was passed to [`ThreadPool::run`], which returns only after all workers have left
    /// the job.
    Lent(Lent<W>),
    /// Work that was passed to [`ThreadPool::submit`], for which no thread waits.
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

/// A pointer to the work that was passed to [`ThreadPool::run`]. The pointer is valid only until
/// `run` returns. Its type has the longer lifetime `'static`, so the compiler cannot check this.
struct Lent<W: 'static>(*const SharedWork<'static, W>);

// SAFETY: a type may be `Send` if another thread may use its values. Other threads use this pointer
// only to call the function at which it points. The function is `Sync`, so any number of threads
// may call it at the same time.
unsafe impl<W> Send for Lent<W> {}

impl<W: 'static> ThreadPool<W> {
    /// Returns a pool of up to `workers` threads, which may be 0. No thread is started yet. Each
    /// thread creates its own state with `new_state`.
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

    /// Returns the largest number of workers that can help with a job. The thread that calls
    /// [`run`](Self::run) is not counted.
    pub(crate) fn workers(&self) -> usize {
        self.workers
    }

    /// Calls `main` on the calling thread. Workers that are free call `work` during that time.
    /// Returns the result of `main`, but not before all workers that called `work` have returned
    /// from it.
    ///
    /// `work` should return soon after `main` does, because the calling thread waits for it. The
    /// number of workers that call `work` may be 0. If `work` panics on a worker, this function
    /// does not report the panic.
    pub(crate) fn run<R>(&self, work: &SharedWork<'_, W>, main: impl FnOnce() -> R) -> R {
        // SAFETY: `transmute` requires that the value is valid for the new type. The old and the
        // new type are pointers that differ only in a lifetime, so they have the same values.
        //
        // The longer lifetime allows code to use the pointer after this function has returned, when
        // the data of `work` may no longer exist. No code does that, because only workers that have
        // entered the job and not left it use the pointer. `_guard` below is dropped before this
        // function returns or unwinds. `JobGuard::drop` closes the job, so that no more workers
        // enter it, and waits until all workers have left it.
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

    /// Adds a job whose work is `work`, and returns at once. One or more workers call `work` later.
    /// A worker that is free prefers the jobs of [`run`](Self::run).
    ///
    /// `work` is never called if there is not enough memory for the job, if no thread can be
    /// started, or if the pool is dropped before a worker is free.
    pub(crate) fn submit(&self, work: Arc<OwnedWork<W>>) {
        self.start();
        self.shared.add(JobWork::Owned(work));
    }

    /// Starts threads until the pool has `workers` threads. If the system cannot start a thread,
    /// the pool has fewer threads until the next call of this function, which tries again.
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
            // `join` returns an error if the thread has panicked. A panic in the work of a job
            // cannot be the reason, because workers catch it. The only other reason is a panic in
            // `new_state`, which a destructor cannot report.
            let _ = thread.join();
        }
    }
}

/// Ends a job of [`ThreadPool::run`] when the guard is dropped. It closes the job, so that no more
/// workers enter the job, waits until all workers have left it, and removes it from the list.
struct JobGuard<'a, W: 'static> {
    shared: &'a Shared<W>,
    /// Number that identifies the job, or `None` if there was not enough memory to add the job.
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
            // For a short time, this thread checks repeatedly whether the workers have left the
            // job. After that time it sleeps. Sleeping at once would be slower, because the workers
            // usually leave soon, and waking a thread takes long.
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
    /// Adds a job that workers may enter, and wakes the workers. Returns the number that identifies
    /// the job, or `None` if there is not enough memory.
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

    /// Closes a job, so that no more workers enter it. Has no effect if the job is closed already.
    fn close(&self, job: &mut Job<W>) {
        if mem::replace(&mut job.is_open, false) {
            self.open_jobs.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// The function of a worker thread. It does the work of one job after another until the pool
    /// is dropped.
    fn run_worker(&self) {
        let mut state = (self.new_state)();
        while let Some((id, work)) = self.enter() {
            let call = || match work {
                // SAFETY: the call requires that the function at which `work` points still exists.
                // The function exists until `ThreadPool::run` returns, and `run` does not return
                // before all workers have left the job. This worker has entered the job in `enter`
                // and does not leave it before it calls `leave` below.
                JobWork::Lent(Lent(work)) => unsafe { (*work)(&mut state) },
                JobWork::Owned(work) => work(&mut state),
            };
            if let Err(payload) = catch_unwind(AssertUnwindSafe(call)) {
                // `payload` is the value with which the work panicked. It is leaked, because its
                // destructor may panic. Such a panic would end this thread before it leaves the
                // job, and `run` would wait forever.
                mem::forget(payload);
                // The panic may have left the worker's state half changed, so it is replaced.
                state = (self.new_state)();
            }
            self.leave(id);
        }
    }

    /// Waits until there is a job that workers may enter, and enters it. Returns the number that
    /// identifies the job, and its work. Returns `None` if the pool is being dropped.
    fn enter(&self) -> Option<(u64, JobWork<W>)> {
        // For a short time, this thread checks repeatedly whether there is a job. After that time
        // it sleeps. Sleeping at once would be slower, because the next job is often added soon,
        // and waking a thread takes long.
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
            // Jobs of `ThreadPool::run` come first, because a thread waits for them.
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

    /// Leaves the job that the number `id` identifies, after its work has returned on this worker.
    ///
    /// Also closes the job, because there is nothing left that another worker could begin. The
    /// function that does the work returns only after every part of the work has been begun.
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

/// Limits the time for which a thread polls. Polling means that the thread checks a condition
/// repeatedly, without sleeping. A thread polls for a short time before it sleeps, because waking
/// it from sleep takes 50 microseconds or more on many systems.
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

/// Replaces the other `PollLimit` in tests with loom, a tool that runs a test with every order of
/// the steps of its threads. Polling would add more orders than loom can try. Therefore the time
/// limit is over from the beginning, and threads sleep at once.
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
    // `Mutex::lock` returns an error if a thread has panicked while it held the lock, because the
    // value could be half changed. The error is ignored, because no code in this file panics while
    // it holds a lock.
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

    /// Waits until `condition` returns true. Panics if it still returns false after ten seconds.
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

/// Tests with loom, a tool that runs a test many times, each time with the steps of the threads in
/// another order. `.ci/loom.sh` runs these tests.
#[cfg(all(test, loom))]
mod model {
    use super::*;
    use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

    /// Represents the data that a program lends to [`ThreadPool::run`]. Workers must not use the
    /// data after `run` has returned. Each test keeps its `Data` until all threads have ended, so
    /// that a forbidden use is recorded here and does not access memory that was freed.
    struct Data {
        /// Whether workers may use the data. It is set to `false` when `run` has returned.
        is_alive: AtomicBool,
        /// Number of uses of the data.
        calls: AtomicUsize,
        /// Whether the data was used after `run` had returned.
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

        /// Uses the data. Checks at two moments whether the data may be used, so that a return of
        /// `run` between the two moments is noticed. Records a forbidden use and does not panic,
        /// because the worker would catch the panic.
        fn touch(&self) {
            for _ in 0..2 {
                if !self.is_alive.load(SeqCst) {
                    self.was_used_late.store(true, SeqCst);
                }
            }
            self.calls.fetch_add(1, SeqCst);
        }

        /// Panics if a worker used the data after `run` had returned, or if no thread used it. The
        /// tests call this function after all workers have ended.
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
        // A preemption is a switch to another thread at a moment when the current thread could
        // continue. Orders of steps with up to two preemptions show most defects of such code.
        // Trying all orders with three preemptions takes hours.
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
