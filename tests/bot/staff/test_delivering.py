"""Messages that did not arrive, as staff see and send them."""

from dataclasses import replace

from bot.channels.contract import ChannelError
from cases.rules.case import Kind, Role
from dialogs.messages import OutboundMessage
from storage.unit import looking, working
from tests.support.office import Office, Person, filed


async def unreached(office: Office) -> tuple[str, Person]:
    """A case whose citizen's terminal takes nothing, and a handler's push that is dead; its number and the citizen."""
    citizen = office.person("li")
    wang = await office.staff("wang", "sthj", Role.HANDLER, Role.LEAD)
    number = await filed(citizen)
    await office.delivers()
    take = citizen.channel.send

    async def refuses(message: OutboundMessage, *, key: str) -> str | None:
        raise ChannelError("the person stopped the bot", permanent=True)

    citizen.channel.send = refuses  # type: ignore[method-assign]
    await wang.says(f"/accept {number}")
    await wang.says(f"/progress {number} 已到现场")
    await office.delivers()
    citizen.channel.send = take  # type: ignore[method-assign]
    return number, citizen


async def test_a_supervisor_sees_what_did_not_arrive_and_sends_it_again(office: Office) -> None:
    chief = await office.staff("chief", "xfj", Role.SUPERVISOR)
    number, citizen = await unreached(office)
    said = await chief.says("/dead")
    assert "2 条" in said and number in said and "the person stopped the bot" in said
    assert "li" not in said.replace("deliver", ""), "who it was for is not shown"
    before = len(citizen.screen.shown)
    assert "1 条" in await chief.taps(chief.payloads[1])
    await office.delivers()
    assert ["受理" in text for text in citizen.screen.shown[before:]] == [True]
    assert "1 条" in await chief.says("/dead send all")
    await office.delivers()
    assert "现场" in citizen.screen.shown[-1]
    assert "没有送不到" in await chief.says("/dead")
    async with looking(office.database) as unit:
        logged = [(line.actor, line.subject) for line in await unit.audit.newest() if line.action == "dead"]
    assert ("chief", "all") in logged


async def test_an_admin_does_not_learn_of_a_report_by_it(office: Office) -> None:
    root = await office.staff("root", "xfj", Role.ADMIN)
    number, _ = await unreached(office)
    assert number in await root.says("/dead")
    async with working(office.database) as unit:
        case = await unit.cases.get(number)
        assert case
        await unit.cases.save(replace(case, kind=Kind.REPORT))
    assert number not in await root.says("/dead")


async def test_who_may_not_is_refused_and_what_is_typed_wrongly_explained(office: Office) -> None:
    wang = await office.staff("wang2", "sthj", Role.HANDLER, Role.LEAD)
    assert "督查人员" in await wang.says("/dead")
    chief = await office.staff("chief", "xfj", Role.SUPERVISOR)
    for wrong in ("0", "-1", "x", "send", "send x", "send 1 x", "send " + "1 " * 30):
        assert "/dead send 17" in await chief.says(f"/dead {wrong}")
    assert "0 条" in await chief.says("/dead send 99")
