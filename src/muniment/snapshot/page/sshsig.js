// --- OpenSSH signatures (PROTOCOL.sshsig): Ed25519 and SHA-512, one form.
const string = bytes => join(Uint8Array.of(0, 0, bytes.length >> 8, bytes.length & 255), bytes);
const blob = (content) => join(string(ascii("ssh-ed25519")), string(content));
const about = namespace => join(string(ascii(namespace)), string(ascii("")), string(ascii("sha512")));
function parseSignature(path, namespace) {
  const text = utf8(files[path]), inner = unbase64(text.split("\n").slice(1, -2).join(""));
  const key = inner.slice(33, 65), raw = inner.slice(-64);
  const again = join(ascii("SSHSIG"), Uint8Array.of(0, 0, 0, 1), string(blob(key)), about(namespace), string(blob(raw)));
  const lines = base64(again).replace(/.{1,70}/g, "$&\n");
  need(text === `-----BEGIN SSH SIGNATURE-----\n${lines}-----END SSH SIGNATURE-----\n`,
    `${path} is not an Ed25519 signature for ${namespace} in its one form`);
  return { key: admit(key), raw, namespace };
}
const checkSshsig = async ({ key, raw, namespace }, message) =>
  checkSignature(key, raw, join(ascii("SSHSIG"), about(namespace), string(await digest("SHA-512", message))));
const fingerprint = async key => base64(await sha256(blob(key))).replace("=", "");
function parseKey(line) {
  const key = unbase64(line.split(" ")[1]).slice(-32);
  need(line === `ssh-ed25519 ${base64(blob(key))}`, "a key in another form");
  return admit(key);
}
