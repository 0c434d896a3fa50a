"""Cost rates from a TOML file. Only rates that are written are used; none is invented.

    currency = "CNY"              # ISO 4217
    customer_minute = 0.8         # value of a minute a customer loses (optional)
    staff_minute = 1.5            # a minute of staff work (optional)
    person_day = 720              # a person-day spent on a measure (optional)

At least one rate is needed. Without `customer_minute` losses stay in customer minutes; without
`person_day` measures are costed, and a budget is given, in person-days.
"""

from pathlib import Path

from anlan.domain.costs import Costs
from anlan.domain.errors import RefusedInput
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


def load_costs(path: Path | SettingsBytes) -> Costs:
    """The rates of a file, with all its faults reported at once."""
    faults: list[str] = []
    table = Table(read_settings(path), faults)
    table.only(("currency", *RATES))
    currency = table.text("currency")
    if currency and currency not in CURRENCIES:
        table.fault("currency", "ISO 4217")
    rates = {name: table.number(name, smallest=SMALLEST_RATE, largest=LARGEST_RATE) for name in RATES}
    if not any(name in table for name in RATES):
        faults.append(" / ".join(RATES))
    if faults:
        raise RefusedInput("costs.faults", file=path.name, faults=tuple(faults))
    return Costs(currency, **rates)
