#!/bin/sh
# Checks this snapshot without its software: POSIX sh with sha256sum (or shasum), openssl and ssh-keygen.
#
#   sh data/verify.sh [SHA256]      SHA256: hash of trust root 1 as you have it from elsewhere
#
# Exit code 0: verified; 1: a check failed; 2: wrong usage; 3: something could not be checked.
# The numbers are those of "archive verify".  Nothing in the files is run, nothing outside a new folder is written.
set -u
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in *[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) utf8=1 ;; *) utf8=0 ;; esac
LC_ALL=C
export LC_ALL
unset CDPATH
umask 077

pinned=${1-}
pinned=${pinned#sha256:}
case $pinned in *[!0-9a-f]*) pinned=bad ;; esac
if [ $# -gt 1 ] || { [ $# -eq 1 ] && [ ${#pinned} -ne 64 ]; }; then
	echo "usage: sh data/verify.sh [SHA256 of trust root 1, 64 hex digits]" >&2
	exit 2
fi

# All tools are asked for before anything is judged, so that nothing fails for want of one.
have() { command -v "$1" >/dev/null 2>&1; }
lack=''
for tool in awk cat cmp cut find fold grep head mkdir od rm sed sort tail tr uniq wc; do
	have "$tool" || lack="$lack $tool"
done
have sha256sum || have shasum || lack="$lack sha256sum (or shasum)"
cannot() {
	printf 'NOT CHECKED: %s\n' "$1"
	echo "UNCHECKED: nothing was checked"
	exit 3
}
[ -z "$lack" ] || cannot "missing on this machine:$lack"

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
cd -- "$here/.." 2>/dev/null || cannot "the folder of the snapshot cannot be entered"
t=${TMPDIR:-/tmp}/snapshot.$$
mkdir -- "$t" 2>/dev/null || cannot "no folder can be made in ${TMPDIR:-/tmp}"
trap 'rm -rf -- "$t"' EXIT
trap 'exit 3' HUP INT TERM
: >"$t/said"
: >"$t/passed"

checks='layout fixity canonical schema chain original signature signer entry log trust time memory'
named() { echo "$checks" | cut -d ' ' -f "$1"; }
show() { printf '%s\n' "$1" | tr -c ' -~\n' '?'; }
failed='' unread='' noted='' root='' proven='' entries='' claimed=''
pass() { echo "$1" >>"$t/passed"; }
fail() { # number, file, what is wrong
	failed="$1${failed:+ $failed}"
	show "FAILED $1 $(named "$1"): $2" >>"$t/said"
	show "  $3" >>"$t/said"
}
miss() { # number, what was not checked, why
	unread="$1${unread:+ $unread}"
	show "NOT CHECKED $1 $(named "$1"): $2" >>"$t/said"
	show "  $3" >>"$t/said"
}

if have sha256sum; then
	sums() { sha256sum; }
else
	sums() { shasum -a 256; }
fi
digest() { sums <"$1" | cut -c 1-64; }
size() { wc -c <"$1" | tr -d ' '; }
hex() { od -A n -v -t x1 | tr -d ' \n'; }
decimal() { case $1 in 0) ;; '' | 0* | *[!0-9]*) return 1 ;; *) [ ${#1} -le 18 ] ;; esac; }

# Binary values are kept as lower-case hex, and become bytes for a hash or a signature only.
bytes() {
	# shellcheck disable=SC2059 # nothing but octal escapes is in this format
	printf "$(printf '%s\n' "$1" | awk '
		{
			h = "0123456789abcdef"
			for (i = 1; i < length($0); i += 2)
				printf "\\%03o", 16 * (index(h, substr($0, i, 1)) - 1) + index(h, substr($0, i + 1, 1)) - 1
		}')"
}
digest_of() { bytes "$1" | sums | cut -c 1-64; }

# Each line of base64 as hex, and an empty line for what is not in its one form (RFC 4648: padded, no stray bits).
unbases() {
	awk '
		BEGIN {
			code = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
			for (i = 1; i <= 64; i++) value[substr(code, i, 1)] = i - 1
		}
		{
			size = length($0)
			body = $0
			pads = sub(/=$/, "", body) + sub(/=$/, "", body)
			good = size % 4 == 0 && size <= 24576 && body !~ /[^A-Za-z0-9+\/]/
			if (pads && good) {
				last = value[substr(body, length(body), 1)]
				good = last % (pads == 1 ? 4 : 16) == 0
			}
			for (i = 1; good && i <= size; i += 4) {
				n = 0
				for (j = 0; j < 4; j++) n = n * 64 + value[substr(body, i + j, 1)]
				three = sprintf("%06x", n)
				printf "%s", (i + 4 <= size ? three : substr(three, 1, 6 - 2 * pads))
			}
			print ""
		}
	'
}
unbase() { printf '%s\n' "$1" | unbases; }

# JSON as lines of path, tab, value, for the members that are asked for below; strings as they are written.  This JSON
# has no control characters, so it can be cut into short lines first; no line is then looked at more than once.
flat() {
	[ "$(size "$1")" -le 4194304 ] && [ "$(tr -d '\000-\037' <"$1" | wc -c)" -eq "$(wc -c <"$1")" ] || return 1
	fold -b -w 512 "$1" | awk '
		BEGIN {
			n = split("archive format version previous threshold key path sha256 size vkey first_index last_index revoked " \
				"from_index name id title release type record record_size signature signer original paragraph_count " \
				"logged_at created index since time reason", names, " ")
			for (i = 1; i <= n; i++) asked[names[i]] = 1
		}
		function path(  i, p) {
			for (i = 1; i <= depth; i++) p = p (i > 1 ? "." : "") (kind[i] == "o" ? key[i] : at[i])
			return p
		}
		function broken() { bad = 1; exit 1 }
		function wanted() { return depth <= 4 && kind[depth] == "o" && (key[depth] in asked) }
		function literal() {
			if (bare != "" && wanted()) print path() "\t" bare
			bare = ""
		}
		function outside(c) {
			if (c == "\"") {
				inside = 1
				taken = 0
				taking = !naming && wanted()
				if (naming) key[depth] = ""
				else if (taking) printf "%s\t", path()
			} else if (c == "{" || c == "[") {
				if (++depth > 64 || (depth == 1 && began++)) broken()
				kind[depth] = c == "{" ? "o" : "a"
				at[depth] = 0
				naming = c == "{"
			} else if (c == "}" || c == "]") {
				literal()
				if (depth < 1 || kind[depth] != (c == "}" ? "o" : "a")) broken()
				depth--
				naming = 0
			} else if (c == ",") {
				literal()
				if (kind[depth] == "a") at[depth]++
				else naming = 1
			} else if (c == ":") naming = 0
			else if (depth < 1 || length(bare) > 20) broken()
			else bare = bare c
		}
		function take(s) {
			if (!naming && !taking) return
			taken += length(s)
			if (taken > (naming ? 32 : 8192)) broken()
			if (naming) key[depth] = key[depth] s
			else printf "%s", s
		}
		function closing() {
			inside = 0
			if (!naming) { if (taking) print "" }
			else if (key[depth] !~ /^[a-z0-9_]+$/) broken()
		}
		{
			end = length($0)
			for (i = 1; i <= end; i++) {
				c = substr($0, i, 1)
				if (!inside) outside(c)
				else if (escaped) { take(c); escaped = 0 }
				else if (c == "\\") { take(c); escaped = 1 }
				else if (c == "\"") closing()
				else {
					rest = substr($0, i)
					n = match(rest, /["\\]/) ? RSTART - 1 : length(rest)
					take(substr(rest, 1, n))
					i += n - 1
				}
			}
		}
		END { if (bad || inside || depth || !began) exit 1 }
	' >"$2"
}
get() { awk -F '\t' -v p="$2" '$1 == p { print $2 }' "$1"; }
column() { awk -F '\t' -v p="^$2\$" '$1 ~ p { print $2 }' "$1"; }

# Rows of a list of keys: the key itself, first index, last index, index of its revocation ("null" where there is none),
# and since when it may have been in other hands.
rows() { # trust root, list, member of the key
	awk -F '\t' -v list="$2" -v member="$3" '
		function number(v) { return v ~ /^(0|[1-9][0-9]*|null)$/ ? v : "bad" }
		{
			n = split($1, at, ".")
			if (at[1] != list || n < 3) next
			i = at[2] + 0
			if (i >= count) count = i + 1
			if (at[n] == "revoked" || at[n] == "from_index") from[i] = from[i] $2
			else if (at[n] == "since") since[i] = since[i] $2
			else if (at[n] == "first_index") first[i] = first[i] $2
			else if (at[n] == "last_index") last[i] = last[i] $2
			else if (at[n] == member) keys[i] = keys[i] $2
		}
		END {
			for (i = 0; i < count; i++) {
				sub(/^ssh-ed25519 /, "", keys[i])
				print (keys[i] ~ /^[!-~]+$/ ? keys[i] : "bad"), number(first[i]), number(last[i]), number(from[i]), since[i]
			}
		}
	' "$1"
}

# Times in RFC 3339, a line each: days and hours that exist, in UTC, to the second.
are_times() {
	awk '
		{
			y = substr($0, 1, 4) + 0
			m = substr($0, 6, 2) + 0
			d = substr($0, 9, 2) + 0
			days = m == 2 ? 28 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31
			if ($0 !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$/ || y < 1 || m < 1 ||
				m > 12 || d < 1 || d > days || substr($0, 12, 2) > 23) bad = 1
		}
		END { exit bad }
	'
}
# The name of an archive: a host, and a path or none.
is_origin() {
	[ ${#1} -le 128 ] && printf '%s\n' "$1" | awk '
		{
			n = split($0, part, "/")
			labels = split(part[1], label, ".")
			for (i = 1; i <= labels; i++) if (label[i] !~ /^[a-z0-9]/ || label[i] !~ /[a-z0-9]$/ || label[i] ~ /[^a-z0-9-]/) bad = 1
			for (i = 2; i <= n; i++) if (part[i] == "" || part[i] ~ /^[.][.]?$/ || part[i] ~ /[^A-Za-z0-9._~-]/) bad = 1
			if (labels < 1) bad = 1
		}
		END { exit bad || NR != 1 }
	'
}

# Ed25519: the key and the signature as hex, the file that is signed.
signed_by() {
	bytes "302a300506032b6570032100$1" >"$t/key"
	bytes "$2" >"$t/signature"
	openssl pkeyutl -verify -pubin -keyform DER -inkey "$t/key" -rawin -in "$3" -sigfile "$t/signature" >/dev/null 2>&1
}

# An OpenSSH signature: base64 of the key blob, namespace, signature file, the file that is signed.
ssh_signed() {
	printf 'signer namespaces="%s" ssh-ed25519 %s\n' "$2" "$1" >"$t/allowed"
	ssh-keygen -Y verify -f "$t/allowed" -I signer -n "$2" -s "$3" <"$4" >/dev/null 2>&1
}

# Keys under which anything verifies: points of small order, and numbers not below 2^255 - 19 (RFC 8032, 5.1.3).
zeros=$(printf '%060d' 0)
ones=$(printf '%s' "$zeros" | tr 0 f)
weak() {
	[ ${#1} -eq 64 ] || return 0
	case $1 in
	0[01]"$zeros"[08]0 | e[c-f]"$ones"[7f]f | f?"$ones"[7f]f) return 0 ;;
	c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03[7f]a) return 0 ;;
	26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc[08]5) return 0 ;;
	esac
	return 1
}

# The body of an OpenSSH signature file, if its lines are broken in the one way.
armor() {
	[ "$(size "$1")" -le 16384 ] || return 1
	awk -v size="$(size "$1")" '
		{ line[NR] = $0; total += length($0) + 1 }
		END {
			if (total != size || line[1] != "-----BEGIN SSH SIGNATURE-----" || line[NR] != "-----END SSH SIGNATURE-----")
				exit 1
			for (i = 2; i < NR; i++) {
				n = length(line[i])
				if (n < 1 || n > 70 || (n < 70 && i + 1 < NR)) exit 1
				printf "%s", line[i]
			}
		}
	' "$1"
}

# A signature file in its one form, by a key blob (base64), for a namespace, over a file: 0 good, 1 bad.
blob_head=0000000b7373682d6564323535313900000020
sshsig() {
	body=$(armor "$3") || return 1
	blob=$(unbase "$1")
	space=$(printf '%s' "$2" | hex)
	head=5353485349470000000100000033$blob$(printf '%08x' "${#2}")${space}0000000000000006736861353132
	head=${head}000000530000000b7373682d6564323535313900000040
	found=$(unbase "$body")
	case $blob in "$blob_head"*) ;; *) return 1 ;; esac
	case $found in "$head"*) ;; *) return 1 ;; esac
	[ $((${#found} - ${#head})) -eq 128 ] && ! weak "${blob#"$blob_head"}" && ssh_signed "$1" "$2" "$3" "$4"
}

# A tool counts as there once it does right what is known to be good.
printf 'muniment\n' >"$t/known"
printf '{"key":"\\"a\\\\","files":[{"path":"b"},7],"size":-1}' >"$t/known.json"
printf 'key\t\\"a\\\\\nfiles.0.path\tb\nsize\t-1\n' >"$t/known.flat"
known_digest=a8747721f1c3d97b796f8aaf0aa132a26f18fb531613943aac64d8823417faca
known_hex=000102fe
{ flat "$t/known.json" "$t/known.out" && cmp -s "$t/known.out" "$t/known.flat" && ! cmp -s "$t/known.json" "$t/known.flat" &&
	[ "$(unbase AAEC/g==)" = $known_hex ] && [ -z "$(unbase AAEC/h==)" ] && [ "$(bytes $known_hex | hex)" = $known_hex ]; } ||
	cannot "the awk, cmp, fold or od of this machine does not work as POSIX says"
[ "$(digest "$t/known")" = $known_digest ] || cannot "the sha256sum (or shasum) of this machine does not compute SHA-256"
cat >"$t/known.sig" <<'END'
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg6kpsY+KcUgq+9VB7Ey7F+ZVHdq
6+vnuSQh7qaRRG0iwAAAANdGVzdEBtdW5pbWVudAAAAAAAAAAGc2hhNTEyAAAAUwAAAAtz
c2gtZWQyNTUxOQAAAECk71n/3Vye+NVEpBpu+HkrrE+mBJOxWILK81n/tVNHVktsJ+mlAX
j+LGzT6MjXCLYwS/TTAnT5UF4B5/3XndoP
-----END SSH SIGNATURE-----
END
known_key=AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs
known_signature=/dOmngmdXuzqwrXDxw4E8lUv7PbIzA1nTXdna+2vqEGtSkZyI7hr/ERc5ymRK9JWEOCbgoxgc6j3Dp6xZCbNBA==
ssh=missing ssl=missing
if have ssh-keygen; then
	ssh='too old (OpenSSH 8.1 or later is needed)'
	! ssh_signed "$known_key" test@muniment "$t/known.sig" "$t/known" || ssh=yes
fi
if have openssl; then
	ssl='too old (OpenSSL 3 is needed)'
	blob=$(unbase "$known_key")
	! signed_by "${blob#"$blob_head"}" "$(unbase "$known_signature")" "$t/known" || ssl=yes
fi

# Archived text for a terminal: escapes stay as they are written, what hides or turns words is shown by code point, and
# so is all that is not ASCII where the locale is not UTF-8.
shown() {
	# shellcheck disable=SC2059 # nothing but octal escapes is in this format
	printf "$(printf '%s' "$1" | od -A n -v -t u1 | awk -v utf8="$utf8" '
		function hidden(c) {
			return c < 32 || (c >= 127 && c <= 160) || c == 173 || c == 847 || c == 1564 || c == 4447 || c == 4448 ||
				c == 6068 || c == 6069 || (c >= 6155 && c <= 6159) || (c >= 8192 && c <= 8207) || (c >= 8232 && c <= 8239) ||
				(c >= 8287 && c <= 8303) || c == 10240 || c == 12288 || c == 12644 || (c >= 55296 && c <= 63743) ||
				(c >= 65024 && c <= 65039) || c == 65279 || c == 65440 || (c >= 65520 && c <= 65535) || c >= 917504
		}
		function octal(s,  i, o) {
			for (i = 1; i <= length(s); i++) o = o sprintf("\\%03o", 31 + index(ascii, substr(s, i, 1)))
			return o
		}
		function broke() { printf "\\n         "; column = 0 }
		function put(s, columns) {
			if (column + columns > 71) broke()
			printf "%s", s
			column += columns
		}
		function escaped(s) { s = "<" s ">"; put(octal(s), length(s)) }
		BEGIN { for (i = 32; i < 127; i++) ascii = ascii sprintf("%c", i) }
		{ for (i = 1; i <= NF; i++) b[++size] = $i }
		END {
			for (i = 1; i <= size; i++) {
				c = b[i]
				if (c == 92 && b[i + 1] == 34) c = b[++i]
				if (c > 31 && c < 127) { put(sprintf("\\%03o", c), 1); continue }
				more = c >= 240 && c < 248 ? 3 : c >= 224 && c < 240 ? 2 : c >= 194 && c < 224 ? 1 : 0
				point = more == 3 ? c - 240 : more == 2 ? c - 224 : more ? c - 192 : -1
				raw = sprintf("\\%03o", c)
				for (j = 1; j <= more && b[i + j] >= 128 && b[i + j] < 192; j++) {
					point = point * 64 + b[i + j] - 128
					raw = raw sprintf("\\%03o", b[i + j])
				}
				whole = j > more && more && point >= (more == 3 ? 65536 : more == 2 ? 2048 : 128) && point < 1114112
				if (c == 127) { escaped("U+007F"); continue }
				if (!whole) { escaped(sprintf("%02X", c)); continue }
				i += more
				if (!utf8 || hidden(point)) escaped(sprintf("U+%04X", point))
				else put(raw, point >= 4352 ? 2 : 1)
			}
		}')"
}

# What each check has looked at; the rest is in the paragraph below the table.
covered() {
	case $1 in
	1) echo 'the files of a snapshot, and no others' ;;
	2) echo 'each file is the one that the lists name' ;;
	6) echo 'the bytes as received are those that the record names' ;;
	7) echo 'of the record, in its one form' ;;
	8) echo 'allowed by the trust root at this place of the log' ;;
	9) echo 'the log entry names these very files' ;;
	10)
		word=entries
		[ "$entries" -ne 1 ] || word=entry
		echo "log index $index; the log has $entries $word"
		;;
	11) echo 'every root up to the checkpoint, and its signatures' ;;
	12) echo 'stamps of this checkpoint, by pinned authorities' ;;
	esac
}
holds() { case " $1 " in *" $2 "*) ;; *) return 1 ;; esac; }
table() {
	n=0
	for check in $checks; do
		n=$((n + 1))
		count=$(grep -c -x "$n" "$t/passed")
		if holds "$failed" "$n"; then
			said='FAILED'
		elif holds "$unread $noted" "$n"; then
			said='NOT CHECKED'
		elif [ "$count" -gt 0 ]; then
			said=$(printf '%3d passed  %s' "$count" "$(covered "$n")")
		elif [ "$n" = 12 ] && [ -z "$stamped" ]; then
			said='no time stamps in this snapshot'
		else
			said='not checked here'
		fi
		printf '%2d  %-9s  %s\n' "$n" "$check" "$said"
	done
}
# That the archive no longer stands behind the version, as the newest trust root says.
withdrawal() {
	[ -n "$newest" ] && [ -n "$record" ] || return 0
	row=$(awk -F '\t' -v r="sha256:$record" '$1 ~ /^withdrawn[.][0-9]+[.]record$/ && $2 == r { sub("[.]record$", "", $1); print $1 }' "$newest")
	[ -z "$row" ] || echo "WITHDRAWN by the archive on $(get "$newest" "$row.time" | cut -c 1-10) (claimed): $(shown "$(get "$newest" "$row.reason")")"
}
# Where what this snapshot can know of the log ends.
horizon() {
	withdrawal
	when=''
	[ "$index" -ne $((entries - 1)) ] || when="claimed $claimed"
	[ -z "$proven" ] || when="${when:+$when; }proven not later than $(printf '%s' "$proven" | cut -d ' ' -f 1 | sort | head -n 1)"
	echo "not known: what was revoked or withdrawn after log size $entries${when:+ ($when)}"
}
title='' reference='' record='' stamped='' archive='' sound='' doubt_of_time=''
# A disk that is full, or a file that cannot be read, must not look like a fault of the snapshot.
finish() {
	ended=$(grep -c . "$t/said")
	{ echo enough room >"$t/room"; } 2>/dev/null
	if [ "$(cat "$t/room" 2>/dev/null)" != 'enough room' ]; then
		failed=''
		cannot "no room in ${TMPDIR:-/tmp}"
	fi
	if [ -n "$record" ]; then
		[ -z "$failed" ] || echo 'Not verified, as the files have it:'
		[ -z "$title" ] || printf 'title    %s\n' "$(shown "$title")"
		[ -z "$reference" ] || show "version  $reference of $archive"
		show "record   sha256:$record"
		[ -z "$claimed" ] || show "logged   $claimed, claimed by the keeper"
		[ -z "$proven" ] || [ -n "$failed" ] || printf '%s' "$proven" | sed 's/^/proven   not later than /'
		echo
	fi
	cat "$t/said"
	[ "$ended" -eq 0 ] || echo
	table
	echo
	cat <<'END'
Not checked here, and checked by "archive verify": canonical JSON and schemas
(3, 4), what changed since the version before (5), that the words come out of
the original again (6), what an exchange says (6), what another archive attests,
the paragraph tree (9), what each trust root says of the one before (11), the
strict form of time stamps (12), what was seen before (13), the zip itself (1),
and that the files that are made from the others, such as README.txt and
reading-text.txt, are as they were made (2).
END
	if [ -n "$root" ]; then
		if [ -n "$pinned" ]; then
			echo "trust root 1, held against the one given:"
		else
			echo "trust root 1, compare it with a copy from elsewhere:"
		fi
		echo "  sha256:$root"
	fi
	if [ -n "$failed" ]; then echo FAILED; exit 1; fi
	[ -z "$doubt_of_time" ] || show "$doubt_of_time" | fold -s -w 80 | sed 's/ $//'
	[ -z "$sound" ] || horizon | fold -s -w 80 | sed 's/ $//'
	if [ -n "$unread" ]; then echo "UNCHECKED: nothing failed, and not all could be checked"; exit 3; fi
	echo verified
	exit 0
}

