#!/bin/sh
# Pins the newest versions that pyproject.toml allows, for every platform and Python from 3.11 on, with hashes.
# The files name no index: each machine uses its own.
set -eu
cd "$(dirname "$0")/.."

pin() {
    out=requirements/$1.txt
    shift
    echo "requirements: $out" >&2
    .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file "$out" "$@"
}

pin bootstrap --no-emit-package pip requirements/bootstrap.in
pin runtime pyproject.toml
# Work uses the very versions that running uses.
pin dev --extra dev --constraint requirements/runtime.txt pyproject.toml
# What benchmarks compare with, in an environment of its own.
pin peers requirements/peers.in
