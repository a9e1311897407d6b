"""Hostile input for every format: one clear refusal or a correct reading, nothing else.

`python -m tests.recordings.fuzz --format chunks --seconds 600 --seed 1` runs long; a finding is told with
its seed, and `--seed S --inputs 1` runs it again. A worker process has a limit of memory, and of time for
each input; when it dies, that is a finding too.
"""
