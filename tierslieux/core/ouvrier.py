"""The process that does the jobs of the queue, as long as it is not asked to stop.

One job at a time, and beside it one of those that take a second (FILE_VITE): somebody waits for a mail.

It outlives the database: when that one goes away, the worker ends its part, waits a little longer each time, and comes
back under a new number; what it was doing is then found and done again (taches.recover). Tasks are ordinary functions
and run in a thread, so that the heartbeat goes on beside the longest of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from procrastinate import App
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

from tierslieux.core.taches import FILE, FILE_VITE, PERTES_DE_BASE, RYTHME, Rythme

logger = logging.getLogger(__name__)

# Called now and then with the number of the worker and the jobs it works on.
Ronde = Callable[[int | None, Collection[int]], None]


def run(app: App, ronde: Ronde, *, rythme: Rythme = RYTHME) -> None:
    """Do jobs until SIGTERM or SIGINT; a job under way is then cut off and done again at the next start."""
    asyncio.run(_Ouvrier(app, ronde, rythme).run())


class _Ouvrier:
    def __init__(self, app: App, ronde: Ronde, rythme: Rythme) -> None:
        self.app = app
        self.ronde = ronde
        self.rythme = rythme
        self.arret = asyncio.Event()
        # The first is the one of long jobs.
        self.workers: list[Worker] = []
        # Jobs by number: None while they run, then when they ended, since writing that down takes a moment too.
        self.fins_s: dict[int, float | None] = {}

    async def run(self) -> None:
        boucle = asyncio.get_running_loop()
        for numero in (signal.SIGTERM, signal.SIGINT):
            boucle.add_signal_handler(numero, self._stop)
        attente_s = 1.0
        while not self.arret.is_set():
            debut_s = time.monotonic()
            try:
                await self._work()
            except PERTES_DE_BASE as erreur:
                logger.warning("worker=interrupted error=%s", " ".join(str(erreur.__cause__ or erreur).split()))
            if time.monotonic() - debut_s > self.rythme.attente_max_s:
                attente_s = 1.0
            if not self.arret.is_set():
                logger.info("worker=waiting seconds=%.1f", attente_s)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.arret.wait(), attente_s)
            attente_s = min(attente_s * 2, self.rythme.attente_max_s)

    async def _work(self) -> None:
        """Be a worker for each queue, until they are stopped or one loses the database."""
        async with self.app.open_async():
            self.workers = [self._build_worker(file) for file in (FILE, FILE_VITE)]
            travaux = [asyncio.create_task(worker.run()) for worker in self.workers]  # type: ignore[no-untyped-call]  # procrastinate left it bare
            rondes = asyncio.create_task(self._make_rondes())
            try:
                await asyncio.gather(*travaux)
            finally:
                for tache in (rondes, *travaux):
                    tache.cancel()
                await asyncio.gather(rondes, *travaux, return_exceptions=True)
                self.workers = []

    def _build_worker(self, file: str) -> Worker:
        return Worker(
            self.app,
            queues=[file],
            fetch_job_polling_interval=self.rythme.battement_s,
            update_heartbeat_interval=self.rythme.battement_s,
            stalled_worker_timeout=self.rythme.mort_s,
            shutdown_graceful_timeout=self.rythme.arret_s,
            install_signal_handlers=False,
            worker_middleware=[self._follow],
        )

    def _stop(self) -> None:
        self.arret.set()
        for worker in self.workers:
            worker.stop()  # type: ignore[no-untyped-call]  # the same

    async def _follow(self, call_next: Callable[[], Awaitable[Any]], context: JobContext, _worker: Worker) -> Any:  # noqa: ANN401  (whatever the task returns)
        numero = context.job.id
        if numero is None:
            raise ValueError("a job of the queue has a number")
        self.fins_s[numero] = None
        try:
            return await call_next()
        finally:
            self.fins_s[numero] = time.monotonic()

    async def _make_rondes(self) -> None:
        while True:
            recemment_s = time.monotonic() - self.rythme.mort_s
            self.fins_s = {n: fin_s for n, fin_s in self.fins_s.items() if fin_s is None or fin_s > recemment_s}
            numero = self.workers[0].worker_id if self.workers else None
            try:
                await asyncio.to_thread(self.ronde, numero, list(self.fins_s))
            except PERTES_DE_BASE as erreur:
                logger.warning("round=skipped error=%s", type(erreur).__name__)
            await asyncio.sleep(self.rythme.ronde_s)
