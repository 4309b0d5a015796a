"""The commands that watch deadlines and figures: more time, reviews, the rates, who is on duty."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from bot.staff.parsing import Expected, number_and_words, number_days_words, number_only
from bot.staff.speaking import Room, Run, Said, done
from bot.wire import rates_words
from cases.casework import duty as duties
from cases.casework import extensions, reviews
from cases.casework import rates as figures
from cases.rules.lifecycle import LEADING
from cases.rules.rates import Rates, total
from cases.rules.replies import read_verdict
from dialogs.wording import say_moment


async def extend(room: Room, rest: str) -> Said:
    """More time: a lead gives it, a handler asks for it."""
    number, days, reason = number_days_words(rest)
    if set(LEADING) & room.desk.account.roles:
        return await done(room, "extend", await room.desk.extend(number, days, reason))
    return await done(room, "ask_extension", await extensions.ask(room.desk, number, days, reason))


async def grant(room: Room, rest: str) -> Said:
    """Agree to more time; without a case, what is asked for and not decided."""
    if not rest:
        return Said(*room.cards.listing("staff.time_asked", await extensions.asked(room.desk)))
    return await done(room, "extend", await extensions.grant(room.desk, number_only(rest)))


async def deny(room: Room, rest: str) -> Said:
    """Do not agree to more time."""
    return await done(room, "deny", await extensions.refuse(room.desk, *number_and_words(rest)))


async def review(room: Room, rest: str) -> Said:
    """Decide a review or a final review."""
    number, words = number_and_words(rest)
    word, _, text = words.partition(" ")
    verdict = read_verdict(word)
    if verdict is None or not text.strip():
        raise Expected
    return await done(room, "review", await reviews.decide(room.desk, number, verdict, text.strip()))


async def rates(room: Room, rest: str) -> Said:
    """The rates by department, of the last thirty days or of a span."""
    since, until = span(room, rest)
    found = await figures.of(room.desk.work, since, until)
    mine = set(room.desk.departments())
    shown = {code: each for code, each in sorted(found.items()) if code in mine}
    text = room.cards.text
    last = until - timedelta(days=1)
    lines = [text("rates.head", since=f"{since:%Y-%m-%d}", until=f"{last:%Y-%m-%d}")]
    lines += [rates_line(room, room.cards.department(code), each) for code, each in shown.items()]
    if len(shown) > 1:
        lines.append(rates_line(room, text("rates.all"), total(shown)))
    return Said("\n".join(lines if shown else [*lines, text("rates.nothing")]))


def rates_line(room: Room, name: str, found: Rates) -> str:
    """One department's rates in words."""
    return rates_words(room.cards.language, name, found)


def span(room: Room, rest: str) -> tuple[datetime, datetime]:
    """The days of ``FROM..TO`` (both counted), else the last thirty."""
    zone = room.cards.zone
    if not rest:
        tomorrow = datetime.combine(room.cards.now.astimezone(zone).date(), time(), zone) + timedelta(days=1)
        return tomorrow - timedelta(days=30), tomorrow
    first, _, last = rest.partition("..")
    try:
        since, until = (datetime.strptime(each.strip(), "%Y-%m-%d").replace(tzinfo=zone) for each in (first, last))
    except ValueError:
        raise Expected from None
    if since > until:
        raise Expected
    return since, until + timedelta(days=1)


async def exclude(room: Room, rest: str) -> Said:
    """Leave a case out of the rates."""
    return await done(room, "exclude", await figures.exclude(room.desk, *number_and_words(rest)))


async def include(room: Room, rest: str) -> Said:
    """Count it again."""
    return await done(room, "include", await figures.include(room.desk, number_only(rest)))


async def duty(room: Room, rest: str) -> Said:
    """Who is on duty now."""
    if rest:
        raise Expected
    people = duties.now_on_duty(room.desk.work)
    text = room.cards.text
    lines = [text("staff.duty_line", account=each.account, phone=each.phone or "-") for each in people]
    return Said("\n".join((text("staff.duty"), *lines)) if lines else text("staff.duty_nobody"))


async def audit(room: Room, rest: str) -> Said:
    """Who saw a case, and who did what."""
    number = number_only(rest)
    text = room.cards.text
    lines = [
        text(
            "staff.audit_line",
            at=say_moment(room.cards.language, each.at, room.cards.zone, room.cards.now),
            account=each.actor,
            act=text(f"staff.audit_{each.action}") if each.action in NAMED else f"/{each.action}",
            outcome="" if each.outcome == "allowed" else text("staff.audit_refused"),
        )
        for each in await room.desk.seen(number)
    ]
    return Said("\n".join((text("staff.audit", number=number), *lines)))


NAMED = ("look", "export", "bind", "find")
"""What is logged under a name that is no command."""
WATCHING: Mapping[str, Run] = {
    "extend": extend,
    "grant": grant,
    "deny": deny,
    "review": review,
    "rates": rates,
    "exclude": exclude,
    "include": include,
    "duty": duty,
    "audit": audit,
}
