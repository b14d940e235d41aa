// --- All around the words, as elements: the page again, of the evidence alone. What another page shows is not of it.
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const SHORT = ["Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];
function dayFirst({ date, basis }, months) {
  if (date === null) return "n.d.";
  const [year, month, day] = date.split("-").map(Number);
  const said = [day, months[month - 1], String(year).padStart(4, "0")].filter(part => part !== undefined).join(" ");
  return basis === "stated" ? said : `[${said}]`;
}
const niOf = hash => `ni:///sha-256;${base64url(unhex(hash))}`;

// Times as they are printed: the check of the stamps holds them against these. Who stamped is in no file here, and must be
// among those whose stamps count.
function stamped() {
  const printed = document.querySelector("[data-is=stamped]"), by = printed && printed.nextElementSibling;
  if (!CHECKS.stamps || !by) return "";
  const who = by.textContent.slice(4).split(". ")[0].split(" and ");
  need(who.every(name => found.root.authorities.some(held => held.name === name)), "another time stamp authority is named");
  return fact("Stamped", "not later than ", tag("span", { "data-is": "stamped" }, printed.textContent),
    aside(` by ${who.join(" and ")}${OWN.stamped}`));
}
// A text in quotation marks, as muniment.cite.quoting has it: the double ones in it become single, single in those double.
function nested(title) {
  const held = [], single = mark => mark === "\u2018" || mark === "\u201a", straight = title.split('"').length % 2, signs = Array.from(title);
  const word = sign => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);
  const ends = at => signs[at] === "\u2019" && !(word(signs[at - 1]) && word(signs[at + 1]));
  const ended = at => signs.slice(at).some((sign, more) => signs[at] === "\u201a" ? sign === "\u2018" : ends(at + more));
  const opens = (sign, at) => {
    const last = held.filter(mark => !single(mark)).at(-1);
    if (sign === "\u201c") return last !== "\u201e";
    if (sign === "\u201d") return !last && (at === 0 || " \t\u00a0\u202f\u3000([{\u00ab\u2039\u2014\u2013-".includes(signs[at - 1]));
    return sign !== '"' || last !== '"';
  };
  return signs.map((sign, at) => {
    const top = held.at(-1);
    if ("\u201c\u201d\u201e\u201f".includes(sign) || (sign === '"' && straight)) {
      const begins = opens(sign, at);
      if (begins) held.push(sign);
      while (!begins && held.length && single(held.pop()));
      const level = held.filter(mark => !single(mark)).length - begins;
      return "\u2018\u201c\u2019\u201d"[level % 2 + (begins ? 0 : 2)];
    }
    if (top && !single(top) && single(sign) && ended(at)) { held.push(sign); return "\u201c"; }
    if (top && (top === "\u2018" ? ends(at) : top === "\u201a" && sign === "\u2018")) { held.pop(); return "\u201d"; }
    return sign;
  }).join("");
}
const kindOf = record => record.genre ? record.genre.term : "document";
const capital = text => { const first = Array.from(text)[0], big = first.toUpperCase(); return Array.from(big).length === 1 ? big + text.slice(first.length) : text; };
// Where the site has the version, or its paragraph of that anchor.
const addressOf = (record, anchor) => found.root.url
  ? `${found.root.url}/releases/${record.release}/v${record.version}/${anchor ? `#${anchor}` : ""}` : null;
