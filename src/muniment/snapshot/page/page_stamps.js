// --- Time stamps (RFC 3161, in DER): when, and of what. Their signatures are beyond a browser.
function elements(bytes) {
  const all = [];
  for (let at = 0; at < bytes.length;) {
    let size = bytes[at + 1], start = at + 2;
    if (size & 0x80) {
      start += size & 0x7f;
      size = bytes.slice(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    }
    need(start + size <= bytes.length, "a time stamp that is cut");
    all.push({ tag: bytes[at], held: bytes.slice(start, start + size) });
    at = start + size;
  }
  return all;
}
function within(bytes, tag, nth = 0) {
  const found = elements(bytes).filter(element => element.tag === tag)[nth];
  need(found, "not a time stamp");
  return found.held;
}
function parseStamp(response) {
  const signed = within(within(within(within(response, 0x30), 0x30, 1), 0xa0), 0x30);
  const info = within(within(within(within(signed, 0x30), 0xa0), 0x04), 0x30);
  const parts = elements(info), at = parts.findIndex(({ tag }) => tag === 0x18), after = parts[at + 1];
  const said = utf8(within(info, 0x18)).match(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/);
  need(said, "a time stamp without a time");
  const unit = { 0x02: 1e6, 0x80: 1e3, 0x81: 1 }, value = held => held.reduce((sum, byte) => sum * 256 + byte, 0);
  const micros = after && after.tag === 0x30 ? elements(after.held).reduce((sum, { tag, held }) => sum + value(held) * unit[tag], 0) : 0;
  // "Not later than" takes the end of the span that the accuracy gives, in whole seconds.
  const more = Math.floor(micros / 1e6) + (micros % 1e6 ? 1 : 0) + (said[7] ? 1 : 0);
  const [year, month, day, hour, minute, second] = said.slice(1, 7).map(Number);
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second + more)).toISOString().replace(".000", "");
  return { time, imprint: hex(within(within(info, 0x30), 0x04)) };
}
CHECKS.stamps = async () => {
  const text = utf8(files["inclusion.tlog-proof"]), note = hex(await sha256(ascii(text.slice(text.indexOf("\n\n") + 2))));
  const number = path => Number(path.split(".").at(-2)), times = [];
  for (const path of Object.keys(files).filter(path => path.endsWith(".tsr")).sort((a, b) => number(a) - number(b))) {
    const stamp = parseStamp(files[path]);
    need(stamp.imprint === note, "a stamp of something else than this checkpoint");
    times.push(stamp.time);
  }
  const printed = document.querySelector("[data-is=stamped]");
  need(times.length && printed && printed.textContent === times.join(", "), "another time is printed than the stamps say");
  return "what they say; whether it is signed, archive verify and verify.sh can tell";
};
