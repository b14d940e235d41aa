// --- Archived text as elements: the same elements as the page has for readers without scripts.
const HIDDEN = "\\p{Cc}\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u2028-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\u3164\\p{Co}" +
  "\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0001}\\u{e0020}-\\u{e007f}\\p{Noncharacter_Code_Point}";
const RIGHT_TO_LEFT = /[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const hiddenIn = text => new RegExp(`((?![\\t\\n])[${HIDDEN}${RIGHT_TO_LEFT.test(text) ? "" : "\\u061c\\u200e\\u200f"}])`, "u");
// Tags are called after the signs of ASCII.
const SIGNS = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter(sign => !/[a-z]/i.test(sign));
function nameOf(character) {
  const code = character.codePointAt(0), sign = String.fromCharCode(code & 127);
  if (code < 0xe0020 || code > 0xe007e) return OWN.names[code.toString(16).toUpperCase()] || "UNNAMED";
  if (SIGNS.includes(sign)) return `TAG ${OWN.tags.split(",")[SIGNS.indexOf(sign)]}`;
  return `TAG LATIN ${sign === sign.toUpperCase() ? "CAPITAL" : "SMALL"} LETTER ${sign.toUpperCase()}`;
}
const named = character => `\u27e8U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")} ${nameOf(character)}\u27e9`;
function tag(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children.flat(9).filter(child => child !== ""));
  made.normalize();
  return made;
}
const show = (text, hidden = hiddenIn(text)) =>
  text.split(hidden).map((part, at) => at % 2 ? tag("code", { class: "char", dir: "ltr" }, named(part)) : part);
const plain = text => text.split(new RegExp(`((?![\\t\\n])[${HIDDEN}\\u061c\\u200e\\u200f])`, "u"))
  .map((part, at) => at % 2 ? named(part) : part).join("");
function direction(language) {
  const [primary, ...rest] = language.toLowerCase().split(/-[a-z0-9](?:-|$)/)[0].split("-");
  if (primary === "und" && !rest.length) return "auto";
  const written = rest.find(part => /^[a-z]{4}$/.test(part));
  return (written ? OWN.scripts.includes(written) : OWN.languages.includes(primary)) ? "rtl" : "ltr";
}
const fact = (name, ...value) => tag("div", {}, tag("dt", {}, name), tag("dd", {}, ...value));
const aside = text => tag("span", { class: "aside" }, text);
const code = (text, is) => tag("code", { class: "hash", "data-is": is || null }, show(text));
const bdi = text => tag("bdi", {}, show(text));
const command = text => tag("code", {}, text);
const section = (id, heading, ...held) => tag("section", { "aria-labelledby": id }, tag("h2", { id }, heading), ...held);
const facts = (...held) => tag("dl", {}, ...held);
const locatorOf = id => `${id[0] === "h" ? "heading" : "para."} ${id.startsWith("nn") ? id : id.slice(1)}`;
const checkList = () => section("checks", "Checked in this browser",
  tag("ol", { class: "checks" }, OWN.checks.map(([name, label]) => tag("li", { id: `check-${name}` },
    tag("span", { class: "state" }, "not checked"), tag("span", { class: "what" }, label), tag("span", { class: "detail" })))));
const bar = (...held) => tag("div", { class: "bar" }, tag("p", { id: "verdict", role: "status" }, OWN.verdict), ...held);

// What stands around the body: the name of the page, its one style sheet, and nothing that can show, hide or lead away.
async function checkAround(title) {
  need(document.title === title, "the page has another title");
  const [style] = document.head.querySelectorAll("style");
  need(style && hex(await sha256(ascii(style.textContent))) === OWN.style, "the page has another style sheet");
  const own = "title, style:not([media]), link:not([rel~=stylesheet]), meta:not([http-equiv]), " +
    "meta[http-equiv=Content-Security-Policy], script[type='application/ld+json']";
  const more = [...document.head.children].find(each => !each.matches(own)) || document.styleSheets[1] ||
    [...document.documentElement.attributes].find(({ name, value }) => name === "lang" ? value !== "en" : !name.startsWith("data-"));
  // A browser's extension does such things too.
  if (more) throw new Unable("something was put into this page that can show or hide words");
}
