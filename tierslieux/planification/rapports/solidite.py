"""The sections of a report on what is not sure, and on the journeys that are spared. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.couverture.formules import round_personnes, write_effectif, write_pct, write_personnes
from tierslieux.filtres import agree, format_nombre
from tierslieux.planification.presenters import format_compte
from tierslieux.planification.rapports import methode, textes
from tierslieux.planification.rapports.blocs import Section, Tableau, name_site
from tierslieux.planification.rapports.donnees import Donnees
from tierslieux.planification.rapports.sensibilite import Sensibilite


def list_solidite(donnees: Donnees) -> Iterator[Section]:
    """Whether the list of sites, or the gain of a scenario, survives what is not known."""
    if donnees.sensibilite is not None:
        yield _build_solidite(donnees.sensibilite)
    elif donnees.valorisations:
        lignes = tuple((v.nom, write_personnes(v.gagnes), write_personnes(v.perdus)) for v in donnees.valorisations)
        tableau = Tableau("Ce scénario dans d’autres cas", ("Cas", "Personnes gagnées", "Personnes perdues"), lignes)
        yield Section("solidite", "Ce qui n’est pas sûr", tableaux=(tableau,))


def _build_solidite(sensibilite: Sensibilite) -> Section:
    unite = "personnes" if sensibilite.unite == "personnes" else "minutes"
    lignes = [
        (
            v.nom,
            _write_valeur(v.valeur, unite),
            _write_valeur(v.meilleure, unite),
            write_pct(v.part_gardee),
            f"{len(v.gardes)} sur {len(sensibilite.restes)}",
        )
        for v in sensibilite.variantes
    ]
    if sensibilite.tirages:
        moyenne = sum(v.part_gardee for v in sensibilite.tirages) / len(sensibilite.tirages)
        pire = min(sensibilite.tirages, key=lambda v: v.part_gardee)
        lignes += [
            (f"{len(sensibilite.tirages)} tirages, en moyenne", "–", "–", write_pct(moyenne), "–"),
            (
                "Le moins favorable des tirages",
                _write_valeur(pire.valeur, unite),
                _write_valeur(pire.meilleure, unite),
                write_pct(pire.part_gardee),
                f"{len(pire.gardes)} sur {len(sensibilite.restes)}",
            ),
        ]
    tableaux = [
        Tableau(
            "Le plan dans d’autres cas",
            ("Cas", "Gain de cette liste", "Gain de la meilleure", "Part gardée", "Lieux qui restent"),
            tuple(lignes),
            note="Gain : ce que les lieux nouveaux ajoutent à ceux d’aujourd’hui dans ce cas.",
        )
    ]
    if sensibilite.retraits:
        tableaux.append(
            Tableau(
                "Un bâtiment de moins",
                ("Sans ce lieu", "On perd", "Qui le remplace"),
                tuple(
                    (
                        name_site(r.site),
                        textes.write_perte(r.perte, sensibilite.unite),
                        ", ".join(name_site(site) for site in r.remplacants) or "personne",
                    )
                    for r in sensibilite.retraits
                ),
                note=_write_omis(sensibilite),
            )
        )
    return Section(
        "solidite",
        "Ce qui n’est pas sûr, et si la liste y résiste",
        (*textes.list_solidites(sensibilite), *methode.list_questions(sensibilite)),
        tableaux=tuple(tableaux) if lignes else (),
    )


def _write_omis(sensibilite: Sensibilite) -> str | None:
    omis = sensibilite.retraits_omis
    return f"{omis} {agree(omis, 'lieu n’a pas été retiré', 'lieux n’ont pas été retirés')}." if omis else None


def _write_valeur(valeur: float, unite: str) -> str:
    return write_personnes(valeur) if unite == "personnes" else f"{format_nombre(round(valeur))} minutes"


def build_epargne(donnees: Donnees) -> Section:
    """Hours and kilometres spared in a year, and what that rests on."""
    epargne = donnees.epargne
    if abs(epargne.heures_an) < 1:
        phrases = ["Le temps de trajet ne changerait presque pas."]
    else:
        mots = "évités" if epargne.heures_an > 0 else "de plus"
        qui = f"{format_compte(epargne.personnes)} personnes dont le lieu le plus proche change"
        phrases = [
            f"En un an, environ {_write_grand(epargne.heures_an)} heures de trajet {mots}, pour {qui} (estimation)."
        ]
        mots = "évités" if epargne.km_an > 0 else "de plus"
        phrases.append(f"Environ {_write_grand(epargne.km_an)} kilomètres {mots} en un an (estimation).")
    return Section("trajets", "Les trajets évités", tuple(phrases), tuple(epargne.hypotheses))


def _write_grand(valeur: float) -> str:
    return write_effectif(round_personnes(abs(valeur)))