# 1 layout: regular files with plain names, and exactly those of a snapshot.
find . ! -type d ! -type f >"$t/strange" 2>"$t/errors" || cannot "a folder of the snapshot cannot be read"
find . -name '*
*' >>"$t/strange" 2>>"$t/errors"
find . -type f 2>>"$t/errors" | sed 's/^\.\///' | sort >"$t/there"
[ ! -s "$t/errors" ] || cannot "a folder of the snapshot cannot be read"
grep -v '^[A-Za-z0-9_][A-Za-z0-9._/-]*$' "$t/there" >>"$t/strange"
grep '\./\|\.$\|//\|/-\|/\.' "$t/there" >>"$t/strange"
strange() { while IFS= read -r name; do fail 1 "$name" "not a file of a snapshot"; done <"$t/strange"; }
if [ -s "$t/strange" ]; then
	strange
	finish
fi
# As large and as many as those of a snapshot can be, before any is read.
if [ "$(wc -l <"$t/there")" -gt 1000 ]; then
	fail 1 . "more files than a snapshot has"
	finish
fi
find . -type f \( -size +67108864c -o -size +4194304c ! -name 00-START-HERE.html ! -name reading-text.txt ! -name paragraphs.tsv \
	! -name provenance.prov.json ! -name ro-crate-metadata.json \) | sed 's/^\.\///' >"$t/strange"
