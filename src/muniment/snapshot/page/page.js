// Checks the evidence that this page carries, in the reader's browser, and writes the words again from what verified.
// Nothing is fetched. Archived text only ever becomes a text node. docs/format.md, section 17.5, says what is checked.
"use strict";
(async () => {
// The page's own words, put in here when the script is made.
const OWN = {};
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

// --- OpenSSH signatures (PROTOCOL.sshsig): Ed25519 and SHA-512, one form.
const string = bytes => join(Uint8Array.of(0, 0, bytes.length >> 8, bytes.length & 255), bytes);
const blob = (content) => join(string(ascii("ssh-ed25519")), string(content));
const about = namespace => join(string(ascii(namespace)), string(ascii("")), string(ascii("sha512")));
function parseSignature(path, namespace) {
  const text = utf8(files[path]), inner = unbase64(text.split("\n").slice(1, -2).join(""));
  const key = inner.slice(33, 65), raw = inner.slice(-64);
  const again = join(ascii("SSHSIG"), Uint8Array.of(0, 0, 0, 1), string(blob(key)), about(namespace), string(blob(raw)));
  const lines = base64(again).replace(/.{1,70}/g, "$&\n");
  need(text === `-----BEGIN SSH SIGNATURE-----\n${lines}-----END SSH SIGNATURE-----\n`,
    `${path} is not an Ed25519 signature for ${namespace} in its one form`);
  return { key: admit(key), raw, namespace };
}
const checkSshsig = async ({ key, raw, namespace }, message) =>
  checkSignature(key, raw, join(ascii("SSHSIG"), about(namespace), string(await digest("SHA-512", message))));
const fingerprint = async key => base64(await sha256(blob(key))).replace("=", "");
function parseKey(line) {
  const key = unbase64(line.split(" ")[1]).slice(-32);
  need(line === `ssh-ed25519 ${base64(blob(key))}`, "a key in another form");
  return admit(key);
}

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
function hashOf(text) {
  const bytes = unbase64(text);
  need(bytes.length === 32, "a hash of the wrong length");
  return bytes;
}
function number(text) {
  need(/^(0|[1-9][0-9]{0,14})$/.test(text), "not a number in its one form");
  return Number(text);
}
function parseProof() {
  const text = utf8(files["inclusion.tlog-proof"]), split = text.indexOf("\n\n"), end = text.lastIndexOf("\n\n") + 1;
  const [name, index, ...hashes] = text.slice(0, split).split("\n");
  need(name === "c2sp.org/tlog-proof@v1" && /^index /.test(index) && end > split + 1, "not a proof file");
  const note = text.slice(split + 2, end), [origin, size, root, line, ...rest] = note.split("\n");
  const [, version, named] = (line || "").match(/^trust-root ([1-9][0-9]*) (sha256:[0-9a-f]{64})$/) || [];
  need(named && rest.length === 1 && rest[0] === "", "not a checkpoint that names its newest trust root");
  const lines = text.slice(end + 1).split("\n");
  need(lines.pop() === "" && lines.length > 0, "a checkpoint without signature");
  const newest = { version: number(version), digest: named };
  return { index: number(index.slice(6)), hashes: hashes.map(hashOf), note, origin, size: number(size), root: hashOf(root), newest, lines };
}
const covers = (range, index) => range.first_index <= index && (range.last_index === null || index <= range.last_index);

// --- The checks, in the order of the list on the page. What one finds, the later ones use.
let files = {}, ed25519, arrived;
const found = {};
function needs(name) {
  if (found[name] === undefined) throw new Unable("what it builds on did not verify");
  return found[name];
}
const CHECKS = {
  async roots() {
    const roots = [];
    for (let path; files[path = `trust/root/${roots.length + 1}.json`];) {
      const before = roots.at(-1), root = json(path);
      need(root.format === "muniment-trust-root/1" && root.version === roots.length + 1 && root.threshold >= 1, `${path} is not that trust root`);
      need(root.previous === (before ? before.digest : null), `${path} does not name the root before`);
      need(!before || root.archive === before.root.archive, `${path} is of another archive`);
      roots.push({ path, root, digest: await sha256hex(files[path]), keys: root.root_keys.map(held => hex(parseKey(held.key))) });
    }
    need(roots.length, "there is no trust root");
    found.roots = roots;
    found.root = roots.at(-1).root;
    return `${roots.length}, for ${found.root.archive}`;
  },
  async newest() {
    const roots = needs("roots"), { newest, size } = parseProof(), last = roots.at(-1);
    need(newest.version === roots.length && newest.digest === last.digest, "the trust roots do not end with the one that the checkpoint names");
    need(last.root.index < size, "a trust root from after the checkpoint");
    const known = ["record.json", "record.json.sig", "statement.json", "inclusion.tlog-proof", ...roots.map(({ path }) => path)];
    for (const name of Object.keys(files))
      need(known.includes(name) || /^timestamps\/[0-9]+\.[0-9]+\.tsr$/.test(name) ||
        roots.some(({ path }) => name.startsWith(`${path}.`)), `${name} belongs to nothing here`);
    return `trust root ${newest.version}`;
  },
  async rootSignatures() {
    let before = null;
    for (const { path, keys, root } of needs("roots")) {
      const signed = new Set();
      for (const name of Object.keys(files).filter(name => name.startsWith(`${path}.`))) {
        const signature = parseSignature(name, "root@muniment"), key = hex(signature.key);
        need(name === `${path}.${base64url(await sha256(blob(signature.key)))}.sig`, `${name} is by another key`);
        need(keys.includes(key) || before && before.keys.includes(key), `${name} is by no root key`);
        await checkSshsig(signature, files[path]);
        signed.add(key);
      }
      for (const side of before ? [before, { keys, root }] : [{ keys, root }])
        need(side.keys.filter(key => signed.has(key)).length >= side.root.threshold, `too few have signed ${path}`);
      before = { keys, root };
    }
  },
  async record() {
    const record = json("record.json"), hash = await sha256hex(files["record.json"]);
    need(record.format === "muniment-record/1", "not a record of this format");
    need(json("statement.json").record === hash, "its SHA-256 is not the one that the log entry names");
    Object.assign(found, { record, hash });
    return `${files["record.json"].length} bytes`;
  },
  async entry() {
    const entry = json("statement.json"), record = needs("record"), root = needs("root");
    const leaves = await Promise.all(record.paragraphs.map(paragraph => leaf(ascii(canonical(paragraph)))));
    const facts = {
      type: "version/1", archive: root.archive, release: record.release, version: record.version, previous: record.previous,
      record: found.hash, record_size: files["record.json"].length, signature: await sha256hex(files["record.json.sig"]),
      original: `sha256:${record.original.sha256}`, paragraph_count: leaves.length,
      paragraph_root: `sha256:${hex(await treeRoot(leaves))}`,
      signer: `SHA256:${await fingerprint(parseSignature("record.json.sig", "record@muniment").key)}`,
    };
    for (const [name, value] of Object.entries(facts)) need(entry[name] === value, `the entry gives another ${name}`);
    const time = entry.logged_at, names = [...Object.keys(facts), "logged_at"].sort();
    need(String(Object.keys(entry)) === String(names), "the entry has other members");
    need(/^(?!0000)[0-9]{4}-[-0-9T:]{14}Z$/.test(time) && new Date(time).toISOString() === time.replace("Z", ".000Z"), "the entry gives no time");
    found.entry = entry;
    return `${entry.release}/v${entry.version}`;
  },
  async form() { found.signature = parseSignature("record.json.sig", "record@muniment"); },
  async signature() { await checkSshsig(needs("signature"), files["record.json"]); },
  async signer() {
    const key = hex(needs("signature").key), { index } = parseProof();
    const held = needs("root").record_keys.find(held => hex(parseKey(held.key)) === key);
    need(held, "the trust root does not name the key");
    need(covers(held, index) && (!held.revoked || index < held.revoked.from_index), `the key may not sign entry ${index}`);
    if (held.revoked) throw new Unable("the key was revoked later; whether this entry is older, archive verify can tell");
    found.signer = `SHA256:${await fingerprint(needs("signature").key)}`;
    return found.signer;
  },
  async inclusion() {
    const proof = parseProof();
    const root = await climb(await leaf(files["statement.json"]), proof.index, proof.size, proof.hashes);
    need(proof.index < proof.size && hex(root) === hex(proof.root), "the proof does not lead to the root of the checkpoint");
    return `entry ${proof.index} of ${proof.size}`;
  },
  async checkpoint() {
    const proof = parseProof(), root = needs("root"), seen = new Set();
    need(proof.origin === root.archive, "the checkpoint is of another log");
    for (const line of proof.lines) {
      const [, name, code] = line.match(/^\u2014 (\S+) (\S+)$/) || [];
      const signature = unbase64(code || ""), id = hex(signature.slice(0, 4));
      const held = root.log_keys.find(held => held.vkey.startsWith(`${name}+${id}+`) && covers(held, proof.size - 1));
      need(name === root.archive && held && !seen.has(id), "a signature line by no key of the log for this size");
      seen.add(id);
      const key = unbase64(held.vkey.slice(name.length + 10));
      need(key[0] === 1 && hex((await sha256(ascii(`${name}\n`), key)).slice(0, 4)) === id, "a key id that is not that of its key");
      await checkSignature(key.slice(1), signature.slice(4), ascii(proof.note));
    }
    return proof.origin;
  },
  async page() {
    const { record } = found, hash = needs("hash").slice(7), printed = {
      root: needs("roots")[0].digest, record: found.hash, signer: needs("entry").signer,
      ni: niOf(hash),
      original: found.entry.original, reference: `${record.release}/v${record.version}`, origin: found.root.archive,
    };
    for (const [name, value] of Object.entries(printed))
      for (const place of document.querySelectorAll(`[data-is=${name}]`))
        need(place.textContent === value, `another ${name} is printed than the evidence gives`);
    const { whole, after, end } = $("full").dataset;
    for (const said of [whole, end || after, $("full").textContent])
      need(said.includes(`SHA-256 ${hash}.`), "another hash is cited than the evidence gives");
    for (const place of document.querySelectorAll("h1 bdi"))
      need(place.isEqualNode(tag("bdi", {}, show(record.title))), "another title is printed");
    need($("words").isEqualNode(words(record)), "other words are printed than those of the record");
    found.body = makeBody();
    need(arrived.isEqualNode(found.body), "this page was changed: it shows what is not in the evidence, or hides what is");
    await checkAround(record, printed.reference);
  },
};

// --- All around the words: its own file, page_frame.js, stands in the place of this line.

// --- Time stamps: in a page that has some, their check stands in the place of this line.

// --- The words, as elements. The page holds the same, made in the same way, for readers without scripts.
const HIDDEN = "\\p{Cc}\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u2028-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\u3164\\p{Co}" +
  "\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0001}\\u{e0020}-\\u{e007f}\\p{Noncharacter_Code_Point}";
const RIGHT_TO_LEFT = /[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const hiddenIn = text => new RegExp(`((?![\\t\\n])[${HIDDEN}${RIGHT_TO_LEFT.test(text) ? "" : "\\u061c\\u200e\\u200f"}])`, "u");
const named = character => {
  const code = character.codePointAt(0).toString(16).toUpperCase();
  return `\u27e8U+${code.padStart(4, "0")} ${OWN.names[code] || "UNNAMED"}\u27e9`;
};
function tag(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children.flat(9).filter(child => child !== ""));
  made.normalize();
  return made;
}
const show = (text, hidden = hiddenIn(text)) =>
  text.split(hidden).map((part, at) => at % 2 ? tag("code", { class: "char", dir: "ltr" }, named(part)) : part);
const WAS = { class: "was", hidden: "" }, NOW = { class: "now" }, READ = { "[": "\u27e6", "]": "\u27e7" };
const noBrackets = text => text.replace(/[[\]]/g, bracket => READ[bracket]);
const received = (text, hidden) => text.split(/(\r\n|[[\]])/).flatMap(token =>
  token === "\r\n" ? [tag("span", WAS, "\u240d"), "\n"]
  : READ[token] ? [tag("span", WAS, token), tag("span", NOW, READ[token])] : show(token, hidden));
// What the reading text has, and the white space after it.
function replacement(text, { kind, replacement: given }) {
  if (kind === "omitted") return ["[\u2026]", ""];
  if (kind === "unclear") return [`[${noBrackets(text)}?]`, ""];
  const inner = given.trim(), at = given.indexOf(inner);
  return [`${given.slice(0, at)}[${noBrackets(inner)}]`, given.slice(at + inner.length)];
}
const anchorOf = (id, at) => /^(?:[hp]|nn|plist|pnote)[0-9][A-Za-z0-9.]{0,58}$/.test(id) ? id : `n${at + 1}`;
function words(record) {
  const language = record.language === "und" ? "" : record.language, dir = direction(record.language);
  const texts = {}, shown = record.paragraphs.map(({ id, kind, label, text }, at) => {
    const points = texts[id] = Array.from(text), hidden = hiddenIn(text), parts = [];
    const cut = (from, to) => points.slice(from, to).join("");
    let place = 0;
    record.emendations.forEach((emendation, n) => {
      if (emendation.paragraph !== id) return;
      const was = cut(emendation.start, emendation.end), [now, after] = replacement(was, emendation);
      parts.push(...received(cut(place, emendation.start), hidden));
      if (was) parts.push(tag("del", WAS, show(was)));
      parts.push(tag("ins", NOW, show(now)), tag("a", { class: "mark", id: `m${n + 1}`, href: `#e${n + 1}` }, `${n + 1}`));
      if (after) parts.push(tag("span", NOW, after));
      place = emendation.end;
    });
    parts.push(...received(cut(place), hidden));
    const name = anchorOf(id, at);
    return tag("div", { class: `paragraph ${kind}`, id: name },
      tag("a", { class: label ? "id" : "id own", href: `#${name}` }, show(label || id)),
      tag(kind === "heading" ? "h3" : "p", { dir: dir === "auto" ? "auto" : null }, parts));
  });
  const items = record.emendations.map(({ paragraph, start, end, kind, replacement: given, reason, by }, n) =>
    tag("li", { class: kind, id: `e${n + 1}` }, tag("a", { href: `#m${n + 1}` }, show(paragraph)), ` ${kind}: `,
      tag("del", { dir: "auto" }, show((texts[paragraph] || []).slice(start, end).join(""))), " ",
      tag("ins", { dir: "auto" }, show(given)), " \u2014 ", show(reason), " (", show(by), ")"));
  const list = { class: "emendations", lang: "en", dir: "ltr" };
  return tag("div", { id: "words", lang: language, dir }, shown,
    items.length ? [tag("h3", list, "Emendations"), tag("ol", list, items)] : []);
}

// --- What the reader sees of it.
const SAID = { passed: "passed", failed: "FAILED", unable: "cannot check here" };
async function run() {
  const results = {};
  for (const [name, check] of Object.entries(CHECKS)) {
    let state = "passed", detail = "";
    try { detail = await check() || ""; } catch (error) {
      state = error instanceof Unable ? "unable" : "failed";
      detail = error.message;
    }
    results[name] = { state, detail };
  }
  return results;
}
function conclude(results) {
  const states = Object.values(results).map(({ state }) => state), all = states.length;
  const count = wanted => states.filter(state => state === wanted).length;
  const [state, said, note] = count("failed") ? ["failed", `Not verified: ${count("failed")} of ${all} checks failed.`,
      "These words are not verified. They stand here as this page prints them."]
    : count("unable") ? ["unable", `Not verified: ${count("unable")} of ${all} checks cannot be done here. Check by other means, below.`,
      "These words were not verified here. They stand as this page prints them."]
    : ["passed", `All ${all} checks passed. Now compare the hash of trust root 1.`,
      "These words were written by the script from the verified bytes of record.json."];
  // What is seen then was written here. Else it is whatever came, below a line that nothing in it can hide.
  const body = state === "passed" ? found.body : tag("body", {});
  if (state !== "passed") {
    if (results.page.state !== "passed") body.append(tag("p", { id: "refused" }, `${said} ${results.page.detail}`));
    body.append(...document.body.childNodes);
  }
  document.body.replaceWith(body);
  for (const [name, result] of Object.entries(results)) {
    const line = $(`check-${name}`);
    if (!line) continue;
    line.dataset.state = result.state;
    line.querySelector(".state").textContent = SAID[result.state];
    line.querySelector(".detail").replaceChildren(...show(result.detail));
  }
  body.dataset.state = state;
  for (const [id, text] of [["verdict", said], ["note", note]]) if ($(id)) $(id).textContent = text;
}
// The paragraph that the address names: marked, in sight, and cited.
function cite() {
  const id = decodeURIComponent(location.hash.slice(1)), place = id && $(id);
  const paragraph = place && place.matches(".paragraph") ? place : null;
  for (const marked of document.querySelectorAll(".cited")) marked.classList.remove("cited");
  if (paragraph) paragraph.classList.add("cited");
  if (place) place.scrollIntoView();
  const locator = paragraph && locatorOf(id);
  for (const citation of document.querySelectorAll("[data-whole]"))
    citation.textContent = !locator ? citation.dataset.whole
      : citation.dataset.after ? citation.dataset.before + locator + citation.dataset.after + (citation.dataset.end ? id + citation.dataset.end : "") : `${citation.dataset.whole}#${id}`;
  $("cited").textContent = locator ? `Of ${locator}, to which the address of this page leads:` : "Of the whole version:";
}
function addCopyButtons() {
  for (const citation of document.querySelectorAll("[data-copy]")) {
    const button = tag("button", { type: "button", class: "copy", "aria-label": `Copy the ${citation.dataset.copy}` }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(citation.textContent);
        $("copied").textContent = `Copied the ${citation.dataset.copy}.`;
      } catch { // Not allowed here: select it, so that a key does it.
        getSelection().selectAllChildren(citation);
        $("copied").textContent = "Selected: copy it with the keyboard.";
      }
    });
    citation.after(button);
  }
}
try {
  const evidence = JSON.parse($("evidence").textContent);
  for (const [path, data] of Object.entries(evidence.files)) files[path] = unbase64(data);
} catch { files = {}; }
ed25519 = hasEd25519();
if (document.readyState === "loading") await new Promise(done => addEventListener("DOMContentLoaded", done));
arrived = document.body.cloneNode(true);
arrived.normalize();
if (arrived.lastChild.nodeType === 3 && !arrived.lastChild.data.trim()) arrived.lastChild.remove();
conclude(await run());
addEventListener("hashchange", cite);
cite();
addCopyButtons();
})();
