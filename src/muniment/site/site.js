// --- The filter of the home page: over releases.json, or over the index of a search engine. Nothing runs from a disk.
const form = $("search"), out = $("found"), all = $("all"), { search } = running.dataset;
const fields = ["q", "issuer", "subject", "language", "year"];
const asked = () => Object.fromEntries(fields.map(name => [name, (form.elements[name] ? form.elements[name].value : "").trim()]));
const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const link = (row) => tag("a", { href: `releases/${row.release}/index.html`, lang: row.language === "und" ? null : row.language }, tag("bdi", {}, show(row.title)));
const listed = row => tag("li", {}, tag("span", { class: "when" }, row.issued === null ? `logged ${row.logged_at.slice(0, 10)}` : row.basis === "stated" ? row.issued : `[${row.issued}]`),
  tag("span", { class: "what" }, link(row), tag("span", { class: "about" }, show(row.genre || "document"), row.issuer ? [", ", tag("bdi", {}, show(row.issuer))] : "",
    ` \u00b7 ${row.versions} ${row.versions === 1 ? "version" : "versions"}`, row.withdrawn ? `, ${row.withdrawn} withdrawn` : "",
    row.fault ? tag("strong", {}, ` \u00b7 version ${row.versions} does not verify`) : "")));
function tell(said, rows) {
  out.replaceChildren(tag("p", { role: "status" }, said), tag("ol", { class: "releases" }, rows));
  out.hidden = false;
  all.hidden = true;
}
const count = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
const MOST = 200;
let rows;
async function read() {
  const answer = await fetch("releases.json", { credentials: "omit" });
  if (!answer.ok) throw new Error(`the list cannot be read (status ${answer.status})`);
  rows = (await answer.json()).releases;
  const values = { issuer: row => [row.issuer], subject: row => row.subjects, language: row => [row.language], year: row => [(row.issued || row.logged_at).slice(0, 4)] };
  for (const [name, of] of Object.entries(values)) {
    const found = [...new Set(rows.flatMap(of).filter(value => value))].sort();
    if (name === "year") found.reverse();
    form.elements[name].append(...found.map(value => tag("option", { value }, plain(value))));
  }
}
function matches(row, { q, issuer, subject, language, year }) {
  const words = fold(q).split(/\s+/).filter(word => word), text = fold([row.title, ...row.subjects, row.issuer || "", row.release].join("\n"));
  return words.every(word => text.includes(word)) && (!issuer || row.issuer === issuer) && (!subject || row.subjects.includes(subject)) &&
    (!language || row.language === language) && (!year || ((row.issued || row.logged_at).slice(0, 4)) === year);
}
async function byTitle(wanted) {
  const found = rows.filter(row => matches(row, wanted));
  tell(`${count(found.length, "release")} found${found.length > MOST ? `; the newest ${MOST} are shown` : ""}.`, found.slice(0, MOST).map(listed));
}
let engine;
async function byWords(wanted) {
  if (!wanted.q) return byTitle(wanted);
  engine = engine || await import(new URL("pagefind/pagefind.js", running.src).href);
  const filters = Object.fromEntries(["issuer", "subject", "language", "year"].filter(name => wanted[name]).map(name => [name, wanted[name]]));
  const { results } = await engine.search(wanted.q, { filters }), shown = await Promise.all(results.slice(0, 50).map(result => result.data()));
  const byId = Object.fromEntries(rows.map(row => [row.release, row]));
  tell(`${count(results.length, "release")} found${results.length > 50 ? "; the first 50 are shown" : ""}.`, shown.flatMap(({ meta, excerpt }) => {
    const row = byId[meta.release];
    if (!row) return [];
    const item = listed(row), said = tag("span", { class: "about" });
    // The engine escapes what it was given and adds mark elements; only text and mark are taken over.
    for (const node of new DOMParser().parseFromString(excerpt, "text/html").body.childNodes)
      said.append(...node.nodeName === "MARK" ? [tag("mark", {}, show(node.textContent))] : [show(node.textContent)].flat());
    item.lastChild.append(said);
    return [item];
  }));
}
async function answer() {
  const wanted = asked();
  if (!Object.values(wanted).some(value => value)) { out.hidden = true; all.hidden = false; return; }
  try {
    if (!rows) await read();
    await (search === "pagefind" ? byWords : byTitle)(wanted);
  } catch (error) { tell(`Nothing was searched: ${error.message}.`, []); }
}
if (search !== "server" && location.protocol !== "file:") {
  const given = new URLSearchParams(location.search);
  form.hidden = false;
  form.addEventListener("submit", event => {
    event.preventDefault();
    const said = new URLSearchParams(Object.entries(asked()).filter(([, value]) => value)).toString();
    history.replaceState(null, "", said ? `?${said}` : location.pathname);
    answer();
  });
  try { await read(); } catch { form.hidden = true; }
  for (const name of fields) if (given.has(name)) form.elements[name].value = given.get(name);
  for (const name of fields.slice(1)) form.elements[name].addEventListener("change", answer);
  if (fields.some(name => given.has(name))) answer();
}