if [ -s "$t/strange" ]; then
	while IFS= read -r name; do fail 1 "$name" "larger than any such file of a snapshot"; done <"$t/strange"
	finish
fi
while IFS= read -r name; do
	[ -r "$name" ] || miss 1 "$name" "cannot be read"
done <"$t/there"
[ -z "$unread" ] || finish
cat >"$t/needed" <<'END'
00-START-HERE.html
bag-info.txt
bagit.txt
data/README.txt
data/VERIFY.txt
data/cite/citation.bib
data/cite/citation.csl.json
data/cite/citation.datacite.json
data/cite/citation.ris
data/cite/citation.txt
data/inclusion.tlog-proof
data/paragraphs.tsv
data/provenance.prov.json
data/reading-text.txt
data/record.json
data/record.json.sig
data/ro-crate-metadata.json
data/statement.json
data/trust/allowed_signers
data/trust/root/1.json
data/verify.sh
manifest-sha256.txt
tagmanifest-sha256.txt
END
while IFS= read -r name; do
	[ -f "$name" ] || fail 1 "$name" "missing from the snapshot"
done <"$t/needed"
for name in bag-info.txt data/record.json data/record.json.sig data/statement.json data/inclusion.tlog-proof \
	data/trust/root/1.json manifest-sha256.txt tagmanifest-sha256.txt bagit.txt; do
	[ -f "$name" ] || finish
