// --- What the reader sees of it.
const SAID = { passed: "passed", failed: "FAILED", unable: "cannot check here" };
async function run() {
  const results = {};
  for (const [name, check] of Object.entries(CHECKS)) {
    let state = "passed", detail = "", file = null;
    try { detail = await check() || ""; } catch (error) {
      state = error instanceof Unable ? "unable" : "failed";
      file = state === "failed" ? error.where || FILES[name] : null;
      detail = file && !error.message.includes(file) ? `${file}: ${error.message}` : error.message;
    }
    results[name] = { state, detail, file };
  }
  return results;
}
// Where the page parts from what its evidence makes: the smallest elements that differ.
function differences(here, made) {
  if (here.isEqualNode(made)) return [];
  const ours = [...here.children], theirs = [...made.children];
  if (ours.length > theirs.length) {
    const more = ours.filter(each => !theirs.some(other => other.isEqualNode(each)));
    if (more.length) return more;
  }
  if (ours.length !== theirs.length || !here.cloneNode().isEqualNode(made.cloneNode())) return [here];
  const inner = ours.flatMap((each, at) => differences(each, theirs[at]));
  return inner.length ? inner : [here];
}
function partOf(place) {
  const part = place.closest("section, header, main"), heading = part && part.querySelector("h1, h2");
  return heading ? `the part \u201c${heading.textContent.slice(0, 60)}\u201d` : "something beside all parts of the page";
}
// Mark each place, and say in a line which they are: paragraphs of the page, its other parts, and files.
function markWhere(results) {
  document.body.normalize();
  const [here, made] = found.body ? [document.body, found.body] : wordsHere() || [];
  const places = here && results.page.state !== "passed" ? differences(here, made) : [], where = new Map();
  for (const { file } of Object.values(results)) if (file) where.set(file, command(file));
  for (const place of places) {
    const paragraph = place.closest(".paragraph");
    (paragraph || place).classList.add("wrong");
    if (!paragraph) { where.set(partOf(place), partOf(place)); continue; }
    if (where.has(`#${paragraph.id}`)) continue;
    where.set(`#${paragraph.id}`, tag("a", { href: `#${paragraph.id}` }, `paragraph ${paragraph.id}`));
    const right = [...made.querySelectorAll(".paragraph")].find(({ id }) => id === paragraph.id);
    paragraph.after(tag("p", { class: "fault" }, "\u2717 Not as the evidence of this page has it. ",
      right ? ["There: ", show(right.lastChild.textContent)] : "There is no such paragraph there."));
  }
  return where.size && tag("span", { id: "where" }, "Where: ", [...where.values()].slice(0, 12).flatMap((each, at) => at ? [", ", each] : [each]),
    where.size > 12 ? " and more." : ".");
}
function conclude(results) {
  const states = Object.values(results).map(({ state }) => state), all = states.length;
  const count = wanted => states.filter(state => state === wanted).length;
  const [state, said, note] = count("failed") ? ["failed", `Not verified: ${count("failed")} of ${all} checks failed.`, OWN.notes.failed]
    : count("unable") ? ["unable", `Not verified: ${count("unable")} of ${all} checks cannot be done here. Check by other means, below.`, OWN.notes.unable]
    : ["passed", `All ${all} checks passed. ${OWN.notes.next}`, OWN.notes.passed];
  // What is seen then was written here. Else it is whatever came, below a line that nothing in it can hide.
  const body = state === "passed" ? found.body : tag("body", {});
  let where = null;
  try { where = state === "failed" && markWhere(results); } catch { /* It could not even be read. */ }
  if (state !== "passed") {
    if (results.page.state !== "passed") {
      const what = results.page.state === "failed" ? said.replace(/\.$/, `: ${results.page.detail}. `) : `${said} `;
      body.append(tag("p", { id: "refused" }, what, where || ""));
    } else if (where && $("verdict")) $("verdict").after(where);
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
