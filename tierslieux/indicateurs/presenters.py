"""The catalogue as a page of documentation: the table of docs/indicateurs.md, which a test compares."""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.indicateurs.catalogue import Agregation, Catalogue, Indicateur, Sens

_FLECHES = {Sens.PLUS_EST_PIRE: "↑ pire", Sens.MOINS_EST_PIRE: "↓ pire", Sens.NEUTRE: "neutre"}


def render_catalogue(catalogue: Catalogue) -> str:
    """Two tables in Markdown: indicators, then sources."""
    return "\n".join((*_list_indicateurs(catalogue), "", *_list_sources(catalogue)))


def _list_indicateurs(catalogue: Catalogue) -> Iterator[str]:
    yield "| indicateur | définition | unité | sens | méthode | sources et millésimes | territoires plus grands |"
    yield "|---|---|---|---|---|---|---|"
    for indicateur in catalogue.indicateurs.values():
        definition = f"**{indicateur.libelle}.** {indicateur.definition}"
        if indicateur.remarque:
            definition += f" *{indicateur.remarque}*"
        cellules = (
            f"`{indicateur.id}`",
            definition,
            indicateur.unite.libelle,
            _FLECHES[indicateur.sens],
            indicateur.methode.value,
            _describe_sources(indicateur),
            _describe_agregation(indicateur),
        )
        yield f"| {' | '.join(cellules)} |"


def _describe_sources(indicateur: Indicateur) -> str:
    return ", ".join(
        f"`{source_id}` ({'fichier' if millesime is None else millesime})"
        for source_id, millesime in indicateur.sources.items()
    )


def _describe_agregation(indicateur: Indicateur) -> str:
    if indicateur.agregation is Agregation.MOYENNE:
        return f"moyenne pesée par `{indicateur.poids}`"
    return indicateur.agregation.value


def _list_sources(catalogue: Catalogue) -> Iterator[str]:
    yield "| source | fichier | producteur | licence | édition | adresse |"
    yield "|---|---|---|---|---|---|"
    for source in catalogue.sources.values():
        fichier = f"{source.libelle} (`{source.motif}`)" if source.motif else source.libelle
        adresse = source.url or source.page or "aucune connue"
        edition = source.edition or "celle du fichier"
        yield f"| `{source.id}` | {fichier} | {source.producteur} | {source.licence} | {edition} | {adresse} |"
