"""Cases and accounts to begin a test with."""

from typing import Any

from cases.rules.case import Case, Reporter, Status
from tests.support.clock import START


def a_case(**changes: Any) -> Case:
    """An ordinary case; say what is different."""
    ordinary: dict[str, Any] = {
        "number": "XF20261123-000001-8",
        "query_code": "K4Q97TMX",
        "status": Status.SUBMITTED,
        "reporter": Reporter("terminal:li"),
        "narrative": "幸福路88号工地夜里打桩",
        "first_level": "环境保护",
        "second_level": "环境污染",
        "filed_at": START,
        "department": "sthj",
        "policy": "regulation",
    }
    return Case(**{**ordinary, **changes})
