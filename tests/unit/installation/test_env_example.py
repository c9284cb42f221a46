import re
from pathlib import Path

RACINE = Path(__file__).resolve().parents[3]


def test_the_example_lists_exactly_the_settings_that_are_read():
    lus = set(re.findall(r'"(TIERSLIEUX_[A-Z_]+|DATABASE_URL)"', (RACINE / "tierslieux/config.py").read_text("utf-8")))
    exemple = set(re.findall(r"^#?([A-Z_]+)=", (RACINE / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert exemple == lus


def test_each_setting_is_described_in_the_operations_guide():
    exemple = re.findall(r"^#?([A-Z_]+)=", (RACINE / ".env.example").read_text("utf-8"), re.MULTILINE)
    guide = (RACINE / "docs/exploitation.md").read_text("utf-8")
    assert [nom for nom in exemple if f"`{nom}`" not in guide] == []
