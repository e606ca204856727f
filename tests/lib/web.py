"""The web door of a service, and somebody who comes to it without a
browser: what is sent is sent as browsers do, what comes back is looked at as
HTML."""

import contextlib
import html.parser
import http.client
import json
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess

from .ground import SOURCE, build_dir
from .teduh import texts

VISIT_TEXT = 64 * 1024       # bytes of a letter at most
BROWSER = f"{SOURCE}/tests/web"        # what drives one
SECONDS = 240
VOID = ("area", "br", "hr", "img", "input", "link", "meta")


def open_door(ground, service, listen="127.0.0.1:0", **settings):
    """Let this service have one; with pages and texts of its own, which a
    story may edit.  The folders of both."""
    if "texts" not in service.settings.get("alarm", {}):
        service.settings.setdefault("alarm", {})["texts"] = texts(ground)
    pages = shutil.copytree(f"{SOURCE}/config/web", f"{ground.path}/web")
    os.chmod(pages, 0o755)
    words = shutil.copytree(f"{SOURCE}/config/words",
                            f"{ground.path}/words")
    os.chmod(words, 0o755)
    service.settings["web"] = {"listen": listen, "pages": pages,
                               "words": words, **settings}
    return pages, service.settings["alarm"]["texts"]


def port_of(service):
    with open(f"{service.data}/ports.json", encoding="utf-8") as f:
        return int(json.load(f)["web"].rpartition(":")[2])


def browser_modules():
    """The folder with what tests/web/package.json names, fetched when it
    is not there as the lock file has it."""
    folder = f"{os.path.dirname(build_dir())}/web"
    have = f"{folder}/node_modules/.package-lock.json"
    lock = f"{BROWSER}/package-lock.json"
    if os.path.exists(have) and os.path.exists(f"{folder}/fetched"):
        with open(lock, "rb") as a, open(f"{folder}/fetched", "rb") as b:
            if a.read() == b.read():
                return folder
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(f"{BROWSER}/{name}", folder)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                    "--no-fund", "--silent"], cwd=folder, check=True,
                   timeout=SECONDS)
    shutil.copy(lock, f"{folder}/fetched")
    return folder


class Page(html.parser.HTMLParser):
    """An answer: status, headers, raw bytes, and of HTML what matters."""

    def __init__(self, status, headers, raw):
        super().__init__(convert_charrefs=True)
        self.status, self.headers, self.raw = status, headers, raw
        self.tags = []          # (name, attributes) in order
        self.fields = {}        # what a browser would send of it
        self.words = ""
        self._area = None
        self._open = []
        if self.header("Content-Type").startswith("text/html"):
            self.feed(raw.decode("utf-8"))
            self.close()

    def header(self, name):
        """The one of this name, or ""."""
        found = [v for k, v in self.headers if k.lower() == name.lower()]
        if len(found) > 1:
            raise AssertionError(f"{name} stands {len(found)} times")
        return found[0] if found else ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag not in VOID:
            self._open.append(tag)
        name = attrs.get("name")
        if tag == "textarea":
            self._area = name
            self.fields[name] = ""
        elif tag == "input" and name and attrs.get("type") != "file" and (
                attrs.get("type") not in ("radio", "checkbox")
                or "checked" in attrs):
            self.fields[name] = attrs.get("value") or ""

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            raise AssertionError(f"</{tag}> ends nothing")
        if tag == "textarea":
            # A browser drops one line end behind the tag.
            self.fields[self._area] = self.fields[self._area].removeprefix(
                "\n")
            self._area = None

    def handle_data(self, data):
        if self._area is not None:
            self.fields[self._area] += data
        self.words += data

    def all(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag
                and all(a.get(k) == v for k, v in wanted.items())]

    @property
    def language(self):
        return self.all("html")[0]["lang"]

    @property
    def texts(self):
        """All words with single spaces between them."""
        return " ".join(self.words.split())


def code_of(page):
    """The two parts of the code as the page with it shows them."""
    parts = re.findall(r'<p class="secret[^"]*" translate="no">([^<]*)</p>',
                       page.raw.decode())
    return tuple(" ".join(part.split()) for part in parts)


def multipart(fields, files=()):
    """Content-Type and body as a browser writes them."""
    boundary = "----door" + secrets.token_hex(12)
    body = b""
    for name, value in fields:
        value = value.encode() if isinstance(value, str) else value
        body += (f'--{boundary}\r\nContent-Disposition: form-data; '
                 f'name="{name}"\r\n\r\n').encode() + value + b"\r\n"
    for name, filename, kind, data in files:
        filename = (filename.encode() if isinstance(filename, str)
                    else filename)
        body += (f'--{boundary}\r\nContent-Disposition: form-data; '
                 f'name="{name}"; filename="').encode() + filename + (
            f'"\r\nContent-Type: {kind}\r\n\r\n').encode() + data + b"\r\n"
    return (f"multipart/form-data; boundary={boundary}",
            body + f"--{boundary}--\r\n".encode())


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Visitor:
    """Somebody at the door: visitor.get(), visitor.post(do="now").  Cookies
    are kept as a browser keeps them."""

    def __init__(self, service, ca=None, language="en", path="/"):
        self.service, self.ca = service, ca
        self.language, self.path = language, path
        self.cookies = {}

    def _connect(self):
        listen = self.service.settings["web"]["listen"]
        if listen.startswith("unix:"):
            return _UnixConnection(listen.removeprefix("unix:"))
        port = port_of(self.service)
        if self.ca:
            return http.client.HTTPSConnection(
                "localhost", port, timeout=60,
                context=ssl.create_default_context(cafile=self.ca))
        return http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method, path=None, body=None, **headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if self.language:
            headers.setdefault("Accept-Language", self.language)
        if self.cookies:
            headers["Cookie"] = "; ".join(
                f"{k}={v}" for k, v in self.cookies.items())
        with contextlib.closing(self._connect()) as line:
            line.request(method, path or self.path, body, headers)
            answer = line.getresponse()
            page = Page(answer.status, answer.getheaders(), answer.read())
        self._keep(page.header("Set-Cookie"))
        return page

    def _keep(self, cookie):
        if not cookie:
            return
        pair, *more = [one.strip() for one in cookie.split(";")]
        name, _, value = pair.partition("=")
        if "Max-Age=0" in more:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def get(self, path=None, **headers):
        return self.ask("GET", path, **headers)

    def post(self, fields=(), files=(), headers=None, **more):
        """The fields of a page (or pairs) and more of them; without an
        Origin among the headers a browser of today says whose page it is."""
        pairs = list(fields.items() if isinstance(fields, dict) else fields)
        given = {name for name, _ in more.items()}
        pairs = [(k, v) for k, v in pairs if k not in given]
        kind, body = multipart([*pairs, *more.items()], files)
        whose = ({} if "Origin" in (headers or {})
                 else {"Sec-Fetch-Site": "same-origin"})
        return self.ask("POST", None, body, **{"Content-Type": kind, **whose,
                                               **(headers or {})})
