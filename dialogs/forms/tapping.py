"""What the buttons and commands of the complaint form answer, change and take back."""

from collections.abc import Callable, Mapping

from cases.rules.case import ContactWay
from dialogs.draft import UNSAID_TIME, matter, narrative_text
from dialogs.forms.parting import shown
from dialogs.forms.telling import Slots, chosen_contact, nearby, told, understood, wish
from dialogs.talk import Talk

EDITABLE = frozenset({"narrative", "place", "occurred", "requests", "matter", "contact_way"})


def tap_contact(talk: Talk) -> Slots:
    """``/contact``."""
    way = talk.heard.values.get("v", "")
    return {**chosen_contact(way), "confirmed": None} if way in set(ContactWay) else {}


def tap_category(talk: Talk) -> Slots:
    """``/category``: the citizen settles the matter, or says that none of ours is right."""
    code, kept = talk.heard.values.get("v", ""), talk.slots.get("matter") or {}
    city = talk.services.city
    if code == "none":
        last = city.categories[-1]
        return {"matter": {**kept, "first": last.first_level, "second": last.second_level, **SETTLED}}
    try:
        category = city.category_by_code(code)
    except KeyError:
        return {}
    return {"matter": {**kept, "first": category.first_level, "second": category.second_level, **SETTLED}}


SETTLED = {"by": "reporter", "unsure": False, "confidence": 1.0}


def tap_edit(talk: Talk) -> Slots:
    """``/edit``: one answer is taken back, so that the form asks for it again."""
    name = talk.heard.values.get("v", "")
    return edited(talk, name) if name in EDITABLE and talk.slots.get("narrative") else {}


def edited(talk: Talk, name: str) -> Slots:
    """The draft without one answer."""
    if name == "matter":
        whole = understood(talk, narrative_text(talk.slots))
        return {"matter": {**matter(whole), "unsure": True}, "confirmed": None}
    return {name: None, "confirmed": None, "misses": 0}


def tap_skip(talk: Talk) -> Slots:
    """``/skip``: the question stays unanswered, and that is kept as such."""
    unsaid: Mapping[str, Slots] = {
        "place": {"place": nearby(talk)},
        "occurred": {"occurred": dict(UNSAID_TIME)},
        "requests": {"requests": [wish(talk, talk.slots.get("kind"))]},
        "contact_way": chosen_contact(ContactWay.CHAT.value),
        "phone": chosen_contact(ContactWay.CHAT.value),
    }
    return dict(unsaid.get(talk.asked or "", {}))


def tap_submit(talk: Talk) -> Slots:
    """``/submit`` counts only where the summary with the privacy notice was shown."""
    return {"confirmed": True} if talk.asked == "confirmed" else {}


def tap_join(talk: Talk) -> Slots:
    """``/join``, or the wish in words: it joins the open case that was offered with the summary, and is submitted."""
    offered = talk.slots.get("similar")
    if talk.asked != "confirmed" or not offered:
        return {}
    return {"joins": offered["number"], "confirmed": True}


def tap_part(talk: Talk) -> Slots:
    """``/part``: the story becomes two, of which the second waits; or it stays one."""
    offered = talk.slots.get("two")
    if not offered:
        return {}
    if talk.heard.values.get("v") != "two":
        return {"two": ()}
    first, second = offered
    talk.utter(talk.text("draft.first_of_two", first=shown(first)))
    answered = talk.slots.get("trail") or ()
    anew: Slots = {name: None for name in TOLD if name not in answered}
    narrative = {"parts": [{"id": None, "text": first}]}
    return {**anew, **told(talk, narrative, {**talk.slots, **anew}), "two": (), "later": later(talk, second)}


def later(talk: Talk, words: str) -> str:
    """The words that wait, behind those that wait already."""
    waiting = talk.slots.get("later")
    return f"{waiting}\n{words}" if waiting else words


TOLD = ("place", "occurred", "requests", "respondent", "people", "kind", "urgent", "lawful_way", "confirmed", "misses")
"""What the story of both told, and that of one may not."""


def tap_confidential(talk: Talk) -> Slots:
    """``/confidential``: the handling unit does not learn who complains (保密); again takes it back."""
    return {"confidential": not talk.slots.get("confidential"), "confirmed": None}


def tap_files(talk: Talk) -> Slots:
    """Files without words: they are in the draft already."""
    return {"attachments": talk.slots.get("attachments") or [], "draft_at": talk.now.isoformat()}


def back(talk: Talk) -> Slots:
    """The last answer is taken back."""
    trail = list(talk.slots.get("trail") or ())
    if not trail:
        return {"misses": 0}
    last = trail.pop()
    cleared: Slots = {last: None, "trail": trail, "misses": 0, "confirmed": None}
    return {**cleared, "phone": None} if last == "contact_way" else cleared


TAPS: Mapping[str, Callable[[Talk], Slots]] = {
    "contact": tap_contact,
    "category": tap_category,
    "edit": tap_edit,
    "skip": tap_skip,
    "submit": tap_submit,
    "affirm": tap_submit,
    "confidential": tap_confidential,
    "join": tap_join,
    "part": tap_part,
    "share_attachments": tap_files,
    "back": back,
}
