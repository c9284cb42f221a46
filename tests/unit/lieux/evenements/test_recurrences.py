"""The dates of recurring events, against a calendar that is walked day by day."""

from __future__ import annotations

import calendar
import datetime as dt
import random

import pytest

from tierslieux.core.errors import InvalidInputError
from tierslieux.lieux.evenements import Evenement, Recurrence

JOURS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
at = dt.datetime.fromisoformat  # instants are local to the place


def make(recurrence=None, debut="2026-12-01T14:00", fin="2026-12-01T16:00", **autres):
    objet = {"id": "abcd1234", "genre": "atelier", "titre": "Premiers clics", "debut": debut, "fin": fin}
    return Evenement.parse(objet | ({"recurrence": recurrence} if recurrence else {}) | autres)


def happens(regle: dict[str, str], premier: dt.date, jour: dt.date) -> bool:
    """Whether the rule holds a day, written from RFC 5545 and from nothing else; ends apart."""
    pas = int(regle.get("INTERVAL", "1"))
    codes = regle["BYDAY"].split(",") if "BYDAY" in regle else []
    if regle["FREQ"] == "DAILY":
        return (jour - premier).days % pas == 0
    if regle["FREQ"] == "WEEKLY":
        lundi, premier_lundi = (d - dt.timedelta(days=d.weekday()) for d in (jour, premier))
        nommes = [JOURS.index(code) for code in codes] or [premier.weekday()]
        return ((lundi - premier_lundi).days // 7) % pas == 0 and jour.weekday() in nommes
    mois = (jour.year - premier.year) * 12 + jour.month - premier.month
    if mois % pas:
        return False
    if not codes:
        return jour.day == premier.day
    rangs = {int(code[:-2]) for code in codes if code[-2:] == JOURS[jour.weekday()]}
    dernier = calendar.monthrange(jour.year, jour.month)[1]
    return (jour.day - 1) // 7 + 1 in rangs or -((dernier - jour.day) // 7 + 1) in rangs


def walk(regle: dict[str, str], debut: dt.datetime, depuis: dt.datetime, jusque: dt.datetime) -> list[dt.datetime]:
    """The starts of the rule in a window, by looking at every day from the first one on."""
    trouves, nombre, jour = [], 0, debut.date()
    dernier = jusque.date()
    if "UNTIL" in regle:
        dernier = min(dernier, dt.date.fromisoformat(regle["UNTIL"]))
    while jour <= dernier:
        if happens(regle, debut.date(), jour):
            nombre += 1
            instant = dt.datetime.combine(jour, debut.time())
            if nombre > int(regle.get("COUNT", "1000000")) or instant >= jusque:
                break
            if instant >= depuis:
                trouves.append(instant)
        jour += dt.timedelta(days=1)
    return trouves


def draw(hasard: random.Random) -> tuple[dict[str, str], dt.datetime]:
    """A rule that holds its first day, and that day."""
    debut = at("2024-01-01") + dt.timedelta(days=hasard.randrange(1200), minutes=15 * hasard.randrange(96))
    regle = {"FREQ": hasard.choice(["DAILY", "WEEKLY", "MONTHLY"])}
    if hasard.random() < 0.6:
        regle["INTERVAL"] = str(hasard.randint(1, 12))
    jour = JOURS[debut.weekday()]
    if regle["FREQ"] == "WEEKLY" and hasard.random() < 0.7:
        regle["BYDAY"] = ",".join({jour, *hasard.sample(JOURS, hasard.randint(0, 3))})
    if regle["FREQ"] == "MONTHLY" and hasard.random() < 0.7:
        rang = (debut.day - 1) // 7 + 1
        est_dernier = (debut + dt.timedelta(days=7)).month != debut.month
        sien = f"-1{jour}" if rang == 5 or (est_dernier and hasard.random() < 0.5) else f"{rang}{jour}"
        autres = {f"{hasard.choice([1, 2, 3, 4, -1])}{hasard.choice(JOURS)}" for _ in range(hasard.randint(0, 2))}
        regle["BYDAY"] = ",".join({sien, *autres})
    fin = hasard.random()
    if fin < 0.4:
        regle["UNTIL"] = f"{debut + dt.timedelta(days=hasard.randrange(900)):%Y%m%d}"
    elif fin < 0.6:
        regle["COUNT"] = str(hasard.randint(1, 60))
    return regle, debut


def test_thousands_of_rules_agree_with_a_calendar_walked_day_by_day():
    hasard = random.Random(20261122)  # noqa: S311
    for _ in range(2000):
        regle, debut = draw(hasard)
        texte = ";".join(f"{cle}={valeur}" for cle, valeur in regle.items())
        evenement = make(
            texte, debut.isoformat(timespec="minutes"), (debut + dt.timedelta(hours=2)).isoformat("T", "minutes")
        )
        depuis = debut + dt.timedelta(days=hasard.randrange(-60, 600), minutes=hasard.randrange(1440))
        jusque = depuis + dt.timedelta(days=hasard.randrange(1, 200))
        # One that has started and is not over still counts.
        attendus = [
            d for d in walk(regle, debut, depuis - dt.timedelta(hours=2), jusque) if d + dt.timedelta(hours=2) > depuis
        ]
        assert [o.debut for o in evenement.list_occurrences(depuis, jusque)] == attendus, texte


def test_a_rule_is_the_same_once_written_and_read_again():
    hasard = random.Random(7)  # noqa: S311
    for _ in range(500):
        regle, _debut = draw(hasard)
        lue = Recurrence.parse(";".join(f"{cle}={valeur}" for cle, valeur in regle.items()))
        assert Recurrence.parse(lue.encode()) == lue


def test_nobody_waits_for_a_rule_that_started_long_ago():
    evenement = make("FREQ=DAILY", "2001-01-01T14:00", "2001-01-01T16:00")
    trouvees = evenement.list_occurrences(at("2098-01-01"), at("2099-12-01"))
    assert len(trouvees) == 400
    assert trouvees[0].debut == at("2098-01-01T14:00")


def test_a_day_that_few_months_have_is_left_out_of_the_others():
    evenement = make("FREQ=MONTHLY", "2026-01-31T14:00", "2026-01-31T16:00")
    trouvees = evenement.list_occurrences(at("2026-01-01"), at("2026-08-01"))
    assert [o.debut.month for o in trouvees] == [1, 3, 5, 7]


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "FREQ=YEARLY",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=13",
        "FREQ=WEEKLY;BYDAY=1TU",
        "FREQ=WEEKLY;BYDAY=TU,TU",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=5TU",
        "FREQ=DAILY;BYDAY=TU",
        "FREQ=WEEKLY;UNTIL=20270230",
        "FREQ=WEEKLY;UNTIL=20270630T120000Z",
        "FREQ=WEEKLY;UNTIL=20270630;COUNT=3",
        "FREQ=WEEKLY;COUNT=401",
        "FREQ=WEEKLY;COUNT=٣",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYSETPOS=1",
        "FREQ=WEEKLY\r\nDTSTART:20261201T140000",
        "freq=weekly",
    ],
)
def test_other_rules_are_refused(texte):
    with pytest.raises(InvalidInputError):
        Recurrence.parse(texte)
