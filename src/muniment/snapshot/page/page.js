// --- The checks, in the order of the list on the page, and the file that each is about.
const FILES = {
  roots: "trust/root", newest: "trust/root", rootSignatures: "trust/root", record: "record.json", entry: "statement.json",
  form: "record.json.sig", signature: "record.json", signer: "record.json.sig", inclusion: "inclusion.tlog-proof",
  checkpoint: "inclusion.tlog-proof",
};
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
    return placeOf(proof);
  },
  async checkpoint() {
    const proof = parseProof(), root = needs("root"), seen = new Set();
    need(proof.origin === root.archive, "the checkpoint is of another log");
    for (const line of proof.lines) {
      const [, name, id] = signedBy(line);
      const held = root.log_keys.find(held => held.vkey.startsWith(`${name}+${id}+`) && covers(held, proof.size - 1));
      need(name === root.archive && held && !seen.has(id), "a signature line by no key of the log for this size");
      seen.add(id);
      await checkLine(line, held.vkey, proof.note);
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
    await checkAround(`${plain(record.title)} (${printed.reference})`);
  },
};
// Where the words differ, even where the record that is here does not verify.
function wordsHere() {
  try { return [$("words"), words(json("record.json"))]; } catch { return null; }
}
// The bytes of each file: JSON stands there as its text, all else as base64.
function evidence() {
  return Object.fromEntries(Object.entries(JSON.parse($("evidence").textContent).files)
    .map(([path, data]) => [path, path.endsWith(".json") ? ascii(data) : unbase64(data)]));
}
function begin() {
  addEventListener("hashchange", cite);
  cite();
}
// The paragraph that the address names: marked, in sight, and cited.
function cite() {
  const id = decodeURIComponent(location.hash.slice(1)), place = id && $(id);
  const paragraph = place && place.matches(".paragraph") ? place : null;
  for (const marked of document.querySelectorAll(".cited")) marked.classList.remove("cited");
  if (paragraph) paragraph.classList.add("cited");
  if (place) place.scrollIntoView();
  const named = paragraph && (paragraph.dataset.id || id), locator = named && locatorOf(named);
  for (const citation of document.querySelectorAll("[data-whole]"))
    citation.textContent = !locator ? citation.dataset.whole
      : citation.dataset.after ? citation.dataset.before + locator + citation.dataset.after + (citation.dataset.end ? id + citation.dataset.end : "") : `${citation.dataset.whole}#${named}`;
  $("cited").textContent = locator ? `Of ${locator}, to which the address of this page leads:` : "Of the whole version:";
}