done
format=$(sed -n 's/^Muniment-Snapshot: //p' bag-info.txt)
case $format in
1) ;;
'' | 0* | *[!0-9]*) fail 1 bag-info.txt "does not say Muniment-Snapshot: 1" ;;
*)
	miss 1 bag-info.txt "a snapshot of format $format, which this script does not know"
	finish ;;
esac
# Each of these has its own rule below.
grep -v -x -F -f "$t/needed" "$t/there" |
	grep -v '^data/original\.[a-z0-9]*$\|^data/exchange\.warc$\|^data/attestation\.zip$\|^data/schemas/\|^data/trust/root/\|^data/timestamps/\|^data/trust/authorities/' >"$t/strange"
strange

# 2 fixity: both lists in their one form, over exactly the files that are there.
manifest() {
	if grep -q -v '^[0-9a-f]\{64\}  [A-Za-z0-9_][A-Za-z0-9._/-]*$' "$1" || [ "$(tail -c 1 "$1" | wc -l)" -ne 1 ]; then
		fail 2 "$1" "not a list in its one form"
		return
	fi
	cut -c 67- "$1" >"$t/listed"
	if cmp -s "$t/listed" "$2"; then pass 2; else fail 2 "$1" "does not list the files that are there, sorted"; fi
	while read -r sum name; do
		[ -f "$name" ] || continue
		if [ "$(digest "$name")" = "$sum" ]; then pass 2; else fail 2 "$name" "not the bytes that $1 lists"; fi
	done <"$1"
}
grep '^data/' "$t/there" >"$t/payload"
printf '%s\n' 00-START-HERE.html bag-info.txt bagit.txt manifest-sha256.txt >"$t/tags"
manifest manifest-sha256.txt "$t/payload"
manifest tagmanifest-sha256.txt "$t/tags"
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' | cmp -s - bagit.txt ||
	fail 2 bagit.txt "not the declaration of a BagIt 1.0 bag"
