// --- A page of a site: the evidence lies beside it, and what stands around the words is the site's own.
CHECKS.newest = async () => {
  const roots = needs("roots"), { newest, size } = parseProof(), named = roots[newest.version - 1], later = roots.slice(newest.version);
  need(named && newest.digest === named.digest, "no trust root here is the one that the checkpoint names");
  need(named.root.index < size && later.every(({ root }) => root.index >= size), "a trust root that belongs on the other side of the checkpoint");
  return `trust root ${newest.version}${later.length ? `, and ${later.length} that came later` : ""}`;
};
// The parts of the page that the record alone decides, made from what verified.
function madeParts() {
  const record = needs("record"), entry = needs("entry"), roots = needs("roots");
  const known = { record, reference: `${record.release}/v${record.version}`, origin: found.root.archive, hash: found.hash.slice(7), root: roots[0].digest };
  return { cite: citations(known), text: text(record).firstChild, description: description(record, entry) };
}
const partHere = name => document.querySelector(`section[aria-labelledby=${name}]`);
CHECKS.page = async () => {
  const { record } = found, hash = needs("hash").slice(7), printed = {
    root: needs("roots")[0].digest, record: found.hash, signer: needs("entry").signer, ni: niOf(hash),
    original: found.entry.original, reference: `${record.release}/v${record.version}`, origin: found.root.archive,
  };
  for (const [name, value] of Object.entries(printed))
    for (const place of document.querySelectorAll(`[data-is=${name}]`))
      need(place.textContent === value, `another ${name} is printed than the evidence gives`);
  for (const place of document.querySelectorAll("h1 bdi"))
    need(place.isEqualNode(tag("bdi", {}, show(record.title))), "another title is printed");
  need($("words") && $("words").isEqualNode(words(record)), "other words are printed than those of the record");
  found.parts = madeParts();
  for (const [name, made] of Object.entries(found.parts))
    need(partHere(name) && partHere(name).isEqualNode(made), `the part \u201c${name}\u201d is not as the evidence has it`);
};
async function fetched(address, name) {
  let answer;
  try { answer = await fetch(address, { credentials: "omit" }); } catch { throw new Error(`${name} cannot be read from this host`); }
  need(answer.ok, `${name} cannot be read from this host (status ${answer.status})`);
  return new Uint8Array(await answer.arrayBuffer());
}
async function readBeside() {
  const { trust, root } = running.dataset, read = {}, faults = [];
  const wanted = [...["record.json", "record.json.sig", "statement.json", "inclusion.tlog-proof"].map(name => [name, name]),
    ...trust.split(" ").map(name => [`trust/root/${name}`, root + name])];
  await Promise.all(wanted.map(async ([name, address]) => {
    try { read[name] = await fetched(address, name); } catch (error) { faults.push(error.message); }
  }));
  return [read, faults];
}
function say(state, verdict, note) {
  document.body.dataset.state = state;
  $("verdict").textContent = verdict;
  if ($("note")) $("note").textContent = note;
}
function concludeSite(results, faults) {
  const states = Object.values(results).map(({ state }) => state), all = states.length;
  const count = wanted => states.filter(state => state === wanted).length;
  for (const [name, result] of Object.entries(results)) {
    const line = $(`check-${name}`);
    if (!line) continue;
    line.dataset.state = result.state;
    line.querySelector(".state").textContent = SAID[result.state];
    line.querySelector(".detail").replaceChildren(...show(result.detail));
  }
  if (count("failed")) {
    let where = null;
    try { where = markWhere(results); } catch { /* It could not even be read. */ }
    say("failed", `Not verified: ${count("failed")} of ${all} checks failed.${faults.map(fault => ` ${fault}.`).join("")}`, OWN.notes.failed);
    if (where) $("verdict").after(where);
  } else if (count("unable")) {
    say("unable", `Not verified: ${count("unable")} of ${all} checks cannot be done here. Check by other means, below.`, OWN.notes.unable);
  } else {
    for (const [name, made] of Object.entries(found.parts)) if (name !== "text" || !chosen()) partHere(name).replaceWith(made);
    $("offer").hidden = true;
    say("passed", `All ${all} checks passed. ${OWN.notes.next}`, OWN.notes.passed);
  }
}
// Where the reader chose a text already, the choice stays: the words are the same, as was just seen.
const chosen = () => { const box = $("view-received"); return box && box.checked; };
if (document.readyState === "loading") await new Promise(done => addEventListener("DOMContentLoaded", done));
document.body.normalize();
if (location.protocol === "file:") say("unable", OWN.notes.folder, OWN.notes.unable);
else {
  let faults;
  [files, faults] = await readBeside();
  ed25519 = hasEd25519();
  concludeSite(await run(), faults);
}
begin();
addCopyButtons();
