"""Drafts as files: classic Outlook opens an .eml with ``X-Unsent: 1`` as a mail still to be sent.

New Outlook is not known to do so; there the drafts are made with Microsoft Graph.
"""

from __future__ import annotations

_END = b"\r\n\r\n"


def as_draft(data: bytes) -> bytes:
    """The same mail, marked as not yet sent."""
    head, end, body = data.partition(_END)
    return head + b"\r\nX-Unsent: 1" + end + body
