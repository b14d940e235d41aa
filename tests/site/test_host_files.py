"""The ready header files do on real web servers what they say; where a server is not installed, its test is skipped."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.site.conftest import write
from tests.site.test_folder import small_world

from muniment.site.host_files import format_caddy, format_nginx

KEPT, ASKED = "public, max-age=31536000, immutable", "no-cache"
TEXT = "text/plain; charset=utf-8"
WANTED = {
    "index.html": (ASKED, "text/html; charset=utf-8"),
    "releases/one/v1/record.json": (KEPT, "application/json"),
    "releases/one/v1/record.json.sig": (KEPT, TEXT),
    "releases/one/v1/original.txt": (KEPT, TEXT),
    "releases/one/v1/inclusion.tlog-proof": (ASKED, TEXT),
    "releases/one/v1/cite.bib": (ASKED, "application/x-bibtex; charset=utf-8"),
    "releases/one/timemap.link": (ASKED, "application/link-format"),
    "feed.atom": (ASKED, "application/atom+xml"),
}
NGINX = """
daemon off; pid {here}/pid; error_log {here}/errors; worker_processes 1;
events {{}}
http {{
  types {{ text/html html; text/plain txt; application/json json; }}
  default_type application/octet-stream; access_log off;
  client_body_temp_path {here}/t; proxy_temp_path {here}/t; fastcgi_temp_path {here}/t;
  uwsgi_temp_path {here}/t; scgi_temp_path {here}/t;
  server {{ listen 127.0.0.1:{port}; root {site}; include {site}/headers/nginx.conf; }}
}}
"""
APACHE = """
ServerRoot {here}
PidFile {here}/pid
ErrorLog {here}/errors
Listen 127.0.0.1:{port}
ServerName localhost
User {user}
{modules}
TypesConfig {here}/types
DocumentRoot {site}
<Directory {site}>
  AllowOverride All
  Require all granted
</Directory>
"""
CADDY = """{{
	admin off
	auto_https off
}}
http://127.0.0.1:{port} {{
	root * {site}
	import {site}/headers/Caddyfile
}}
"""
MODULES = ("mpm_event", "authz_core", "dir", "mime", "headers")


def command(server: str, here: Path, site: Path, port: int) -> list[str]:
    """Write the configuration of a server, and say how it is started."""
    program = shutil.which(server, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip(f"{server} is not installed")
    config = here / "config"
    if server == "nginx":
        config.write_text(NGINX.format(here=here, site=site, port=port))
        return [program, "-c", str(config)]
    if server == "caddy":
        config.write_text(CADDY.format(site=site, port=port))
        return [program, "run", "--config", str(config), "--adapter", "caddyfile"]
    folder = Path("/usr/lib/apache2/modules")
    if not folder.is_dir():
        pytest.skip(f"what Apache needs in {folder} is not installed")
    (here / "types").write_text("text/html html\ntext/plain txt\napplication/json json\n")
    shutil.copy(site / "headers/apache.htaccess", site / ".htaccess")
    modules = "\n".join(f"LoadModule {name}_module {folder}/mod_{name}.so" for name in MODULES)
    config.write_text(APACHE.format(here=here, site=site, port=port, modules=modules, user="nobody"))
    return [program, "-X", "-f", str(config)]


@contextmanager
def running(server: str, here: Path, site: Path) -> Iterator[int]:
    """A server of a folder; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = command(server, here, site, port)
    environment = {"HOME": str(here), "PATH": "/usr/sbin:/usr/bin:/bin:/usr/local/bin"}
    with (here / "said").open("wb") as said:
        process = subprocess.Popen(arguments, env=environment, stdout=said, stderr=said)
        try:
            for _ in range(200):
                with socket.socket() as there:
                    if there.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if process.poll() is not None:
                    pytest.skip(f"a {server} that starts here is not installed: {(here / 'said').read_text()[-200:]}")
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter: a server that root starts works under another."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("server", ["nginx", "apache2", "caddy"])
def test_a_real_server_sends_what_the_file_says(open_folder: Path, server: str) -> None:
    """Types that hosts do not know, what may be kept and for how long, and the policy are there on each server."""
    write(small_world(), open_folder / "site")
    with running(server, open_folder, open_folder / "site") as port:
        for path, (keeping, media_type) in WANTED.items():
            asking = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            asking.request("GET", f"/{path if path != 'index.html' else ''}")
            answer = asking.getresponse()
            answer.read()
            asking.close()
            found = (answer.status, answer.headers.get_all("Cache-Control"), answer.headers["Content-Type"])
            assert found == (200, [keeping], media_type), path
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_rule_is_for_a_field_of_another_name() -> None:
    """What nginx and Caddy would take without an error and never heed is not written."""
    for line in format_caddy().decode().splitlines():
        words = line.split()
        assert words[0] != "header" or words[1] == "{" or words[1].startswith("@"), line
    (signed,) = format_nginx().decode().split("location ~ /releases")[1:]
    assert r"location ~ \.sig$" in signed.split("\n}\n")[0]
