#!/bin/sh
# The main job on the shipped archive, and a first run from a saved page and a PDF.  Nothing in the checkout is changed: what
# is broken here is a copy, and what is made is removed at the end, but for the web site in build/site.
#   sh scripts/demo.sh [path of the archive command]
set -eu
archive=${1:-archive}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ARCHIVE_DIR=$here/archive
ARCHIVE_MEMORY=$work/memory
export ARCHIVE_DIR ARCHIVE_MEMORY

say() { printf '\n$ %s\n' "$*"; }
run() { say archive "$@"; "$archive" "$@"; }

run verify
run diff v1 v2
run cite 'v1#p16'
run export v1 -o "$work/snapshot.zip"
run verify "$work/snapshot.zip"

cp -r "$here/archive" "$work/copy"
changed=$work/copy/releases/kz-events-2022-01/v1/content/original.txt
say "change one byte of a copy: 2,500 people becomes 3,500 people"
sed -i.before 's/about 2,500 people/about 3,500 people/' "$changed"
rm "$changed.before"
ARCHIVE_DIR=$work/copy
say archive verify
status=0
"$archive" verify || status=$?
printf '\nexit code %s\n' "$status"
[ "$status" = 1 ]

ARCHIVE_DIR=$work/harbour
ARCHIVE_KEYS=$work/keys
export ARCHIVE_KEYS
saved=$here/examples/saved
run init "$ARCHIVE_DIR" --origin press.example.org/harbour
run preview "$saved/notice.html"
run add "$saved/notice.html" --release north-gate
run cite 'north-gate/v1#p2'
run preview "$saved/minutes.pdf"
run add "$saved/minutes.pdf" --release board-minutes
run verify

ARCHIVE_DIR=$here/archive
site=$here/build/site
run site "$site" --snapshots
run site "$site" --check
printf '\nThe web site of the shipped archive: file://%s/index.html\n' "$site"
printf 'Served, its pages check themselves: python3 -m http.server --bind 127.0.0.1 --directory %s\n' "$site"
