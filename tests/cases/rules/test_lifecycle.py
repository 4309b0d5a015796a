"""The lifecycle table, walked: allowed and forbidden pairs alike."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.case import Action, Role, Status
from cases.rules.diagram import diagram
from cases.rules.lifecycle import (
    BY_PAIR,
    ENDED,
    TABLE,
    NotForThisRole,
    NotInThisStatus,
    WordsNeeded,
    after,
    check,
    fits,
    possible,
)

PAIRS = list(itertools.product(Status, Action))


def test_every_status_is_reached_from_a_draft() -> None:
    reached, frontier = {Status.DRAFT}, [Status.DRAFT]
    while frontier:
        status = frontier.pop()
        for action in Action:
            if (status, action) in BY_PAIR:
                targets = {
                    after(status, action, reviewed=reviewed, solved=solved, accepted=accepted)
                    for reviewed, solved, accepted in itertools.product((True, False), repeat=3)
                }
                frontier += targets - reached
                reached |= targets
    assert reached == set(Status)


def test_every_action_is_in_the_table() -> None:
    assert {row.action for row in TABLE} == set(Action)


def test_no_pair_stands_twice() -> None:
    pairs = [(source, row.action) for row in TABLE for source in row.sources]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("status", Status)
def test_what_the_table_does_not_have_does_not_happen(status: Status) -> None:
    for action in Action:
        if (status, action) not in BY_PAIR:
            with pytest.raises(NotInThisStatus):
                check(status, action, tuple(Role), "words")


@pytest.mark.parametrize("status", Status)
def test_every_row_is_for_its_roles_only_and_needs_its_words(status: Status) -> None:
    for action in Action:
        row = BY_PAIR.get((status, action))
        if row is None:
            continue
        for role in Role:
            if role in row.roles:
                assert check(status, action, (role,), "words") is row
                if row.words:
                    with pytest.raises(WordsNeeded):
                        check(status, action, (role,), "  ")
            else:
                with pytest.raises(NotForThisRole):
                    check(status, action, (role,), "words")


def test_an_archived_case_rests() -> None:
    assert possible(Status.ARCHIVED, tuple(Role)) == (Action.BLOCKED,)


def test_an_ended_case_is_worked_on_again_only_by_its_ways() -> None:
    ways = {Action.REOPEN, Action.REQUEST_REVIEW, Action.REQUEST_RECHECK, Action.SPLIT, Action.WITHDRAW, Action.ARCHIVE}
    for status in ENDED:
        for action in possible(status, tuple(Role)):
            assert action in ways or after(status, action) is status


def test_closing_tells_solved_from_unsolved() -> None:
    assert after(Status.FOLLOW_UP, Action.CLOSE, solved=True) is Status.RESOLVED
    assert after(Status.FOLLOW_UP, Action.CLOSE, solved=False) is Status.CLOSED_UNSOLVED


def test_a_reply_is_reviewed_where_the_policy_says_so() -> None:
    assert after(Status.IN_PROGRESS, Action.REPLY, reviewed=True) is Status.PENDING_REVIEW
    assert after(Status.IN_PROGRESS, Action.REPLY, reviewed=False) is Status.REPLIED


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_needs_an_acceptance_and_an_acceptance_happens_once(accepted: bool) -> None:
    taking_over = (Status.SUBMITTED, Status.RETURNED, Status.TRANSFERRED)
    for status, action in PAIRS:
        if action in (Action.REPLY, Action.EXTEND, Action.ASK_EXTENSION):
            wanted = accepted
        elif action is Action.REFUSE_EXTENSION:
            assert fits(action, status, accepted=accepted, asks_time=True)
            wanted = False
        elif action is Action.ACCEPT:
            wanted = not accepted or status in taking_over
        else:
            wanted = not accepted or action is not Action.DECLINE
        assert fits(action, status, accepted=accepted) is wanted


@given(st.sampled_from(Status), st.sets(st.sampled_from(Role)))
def test_possible_says_just_what_check_allows(status: Status, roles: set[Role]) -> None:
    offered = set(possible(status, roles))
    for action in Action:
        try:
            check(status, action, roles, "words")
        except (NotInThisStatus, NotForThisRole):
            assert action not in offered
        else:
            assert action in offered


def test_the_diagram_in_the_docs_is_drawn_from_the_table() -> None:
    page = Path(__file__).parents[3] / "docs" / "lifecycle.md"
    assert diagram() in page.read_text(encoding="utf-8"), "draw it again: python -m cases.rules.diagram"
