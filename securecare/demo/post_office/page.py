"""The page on which the demo's letters are read."""

import re
from collections.abc import Sequence
from html import escape

from securecare.demo.post_office.box import Letter

_LINK = re.compile(r"https?://[^\s<>\"]+")
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1f24; --soft: #5b626d; --line: #d9dde3;
  --ground: #f6f7f9; --paper: #fff; --link: #0b57a8 }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef1; --soft: #a3abb7; --line: #343a43;
  --ground: #16191d; --paper: #1f2328; --link: #8fc0ff } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem 1rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; display: grid; gap: 1rem }
h1 { margin: 0; font-size: 1.5rem } p { margin: 0 }
h2 { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere }
article, .empty { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1rem 1.25rem; display: grid; gap: .5rem }
pre { margin: 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere }
.soft { color: var(--soft); font-size: .9rem } a { color: var(--link) }
form { display: flex; gap: .5rem; flex-wrap: wrap; align-items: end }
label { display: grid; gap: .25rem; flex: 1 1 12rem; font-size: .9rem }
input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
  border-radius: .5rem; padding: .5rem .75rem; min-height: 2.75rem; width: 100% }
button { font: inherit; font-weight: 600; border: 0; border-radius: .5rem; padding: .5rem 1rem;
  min-height: 2.75rem; background: var(--link); color: var(--paper); cursor: pointer }
"""
_SCRIPT = """
setInterval(async () => {
  if (document.activeElement instanceof HTMLInputElement) return;
  const told = await fetch("/mark").then(r => r.text(), () => null);
  if (told !== null && told !== document.body.dataset.mark) location.reload();
}, 1500);
"""


def mark(letters: Sequence[Letter]) -> str:
    """Another word whenever the page would look different."""
    return f"{letters[0].number if letters else 0}-{'-'.join(each.status for each in letters)}"


def written(letters: Sequence[Letter], notice: str = "") -> str:
    """The whole page; every word that was sent is escaped."""
    told = f'<p class="empty" role="status">{escape(notice)}</p>' if notice else ""
    shown = "".join(_letter(each) for each in letters) or (
        '<p class="empty">Nothing has been sent yet. Invite somebody, write a message, or ask for'
        " a new password: it arrives here.</p>"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Post office · SecureCare demo</title><style>{_STYLE}</style></head>"
        f'<body data-mark="{escape(mark(letters))}"><main><h1>Post office of the demo</h1>'
        '<p class="soft">Every e-mail and text that the demo sends ends here, and reaches nobody'
        f" else.</p>{told}{shown}</main><script>{_SCRIPT}</script></body></html>"
    )


def _letter(letter: Letter) -> str:
    when = f"{letter.arrived_at.astimezone():%H:%M:%S}"
    if letter.channel == "email":
        head = f"<h2>{escape(letter.subject)}</h2>"
        kind, answer = "E-mail", ""
    else:
        head = ""
        kind = f"Text, {escape(letter.status)}"
        phone = escape(letter.recipient, quote=True)
        answer = (
            '<form method="post" action="/answer">'
            f'<input type="hidden" name="phone" value="{phone}">'
            f'<label>Answer as {phone}<input name="words" maxlength="160" required'
            ' placeholder="STOP" autocomplete="off"></label><button>Send the answer</button></form>'
        )
    return (
        f'<article>{head}<p class="soft">{kind} to {escape(letter.recipient)} at {when}</p>'
        f"<pre>{_linked(letter.body)}</pre>{answer}</article>"
    )


def _linked(body: str) -> str:
    parts, last = [], 0
    for found in _LINK.finditer(body):
        url = escape(found.group(), quote=True)
        parts += [
            escape(body[last : found.start()]),
            f'<a href="{url}" target="_blank" rel="noopener noreferrer">{url}</a>',
        ]
        last = found.end()
    return "".join([*parts, escape(body[last:])])
