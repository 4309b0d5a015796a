"""What staff read: a case's card, lists of cases. Personal data are masked in lists and shown on the card only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.staff.history import words_of
from bot.wire import worded
from cases.casework.handling import CaseFile
from cases.rules import notices
from cases.rules.case import Action, Answer, Case, ContactWay, Event, File, Role, Status
from cases.rules.city import City, named
from cases.rules.lifecycle import ENDED, OPEN
from cases.rules.notices import answer_line
from cases.rules.privacy import mask_text
from cases.rules.replies import general_part
from dialogs.forms.reaching import calling_hours
from dialogs.messages import Button
from dialogs.phrasebook import DEFAULT_LANGUAGE, has, say
from dialogs.wording import say_day, say_moment, say_time

COMMAND_OF: Mapping[Action, str] = {
    Action.ACCEPT: "accept",
    Action.SIGN: "sign",
    Action.APPROVE: "approve",
    Action.CLOSE: "close",
}
"""Actions that one tap does."""
TYPED_OF: Mapping[Action, str] = {
    Action.DECLINE: "decline",
    Action.ASSIGN: "assign",
    Action.OBJECT: "return",
    Action.ASK_INFO: "ask",
    Action.PROGRESS: "progress",
    Action.REPLY: "reply",
    Action.SEND_BACK: "sendback",
    Action.EXTEND: "extend",
    Action.ASK_EXTENSION: "extend",
    Action.REFUSE_EXTENSION: "deny",
    Action.REOPEN: "reopen",
    Action.NOTE: "note",
}
"""Actions that need words: the card says how to type them."""
MOST_EVENTS = 15


class Cards:
    """Cards in one language for one city."""

    def __init__(self, city: City, language: str, now: datetime) -> None:
        self.city = city
        self.language = language
        self.now = now
        self.zone = ZoneInfo(city.timezone)

    def text(self, key: str, /, **values: object) -> str:
        """A text in the reader's language."""
        return say(self.language, key, **values)

    def status(self, status: Status) -> str:
        """Where a case stands, said to staff: what the citizen is told in the second person has words of its own."""
        own = f"staff.status.{status}"
        return self.text(own if has(own) else f"status.{status}")

    def when(self, case: Case) -> str:
        """When it happened: the date, which stays right, and the reporter's own words ("last night")."""
        told = case.occurrence
        said = say_time(self.language, told.text, told.since, told.until, self.zone, self.now)
        if not told.text or told.text in said:
            return said or "-"
        return self.text("staff.card_time", date=said, words=told.text)

    def case(self, file: CaseFile) -> str:
        """The whole case."""
        case = file.case
        lines = [
            self.text("staff.card_head", number=case.number, status=self.status(case.status), flags=self.flags(case)),
            self.text("staff.card_matter", matter=self.matter(case), department=self.department(case.department)),
            *self.handled(file),
            self.text("staff.card_due", due=self.due(case)),
            self.text("staff.card_who", who=self.who(case, known=file.knows_reporter), people=case.people),
            self.text("staff.card_contact", way=self.contact(case, known=file.knows_reporter)),
            *self.spoken(case),
            self.text("staff.card_place", place=case.place.text or "-", time=self.when(case)),
            self.text("staff.card_narrative", narrative=case.narrative),
            *(
                self.text("staff.card_request", number=number, request=request)
                for number, request in enumerate(case.requests, 1)
            ),
        ]
        if case.wanted_days:
            lines.append(self.text("staff.card_wanted", days=case.wanted_days))
        if case.files:
            lines.append(self.text("staff.card_files", count=len(case.files)))
        if case.respondent:
            lines.append(self.text("staff.card_respondent", respondent=case.respondent))
        if case.lawful_way:
            lines.append(self.text(f"lawful.{case.lawful_way}"))
        if case.merged_into:
            lines.append(self.text("staff.card_follows", number=case.merged_into))
        lines += self.answered(case)
        lines.append(self.text("staff.card_history"))
        lines += [self.event(event) for event in file.history[-MOST_EVENTS:]]
        return "\n".join(lines + self.how_to(file))

    def handled(self, file: CaseFile) -> list[str]:
        """Who has the case in hand, while it is open."""
        if file.case.status not in OPEN:
            return []
        if file.handler is None:
            return [self.text("staff.card_no_handler")]
        return [self.text("staff.card_handler", name=file.handler.name, account=file.handler.account)]

    def answered(self, case: Case) -> list[str]:
        """The reply or its draft, and what becomes of each request."""
        words = general_part(case)
        lines = [self.text("staff.card_reply", reply=words)] if words else []
        if case.draft and case.draft != case.reply:
            lines.append(self.text("staff.card_draft", reply=case.draft))
        return lines + [self.answer(case, each) for each in case.answers if each.request <= len(case.requests)]

    def answer(self, case: Case, given: Answer) -> str:
        """What becomes of one request."""
        return worded(answer_line(case, given), self.language, self.zone, self.now)

    def start_buttons(self) -> tuple[tuple[Button, ...], ...]:
        """Where a working day begins."""
        return (tuple(Button(self.text(f"staff.button_{name}"), f"/{name}") for name in ("inbox", "due", "help")),)

    def how_to(self, file: CaseFile) -> list[str]:
        """What can be typed now."""
        typed = dict.fromkeys(f"/{TYPED_OF[action]}" for action in file.actions if action in TYPED_OF)
        return [self.text("staff.card_commands", commands=" ".join(typed))] if typed else []

    def buttons(self, file: CaseFile) -> tuple[tuple[Button, ...], ...]:
        """What one tap does now."""
        row = tuple(
            Button(self.text(f"staff.button_{COMMAND_OF[action]}"), f"/{COMMAND_OF[action]} {file.case.number}")
            for action in file.actions
            if action in COMMAND_OF
        )
        rows = (row,) if row else ()
        if Action.REFUSE_EXTENSION in file.actions:
            decide = notices.deciding_time(file.case)
            rows = (*rows, tuple(Button(self.text(each.title_key), each.payload) for each in decide))
        if not file.case.files:
            return rows
        look = Button(self.text("staff.button_files", count=len(file.case.files)), f"/files {file.case.number}")
        return (*rows, (look,))

    def file(self, position: int, file: File) -> str:
        """A file in a list."""
        size = max(file.size // 1024, 1)
        return self.text("staff.file", position=position, name=file.name, size=size)

    def event(self, event: Event) -> str:
        """One line of the history."""
        words = words_of(self, event)
        return self.text(
            "staff.card_event",
            moment=say_moment(self.language, event.at, self.zone, self.now),
            action=self.text(f"action.{event.action}"),
            actor=self.actor(event),
            words=self.text("staff.card_event_words", words=words) if words else "",
        )

    def actor(self, event: Event) -> str:
        """Who did it: an account, or a word for whoever has none."""
        words = {Role.REPORTER: "staff.citizen", Role.SYSTEM: "role.system"}
        return self.text(words[event.actor.role]) if event.actor.role in words else event.actor.id

    def line(self, case: Case) -> str:
        """A case as one line of a list."""
        return self.text(
            "staff.line",
            number=case.number,
            status=self.status(case.status),
            flags=self.flags(case),
            due=self.due(case),
            title=mask_text(case.narrative.replace("\n", " ")[:30]),
        )

    def listing(
        self, key: str, cases: Sequence[Case], count: int | None = None
    ) -> tuple[str, tuple[tuple[Button, ...], ...]]:
        """A list of cases with a button each; `count`: how many there are in all, where more are than these."""
        if not cases:
            return self.text(f"{key}_empty"), ()
        lines = [self.text(key, count=count or len(cases)), *(self.line(case) for case in cases)]
        buttons = tuple((Button(case.number, f"/case {case.number}"),) for case in cases)
        return "\n".join(lines), buttons

    def matter(self, case: Case) -> str:
        """Both levels of the matter."""
        return self.matter_called(case.first_level, case.second_level)

    def matter_called(self, first_level: str, second_level: str) -> str:
        """A matter by its two levels."""
        category = self.city.category(first_level, second_level)
        first, second = named(category.first_names, self.language), named(category.second_names, self.language)
        return self.text("draft.matter_path", first=first, second=second)

    def department(self, code: str) -> str:
        """A department's name."""
        return self.city.department_name(code, self.language)

    def day(self, moment: datetime) -> str:
        """A day as people say it."""
        return say_day(self.language, moment, self.zone, self.now)

    def due(self, case: Case) -> str:
        """The deadline that runs now, and whether it is past."""
        at = None if case.status in ENDED else (case.reply_by or case.decide_by)
        if at is None or case.status in (Status.REPLIED, Status.FOLLOW_UP):
            return self.text("staff.no_due")
        day = say_day(self.language, at, self.zone, self.now)
        return self.text("staff.overdue" if at < self.now else "staff.due_by", day=day)

    def flags(self, case: Case) -> str:
        """Urgent, confidential, anonymous, joint, extended, blocked: in words."""
        spoken = (self.language_of(case),) if case.language != DEFAULT_LANGUAGE else ()
        names = ("urgent", "confidential", "anonymous", "joint", "extended", "wanted_days", "blocked")
        words = [*(self.text(f"flag.{name}") for name in names if getattr(case, name)), *spoken]
        return self.text("staff.flags", flags=" ".join(words)) if words else ""

    def spoken(self, case: Case) -> list[str]:
        """The citizen's language, where it is not what the office and the reader write in anyway."""
        if case.language == self.language == DEFAULT_LANGUAGE:
            return []
        return [self.text("staff.card_language", language=self.language_of(case))]

    def language_of(self, case: Case) -> str:
        """What the citizen's language is called."""
        return self.text(f"staff.language_{case.language}")

    def contact(self, case: Case, *, known: bool) -> str:
        """How the citizen wishes to be reached, and when; that they wish not to be called is said as well."""
        way = "hidden" if not known and not case.anonymous else case.reporter.contact_way.value
        reached = self.text(f"staff.contact_{way}", phone=case.reporter.phone)
        hours = calling_hours(case.narrative) if way == ContactWay.PHONE.value else ""
        return self.text("draft.contact_hours", contact=reached, hours=hours) if hours else reached

    def who(self, case: Case, *, known: bool) -> str:
        """The reporter, as far as the reader may know."""
        if not known:
            return self.text("flag.anonymous" if case.anonymous else "flag.confidential")
        return case.reporter.name or self.text("staff.no_name")
