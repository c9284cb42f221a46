"""From what is asked to what the pages show: reads by services, then presenters. Knows no request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from tierslieux.cartes.bivariee import Bivariee, Croisement
from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.cartes.classes import Classes
from tierslieux.couverture import formules
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.lieux.recherches_vaines import sum_vaines
from tierslieux.observatoire import presenters_carte, presenters_chiffres, presenters_croisement, services
from tierslieux.observatoire.mesures import (
    BLANCHE_4G,
    LOCAUX_30,
    PART_ILLECTRONISME,
    Calcul,
    Mesure,
    build_mesure,
    list_croisables,
    list_indicateurs,
    needs_complement,
)
from tierslieux.observatoire.params import PAIRS_MAX, PARTIES, Arguments, Demande, DemandeCroisement
from tierslieux.observatoire.presenters import (
    Comparaison,
    Contexte,
    Dessin,
    TerritoirePage,
    build_groupes_options,
    build_options_parties,
    build_page,
    build_page_comparaison,
)
from tierslieux.observatoire.presenters_comparaison import Compare
from tierslieux.observatoire.presenters_croisement import Couche, CroisementPage
from tierslieux.observatoire.services import Charges, Partie
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.services import TerritoireDetail, get_territoire

Adresse = Callable[[Niveau, str], str]


def assemble_territoire(
    session: Session, niveau: Niveau, code: str, args: Arguments, adresse: Adresse, *, today: dt.date
) -> tuple[TerritoirePage, Demande]:
    """The page of a territory's figures and what was understood of the request; raises NotFoundError."""
    territoire = get_territoire(session, niveau, code)
    charges = services.list_charges(session)
    catalogue = get_catalogue()
    indicateurs = [indicateur.id for indicateur in list_indicateurs(catalogue, charges.millesimes)]
    demande = Demande.from_args(args, niveau, code, indicateurs)
    demande = _check_pairs(session, niveau, demande)
    edition = services.find_edition(session)
    cle = services.build_cle(charges, edition, (niveau, code, demande.parties, demande.regle))
    rang = services.find_rang(session, cle, niveau, code, demande.regle)
    chiffres = services.read_chiffres(session, niveau, code, rang)
    france = None if niveau is Niveau.FRANCE else services.read_chiffres(session, Niveau.FRANCE, CODE_FRANCE)
    parent = services.find_parent(territoire)

    def read(indicateur: str) -> tuple[Mesure, list[Partie]]:
        mesure = services.build_mesure_demandee(charges, indicateur, demande.regle, demande.millesime)
        return mesure, services.PARTIES.find(
            cle and (*cle, mesure),
            lambda: services.list_parties(session, mesure, demande.regle, demande.parties, parent),
        )

    mesure, parties = read(demande.indicateur or Calcul.ECART)
    if demande.indicateur is None and not _has_contraste(parties) and PART_ILLECTRONISME in charges.millesimes:
        # Nobody is far, nothing is computed yet, or nothing is known: a map of one colour says less.
        mesure, parties = read(PART_ILLECTRONISME)
    vaines = sum_vaines(session, niveau, code, today)
    contexte = Contexte(
        territoire, chiffres, france, edition, demande, charges, _name_parent(territoire, parent), vaines
    )

    def draw() -> tuple[Classes, Choroplethe | None]:
        classes = presenters_carte.compute_classes(parties, mesure, demande.classes, demande.nombre)
        carte = presenters_carte.draw(
            parties,
            services.list_contours(session, charges, demande.parties, parent),
            mesure,
            classes,
            titre=presenters_carte.write_titre(mesure, demande.parties, contexte.parent_nom),
            adresses={partie.code: adresse(demande.parties, partie.code) for partie in parties},
            ici=code if niveau is demande.parties else "",
        )
        return classes, carte

    classes, carte = services.CARTES.find(cle and (*cle, mesure, demande.classes, demande.nombre), draw)
    dessin = Dessin(mesure, parties, classes, carte, services.describe_source(session, mesure, edition))
    comparaison = _assemble_comparaison(session, contexte)
    return build_page(contexte, dessin, comparaison, catalogue), demande


