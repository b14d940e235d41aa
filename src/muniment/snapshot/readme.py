"""The text of ``README.txt`` in a snapshot: what it is, and how to check it without this software.

The commands are those of a POSIX shell with ``sha256sum``, ``ssh-keygen`` and ``openssl``.  Whatever is put into them
has a grammar without blanks, quotes and other characters that a shell would act upon.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniment.cite import format_long
from muniment.digest import sha256_hex
from muniment.display.columns import wrap_prose
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.encoding import say_place
from muniment.log.note import parse_note, parse_vkey
from muniment.log.proof_file import parse_proof
from muniment.record.phrases import original_words
from muniment.snapshot.shell import climb
from muniment.snapshot.signed_files import PROOF, STATEMENT, SignedFiles
from muniment.snapshot.texts import plain
from muniment.ssh.keys import fingerprint_file_name
from muniment.trust.allowed_signers import Window, compact, record_window, root_window
from muniment.trust.chain import FOLDER, root_name, signature_name
from muniment.trust.root import TrustRoot

_TEXT = """\
This is one version of a public statement, with everything that is needed to check it: a snapshot of
{reference} as kept by the archive {origin}.
{withdrawn}
CITATION

{citation}

WHAT IS PROVEN, AND WHAT IS NOT

When all steps below pass, this is proven: these bytes are the ones that a key of the archive signed, and
they stand unchanged in its log, under a signed checkpoint: {place}.

It is not proven that the statement is true, who wrote it, when it was published, or that nothing was
published before. Dates in here are claims. An archive records; it does not endorse.

{horizon}
A newer copy of the archive can tell:  archive verify . --against COPY
{earlier}
Anybody can make an archive and call it {origin}. Step 1 tells which archive this is.

To read the statement, and to have a browser check it, open 00-START-HERE.html beside the folder data/.

WHAT IS WHERE, IN data/

record.json             the version; its SHA-256 is what people cite
record.json.sig         signature over exactly those bytes (OpenSSH, Ed25519)
{original:<22}  {original_words}
{kept}statement.json          the entry in the log: names both by their SHA-256
inclusion.tlog-proof    proof that the entry is in the signed log (C2SP)
trust/root/             who may sign what; so does trust/allowed_signers
schemas/                what record, entry and root may look like (JSON Schema)
verify.sh               checks most of this in a shell; VERIFY.txt says how
reading-text.txt        the text to read
paragraphs.tsv          the SHA-256 of each paragraph's words
cite/                   how to cite it: in words, and for reference managers
provenance.prov.json    how the version came to be (W3C PROV)
ro-crate-metadata.json  what each file here is (RO-Crate)

HOW TO CHECK IT WITH STOCK TOOLS

In a POSIX shell, in the folder that holds bagit.txt.

1. The right archive. Compare this hash with one from elsewhere: a paper, an older snapshot, the archive.
     sha256sum data/trust/root/1.json
   Here it is
   {root}

2. Nothing is damaged.
     sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt

3. These exact words. The hash in the citation must be the one that this prints.
     sha256sum data/record.json data/{original}
   Here they are
   {record}
   {original_sha256}
   and record.json gives the second one as that of the original.

4. Signed by this archive. The key must be one of those in {newest}, under record_keys, whose
   range holds log index {index}: the last command finds it there.
     ssh-keygen -Y verify -f data/trust/allowed_signers -I {principal} -n record@muniment \\
       -s data/record.json.sig{time} < data/record.json
     grep -c -F '{signer}' {newest}

5. The trust roots are signed by their own keys.
{root_steps}

6. In the log (RFC 6962 section 2.1). statement.json must give the hash of record.json; the last two lines
   printed must be the same.
     grep -c -F '{record}' data/statement.json
     node() {{ {{ printf '\\001'; echo "$1" | openssl base64 -d; echo "$2" | openssl base64 -d; }} |
       openssl dgst -sha256 -binary | openssl base64; }}
     h=$({{ printf '\\000'; cat data/{statement}; }} | openssl dgst -sha256 -binary | openssl base64)
{node_steps}     echo "$h"; sed '1,/^$/d' data/{proof} | sed -n 3p

