"""What is read: tables, badges, people, descriptions, waiting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from components.ui.buttons import icon_button
from components.ui.icons import icon
from components.ui.kinds import (
    Content,
    Flag,
    Size,
    Text,
    Tone,
    attributes,
    classes,
    given,
    present,
    when,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, how its cells stand, and whether it is only as wide as needed."""

    label: Text
    align: Literal["start", "end"] = "start"
    tight: bool = False
    hidden_label: bool = False
    """For a column of buttons, whose head is only spoken."""


def table(
    columns: Sequence[Column | str],
    rows: rx.Var | Sequence[Any],
    cells: Callable[[Any], Sequence[Content]],
    *,
    label: Text,
    empty: rx.Component | None = None,
    cards: bool = True,
    selected: Callable[[Any], Any] | None = None,
    **props: Any,
) -> rx.Component:
    """A dense table with a head that stays; on a phone each row becomes a card (`cards`).

    `cells` makes one row's cells, in the order of the columns; put a `row_link` into the first to
    have the row open something. `empty` is shown instead when there are no rows. Rows may be given
    as several lists in vars, which stand one after the other.
    """
    heads = [c if isinstance(c, Column) else Column(c) for c in columns]

    def row(item: Any) -> rx.Component:
        made = zip(heads, cells(item), strict=True)
        chosen = {"aria-selected": selected(item)} if selected else {}
        return rx.el.tr(
            *[_cell(head, content) for head, content in made],
            custom_attrs={"role": "row"} | chosen,
        )

    props = attributes(props, data_cards="true" if cards else None)
    parts = [rows] if isinstance(rows, rx.Var) else rows
    body = [rx.foreach(part, row) if isinstance(part, rx.Var) else row(part) for part in parts]
    shown = rx.el.div(
        rx.el.table(
            rx.el.caption(label, class_name="visually-hidden"),
            rx.el.thead(
                rx.el.tr(*map(_head, heads), custom_attrs={"role": "row"}),
                custom_attrs={"role": "rowgroup"},
            ),
            rx.el.tbody(*body, custom_attrs={"role": "rowgroup"}),
            class_name="table",
            custom_attrs={"role": "table"},
        ),
        class_name=classes("table-box", props),
        **props,
    )
    if empty is None:
        return shown
    has_rows = rows.length() > 0 if isinstance(rows, rx.Var) else bool(rows)  # type: ignore[attr-defined]
    return when(has_rows, shown, empty)


def _head(column: Column) -> rx.Component:
    said = rx.el.span(column.label, class_name="visually-hidden") if column.hidden_label else None
    return rx.el.th(
        said if said is not None else column.label,
        scope="col",
        **attributes(
            {},
            role="columnheader",
            data_align=column.align,
            data_tight="" if column.tight else None,
        ),
    )


def _cell(column: Column, content: Content) -> rx.Component:
    return rx.el.td(
        content,
        **attributes(
            {},
            role="cell",
            data_label="" if column.hidden_label else column.label,
            data_align=column.align,
            data_tight="" if column.tight else None,
        ),
    )


def pagination(
    *, summary: Text, on_previous: Any, on_next: Any, first: Flag = False, last: Flag = False
) -> rx.Component:
    """Which part of a long list is shown, and the way to its neighbours."""
    return rx.el.nav(
        rx.el.span(summary, class_name="numeric", custom_attrs={"aria-live": "polite"}),
        rx.el.span(
            icon_button(
                "chevron_left",
                "Previous page",
                kind="secondary",
                on_click=on_previous,
                disabled=first,
            ),
            icon_button(
                "chevron_right", "Next page", kind="secondary", on_click=on_next, disabled=last
            ),
            class_name="pages",
        ),
        class_name="table-foot",
        custom_attrs={"aria-label": "Parts of this list"},
    )


def badge(
    label: Content, *, tone: Tone = "neutral", leading: str = "", **props: Any
) -> rx.Component:
    """A short word about something, in a tone. A tone alone never carries the meaning."""
    props = attributes(props, data_tone=tone)
    return rx.el.span(
        *present(icon(leading, 12) if leading else None),
        rx.el.span(label, class_name="badge__text"),
        class_name=classes("badge", props),
        **props,
    )


def avatar(
    initials: Text, *, colour: int | rx.Var | None = None, size: Size = "md", **props: Any
) -> rx.Component:
    """The initials of a person, whose name stands beside them. `colour`: 0 to 11."""
    shade = str(colour) if isinstance(colour, int) else colour
    props = attributes(props, aria_hidden="true", data_size=size, data_program=shade)
    return rx.el.span(initials, class_name=classes("avatar", props), **props)


def initials_of(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def person(
    name: Content, initials: Text, *, detail: Content = "", colour: Any = None, size: Size = "md"
) -> rx.Component:
    """A person: initials, name, and what else distinguishes them."""
    return rx.el.span(
        avatar(initials, colour=colour, size=size),
        rx.el.span(
            rx.el.span(name, class_name="truncate") if isinstance(name, str | rx.Var) else name,
            *present(rx.el.span(detail, class_name="person__detail") if given(detail) else None),
            class_name="person__words",
        ),
        class_name="person",
    )


def details(*pairs: tuple[Content, Content], **props: Any) -> rx.Component:
    """Names and their values, below one another."""
    parts: list[rx.Component] = []
    for name, value in pairs:
        parts += [rx.el.dt(name), rx.el.dd(value)]
    return rx.el.dl(*parts, class_name=classes("details", props), **props)


def progress(
    label: Text, *, done: float | rx.Var | None = None, total: float | rx.Var = 100, said: Text = ""
) -> rx.Component:
    """How far something has come; without `done`, that it is under way. `said`: as in "3 of 12"."""
    amount = {} if done is None else {"value": done, "max": total}
    return rx.el.div(
        rx.el.div(
            rx.el.span(label),
            *present(rx.el.span(said, class_name="numeric") if given(said) else None),
            class_name="progress__words",
        ),
        rx.el.progress(class_name="progress__bar", custom_attrs={"aria-label": label, **amount}),
        class_name="progress",
    )


def skeleton(width: str = "100%", height: str = "0.75rem") -> rx.Component:
    """A place where something is about to stand."""
    return rx.el.span(
        class_name="skeleton",
        style={"width": width, "height": height},
        custom_attrs={"aria-hidden": "true"},
    )


def loading(label: str = "Loading", lines: int = 4) -> rx.Component:
    """The outline of a list while it is being read."""
    widths = ("82%", "64%", "73%", "51%", "68%")
    return rx.el.div(
        *[skeleton(widths[i % len(widths)]) for i in range(lines)],
        class_name="stack",
        custom_attrs={"role": "status", "aria-label": label, "aria-busy": "true"},
    )
