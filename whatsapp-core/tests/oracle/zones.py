"""Makes zones.txt: daily instants and send windows as Python's zoneinfo has them.

Run by hand when the bundled time zone rules change, with PyPI's tzdata of the same version:

    python3 -m venv venv && venv/bin/pip install tzdata==2026.6
    venv/bin/python zones.py > zones.txt

A zone's offsets come from zoneinfo. All else is searched minute by minute, with none of the library's rules.
"""

import datetime as dt
import sys
import zoneinfo

import tzdata

zoneinfo.reset_tzpath(to=[])  # the package's rules, never the system's

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
FIRST, LAST = dt.date(2020, 1, 1), dt.date(2030, 12, 31)
DAY = 24 * 60
AROUND = 26 * 60
PLAIN_WEEK = dt.date(2026, 1, 12)
TIMES = [0, 30, 2 * 60, 2 * 60 + 30, 23 * 60 + 30]
NAMES = "mon tue wed thu fri sat sun".split()

# Days of the week, from, until, and the day of every month that is closed.
WINDOWS = [
    ("mon tue wed thu fri sat", 9 * 60, 20 * 60, None),
    ("mon wed fri sat sun", 22 * 60, 2 * 60 + 30, 29),
    ("mon tue wed thu fri sat sun", 60, 2 * 60 + 15, None),
    ("tue sun", 0, DAY, 8),
]

ZONES = """
Africa/Cairo Africa/Casablanca Africa/El_Aaiun Africa/Johannesburg Africa/Juba Africa/Lagos
America/Anchorage America/Asuncion America/Bogota America/Chicago America/Denver America/Edmonton
America/Halifax America/Havana America/Los_Angeles America/Mexico_City America/Miquelon America/New_York
America/Nuuk America/Port-au-Prince America/Santiago America/Sao_Paulo America/Scoresbysund
America/St_Johns America/Toronto America/Vancouver America/Winnipeg
Antarctica/Casey Antarctica/Troll Antarctica/Vostok
Asia/Almaty Asia/Amman Asia/Beirut Asia/Damascus Asia/Dubai Asia/Gaza Asia/Jerusalem Asia/Kathmandu
Asia/Kolkata Asia/Manila Asia/Shanghai Asia/Tehran Asia/Tokyo
Atlantic/Azores Australia/Adelaide Australia/Eucla Australia/Lord_Howe Australia/Melbourne
Europe/Berlin Europe/Chisinau Europe/Dublin Europe/Helsinki Europe/London Europe/Volgograd
Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Easter Pacific/Fiji UTC
""".split()


def minute(date):
    """The minute since 1970 at which a date begins in UTC."""
    return (date - EPOCH.date()).days * DAY


class Clock:
    """The offsets of a zone, by the minute since 1970."""

    def __init__(self, name):
        self.zone = zoneinfo.ZoneInfo(name)
        start, end = minute(FIRST) - 7 * DAY, minute(LAST) + 8 * DAY
        self.changes = []
        before = self.ask(start)
        for at in range(start, end, 60):
            after = self.ask(at + 60)
            if after != before:
                self.changes.append(next(m for m in range(at + 1, at + 61) if self.ask(m) == after))
                before = after
        self.offsets = {}

    def ask(self, at):
        offset = (EPOCH + dt.timedelta(minutes=at)).astimezone(self.zone).utcoffset()
        minutes, rest = divmod(offset.total_seconds(), 60)
        assert rest == 0
        return int(minutes)

    def local(self, at):
        # Offsets are asked once an hour, and every minute near a change.
        near = any(abs(at - change) <= 60 for change in self.changes)
        key = (at, 1) if near else (at // 60, 60)
        if key not in self.offsets:
            self.offsets[key] = self.ask(at)
        return at + self.offsets[key]


def daily(clock, date):
    """The first instants of a date at which each of TIMES has come; None where there is none."""
    start = minute(date)
    if not any(abs(start - change) <= 3 * DAY for change in clock.changes):
        offset = clock.ask(start)
        return [start + time - offset for time in TIMES]
    found = [None] * len(TIMES)
    for at in range(start - 15 * 60, start + DAY + 15 * 60):
        into = clock.local(at) - start
        if 0 <= into < DAY:
            for n, time in enumerate(TIMES):
                if found[n] is None and into >= time:
                    found[n] = at
    return found


def is_open(window, local):
    days, start, end, closed = window
    day, time = divmod(local, DAY)

    def shut(day):
        return closed is not None and (EPOCH.date() + dt.timedelta(days=day)).day == closed

    def begins(day):
        return NAMES[(day + 3) % 7] in days and not shut(day)

    if shut(day):
        return False
    if start < end:
        return begins(day) and start <= time < end
    return (begins(day) and time >= start) or (begins(day - 1) and time < end)


def clock_time(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def spans(clock):
    """Where the window's edges are written down: the first minute, and the first one behind."""
    yield minute(PLAIN_WEEK), minute(PLAIN_WEEK) + 7 * DAY
    first, last = minute(FIRST) + 2 * DAY, minute(LAST) - 2 * DAY
    for change in clock.changes:
        if first <= change <= last:
            yield change - AROUND, change + AROUND


def main():
    print(f"rules {tzdata.IANA_VERSION}")
    print(f"dates {FIRST} {LAST}")
    for days, start, end, closed in WINDOWS:
        print(f"window {days.replace(' ', ',')} {clock_time(start)} {clock_time(end)} {closed or '-'}")
    dates = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    for name in ZONES:
        print(name, file=sys.stderr)
        clock = Clock(name)
        print(f"zone {name}")
        instants = [daily(clock, date) for date in dates]
        for n, time in enumerate(TIMES):
            # Whatever is not the day before and 24 hours.
            line, expected = [], None
            for date, at in zip(dates, instants):
                if at[n] != expected:
                    line.append(f"{date}={'-' if at[n] is None else at[n]}")
                expected = at[n] + DAY if at[n] is not None else None
            print("daily", clock_time(time), *line)
        for n, window in enumerate(WINDOWS):
            for start, end in spans(clock):
                states = [is_open(window, clock.local(at)) for at in range(start, end)]
                edges = [k for k in range(1, len(states)) if states[k] != states[k - 1]]
                print("edges", n, start, end - start, "open" if states[0] else "closed", *edges)


main()
