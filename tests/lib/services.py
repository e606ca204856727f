"""A private Dovecot and a private Postfix on loopback: the mail system of a
small town.  Seekers live at example.org, the desk at desk.example; whoever
logs in may send, both domains are delivered by LMTP, and what follows a plus
sign belongs to the same mailbox."""

import imaplib
import os
import shutil
import signal
import smtplib
import ssl
import subprocess
import time

from .ground import (IS_ROOT, Failure, Process, as_root, as_user, connects,
                     free_port, tail, wait_for)

DESK = "desk@desk.example"
SEEKERS = ("seeker-id", "seeker-et", "seeker-en", "seeker-a", "seeker-b")
PASSWORD = "buih-ombak-tenang-91"      # of every mailbox; loopback only

_DOVECOT = """\
base_dir = {dir}/run
state_dir = {dir}/run
log_path = {dir}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
{sieve}default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
disable_plaintext_auth = {secured}
auth_mechanisms = {mechanisms}
auth_username_format = %Ln
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
recipient_delimiter = +
postmaster_address = postmaster@desk.example
hostname = mx.desk.example
ssl = {ssl}
ssl_min_protocol = TLSv1.2
ssl_cert = <{cert}
ssl_key = <{key}
{oauth}passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {dir}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={dir}/home/%n
}}
namespace inbox {{
  inbox = yes
{junk}}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener sasl {{
    address = 127.0.0.1
    port = {sasl}
  }}
}}
"""


_SPECIAL = """\
  mailbox {name} {{
    special_use = \\{use}
    auto = create
  }}
"""

_OAUTH = """\
introspection_mode = post
introspection_url = {url}/introspect
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file = {ca}
"""
# A person's own filter in ~/.dovecot.sieve; what it sends goes to a program.
_SIEVE = """\
sendmail_path = {dir}/send
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_vacation_send_from_recipient = no
}}
"""


class Dovecot:
    """IMAPS on .imaps, IMAP with STARTTLS on .imap, LMTP on .lmtp, SASL for
    Postfix on .sasl.  tls=False leaves .imap without STARTTLS (and .imaps
    dead)."""

    def __init__(self, ground, certs, pair="right", tls=True, name="dovecot"):
        self.ground = ground
        self.certs = certs
        self.pair = pair
        self.tls = tls
        self.user = "dovecot" if IS_ROOT else _own_name()
        self.dir = ground.dir(name, 0o755, self.user)
        for inner in ("run", "home"):
            ground.dir(f"{name}/{inner}", 0o755, self.user)
        self.name = name
        self.process = None
        self.junk = None            # a folder that the server says is for it
        self.special = {}           # others: {"Sent": "Gesendet"}
        self.oauth = None           # a TokenServer whose tokens log in, too
        self.groups = []            # that its processes are of as well
        self.sieve = ""
        self.passwords, self.written = {}, 0
        for user in ("desk", *SEEKERS):
            self.passwords[user] = PASSWORD
        self.write_passwords()
        self._ports()
        ground.on_close(self.stop)

    def _ports(self):
        self.imap, self.imaps = free_port(), free_port()
        self.lmtp, self.sasl = free_port(), free_port()

    def write_passwords(self):
        """It looks at the second of the last change, so each has one of its
        own."""
        path = self.ground.file(f"{self.name}/passwd.new", "".join(
            f"{user}:{{PLAIN}}{word}::::::\n"
            for user, word in self.passwords.items()))
        self.written += 1
        os.utime(path, (time.time() + self.written,) * 2)
        os.rename(path, path.removesuffix(".new"))

    def forget(self, user):
        """Take an address away, and wait for Dovecot: it looks at the file
        at most once in a second, and may have done so just before."""
        del self.passwords[user]
        self.write_passwords()
        wait_for(f"Dovecot to forget {user}", lambda: not self.knows(user))

    def knows(self, user):
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            lmtp.ehlo()
            lmtp.mail("somebody@example.org")
            return lmtp.rcpt(f"{user}@desk.example")[0] == 250

    def start(self):
        for attempt in range(3):
            self._launch()
            try:
                self._wait()
                return self
            except Failure:
                self.stop()
                if attempt == 2:
                    raise
                self._ports()       # somebody else was quicker
        raise AssertionError("not reached")

    def _launch(self):
        self._configure()
        self.process = Process("dovecot", as_user(self.user, [
            "/usr/sbin/dovecot", "-F", "-c", f"{self.dir}/dovecot.conf"],
            self.groups), f"{self.dir}/start.log")

    def _configure(self):
        cert, key = self.certs.pair(self.pair)
        group = self.user if IS_ROOT else _own_group()
        self.ground.file(f"{self.name}/dovecot.conf", _DOVECOT.format(
            dir=self.dir, user=self.user, group=group, cert=cert, key=key,
            sieve=self.sieve, ssl="yes" if self.tls else "no",
            secured="yes" if self.tls else "no",
            imap=self.imap, imaps=self.imaps, lmtp=self.lmtp,
            sasl=self.sasl, oauth=self._oauth(),
            junk=self._special(),
            mechanisms="plain login xoauth2" if self.oauth else
            "plain login"))

    def _special(self):
        """The folders of which the server says what they are for."""
        uses = {**self.special, **({"Junk": self.junk} if self.junk else {})}
        return "".join(_SPECIAL.format(name=name, use=use)
                       for use, name in uses.items())

    def _oauth(self):
        """The part that asks the provider about tokens."""
        if not self.oauth:
            return ""
        path = self.ground.file(f"{self.name}/oauth2.conf", _OAUTH.format(
            url=self.oauth.url, ca=self.certs.ca))
        return ("passdb {\n  driver = oauth2\n  mechanisms = xoauth2\n"
                f"  args = {path}\n}}\n")

    def _wait(self):
        ports = [self.imap, self.lmtp, self.sasl]
        if self.tls:
            ports.append(self.imaps)
        try:
            for port in ports:
                self.process.wait_port(port)
        except Failure as e:
            raise Failure(f"{e}\n{tail(self.log)}") from None

    @property
    def log(self):
        return f"{self.dir}/dovecot.log"

    def stop(self):
        if self.process:
            self.process.stop()
            self.process = None

    def restart(self, pair=None):
        """The same ports and mailboxes, perhaps another certificate."""
        self.stop()
        if pair:
            self.pair = pair
        self._launch()
        self._wait()

    def mailbox(self, user):
        return Mailbox(self, user)

    def deliver(self, user, message, sender="somebody@example.org"):
        """Put a mail into a mailbox as LMTP would, but at once."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            lmtp.sendmail(sender, [f"{user}@desk.example"], message)

    def filter(self, user, script):
        """Before start(): what Sieve does with mail to somebody.  The folder
        where each mail that it sends becomes a file."""
        self.sieve = _SIEVE.format(dir=self.dir)
        sent = self.ground.dir(f"{self.name}/sent", 0o755, self.user)
        self.ground.dir(f"{self.name}/home/{user}", 0o755, self.user)
        path = self.ground.file(f"{self.name}/home/{user}/.dovecot.sieve",
                                script)
        program = self.ground.file(f"{self.name}/send", f"""#!/bin/sh
