// --- The words, as elements. The page holds the same, made in the same way, for readers without scripts.
const WAS = { class: "was", hidden: "" }, NOW = { class: "now" }, READ = { "[": "\u27e6", "]": "\u27e7" };
const noBrackets = text => text.replace(/[[\]]/g, bracket => READ[bracket]);
const received = (text, hidden) => text.split(/(\r\n|[[\]\t])/).flatMap(token =>
  token === "\r\n" ? [tag("span", WAS, "\u240d"), "\n"]
  : token === "\t" ? tag("span", { class: "tab" }, token)
  : READ[token] ? [tag("span", WAS, token), tag("span", NOW, READ[token])] : show(token, hidden));
// What the reading text has, and the white space after it.
function replacement(text, { kind, replacement: given }) {
  if (kind === "omitted") return ["[\u2026]", ""];
  if (kind === "unclear") return [`[${noBrackets(text)}?]`, ""];
  const inner = given.trim(), at = given.indexOf(inner);
  return [`${given.slice(0, at)}[${noBrackets(inner)}]`, given.slice(at + inner.length)];
}
const anchorOf = (id, at) => /^(?:[hp]|nn|plist|pnote|precital)[0-9][A-Za-z0-9.]{0,58}$/.test(id) ? id : `n${at + 1}`;
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
    return tag("div", { class: `paragraph ${kind}`, id: name, "data-id": name === id ? null : id },
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
