"""Real editors on a real terminal: the words of an answer reach the draft and
nothing else, whatever the person's own settings ask for."""

import contextlib
import os
import shutil
import tempfile

from lib.ground import wait_for
from lib.mails import lines, mail
from lib.screens import Terminal
from lib.story import Story
from lib.teduh import descendants

WORDS = "Dear you, quartz and lanterns"

VIMRC = """set backup writebackup swapfile undofile
set backupdir={home}/bak directory={home}/bak undodir={home}/bak
set viminfo='100,:100,/100,n{home}/viminfo
set modeline modelines=9
"""
NANORC = """set backup
set backupdir "{home}/bak"
set historylog
set positionlog
set locking
"""
# Orders for vim in the last lines of a letter: a file it would write.
TRAP = ("Hello, it is me.\n\nvim: set fdm=expr fde=writefile(['x'],"
        "'{home}/trapped') tw=33:\n")


class Editors(Story):
    def setUp(self):
        super().setUp()
        self.found()

    def begin(self, editor, **env):
        program = shutil.which(editor)
        if program is None:
            self.skipTest(f"there is no {editor}")
        self.memory = tempfile.mkdtemp(prefix="teduh-", dir="/dev/shm")
        self.ground.on_close(lambda folder=self.memory: shutil.rmtree(
            folder, ignore_errors=True))
        self.terminal = Terminal(self.ground, self.anna, 100, 40,
                                 XDG_RUNTIME_DIR=self.memory,
                                 EDITOR=env.pop("EDITOR", program), **env)
        home = self.terminal.dir
        for name, text in ((".vimrc", VIMRC), (".nanorc", NANORC)):
            self.terminal.file(name, text.format(home=home))
        os.mkdir(f"{home}/bak")
        self.before = set(self.files())
        # Somebody else each time: nothing is proposed then.
        self.case = self.one_case(mail(
            f"{editor}@example.org", text=TRAP.format(home=home),
            message_id=f"<{editor}@example.org>"))["id"]
        self.anna("show", self.case)

    def files(self):
        """Every file below the folders in which an editor may leave one."""
        for top in (self.terminal.dir, self.anna.home, self.memory):
            for folder, _, names in os.walk(top):
                yield from (os.path.join(folder, name) for name in names)
        for top in ("/dev/shm", "/tmp", "/var/tmp"):
            for name in os.listdir(top):
                path = os.path.join(top, name)
                if os.path.isfile(path):
                    yield path

    def write(self, keys):
        self.terminal.clear()
        self.terminal.type(f"teduh reply {self.case}; echo ended with $?")
        self.terminal.wait("Hello, it is me.")
        for key in keys:
            if callable(key):
                key()
            elif key.startswith("\0"):
                self.terminal.keys(key[1:])
            else:
                self.terminal.tmux("send-keys", "-l", key)
                self.terminal.wait(key.strip().split("\n")[-1])
        self.terminal.wait("ended with 0")

    def check(self):
        row, = self.anna("drafts")
        self.assertEqual(lines(self.anna("review", row["id"])["body"]),
                         [WORDS])
        self.assertEqual(self.folders(), [])
        left = sorted(set(self.files()) - self.before)
        self.assertEqual([path for path in left if path.startswith(
            self.terminal.dir)], [])
        for path in left:
            # A neighbour's file may go while we look.
            with contextlib.suppress(FileNotFoundError,
                                     IsADirectoryError):
                with open(path, "rb") as f:
                    data = f.read()
                self.assertNotIn(b"lanterns", data, path)
                self.assertNotIn(b"it is me", data, path)

    def vim(self, editor):
        self.begin(editor)
        self.write(["i", WORDS, "\0Escape", "/lanterns", "\0Enter",
                    ":wq", "\0Enter"])
        self.check()

    def test_vim_leaves_nothing(self):
        self.vim("vim.basic")

    def test_vim_tiny_leaves_nothing(self):
        self.vim("vim.tiny")

    def test_neovim_leaves_nothing(self):
        self.vim("nvim")

    def test_nano_leaves_nothing(self):
        self.begin("nano")
        os.makedirs(f"{self.terminal.dir}/.local/share/nano")
        self.write([WORDS, self.check_settings, "\0C-w", "lanterns",
                    "\0Enter", "\0C-o", "\0Enter", "\0C-x"])
        self.check()

    def check_settings(self):
        """nano keeps no backup and no history for root, whatever is set;
        that it reads no settings shows in the lock that it does not make."""
        folder, = self.folders()
        beside = os.listdir(folder)
        self.assertIn("answer.txt", beside)
        self.assertNotIn(".answer.txt.swp", beside)

    def test_an_editor_may_have_arguments_and_settings(self):
        self.begin("nano", EDITOR="NANO_X=1 nano -l +1")
        self.write([WORDS, "\0C-o", "\0Enter", "\0C-x"])
        self.check()

    def test_a_letter_gives_vim_no_orders(self):
        self.begin("vim.basic")
        self.terminal.type(f"teduh reply {self.case}; echo ended with $?")
        self.terminal.wait("Hello, it is me.")
        self.terminal.type(":set tw? modeline?")
        self.terminal.wait("nomodeline")
        self.assertIn("textwidth=0", self.terminal.text())
        self.terminal.type("")
        self.terminal.type(":q!")
        self.terminal.wait("ended with")
        self.assertFalse(os.path.exists(f"{self.terminal.dir}/trapped"))

    def test_a_closed_terminal_loses_no_word_and_leaves_none(self):
        for editor in ("vim.basic", "nano"):
            with self.subTest(editor):
                self.begin(editor)
                self.terminal.type(f"teduh reply {self.case}")
                self.terminal.wait("Hello, it is me.")
                keys = "i" if editor.startswith("vim") else ""
                self.terminal.tmux("send-keys", "-l", keys + WORDS)
                self.terminal.wait(WORDS)
                if editor.startswith("vim"):
                    self.terminal.keys("Escape")
                    wait_for("vim to put it beside the file",
                             lambda: self.beside())
                self.hang_up()
                # The list of a new day seals it, sweeps, and tells of it.
                told = self.anna.run("queue", check=True).err
                self.assertIn(f"teduh reply {self.case}", told)
                self.assertEqual(self.folders(), [])
                self.assertEqual(self.anna.run("queue", "-q").err, "")
                again = Terminal(self.ground, self.anna, 100, 40,
                                 XDG_RUNTIME_DIR=self.memory,
                                 EDITOR="true")
                again.run(f"teduh reply {self.case}")
                row = next(r for r in self.anna("drafts")
                           if r["case"] == self.case)
                self.assertEqual(lines(self.anna("review", row["id"])
                                       ["body"]), [WORDS])
                again.close()
                self.assertEqual(self.folders(), [])
                self.assertEqual(self.anna.run("drafts", check=True).err, "")

    def folders(self):
        """Folders in which an editor works."""
        return [os.path.join(self.memory, name)
                for name in os.listdir(self.memory)]

    def beside(self):
        return any(os.path.exists(os.path.join(path, "answer.txt.save"))
                   for path in self.folders())

    def hang_up(self):
        """Close the terminal; what ran there has ended."""
        shell = int(self.terminal.tmux("display-message", "-p",
                                       "#{pane_pid}"))
        pids = [shell, *descendants(shell)]
        self.assertGreater(len(pids), 2)
        self.terminal.close()
        wait_for("the editor to end", lambda: not any(
            os.path.exists(f"/proc/{pid}") for pid in pids))
