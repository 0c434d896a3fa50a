"""Codes of currencies, and the names people write for them; one table for files and options."""

import unicodedata

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
    "CNY": "人民币 人民币元 元 圆 块 块钱 rmb yuan renminbi",
    "HKD": "港币 港元 hk$",
    "TWD": "台币 新台币 新台币元 nt$",
    "USD": "美元 美金 dollar dollars us$ $",
    "EUR": "欧元 euro euros €",
    "GBP": "英镑 pound pounds £",
    "JPY": "日元 日圆 yen",
    "PLN": "兹罗提 zloty złoty zlotys",
}
"""Names without the sign ¥, which yuan and yen share: `SIGN_OF_TWO`."""

SIGN_OF_TWO = "¥"

_CODE_OF = {name: code for code, names in _NAMES.items() for name in names.split()}


def currency_named(name: str) -> str | None:
    """The code that a code or name of a currency stands for, in any case and width; None where unknown.

    >>> currency_named("美金"), currency_named("cny"), currency_named("thalers")
    ('USD', 'CNY', None)
    """
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    return plain.upper() if plain.upper() in CURRENCIES else _CODE_OF.get(plain)


def likely_currency(found: str) -> str | None:
    """The code that what was written most likely stands for: by its name, or a slip of the keys in a code
    (letters exchanged, one too many at the end); None where nothing is close.

    >>> likely_currency("CYN"), likely_currency("CNYY"), likely_currency("thalers")
    ('CNY', 'CNY', None)
    """
    plain = unicodedata.normalize("NFKC", found).strip().upper()
    cut = plain[:-1] if plain[:-1] in CURRENCIES else None
    exchanged = [code for code in CURRENCIES if sorted(code) == sorted(plain)]
    return currency_named(found) or cut or (exchanged[0] if len(exchanged) == 1 else None)
