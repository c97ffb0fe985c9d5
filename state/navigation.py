"""Every place of the staff's side: one table for the sidebar, the palette and the phone's bar."""

from dataclasses import dataclass

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.organization.words import Words


@dataclass(frozen=True, slots=True)
class Place:
    """A page people go to. `label` may hold the organization's words: {Customers}, {customer}."""

    key: str
    label: str
    href: str
    icon: str
    permissions: tuple[Permission, ...] = ()
    """Any one of them opens it; none at all means whoever is signed in."""
    group: str = ""
    also: str = ""
    """Other words by which somebody may look for it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do at once: a page opened for it, or `does`, which the browser carries out."""

    key: str
    label: str
    icon: str
    href: str = ""
    does: str = ""
    permissions: tuple[Permission, ...] = ()
    also: str = ""
    for_members_elsewhere: bool = False
    """Only of use to a person who belongs to several organizations."""


_P = Permission

PLACES: tuple[Place, ...] = (
    Place(
        "schedule", "Schedule", "/schedule", "calendar_days", (_P.VIEW_SCHEDULE,), "Day", "calendar"
    ),
    Place(
        "reassignment",
        "Reassignment",
        "/reassignment",
        "calendar_sync",
        (_P.BOOK,),
        "Day",
        "queue stranded pending",
    ),
    Place("customers", "{Customers}", "/customers", "users", (_P.VIEW_CUSTOMERS,), "Day", "people"),
    Place(
        "messages",
        "Messages",
        "/messages",
        "messages_square",
        (_P.VIEW_MESSAGES,),
        "Day",
        "secure conversations threads unread inbox",
    ),
    Place(
        "outreach",
        "Outreach",
        "/outreach",
        "hand_heart",
        (_P.VIEW_OUTREACH,),
        "Community",
        "today sessions tablet give out hand distribute",
    ),
    Place(
        "services",
        "Services",
        "/outreach/services",
        "heart_handshake",
        (_P.VIEW_OUTREACH,),
        "Community",
        "community recurrence sessions plan lunch",
    ),
    Place(
        "stock",
        "Stock",
        "/inventory",
        "package",
        (_P.VIEW_STOCK,),
        "Community",
        "inventory items on hand available reserved low levels",
    ),
    Place(
        "bundles",
        "Bundles",
        "/inventory/bundles",
        "shopping_basket",
        (_P.VIEW_STOCK,),
        "Community",
        "inventory assemble bag kit components",
    ),
    Place(
        "templates",
        "Templates",
        "/outreach/templates",
        "layout_template",
        (_P.VIEW_OUTREACH,),
        "Community",
        "distribution bundle mix dormant plan record",
    ),
    Place(
        "grants",
        "Grants",
        "/grants",
        "hand_coins",
        (_P.VIEW_GRANTS,),
        "Community",
        "funding budget awards spending",
    ),
    Place(
        "outreach-report",
        "Outreach report",
        "/reports/outreach",
        "chart_column",
        (_P.VIEW_OUTREACH,),
        "Community",
        "reports given cost value units hours csv print",
    ),
    Place(
        "supporters",
        "Donors and volunteers",
        "/customers/supporters",
        "heart",
        (_P.EDIT_CUSTOMERS,),
        "Community",
        "supporters helpers patrons give time money requests",
    ),
    Place(
        "organization",
        "Organization",
        "/organization",
        "building_2",
        (_P.CONFIGURE_ORGANIZATION,),
        "Set-up",
        "settings words name idle",
    ),
    Place(
        "facilities",
        "Facilities",
        "/facilities",
        "map_pin",
        (_P.CONFIGURE_FACILITIES,),
        "Set-up",
        "places time zone closed days",
    ),
    Place(
        "programs",
        "Programs",
        "/programs",
        "layers",
        (_P.CONFIGURE_PROGRAMS,),
        "Set-up",
        "services duration buffers",
    ),
    Place(
        "assessments",
        "Assessments",
        "/assessments",
        "clipboard_check",
        (_P.CONFIGURE_PROGRAMS,),
        "Set-up",
        "forms questions scores questionnaire cases versions",
    ),
    Place(
        "staff",
        "Staff",
        "/staff",
        "id_card",
        (_P.CONFIGURE_STAFF, _P.EDIT_SHIFTS),
        "Set-up",
        "shifts hours breaks days off",
    ),
    Place(
        "document-kinds",
        "Document kinds",
        "/document-kinds",
        "folder_cog",
        (_P.CONFIGURE_ORGANIZATION,),
        "Set-up",
        "retention years files keep agreements letters",
    ),
    Place(
        "access",
        "Roles and access",
        "/access",
        "key_round",
        (_P.MANAGE_ACCESS,),
        "Oversight",
        "permissions grants rights",
    ),
    Place(
        "jobs",
        "Jobs",
        "/jobs",
        "timer",
        (_P.VIEW_JOBS,),
        "Set-up",
        "notices outbox e-mail text messages queue retry failed worker",
    ),
    Place(
        "audit", "Audit", "/audit", "scroll_text", (_P.VIEW_AUDIT,), "Oversight", "trail history"
    ),
    Place(
        "account",
        "My account",
        "/account",
        "circle_user",
        also="password sessions second factor security",
    ),
)
"""In the order of the sidebar. A place without a group hangs on the person's own menu."""

