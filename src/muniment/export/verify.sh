#!/bin/sh
# Checks this snapshot without its software: POSIX sh with sha256sum (or shasum), openssl and ssh-keygen.
#
#   sh data/verify.sh [SHA256]      SHA256: hash of trust root 1 as you have it from elsewhere
#
# Exit code 0: verified; 1: a check failed; 2: wrong usage; 3: something could not be checked.
# The numbers are those of "archive verify".  Nothing in the files is run, nothing outside a new folder is written.
set -u
LC_ALL=C
export LC_ALL
unset CDPATH
umask 077

passed='' failed='' cannot='' root=''

show() { printf '%s\n' "$1" | tr -c ' -~\n' '?'; }
pass() { passed="$passed $1"; }
fail() { failed="$failed $1"; show "FAILED $1: $2: $3"; }
miss() { cannot="$cannot $1"; show "NOT CHECKED $1: $2"; }
have() { command -v "$1" >/dev/null 2>&1; }

pinned=${1-}
pinned=${pinned#sha256:}
case $pinned in *[!0-9a-f]*) pinned=bad ;; esac
if [ $# -gt 1 ] || { [ $# -eq 1 ] && [ ${#pinned} -ne 64 ]; }; then
  echo "usage: sh data/verify.sh [SHA256 of trust root 1, 64 hex digits]" >&2
  exit 2
fi
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
cd -- "$here/.." || exit 3
t=${TMPDIR:-/tmp}/snapshot.$$
mkdir -- "$t" || exit 3
trap 'rm -rf -- "$t"' EXIT
trap 'exit 3' HUP INT TERM

if have sha256sum; then
  sums() { sha256sum; }
elif have shasum; then
  sums() { shasum -a 256; }
else
  echo "NOT CHECKED: neither sha256sum nor shasum is here"
  exit 3
fi
digest() { sums <"$1" | cut -c 1-64; }
size() { wc -c <"$1" | tr -d ' '; }
hex() { od -A n -v -t x1 | tr -d ' \n'; }
unbase() { printf '%s' "$1" | openssl base64 -d -A 2>/dev/null; }
is_base() { [ "$(unbase "$1" | openssl base64 -A)" = "$1" ]; }
der() { printf '\060\052\060\005\006\003\053\145\160\003\041\000' && tail -c 32; }

# Ed25519: the key as base64 that ends in its 32 bytes, the signature as base64, the file that is signed.
signed_by() {
  unbase "$1" | der >"$t/key"
  unbase "$2" | tail -c 64 >"$t/signature"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$t/key" -rawin -in "$3" -sigfile "$t/signature" >/dev/null 2>&1
}

# An OpenSSH signature: base64 of the key blob, namespace, signature file, the file that is signed.
ssh_signed() {
  printf 'signer namespaces="%s" ssh-ed25519 %s\n' "$2" "$1" >"$t/allowed"
  ssh-keygen -Y verify -f "$t/allowed" -I signer -n "$2" -s "$3" <"$4" >/dev/null 2>&1
}

# A tool counts as there once it verifies what is known to be good.
echo muniment >"$t/known"
cat >"$t/known.sig" <<'END'
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg6kpsY+KcUgq+9VB7Ey7F+ZVHdq
6+vnuSQh7qaRRG0iwAAAANdGVzdEBtdW5pbWVudAAAAAAAAAAGc2hhNTEyAAAAUwAAAAtz
c2gtZWQyNTUxOQAAAECk71n/3Vye+NVEpBpu+HkrrE+mBJOxWILK81n/tVNHVktsJ+mlAX
j+LGzT6MjXCLYwS/TTAnT5UF4B5/3XndoP
-----END SSH SIGNATURE-----
END
known_key=AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs
ssh='' ssl=''
have ssh-keygen && ssh_signed "$known_key" test@muniment "$t/known.sig" "$t/known" && ssh=yes
have openssl && signed_by "$known_key" /dOmngmdXuzqwrXDxw4E8lUv7PbIzA1nTXdna+2vqEGtSkZyI7hr/ERc5ymRK9JWEOCbgoxgc6j3Dp6xZCbNBA== "$t/known" && ssl=yes

# JSON as lines of path, tab, value; strings as they are written.  A quotation mark within a string stands after an odd
# number of backslashes, so the marks that open and close one can be told apart.
flat() {
  awk '
    function path(  i, p) {
      for (i = 1; i <= depth; i++) p = p (i > 1 ? "." : "") (kind[i] == "o" ? key[i] : at[i])
      return p
    }
    function value(v) { if (v != "") print path() "\t" v; bare = "" }
    function outside(s,  i, c) {
      for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c == "{") { depth++; kind[depth] = "o"; naming = 1 }
        else if (c == "[") { depth++; kind[depth] = "a"; at[depth] = 0; naming = 0 }
        else if (c == "}" || c == "]") { value(bare); depth--; naming = 0 }
        else if (c == ",") { value(bare); if (kind[depth] == "a") at[depth]++; else naming = 1 }
        else if (c == ":") naming = 0
        else bare = bare c
      }
    }
    BEGIN { RS = "\""; depth = 0 }
    !inside { outside($0); inside = 1; text = ""; next }
    {
      text = text $0
      n = 0
      while (substr($0, length($0) - n, 1) == "\\") n++
      if (n % 2) { text = text "\""; next }
      inside = 0
      if (text ~ /[\001-\037]/ || (naming && text !~ /^[a-z0-9_]+$/)) { bad = 1; exit 1 }
      if (naming) key[depth] = text; else print path() "\t" text
    }
    END { if (bad || depth) exit 1 }
  ' "$1" >"$2"
}
get() { awk -F '\t' -v p="$2" '$1 == p { print $2 }' "$1"; }
column() { awk -F '\t' -v p="$2" 'match($1, "^" p "$") { print $2 }' "$1"; }

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

