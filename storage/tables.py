"""Every table of Jiesu. `storage.fresh` makes them, ``storage/migrations`` make them of older ones; a test holds that
both give the same.

Datetimes are kept in UTC and come back aware. History and audit lines are only ever inserted. Columns of a `Sealed…`
type are sealed in the file; what is not may be read by whoever steals it.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    func,
    text,
)

from storage.sealed import Json, Sealed, SealedAddress, SealedJson

__all__ = ["Json"]  # the migrations take it from here

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = BigInteger().with_variant(Integer(), "sqlite")


class AwareDateTime(TypeDecorator[datetime]):
    """An aware datetime; SQLite keeps it as naive UTC. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; bring aware ones to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Make it aware again."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found


OPEN_WORK = (
    "status IN ('submitted', 'need_info', 'accepted', 'transferred', 'returned', 'in_progress', 'scheduled', "
    "'pending_review', 'replied', 'follow_up', 'reopened', 'review', 'recheck')"
)
"""What is still to be done (`cases.rules.lifecycle.OPEN`): the partial indexes on open work are made for these words,
and a query says them too, for only then does a database see that it may use them."""

cases = Table(
    "cases",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", String(32), nullable=False, unique=True),
    Column("query_code", Sealed("cases.query_code", was=16), nullable=False),
    Column("status", String(24), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("first_level", String(64), nullable=False),
    Column("second_level", String(64), nullable=False),
    Column("category_confidence", Float, nullable=False),
    Column("category_by", String(16), nullable=False),
    Column("narrative", Sealed("cases.narrative"), nullable=False),
    Column("requests", SealedJson("cases.requests"), nullable=False),
    Column("place_text", Sealed("cases.place_text"), nullable=False),
    Column("place_area", String(32), nullable=False),
    Column("place_grid", String(32), nullable=False),
    Column("position", SealedJson("cases.position")),
    Column("occurred_text", Sealed("cases.occurred_text"), nullable=False),
    Column("occurred_since", AwareDateTime),
    Column("occurred_until", AwareDateTime),
    Column("respondent", Sealed("cases.respondent"), nullable=False),
    Column("people", String(16), nullable=False),
    Column("reporter", SealedAddress(), nullable=False),
    Column("contact_way", String(16), nullable=False),
    Column("name", Sealed("cases.name"), nullable=False),
    Column("phone", Sealed("cases.phone", was=64), nullable=False),
    Column("phone_index", String(32), nullable=False, server_default=""),
    Column("department", String(32), nullable=False),
    Column("responsible", String(32), nullable=False, server_default=""),
    Column("helpers", Json, nullable=False),
    Column("returns", Integer, nullable=False, server_default="0"),
    Column("recused", Json, nullable=False, server_default="[]"),
    Column("handler", String(64), nullable=False),
    Column("policy", String(32), nullable=False),
    Column("procedure", String(16), nullable=False),
    Column("filed_at", AwareDateTime, nullable=False),
    Column("decide_by", AwareDateTime),
    Column("reply_by", AwareDateTime),
    Column("accepted_at", AwareDateTime),
    Column("replied_at", AwareDateTime),
    Column("closed_at", AwareDateTime),
    Column("asked_at", AwareDateTime),
    Column("delivered_at", AwareDateTime),
    Column("reviewed_at", AwareDateTime),
    Column("watch_at", AwareDateTime),
    Column("climbed_at", AwareDateTime),
    Column("urgent", Boolean, nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("joint", Boolean, nullable=False),
    Column("extended", Boolean, nullable=False),
    Column("wanted_days", Integer, nullable=False, server_default="0"),
    Column("reopened", Integer, nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("publish", Boolean, nullable=False),
    Column("consent", String(32), nullable=False),
    Column("reply", Sealed("cases.reply"), nullable=False),
    Column("draft", Sealed("cases.draft"), nullable=False, server_default=""),
    Column("answers", SealedJson("cases.answers"), nullable=False, server_default="[]"),
    Column("lawful_way", String(32), nullable=False, server_default=""),
    Column("solved", String(16)),
    Column("satisfaction", String(16)),
    Column("merged_into", String(32), nullable=False),
    Column("representative", Boolean, nullable=False, server_default=false()),
    Column("language", String(8), nullable=False),
    Column("files", SealedJson("cases.files"), nullable=False),
    Column("erased_at", AwareDateTime),
    Index(None, "reporter", "id"),
    Index(None, "department", "status", "id"),
    Index(None, "department", "id"),
    Index(None, "filed_at", "id"),
    Index(
        "ix_cases_closed",
        "closed_at",
        "status",
        sqlite_where=text("closed_at IS NOT NULL"),
        postgresql_where=text("closed_at IS NOT NULL"),
    ),
    Index(
        "ix_cases_kept",
        "closed_at",
        sqlite_where=text("erased_at IS NULL AND closed_at IS NOT NULL"),
        postgresql_where=text("erased_at IS NULL AND closed_at IS NOT NULL"),
    ),
    Index(
        "ix_cases_phone_index",
        "phone_index",
        sqlite_where=text("phone_index <> ''"),
        postgresql_where=text("phone_index <> ''"),
    ),
    Index(
        "ix_cases_joined",
        "merged_into",
        "id",
        sqlite_where=text("merged_into <> ''"),
        postgresql_where=text("merged_into <> ''"),
    ),
    Index(
        "ix_cases_watched",
        "watch_at",
        sqlite_where=text("watch_at IS NOT NULL"),
        postgresql_where=text("watch_at IS NOT NULL"),
    ),
    Index(
        "ix_cases_open_matter",
        "first_level",
        "second_level",
        "id",
        sqlite_where=text(OPEN_WORK),
        postgresql_where=text(OPEN_WORK),
    ),
)

DUE = func.coalesce(cases.c.reply_by, cases.c.decide_by)
"""The deadline that runs."""
Index(
    "ix_cases_open_due",
    DUE,
    cases.c.id,
    cases.c.department,
    cases.c.status,
    sqlite_where=text(OPEN_WORK),
    postgresql_where=text(OPEN_WORK),
)
Index(
    "ix_cases_open_department",
    cases.c.department,
    DUE,
    cases.c.id,
    cases.c.status,
    sqlite_where=text(OPEN_WORK),
    postgresql_where=text(OPEN_WORK),
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("number", String(32), ForeignKey("cases.number"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", AwareDateTime, nullable=False),
    Column("action", String(24), nullable=False),
    Column("actor_role", String(16), nullable=False),
    Column("actor_id", SealedAddress(), nullable=False),
    Column("actor_department", String(32), nullable=False),
    Column("before", String(24), nullable=False),
    Column("after", String(24), nullable=False),
    Column("text", Sealed("case_events.text"), nullable=False),
    Column("internal", Sealed("case_events.internal"), nullable=False),
    Column("data", SealedJson("case_events.data"), nullable=False),
    UniqueConstraint("number", "seq"),
    Index(None, "at"),
)

number_series = Table(
    "number_series",
    metadata,
    Column("day", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("address", SealedAddress(), primary_key=True),
    Column("state", Sealed("conversations.state"), nullable=False),
    Column("language", String(8), nullable=False),
    Column("updated_at", AwareDateTime, nullable=False),
    Column("fleeting_until", AwareDateTime),
    Index(
        "ix_conversations_fleeting",
        "fleeting_until",
        sqlite_where=text("fleeting_until IS NOT NULL"),
        postgresql_where=text("fleeting_until IS NOT NULL"),
    ),
)

inbox = Table(
    "inbox",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("update_id", String(200), primary_key=True),
    Column("address", SealedAddress(), nullable=False),
    Column("received_at", AwareDateTime, nullable=False),
    Column("answers", Sealed("inbox.answers"), nullable=False),
    Index(None, "received_at"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("update_id", String(200), nullable=False),
    Column("payload", Sealed("dead_letters.payload"), nullable=False),
    Column("error", Sealed("dead_letters.error"), nullable=False),
    Column("at", AwareDateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("recipient", SealedAddress(), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("message", Sealed("outbox.message"), nullable=False),
    Column("case_number", String(32), nullable=False),
    Column("created_at", AwareDateTime, nullable=False),
    Column("not_before", AwareDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", AwareDateTime),
    Column("sent_at", AwareDateTime),
    Column("dead_at", AwareDateTime),
    Column("error", Text, nullable=False),
    Column("priority", Integer, nullable=False, server_default="1"),
    Column("unsure", Boolean, nullable=False, server_default=false()),
    Column("fleeting", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_outbox_waiting",
        "recipient",
        "id",
        sqlite_where=text("sent_at IS NULL AND dead_at IS NULL"),
        postgresql_where=text("sent_at IS NULL AND dead_at IS NULL"),
    ),
    Index(
        "ix_outbox_due",
        "channel",
        "priority",
        "not_before",
        "id",
        sqlite_where=text("sent_at IS NULL AND dead_at IS NULL AND priority >= 0"),
        postgresql_where=text("sent_at IS NULL AND dead_at IS NULL AND priority >= 0"),
    ),
    Index(
        "ix_outbox_case",
        "case_number",
        "created_at",
        sqlite_where=text("case_number <> ''"),
        postgresql_where=text("case_number <> ''"),
    ),
    Index(
        "ix_outbox_dead",
        "id",
        sqlite_where=text("dead_at IS NOT NULL"),
        postgresql_where=text("dead_at IS NOT NULL"),
    ),
)

paces = Table(
    "paces",
    metadata,
    Column("bucket", SealedAddress(), primary_key=True),
    Column("free_at", AwareDateTime, nullable=False),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("address", SealedAddress(), nullable=False),
    Column("inbound", Boolean, nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("message", Sealed("chat_messages.message"), nullable=False),
    Column("at", AwareDateTime, nullable=False),
    Index(None, "address", "id"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("owner", SealedAddress(), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Sealed("attachments.name"), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", AwareDateTime, nullable=False),
    Column("original", String(64), nullable=False, server_default=""),
)

staff = Table(
    "staff",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("department", String(32), nullable=False),
    Column("roles", Json, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", AwareDateTime, nullable=False),
)

staff_bindings = Table(
    "staff_bindings",
    metadata,
    Column("address", SealedAddress(), primary_key=True),
    Column("account", String(64), ForeignKey("staff.account"), nullable=False, index=True),
    Column("bound_at", AwareDateTime, nullable=False),
    Column("expires_at", AwareDateTime),
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), ForeignKey("staff.account"), nullable=False),
    Column("expires_at", AwareDateTime, nullable=False),
    Column("used_at", AwareDateTime),
)

ladder_steps = Table(
    "ladder_steps",
    metadata,
    Column("number", String(32), ForeignKey("cases.number"), primary_key=True),
    Column("clock", String(16), primary_key=True),
    Column("due", AwareDateTime, primary_key=True),
    Column("name", String(16), primary_key=True),
    Column("at", AwareDateTime, nullable=False),
    Column("told", Boolean, nullable=False),
)

exclusions = Table(
    "exclusions",
    metadata,
    Column("number", String(32), ForeignKey("cases.number"), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("reason", Sealed("exclusions.reason"), nullable=False),
    Column("at", AwareDateTime, nullable=False),
)

daily_reports = Table(
    "daily_reports",
    metadata,
    Column("day", String(8), primary_key=True),
    Column("at", AwareDateTime, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("case_number", String(32), ForeignKey("cases.number"), nullable=False, index=True),
    Column("language", String(8), nullable=False),
    Column("data", SealedJson("documents.data"), nullable=False),
    Column("created_by", SealedAddress(), nullable=False),
    Column("created_at", AwareDateTime, nullable=False),
    Column("number", String(64), nullable=False),
    Column("approved_by", String(64), nullable=False),
    Column("approved_at", AwareDateTime),
    Column("void", Boolean, nullable=False),
    Column("pdf", String(64), nullable=False),
    Column("docx", String(64), nullable=False),
    Column("other", String(64), nullable=False),
)

slots = Table(
    "slots",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("host", String(64), nullable=False),
    Column("place", Text, nullable=False),
    Column("begins_at", AwareDateTime, nullable=False, index=True),
    Column("minutes", Integer, nullable=False),
    Column("case_number", String(32), nullable=False),
    Column("booked_by", SealedAddress(), nullable=False),
    Column("reminded_at", AwareDateTime),
    Column("minutes_text", Sealed("slots.minutes_text"), nullable=False),
    UniqueConstraint("host", "begins_at"),
)

meetings = Table(
    "meetings",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("case_number", String(32), ForeignKey("cases.number"), nullable=False, index=True),
    Column("at", AwareDateTime, nullable=False),
    Column("place", Text, nullable=False),
    Column("people", SealedJson("meetings.people"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("minutes_text", Sealed("meetings.minutes_text"), nullable=False),
    Column("created_by", String(64), nullable=False),
)

typical_cases = Table(
    "typical_cases",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("first_level", String(64), nullable=False),
    Column("second_level", String(64), nullable=False),
    Column("story", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("added_at", AwareDateTime, nullable=False),
    Index(None, "first_level", "second_level"),
)

undos = Table(
    "undos",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("number", String(32), nullable=False),
    Column("at", AwareDateTime, nullable=False),
    Column("action", String(24), nullable=False),
    Column("version", Integer, nullable=False),
    Column("before", SealedJson("undos.before"), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", AwareDateTime, nullable=False, index=True),
    Column("actor", String(200), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("data", Json, nullable=False),
    Column("seq", Integer, nullable=False, unique=True),
    Column("mac", String(64), nullable=False),
    Index(None, "subject", "id"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("mac", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", Json, nullable=False),
    Column("created_at", AwareDateTime, nullable=False),
    Column("expires_at", AwareDateTime),
    Column("revoked_at", AwareDateTime),
)

tallies = Table(
    "tallies",
    metadata,
    Column("bucket", String(32), primary_key=True),
    Column("at", AwareDateTime, primary_key=True),
    Column("count", Integer, nullable=False),
    Index(None, "at"),
)
