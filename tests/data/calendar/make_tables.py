#!/usr/bin/env python3
"""Writes the tables of this folder: when series take place, by python-dateutil instead of by us.

    python3 -m venv venv && venv/bin/pip install python-dateutil==4.0.0
    venv/bin/python make_tables.py            writes NAME.txt beside itself

One file a series. Its first lines are the `[series]` table and `start`, as in commands/meetings/; then for each zone a line
`= ZONE`, and a line a year: `MMDD` for each day, and before them, where it changes, by how many minutes `start` on that day is
ahead of the instant in UTC. In a gap of the clocks dateutil's `resolve_imaginary` moves the start forward, and its fold 0 is the
first of two. The checked-in tables were made with the zones of Debian's tzdata 2025b.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from dateutil import rrule, tz

FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
ZONES = ["America/New_York", "Europe/Prague", "Asia/Kolkata", "Australia/Lord_Howe"]
HERE = Path(__file__).parent
DAYS = dict(mon=0, tue=1, wed=2, thu=3, fri=4, sat=5, sun=6)


def every(anchor, weeks):
    begin = datetime.combine(date.fromisoformat(anchor), time())
    return [moment.date() for moment in rrule.rrule(rrule.WEEKLY, interval=weeks, dtstart=begin, until=datetime.combine(LAST, time()))]


def numbered(weekday, parity, numbering):
    """ISO weeks by Python's own calendar. US weeks: counted from the Sunday on or before 1 January."""
    found, day = [], FIRST
    while day <= LAST:
        if day.weekday() == DAYS[weekday]:
            if numbering == "iso":
                week = day.isocalendar()[1]
            else:
                saturday = day + timedelta((5 - day.weekday()) % 7)
                new_year = date(saturday.year, 1, 1)
                first_sunday = new_year - timedelta((new_year.weekday() + 1) % 7)
                week = (day - first_sunday).days // 7 + 1
            if (week % 2 == 0) == (parity == "even"):
                found.append(day)
        day += timedelta(1)
    return found


def recurring(text, anchor):
    begin = datetime.combine(date.fromisoformat(anchor), time())
    rule = rrule.rrulestr(text, dtstart=begin)
    return [moment.date() for moment in rule.between(datetime.combine(FIRST, time()), datetime.combine(LAST, time()), inc=True)]


def series():
    def alternating(name, start, anchor, weeks):
        return name, start, [f"anchor = {anchor}", f"every_weeks = {weeks}"], every(anchor, weeks)

    def weeks(name, start, weekday, parity, numbering):
        lines = [f'weekday = "{weekday}"', f'weeks = "{parity}"', f'numbering = "{numbering}"']
        return name, start, lines, numbered(weekday, parity, numbering)

    def rule(name, start, text, anchor):
        return name, start, [f'rrule = "{text}"', f"anchor = {anchor}"], recurring(text, anchor)

    yield alternating("coordination", "08:30:00", "2020-01-08", 2)
    yield alternating("sunday-nights", "02:15:00", "2020-01-05", 1)
    yield alternating("every-five-weeks", "23:45:00", "2020-02-29", 5)
    yield weeks("even-iso-wednesdays", "08:30:00", "wed", "even", "iso")
    yield weeks("odd-iso-mondays", "00:00:00", "mon", "odd", "iso")
    yield weeks("odd-us-wednesdays", "08:30:00", "wed", "odd", "us")
    yield weeks("even-us-sundays", "01:45:00", "sun", "even", "us")
    yield rule("last-wednesdays", "08:30:00", "FREQ=MONTHLY;BYDAY=-1WE", "2020-01-29")
    yield rule("two-weeks-by-rule", "02:30:00", "FREQ=WEEKLY;WKST=MO;INTERVAL=2;BYDAY=TU,SU", "2020-01-07")
    yield rule("second-sundays-of-march", "02:30:00", "FREQ=YEARLY;BYMONTH=3,10,11;BYDAY=1SU,2SU,-1SU", "2020-03-01")
    yield rule("leap-days", "12:00:00", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2020-02-29")
    yield rule("last-workdays", "17:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2020-01-31")
    yield rule("ends-of-months", "09:00:00", "FREQ=MONTHLY;BYMONTHDAY=31,-1", "2020-01-31")
    yield rule("week-20-mondays", "09:00:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "2020-05-11")
    yield rule("every-hundred-days", "06:00:00", "FREQ=DAILY;INTERVAL=100;COUNT=60", "2020-01-10")


def offset(zone, day, start):
    moment = tz.resolve_imaginary(datetime.combine(day, start, tzinfo=zone))
    utc = moment.astimezone(tz.UTC).replace(tzinfo=None)
    return int((datetime.combine(day, start) - utc).total_seconds() // 60)


for name, start, lines, days in series():
    text = [f"start = {start}", *lines]
    for zone in ZONES:
        text.append(f"= {zone}")
        clock = tz.gettz(zone)
        for year in range(FIRST.year, LAST.year + 1):
            words, current = [], None
            for day in (day for day in days if day.year == year):
                # Minutes by which the written wall clock is ahead of the instant in UTC.
                minutes = offset(clock, day, time.fromisoformat(start))
                if minutes != current:
                    words.append(f"{minutes:+d}:")
                    current = minutes
                words.append(day.strftime("%m%d"))
            text.append(f"{year} {' '.join(words)}".rstrip())
    (HERE / f"{name}.txt").write_text("\n".join(text) + "\n")