# A signature file in its one form, by a key blob (base64), for a namespace: 0 good, 1 bad.
blob_head=0000000b7373682d6564323535313900000020
sshsig() {
  body=$(sed '1d;$d' "$3" | tr -d '\n')
  {
    echo '-----BEGIN SSH SIGNATURE-----'
    unbase "$body" | openssl base64 -A | fold -w 70
    printf '\n-----END SSH SIGNATURE-----\n'
  } | cmp -s - "$3" || return 1
  blob=$(unbase "$1" | hex)
  name=$(printf '%s' "$2" | hex)
  name_size=$(printf '%08x' "${#2}")
  head=5353485349470000000100000033$blob$name_size${name}0000000000000006736861353132
  head=${head}000000530000000b7373682d6564323535313900000040
  found=$(unbase "$body" | hex)
  rest=${found#"$head"}
  [ "$rest" != "$found" ] && [ ${#rest} -eq 128 ] || return 1
  case $blob in "$blob_head"*) ;; *) return 1 ;; esac
  ! weak "${blob#"$blob_head"}" && ssh_signed "$1" "$2" "$3" "$4"
}
fingerprint() { unbase "$1" | openssl dgst -sha256 -binary | openssl base64 -A | tr -d '='; }

finish() {
  [ -z "$passed" ] || show "passed:$(for n in $passed; do echo "$n"; done | sort -n | uniq -c |
    awk '{ printf " %s (%s)", $2, $1 }')"
  cat <<'END'
not checked by this script: canonical JSON and schemas (3, 4), what changed since the version before (5), that the
words come out of the original again (6), the paragraph tree (9), what each trust root says of the one before (11),
the zip itself (1), and the files that are made from the others, such as README.txt and reading-text.txt (2): archive
verify checks these.
END
  if [ -n "$root" ]; then
    compare='compare it with a copy from elsewhere'
    [ -z "$pinned" ] || compare='held against the one given'
    echo "trust root sha256:$root: $compare"
  fi
  if [ -n "$failed" ]; then echo FAILED; exit 1; fi
  if [ -n "$cannot" ]; then echo "UNCHECKED: nothing failed, and not all could be checked"; exit 3; fi
  echo verified
  exit 0
}

# 1 layout: regular files with plain names, and those that must be there.
find . ! -type d ! -type f >"$t/strange"
find . -name '*
*' >>"$t/strange"
find . -type f | sed 's/^\.\///' | sort >"$t/there"
grep -v '^[A-Za-z0-9_][A-Za-z0-9._/-]*$' "$t/there" >>"$t/strange"
grep '\./\|\.$\|//\|/-\|/\.' "$t/there" >>"$t/strange"
if [ -s "$t/strange" ]; then
  while IFS= read -r name; do fail 1 "$name" "not a file of a snapshot"; done <"$t/strange"
  finish
