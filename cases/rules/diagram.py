"""Draws the lifecycle from its table, as Mermaid: ``python -m cases.rules.diagram`` writes ``docs/lifecycle.md``."""

from collections import defaultdict
from pathlib import Path

from cases.rules.case import Action, Status
from cases.rules.lifecycle import BY_PAIR, after

PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"
HEAD = """# The life of a case

Drawn from `cases/rules/lifecycle.py` by `python -m cases.rules.diagram`; a test fails when it is stale.
Actions that leave the status as it is are not drawn.

"""


def diagram() -> str:
    """The state diagram of the whole table."""
    arrows: dict[tuple[Status, Status], list[str]] = defaultdict(list)
    for status, action in BY_PAIR:
        for target in sorted(targets(status, action)):
            if target is not status:
                arrows[status, target].append(action.value)
    lines = [f"    {source.value} --> {target.value}: {', '.join(names)}" for (source, target), names in arrows.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> draft", *lines, "    archived --> [*]", "```"])


def targets(status: Status, action: Action) -> set[Status]:
    """Every status that the action may lead to."""
    return {
        after(status, action, reviewed=reviewed, solved=solved, accepted=accepted)
        for reviewed in (True, False)
        for solved in (True, False)
        for accepted in (True, False)
    }


def draw(page: Path = PAGE) -> None:
    """Write the page."""
    page.write_text(f"{HEAD}{diagram()}\n", encoding="utf-8")


if __name__ == "__main__":
    draw()