SWITCH_ORGANIZATION = "/sign-in/organization"

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(place.group for place in PLACES if place.group))

DEEDS: tuple[Deed, ...] = (
    Deed(
        "book",
        "Book an appointment",
        "calendar_plus",
        "/schedule?new=1",
        permissions=(_P.BOOK,),
        also="new",
    ),
    Deed(
        "new-customer",
        "Add a {customer}",
        "user_plus",
        "/customers?new=1",
        permissions=(_P.EDIT_CUSTOMERS,),
        also="new register",
    ),
    Deed(
        "duplicates",
        "Likely duplicates",
        "users_round",
        "/customers/duplicates",
        permissions=(_P.MERGE_CUSTOMERS,),
        also="double twice same person merge records pairs compare",
    ),
    Deed(
        "new-grant",
        "Add a grant",
        "hand_coins",
        "/grants?new=1",
        permissions=(_P.EDIT_GRANTS,),
        also="new funding",
    ),
    Deed(
        "new-item",
        "Add an item to the stock",
        "package_plus",
        "/inventory?new=1",
        permissions=(_P.EDIT_STOCK,),
        also="new sku inventory",
    ),
    Deed(
        "new-bundle",
        "Add a bundle",
        "shopping_basket",
        "/inventory/bundles?new=1",
        permissions=(_P.EDIT_STOCK,),
        also="new kit bag inventory",
    ),
    Deed(
        "receive",
        "Receive goods",
        "package_check",
        "/inventory/receive",
        permissions=(_P.EDIT_STOCK,),
        also="stock inventory delivery receipt donation",
    ),
    Deed(
        "transfer",
        "Transfer stock",
        "arrow_left_right",
        "/inventory/transfer",
        permissions=(_P.EDIT_STOCK,),
        also="inventory move facility",
    ),
    Deed(
        "adjust",
        "Adjust stock",
        "sliders_horizontal",
        "/inventory/adjust",
        permissions=(_P.EDIT_STOCK,),
        also="inventory damaged expired lost correction",
    ),
    Deed(
        "counts",
        "Count stock",
        "clipboard_list",
        "/inventory/counts",
        permissions=(_P.VIEW_STOCK,),
        also="inventory stocktake counts",
    ),
    Deed(
        "labels",
        "Print labels",
        "barcode",
        "/inventory/labels",
        permissions=(_P.VIEW_STOCK,),
        also="inventory barcodes stickers",
    ),
    Deed(
        "import",
        "Import items or received goods",
        "file_up",
        "/inventory/import",
        permissions=(_P.EDIT_STOCK,),
        also="inventory csv file",
    ),
    Deed("light", "Light appearance", "sun", does="light", also="mode theme day colors"),
    Deed("dark", "Dark appearance", "moon", does="dark", also="mode theme night colors"),
    Deed(
        "organization",
        "Switch organization",
        "chevrons_up_down",
        SWITCH_ORGANIZATION,
        also="change another workspace tenant",
        for_members_elsewhere=True,
    ),
    Deed("sign-out", "Sign out", "log_out", does="sign-out", also="log leave end session"),
)


def within_reach(actor: Actor, permissions: tuple[Permission, ...]) -> bool:
    """Whether the person holds any one of the permissions anywhere, or none is asked for."""
    return not permissions or any(actor.may(permission) for permission in permissions)


def spoken(label: str, words: Words) -> str:
    """A label with the organization's own words in it."""
    return label.format(
        customer=words.customer, customers=words.customers, Customers=capitalized(words.customers)
    )


def capitalized(word: str) -> str:
    """With a capital first letter, and the rest as the organization writes it."""
    return word[:1].upper() + word[1:]
