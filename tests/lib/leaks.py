"""Is a word of a letter anywhere where it must not be?  Looks for canaries
in every form in which a program might have left them."""

import base64
import os
import quopri


def forms(canary):
    """Every byte sequence in which a canary could stand in a file."""
    raw = canary.encode()
    out = {}
    for name, data in (("plain", raw), ("lower case", canary.lower().encode()),
                       ("upper case", canary.upper().encode())):
        out[name] = data
        out[f"{name}, hex"] = data.hex().encode()
        out[f"{name}, HEX"] = data.hex().upper().encode()
        out[f"{name}, UTF-16LE"] = data.decode().encode("utf-16-le")
        out[f"{name}, UTF-16BE"] = data.decode().encode("utf-16-be")
        out[f"{name}, quoted-printable"] = quopri.encodestring(
            data, quotetabs=True).replace(b"=\n", b"")
        for shift in range(3):
            # Cut away what depends on the bytes before and after.
            coded = base64.b64encode(b"\0" * shift + data)
            start = (shift * 8 + 5) // 6
            end = len(data) * 8 // 6 + start - 1
            out[f"{name}, base64 at {shift}"] = coded[start:end]
    return out


class Needles:
    """The canaries of one story; each should be long enough (8 letters or
    more) not to be found by chance."""

    def __init__(self, *canaries):
        self.forms = {}
        for canary in canaries:
            for name, data in forms(canary).items():
                self.forms[data] = f"'{canary}' ({name})"

    def find(self, data):
        return [name for form, name in self.forms.items() if form in data]

    def in_file(self, path):
        try:
            with open(path, "rb") as f:
                data = f.read()
        except OSError:
            return []
        return [f"{name} in {path}" for name in self.find(data)]

    def in_tree(self, top):
        """Names and contents of all that lies below."""
        found = []
        for folder, folders, files in os.walk(top):
            for name in folders + files:
                found += [f"{what} in the name {folder}/{name}"
                          for what in self.find(os.fsencode(name))]
            for name in files:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    found += self.in_file(path)
        return found

    def in_processes(self, pids):
        """What every user of the machine could see of them, and what root
        could without reading their memory."""
        found = []
        for pid in pids:
            for what in ("cmdline", "environ", "comm"):
                found += self.in_file(f"/proc/{pid}/{what}")
        return found


def memory(pid):
    """All that a process has written to its memory, but for what sanitizers
    reserve."""
    found = []
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, \
            open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            where, rights = line.split()[:2]
            start, end = (int(x, 16) for x in where.split("-"))
            if rights.startswith("rw") and end - start < 64 * 1024 * 1024:
                mem.seek(start)
                found.append(mem.read(end - start))
    return b"".join(found)