def assemble_croisement(
    session: Session, niveau: Niveau, code: str, args: Arguments, adresse: Adresse
) -> tuple[CroisementPage, DemandeCroisement]:
    """The page of two crossed figures and what was understood of the request; raises NotFoundError."""
    territoire = get_territoire(session, niveau, code)
    charges = services.list_charges(session)
    catalogue = get_catalogue()
    croisables = list_croisables(catalogue, charges.millesimes)
    demande = DemandeCroisement.from_args(args, niveau, [indicateur.id for indicateur in croisables])
    edition = services.find_edition(session)
    connus = {indicateur.id for indicateur in croisables}
    parent = services.find_parent(territoire)
    cle = services.build_cle(charges, edition, (niveau, code, demande.parties, demande.regle))

    def read(mesure: Mesure) -> Couche:
        return Couche(
            mesure,
            services.PARTIES.find(
                cle and (*cle, mesure),
                lambda: services.list_parties(session, mesure, demande.regle, demande.parties, parent),
            ),
        )

    x = read(_build_mesure_croisee(charges, demande.x or _choose_x(connus), demande))
    y = read(_build_mesure_croisee(charges, demande.y or _choose_y(connus), demande))

    def draw() -> tuple[Croisement, Bivariee | None]:
        croisement = presenters_croisement.cross(x, y)
        contours = services.list_contours(session, charges, demande.parties, parent)
        adresses = {partie.code: adresse(demande.parties, partie.code) for partie in x.parties}
        return croisement, presenters_croisement.draw(x, y, croisement, contours, adresses=adresses)

    croisement, carte = services.CROISEMENTS.find(cle and (*cle, x.mesure, y.mesure), draw)
    lignes, page, pages = presenters_croisement.list_lignes(x, y, croisement, demande.page)
    libelles = {i.id: build_mesure(i, 0, complement=True).libelle for i in croisables if needs_complement(i)}
    calculs = (Calcul.ECART, Calcul.DUREE)
    return (
        CroisementPage(
            niveau=niveau,
            code=code,
            nom=territoire.nom,
            complement=formules.write_complement(niveau, territoire.nom, territoire.type_nom),
            ariane=tuple((p.nom, p.niveau.value, p.code) for p in territoire.parents),
            erreurs=demande.erreurs,
            parties=demande.parties,
            noms_parties=presenters_chiffres.NOMS_NIVEAUX[demande.parties],
            x=x.mesure,
            y=y.mesure,
            source_x=services.describe_source(session, x.mesure, edition),
            source_y=services.describe_source(session, y.mesure, edition),
            phrase=presenters_croisement.write_phrase(croisement, demande.parties, len(x.parties), territoire),
            carte=carte,
            lignes=lignes,
            total=len(croisement.pires),
            page=page,
            pages=pages,
            options_x=build_groupes_options(croisables, x.mesure.id, catalogue, calculs=calculs, libelles=libelles),
            options_y=build_groupes_options(croisables, y.mesure.id, catalogue, calculs=calculs, libelles=libelles),
            options_parties=build_options_parties(PARTIES[niveau], demande.parties),
        ),
        demande,
    )


def _choose_x(connus: Collection[str]) -> str:
    """Need first: people in illectronisme, else those who are far."""
    return PART_ILLECTRONISME if PART_ILLECTRONISME in connus else Calcul.ECART.value


def _choose_y(connus: Collection[str]) -> str:
    """Then the connection: mobile white zones where they are known, else the fixed one."""
    return next((indicateur for indicateur in (BLANCHE_4G, LOCAUX_30) if indicateur in connus), Calcul.DUREE.value)


def _build_mesure_croisee(charges: Charges, indicateur: str, demande: DemandeCroisement) -> Mesure:
    """The figure, turned so that high is bad."""
    if indicateur in set(Calcul):
        return services.build_mesure_demandee(charges, indicateur, demande.regle, None)
    entree = get_catalogue().get(indicateur)
    return build_mesure(entree, charges.millesimes[indicateur][0], complement=needs_complement(entree))


def _check_pairs(session: Session, niveau: Niveau, demande: Demande) -> Demande:
    """The request without the peers that do not exist, which are said."""
    connus = {pair.code for pair in services.list_pairs(session, niveau, demande.comparer)}
    inconnus = [code for code in demande.comparer if code not in connus]
    if not inconnus:
        return demande
    erreurs = tuple(f"« {code} » n’est le code d’aucun territoire de ce niveau." for code in inconnus)
    gardes = tuple(code for code in demande.comparer if code in connus)
    return replace(demande, comparer=gardes, erreurs=(*demande.erreurs, *erreurs))


def _has_contraste(parties: Sequence[Partie]) -> bool:
    """Whether the parts have at least two values."""
    return len({partie.valeur for partie in parties if partie.valeur is not None}) > 1


def _name_parent(territoire: TerritoireDetail, parent: tuple[Niveau, str]) -> str:
    """What the parts belong to, after "communes": "de Brest Métropole", "du Finistère"."""
    concerne = next((p for p in territoire.parents if (p.niveau, p.code) == parent), territoire)
    return formules.write_complement(concerne.niveau, concerne.nom, concerne.type_nom)


def _assemble_comparaison(session: Session, contexte: Contexte) -> Comparaison:
    territoire, demande = contexte.territoire, contexte.demande
    pairs = [
        Compare(pair.code, pair.nom, services.read_chiffres(session, territoire.niveau, pair.code))
        for pair in services.list_pairs(session, territoire.niveau, demande.comparer)
    ]
    trouves = None
    if demande.pair:
        trouves = services.search_semblables(session, territoire.niveau, demande.pair, territoire.code)
    suggestions = services.list_suggestions(session, territoire, contexte.chiffres)
    return build_page_comparaison(contexte, pairs, suggestions, trouves, maximum=PAIRS_MAX)
