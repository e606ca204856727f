"""A backup that stories take, and a service that is put back from it."""

import os
import shutil

from lib.ground import Failure, wait_for


class Archive:
    """DIR for content and keys, another one for secrets."""

    def __init__(self, ground, name="archive"):
        self.dir = ground.dir(name, 0o700)
        self.secrets = ground.dir(name + "-secrets", 0o700)

    def take(self, service, *more):
        """A backup's name has its second, so that two of one wait."""
        def one():
            result = service.admin(
                "backup", self.dir, "--secrets", self.secrets, "--json",
                *more, check=False)
            return None if "wait a second" in result.err else result
        result = wait_for("a backup", one)
        if result.code != 0:
            raise Failure(str(result))
        return result.json

    def sets(self):
        return sorted(name for name in os.listdir(self.dir)
                      if name.startswith("content-"))

    def put_back(self, service, *more, check=True):
        return service.admin("restore", self.dir, "--secrets", self.secrets,
                             *more, check=check)


def lose(service):
    """The machine is gone: data and secrets."""
    service.process and service.kill()
    shutil.rmtree(service.data)
    for name in os.listdir(service.secrets):
        os.unlink(os.path.join(service.secrets, name))


