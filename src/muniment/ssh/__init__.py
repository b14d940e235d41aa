"""Ed25519 keys and signatures as OpenSSH has them.

- ``wire``: the binary form (RFC 4251, RFC 8709)
- ``keys``: public lines, fingerprints, private keys
- ``openssh_key``: the file of a private key
- ``sshsig``: detached signatures
- ``agent``: keys that ssh-agent holds
"""
