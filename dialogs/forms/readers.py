"""Which reader an answer has, by the question that was asked."""

from collections.abc import Callable, Mapping

from dialogs.forms.answering import read_narrative, read_place, read_requests, read_time
from dialogs.forms.closing import read_confirmation, read_contact, read_own_phone
from dialogs.forms.telling import Slots
from dialogs.talk import Talk

REREAD: Mapping[str, Callable[[Talk, str], Slots]] = {
    "place": read_place,
    "occurred": read_time,
    "requests": read_requests,
    "contact_way": read_contact,
}
"""What reads a corrected answer."""
READERS: Mapping[str, Callable[[Talk, str], Slots]] = {
    "narrative": read_narrative,
    "place": read_place,
    "occurred": read_time,
    "requests": read_requests,
    "contact_way": read_contact,
    "phone": read_own_phone,
    "confirmed": read_confirmation,
}
