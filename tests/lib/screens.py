"""A real terminal for the stories: tmux on a private socket, in which a
person types and whose screen is read back."""

import contextlib
import itertools
import os
import shlex
import shutil
import subprocess

from .ground import Failure, program, wait_for

PROMPT = "$ "
_numbers = itertools.count(1)


class Terminal:
    """A shell in a terminal of so many columns and lines.  `teduh` is there,
    with the person's key and passphrase."""

    def __init__(self, ground, person, columns=80, lines=24, **env):
        self.ground = ground
        self.dir = ground.dir(f"terminal-{next(_numbers)}", 0o700)
        self.socket = f"{self.dir}/tmux"
        secret = self.file("passphrase", person.passphrase + "\n")
        rc = self.file("rc", f"PS1={shlex.quote(PROMPT)}\n"
                       f"teduh() {{ {shlex.quote(program('teduh'))} \"$@\" "
                       f"--passphrase-fd 9 9<{shlex.quote(secret)}; }}\n")
        self.env = {"PATH": os.environ["PATH"], "HOME": self.dir,
                    "TEDUH_HOME": person.home, "LANG": "C.UTF-8",
                    "TZ": "EET-2", "ENV": rc, "TERM": "xterm-256color",
                    **env}
        if not shutil.which("tmux"):
            raise Failure("there is no tmux")
        ground.on_close(self.close)
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(lines),
                  "sh", ";", "set-option", "-g", "status", "off")
        # Without a status line the shell has one line more.
        self.tmux("resize-window", "-x", str(columns), "-y", str(lines))
        self.wait_prompt()

    def file(self, name, text):
        path = f"{self.dir}/{name}"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, 0o600)
        return path

    def tmux(self, *args, check=True):
        result = subprocess.run(
            ["tmux", "-S", self.socket, "-f", "/dev/null", "-u", *args],
            capture_output=True, text=True, env=self.env, check=False)
        if check and result.returncode != 0:
            raise Failure(f"tmux {' '.join(args)}: {result.stderr}")
        return result.stdout

    def close(self):
        with contextlib.suppress(OSError):
            self.tmux("kill-server", check=False)

    def screen(self, colours=False, history=False, joined=False):
        """The lines that stand there now, without blanks at their ends;
        joined: those that the terminal broke as one."""
        more = (["-e"] if colours else []) + (["-J"] if joined else []) + (
            ["-S", "-"] if history else [])
        text = self.tmux("capture-pane", "-p", *more)
        return [line.rstrip() for line in text.rstrip("\n").split("\n")]

    def text(self, **more):
        return "\n".join(self.screen(**more)).rstrip("\n")

    def is_alternate(self):
        return self.tmux("display-message", "-p",
                         "#{alternate_on}").strip() == "1"

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, line):
        self.tmux("send-keys", "-l", line)
        self.keys("Enter")

    def wait(self, words):
        try:
            wait_for(f"'{words}' on the screen",
                     lambda: words in self.text())
        except Failure as e:
            raise Failure(f"{e}, which shows:\n{self.text()}") from None

    def wait_prompt(self):
        wait_for("the shell's prompt", lambda: not self.is_alternate() and
                 self.text().endswith("\n" + PROMPT.rstrip()) or
                 self.text() == PROMPT.rstrip())

    def clear(self):
        self.keys("-R")
        self.tmux("clear-history")
        self.type("clear")
        self.wait_prompt()
        self.tmux("clear-history")

    def run(self, line, **more):
        """Run a command until it is done; what it printed, without the
        line that was typed and the prompt."""
        self.clear()
        self.type(line)
        wait_for(f"'{line}' to end", lambda: not self.is_alternate() and
                 self.text().endswith("\n" + PROMPT.rstrip()))
        return self.screen(history=True, **more)[1:-1]

    def open(self, line, words=""):
        """Start something that takes the alternate screen."""
        self.clear()
        self.type(line)
        wait_for(f"'{line}' on the alternate screen", self.is_alternate)
        if words:
            self.wait(words)
        return self.screen()
