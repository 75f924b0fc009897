//! Whether the threads of this process can be counted, those of other libraries included.

/// How many there are; `None` where the system does not say.
pub(crate) fn threads() -> Option<usize> {
    std::fs::read_dir("/proc/self/task").ok().map(Iterator::count)
}
