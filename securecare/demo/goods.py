"""What the demo's storerooms hold: a hundred and twenty things, and what is packed of them."""

from securecare.demo.street_plans import BundlePlan, ItemPlan, PriceChange

# Name, unit, cost and retail value of one in cents, and the two levels.
_Row = tuple[str, str, int, int, int, int]

_FOOD: tuple[_Row, ...] = (
    ("PB&J Sandwich", "each", 118, 350, 60, 220),
    ("Turkey Sandwich", "each", 205, 525, 40, 120),
    ("Bread Loaf, Whole Wheat", "loaf", 189, 349, 20, 60),
    ("Peanut Butter, 16 oz", "jar", 212, 389, 12, 40),
    ("Grape Jelly, 18 oz", "jar", 178, 329, 12, 40),
    ("Apple", "each", 34, 75, 60, 260),
    ("Banana", "each", 19, 45, 60, 220),
    ("Granola Bar", "each", 38, 89, 120, 480),
    ("Trail Mix, 2 oz", "bag", 61, 149, 80, 300),
    ("Potato Chips, 1 oz", "bag", 29, 79, 80, 300),
    ("String Cheese", "each", 27, 65, 40, 160),
    ("Bottled Water, 16.9 oz", "bottle", 14, 99, 200, 960),
    ("Electrolyte Drink Mix", "packet", 42, 119, 80, 320),
    ("Juice Box, Apple", "each", 31, 69, 60, 240),
    ("Coffee, Ground, 2 lb", "bag", 1145, 1899, 4, 14),
    ("Tea Bags, Black, 100 ct", "box", 389, 699, 4, 12),
    ("Hot Cocoa Mix", "packet", 16, 45, 80, 300),
    ("Instant Oatmeal", "packet", 22, 59, 80, 320),
    ("Cup of Noodles", "each", 48, 119, 60, 240),
    ("Vegetable Soup, 18 oz", "can", 132, 279, 48, 192),
    ("Chicken Chili, 15 oz", "can", 149, 309, 48, 168),
    ("Tuna, 5 oz", "can", 91, 179, 36, 144),
    ("Black Beans, 15 oz", "can", 68, 139, 36, 144),
    ("Peaches in Juice, 15 oz", "can", 104, 219, 24, 96),
    ("Rice, 2 lb", "bag", 164, 319, 24, 90),
    ("Pasta, 1 lb", "box", 92, 189, 24, 96),
    ("Tomato Sauce, 24 oz", "jar", 138, 289, 18, 72),
    ("Shelf-Stable Milk, 1 qt", "carton", 156, 299, 18, 72),
    ("Cereal, 12 oz", "box", 219, 429, 12, 48),
    ("Baby Carrots, Snack Bag", "bag", 41, 99, 30, 120),
)
_HYGIENE: tuple[_Row, ...] = (
    ("Toothbrush", "each", 32, 149, 80, 300),
    ("Toothpaste, 0.85 oz", "tube", 46, 139, 80, 300),
    ("Bar Soap, Wrapped", "each", 38, 119, 80, 300),
    ("Shampoo, 2 oz", "bottle", 52, 179, 60, 240),
    ("Conditioner, 2 oz", "bottle", 54, 179, 30, 120),
    ("Deodorant Stick, Travel", "each", 98, 249, 60, 220),
    ("Disposable Razor", "each", 29, 109, 60, 240),
    ("Shaving Cream, 2 oz", "can", 89, 199, 24, 96),
    ("Comb", "each", 14, 79, 40, 160),
    ("Hair Ties, 10 ct", "pack", 61, 199, 20, 80),
    ("Body Lotion, 2 oz", "bottle", 58, 169, 30, 140),
    ("Lip Balm", "each", 37, 129, 50, 220),
    ("Sunscreen SPF 50, 1 oz", "tube", 112, 349, 40, 180),
    ("Hand Sanitizer, 2 oz", "bottle", 49, 149, 60, 260),
    ("Wet Wipes, 20 ct", "pack", 72, 199, 60, 240),
    ("Facial Tissue, Pocket", "pack", 19, 69, 80, 300),
    ("Menstrual Pads, 10 ct", "pack", 139, 349, 30, 140),
    ("Tampons, 10 ct", "pack", 171, 399, 20, 100),
    ("Nail Clippers", "each", 44, 149, 20, 80),
    ("Washcloth", "each", 57, 149, 40, 180),
    ("Toilet Paper, Single Roll", "roll", 48, 109, 60, 240),
    ("Laundry Detergent Pod", "each", 24, 69, 60, 240),
)
_CLOTHING: tuple[_Row, ...] = (
    ("Crew Socks, Adult", "pair", 119, 349, 100, 400),
    ("Thermal Socks, Adult", "pair", 268, 699, 60, 240),
    ("Knit Hat", "each", 245, 899, 40, 180),
    ("Winter Gloves, Adult", "pair", 289, 999, 40, 180),
    ("Scarf, Fleece", "each", 312, 999, 30, 120),
    ("Rain Poncho", "each", 98, 299, 40, 180),
    ("T-Shirt, Medium", "each", 289, 799, 20, 80),
    ("T-Shirt, Large", "each", 289, 799, 20, 80),
    ("T-Shirt, XL", "each", 305, 799, 20, 80),
    ("Sweatshirt, Medium", "each", 745, 1899, 12, 48),
    ("Sweatshirt, Large", "each", 745, 1899, 12, 48),
    ("Sweatshirt, XL", "each", 779, 1899, 12, 48),
    ("Underwear, Men's Medium", "each", 159, 449, 24, 96),
    ("Underwear, Men's Large", "each", 159, 449, 24, 96),
    ("Underwear, Women's Medium", "each", 149, 449, 24, 96),
    ("Underwear, Women's Large", "each", 149, 449, 24, 96),
    ("Sun Hat, Wide Brim", "each", 348, 1199, 30, 120),
    ("Flip-Flops", "pair", 142, 499, 20, 80),
    ("Hand Warmers", "pair", 54, 159, 80, 320),
    ("Child Coat, 4-6", "each", 1289, 3499, 4, 16),
    ("Adult Coat, Large", "each", 2145, 5999, 4, 16),
)
_BEDDING: tuple[_Row, ...] = (
    ("Fleece Blanket", "each", 489, 1499, 40, 160),
    ("Wool Blanket", "each", 1125, 2999, 20, 80),
    ("Emergency Blanket, Mylar", "each", 62, 299, 60, 260),
    ("Sleeping Bag, 20 F", "each", 2389, 5999, 8, 32),
    ("Foam Sleeping Mat", "each", 689, 1799, 12, 48),
    ("Tarp, 8 x 10 ft", "each", 578, 1499, 10, 40),
    ("Twin Sheet Set", "set", 1089, 2499, 8, 32),
    ("Pillow", "each", 498, 1299, 10, 40),
    ("Pillowcase", "each", 189, 499, 16, 64),
    ("Bath Towel", "each", 389, 999, 24, 96),
    ("Laundry Bag", "each", 219, 599, 16, 64),
    ("Duffel Bag", "each", 849, 2499, 10, 40),
)
_BABY: tuple[_Row, ...] = (
    ("Diapers, Newborn, 20 ct", "pack", 489, 999, 12, 48),
    ("Diapers, Size 2, 20 ct", "pack", 529, 1099, 12, 60),
    ("Diapers, Size 4, 20 ct", "pack", 589, 1199, 12, 60),
    ("Training Pants, 3T, 18 ct", "pack", 612, 1249, 8, 32),
    ("Baby Wipes, 72 ct", "pack", 148, 349, 24, 96),
    ("Infant Formula, 12.4 oz", "can", 1345, 2199, 8, 36),
    ("Baby Food, Pouch", "pouch", 89, 189, 36, 144),
    ("Baby Bottle, 8 oz", "each", 278, 699, 10, 40),
    ("Diaper Rash Cream, 2 oz", "tube", 219, 549, 8, 36),
    ("Onesie, 0-3 Months", "each", 312, 899, 10, 40),
    ("Receiving Blanket", "each", 358, 999, 10, 40),
    ("Board Book", "each", 189, 599, 16, 64),
)
_MEDICAL: tuple[_Row, ...] = (
    ("Adhesive Bandages, 30 ct", "box", 129, 349, 24, 96),
    ("Gauze Pads, 4 x 4, 10 ct", "pack", 198, 499, 16, 64),
    ("Elastic Wrap, 3 in", "each", 142, 399, 12, 48),
    ("Antibiotic Ointment, 0.5 oz", "tube", 149, 429, 20, 80),
    ("Alcohol Prep Pads, 100 ct", "box", 218, 549, 6, 24),
    ("Ibuprofen 200 mg, 2 ct", "packet", 12, 49, 100, 400),
    ("Naloxone Nasal Spray, 4 mg", "kit", 2250, 4499, 12, 48),
    ("Face Mask, Disposable", "each", 7, 49, 100, 500),
    ("Nitrile Gloves, 100 ct", "box", 689, 1299, 4, 16),
    ("Instant Cold Pack", "each", 78, 229, 16, 64),
    ("Reading Glasses, +2.00", "each", 245, 999, 10, 40),
    ("Foot Powder, 4 oz", "bottle", 267, 699, 12, 48),
    ("COVID-19 Antigen Test", "each", 398, 1099, 24, 96),
)
_HOUSEHOLD: tuple[_Row, ...] = (
    ("Can Opener", "each", 189, 499, 8, 32),
    ("Spork, Wrapped", "each", 5, 19, 200, 900),
    ("Paper Lunch Bag", "each", 4, 15, 200, 900),
    ("Paper Cup, 12 oz", "each", 8, 29, 200, 900),
    ("Flashlight with Batteries", "each", 348, 999, 12, 48),
    ("Phone Charger, USB-C", "each", 389, 1299, 10, 40),
    ("Transit Pass, Single Ride", "each", 275, 290, 60, 240),
    ("Notebook", "each", 98, 249, 20, 120),
    ("Pencils, 12 ct", "pack", 112, 299, 20, 120),
    ("Backpack, School", "each", 1089, 2999, 10, 60),
)


