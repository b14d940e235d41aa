// --- The log: a tree of hashes (RFC 6962, section 2.1), whose root and size are signed.
const leaf = entry => sha256(Uint8Array.of(0), entry);
const node = (left, right) => sha256(Uint8Array.of(1), left, right);
async function treeRoot(leaves) {
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return node(await treeRoot(leaves.slice(0, split)), await treeRoot(leaves.slice(split)));
}
// RFC 9162, section 2.1.3.2.
async function climb(hash, index, size, hashes) {
  let at = index, last = size - 1;
  const up = () => { at = Math.floor(at / 2); last = Math.floor(last / 2); };
  for (const sibling of hashes) {
    need(last > 0, "the inclusion proof is too long");
    if (at % 2 || at === last) {
      hash = await node(sibling, hash);
      while (at && at % 2 === 0) up();
    } else hash = await node(hash, sibling);
    up();
  }
  need(last === 0, "the inclusion proof is too short");
  return hash;
}
// As muniment.log.encoding says where an entry stands.
const placeOf = ({ index, size }) => `log index ${index}; the log has ${size} ${size === 1 ? "entry" : "entries"}`;
function hashOf(text) {
  const bytes = unbase64(text);
  need(bytes.length === 32, "a hash of the wrong length");
  return bytes;
}
function number(text) {
  need(/^(0|[1-9][0-9]{0,14})$/.test(text), "not a number in its one form");
  return Number(text);
}
function parseProof(path = "inclusion.tlog-proof") {
  try { return readProof(path); } catch (error) { throw Object.assign(error, { where: path }); }
}
function readProof(path) {
  const text = utf8(files[path]), split = text.indexOf("\n\n"), end = text.lastIndexOf("\n\n") + 1;
  const [name, ...more] = text.slice(0, split).split("\n"), extra = /^extra /.test(more[0]) ? unbase64(more.shift().slice(6)) : null;
  const [index, ...hashes] = more;
  need(name === "c2sp.org/tlog-proof@v1" && /^index /.test(index) && end > split + 1, "not a proof file");
  const note = text.slice(split + 2, end), [origin, size, root, line, ...rest] = note.split("\n");
  const [, version, named] = (line || "").match(/^trust-root ([1-9][0-9]*) (sha256:[0-9a-f]{64})$/) || [];
  need(named && rest.length === 1 && rest[0] === "", "not a checkpoint that names its newest trust root");
  const lines = text.slice(end + 1).split("\n");
  need(lines.pop() === "" && lines.length > 0, "a checkpoint without signature");
  const newest = { version: number(version), digest: named };
  return { extra, index: number(index.slice(6)), hashes: hashes.map(hashOf), note, origin, size: number(size), root: hashOf(root), newest, lines };
}
const covers = (range, index) => range.first_index <= index && (range.last_index === null || index <= range.last_index);
function signedBy(line) {
  const [, name, code] = line.match(/^\u2014 (\S+) (\S+)$/) || [], signature = unbase64(code || "");
  return [signature.slice(4), name, hex(signature.slice(0, 4))];
}
// A key as trust roots write it: its name, an id made of both, and the key.
async function checkLine(line, vkey, note) {
  const [signature, name, id] = signedBy(line), key = unbase64(vkey.slice(`${name}+${id}+`.length));
  need(vkey.startsWith(`${name}+${id}+`), "a signature line by another key");
  need(key[0] === 1 && hex((await sha256(ascii(`${name}\n`), key)).slice(0, 4)) === id, "a key id that is not that of its key");
  await checkSignature(key.slice(1), signature, ascii(note));
}
