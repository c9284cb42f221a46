from tierslieux.emporter.params import CHOISIS_MAX, Choix


def test_each_place_once_in_the_order_of_the_address() -> None:
    assert Choix.from_args(["b", "a", "b", " a "]) == Choix(("b", "a"))


def test_what_cannot_be_a_reference_is_counted() -> None:
    choix = Choix.from_args(["a", "<script>", "é", "x" * 65, "", " ", "a b"])
    assert (choix.ids, choix.illisibles) == (("a",), 4)


def test_a_list_has_an_end() -> None:
    choix = Choix.from_args([f"lieu{n}" for n in range(CHOISIS_MAX + 5)])
    assert len(choix.ids) == CHOISIS_MAX
    assert choix.trop
    assert not Choix.from_args([f"lieu{n}" for n in range(CHOISIS_MAX)]).trop


def test_one_place_can_be_taken_out() -> None:
    assert Choix(("a", "b", "c")).list_sans("b") == ["a", "c"]