out=$(mktemp {sent}/XXXXXXXX) && cat > "$out" && mv "$out" "$out.eml"
""", 0o755)
        for one in (path, program):
            os.chmod(one, 0o755)
        if IS_ROOT:
            shutil.chown(path, self.user)
        return sent


def _own_name():
    import pwd
    return pwd.getpwuid(os.geteuid()).pw_name


def _own_group():
    import grp
    return grp.getgrgid(os.getegid()).gr_name


class Mailbox:
    """How a person (or a test) looks into a mailbox: over IMAPS, with the
    certificate checked."""

    def __init__(self, dovecot, user):
        self.dovecot = dovecot
        self.user = user

    def _open(self):
        if not self.dovecot.tls:
            imap = imaplib.IMAP4("127.0.0.1", self.dovecot.imap)
        else:
            context = ssl.create_default_context(cafile=self.dovecot.certs.ca)
            if self.dovecot.pair != "right":
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            imap = imaplib.IMAP4_SSL("localhost", self.dovecot.imaps,
                                     ssl_context=context)
        imap.login(self.user, self.dovecot.passwords[self.user])
        return imap

    def messages(self, folder="INBOX"):
        """The raw bytes of every mail in a folder that exists."""
        imap = self._open()
        try:
            if imap.select(folder, readonly=True)[0] != "OK":
                return []
            _, rows = imap.uid("FETCH", "1:*", "(BODY.PEEK[])")
            return [row[1] for row in rows if isinstance(row, tuple)]
        finally:
            imap.logout()

    def folders(self):
        imap = self._open()
        try:
            return [row.decode().split(' "." ')[-1].strip('"')
                    for row in imap.list()[1] if row]
        finally:
            imap.logout()

    def put(self, message, folder):
        imap = self._open()
        try:
            imap.append(folder, None, None, message)
        finally:
            imap.logout()

    def wait(self, count=1, folder="INBOX", seconds=30.0):
        return wait_for(
            f"{count} mail(s) in {folder} of {self.user}",
            lambda: (m := self.messages(folder)) and len(m) >= count and m,
            seconds, every=0.1)


_MAIN = """\
compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.desk.example
mydestination =
mynetworks =
local_recipient_maps =
alias_maps =
alias_database =
recipient_delimiter = +
virtual_mailbox_domains = example.org, desk.example
virtual_mailbox_maps = inline:{{ {people} }}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.7.1 nothing leaves this machine
relay_transport = error:5.7.1 nothing leaves this machine
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = encrypt
smtpd_tls_protocols = >=TLSv1.2
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_tls_auth_only = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_count_limit = 0
smtpd_client_message_rate_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_sasl_authenticated_header = no
minimal_backoff_time = 1s
queue_run_delay = 1s
in_flow_delay = 0
biff = no
maillog_file = {dir}/maillog
maillog_file_prefixes = {dir}
"""
_LISTEN = """\
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:{submission} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
"""
# Every service that this Postfix needs, none of them in a chroot.
_MASTER = """\
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
showq     unix  n       -       n       -       -       showq
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
"""


class Postfix:
    """Submission with implicit TLS on .smtps and with STARTTLS on
    .submission; login as in Dovecot.  Wants root (or sudo)."""

    def __init__(self, ground, certs, dovecot, pair="right"):
        self.ground = ground
        self.certs = certs
        self.dovecot = dovecot
        self.pair = pair
        self.dir = ground.dir("postfix")
        self.process = None
        self.main = self.master = ""    # more of main.cf and master.cf
        self._ports()
        ground.on_close(self.close)

    def _ports(self):
        self.smtps, self.submission = free_port(), free_port()

    @property
    def log(self):
        return f"{self.dir}/maillog"

    def _configure(self):
        cert, key = self.certs.pair(self.pair)
        people = [DESK, *(f"{user}@example.org" for user in SEEKERS)]
        people = " ".join(f"{{ {who} = ok }}" for who in people)
        write = self.ground.file
        write("postfix/etc/main.cf", _MAIN.format(
            dir=self.dir, people=people, lmtp=self.dovecot.lmtp,
            sasl=self.dovecot.sasl, cert=cert, key=key) + self.main)
        write("postfix/etc/master.cf", _MASTER + _LISTEN.format(
            smtps=self.smtps, submission=self.submission) + self.master)
        run(as_root(["install", "-d", f"{self.dir}/queue"]))
        run(as_root(["install", "-d", "-o", "postfix", f"{self.dir}/data"]))

    def start(self):
        for attempt in range(3):
            self._configure()
            self.process = Process("postfix", as_root([
                "/usr/sbin/postfix", "-c", f"{self.dir}/etc", "start-fg"]),
                f"{self.dir}/start.log")
            try:
                for port in (self.smtps, self.submission):
                    self.process.wait_port(port)
                return self
            except Failure as e:
                self.stop()
                if attempt == 2:
                    raise Failure(f"{e}\n{tail(self.log)}") from None
                self._ports()
        raise AssertionError("not reached")

    def stop(self):
        if not self.process:
            return
        process, self.process = self.process, None
        if process.alive():
            # postfix stop waits until the master is gone; what we started
            # ends with it.  Where that fails the signal must do.
            try:
                run(as_root(["/usr/sbin/postfix", "-c", f"{self.dir}/etc",
                             "stop"]))
                process.child.wait(10)
            except (Failure, subprocess.TimeoutExpired):
                pass
        process.stop(signal.SIGTERM)

    def close(self):
        self.stop()
        if not IS_ROOT:         # the queue is Postfix's, not ours
            run(as_root(["rm", "-rf", f"{self.dir}/queue",
                         f"{self.dir}/data"]))

    def logged(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def waiting(self):
        """How many mails wait to be tried again."""
        listed = run(as_root(["/usr/sbin/postqueue", "-c", f"{self.dir}/etc",
                              "-j"]))
        return len(listed.splitlines())

    def flush(self):
        """Try all that wait, now."""
        run(as_root(["/usr/sbin/postqueue", "-c", f"{self.dir}/etc", "-f"]))

    def send(self, sender, recipient, message, user=None):
        """Send raw bytes as somebody who lives here."""
        user = user or sender.split("@")[0]
        context = ssl.create_default_context(cafile=self.certs.ca)
        with smtplib.SMTP_SSL("localhost", self.smtps,
                              context=context) as smtp:
            smtp.login(user, self.dovecot.passwords[user])
            smtp.sendmail(sender, [recipient], message)


def run(argv):
    """Run to the end; its output only when it fails."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode != 0:
        raise Failure(f"{' '.join(argv)}: exit {done.returncode}: "
                      f"{done.stdout.decode(errors='replace')}")
    return done.stdout


def missing():
    """What of the mail servers is not installed, as a sentence, or None."""
    for need in ("/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp",
                 "/usr/sbin/postfix"):
        if not os.path.exists(need):
            return f"{need} is not installed"
    if shutil.which("certtool") is None:
        return "certtool is not installed"
    if not IS_ROOT and subprocess.run(
            ["sudo", "-n", "true"], check=False,
            capture_output=True).returncode != 0:
        return "Postfix wants root or sudo"
    return None