fi
lack=''
for name in bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt data/record.json data/record.json.sig \
  data/statement.json data/inclusion.tlog-proof data/trust/root/1.json data/verify.sh; do
  [ -f "$name" ] || { fail 1 "$name" "missing from the snapshot"; lack=yes; }
done
grep -v '^data/\|^bagit\.txt$\|^bag-info\.txt$\|^manifest-sha256\.txt$\|^tagmanifest-sha256\.txt$' "$t/there" >"$t/strange"
while IFS= read -r name; do fail 1 "$name" "not a file of a snapshot"; done <"$t/strange"
[ -z "$lack" ] || finish
format=$(sed -n 's/^Muniment-Snapshot: //p' bag-info.txt)
case $format in
1) ;;
'' | 0* | *[!0-9]*) fail 1 bag-info.txt "does not say Muniment-Snapshot: 1" ;;
*)
  miss 1 "a snapshot of format $format, which this script does not know"
  finish ;;
esac
[ -s "$t/strange" ] || pass 1

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
printf '%s\n' bag-info.txt bagit.txt manifest-sha256.txt >"$t/tags"
manifest manifest-sha256.txt "$t/payload"
manifest tagmanifest-sha256.txt "$t/tags"
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' | cmp -s - bagit.txt ||
  fail 2 bagit.txt "not the declaration of a BagIt 1.0 bag"
oxum=$(find data -type f -exec cat {} + | wc -c | tr -d ' ').$(grep -c . "$t/payload")
[ "$(sed -n 's/^Payload-Oxum: //p' bag-info.txt)" = "$oxum" ] || fail 2 bag-info.txt "not the Payload-Oxum: $oxum"

# The rest needs base64 and hashes of bytes that are put together.
if ! have openssl; then
  for n in 6 7 8 9 10 11; do miss "$n" "openssl is not here"; done
  root=$(digest data/trust/root/1.json)
  finish
fi

# 11 trust: each root signed by its own keys and by those of the one before.
root=$(digest data/trust/root/1.json)
if [ -n "$pinned" ] && [ "$pinned" != "$root" ]; then
  fail 11 data/trust/root/1.json "not the trust root that was asked for: found sha256:$root"
