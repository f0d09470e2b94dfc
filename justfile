# The database verbs, for `just`. Each line hands its words to tasks.py, where the work is done.
# Words that begin with a dash are fine: just downgrade -1

export DBTASKS_ENTRY_POINT := "just"
tasks := '"$(command -v python3 || command -v python || echo python3)" tasks.py'

set positional-arguments
set no-exit-message

# Windows needs no sh: this runs the lines of the recipes there, those for tasks.py without any shell.
set windows-shell := ["python", "-c", '''
    import shlex, signal, subprocess, sys
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl+C is for the task to answer
    line, words = sys.argv[1], sys.argv[3:]
    _, is_task, rest = line.partition(" tasks.py ")
    typed = [x for part in shlex.split(rest) for x in (words if part == "$@" else [part])]
    command = [sys.executable, "tasks.py", *typed] if is_task else line
    sys.exit(subprocess.call(command, shell=not is_task))
''']

# List the verbs
[private]
default:
    @just --list --unsorted

# Make the project and its database ready; safe to repeat
[group('Make ready')]
init *words:
    @{{tasks}} init "$@"

# Drop everything and rebuild it from the migrations (development only)
[group('Make ready')]
reset *words:
    @{{tasks}} reset "$@"

# Wait until the database's server answers
[group('Make ready')]
wait *words:
    @{{tasks}} wait "$@"

# Write a revision from the difference between models and database
[group('Write revisions')]
migrate *words:
    @{{tasks}} migrate "$@"

# Join several heads with a new revision
[group('Write revisions')]
merge *words:
    @{{tasks}} merge "$@"

# Bring the database to a revision, the head by default
[group('Move the database')]
upgrade *words:
    @{{tasks}} upgrade "$@"

# Take revisions back, the last one by default
[group('Move the database')]
downgrade *words:
    @{{tasks}} downgrade "$@"

# Record a revision as the current one without running it on the database
[group('Move the database')]
stamp *words:
    @{{tasks}} stamp "$@"

# Show where the database, the history and the models stand
[group('Look')]
status *words:
    @{{tasks}} status "$@"

# Show the revision that the database is at
[group('Look')]
current *words:
    @{{tasks}} current "$@"

# Show all revisions as a graph, and what of it is applied
[group('Look')]
history *words:
    @{{tasks}} history "$@"

# Show the newest revision of each branch
[group('Look')]
heads *words:
    @{{tasks}} heads "$@"

# Show one revision and what it does
[group('Look')]
show *words:
    @{{tasks}} show "$@"

# Compare models and database: exit 4 and name each difference
[group('Look')]
check *words:
    @{{tasks}} check "$@"

# Show how a verb is used
[group('Look')]
help *words:
    @{{tasks}} help "$@"
