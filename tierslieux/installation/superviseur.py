"""The site and the worker of jobs, side by side: started together, stopped together, the worker started again.

`flask serve` hands its process over to this program, which stays as long as the site does: standard library only, so
that it takes no memory worth speaking of. Run by its path: superviseur.py SITE… -- WORKER…

The site decides: when it ends, all ends, with its exit code. A worker that ends is started again, a little later each
time it does so soon. If this program itself is killed, the kernel asks both to stop.
"""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

SEPARATEUR = "--"
# gunicorn gives requests under way 20 s (cli.py).
ARRET_MAX_S = 25.0
ATTENTE_MAX_S = 60.0
# A worker that lived this long did not die of its start.
VIE_S = 60.0

ARRETS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
PR_SET_PDEATHSIG = 1


class Programme:
    """One of the two: its command, its process, and when it may be started again."""

    def __init__(self, commande: Sequence[str]) -> None:
        self.commande = list(commande)
        self.processus: subprocess.Popen[bytes] | None = None
        self.debut_s = 0.0
        self.reprise_s = 0.0
        self.attente_s = 1.0

    def start(self) -> None:
        """Start it: in a session of its own, so that a Ctrl-C reaches it through this program alone, and once."""
        self.debut_s = time.monotonic()
        self.processus = subprocess.Popen(
            self.commande,
            start_new_session=True,
            preexec_fn=_prepare_child,  # noqa: PLW1509  (there is one thread)
        )

    def is_running(self) -> bool:
        """Whether it lives."""
        return self.processus is not None and self.processus.poll() is None

    def revive(self) -> None:
        """Start it again if it has ended and its time has come."""
        if self.is_running():
            return
        maintenant_s = time.monotonic()
        if self.processus is not None:
            code = self.processus.returncode
            self.processus = None
            if maintenant_s - self.debut_s > VIE_S:
                self.attente_s = 1.0
            self.reprise_s = maintenant_s + self.attente_s
            print(f"the worker ended with code {code}; again in {self.attente_s:.0f} s", file=sys.stderr, flush=True)
            self.attente_s = min(self.attente_s * 2, ATTENTE_MAX_S)
        elif maintenant_s >= self.reprise_s:
            self.start()

    def signal(self, numero: int) -> None:
        """Send a signal to the program, if it lives."""
        if self.processus is not None and self.is_running():
            self.processus.send_signal(numero)

    def end(self, limite_s: float) -> int:
        """Wait for its end until then, force it afterwards; its exit code."""
        if self.processus is None:
            return 0
        try:
            return self.processus.wait(max(0.0, limite_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.processus.kill()
            return self.processus.wait()


def main(argv: Sequence[str]) -> int:
    """Run both until the site ends or this program is asked to stop; the site's exit code."""
    coupure = list(argv).index(SEPARATEUR)
    site, ouvrier = Programme(argv[:coupure]), Programme(argv[coupure + 1 :])
    # Blocked, they wait for sigtimedwait; what was ignored from the start (nohup) stays so.
    ecoutes = {numero for numero in ARRETS if signal.getsignal(numero) is not signal.SIG_IGN} | {signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, ecoutes)
    site.start()
    ouvrier.start()
    while site.is_running():
        ouvrier.revive()
        recu = signal.sigtimedwait(ecoutes, 1.0)
        if recu is not None and recu.si_signo in ARRETS:
            site.signal(signal.SIGTERM if recu.si_signo == signal.SIGHUP else recu.si_signo)
            break
    ouvrier.signal(signal.SIGTERM)
    limite_s = time.monotonic() + ARRET_MAX_S
    code = site.end(limite_s)
    ouvrier.end(limite_s)
    return code if code >= 0 else 128 - code


def _prepare_child() -> None:
    """In the child, before its program: listen to signals again, and be asked to stop when the parent dies."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
