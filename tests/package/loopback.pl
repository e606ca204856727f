# Brings the loopback interface up: a new network namespace has it down, and
# the root of the stories has no ip(8).
my $request = pack("a16s", "lo", 0x41);
socket(my $any, 2, 2, 0) or die "socket: $!";
ioctl($any, 0x8914, $request) or die "SIOCSIFFLAGS: $!";
