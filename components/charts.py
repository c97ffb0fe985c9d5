"""Charts over what a table says as well: bars side by side and steps, in the colours of the house.

The library behind them is only loaded by pages that draw one.
"""

from typing import Any

import reflex as rx

MONEY = rx.Var(
    "((value) => '$' + Number(value).toLocaleString('en-US', {maximumFractionDigits: 0}))"
)
MONEY_EXACT = rx.Var(
    "((value) => '$' + Number(value).toLocaleString('en-US',"
    " {minimumFractionDigits: 2, maximumFractionDigits: 2}))"
)
SILENT = {"accessibilityLayer": False}
"""The table says it all; the picture takes no place among what keys can reach."""
_TICK = {"fill": "var(--ink-faint)", "fontSize": 11}
_BOX = {
    "background": "var(--raised)",
    "border": "1px solid var(--line-strong)",
    "borderRadius": "7px",
    "color": "var(--ink)",
    "fontSize": "12px",
}


def _tooltip() -> rx.Component:
    return rx.recharts.graphing_tooltip(
        content_style=_BOX,
        label_style={"color": "var(--ink-soft)"},
        cursor={"fill": "var(--hover)"},
        custom_attrs={"formatter": MONEY_EXACT},
    )


def _bars(named: list[tuple[str, str, str]], *, animated: bool = False) -> list[rx.Component]:
    return [
        rx.recharts.bar(
            data_key=key,
            name=name,
            fill=colour,
            radius=2,
            max_bar_size=26,
            is_animation_active=animated,
        )
        for key, name, colour in named
    ]


def money_by_month(
    data: Any, named: list[tuple[str, str, str]], *, label: str | rx.Var, height: int = 300
) -> rx.Component:
    """Amounts month by month. `named`: (key in the data, name, colour)."""
    return _figure(
        rx.recharts.bar_chart(
            rx.recharts.cartesian_grid(vertical=False, stroke="var(--line)"),
            rx.recharts.x_axis(data_key="name", tick=_TICK, tick_line=False, stroke="var(--line)"),
            rx.recharts.y_axis(
                tick=_TICK,
                tick_line=False,
                axis_line=False,
                width=56,
                custom_attrs={"tickFormatter": MONEY},
            ),
            _tooltip(),
            *_bars(named),
            data=data,
            custom_attrs=SILENT,
            bar_gap=2,
            margin={"top": 8, "right": 8, "bottom": 0, "left": 0},
        ),
        named,
        label,
        height,
    )


def money_by_name(
    data: Any, named: list[tuple[str, str, str]], *, label: str | rx.Var, height: int = 300
) -> rx.Component:
    """Amounts of things with names, the largest first, lying."""
    return _figure(
        rx.recharts.bar_chart(
            rx.recharts.cartesian_grid(horizontal=False, stroke="var(--line)"),
            rx.recharts.x_axis(
                type_="number",
                tick=_TICK,
                tick_line=False,
                stroke="var(--line)",
                custom_attrs={"tickFormatter": MONEY},
            ),
            rx.recharts.y_axis(
                data_key="name",
                type_="category",
                tick=_TICK,
                tick_line=False,
                axis_line=False,
                width=150,
            ),
            _tooltip(),
            *_bars(named),
            data=data,
            custom_attrs=SILENT,
            layout="vertical",
            bar_gap=2,
            margin={"top": 4, "right": 16, "bottom": 0, "left": 0},
        ),
        named,
        label,
        height,
    )