oxum=$(find data -type f -exec cat {} + | wc -c | tr -d ' ').$(grep -c . "$t/payload")
[ "$(sed -n 's/^Payload-Oxum: //p' bag-info.txt)" = "$oxum" ] || fail 2 bag-info.txt "not the Payload-Oxum: $oxum"

# 11 trust: each root signed by its own keys and by those of the one before.
root=$(digest data/trust/root/1.json)
if [ -n "$pinned" ] && [ "$pinned" != "$root" ]; then
	fail 11 data/trust/root/1.json "not the trust root that was asked for: found sha256:$root"
fi
grep '^data/trust/root/' "$t/there" >"$t/roots"
grep -v '^data/trust/root/[1-9][0-9]\{0,3\}\.json\(\.[A-Za-z0-9_-]\{43\}\.sig\)\{0,1\}$' "$t/roots" >"$t/strange"
while IFS= read -r name; do fail 11 "$name" "no name of a trust root or of a signature"; done <"$t/strange"
grep '\.sig$' "$t/roots" >"$t/signatures"
while IFS= read -r name; do
	[ -f "${name%.*.sig}" ] || fail 11 "$name" "a signature without its trust root"
done <"$t/signatures"
# The root keys of two trust roots, at most (docs/format.md, section 15).
cut -d . -f 1 "$t/signatures" | uniq -c | awk '$1 > 128 { print $2 ".json" }' >"$t/strange"
if [ -s "$t/strange" ]; then
	while IFS= read -r name; do fail 11 "$name" "more signatures than a trust root can have"; done <"$t/strange"
	finish
