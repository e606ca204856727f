"""A data folder that is a small disk of its own, and is filled to the last
block."""

import os
import subprocess
import unittest

from .ground import IS_ROOT


class SmallDisk:
    """To be made before the service that lives on it; the test is skipped
    where nothing can be mounted."""

    def __init__(self, ground, name, owner):
        if not IS_ROOT:
            raise unittest.SkipTest("only root can mount a small disk")
        self.folder = ground.dir(name, 0o700)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode="
                               "700", "teduh-test", self.folder],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise unittest.SkipTest(f"no mount: {done.stderr.strip()}")
        # The ground ends in reverse: first the service, then its disk.
        ground.on_close(lambda: subprocess.run(["umount", self.folder],
                                               check=True))
        ground.dir(name, 0o700, owner)

    def fill(self):
        """Take what is left of it."""
        with open(f"{self.folder}/filler", "wb", buffering=0) as f:
            for size in (65536, 4096):
                try:
                    while True:
                        f.write(bytes(size))
                except OSError:
                    pass
        assert os.statvfs(self.folder).f_bfree == 0

    def free(self):
        os.unlink(f"{self.folder}/filler")
