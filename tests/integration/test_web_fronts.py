"""The web door behind the fronts of doc/operations.md, with the very words
that stand there, and with a certificate of its own."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import threading

from lib.certs import Certs
from lib.ground import SOURCE, Process
from lib.story import Story
from lib.teduh import Service
from lib.web import Visitor, code_of, multipart, open_door

LETTER = "I do not know whom else to tell."
PUBLIC = "letters.desk.example"     # as the document has it
ADDRESS = "127.211.97.143"          # of who comes
MEGABYTE = 10**6


def snippet(language):
    """The one block of this kind in the chapter about the door."""
    with open(f"{SOURCE}/doc/operations.md", encoding="utf-8") as f:
        chapter = f.read().partition("### The door for people")[2]
    return re.search(rf"^```{language}\n(.*?)^```", chapter,
                     re.DOTALL | re.M)[1]


def replaced(text, **pairs):
    """Each stands there, and is another one now."""
    for was, now in pairs.values():
        if was not in text:
            raise AssertionError(f"the document has no '{was}'")
        text = text.replace(was, now)
    return text


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Through(Visitor):
    """A visitor of the front, from an address that would be known."""

    def __init__(self, service, ca, port):
        super().__init__(service, ca)
        self.port = port

    def _connect(self):
        return http.client.HTTPSConnection(
            "localhost", self.port, timeout=60, source_address=(ADDRESS, 0),
            context=ssl.create_default_context(cafile=self.ca))


class Front(Story):
    program = None

    def setUp(self):
        super().setUp()
        if self.program and not shutil.which(self.program):
            self.skipTest(f"there is no {self.program}")
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)
        self.socket = f"{self.service.dir}/run/web"

    def open(self):
        open_door(self.ground, self.service, f"unix:{self.socket}",
                  url=f"https://{PUBLIC}")
        self.found()
        self.run_front()
        self.visitor = Through(self.service, self.certs.ca, self.port)

    def run_front(self):
        """The front alone, in a folder of its own."""
        self.port = free_port()
        self.folder = self.ground.dir("front")
        self.log = f"{self.folder}/front.log"
        self.front = Process(self.program, self.start(), self.log, env={
            **os.environ, "HOME": self.folder, "XDG_DATA_HOME": self.folder,
            "XDG_CONFIG_HOME": self.folder})
        self.ground.on_close(self.front.stop)
        self.front.wait_port(self.port, 60)

    def written(self):
        """All that the front has written anywhere."""
        out = b""
        for folder, _, files in os.walk(self.folder):
            for name in files:
                with contextlib.suppress(OSError), \
                        open(f"{folder}/{name}", "rb") as f:
                    out += f.read()
        return out


class Ways:
    """What each front must do."""

    def test_a_letter_goes_in_and_its_code_comes_out(self):
        self.open()
        form = self.visitor.get()
        self.assertEqual(form.status, 200)
        self.assertIn("default-src 'none'",
                      form.header("Content-Security-Policy"))
        self.assertEqual(form.header("Cache-Control"), "no-store")
        self.assertEqual(len(form.raw) % 4096, 0)
        answer = self.visitor.post(form.fields, text=LETTER, do="send",
                                   headers={"Origin": f"https://{PUBLIC}"})
        self.assertEqual(answer.status, 303)
        self.assertIn("; Secure", answer.header("Set-Cookie"))
        sent = self.visitor.get()
        code = code_of(sent)
        self.assertEqual(len(code), 2)
        box = self.visitor.post({}, do="read", code=" / ".join(code))
        self.assertIn(LETTER, box.texts)
        self.anna.wait_queue()
        # Files of the size that a letter may have, and bodies that none has.
        self.forget_bodies()
        files = [("file", f"{n}.bin", "a/b", os.urandom(2 * MEGABYTE))
                 for n in range(10)]
        visitor = Through(self.service, self.certs.ca, self.port)
        self.assertEqual(visitor.post(visitor.get().fields, files,
                                      text="secretbody", do="send").status,
                         303)
        kind, body = multipart([("text", "x" * 45 * MEGABYTE)])
        with contextlib.suppress(OSError):      # cut while it is sent
            self.assertEqual(visitor.ask("POST", "/", body,
                                         Content_Type=kind).status, 413)
        self.assertEqual(visitor.get().status, 200)
        self.assert_silent()

    def test_it_keeps_to_itself_who_came_when_we_are_away(self):
        self.open()
        self.assertEqual(self.visitor.get().status, 200)
        self.service.stop()
        self.assertGreaterEqual(self.visitor.get("/?secretquery").status,
                                500)
        self.front.stop()
        self.assert_silent()

    def assert_silent(self):
        written = self.written()
        for what in (ADDRESS.encode(), LETTER.encode(), b"secretbody",
                     b"secretquery", b"Python-urllib"):
            self.assertNotIn(what, written)
        self.assertNotIn(ADDRESS, self.service.logged())

    def test_it_passes_nobody_s_address_on(self):
        """What stands behind it hears no more than the request."""
        heard = []
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.socket)
            os.chmod(self.socket, 0o666)
            listener.listen()

            def answer():
                line, _ = listener.accept()
                with line:
                    heard.append(line.recv(65536))
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                                 b"Connection: close\r\n\r\nok")
            thread = threading.Thread(target=answer, daemon=True)
            thread.start()
            self.run_front()
            visitor = Through(self.service, self.certs.ca, self.port)
            self.assertEqual(visitor.get().raw, b"ok")
            thread.join(60)
        self.assertEqual(len(heard), 1)
        self.assertNotIn(ADDRESS.encode(), heard[0])
        self.assertNotIn(b"\r\nX-Forwarded-For", heard[0])
        self.assertIn(b"\r\nHost: localhost", heard[0])


class Nginx(Ways, Front):
    program = "nginx"

    def start(self):
        cert, key = self.certs.pair("right")
        server = replaced(
            snippet("nginx"), listen=("listen 443", f"listen {self.port}"),
            name=(PUBLIC, "localhost"),
            cert=("/etc/letsencrypt/live/localhost/fullchain.pem", cert),
            key=("/etc/letsencrypt/live/localhost/privkey.pem", key),
            to=("/run/teduh/web", self.socket))
        self.bodies = self.ground.dir("front/bodies")
        temporary = "".join(
            f"\t{name}_temp_path {self.ground.dir(f'front/{name}')};\n"
            for name in ("proxy", "fastcgi", "uwsgi", "scgi"))
        conf = self.ground.file(
            "front/nginx.conf",
            ("user root;\n" if os.getuid() == 0 else "") +
            "daemon off;\nworker_processes 1;\n"
            f"pid {self.folder}/pid;\nerror_log {self.folder}/error.log;\n"
            "events { }\nhttp {\n"
            f"\taccess_log {self.folder}/access.log;\n"
            f"\tclient_body_temp_path {self.bodies};\n{temporary}"
            f"{server}}}\n")
        return ["nginx", "-p", self.folder, "-c", conf]

    def forget_bodies(self):
        """Whoever writes one to disk now fails."""
        shutil.rmtree(self.bodies)


class Caddy(Ways, Front):
    program = "caddy"

    def start(self):
        cert, key = self.certs.pair("right")
        site = replaced(
            snippet("caddy"),
            name=(f"{PUBLIC} {{", f"https://localhost:{self.port} {{\n"
                  f"\ttls {cert} {key}"),
            to=("/run/teduh/web", self.socket))
        # Where the document has options for all sites, ours are among them.
        ours = "\tadmin off\n\tauto_https disable_redirects\n"
        site = (site.replace("{\n", "{\n" + ours, 1)
                if site.startswith("{\n") else f"{{\n{ours}}}\n{site}")
        return ["caddy", "run", "--adapter", "caddyfile", "--config",
                self.ground.file("front/Caddyfile", site)]

    def forget_bodies(self):
        """It writes none."""


class Own(Front):
    def test_its_own_certificate_makes_cookies_secure(self):
        copies = [shutil.copy(path, self.ground.dir("tls"))
                  for path in self.certs.pair("right")]
        for path in copies:
            os.chmod(path, 0o644)
        open_door(self.ground, self.service, "localhost:0", cert=copies[0],
                  key=copies[1])
        self.found()
        visitor = Visitor(self.service, self.certs.ca)
        answer = visitor.post(visitor.get().fields, text=LETTER, do="send")
        self.assertEqual(answer.status, 303)
        for word in ("Secure", "HttpOnly", "SameSite=Strict"):
            self.assertIn(f"; {word}", answer.header("Set-Cookie"))
        self.assertEqual(len(code_of(visitor.get())), 2)
        # Left by a button, it is taken back in the same way.
        gone = visitor.post(visitor.get().fields, do="now")
        self.assertIn("; Secure", gone.header("Set-Cookie"))
