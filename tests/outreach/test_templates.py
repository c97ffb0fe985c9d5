"""Templates: made and changed by who may run outreach there, counted by their uses, asleep or not."""

from dataclasses import replace

import pytest

from securecare.access.errors import NotAllowed, NotFound
from securecare.access.roles import Role
from securecare.foundation.db import transaction
from securecare.foundation.forms import NotAccepted, Overtaken
from securecare.outreach import templates
from securecare.outreach.templates import TemplateForm, TemplateLineForm
from tests.support.street import Place, one, place


@pytest.fixture(scope="module")
def here(demo_database: str) -> Place:
    del demo_database
    return place()


def as_(here: Place, role: Role, verb, *args, at: int | None = None):
    actor = here.as_(role, at)
    with transaction(actor.scope) as session:
        return verb(session, actor, *args)


def form(here: Place, name: str, facility_id: int | None = None) -> TemplateForm:
    apple = one(
        "SELECT id FROM item WHERE name = 'Apple' AND organization_id = :id",
        id=here.organization_id,
    )
    kit = one("SELECT id FROM bundle WHERE name = 'Hygiene Kit'")
    lines = (
        TemplateLineForm("item", 20, item_id=apple),
        TemplateLineForm("bundle", 5, bundle_id=kit),
        TemplateLineForm("free", 2, description="Tea", wholesale_cents=30, retail_cents=90),
    )
    return TemplateForm(name, "For the park.", facility_id, lines)


def test_it_tells_how_often_and_when_last(here: Place):
    listed = {each.form.name: each for each in as_(here, Role.OUTREACH_LEAD, templates.listed)}
    lunch = listed["Saturday lunch run"]
    assert lunch.uses == one(
        "SELECT count(*) FROM template_use WHERE template_id = :id", id=lunch.id
    )
    assert lunch.last_used_at == one(
        "SELECT max(used_at) FROM template_use WHERE template_id = :id", id=lunch.id
    )
    assert [name for name, each in listed.items() if each.dormant] == ["Cold snap"]


def test_the_days_until_it_counts_as_dormant_are_ones_own_choice(here: Place):
    asleep = [
        each.form.name
        for each in as_(here, Role.OUTREACH_LEAD, templates.listed, 200)
        if each.dormant
    ]
    assert asleep == []


def test_what_was_never_used_is_dormant(here: Place):
    id_ = as_(here, Role.MANAGER, templates.add, form(here, "Never used"))
    assert as_(here, Role.MANAGER, templates.one, id_).dormant


def test_it_is_made_changed_and_read_back_as_it_was_typed(here: Place):
    wish = form(here, "Park day")
    id_ = as_(here, Role.OUTREACH_LEAD, templates.add, wish)
    row = as_(here, Role.OUTREACH_LEAD, templates.one, id_)
    assert row.form == wish
    assert row.names == ("Apple", "Hygiene Kit", "Tea")
    shorter = replace(wish, lines=wish.lines[:1])
    as_(here, Role.MANAGER, templates.change, id_, row.version, shorter)
    assert as_(here, Role.MANAGER, templates.one, id_).form == shorter
    with pytest.raises(Overtaken):
        as_(here, Role.OUTREACH_LEAD, templates.change, id_, row.version, wish)


def test_what_cannot_be_given_out_is_refused(here: Place):
    wish = form(here, "Refused")
    bad = [
        (),
        (TemplateLineForm("item", 5),),
        (TemplateLineForm("bundle", 0, bundle_id=1),),
        (TemplateLineForm("free", 1, description=" ", wholesale_cents=1, retail_cents=1),),
        (TemplateLineForm("free", 1, description="Tea"),),
        (TemplateLineForm("item", 5, item_id=2**60),),
    ]
    for lines in bad:
        with pytest.raises(NotAccepted) as refusal:
            as_(here, Role.MANAGER, templates.add, replace(wish, lines=lines))
        assert "lines" in refusal.value.complaints
    with pytest.raises(NotAccepted):
        as_(here, Role.MANAGER, templates.add, replace(wish, name="HYGIENE table"))


def test_somebody_at_one_facility_makes_templates_for_it_alone(here: Place):
    with pytest.raises(NotAllowed):
        as_(here, Role.OUTREACH_LEAD, templates.add, form(here, "Everywhere"), at=here.pine)
    with pytest.raises(NotFound):
        as_(here, Role.OUTREACH_LEAD, templates.add, form(here, "There", here.harbor), at=here.pine)
    as_(here, Role.OUTREACH_LEAD, templates.add, form(here, "Here", here.pine), at=here.pine)
    seen = [
        each.form.name for each in as_(here, Role.OUTREACH_LEAD, templates.listed, at=here.pine)
    ]
    assert "Here" in seen
    assert "Hygiene table" in seen
    assert "Saturday lunch run" not in seen


def test_nobody_meets_another_organizations(here: Place):
    theirs = one(
        "SELECT id FROM distribution_template WHERE organization_id <> :id", id=here.organization_id
    )
    with pytest.raises(NotFound):
        as_(here, Role.ADMINISTRATOR, templates.one, theirs)
    their_item = one(
        "SELECT min(id) FROM item WHERE organization_id <> :id", id=here.organization_id
    )
    stolen = replace(form(here, "Stolen"), lines=(TemplateLineForm("item", 1, item_id=their_item),))
    with pytest.raises(NotAccepted):
        as_(here, Role.ADMINISTRATOR, templates.add, stolen)
