"""Who signs: Ed25519 keys as OpenSSH keeps them, SSHSIG signatures, and the chain of trust roots.

``wire`` is the binary form of SSH (RFC 4251, RFC 8709), ``keys`` the public and private keys, ``openssh_key``
the file of a private key, ``agent`` the private keys that ssh-agent holds and ``agent_socket`` the way there,
``sshsig`` the detached signature.  ``trust_table`` says who may sign what, ``trust_root`` is its file and
signatures, ``root_chain`` the files of a whole chain, ``allowed_signers`` the same for ssh-keygen.
"""
