"""Cost rates from a TOML file. Only rates that are written are used; none is invented.

    currency = "CNY"              # ISO 4217, in any case
    customer_minute = 0.8         # value of a minute a customer loses (optional)
    staff_minute = 1.5            # a minute of staff work (optional)
    person_day = 720              # a person-day spent on a measure (optional)

At least one rate is needed. Without `customer_minute` losses stay in customer minutes; without
`person_day` measures are costed, and a budget is given, in person-days.
"""

from pathlib import Path

from anlan.domain.costs import Costs
from anlan.domain.errors import RefusedInput
from anlan.formats.nearest import nearest
from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.settings_file import Table, read_settings

RATES = ("customer_minute", "staff_minute", "person_day")

SMALLEST_RATE, LARGEST_RATE = 1e-6, 1e12
"""Between a millionth of a currency's unit and a million million units: no rate is outside."""

_CODES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""

CURRENCIES = frozenset(_CODES.split())
"""Codes of money in circulation by ISO 4217 (2025); fund, metal and test codes are left out."""


_NAMES = {
    "CNY": ("人民币", "元", "圆", "块", "rmb", "yuan", "renminbi", "￥"),
    "HKD": ("港币", "港元", "hk$"),
    "TWD": ("台币", "新台币", "nt$"),
    "USD": ("美元", "美金", "dollar", "dollars", "us$", "$"),
    "EUR": ("欧元", "euro", "euros", "€"),
    "GBP": ("英镑", "pound", "pounds", "£"),
    "JPY": ("日元", "日圆", "yen"),
}


def _likely(found: str) -> str:
    """The code that a currency written otherwise most likely stands for."""
    plain = found.strip().casefold()
    named = next((code for code, names in _NAMES.items() if plain in names), None)
    return named or nearest(found, sorted(CURRENCIES)) or "CNY"


def load_costs(path: Path | SettingsBytes) -> Costs:
    """The rates of a file, with all its faults reported at once."""
    faults: list[str] = []
    table = Table(read_settings(path), faults)
    table.only(("currency", *RATES))
    currency = table.text("currency")
    if currency.upper() in CURRENCIES:
        currency = currency.upper()
    elif currency:
        table.fault("currency", f'→ "{_likely(currency)}"')
    rates = {name: table.number(name, smallest=SMALLEST_RATE, largest=LARGEST_RATE) for name in RATES}
    if not any(name in table for name in RATES):
        faults.append(" / ".join(RATES))
    if faults:
        raise RefusedInput("costs.faults", file=path.name, faults=tuple(faults))
    return Costs(currency, **rates)
