//! Work on many items by as many threads as there are cores.

/// From so many points on, several threads work.
const MANY: usize = 8192;

/// What `work` makes of all items, in order, by as many threads as there are cores.
pub(in crate::sweep) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    in_parallel_from(MANY, items, work)
}

/// The same, where each thread is to have so many items.
pub(in crate::sweep) fn in_parallel_from<T: Sync, R: Send>(
    many: usize,
    items: &[T],
    work: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let most = (items.len() / many).max(1);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(most);
    let (first, rest) = items.split_at(items.len().div_ceil(threads));
    std::thread::scope(|scope| {
        let work = &work;
        let rest: Vec<_> = rest.chunks(first.len().max(1)).map(|items| scope.spawn(move || work(items))).collect();
        let mut all = work(first);
        for thread in rest {
            match thread.join() {
                Ok(mut part) => all.append(&mut part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}