7. The checkpoint is signed by the log's key, which stands in {newest} (OpenSSL 3). Its line
   "trust-root" names the newest trust root: the number and the SHA-256 of that very file, so that none is missing.
     sha256sum {newest}
     sed '1,/^$/d' data/{proof} | sed -n 4p
     sed '1,/^$/d' data/{proof} | head -n 4 > ../checkpoint
     sed '1,/^$/d' data/{proof} | tail -n 1 | cut -d ' ' -f 3 | openssl base64 -d -A |
       tail -c 64 > ../checkpoint.sig
     grep -c -F '{log_key}' {newest}
     {{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'
       echo '{log_key}' | openssl base64 -d | tail -c 32; }} > ../log-key.der
     openssl pkeyutl -verify -pubin -keyform DER -inkey ../log-key.der -rawin \\
       -in ../checkpoint -sigfile ../checkpoint.sig
{time_step}
All steps and more at once, with the software called muniment,
in this folder:  archive verify .
"""

_KEPT = {
    "exchange.warc": "exchange.warc           what was asked for them, and the heads of the answers (WARC)\n",
    "attestation.zip": "attestation.zip         what another archive attested of them: its record, signature, proof\n",
}

_TIME_STEP = """
8. The time. Each stamp must verify; "Time stamp" is when the checkpoint, and with it this version, was
   there at the latest, give or take the "Accuracy". WHO says so is named in data/trust/authorities/, whose
   SHA-256 must stand in {newest}. The times of the certificates themselves are
   not looked at here.
     cat data/trust/authorities/*.pem > ../authorities.pem
     for pem in data/trust/authorities/*.pem; do
       grep -c -F "$(sha256sum "$pem" | cut -c 1-64)" {newest}; done
     sed '1,/^$/d' data/{proof} > ../checkpoint.note
     for stamp in data/timestamps/*.tsr; do
       openssl ts -verify -data ../checkpoint.note -in "$stamp" -CAfile ../authorities.pem -no_check_time
       openssl ts -reply -in "$stamp" -text; done
"""

_EARLIER = """
The version before is not in here, so what changed since is not shown. Its record is
{previous}.
"""


def readme_text(signed_files: SignedFiles) -> str:
    """Write the text.

    Args:
        signed_files: Verified: its proof leads from the statement to the checkpoint, which a key of the log signed.
    """
    version, newest, citation = signed_files.version, signed_files.newest_root, signed_files.citation
    proof = parse_proof(signed_files.proof)
    signed, signatures = parse_note(proof.checkpoint)
    size = parse_checkpoint(signed).size
    # A vkey is NAME+ID+BASE64, and base64 may hold a plus sign too.
    keys = {parse_vkey(row.vkey).key_id: row.vkey.split("+", 2)[2] for row in newest.log_keys}
    text = _TEXT.format(
        reference=citation.reference,
        origin=citation.origin,
        citation=plain(format_long(citation)),
        withdrawn=_withdrawn(signed_files),
        earlier=_EARLIER.format(previous=version.record.previous) if version.record.previous else "",
        horizon=_sentence(signed_files),
        index=version.index,
        place=say_place(version.index, size),
        original=version.record.original.path,
        original_words=original_words(version.record.original),
        kept="".join(line for path, line in _KEPT.items() if path in signed_files.kept),
        original_sha256=version.record.original.sha256,
        root=sha256_hex(signed_files.roots[0].data),
        record=citation.sha256,
        newest=f"data/{FOLDER}/{root_name(newest.version)}",
        principal=newest.principal,
        signer=_signer(signed_files),
        time=_record_time(signed_files),
        root_steps="\n".join(_root_steps(signed_files)),
        node_steps="".join(f"     {line}" for line in climb(proof.index, size, proof.hashes)),
        statement=STATEMENT,
        proof=PROOF,
        time_step=_time_step(signed_files),
        log_key=keys[signatures[-1].key_id],
    )
    return wrap_prose(text)


def _withdrawn(signed_files: SignedFiles) -> str:
    """That the version was withdrawn, where it was; it stays, and so does all that is proven of it."""
    withdrawal = signed_files.withdrawal
    if withdrawal is None:
        return ""
    return "\n".join(("", "WITHDRAWN BY THE ARCHIVE, AND KEPT", "", plain(withdrawal.words), ""))


def _sentence(signed_files: SignedFiles) -> str:
    """Where the knowledge of the snapshot ends, as a sentence."""
    horizon = str(signed_files.horizon)
    return f"{horizon[0].upper()}{horizon[1:]}."


def _time_step(signed_files: SignedFiles) -> str:
    """The step for time stamps, where there are any."""
    newest = f"data/{FOLDER}/{root_name(signed_files.newest_root.version)}"
    return _TIME_STEP.format(newest=newest, proof=PROOF) if signed_files.timestamps else ""


def _signer(signed_files: SignedFiles) -> str:
    """The record key as written in the trust root, without its type."""
    line = next(
        row.key.line
        for row in signed_files.newest_root.record_keys
        if row.key.fingerprint == signed_files.version.statement.signer
    )
    return line.split(" ")[1]


def _record_time(signed_files: SignedFiles) -> str:
    """The option that ssh-keygen needs for a key that was replaced, or came later; else nothing."""
    chain, statement = [file.root for file in signed_files.roots], signed_files.version.statement
    key = next(row.key for row in chain[-1].record_keys if row.key.fingerprint == statement.signer)
    return _option(record_window(chain, key), statement.logged_at)


def _root_time(signed_files: SignedFiles, root: TrustRoot, fingerprint: str) -> str:
    chain = [file.root for file in signed_files.roots]
    keys = {key for link in chain for key in link.root_keys if fingerprint_file_name(key) == fingerprint}
    return "".join(_option(root_window(chain, key), root.created) for key in keys)


def _option(window: Window, time: str) -> str:
    return "" if window == Window() else f" -Overify-time={compact(window.nearest(time))}"


def _root_steps(signed_files: SignedFiles) -> Iterator[str]:
    principal = signed_files.newest_root.principal
    for file in signed_files.roots:
        path = f"data/{FOLDER}/{root_name(file.root.version)}"
        for fingerprint, _ in file.signatures:
            signature = f"data/{FOLDER}/{signature_name(file.root.version, fingerprint)}"
            yield (
                f"     ssh-keygen -Y verify -f data/trust/allowed_signers -I {principal} -n root@muniment \\\n"
                f"       -s {signature}{_root_time(signed_files, file.root, fingerprint)} < {path}"
            )
