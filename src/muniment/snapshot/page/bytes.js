// --- Checks evidence in the reader's browser. Nothing is fetched. Archived text only ever becomes a text node.
// docs/format.md, section 17.8, says what is checked; the page's own words are OWN, put before this when it is made.
const running = document.currentScript;
const $ = id => document.getElementById(id);
// What cannot be judged here is neither good nor bad.
class Unable extends Error {}
const need = (good, fault) => { if (!good) throw new Error(fault); };

// --- Bytes. Whatever is parsed is written again and compared, so that it has one form only.
const utf8 = bytes => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
const ascii = text => new TextEncoder().encode(text);
const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("");
const unhex = text => Uint8Array.from(text.match(/../g), pair => parseInt(pair, 16));
const base64 = bytes => btoa(Array.from(bytes, b => String.fromCharCode(b)).join(""));
const base64url = bytes => base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
function unbase64(text) {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  need(base64(bytes) === text, "base64 in another form");
  return bytes;
}
function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
// RFC 8785 is JSON as JavaScript writes it, with sorted members.
const canonical = value => Array.isArray(value) ? `[${value.map(canonical)}]`
  : value === null || typeof value !== "object" ? JSON.stringify(value)
  : `{${Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
function json(path) {
  need(files[path], `${path} is not in this page`);
  const text = utf8(files[path]), value = JSON.parse(text);
  need(canonical(value) === text, `${path} is not in canonical form`);
  return value;
}

// --- Hashes and signatures, by the browser.
const subtle = globalThis.crypto && crypto.subtle;
async function digest(name, ...parts) {
  if (!subtle) throw new Unable("this browser offers no cryptography here");
  return new Uint8Array(await subtle.digest(name, join(...parts)));
}
const sha256 = (...parts) => digest("SHA-256", ...parts);
const sha256hex = async bytes => `sha256:${hex(await sha256(bytes))}`;
async function verifies(key, signature, message) {
  const public_ = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return subtle.verify({ name: "Ed25519" }, public_, signature, message);
}
// Is there an Ed25519 that tells good from bad? The first test of RFC 8032, section 7.1, and one that is wrong.
async function hasEd25519() {
  const key = unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const signature = unhex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4" +
    "6bd25bf5f0595bbe24655141438e7a100b");
  try {
    return await verifies(key, signature, ascii("")) === true && await verifies(key, signature, ascii("x")) === false;
  } catch { return false; }
}
// Under a key of small order, one signature is good for every message, and browsers take it. These are its y.
const SMALL = ["01" + "00".repeat(31), "ec" + "ff".repeat(30) + "7f", "00".repeat(32),
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"];
function admit(key) {
  need(key.length === 32, "a key of the wrong length");
  const y = key.slice();
  y[31] &= 0x7f; // the sign of x
  need(!(y[0] >= 0xed && y[31] === 0x7f && y.slice(1, 31).every(b => b === 0xff)), "a key that is not in canonical form");
  need(!SMALL.includes(hex(y)), "a key of small order, under which a signature proves nothing");
  return key;
}
async function checkSignature(key, signature, message) {
  if (!await ed25519) throw new Unable("this browser has no Ed25519");
  need(await verifies(admit(key), signature, message), "the signature is not good for these bytes");
}

// What the checks find, the later ones use; and the body as it arrived.
let files = {}, ed25519, arrived;
const found = {};
function needs(name) {
  if (found[name] === undefined) throw new Unable("what it builds on did not verify");
  return found[name];
}