const withdrawal = () => (found.root.withdrawn || []).find(held => held.record === found.hash);
function head({ record, reference, origin }) {
  const { title, language, issued, issuer } = record, address = addressOf(record);
  const gone = withdrawal();
  return tag("header", {}, tag("p", { class: "eyebrow" }, show(`${capital(kindOf(record))}${OWN.eyebrow}`)),
    gone ? tag("p", { class: "withdrawn", role: "note" }, `${OWN.withdrawn}${gone.time.slice(0, 10)} (claimed): `, bdi(gone.reason)) : "",
    tag("h1", { lang: language === "und" ? null : language }, bdi(title)),
    facts(fact("Issued", issued.date === null ? aside("not known") : show(dayFirst(issued, MONTHS)), issued.basis === "inferred" ? aside(OWN.inferred) : ""),
      fact("Issuer", issuer ? show(issuer) : aside("not stated in the text")),
      fact("Version", tag("span", { "data-is": "reference" }, reference)),
      fact("Archive", tag("span", { "data-is": "origin" }, origin)),
      address ? fact("Online", tag("a", { href: address }, show(address))) : "", stamped()));
}
const compare = ({ record, root }, entry) => section("compare", "Compare", tag("p", { class: "warning" }, OWN.warning), facts(
  fact("Trust root 1", code(root, "root"), aside(OWN.root), command("sha256sum data/trust/root/1.json")),
  fact("Record", code(entry.record, "record"), aside(OWN.record), command("sha256sum data/record.json")),
  fact("Record key", code(entry.signer, "signer"), aside(OWN.signer)),
  found.root.log_keys.map(held => fact("Log key", code(held.vkey))),
  fact("Original", code(entry.original, "original"), aside(OWN.original), command(`sha256sum data/${record.original.path}`))));
