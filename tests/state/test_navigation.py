"""Where the staff may go, and what the palette answers."""

from reflex_components_lucide.icon import LUCIDE_ICON_LIST

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.organization.words import Words
from state.frame import initials
from state.navigation import DEEDS, PLACES, capitalized, spoken, within_reach
from state.palette import answers

WORDS = Words("Harbor House", "resident", "residents", clock24=False)


def places_of(*roles: Role) -> list[str]:
    actor = Actor(1, 1, 1, "Dana Flores", tuple(Grant(role) for role in roles))
    return [place.key for place in PLACES if within_reach(actor, place.permissions)]


def test_an_administrator_may_go_everywhere() -> None:
    assert places_of(Role.ADMINISTRATOR) == [place.key for place in PLACES]


def test_a_scheduler_sees_the_day_and_none_of_the_set_up() -> None:
    seen = places_of(Role.SCHEDULER)
    assert seen == ["schedule", "reassignment", "customers", "supporters", "account"]


def test_an_auditor_reads_the_trail_but_has_no_queue() -> None:
    seen = places_of(Role.AUDITOR)
    assert {"schedule", "customers", "audit", "grants", "account"} <= set(seen)
    assert "reassignment" not in seen


def test_somebody_without_a_role_has_only_the_own_account() -> None:
    assert places_of() == ["account"]


def test_every_icon_exists() -> None:
    assert {entry.icon for entry in (*PLACES, *DEEDS)} <= set(LUCIDE_ICON_LIST)


def test_labels_speak_the_organizations_words() -> None:
    assert [spoken(p.label, WORDS) for p in PLACES if p.key == "customers"] == ["Residents"]
    assert [spoken(d.label, WORDS) for d in DEEDS if d.key == "new-customer"] == ["Add a resident"]


def test_a_capital_leaves_the_rest_of_a_word_alone() -> None:
    assert capitalized("NDIS participants") == "NDIS participants"
    assert capitalized("") == ""


def test_every_typed_word_must_begin_a_word() -> None:
    assert answers("ro ac", "Roles and access")
    assert answers("SESSIONS", "My account", "password sessions")
    assert not answers("cess", "Roles and access")
    assert not answers("roles audit", "Roles and access")


def test_initials_are_of_the_first_and_the_last_name() -> None:
    assert initials("Rosa María Delgado") == "RD"
    assert initials("Cher") == "C"
    assert initials("  ") == "?"
