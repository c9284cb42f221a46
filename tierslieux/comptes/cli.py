"""Accounts from the command line: the first administrator, and what only whoever keeps the server may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from tierslieux.comptes import equipe, invitations, second_facteur, services
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.comptes.enums import COMMANDE
from tierslieux.comptes.models import Compte
from tierslieux.comptes.pages import get_cle
from tierslieux.comptes.perimetres import NIVEAUX
from tierslieux.comptes.presenters import build_ligne, list_cles, name_droit
from tierslieux.core.courriels import Courriel, queue
from tierslieux.core.errors import TiersLieuxError
from tierslieux.extensions import get_etat
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

groupe = AppGroup("comptes", help="Accounts: invite, list, revoke, reset a second factor.")

SITE = "http://127.0.0.1:5000"
_ROLES = click.Choice([role.value for role in Role])
_NIVEAUX = click.Choice([niveau.value for niveau in NIVEAUX])


def _courriel_option(fonction: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--courriel", required=True, help="E-mail address of the person.")(fonction)


def _dry_run_option(fonction: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--dry-run", is_flag=True, help="Change nothing: say what would be done.")(fonction)


@contextmanager
def _write(*, dry_run: bool) -> Iterator[Session]:
    """A session that commits at its end, or not; an error of ours ends the command with its message."""
    with get_etat().session_factory() as session:
        try:
            yield session
        except TiersLieuxError as erreur:
            raise click.ClickException(erreur.message) from erreur
        if dry_run:
            session.rollback()
            click.echo("dry run: nothing was changed")
        else:
            session.commit()


@groupe.command("create")
@click.option("--role", required=True, type=_ROLES, help="What the person does.")
@click.option("--niveau", required=True, type=_NIVEAUX, help="Level of the territory.")
@click.option("--code", default=None, help="Code of the territory; none for France.")
@_courriel_option
@click.option("--site", default=None, help=f"Address of the site.  [default: TIERSLIEUX_SITE, else {SITE}]")
@click.option("--envoyer", is_flag=True, help="Also send the link by e-mail.")
@_dry_run_option
def create_command(
    role: str, niveau: str, code: str | None, courriel: str, site: str | None, *, envoyer: bool, dry_run: bool
) -> None:
    """Invite somebody to a role over a territory, and print the link: good once, for 14 days."""
    palier, now = Niveau(niveau), dt.datetime.now(dt.UTC)
    if palier is not Niveau.FRANCE and not code:
        raise click.UsageError("--code is needed, but for --niveau france")
    droit = Habilitation(Role(role), palier, CODE_FRANCE if palier is Niveau.FRANCE else str(code).upper())
    with _write(dry_run=dry_run) as session:
        adresse = services.parse_courriel(courriel)
        envoi = invitations.invite(session, None, adresse, droit, cle=get_cle(), now=now)
        racine = site or get_etat().settings.site or SITE
        lien = urljoin(f"{racine.rstrip('/')}/", f"invitations/{envoi.jeton}")
        territoire = name_droit(droit, equipe.list_noms(session, [(droit.niveau.value, droit.code)]))
        if envoyer:
            corps = current_app.jinja_env.get_template("emails/invitation.txt").render(
                role=droit.role.libelle,
                territoire=territoire,
                adresse=lien,
                jours=invitations.DUREE.days,
            )
            mail = Courriel(a=adresse, sujet="Vous êtes invité sur Tierslieux", corps=corps, genre="invitation")
            queue(session, mail, now=now, perime_at=envoi.invitation.expire_at)
    if not dry_run:
        click.echo(lien)


@groupe.command("list")
@click.option("--apres", default=0, type=click.IntRange(0), help="Only accounts after this number.")
def list_command(apres: int) -> None:
    """The accounts, by number: name in histories, roles, second factor. Addresses are shown: keep this list."""
    with get_etat().session_factory() as session:
        comptes = equipe.list_all(session, apres=apres)
        noms = equipe.list_noms(session, list_cles(ligne for compte in comptes for ligne in compte.habilitations))
        for compte in comptes:
            page = build_ligne(compte, noms)
            roles = ", ".join(f"{droit.role.value} {droit.territoire}" for droit in page.droits) or "no role"
            etat = "" if page.actif else ", closed"
            second = ", second factor" if page.second_facteur_at else ""
            click.echo(f"{page.id} {page.pseudonyme} {page.courriel}: {roles}{second}{etat}")


@groupe.command("revoke")
@_courriel_option
@click.option("--niveau", default=None, type=_NIVEAUX, help="Only the role over this territory.")
@click.option("--code", default=None, help="Code of that territory; none for France.")
@_dry_run_option
def revoke_command(courriel: str, niveau: str | None, code: str | None, *, dry_run: bool) -> None:
    """Take the roles of an account back and end its sessions; the last administrator of France stays."""
    now = dt.datetime.now(dt.UTC)
    cherche = None if niveau is None else (niveau, CODE_FRANCE if niveau == Niveau.FRANCE else code)
    with _write(dry_run=dry_run) as session:
        adresse = services.parse_courriel(courriel)
        retirees = invitations.withdraw_all(session, adresse, now=now) if cherche is None else 0
        if retirees:
            click.echo(f"{retirees} invitations withdrawn")
        personne = services.find_personne_by_courriel(session, adresse)
        compte = services.get_compte(session, personne.compte_id) if personne else None
        lignes = compte.habilitations if compte else []
        retires = [ligne for ligne in lignes if cherche in {None, (ligne.niveau, ligne.code)}]
        for ligne in retires:
            texte = f"{ligne.role} over {ligne.niveau} {ligne.code}"
            equipe.withdraw_role(session, None, ligne.compte_id, ligne.id, now=now)
            click.echo(f"{texte} withdrawn")
        if not retires and not retirees:
            raise click.ClickException("this address has no such role")


@groupe.command("reset-second-factor")
@_courriel_option
@_dry_run_option
def reset_second_factor_command(courriel: str, *, dry_run: bool) -> None:
    """Forget the second factor of an account, whose telephone is lost: it is set again at the next sign-in."""
    with _write(dry_run=dry_run) as session:
        compte = _get_compte(session, courriel)
        second_facteur.reset(session, compte, acteur=COMMANDE, now=dt.datetime.now(dt.UTC))
        click.echo(f"{compte.pseudonyme}: second factor reset, sessions ended")


def _get_compte(session: Session, courriel: str) -> Compte:
    personne = services.find_personne_by_courriel(session, services.parse_courriel(courriel))
    if personne is None:
        raise click.ClickException("no account has this address")
    return services.get_compte(session, personne.compte_id)