def _items(prefix: str, category: str, rows: tuple[_Row, ...]) -> tuple[ItemPlan, ...]:
    return tuple(
        ItemPlan(f"{prefix}-{number:03}", row[0], row[1], category, *row[2:])
        for number, row in enumerate(rows, 101)
    )


ITEMS = (
    *_items("FD", "Food & Drink", _FOOD),
    *_items("HY", "Hygiene", _HYGIENE),
    *_items("CL", "Clothing", _CLOTHING),
    *_items("BD", "Bedding & Shelter", _BEDDING),
    *_items("BB", "Baby & Child", _BABY),
    *_items("MD", "Medical", _MEDICAL),
    *_items("HH", "Household & School", _HOUSEHOLD),
)

PRICES = (
    # What these cost until so many days ago; since then they cost what stands above.
    PriceChange("PB&J Sandwich", 172, 96, 325),
    PriceChange("Bottled Water, 16.9 oz", 143, 11, 89),
    PriceChange("Apple", 121, 28, 65),
    PriceChange("Granola Bar", 205, 34, 85),
    PriceChange("Coffee, Ground, 2 lb", 97, 929, 1599),
    PriceChange("Vegetable Soup, 18 oz", 61, 119, 249),
    PriceChange("Crew Socks, Adult", 188, 104, 329),
    PriceChange("Toothpaste, 0.85 oz", 150, 41, 129),
    PriceChange("Fleece Blanket", 44, 455, 1399),
    PriceChange("Infant Formula, 12.4 oz", 110, 1220, 1999),
    PriceChange("Naloxone Nasal Spray, 4 mg", 134, 2785, 4999),
)

