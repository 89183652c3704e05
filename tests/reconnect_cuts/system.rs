//! What the system says about this process.

use std::fs;

/// The threads of connections, and the sockets that are open.
pub fn own() -> (usize, usize) {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux").flatten();
    let threads = tasks.filter(|task| {
        let name = fs::read_to_string(task.path().join("comm"));
        name.is_ok_and(|name| name.trim() == "janus-reader")
    });
    let files = fs::read_dir("/proc/self/fd").expect("Linux").flatten();
    let sockets = files.filter(|file| {
        let target = fs::read_link(file.path());
        target.is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
    });
    (threads.count(), sockets.count())
}
