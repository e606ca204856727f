"""Somebody between the command line and the service, on a socket of his own:
what people ask passes through, is kept, and is answered as he likes."""

import contextlib
import json
import os
import socket
import threading


def read_message(f):
    """Head and body of one HTTP message, or None when no more come."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = f.readline()
        if not line:
            return None
        head += line
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head, f.read(length)


class Between:
    """person: whose command line asks him from now on.  rewrite(path, answer)
    may give other JSON than the service gave; hold(path) is called before a
    request goes on."""

    def __init__(self, ground, service, rewrite=None, hold=None):
        self.real = service.url.removeprefix("unix:")
        self.path = f"{ground.path}/between"
        self.rewrite, self.hold = rewrite, hold
        self.requests = []              # (method, path, whole bytes, status)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        os.chmod(self.path, 0o666)
        self.listener.listen(16)
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(client,),
                             daemon=True).start()

    def talk(self, client):
        with contextlib.suppress(OSError), client, \
                socket.socket(socket.AF_UNIX) as server:
            server.connect(self.real)
            asked, answered = client.makefile("rb"), server.makefile("rb")
            while (request := read_message(asked)) is not None:
                head, body = request
                method, path, _ = head.split(b" ", 2)
                if self.hold:
                    self.hold(path.decode())
                server.sendall(head + body)
                answer = read_message(answered)
                if answer is None:
                    return
                status = int(answer[0].split(b" ", 2)[1])
                self.requests.append((method.decode(), path.decode(),
                                      head + body, status))
                client.sendall(self.answer(path.decode(), *answer))

    def answer(self, path, head, body):
        if self.rewrite is None or not body.startswith(b"{"):
            return head + body
        body = json.dumps(self.rewrite(path, json.loads(body))).encode()
        lines = [line for line in head.split(b"\r\n")
                 if not line.lower().startswith(b"content-length:")]
        lines[1:1] = [b"Content-Length: %d" % len(body)]
        return b"\r\n".join(lines) + body

    @contextlib.contextmanager
    def asked_by(self, *people):
        """Their command lines talk to him meanwhile."""
        kept = {}
        for person in people:
            path = f"{person.home}/service"
            with open(path, encoding="utf-8") as f:
                kept[path] = f.read()
            said = json.loads(kept[path])
            said["url"] = f"unix:{self.path}"
            with open(path, "w", encoding="utf-8") as f:
                json.dump(said, f)
        try:
            yield self
        finally:
            for path in kept:
                with open(path, encoding="utf-8") as f:
                    said = json.load(f)
                said["url"] = f"unix:{self.real}"
                with open(path, "w", encoding="utf-8") as f:
                    json.dump(said, f)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        os.unlink(self.path)
