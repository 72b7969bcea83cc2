"""What the service keeps in SQL: tables, transactions, the audit chain, jobs, callbacks waiting to be sent."""

__all__ = ["audit", "database", "jobs", "outbox", "tables"]