fi
for name in data/trust/root/*; do
  case ${name#data/trust/root/} in
  [1-9].json | [1-9][0-9].json | [1-9][0-9][0-9].json | [1-9][0-9][0-9][0-9].json) ;;
  [1-9]*.json.*.sig) [ -f "${name%.*.sig}" ] || fail 11 "$name" "a signature without its trust root" ;;
  *) fail 11 "$name" "no name of a trust root or of a signature" ;;
  esac
done
# Counts the signatures that verify by root keys of a list, and stops at one that does not.
signatures() {
  for name in "data/trust/root/$1.json".*.sig; do
    [ -f "$name" ] || continue
    by=''
    while IFS= read -r key; do
      print=$(fingerprint "${key#ssh-ed25519 }" | tr '+/' '-_')
      [ "$name" != "data/trust/root/$1.json.$print.sig" ] || by=${key#ssh-ed25519 }
    done <"$t/keys"
    if [ -z "$by" ]; then
      fail 11 "$name" "by no root key"
    elif [ -z "$ssh" ]; then
      : # said once, below
    elif sshsig "$by" root@muniment "$name" "data/trust/root/$1.json"; then
      echo "ssh-ed25519 $by" >>"$t/signers"
    else
      fail 11 "$name" "the signature does not verify"
    fi
  done
}
enough() {
  count=$(column "$1" 'root_keys[.][0-9]+[.]key' | grep -c -x -F -f "$t/signers")
  [ -s "$t/signers" ] && [ "$count" -ge "$(get "$1" threshold)" ] 2>/dev/null
}
archive='' newest=''
n=1
while [ -f "data/trust/root/$n.json" ]; do
  file=data/trust/root/$n.json
  before=null
  [ -z "$newest" ] || before=sha256:$(digest "data/trust/root/$((n - 1)).json")
  if ! flat "$file" "$t/root.$n"; then
    fail 11 "$file" "not JSON as this archive writes it"
    finish
  fi
  [ -n "$archive" ] || archive=$(get "$t/root.$n" archive)
  if [ "$(get "$t/root.$n" format)" != muniment-trust-root/1 ] || [ "$(get "$t/root.$n" archive)" != "$archive" ] ||
    [ "$(get "$t/root.$n" version)" != "$n" ] || [ "$(get "$t/root.$n" previous)" != "$before" ]; then
    fail 11 "$file" "does not continue the trust root before"
  fi
  : >"$t/signers"
  { column "$t/root.$n" 'root_keys[.][0-9]+[.]key'
    [ -z "$newest" ] || column "$newest" 'root_keys[.][0-9]+[.]key'; } | sort -u >"$t/keys"
  signatures "$n"
  if [ -z "$ssh" ]; then
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
[ "$(find data/trust/root -name '*.json' | wc -l)" -eq "$roots" ] || fail 11 data/trust/root "a trust root is missing from the chain"
[ -n "$ssh" ] || miss 11 "signatures of the trust roots: no ssh-keygen that verifies (OpenSSH 8.1 or later)"

# 2 again: the schemas are those that the newest trust root names.
column "$newest" 'files[.][0-9]+[.]path' | grep '^schemas/' >"$t/schemas"
grep '^data/schemas/' "$t/there" | sed 's/^data\///' | cmp -s - "$t/schemas" || fail 1 data/schemas "not the schemas of the trust root"
while IFS= read -r name; do
  at=$(awk -F '\t' -v v="$name" '$2 == v { sub(/[.]path$/, "", $1); print $1 }' "$newest")
  [ ! -f "data/$name" ] || [ "$(digest "data/$name")" = "$(get "$newest" "$at.sha256")" ] ||
    fail 2 "data/$name" "not the schema that the trust root vouches for"
done <"$t/schemas"

if ! flat data/statement.json "$t/statement"; then
  fail 9 data/statement.json "not JSON as this archive writes it"
  finish
fi
if ! flat data/record.json "$t/record"; then
  fail 3 data/record.json "not JSON as this archive writes it"
  finish
fi

# 10 log: the proof in its one form, the entry up to the root, the signature of the checkpoint.
proof=data/inclusion.tlog-proof
index=$(sed -n '2s/^index //p' $proof)
sed '1,2d;/^$/,$d' $proof >"$t/hashes"
sed '1,/^$/d' $proof >"$t/note"
origin=$(sed -n 1p "$t/note")
entries=$(sed -n 2p "$t/note")
top=$(sed -n 3p "$t/note")
line=$(sed -n 5p "$t/note")
dash=$(printf '\342\200\224')
{
  printf 'c2sp.org/tlog-proof@v1\nindex %s\n' "$index"
  cat "$t/hashes"
  printf '\n%s\n%s\n%s\n\n%s\n' "$origin" "$entries" "$top" "$line"
} >"$t/proof"
decimal() { case $1 in 0) ;; '' | 0* | *[!0-9]*) return 1 ;; *) [ ${#1} -le 18 ] ;; esac; }
hash() { [ ${#1} -eq 44 ] && is_base "$1" && [ "$(unbase "$1" | wc -c)" -eq 32 ]; }
node() { { printf '\001'; unbase "$1"; unbase "$2"; } | openssl dgst -sha256 -binary | openssl base64 -A; }
included() {
  at=$index last=$((entries - 1))
  [ "$at" -le "$last" ] || return 1
  h=$({ printf '\000'; cat data/statement.json; } | openssl dgst -sha256 -binary | openssl base64 -A)
  while IFS= read -r sibling; do
    hash "$sibling" && [ "$last" -ne 0 ] || return 1
    if [ $((at % 2)) -eq 1 ] || [ "$at" -eq "$last" ]; then
      h=$(node "$sibling" "$h")
      while [ "$at" -ne 0 ] && [ $((at % 2)) -eq 0 ]; do at=$((at / 2)) last=$((last / 2)); done
    else
      h=$(node "$h" "$sibling")
    fi
    at=$((at / 2)) last=$((last / 2))
  done <"$t/hashes"
  [ "$last" -eq 0 ] && [ "$h" = "$top" ]
}
sound=''
if ! cmp -s "$t/proof" $proof || ! decimal "$index" || ! decimal "$entries" || ! hash "$top"; then
  fail 10 $proof "not a proof in its one form"
elif ! included; then
  fail 10 $proof "the proof does not lead from the entry to the root of the log"
else
  sound=yes
fi
covers() { # the range of the key at a path of the trust root covers an index
  first=$(get "$newest" "$1.first_index") end=$(get "$newest" "$1.last_index")
  [ "$first" -le "$2" ] 2>/dev/null && { [ "$end" = null ] || [ "$2" -le "$end" ]; }
}
head -n 3 "$t/note" >"$t/checkpoint"
payload=${line#"$dash $origin "}
log_key=''
if [ -n "$sound" ] && { [ "$origin" != "$archive" ] || [ "$payload" = "$line" ] || ! is_base "$payload"; }; then
  fail 10 $proof "the checkpoint is of another log, or has no signature line of this one"
elif [ -n "$sound" ]; then
  row=0
  while vkey=$(get "$newest" "log_keys.$row.vkey") && [ -n "$vkey" ]; do
    key=${vkey#*+} key=${key#*+}
    id=$({ printf '%s\n' "$origin"; unbase "$key"; } | openssl dgst -sha256 -binary | hex | cut -c 1-8)
    if [ "$(unbase "$payload" | hex | cut -c 1-8)" = "$id" ] && [ "$vkey" = "$origin+$id+$key" ] &&
      covers "log_keys.$row" $((entries - 1)); then
      log_key=$key
    fi
    row=$((row + 1))
  done
  if [ -z "$log_key" ]; then
    fail 10 $proof "signed by no log key of the trust root for this size"
  elif weak "$(unbase "$log_key" | hex | cut -c 3-)" || [ "$(unbase "$payload" | wc -c)" -ne 68 ]; then
    fail 10 $proof "the key or the signature of the checkpoint is none"
  elif [ -z "$ssl" ]; then
    miss 10 "signature of the checkpoint: no openssl that verifies Ed25519 (OpenSSL 3)"
  elif signed_by "$log_key" "$payload" "$t/checkpoint"; then
    pass 10
  else
    fail 10 $proof "the signature of the checkpoint does not verify"
  fi
fi

# 9 entry: the statement names these very files.
original=data/$(get "$t/record" original.path)
grep -q -x -F "$original" "$t/there" || { fail 1 data "the original that the record names is missing"; original=''; }
named() { [ "$(get "$t/statement" "$1")" = "$2" ] || { fail 9 data/statement.json "another $1 than here"; wrong=yes; }; }
wrong=''
named type version/1
named archive "$archive"
named record "sha256:$(digest data/record.json)"
named record_size "$(size data/record.json)"
named signature "sha256:$(digest data/record.json.sig)"
named original "sha256:$(get "$t/record" original.sha256)"
named previous "$(get "$t/record" previous)"
named release "$(get "$t/record" release)"
named version "$(get "$t/record" version)"
named paragraph_count "$(column "$t/record" 'paragraphs[.][0-9]+[.]id' | grep -c .)"
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

# 7 signature and 8 signer: by a key that the newest trust root allows at this place of the log.
signer=$(get "$t/statement" signer)
row=0 record_key='' place=''
while key=$(get "$newest" "record_keys.$row.key") && [ -n "$key" ]; do
  if [ "SHA256:$(fingerprint "${key#ssh-ed25519 }")" = "$signer" ]; then
    record_key=${key#ssh-ed25519 } place=record_keys.$row
  fi
  row=$((row + 1))
done
revoked=$(get "$newest" "$place.revoked.from_index")
if [ -z "$record_key" ]; then
  fail 8 data/statement.json "the signer is no record key of the trust root"
elif [ -z "$sound" ]; then
  :
elif ! covers "$place" "$index" || { [ -n "$revoked" ] && [ "$index" -ge "$revoked" ]; }; then
  fail 8 data/record.json.sig "signed by a key that the trust root does not allow at log index $index"
else
  pass 8
fi
if [ -z "$record_key" ]; then
  :
elif [ -z "$ssh" ]; then
  miss 7 "signature of the record: no ssh-keygen that verifies (OpenSSH 8.1 or later)"
elif sshsig "$record_key" record@muniment data/record.json.sig data/record.json; then
  pass 7
else
  fail 7 data/record.json.sig "not a signature by $signer over record.json"
fi
finish
