"""A cupboard and a round in Lisbon, which nobody at Harbor & Pine may ever see."""

from securecare.demo.street_plans import (
    BundlePlan,
    GrantPlan,
    ItemPlan,
    LinePlan,
    ServicePlan,
    StreetPlan,
    TemplatePlan,
    WorkerPlan,
)

LISBON = 0
_ITEMS = (
    ("Sopa de legumes", "portion", "Alimentos", 95, 280, 20, 80),
    ("Pão de água", "each", "Alimentos", 18, 45, 30, 120),
    ("Água 0,5 L", "bottle", "Alimentos", 12, 60, 40, 160),
    ("Maçã de Alcobaça", "each", "Alimentos", 27, 60, 20, 80),
    ("Manta polar", "each", "Abrigo", 520, 1450, 8, 32),
    ("Meias térmicas", "pair", "Abrigo", 210, 590, 12, 48),
    ("Escova de dentes", "each", "Higiene", 31, 120, 20, 80),
    ("Sabonete", "each", "Higiene", 42, 110, 20, 80),
    ("Luvas de nitrilo, 100", "box", "Cuidados", 610, 1150, 4, 12),
    ("Pensos rápidos", "box", "Cuidados", 115, 310, 6, 24),
)
_LINES = (LinePlan("Saco da noite", 18), LinePlan("Manta polar", 3))

MIRANTE_STREET = StreetPlan(
    items=tuple(ItemPlan(f"MG-{n:03}", *row) for n, row in enumerate(_ITEMS, 1)),
    bundles=(
        BundlePlan(
            "Saco da noite", "Para a ronda.", ("Sopa de legumes", "Pão de água", "Água 0,5 L")
        ),
    ),
    services=(
        ServicePlan(
            "Ronda da Noite",
            "Às quintas, do Cais do Sodré a Santa Apolónia.",
            LISBON,
            (1260, 1380),
            "weekly",
            _LINES,
            first=-120,
            weekdays=(3,),
            template="Ronda",
            grant="Apoio de Inverno",
            workers=(WorkerPlan("Amélia Sequeira", 1450),),
            ahead=6,
        ),
    ),
    templates=(TemplatePlan("Ronda", "O saco e algumas mantas.", _LINES),),
    grants=(
        GrantPlan(
            "Apoio de Inverno",
            "Fundação Ribeira",
            "FR-31",
            "Rondas noturnas de inverno.",
            400_000,
            -150,
            60,
            2375,
        ),
    ),
    scarce=((LISBON, "Pensos rápidos", 2),),
)
