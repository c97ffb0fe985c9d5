"""The invented organizations: two on the first start, and a large one on request.

`plans` says what there is to say about an organization, `harbor` and `mirante` say it of two;
`life` works out what happens there around the present instant, without a database; `writing`
makes rows of it. `scale` fills an organization with millions of appointments.
"""

from securecare.demo.filling import PASSWORD, DemoSummary, fill, organization_names, sign_ins
from securecare.demo.scale import ScaleSummary, fill_at

__all__ = [
    "PASSWORD",
    "DemoSummary",
    "ScaleSummary",
    "fill",
    "fill_at",
    "organization_names",
    "sign_ins",
]
