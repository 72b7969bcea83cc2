"""What the service keeps in SQL: tables, transactions, the audit chain, jobs, callbacks waiting to be sent."""

__all__ = ["audit", "daily_heads", "database", "jobs", "notice_tables", "outbox", "tables", "targets"]
