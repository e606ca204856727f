"""A backup that stories take, and a service that is put back from it."""

import os
import shutil



class Archive:
    """DIR for content and keys, another one for secrets."""

    def __init__(self, ground, name="archive"):
        self.dir = ground.dir(name, 0o700)
        self.secrets = ground.dir(name + "-secrets", 0o700)

    def take(self, service, *more):
        return service.admin("backup", self.dir, "--secrets", self.secrets,
                             "--json", *more).json

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


