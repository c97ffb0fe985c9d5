"""What may be chosen where a person's description is not free text; nothing of it has to be."""

from securecare.foundation.forms import Complaints

MARITAL_STATUSES = (
    "Single",
    "Married",
    "Domestic partnership",
    "Separated",
    "Divorced",
    "Widowed",
)
VETERAN = ("Yes", "No", "Active duty")
CHOICES = {"marital_status": MARITAL_STATUSES, "veteran": VETERAN}


def complain(found: Complaints, **values: str) -> None:
    """Complain of what is none of the choices of its field."""
    for name, value in values.items():
        if value and value not in CHOICES[name]:
            found[name] = "Choose one of these."