fi
# Lines of a fingerprint in hex and a key in base64, for the root keys of both files.
fingerprints() {
	sort -u "$t/keys" | while IFS= read -r key; do
		echo "$(digest_of "$(unbase "$key")") $key"
	done >"$t/prints"
}
# Keeps the root keys whose signatures verify.
signatures() {
	for name in "data/trust/root/$1.json".*.sig; do
		[ -f "$name" ] || continue
		print=${name#"data/trust/root/$1.json."}
		print=$(unbase "$(printf '%s' "${print%.sig}" | tr '_-' '/+')=")
		by=''
		[ -z "$print" ] || by=$(sed -n "s/^$print //p" "$t/prints")
		if [ -z "$by" ]; then
			fail 11 "$name" "by no root key"
		elif [ "$ssh" != yes ]; then
			: # said once, below
		elif sshsig "$by" root@muniment "$name" "data/trust/root/$1.json"; then
			echo "$by" >>"$t/signers"
		else
			fail 11 "$name" "the signature does not verify"
		fi
	done
}
root_keys() { rows "$1" root_keys key | cut -d ' ' -f 1; }
enough() {
	count=$(root_keys "$1" | grep -c -x -F -f "$t/signers")
	threshold=$(get "$1" threshold)
	decimal "$threshold" && [ "$threshold" -gt 0 ] && [ -s "$t/signers" ] && [ "$count" -ge "$threshold" ]
}
# No key twice, and no more keys than a trust root may have (docs/format.md, section 13.1).
sound_keys() {
	for each in 'root_keys key 64' 'record_keys key 1024' 'log_keys vkey 1024'; do
		# shellcheck disable=SC2086 # three words
		set -- "$1" $each
		rows "$1" "$2" "$3" | cut -d ' ' -f 1 >"$t/keys"
		[ "$(grep -c . "$t/keys")" -le "$4" ] && [ -z "$(sort "$t/keys" | uniq -d)" ] || return 1
	done
}
# One log key, and only one, for each place of the log; times that exist.
sound_ranges() {
	rows "$1" log_keys vkey | cut -d ' ' -f 2-3 | sort -n | awk '
		ended || $1 != next_index + 0 { bad = 1 }
		$2 == "null" { ended = 1 }
		{ next_index = $2 + 1 }
		END { exit bad || !ended }
	' && { get "$1" created; column "$1" 'record_keys[.][0-9]+[.]revoked[.]since'; } | are_times
}
newest=''
index_before=-1
n=1
while [ -f "data/trust/root/$n.json" ]; do
	file=data/trust/root/$n.json
	before=null
	[ -z "$newest" ] || before=sha256:$(digest "data/trust/root/$((n - 1)).json")
	if [ "$(size "$file")" -gt 1048576 ] || ! flat "$file" "$t/root.$n" || ! sound_keys "$t/root.$n"; then
		fail 11 "$file" "not JSON as this archive writes it"
		finish
	fi
	[ -n "$archive" ] || archive=$(get "$t/root.$n" archive)
	if [ "$(get "$t/root.$n" format)" != muniment-trust-root/1 ] || [ "$(get "$t/root.$n" archive)" != "$archive" ] ||
		[ "$(get "$t/root.$n" version)" != "$n" ] || [ "$(get "$t/root.$n" previous)" != "$before" ]; then
		fail 11 "$file" "does not continue the trust root before"
	fi
	at_index=$(get "$t/root.$n" index)
	if ! decimal "$at_index" || [ "$at_index" -le "$index_before" ] || { [ "$n" -eq 1 ] && [ "$at_index" -ne 0 ]; }; then
		fail 11 "$file" "has no place of its own in the log, after the trust root before"
		finish
	fi
	index_before=$at_index
	is_origin "$archive" || fail 11 "$file" "no name of an archive"
	sound_ranges "$t/root.$n" || fail 11 "$file" "a place of the log without one log key, or a time that does not exist"
	: >"$t/signers"
	{ root_keys "$t/root.$n"; [ -z "$newest" ] || root_keys "$newest"; } >"$t/keys"
	fingerprints
	signatures "$n"
	if [ "$ssh" != yes ]; then
		: # said once, below
	elif enough "$t/root.$n" && { [ -z "$newest" ] || enough "$newest"; }; then
		pass 11
	else
		fail 11 "$file" "not signed by as many root keys as it takes"
	fi
	newest=$t/root.$n
	n=$((n + 1))
done
roots=$((n - 1))
[ "$(grep -c '\.json$' "$t/roots")" -eq "$roots" ] || fail 11 data/trust/root "a trust root is missing from the chain"
[ "$ssh" = yes ] || miss 11 data/trust/root "signatures of the trust roots: ssh-keygen is $ssh"

# 1 and 2 again: the schemas are those that the newest trust root names.
awk -F '\t' '
	{ n = split($1, at, "."); if (at[1] == "files" && n == 3) value[at[2], at[3]] = $2 }
	at[1] == "files" && at[3] == "path" { path[++count] = at[2] }
	END {
		for (i = 1; i <= count; i++) print value[path[i], "sha256"], value[path[i], "size"], value[path[i], "path"]
	}
' "$newest" >"$t/files"
# A record of a page has a schema of its own; that of the other kind is not here.
other="record-2"
! grep -q '"format":"muniment-record/2"' data/record.json || other=record
sed -n 's/^[^ ]* [^ ]* \(schemas\/.*\)/data\/\1/p' "$t/files" | grep -v "/$other\.schema\.json\$" >"$t/schemas"
grep '^data/schemas/' "$t/there" | cmp -s - "$t/schemas" || fail 1 data/schemas "not the schemas of the trust root"
vouched() { # a file of data/ as the trust root lists it
	[ "$(awk -v p="${1#data/}" '$3 == p { print $1, $2 }' "$t/files")" = "$(digest "$1") $(size "$1")" ]
}
while IFS= read -r name; do
	[ ! -f "$name" ] || vouched "$name" || fail 2 "$name" "not the schema that the trust root vouches for"
done <"$t/schemas"

record=$(digest data/record.json)
if ! flat data/statement.json "$t/statement"; then
	fail 9 data/statement.json "not JSON as this archive writes it"
	finish
fi
# All that is printed of the entry has one form, so that it cannot say more than it states.
sound_entry() {
	hash='sha256:[0-9a-f]{64}' number='[1-9][0-9]{0,15}'
	pattern="\\{\"archive\":\"[A-Za-z0-9._~/-]{1,128}\",\"logged_at\":\"[0-9TZ:-]{20}\",\"original\":\"$hash\""
	pattern="$pattern,\"paragraph_count\":$number,\"paragraph_root\":\"$hash\",\"previous\":(null|\"$hash\")"
	pattern="$pattern,\"record\":\"$hash\",\"record_size\":$number,\"release\":\"[a-z0-9][a-z0-9-]{0,62}\""
	pattern="$pattern,\"signature\":\"$hash\",\"signer\":\"SHA256:[A-Za-z0-9+/]{43}\",\"type\":\"version/1\""
	[ "$(size data/statement.json)" -le 8192 ] &&
		{ cat data/statement.json; echo; } | grep -E -q -x "$pattern,\"version\":$number\\}" &&
		is_origin "$(get "$t/statement" archive)" && get "$t/statement" logged_at | are_times || return 1
	for each in paragraph_count record_size version; do
		[ "$(get "$t/statement" $each)" -le 9007199254740991 ] || return 1
	done
	# Names of devices and of versions, which no release has.
	case $(get "$t/statement" release) in
	con | prn | aux | nul | com[0-9] | lpt[0-9]) return 1 ;;
	v*[!0-9]* | v | [!v]*) ;;
	*) return 1 ;;
	esac
}
if ! flat data/record.json "$t/record"; then
	fail 3 data/record.json "not JSON as this archive writes it"
	finish
