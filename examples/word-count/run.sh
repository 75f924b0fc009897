#!/bin/sh
# `run.sh [FILE…]`: the words that come most often, by a stage in Node, one in Python, one in Go, and the sort of the system.
cd "$(dirname "$0")/../.." || exit
export PATH="$PWD/node_modules/.bin:$PATH"
# Where the package for Python is. Where it is installed, this is not needed.
export PYTHONPATH="$PWD/child/python/src" PYTHONDONTWRITEBYTECODE=1
built=$(mktemp -d) || exit
trap 'rm -r "$built"' EXIT
(cd examples/word-count/count && go build -o "$built/count" .) || exit
[ $# -gt 0 ] || set -- README.md docs/guide.md
node --conditions=handover-source supervisor/cli/main.ts pipe \
  "./examples/word-count/lines.ts $*" \
  'python3 examples/word-count/words.py' \
  "$built/count" \
  'sort -k1,1nr -k2' \
  'head -5'