BUNDLES = (
    BundlePlan(
        "PB&J Lunch Bag",
        "The Saturday bag: ready to hand over, nothing to heat.",
        ("PB&J Sandwich", "Apple", "Granola Bar", "Bottled Water, 16.9 oz", "Paper Lunch Bag"),
        before=(
            "PB&J Sandwich",
            "Banana",
            "Potato Chips, 1 oz",
            "Bottled Water, 16.9 oz",
            "Paper Lunch Bag",
        ),
        changed=128,
    ),
    BundlePlan(
        "Hot Breakfast",
        "Oatmeal and something warm to drink.",
        ("Instant Oatmeal*2", "Banana", "Hot Cocoa Mix", "Paper Cup, 12 oz*2", "Spork, Wrapped"),
        before=("Instant Oatmeal", "Hot Cocoa Mix", "Paper Cup, 12 oz*2", "Spork, Wrapped"),
        changed=96,
    ),
    BundlePlan(
        "Hygiene Kit",
        "A week of the basics in a pouch.",
        (
            "Toothbrush",
            "Toothpaste, 0.85 oz",
            "Bar Soap, Wrapped",
            "Shampoo, 2 oz",
            "Deodorant Stick, Travel",
            "Washcloth",
            "Comb",
        ),
        before=(
            "Toothbrush",
            "Toothpaste, 0.85 oz",
            "Bar Soap, Wrapped",
            "Shampoo, 2 oz",
            "Deodorant Stick, Travel",
        ),
        changed=160,
    ),
    BundlePlan(
        "Cold-Weather Kit",
        "For a night outside below freezing.",
        ("Knit Hat", "Winter Gloves, Adult", "Thermal Socks, Adult", "Hand Warmers*2"),
    ),
    BundlePlan(
        "Night Shelter Set",
        "What a bed upstairs is made up with.",
        ("Twin Sheet Set", "Pillow", "Pillowcase", "Wool Blanket", "Bath Towel"),
    ),
    BundlePlan(
        "Newborn Starter",
        "For families coming home from the hospital.",
        (
            "Diapers, Newborn, 20 ct*2",
            "Baby Wipes, 72 ct",
            "Onesie, 0-3 Months*2",
            "Receiving Blanket",
            "Baby Bottle, 8 oz*2",
        ),
    ),
    BundlePlan(
        "Pantry Box",
        "Three days of dinners for a household of three.",
        (
            "Rice, 2 lb",
            "Black Beans, 15 oz*2",
            "Pasta, 1 lb",
            "Tomato Sauce, 24 oz",
            "Tuna, 5 oz*3",
            "Peaches in Juice, 15 oz",
            "Cereal, 12 oz",
        ),
    ),
    BundlePlan(
        "Hydration Pack",
        "Given out when the heat index passes 100.",
        ("Bottled Water, 16.9 oz*2", "Electrolyte Drink Mix", "Sunscreen SPF 50, 1 oz", "Lip Balm"),
    ),
    BundlePlan(
        "First Aid Pouch",
        "For outreach teams to leave behind.",
        (
            "Adhesive Bandages, 30 ct",
            "Gauze Pads, 4 x 4, 10 ct",
            "Antibiotic Ointment, 0.5 oz",
            "Ibuprofen 200 mg, 2 ct*2",
        ),
    ),
    BundlePlan(
        "Back-to-School Pack",
        "One for each child.",
        ("Backpack, School", "Notebook*3", "Pencils, 12 ct"),
    ),
)
