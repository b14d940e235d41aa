// --- The checks of a page with one paragraph, and the part of its proof that each is about.
const FILES = { form: "extra", words: "quote", paragraph: "paragraph", inclusion: "statement", checkpoint: "checkpoint" };
const wordsHere = () => null;
const evidence = () => ({ proof: ascii($("proof").textContent) });
function begin() {}
const CHECKS = {
  async form() {
    const proof = parseProof("proof"), text = utf8(proof.extra || []), value = JSON.parse(text);
    need(canonical(value) === text, "the extra data is not in canonical form");
    need(value.format === OWN.format && String(Object.keys(value)) === "format,index,log_key,paragraph,path,quote,statement" &&
      String(Object.keys(value.paragraph)) === "id,kind,label,text", "not a proof of a paragraph in this format");
    Object.assign(found, { proof, text, value });
  },
  async words() {
    const { paragraph, quote } = needs("value"), points = Array.from(paragraph.text);
    if (!quote) return "the whole paragraph";
    const end = quote.start + Array.from(quote.text).length;
    need(points.slice(quote.start, end).join("") === quote.text, "the words do not stand at their place in the paragraph");
    found.parts = [points.slice(0, quote.start).join(""), quote.text, points.slice(end).join("")];
    return `from ${quote.start} to ${end}`;
  },
  async paragraph() {
    const { paragraph, index, path, statement } = needs("value");
    const root = await climb(await leaf(ascii(canonical(paragraph))), index, statement.paragraph_count, path.map(hashOf));
    need(index < statement.paragraph_count && statement.paragraph_root === `sha256:${hex(root)}`, "the path does not lead to the paragraph root of the entry");
    return `${index + 1} of ${statement.paragraph_count}`;
  },
  async inclusion() {
    const { index, size, hashes, root } = needs("proof");
    const climbed = await climb(await leaf(ascii(canonical(needs("value").statement))), index, size, hashes);
    need(index < size && hex(climbed) === hex(root), "the proof does not lead to the root of the checkpoint");
    return placeOf({ index, size });
  },
  async checkpoint() {
    const { lines, note, origin } = needs("proof"), { log_key, statement } = needs("value");
    need(lines.length === 1 && origin === statement.archive && log_key.startsWith(`${origin}+`), "the key is of another log");
    await checkLine(lines[0], log_key, note);
    return origin;
  },
  async page() {
    found.body = makeBody(needs("proof"), needs("value"));
    need(arrived.isEqualNode(found.body), "this page was changed: it shows what is not in the proof, or hides what is");
    await checkAround(plain(`${needs("value").statement.release}/v${found.value.statement.version}#${found.value.paragraph.id}`) + OWN.title);
  },
};

// --- The page again, of its proof alone.
function steps(index, size, hashes) {
  let at = index, last = size - 1, lines = "";
  const up = () => { at = Math.floor(at / 2); last = Math.floor(last / 2); };
  for (const sibling of hashes.map(base64)) {
    if (at % 2 || at === last) {
      lines += `h=$(node '${sibling}' "$h")\n`;
      while (at && at % 2 === 0) up();
    } else lines += `h=$(node "$h" '${sibling}')\n`;
    up();
  }
  return lines;
}
function byHand({ index, size, hashes }, { index: position, log_key, paragraph, path, statement }) {
  const bytes = text => ascii(text).length, whole = found.text, mark = ',"paragraph":';
  const values = {
    LOG_KEY: log_key, KEY: log_key.split("+").slice(2).join("+"),
    PARAGRAPH_AT: bytes(whole.slice(0, whole.indexOf(`${mark}{`))) + mark.length + 1, PARAGRAPH_SIZE: bytes(canonical(paragraph)),
    PARAGRAPH_STEPS: steps(position, statement.paragraph_count, path.map(hashOf)),
    ENTRY_AT: bytes(whole) - bytes(canonical(statement)), ENTRY_SIZE: bytes(canonical(statement)),
    ENTRY_STEPS: steps(index, size, hashes),
  };
  return OWN.commands.replace(/@([A-Z_]+)@/g, (_, key) => values[key]);
}
function makeBody(proof, value) {
  const { paragraph, quote, statement, log_key } = value, hidden = hiddenIn(paragraph.text), locator = locatorOf(paragraph.id);
  const reference = `${statement.release}/v${statement.version}`, words = quote ? quote.text : paragraph.text, record = statement.record.slice(7);
  const cited = plain(`\u201c${words}\u201d (${reference}, ${locator}, ${statement.archive}. SHA-256 ${record})`);
  const context = quote ? section("context", "In its paragraph", tag("p", { class: "context", dir: "auto" },
    show(found.parts[0], hidden), tag("mark", {}, show(found.parts[1], hidden)), show(found.parts[2], hidden))) : "";
  const made = tag("body", {},
    tag("header", {}, tag("h1", { class: "eyebrow" }, OWN.eyebrow), tag("blockquote", { id: "quote", dir: "auto" }, tag("p", {}, show(words, hidden))),
      tag("p", { class: "source" }, show(`${reference}, ${locator}`), ", kept by ", show(statement.archive))),
    bar(tag("p", { class: "brief" }, tag("span", { class: "citation", "data-copy": "quotation" }, cited)), tag("p", { id: "copied", role: "status" })),
    tag("main", {}, tag("p", { id: "note" }, OWN.note), context,
      section("limits", "What this proves, and what it does not", tag("p", {}, OWN.proven), tag("p", {}, OWN.limits))),
    tag("div", { class: "evidence" }, section("compare", "Compare", tag("p", { class: "warning" }, OWN.warning), facts(
      fact("Log key", code(log_key), aside(OWN.log_key)), fact("Record", code(statement.record), aside(OWN.record)),
      fact("Record key", code(statement.signer), aside(OWN.signer)),
      fact("Place", `${placeOf(proof)}, `, aside(`logged ${statement.logged_at}, the archive says`)))), checkList()),
    section("hand", "Check it by hand", tag("p", {}, OWN.hand), tag("pre", {}, command(byHand(proof, value)))),
    section("bare", "The proof", tag("p", {}, OWN.bare), tag("pre", { id: "proof" }, utf8(files.proof))));
  made.append("\n", running.cloneNode(true));
  return made;
}
