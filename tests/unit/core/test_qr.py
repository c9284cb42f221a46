import re

import segno

from tierslieux.core.qr import MARGE, build_qr

ADRESSE = "https://lieux.exemple.fr/lieux/0z4m2e9fec"


def read_modules(chemin: str) -> set[tuple[int, int]]:
    """Dark modules (column, row) of a path, its runs read back one by one."""
    modules = set()
    for x, y, longueur, retour in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", chemin):
        assert longueur == retour
        modules |= {(int(x) + rang, int(y)) for rang in range(int(longueur))}
    return modules


def test_the_path_draws_each_dark_module_and_no_other() -> None:
    code = build_qr(ADRESSE)
    attendus = {
        (x + MARGE, y + MARGE)
        for y, rangee in enumerate(segno.make(ADRESSE, error="m", micro=False).matrix)
        for x, module in enumerate(rangee)
        if module
    }
    assert read_modules(code.chemin) == attendus


def test_a_quiet_zone_surrounds_the_code() -> None:
    code = build_qr(ADRESSE)
    colonnes = {x for x, _y in read_modules(code.chemin)}
    # The three marks in the corners touch the edges: 4 modules stay free on each side.
    assert (min(colonnes), max(colonnes)) == (4, code.cote - 5)
