"""From what an address asks to the page of a tour: reads by services, then presenters. Knows no request."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tierslieux.core.errors import ComputationError, InvalidInputError
from tierslieux.couverture.services import find_edition
from tierslieux.planification.itinerance.carte import draw_tournee
from tierslieux.planification.itinerance.params import Arguments, Demande, read_etude
from tierslieux.planification.itinerance.presenters import ItinerancePage, build_page
from tierslieux.planification.itinerance.services import find_itineraire
from tierslieux.planification.ouvrir.params import CHAMPS
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

# What readers know each field of this form by; those of the study are in `planification.params`.
LIBELLES = {
    "demi_journees": "Demi-journées par semaine",
    "vehicules": "Véhicules par dépôt",
    "cycle": "Passage à chaque arrêt",
    "conduite_max": "Conduite par jour",
    "ouverture": "Heures d’ouverture d’une demi-journée",
    "installation": "Minutes d’installation",
    "agents": "Personnes à bord",
    "depots": "Dépôt",
    "marches": "Jours de marché",
    "poids_marche": "Valeur d’un jour de marché",
    "exclus": "Passages impossibles",
    "heures_site": "Heures par semaine d’un lieu fixe",
    "agents_site": "Personnes dans un lieu fixe",
}


def assemble(session: Session, niveau: Niveau, code: str, args: Arguments) -> ItinerancePage:
    """The page of an address; raises NotFoundError for a territory that does not exist."""
    territoire = territoires.get_territoire(session, niveau, code)
    etude, erreurs = read_etude(niveau, code, args)
    demande, autres = Demande.from_args(args)
    dites = [write_erreur(erreur) for erreur in (*erreurs, *autres)]
    itineraire, carte = None, None
    try:
        itineraire = find_itineraire(session, etude, demande)
    except InvalidInputError as erreur:
        dites.append(write_erreur(erreur))
    except ComputationError as erreur:
        dites.append(erreur.message)
    if itineraire is not None:
        carte = draw_tournee(_list_contours(session, niveau, code, territoire.nom), itineraire)
    return build_page(
        territoire, etude, demande, itineraire, carte, dites, est_calculee=find_edition(session) is not None
    )


def _list_contours(session: Session, niveau: Niveau, code: str, nom: str) -> Sequence[territoires.Contour]:
    if niveau is not Niveau.COMMUNE:
        return territoires.list_contours(session, Niveau.COMMUNE, parent=(niveau, code))
    geometrie = territoires.get_contour(session, niveau, code, detail=True)
    return [territoires.Contour(code, nom, geometrie)] if geometrie is not None else []


def write_erreur(erreur: InvalidInputError) -> str:
    """A value that was not understood, with the name that its field has on the page."""
    champ = str(erreur.details["champ"])
    libelle = LIBELLES.get(champ) or CHAMPS.get(champ, champ)
    return f"« {libelle} » vaut « {erreur.details['valeur']} » ; attendu : {erreur.details['attendu']}."
