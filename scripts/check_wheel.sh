#!/bin/sh
# A wheel built from the checkout works in a bare environment, away from the checkout, schemas, style sheets and script included.
#   sh scripts/check_wheel.sh [python]
set -eu
python=${1:-python3}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m pip wheel --quiet --no-deps --wheel-dir "$work" "$here"
"$python" -m venv "$work/bare"
"$work/bare/bin/python" -m pip install --quiet "$work"/muniment-*.whl
cd "$work"
export XDG_CONFIG_HOME="$work/config" ARCHIVE_MEMORY="$work/memory"
# Bare: without the extra [timestamp], whose verb says so, and which nothing else needs.
! bare/bin/python -c 'import rfc3161_client' 2>/dev/null
bare/bin/archive --version
bare/bin/archive --archive "$here/archive" verify
bare/bin/archive init notices --origin press.example.org
printf 'Notice\n\nThe harbour is closed.\n' > notice.txt
bare/bin/archive --archive notices add notice.txt --release harbour
bare/bin/archive --archive notices diff harbour notice.txt --format html -o changes.html
bare/bin/archive --archive notices export harbour -o snapshot.zip
bare/bin/archive verify snapshot.zip
