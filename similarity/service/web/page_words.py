"""How figures, times and names are written on a page."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup, escape

from similarity.report.phrases.filing import PROPOSITIONS, READINGS
from similarity.service.web.speaking import Speaker, sentence

__all__ = ["age", "clock", "declared", "figure", "label_state", "moment", "named", "share", "size"]

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_DAYS, _HOURS = sentence("{days} d {hours} h"), sentence("{hours} h {minutes} min")
_MINUTES, _SECONDS = sentence("{minutes} min"), sentence("{seconds} s")
_YES, _NO, _UNREAD = sentence("yes"), sentence("no"), sentence("could not be read")

_NAMES = {
    "receiving": sentence("receiving"),
    "stored": sentence("stored"),
    "queued": sentence("waits to be screened"),
    "screening": sentence("being screened"),
    "cleared": sentence("cleared"),
    "held": sentence("held"),
    "withheld": sentence("withheld"),
    "unreadable": sentence("unreadable, held"),
    "cancelled": sentence("cancelled"),
    "erased": sentence("erased"),
    "received": sentence("received"),
    "incomplete": sentence("incomplete"),
    "admitted": sentence("complete, waits"),
    "forwarded": sentence("forwarded"),
    "acted": sentence("acted on"),
    "rejected": sentence("rejected"),
    "countered": sentence("countered"),
    "waiting": sentence("waits for its clock"),
    "restored": sentence("restored"),
    "kept": sentence("kept"),
    "withdrawn": sentence("withdrawn"),
    "restore": sentence("the upload comes back"),
    "reject": sentence("the notice is rejected"),
    "tell": sentence("a person is told"),
    "end": sentence("a right ends"),
    "running": sentence("runs"),
    "come": sentence("has come"),
    "due": sentence("waits for a person"),
    "met": sentence("met"),
    "ended": sentence("ended"),
    "the platform's own": sentence("the platform's own"),
    "open": sentence("open"),
    "leased": sentence("in somebody's hands"),
    "skipped": sentence("skipped"),
    "answered": sentence("answered"),
    "second": sentence("wants a second look"),
    "agreed": sentence("two agree"),
    "disputed": sentence("two differ: a third decides"),
    "decided": sentence("decided"),
    "publish": sentence("publish"),
    "label": sentence("publish with a label"),
    "notify": sentence("publish and notify"),
    "hold": sentence("hold"),
    "withhold": sentence("withhold"),
    "same footage": sentence("same footage"),
    "reworked": sentence("reworked"),
    "same subject or style only": sentence("same subject or style only"),
    "cannot tell": sentence("cannot tell"),
    "is": sentence("generated, says an implicit label"),
    "may be": sentence("perhaps generated: it is declared so"),
    "suspected": sentence("suspected of being generated: traces only"),
    "none": sentence("nothing"),
    "present": sentence("present"),
    "absent": sentence("absent"),
    "damaged": sentence("damaged"),
    "sound": sentence("sound"),
    "platform": sentence("platform"),
    "owner": sentence("owner of works"),
    "reviewer": sentence("reviewer"),
    "second_reviewer": sentence("second reviewer"),
    "administrator": sentence("administrator"),
    "auditor": sentence("auditor"),
}

_MEASURED: dict[str, str] = {str(name): text for names in (READINGS, PROPOSITIONS) for name, text in names.items()}


def named(speaker: Speaker, code: str) -> Markup:
    """What a person calls a state, an action, an opinion, a reading or a role; another word stays as it is."""
    text = _NAMES.get(code) or _MEASURED.get(code)
    return escape(code) if text is None else escape(speaker.plain(text))


def clock(seconds: float) -> str:
    """A place in a video: `00:01:02.250`."""
    whole = round(max(0.0, seconds) * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def figure(number: float, places: int = 2) -> str:
    """A signed figure."""
    return f"{number:+.{places}f}".replace("-", "\u2212")


def share(part: float) -> str:
    """A share as a percentage."""
    return f"{100 * part:.1f}\u202f%"


def size(number_of_bytes: int) -> str:
    """A file's size."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number_of_bytes >= scale:
            return f"{number_of_bytes / scale:.1f}\u202f{unit}"
    return f"{number_of_bytes}\u202fB"


def moment(utc: str) -> str:
    """A moment to the second, UTC."""
    try:
        return dt.datetime.fromisoformat(utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return utc


def age(speaker: Speaker, seconds: float) -> Markup:
    """How long: the two largest of days, hours, minutes."""
    whole = int(max(0.0, seconds))
    if whole >= _DAY:
        return speaker.say(_DAYS, days=whole // _DAY, hours=whole % _DAY // _HOUR)
    if whole >= _HOUR:
        return speaker.say(_HOURS, hours=whole // _HOUR, minutes=whole % _HOUR // _MINUTE)
    if whole >= _MINUTE:
        return speaker.say(_MINUTES, minutes=whole // _MINUTE)
    return speaker.say(_SECONDS, seconds=whole)


def declared(speaker: Speaker, value: object) -> Markup:
    """What an uploader declared: a text as it stands, yes or no in words."""
    if isinstance(value, bool):
        return speaker.say(_YES if value else _NO)
    return escape(value)


def label_state(speaker: Speaker, code: str) -> Markup:
    """What became of reading a label; the word for uploads that can't be read says more than that."""
    return speaker.say(_UNREAD) if code == "unreadable" else named(speaker, code)
