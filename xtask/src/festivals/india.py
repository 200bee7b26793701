"""Prints the festivals of India as a table, from the dates that the package `holidays` has.

`cargo xtask festivals` runs it, with the versions in requirements.txt. A row is a date of a festival
in some states. `all` are those for which no other row of that time stands. An estimated date depends
on the moon.
"""

import importlib.metadata as metadata
import re
import sys
import warnings
from collections import defaultdict

import holidays

warnings.simplefilter("error")  # it warns where it has no dates and then leaves them out

YEARS = range(2026, 2036)
STATES = holidays.India.subdivisions

# The word of a festival in the table, and its names in the package.
EVERYWHERE = {
    "new_year": ["New Year's Day"],
    "makar_sankranti": ["Makar Sankranti", "Uttarayan"],
    "republic_day": ["Republic Day"],
    "holi": ["Holi"],
    "ram_navami": ["Ram Navami"],
    "eid_al_fitr": ["Id-ul-Fitr"],
    "eid_al_adha": ["Id-ul-Zuha (Bakrid)"],
    "raksha_bandhan": ["Raksha Bandhan"],
    "independence_day": ["Independence Day"],
    "janmashtami": ["Janmashtami (Vaishnava)"],
    "ganesh_chaturthi": ["Ganesh Chaturthi", "Ganesh Chaturthi / Vinayak Chaturthi"],
    "gandhi_jayanti": ["Mahatma Gandhi's Jayanti"],
    "dussehra": ["Dussehra", "Vijayadashami"],
    "diwali": ["Diwali (Deepavali)"],
    "guru_nanak_jayanti": ["Guru Nanak's Jayanti"],
    "christmas": ["Christmas"],
}

# Festivals of some states: those in which it is a holiday. (Those who work for the Union may choose
# them anywhere, which says nothing.)
REGIONAL = {
    "pongal": ["Pongal"],
    "ugadi": ["Ugadi"],
    "gudi_padwa": ["Gudi Padwa"],
    "onam": ["Onam", "Onam (Day 2)"],
}

# States in which a festival is a holiday though the package does not say so.
ALSO = {"ugadi": ["TS"]}

ESTIMATED = re.compile(r" \(estimated\)$")


def dates(names, state, categories):
    """The dates of a festival in a state (None: the Union), each with whether it is estimated."""
    calendar = holidays.India(years=YEARS, subdiv=state, categories=categories, language="en_IN")
    found = {}
    for date in calendar:
        for name in calendar.get_list(date):
            if ESTIMATED.sub("", name) in names:
                found[date] = bool(ESTIMATED.search(name))
    return found


def everywhere(names):
    """The Union's dates, and those of states that keep another day instead."""
    rows = defaultdict(set)
    common = dates(names, None, ("public", "optional"))
    for date, estimated in common.items():
        rows[date, estimated] = {"all"}
    for state in STATES:
        own = dates(names, state, ("public", "optional", "government"))
        for date, estimated in own.items():
            instead = [day for day in common if abs((day - date).days) <= 15 and day not in own]
            if date not in common and instead:
                rows[date, estimated].add(state)
    return rows


def regional(word, names):
    """The dates in the states that give a holiday for it."""
    rows = defaultdict(set)
    for state in STATES:
        for date, estimated in dates(names, state, ("public", "government")).items():
            rows[date, estimated].add(state)
    for year in {date.year for date, _ in rows}:
        most = max((len(states), key) for key, states in rows.items() if key[0].year == year)
        rows[most[1]].update(ALSO.get(word, []))
    return rows


def header():
    package = metadata.distribution("holidays")
    licence = next(file for file in package.files if file.name == "LICENSE")
    yield "Festivals of India. Made by `cargo xtask festivals`; do not edit."
    yield ""
    source = f"the Python package holidays {package.version} (PyPI)"
    yield f"The dates are those of {source}, whose licence is MIT:"
    yield ""
    yield from licence.read_text(encoding="utf-8").strip().splitlines()


def main():
    table = []
    for word, names in EVERYWHERE.items():
        table += [(key, word, places) for key, places in everywhere(names).items()]
    for word, names in REGIONAL.items():
        table += [(key, word, places) for key, places in regional(word, names).items()]
    lines = [f"# {line}".rstrip() for line in header()]
    lines.append("date,festival,estimated,regions")
    for (date, estimated), word, places in sorted(table, key=lambda row: (row[0][0], row[1])):
        lines.append(f"{date},{word},{'yes' if estimated else 'no'},{' '.join(sorted(places))}")
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8"))


if __name__ == "__main__":
    main()
