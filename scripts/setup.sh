#!/bin/sh
# Makes .venv from the pinned requirements: `setup.sh runtime` to run Keepwell, `setup.sh dev` to work on it as well.
# Needs Python 3.11 or newer and a package index; no root. Does nothing when nothing has changed.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-runtime}
python=.venv/bin/python
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
# Every version is pinned already: a constraint of the machine could only contradict that.
export PIP_CONSTRAINT='' UV_CONSTRAINT=''

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

# What an environment was made from: the files' contents, and where it lies (its scripts name their folder).
fingerprint() {
    { pwd; cat scripts/setup.sh pyproject.toml requirements/bootstrap.txt "requirements/$1.txt"; } | cksum
}

is_ready() {
    [ -f ".venv/made-$1" ] && [ "$(cat ".venv/made-$1")" = "$(fingerprint "$1")" ] && "$python" -c '' 2>/dev/null
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
can_make() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    lacking=
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        new_enough "$name" || continue
        can_make "$name" && { echo "$name"; return; }
        lacking=${lacking:-$name}
    done
    [ -n "$lacking" ] && fail "$lacking has no venv module; install it (Debian, Ubuntu: apt-get install python3-venv)"
    fail "no Python 3.11 or newer found${PYTHON:+ as $PYTHON}; install one, or name it: make setup PYTHON=/path/to/python3"
}

make_environment() {
    "$python" -m pip --version >/dev/null 2>&1 && new_enough "$python" && return
    with=$(find_python)
    say "making .venv with $("$with" --version)"
    "$with" -m venv --clear .venv
}

# uv does not read pip's settings: an index or a certificate that is set for pip is handed on.
hand_on() {
    value=$("$python" -m pip config list 2>/dev/null | sed -n "s/^[^=]*\.$1='\(.*\)'\$/\1/p" | tail -n 1)
    [ -z "$value" ] || eval "export $2=\${$2:-\$value}"
}

install() {
    say "installing $(grep -c '==' "requirements/$1.txt") packages"
    "$python" -m pip install --quiet --require-hashes -r requirements/bootstrap.txt || return
    hand_on index-url UV_DEFAULT_INDEX
    hand_on cert SSL_CERT_FILE
    quiet=--quiet
    [ -t 2 ] && quiet=
    # Compiled now, once: an environment that cannot be written to later would compile at every start, for two seconds.
    if .venv/bin/uv pip install $quiet --compile-bytecode --python "$python" --require-hashes -r "requirements/$1.txt"; then
        .venv/bin/uv pip install --quiet --python "$python" --offline --no-deps --no-build-isolation --editable .
    else
        say "uv could not; trying pip, which is slower"
        "$python" -m pip install --quiet --require-hashes --no-deps -r "requirements/$1.txt" || return
        "$python" -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
    fi
}

case $kind in runtime | dev) ;; *) fail "unknown kind '$kind'; it is runtime or dev" ;; esac
# What work needs contains what running needs.
is_ready "$kind" || { [ "$kind" = runtime ] && is_ready dev; } && exit 0
started=$(date +%s)
make_environment
install "$kind" || fail "the packages could not be installed; is a package index reachable?"
"$python" -m compileall -q app bot core emulator flows language program scheduler storage || true
fingerprint "$kind" >".venv/made-$kind"
say "ready in $(($(date +%s) - started)) s"
