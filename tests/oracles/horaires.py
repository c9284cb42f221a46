"""The program's opening hours against `tests.oracles.minutes`, which knows neither its code nor its libraries."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.factories.imports import make_contexte
from tests.oracles.minutes import (
    FERME,
    INCONNU,
    JOURNEE,
    JOURS,
    MOIS,
    OUVERT,
    TERRITOIRES,
    build_journee,
    convert_local,
    is_incertain,
    read,
)
from tierslieux.imports.contrat import Record
from tierslieux.imports.etapes import horaires as etape
from tierslieux.imports.registre import get_source
from tierslieux.lieux.horaires import EtatOuverture, is_ouvert, list_ouvertures

ETATS = {True: OUVERT, False: FERME, None: INCONNU}

TEXTES = (
    "Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:30-12:00",
    "24/7",
    "off",
    "Fr-Sa 22:00-02:00",
    "Fr 22:00-26:00; Sa off",
    "Mo-Sa 09:00-12:00; Su 20:00-26:00",
    "Mo 22:00-09:00; Tu 08:00-10:00",
    "Mo-Fr 10:00-18:00; Tu 12:00-13:00 off",
    "Mo-Fr 10:00-18:00, We 20:00-22:00",
    "Mo-Fr 09:00-12:00; PH off",
    "Mo-Fr,PH 09:00-12:00",
    "PH Mo-Fr 10:00-12:00",
    "PH,Sa 22:00-27:00",
    "Mo-Sa 22:00-26:00; PH off",
    "week 01-53/2 Mo 09:00-12:00; PH off",
    "week 02-52/2 Fr 22:00-26:00",
    "week 53 Mo-Su 10:00-12:00",
    "May-Sep Mo-Fr 09:00-12:00; Oct-Apr Tu 14:00-16:00",
    "Nov-Feb We 22:00-03:00",
    "Jan 31-Mar 01 Mo 10:00-12:00",
    "2026 Nov 26 10:00-12:00",
    "2026 Dec 28-2027 Jan 08 Mo-Fr 10:00-12:00",
    "2027 Mo 10:00-12:00",
    "Feb 29 10:00-12:00",
    "Mo-Fr 09:00-12:00; Dec 24-Jan 02 off",
    "Mo-Fr 09:00-12:00; Aug off",
    "We[1,3] 14:00-17:00",
    "Th[-1] 20:00-25:00",
    'We 10:00-12:00 "sur rendez-vous"',
    "Mo-Fr 09:00-12:00 unknown",
    "Su-Tu 00:00-24:00",
)


def draw_texte(hasard: random.Random) -> str:
    """Hours made up at random, of one to three rules of each kind that the oracle reads."""
    regles = [draw_regle(hasard) for _ in range(hasard.choice((1, 1, 2, 2, 3)))]
    if hasard.random() < 0.4:
        regles.append(hasard.choice(("PH off", "PH 10:00-12:00", "Aug off", "Dec 24-Jan 02 off", "We 12:00-13:00 off")))
    return "; ".join(regles)


def draw_regle(hasard: random.Random) -> str:
    """One rule."""
    parties = []
    if hasard.random() < 0.35:
        parties.append(draw_periode(hasard))
    if hasard.random() < 0.25:
        parties.append(hasard.choice(("week 01-53/2", "week 02-52/2", "week 10-20", "week 1,5,53", "week 40-52")))
    if hasard.random() < 0.9:
        parties.append(draw_jours(hasard))
    parties.append(",".join(draw_heures(hasard)))
    if hasard.random() < 0.1:
        parties.append(hasard.choice(("unknown", 'unknown "à confirmer"', '"sur rendez-vous"')))
    return " ".join(parties)


def draw_periode(hasard: random.Random) -> str:
    """Months, dates, with or without a year."""
    mois, autre = hasard.choice(MOIS), hasard.choice(MOIS)
    jour, fin = sorted((hasard.randint(1, 28), hasard.randint(1, 28)))
    return hasard.choice(
        (
            mois,
            f"{mois}-{autre}" if mois != autre else mois,
            f"{mois} {jour:02d}",
            f"{mois} {jour:02d}-{autre} {fin:02d}" if mois != autre else f"{mois} {jour:02d}",
            f"{hasard.choice((2026, 2027))} {mois} {jour:02d}",
            f"2026 {mois} {jour:02d}-2027 {autre} {fin:02d}",
            "Feb 29",
            "2026-2027",
        )
    )


def draw_jours(hasard: random.Random) -> str:
    """Lists and ranges of weekdays, ranks in the month, public holidays."""
    tires = sorted(hasard.sample(range(7), hasard.randint(1, 3)))
    jours = ",".join(JOURS[rang] for rang in tires)
    un, autre = hasard.sample(JOURS, 2)
    rang = f"{un}[{hasard.choice(('1', '2', '1,3', '-1', '5'))}]"
    return hasard.choice((jours, f"{un}-{autre}", "Mo-Fr", "Mo-Sa", rang, f"{jours},PH", "PH", "PH Mo-Fr", "PH,Su"))


def draw_heures(hasard: random.Random) -> list[str]:
    """One or two stretches of a day, at times past midnight."""
    bornes = sorted(hasard.sample(range(24 * 12), 4))
    textes = [f"{borne // 12:02d}:{borne % 12 * 5:02d}" for borne in bornes]
    if hasard.random() < 0.15:
        return [f"{textes[2]}-{hasard.choice(('26:00', '02:30', '24:00'))}"]
    plages = [f"{textes[0]}-{textes[1]}", f"{textes[2]}-{textes[3]}"]
    return plages[: hasard.choice((1, 2))]


def list_textes_reels() -> list[str]:
    """Distinct hours of France Services as the program writes them: the whole file, else the sample of the tests."""
    racine = os.environ.get("TIERSLIEUX_RAW_DIR")
    fichiers = sorted(Path(racine).glob("lieux/france-services_*.csv")) if racine else []
    fichier = fichiers[-1] if fichiers else Path(__file__).parent.parent / "data" / "france_services.csv"
    contexte = make_contexte()
    propres = (
        etape.clean(resultat, contexte)
        for resultat in get_source("france-services").parse(fichier.read_bytes())
        if isinstance(resultat, Record)
    )
    textes = {propre.valeurs.get("horaires") for propre in propres if isinstance(propre, Record)}
    return sorted(texte for texte in textes if texte)


@dataclass(frozen=True)
class Desaccord:
    """A text on which the two evaluations differ, and the first instant where they do."""

    texte: str
    territoire: str
    local: dt.datetime
    attendu: int
    obtenu: int | None


@dataclass(frozen=True)
class Bilan:
    """How many answers were compared, and those that differ; `part_lue` is the share of texts that the oracle reads."""

    verifications: int
    desaccords: tuple[Desaccord, ...]
    part_lue: float = 1.0


# Reading a text costs more than asking about it: each draw of a text, a territory and a day serves so many times.
INSTANTS_PAR_JOUR = 8
PREMIER, DERNIER = dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)  # noqa: DTZ001 - UTC


def run_oracle(n: int, seed: int, textes: Sequence[str] | None = None) -> Bilan:
    """Compare `n` answers of the program at drawn instants and territories of 2026 and 2027, the same for one seed.

    A third on the texts of this module, a third on texts made up at random, a third on real ones (`textes`, else those
    of France Services).
    """
    hasard = random.Random(seed)  # noqa: S311 - no secret is drawn
    reels = list_textes_reels() if textes is None else list(textes)
    lisibles = [texte for texte in reels if read(texte)]
    inventes = [draw_texte(hasard) for _ in range(max(1, n // 100))]
    groupes = [groupe for groupe in (list(TEXTES), inventes, lisibles) if groupe]
    desaccords = []
    for rang in range(n):
        if rang % INSTANTS_PAR_JOUR == 0:
            texte = hasard.choice(groupes[rang // INSTANTS_PAR_JOUR % len(groupes)])
            territoire = hasard.choice(list(TERRITOIRES))
            jour = PREMIER + dt.timedelta(days=hasard.randrange((DERNIER - PREMIER).days))
        utc = jour + dt.timedelta(minutes=hasard.randrange(JOURNEE))
        attendu, local = evaluate(texte, utc, territoire)
        obtenu = ETATS[is_ouvert(texte, utc.replace(tzinfo=dt.UTC), TERRITOIRES[territoire][0])]
        if attendu != obtenu:
            desaccords.append(Desaccord(texte, territoire, local, attendu, obtenu))
    return Bilan(n, tuple(desaccords), len(lisibles) / max(1, len(reels)))


def evaluate(texte: str, utc: dt.datetime, territoire: str) -> tuple[int, dt.datetime]:
    """The state at a naive instant of UTC, and the clock of the territory."""
    local = convert_local(utc, territoire)
    if is_incertain(texte, local.date(), territoire):
        return INCONNU, local
    journee = build_journee(texte, local.date(), territoire)
    if journee is None:
        raise ValueError(f"not read: {texte}")
    return journee[local.hour * 60 + local.minute], local


def run_annees(textes: Sequence[str], annees: Sequence[int], territoires: Sequence[str] | None = None) -> Bilan:
    """Compare every minute of these years, in each territory when the hours depend on it."""
    verifications, desaccords = 0, []
    for texte in textes:
        for territoire in territoires or TERRITOIRES:
            for annee in annees:
                jour = dt.date(annee, 1, 1)
                obtenues = list_minutes(texte, annee, territoire)
                while jour.year == annee:
                    attendues = build_journee(texte, jour, territoire) or b""
                    if is_incertain(texte, jour, territoire):
                        # The openings of such a day are listed as "not known", the rest of it is not listed.
                        attendues = bytes(INCONNU if etat else FERME for etat in attendues)
                    debut = (jour - dt.date(annee, 1, 1)).days * JOURNEE
                    trouvees = obtenues[debut : debut + JOURNEE]
                    verifications += JOURNEE
                    if trouvees != attendues:
                        rang = next(rang for rang in range(JOURNEE) if trouvees[rang] != attendues[rang])
                        local = dt.datetime.combine(jour, dt.time(rang // 60, rang % 60))
                        desaccords.append(Desaccord(texte, territoire, local, attendues[rang], trouvees[rang]))
                    jour += dt.timedelta(days=1)
    return Bilan(verifications, tuple(desaccords))


def list_minutes(texte: str, annee: int, territoire: str) -> bytes:
    """The state of each minute of a year, from the openings that the program lists."""
    debut, fin = dt.datetime(annee, 1, 1), dt.datetime(annee + 1, 1, 1)  # noqa: DTZ001 - local
    minutes = bytearray((fin - debut).days * JOURNEE)
    for plage in list_ouvertures(texte, debut, fin, TERRITOIRES[territoire][0]) or []:
        premiere, derniere = ((borne - debut) // dt.timedelta(minutes=1) for borne in (plage.debut, plage.fin))
        etat = OUVERT if plage.etat is EtatOuverture.OUVERT else INCONNU
        minutes[premiere:derniere] = bytes([etat]) * (derniere - premiere)
    return bytes(minutes)
