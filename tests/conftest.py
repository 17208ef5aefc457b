"""What holds for every test: C-c works in what they start, also where they were started in the background, as some
shells do, with it ignored."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
