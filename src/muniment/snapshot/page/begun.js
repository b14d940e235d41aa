// --- What runs when the page is there.
try { files = evidence(); } catch { files = {}; }
ed25519 = hasEd25519();
if (document.readyState === "loading") await new Promise(done => addEventListener("DOMContentLoaded", done));
arrived = document.body.cloneNode(true);
arrived.normalize();
if (arrived.lastChild.nodeType === 3 && !arrived.lastChild.data.trim()) arrived.lastChild.remove();
conclude(await run());
begin();
addCopyButtons();
