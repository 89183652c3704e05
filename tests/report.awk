# What a log of `cargo test` comes to, for tests/run: a line for each program, and last what failed.
# Variables: floor, how many tests must have run; time, what it took; alone, the names of those that
# failed beside others and passed alone. Ends with 1 when too few ran or others failed; into the file
# `list` go the program and the name of each that failed.

# What went wrong in a program that printed no result of its tests: how it ended, and its last lines.
function ended_early(    line) {
  add("  " name " ended before its tests had: its last lines were")
  for (line = lines > 60 ? lines - 60 : 0; line < lines; line++) add("    " said[line])
}

function add(text) { problems[count++] = text }

# cargo or a program begins or ends something.
function close_program() {
  if (running) ended_early()
  running = 0
}

/^ +(Running|Doc-tests) / {
  close_program()
  name = $1 == "Doc-tests" ? "documentation" : $(NF - 1)
  sub(/^tests\//, "", name); sub(/\/main\.rs$/, "", name)
  if (name ~ /(^|\/)src\/lib\.rs$/) name = $NF ~ /model\// ? "model" : "unit tests"
  if (!(name in ran)) { names[programs++] = name; ran[name] = 0; took[name] = 0 }
  next
}

!running && /^running [0-9]+ tests?$/ { running = 1; lines = 0; next }

running && /^test result: / {
  running = 0
  ran[name] += $4 + $6; all += $4 + $6
  if (match($0, /finished in [0-9.]+/)) took[name] += substr($0, RSTART + 12, RLENGTH - 12)
  next
}

running && /^test .* \.\.\. FAILED$/ {
  sub(/^test /, ""); sub(/ \.\.\. FAILED$/, "")
  failed[failures++] = name "\t" $0
}

# What the test said when it panicked, by its name.
running && /^---- .* stdout ----$/ { test = $2; next }
running && test != "" && / panicked at / { panicked = test; test = ""; room = 12 }
running && panicked != "" {
  if (/^(note: |stack backtrace:|$)/ || !room--) panicked = ""
  else why[name "\t" panicked] = why[name "\t" panicked] "\n    " substr($0, 1, 800)
}

# Which program it was; how it ended stands below, and that tests failed is said by their names.
/^error: (doc)?test failed, to rerun pass / { if (running) { close_program(); how = 3 } next }
how > 0 { how--; if (/process didn't exit successfully/) { add("  " $0); how = 0 } next }

running { if (!/^test .* (ok|ignored.*)$/) said[lines++] = $0; next }

# The list of programs is said above; what cargo does next is no error.
/^error: [0-9]+ targets? failed:$/ { below = 0; next }
/^ +(Compiling|Finished|Executable) / { below = 0 }
/^error/ { below = 9 }
below > 0 { below--; if (said_by_cargo++ < 90) add("  " $0) }

END {
  close_program()
  print "tests/run: tests and seconds of each program:"
  for (i = 0; i < programs; i++) printf "  %-14s %5d %6.0f\n", names[i], ran[names[i]], took[names[i]]
  printf "tests/run: %d tests ran, at least %d must; it took %s\n", all, floor, time
  if (count) print "tests/run: this went wrong:"
  for (i = 0; i < count; i++) print problems[i]
  for (i = 0; i < failures; i++) {
    split(failed[i], at, "\t")
    if (list != "") print failed[i] > list
    line = "  " at[1] ": " at[2] why[failed[i]] "\n"
    if (index(alone, " " at[2] " ")) passed = passed line; else stayed = stayed line
  }
  if (passed != "") printf "tests/run: these failed beside others and passed alone:\n%s", passed
  if (stayed != "") printf "tests/run: these failed:\n%s", stayed
  exit all < floor || count > 0 || stayed != ""
}
