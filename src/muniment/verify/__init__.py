"""Verifying: the numbered checks of ``docs/verify.md``, in the same numbers here, in ``--json`` and in the docs.

``report`` holds findings · ``version`` checks one version, from whatever bytes it came · ``objects`` the OCFL object of
a release · ``log`` the log · ``trust`` the trust roots and what they vouch for · ``layout`` what else lies in the
folder · ``whole`` puts them together.  Primitives raise typed errors; each check turns them into findings and goes on.
"""
