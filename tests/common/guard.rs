//! Ends the servers of a test program that was itself killed, and so could not drop them.
//!
//! A small shell reads from a pipe which servers run. When the test program ends in whatever way,
//! the kernel closes the pipe, and the shell kills the process groups that are still on its list.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

const SCRIPT: &str = r#"
running=
while read -r word id; do
  case $word in
    started) running="$running $id" ;;
    ended)
      rest=
      for other in $running; do [ "$other" = "$id" ] || rest="$rest $other"; done
      running=$rest ;;
  esac
done
for id in $running; do kill -s KILL -- "-$id"; done
"#;

/// Notes that the process group `id` was started.
pub fn started(id: u32) {
    tell("started", id);
}

/// Notes that the process group `id` is gone.
pub fn ended(id: u32) {
    tell("ended", id);
}

fn tell(word: &str, id: u32) {
    static GUARD: OnceLock<Mutex<Child>> = OnceLock::new();
    let guard = GUARD.get_or_init(|| Mutex::new(start()));
    let mut guard = guard.lock().unwrap_or_else(PoisonError::into_inner);
    // Without the guard tests still work: it matters only when they are killed.
    if let Some(pipe) = &mut guard.stdin {
        let _ = writeln!(pipe, "{word} {id}");
    }
}

fn start() -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", SCRIPT]).stdin(Stdio::piped());
    shell.stdout(Stdio::null()).stderr(Stdio::null());
    // A group of its own: Ctrl-C ends the test program, not the guard.
    shell.process_group(0);
    shell.spawn().expect("a shell can be started")
}
