"""Which country a phone number belongs to, in words."""

from __future__ import annotations

__all__ = ["country_of"]


def country_of(digits: str) -> list[str]:
    """Name the country of a phone number, so that a mistyped country code is seen before it is used.

    The first call takes a third of a second: it loads the tables of the `phonenumbers` library.

    Parameters
    ----------
    digits
        A phone number with country code, digits only.

    Returns
    -------
    list of str
        What there is to say: the country's English name, and a remark if the number is too long or too short
        for it. Empty where the number names no country.

    Examples
    --------
    >>> country_of("79001234567")
    ['Russia']
    >>> country_of("3312345")
    ['France', 'unusual length']
    >>> country_of("9990000000000")
    []
    """
    from phonenumbers import NumberParseException, geocoder, is_possible_number, parse

    try:
        number = parse(f"+{digits}")
    except NumberParseException:
        return []
    name = geocoder.country_name_for_number(number, "en")
    remark = "" if is_possible_number(number) else "unusual length"
    return [words for words in (name, remark) if words]
