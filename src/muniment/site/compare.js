// --- Compares any two versions of a release: paragraphs by their words, then words. The rule is simpler than that of
// archive diff, which the page says; from a disk, where no file beside the page can be read, the list of steps stays.
const { last, pairs } = running.dataset, form = $("choose"), out = $("outcome");
const TOO_MANY = 4000000; // cells of a table of pairs; beyond, all is taken as changed
function common(a, b) {
  const from = new Uint32Array((a.length + 1) * (b.length + 1)), width = b.length + 1;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      from[i * width + j] = a[i] === b[j] ? from[(i + 1) * width + j + 1] + 1 : Math.max(from[(i + 1) * width + j], from[i * width + j + 1]);
  const found = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) found.push([i++, j++]);
    else if (from[(i + 1) * width + j] >= from[i * width + j + 1]) i++;
    else j++;
  }
  return found;
}
function pairsOf(a, b) {
  let start = 0, end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const inner = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const middle = inner[0].length * inner[1].length > TOO_MANY ? [] : common(...inner).map(([i, j]) => [i + start, j + start]);
  const ends = Array.from({ length: end }, (_, at) => [a.length - end + at, b.length - end + at]);
  return [...Array.from({ length: start }, (_, at) => [at, at]), ...middle, ...ends];
}
const printed = paragraph => paragraph.label ? `${paragraph.label} ${paragraph.text}` : paragraph.text;
const folded = text => text.replace(/\s+/gu, " ").trim();
// A word; a sign of a script that sets no spaces is one by itself.
const wordsOf = text => text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]\p{M}*|[\p{L}\p{N}\p{M}]+|\s+|./gsu) || [];
function alike(a, b) {
  const left = wordsOf(a).filter(word => word.trim()), right = new Set(wordsOf(b).filter(word => word.trim()));
  return left.length ? 2 * left.filter(word => right.has(word)).length / (left.length + right.size) : 0;
}
// Words that came and went beside each other are one change: white space between them is no words that stayed.
function settled(parts) {
  const found = [];
  let gone = "", come = "";
  const end = () => { if (gone) found.push(["del", gone]); if (come) found.push(["ins", come]); gone = come = ""; };
  parts.forEach(([sign, text], at) => {
    if (sign === "del") gone += text;
    else if (sign === "ins") come += text;
    else if (!text.trim() && (gone || come) && at + 1 < parts.length) { gone += text; come += text; }
    else { end(); found.push([sign, text]); }
  });
  end();
  return found;
}
function woven(a, b) {
  const left = wordsOf(a), right = wordsOf(b), parts = [];
  const put = (sign, text) => { if (text) parts.length && parts.at(-1)[0] === sign ? parts.at(-1)[1] += text : parts.push([sign, text]); };
  let i = 0, j = 0;
  for (const [x, y] of [...pairsOf(left, right), [left.length, right.length]]) {
    put("del", left.slice(i, x).join(""));
    put("ins", right.slice(j, y).join(""));
    if (x < left.length) put("", right[y]);
    [i, j] = [x + 1, y + 1];
  }
  return settled(parts).map(([sign, text]) => sign ? tag(sign, {}, show(text)) : show(text)).flat();
}
// Paragraphs with the same words are one; between them, those are two states of one that share half of their words.
function steps(a, b) {
  const found = [], left = a.map(printed), right = b.map(printed);
  let i = 0, j = 0;
  for (const [x, y] of [...pairsOf(left.map(folded), right.map(folded)), [a.length, b.length]]) {
    for (let from = j; i < x; i++) {
      let best = -1, most = 0.5;
      for (let at = from; at < y; at++) {
        const share = alike(left[i], right[at]);
        if (share > most) [best, most] = [at, share];
      }
      if (best < 0) { found.push({ op: "delete", a: i }); continue; }
      while (j < best) found.push({ op: "insert", b: j++ });
      found.push({ op: "replace", a: i, b: j++ });
      from = j;
    }
    while (j < y) found.push({ op: "insert", b: j++ });
    if (x < a.length) found.push({ op: "equal", a: x, b: y });
    [i, j] = [x + 1, y + 1];
  }
  return found;
}
const SAYS = { insert: "Inserted", delete: "Deleted", replace: "Edited" };
function row({ op, a, b }, old, now, language) {
  const ids = (paragraph, side) => tag("div", { class: `ids ${side}` }, paragraph ? tag("bdi", {}, show(paragraph.id)) : "");
  const was = old[a], is = now[b];
  const words = op === "equal" ? show(printed(is)) : op === "insert" ? tag("ins", {}, show(printed(is))) : op === "delete" ? tag("del", {}, show(printed(was))) : woven(printed(was), printed(is));
  return tag("div", { class: `row ${op}` }, SAYS[op] ? tag("h3", { class: "note" }, SAYS[op]) : "", ids(was, "a"), ids(is, "b"),
    tag("div", { class: "cell b", lang: language === "und" ? null : language }, tag("p", { dir: "auto" }, words)));
}
function shown(old, now) {
  const all = steps(old.paragraphs, now.paragraphs), near = new Set(all.flatMap(({ op }, at) => op === "equal" ? [] : [at - 1, at, at + 1])), rows = [];
  let hidden = 0;
  const told = () => { if (hidden) rows.push(tag("p", { class: "unshown" }, `${hidden} ${hidden === 1 ? "paragraph" : "paragraphs"} unchanged`)); hidden = 0; };
  all.forEach((step, at) => {
    if (!near.has(at)) { hidden++; return; }
    told();
    rows.push(row(step, old.paragraphs, now.paragraphs, now.language));
  });
  told();
  const count = op => all.filter(step => step.op === op).length, said = Object.entries({ replace: "edited", insert: "inserted", delete: "deleted" }).filter(([op]) => count(op)).map(([op, word]) => `${count(op)} ${word}`);
  return [said.length ? `Paragraphs: ${said.join(", ")}.` : "No change in words.", rows];
}
async function record(number) {
  const answer = await fetch(`v${number}/record.json`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`the record of version ${number} cannot be read (status ${answer.status})`);
  return answer.json();
}
async function compare(from, to) {
  out.hidden = false;
  try {
    const [old, now] = await Promise.all([from, to].map(record)), [said, rows] = shown(old, now);
    const page = number => tag("a", { href: `v${number}/index.html` }, `version ${number}`);
    const note = tag("p", { class: "again" }, "Computed here by a simpler rule than that of the command, which also finds what moved: ", command(`archive diff ${now.release}/v${from} ${now.release}/v${to}`), ". The records were not checked: their pages do that.");
    out.replaceChildren(tag("h2", {}, "From ", page(from), " to ", page(to)), tag("p", { class: "summary" }, said), tag("section", { class: "text" }, rows), note);
  } catch (error) { out.replaceChildren(tag("p", {}, `Nothing was compared: ${error.message}.`)); }
}
const number = text => { const match = /^v([1-9][0-9]{0,8})$/.exec(text || ""); return match && Number(match[1]) <= Number(last) ? Number(match[1]) : null; };
function begin(from, to) {
  [from, to] = from < to ? [from, to] : [to, from];
  if (from === to) { out.hidden = false; out.replaceChildren(tag("p", {}, "These are one and the same version.")); }
  else if (pairs === "made") location.assign(`changes/v${from}..v${to}.html`);
  else compare(from, to);
}
if (location.protocol !== "file:" && Number(last) > 1) {
  form.hidden = false;
  form.addEventListener("submit", event => {
    event.preventDefault();
    const { from, to } = form.elements;
    history.replaceState(null, "", `?from=${from.value}&to=${to.value}`);
    begin(number(from.value), number(to.value));
  });
  const asked = new URLSearchParams(location.search), from = number(asked.get("from")), to = number(asked.get("to"));
  if (from && to) {
    form.elements.from.value = `v${from}`;
    form.elements.to.value = `v${to}`;
    begin(from, to);
  }
}
