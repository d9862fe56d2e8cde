# Exchanges PLACE with each of the other names in turn and back, in its working folder, until it is
# killed. Prints "ready" first. renameat2 exchanges two names in one step, so PLACE always exists.
use strict;
my ($call, $place, @others) = @ARGV;
my ($here, $exchange) = (-100, 2); # AT_FDCWD, RENAME_EXCHANGE
$| = 1;
print "ready\n";
while (1) {
    for my $other (@others) { syscall($call, $here, $place, $here, $other, $exchange); }
    for my $other (reverse @others) { syscall($call, $here, $place, $here, $other, $exchange); }
}