function text(record) {
  const said = record.paragraphs.map(paragraph => paragraph.text), brackets = said.some(text => /[[\]]/.test(text)), shown = [];
  const choice = (id, label, checked) => tag("label", { for: id },
    tag("input", { type: "radio", id, name: "view", checked: checked ? "" : null, autocomplete: "off" }), ` ${label}`);
  const legend = text => tag("p", { class: "now legend" }, text);
  if (record.emendations.length || brackets || said.some(text => text.includes("\n")))
    shown.push(tag("fieldset", { class: "switch" }, tag("legend", {}, "Show the text"),
      choice("view-reading", "to read", true), choice("view-received", "as received", false)),
      record.emendations.length ? legend(OWN.brackets) : "", brackets ? legend(OWN.square) : "");
  return tag("main", {}, section("text", "Text", tag("p", { id: "note" }, OWN.note), shown, words(record)));
}
function citations({ record, reference, origin, hash }) {
  const { title, issued, issuer } = record, lead = `${issuer ? `${issuer}, ` : ""}\u201c${nested(title)}\u201d`;
  const ended = text => text.endsWith(".") ? text : `${text}.`, uri = record.original.uri;
  const gone = withdrawal(), told = gone ? ` (withdrawn by the archive on ${gone.time.slice(0, 10)})` : "";
  const long = (place, anchor) => [[`${lead} [${kindOf(record)}]`, dayFirst(issued, MONTHS), ...place].join(", "),
    `Archive version ${record.version} (${reference}), ${origin}`, ...found.root.url ? [`Online: <${addressOf(record, anchor)}>`] : [], ...uri ? [`Source: <${uri}>`] : [], `SHA-256 ${hash}`].map(ended).join(" ") + told;
  const short = place => [`${lead} (${dayFirst(issued, SHORT)})`, `v${record.version}`, ...place, `SHA-256 ${hash.slice(0, 16)}\u2026`].join(", ") + told;
  const { id } = record.paragraphs[0], locator = locatorOf(id), anchor = anchorOf(id, 0);
  const span = (name, said, more) => tag("span", { class: "citation", "data-copy": name, ...more }, plain(said));
  const cited = (name, write) => {
    const whole = write([]), part = write([locator], anchor);
    let start = 0;
    while (whole[start] === part[start]) start++;
    const place = part.indexOf(locator, start), tail = part.slice(place + locator.length), at = found.root.url ? tail.indexOf(`#${anchor}>`) + 1 : 0;
    return span(name, whole, { id: name.split(" ")[0], "data-whole": plain(whole), "data-before": plain(part.slice(0, place)),
      "data-after": plain(at ? tail.slice(0, at) : tail), "data-end": at ? plain(tail.slice(at + anchor.length)) : null });
  };
  return section("cite", "Cite", tag("p", { id: "cited" }, "Of the whole version:"), tag("p", { class: "brief" }, cited("short citation", short)),
    tag("details", {}, tag("summary", {}, "Full citation, reference, hash"), facts(fact("Full", cited("full citation", long)),
      fact("Reference", span("reference", reference, { "data-whole": reference, "data-is": "reference" })),
      fact("Hash as a URI", span("hash", niOf(hash), { "data-is": "ni" })))), tag("p", { id: "copied", role: "status" }));
}
function description(record, { logged_at }) {
  const about = record, { original, change, genre } = record;
  const said = [["Genre", genre && `${genre.term} (${genre.basis}${genre.note ? `: ${genre.note}` : ""})`], ["About the date", about.issued.note], ["Abstract", about.abstract], ["Subjects", about.subjects.join("; ")],
    ["Time spoken of", about.temporal.join("; ")], ["Rights", about.rights]].filter(([, value]) => value);
  const size = original.size.toLocaleString("en-US"), back = change.reverts_to;
  return section("description", "Description", facts(
    fact("Language", about.language === "und" ? aside("not known") : about.language),
    said.map(([name, value]) => fact(name, bdi(value))), about.relations.map(({ relation, target }) => fact(relation, bdi(target))),
    fact("Published at", original.uri ? code(original.uri) : aside("not known")),
    original.retrieved ? fact("Retrieved", `${original.retrieved} `, aside("claimed")) : "",
    fact("As received", show(`${original.path}, ${size} bytes, ${original.media_type}, ${original.charset}`)),
    fact("This version", change.kind, back === null ? "" : `, back to the bytes of version ${back}`, change.note ? [": ", bdi(change.note)] : ""),
    fact("Version before", record.previous ? code(record.previous) : aside("none: this is the first")),
    fact("Logged", `${logged_at} `, aside("claimed by the keeper"))),
    tag("h3", {}, "How it came here"), tag("ol", { class: "provenance" }, record.provenance.map(({ activity, agent, time, note }) =>
      tag("li", {}, `${activity}, by `, bdi(agent), time ? `, ${time} (claimed)` : "", note ? [". ", bdi(note)] : ""))));
}
function limits({ root }, { index, size }, { logged_at }) {
  const last = index === size - 1 ? ` (claimed ${logged_at})` : "";
  return section("limits", "What this proves, and what it does not",
    tag("p", {}, `${OWN.place}${placeOf({ index, size })}, as its signed checkpoint says.`), tag("p", {}, OWN.limits),
    tag("p", {}, `Not known: what was revoked or withdrawn after log size ${size}${last}. A newer copy of the archive can tell.`),
    tag("p", {}, OWN.unchecked), tag("pre", {}, command(`archive verify . \\\n  --root ${root.slice(7)}`)),
    tag("p", {}, OWN.again, command("README.txt"), " has the same steps for ", command("sha256sum"), ", ", command("ssh-keygen"),
      " and ", command("openssl"), "."));
}
// The whole body, and the two scripts at its end: the evidence, and this one.
function makeBody() {
  const record = needs("record"), entry = needs("entry"), roots = needs("roots");
  const known = { record, reference: `${record.release}/v${record.version}`, origin: found.root.archive, hash: found.hash.slice(7), root: roots[0].digest };
  const made = tag("body", {}, head(known), bar(tag("p", { class: "scope" }, OWN.scope, command("sh data/verify.sh"), " or ", command("archive verify .")), citations(known)), text(record), tag("div", { class: "evidence" }, compare(known, entry), checkList()),
    description(record, entry), limits(known, parseProof(), entry));
  made.append(tag("script", { type: "application/json", id: "evidence" }, $("evidence").textContent), "\n", running.cloneNode(true));
  return made;
}
