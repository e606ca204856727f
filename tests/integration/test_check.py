"""What the person who runs the service can ask of the store."""

from lib.intruder import store
from lib.mails import mail
from lib.story import Story


class Check(Story):
    def test_check_reads_the_store_and_the_audit_chain(self):
        self.found()
        case = self.one_case(mail(subject="hello"))["id"]
        self.anna("claim", case)
        said = self.service.admin("check").text
        self.assertRegex(said, r"whole; \d+ audit entries hold")
        self.service.stop()
        with store(self.service) as db:
            db.execute("UPDATE audit SET actor = 'maria' "
                       "WHERE actor = 'anna' AND action = 'claim'")
        result = self.service.admin("check", check=False)
        self.assertNotEqual(result.code, 0)
        self.assertRegex(result.err, r"audit entry \d+ was changed")