fi
title=$(get "$t/record" title)
reference="$(get "$t/record" release)/v$(get "$t/record" version)"
if sound_entry; then
	claimed=$(get "$t/statement" logged_at)
else
	fail 9 data/statement.json "not the entry of a version in its one form"
fi

# 10 log: the proof in its one form, the entry up to the root, the signature of the checkpoint.
proof=data/inclusion.tlog-proof
[ "$(size $proof)" -le 73728 ] || { fail 10 $proof "not a proof in its one form"; finish; }
index=$(sed -n '2s/^index //p' $proof)
sed '1,2d;/^$/,$d' $proof >"$t/hashes"
sed '1,/^$/d' $proof >"$t/note"
origin=$(sed -n 1p "$t/note")
entries=$(sed -n 2p "$t/note")
top=$(sed -n 3p "$t/note")
named_root=$(sed -n 4p "$t/note")
line=$(sed -n 6p "$t/note")
dash=$(printf '\342\200\224')
{
	printf 'c2sp.org/tlog-proof@v1\nindex %s\n' "$index"
	cat "$t/hashes"
	printf '\n%s\n%s\n%s\n%s\n\n%s\n' "$origin" "$entries" "$top" "$named_root" "$line"
} >"$t/proof"
unbases <"$t/hashes" >"$t/path"
included() {
	at=$index last=$((entries - 1))
	[ "$at" -le "$last" ] || return 1
	h=$({ printf '\000'; cat data/statement.json; } | sums | cut -c 1-64)
	while IFS= read -r sibling; do
		[ ${#sibling} -eq 64 ] && [ "$last" -ne 0 ] || return 1
		if [ $((at % 2)) -eq 1 ] || [ "$at" -eq "$last" ]; then
			h=$(digest_of "01$sibling$h")
			while [ "$at" -ne 0 ] && [ $((at % 2)) -eq 0 ]; do at=$((at / 2)) last=$((last / 2)); done
		else
			h=$(digest_of "01$h$sibling")
		fi
		at=$((at / 2)) last=$((last / 2))
	done <"$t/path"
	[ "$last" -eq 0 ] && [ "$h" = "$(unbase "$top")" ]
}
if ! cmp -s "$t/proof" $proof || ! decimal "$index" || ! decimal "$entries" || [ ${#top} -ne 44 ]; then
	fail 10 $proof "not a proof in its one form"
elif ! included; then
	fail 10 $proof "the proof does not lead from the entry to the root of the log"
else
	sound=yes
fi
covers() { # first and last index of a key, and an index
	decimal "$1" && [ "$1" -le "$3" ] && { [ "$2" = null ] || { decimal "$2" && [ "$3" -le "$2" ]; }; }
}
# The text of the note is all before the empty line.
sed '/^$/,$d' "$t/note" >"$t/checkpoint"
signed=$(unbase "${line#"$dash $origin "}")
if [ -n "$sound" ] && { [ "$origin" != "$archive" ] || [ "${line#"$dash $origin "}" = "$line" ] || [ ${#signed} -ne 136 ]; }; then
	fail 10 $proof "the checkpoint is of another log, or has no signature line of this one"
elif [ -n "$sound" ]; then
	id=$(printf '%s' "$signed" | cut -c 1-8)
	rows "$newest" log_keys vkey >"$t/keys"
	log_key=''
	while read -r vkey first end _; do
		key=${vkey#"$origin+$id+"}
		if [ "$key" = "$vkey" ] || ! covers "$first" "$end" $((entries - 1)); then continue; fi
		raw=$(unbase "$key")
		[ "$({ printf '%s\n' "$origin"; bytes "$raw"; } | sums | cut -c 1-8)" != "$id" ] || log_key=$raw
	done <"$t/keys"
	case $log_key in
	'') fail 10 $proof "signed by no log key of the trust root for this size" ;;
	01*)
		if weak "${log_key#01}"; then
			fail 10 $proof "the key of the checkpoint is none"
		elif [ "$ssl" != yes ]; then
			miss 10 $proof "signature of the checkpoint: openssl is $ssl"
		elif signed_by "${log_key#01}" "${signed#????????}" "$t/checkpoint"; then
			pass 10
		else
			fail 10 $proof "the signature of the checkpoint does not verify"
		fi ;;
	*) fail 10 $proof "the key of the checkpoint is none" ;;
	esac
fi

# 11 again: the checkpoint names the newest trust root, so a root that was left out is missed.
case $named_root in
"trust-root $roots sha256:$(digest "data/trust/root/$roots.json")") ;;
"trust-root "[1-9]*" sha256:"*) fail 11 data/trust/root "do not end with the root that the checkpoint names: $named_root" ;;
*) [ -z "$sound" ] || fail 10 $proof "the checkpoint does not name its newest trust root" ;;
esac
[ -z "$sound" ] || [ "$index_before" -lt "$entries" ] ||
	fail 11 "data/trust/root/$roots.json" "a trust root from after the checkpoint: its index is $index_before"

# 9 entry: the statement names these very files.
original=data/$(get "$t/record" original.path)
grep '^data/original\.' "$t/there" >"$t/strange"
if grep -q -x -F "$original" "$t/strange"; then
	grep -v -x -F "$original" "$t/strange" >"$t/others"
	while IFS= read -r name; do fail 1 "$name" "not a file of a snapshot"; done <"$t/others"
else
	fail 1 data "the original that the record names is missing"
	original=''
fi
same() { [ "$(get "$t/statement" "$1")" = "$2" ] || { fail 9 data/statement.json "another $1 than here"; wrong=yes; }; }
wrong=''
same type version/1
same archive "$archive"
same record "sha256:$record"
same record_size "$(size data/record.json)"
same signature "sha256:$(digest data/record.json.sig)"
same original "sha256:$(get "$t/record" original.sha256)"
same previous "$(get "$t/record" previous)"
same release "$(get "$t/record" release)"
same version "$(get "$t/record" version)"
same paragraph_count "$(column "$t/record" 'paragraphs[.][0-9]+[.]id' | grep -c .)"
[ -n "$wrong" ] || pass 9

# 6 original: the bytes as received.
if [ -n "$original" ]; then
	if [ "$(digest "$original")" = "$(get "$t/record" original.sha256)" ] &&
		[ "$(size "$original")" = "$(get "$t/record" original.size)" ]; then
		pass 6
	else
		fail 6 "$original" "not the bytes that the record names"
	fi
fi
# What is kept beside it, where the record names it: an exchange, or what another archive attests.
beside() {
	kept=$(get "$t/record" "$2.sha256")
	if [ -z "$kept" ]; then
		[ ! -f "$1" ] || fail 1 "$1" "not a file of a snapshot"
	elif [ ! -f "$1" ]; then
		fail 1 "$1" "missing from the snapshot"
	elif [ "$(digest "$1")" = "$kept" ] && [ "$(size "$1")" = "$(get "$t/record" "$2.size")" ]; then
		pass 6
	else
		fail 6 "$1" "not the $3 that the record names"
	fi
}
beside data/exchange.warc original.capture.exchange exchange
beside data/attestation.zip original.attestation attestation

# 7 signature and 8 signer: by a key that the newest trust root allows at this place of the log.
signer=$(get "$t/statement" signer)
print=''
[ "${signer#SHA256:}" = "$signer" ] || print=$(unbase "${signer#SHA256:}=")
record_key=''
rows "$newest" record_keys key >"$t/keys"
while read -r key first end from since; do
	[ "$(digest_of "$(unbase "$key")")" = "$print" ] || continue
	record_key=$key
	break
done <"$t/keys"
if [ -z "$record_key" ]; then
	fail 8 data/statement.json "the signer is no record key of the trust root"
elif [ -z "$sound" ]; then
	:
elif ! covers "$first" "$end" "$index" || { [ "$from" != null ] && { ! decimal "$from" || [ "$index" -ge "$from" ]; }; }; then
	fail 8 data/record.json.sig "signed by a key that the trust root does not allow at log index $index"
else
	pass 8
fi
if [ -z "$record_key" ]; then
	:
elif [ "$ssh" != yes ]; then
	miss 7 data/record.json.sig "signature of the record: ssh-keygen is $ssh"
elif sshsig "$record_key" record@muniment data/record.json.sig data/record.json; then
	pass 7
else
	fail 7 data/record.json.sig "not a signature over record.json by the signer in the log"
fi
grep '^data/timestamps/\|^data/trust/authorities/' "$t/there" >"$t/stamps"
[ ! -s "$t/stamps" ] || stamped=yes
# 12 time: in a snapshot with time stamps, their checks stand in the place of this line.
[ -z "$stamped" ] || miss 12 data/timestamps "this is the script of a snapshot without time stamps"
# 8 again: by a key that was revoked later, which stands if something shows that it was there before.
if [ -n "$record_key" ] && [ "$from" != null ] && ! holds "$failed" 8; then
	earliest=$(printf '%s' "$proven" | sort | head -n 1)
	doubt_of_time="unproven time: the key was revoked, and nothing shows here that this was there before $since"
	[ -z "$earliest" ] || [ "${earliest%% *}" = "$since" ] ||
		[ "$(printf '%s\n' "${earliest%% *}" "$since" | sort | head -n 1)" = "$since" ] ||
		doubt_of_time="signed before the key was revoked: there not later than $earliest"
fi
holds "$failed" 1 || pass 1
finish
