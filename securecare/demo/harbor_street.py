"""The storerooms and the street of Harbor & Pine: eight outreaches at three places."""

from securecare.demo.goods import BUNDLES, ITEMS, PRICES
from securecare.demo.street_plans import (
    GrantPlan,
    LinePlan,
    ServicePlan,
    StreetPlan,
    TemplatePlan,
    WorkerPlan,
)

HARBOR, PINE, SAGUARO = 0, 1, 2
NUTRITION, WINTER, HEALTH = (
    "Neighborhood Nutrition Fund",
    "Warm Streets Winter Grant",
    "Healthy Start Supplies",
)
_MAREN, _PERPETUA = WorkerPlan("Maren Solberg", 2850), WorkerPlan("Perpetua Lobo", 2480)
_TABITHA, _BENEDIKT = WorkerPlan("Tabitha Crane", 3920), WorkerPlan("Benedikt Haas", 2615)
_IVY, _KESTREL = WorkerPlan("Ivy Chee", 3875), WorkerPlan("Kestrel Dunn", 2545)
_COFFEE = LinePlan("Hot coffee from the Blue Door Bakery", 60, 45, 225)

_LUNCH = (
    LinePlan("PB&J Lunch Bag", 80),
    LinePlan("Bottled Water, 16.9 oz", 60),
    LinePlan("Crew Socks, Adult", 24),
    _COFFEE,
)
_BREAKFAST = (LinePlan("Hot Breakfast", 32), LinePlan("Apple", 24))
_SOUP = (
    LinePlan("Vegetable Soup, 18 oz", 14),
    LinePlan("Bread Roll, Third Street Ovens", 28, 30, 95),
    LinePlan("Emergency Blanket, Mylar", 4),
)
_COLD = (
    LinePlan("Cold-Weather Kit", 28),
    LinePlan("Fleece Blanket", 18),
    LinePlan("Hot Cocoa Mix", 40),
)
_HYGIENE = (
    LinePlan("Hygiene Kit", 26),
    LinePlan("Menstrual Pads, 10 ct", 12),
    LinePlan("First Aid Pouch", 6),
    LinePlan("Haircut by a volunteer barber", 9, 0, 2500),
)
_COOLING = (LinePlan("Hydration Pack", 22), LinePlan("Sun Hat, Wide Brim", 5))
_PANTRY = (
    LinePlan("Pantry Box", 14),
    LinePlan("Diapers, Size 4, 20 ct", 10),
    LinePlan("Transit Pass, Single Ride", 20),
    LinePlan("Cooking class by a visiting chef", 1, 12000, 18000),
)
_SCHOOL = (LinePlan("Back-to-School Pack", 38), LinePlan("Juice Box, Apple", 60))

SERVICES = (
    ServicePlan(
        "Saturday Outreach Lunch",
        "Lunch bags and dry socks on the quay, whoever comes by.",
        HARBOR,
        (600, 840),
        "weekly",
        _LUNCH,
        weekdays=(5,),
        template="Saturday lunch run",
        grant=NUTRITION,
        workers=(_PERPETUA, _MAREN),
        ahead=8,
    ),
    ServicePlan(
        "Breakfast Cart",
        "Something warm between the ferry landing and the day labor corner.",
        HARBOR,
        (390, 510),
        "weekly",
        _BREAKFAST,
        weekdays=(0, 2, 4),
        template="Breakfast cart",
        grant=NUTRITION,
        workers=(_MAREN,),
        ahead=2,
    ),
    ServicePlan(
        "Evening Soup Round",
        "The van goes out every evening of the cold months.",
        HARBOR,
        (1080, 1200),
        "daily",
        _SOUP,
        first=-75,
        last=45,
        grant=WINTER,
        workers=(_MAREN,),
        ahead=2,
    ),
    ServicePlan(
        "Cold-Weather Drive",
        "Kits and blankets from the clinic's forecourt.",
        PINE,
        (960, 1140),
        "monthly",
        _COLD,
        month_day=5,
        template="Cold snap",
        grant=WINTER,
        workers=(_BENEDIKT, _TABITHA),
        ahead=9,
    ),
    ServicePlan(
        "Hygiene Kit Table",
        "Beside the library, with a nurse and a barber.",
        PINE,
        (660, 780),
        "weekly",
        _HYGIENE,
        first=-364,
        interval=2,
        weekdays=(7,),
        template="Hygiene table",
        grant=HEALTH,
        workers=(_TABITHA,),
        ahead=6,
    ),
    ServicePlan(
        "Cooling Stop",
        "Shade, water and sunscreen at the bus terminal.",
        SAGUARO,
        (690, 930),
        "daily",
        _COOLING,
        first=-180,
        last=60,
        interval=2,
        template="Cooling stop",
        grant=HEALTH,
        workers=(_IVY,),
        ahead=3,
    ),
    ServicePlan(
        "Month-End Pantry",
        "For the days before the next check arrives.",
        SAGUARO,
        (840, 1080),
        "monthly",
        _PANTRY,
        month_day=31,
        grant=NUTRITION,
        workers=(_KESTREL, _IVY),
        ahead=7,
    ),
    ServicePlan(
        "Back-to-School Fair",
        "A pack for every child, and juice for the grown-ups.",
        HARBOR,
        (720, 960),
        "once",
        _SCHOOL,
        first=9,
        last=9,
        workers=(_PERPETUA,),
        ahead=14,
    ),
)

TEMPLATES = (
    TemplatePlan(
        "Saturday lunch run", "Bags, water, socks and the bakery's coffee.", _LUNCH, HARBOR
    ),
    TemplatePlan("Breakfast cart", "What fits on the cart.", _BREAKFAST, HARBOR),
    TemplatePlan("Hygiene table", "Kits, pads and first aid, with the barber.", _HYGIENE),
    TemplatePlan("Cooling stop", "For days above 100 degrees.", _COOLING, SAGUARO),
    TemplatePlan(
        "Cold snap", "When the shelter line is full and it freezes.", _COLD, used_until=142
    ),
)

GRANTS = (
    GrantPlan(
        NUTRITION,
        "Tidewater Community Foundation",
        "TCF-2207-118",
        "Meals and groceries for people without a kitchen.",
        4_500_000,
        -270,
        94,
        2240,
    ),
    GrantPlan(
        WINTER,
        "Department of Shelter Services",
        "DSS-WS-0419",
        "Blankets, warm clothing and evening outreach in the cold months.",
        1_800_000,
        -210,
        120,
        1985,
    ),
    GrantPlan(
        HEALTH,
        "County Public Health",
        "CPH-HSS-77",
        "Hygiene, heat relief and first aid where people are.",
        2_450_000,
        -364,
        -1,
        2610,
    ),
)

HARBOR_STREET = StreetPlan(
    items=ITEMS,
    bundles=BUNDLES,
    services=SERVICES,
    templates=TEMPLATES,
    grants=GRANTS,
    prices=PRICES,
    scarce=(
        (HARBOR, "Diapers, Newborn, 20 ct", 3),
        (HARBOR, "Infant Formula, 12.4 oz", 2),
        (HARBOR, "Tampons, 10 ct", 7),
        (HARBOR, "Bread Loaf, Whole Wheat", 0),
        (PINE, "Cereal, 12 oz", 4),
        (PINE, "Naloxone Nasal Spray, 4 mg", 5),
        (PINE, "Twin Sheet Set", 1),
        (SAGUARO, "Foot Powder, 4 oz", 4),
        (SAGUARO, "Elastic Wrap, 3 in", 6),
    ),
    lead=4,
    keeper=1,
)