def steps_over_time(
    data: Any, named: list[tuple[str, str, str, str]], *, label: str | rx.Var, height: int = 240
) -> rx.Component:
    """Figures that stand still until something moves. `named`: (key, name, colour, dashes).

    Lines differ by their dashes too, not by colour alone.
    """
    return _figure(
        rx.recharts.line_chart(
            rx.recharts.cartesian_grid(vertical=False, stroke="var(--line)"),
            rx.recharts.x_axis(
                data_key="name",
                tick=_TICK,
                tick_line=False,
                stroke="var(--line)",
                min_tick_gap=40,
                custom_attrs={"interval": "preserveStartEnd"},
            ),
            rx.recharts.y_axis(
                tick=_TICK, tick_line=False, axis_line=False, width=44, allow_decimals=False
            ),
            rx.recharts.graphing_tooltip(
                content_style=_BOX,
                label_style={"color": "var(--ink-soft)"},
                cursor={"stroke": "var(--line-strong)"},
            ),
            *[
                rx.recharts.line(
                    data_key=key,
                    name=name,
                    type_="stepAfter",
                    stroke=colour,
                    stroke_width=1.75,
                    stroke_dasharray=dashes,
                    dot=False,
                    is_animation_active=False,
                )
                for key, name, colour, dashes in named
            ],
            data=data,
            custom_attrs=SILENT,
            margin={"top": 8, "right": 8, "bottom": 0, "left": 0},
        ),
        [(key, name, colour) for key, name, colour, _ in named],
        label,
        height,
        {key: dashes for key, _, _, dashes in named},
    )


def scores_over_time(
    data: Any,
    reach: Any,
    *,
    unit: str | rx.Var = "",
    label: str | rx.Var,
    height: int = 200,
    colour: str = "var(--accent)",
) -> rx.Component:
    """What assessments came to, one point each. `reach`: the lowest and the highest there can be.

    Points are marked, so that a single one is seen and none is hidden by the line.
    """
    return _figure(
        rx.recharts.line_chart(
            rx.recharts.cartesian_grid(vertical=False, stroke="var(--line)"),
            rx.recharts.x_axis(
                data_key="name",
                tick=_TICK,
                tick_line=False,
                stroke="var(--line)",
                min_tick_gap=30,
                custom_attrs={"interval": "preserveStartEnd"},
            ),
            rx.recharts.y_axis(
                tick=_TICK,
                tick_line=False,
                axis_line=False,
                width=40,
                allow_decimals=False,
                domain=reach,
                custom_attrs={"unit": unit},
            ),
            rx.recharts.graphing_tooltip(
                content_style=_BOX,
                label_style={"color": "var(--ink-soft)"},
                cursor={"stroke": "var(--line-strong)"},
            ),
            rx.recharts.line(
                data_key="score",
                name="Score",
                type_="linear",
                stroke=colour,
                stroke_width=1.75,
                custom_attrs={"unit": unit},
                dot={"r": 3.5, "fill": "var(--surface)", "stroke": colour, "strokeWidth": 1.75},
                is_animation_active=False,
            ),
            data=data,
            custom_attrs=SILENT,
            margin={"top": 8, "right": 12, "bottom": 0, "left": 0},
        ),
        [],
        label,
        height,
    )


def _figure(
    chart: rx.Component,
    named: list[tuple[str, str, str]],
    label: str | rx.Var,
    height: int,
    dashes: dict[str, str] | None = None,
) -> rx.Component:
    return rx.el.figure(
        rx.el.figcaption(
            rx.el.span(label, class_name="chart__title"),
            *[
                rx.el.span(_mark(colour, dashes.get(key) if dashes else None), name)
                for key, name, colour in named
            ],
            class_name="chart__key",
        ),
        rx.el.div(
            rx.recharts.responsive_container(chart, width="100%", height=height)
            if hasattr(rx.recharts, "responsive_container")
            else chart,
            style={"height": f"{height}px"},
            custom_attrs={"aria-hidden": "true"},
        ),
        class_name="chart",
    )


def _mark(colour: str, dashes: str | None) -> rx.Component:
    if dashes is None:
        return rx.el.span(class_name="chart__mark", style={"background": colour})
    return rx.el.span(
        class_name="chart__line",
        style={"borderTopColor": colour},
        custom_attrs={"data-dashes": dashes},
    )
