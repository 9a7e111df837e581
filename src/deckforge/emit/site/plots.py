"""Pictures of what was measured, drawn by hand as SVG: a function of the verdict alone, the same bytes every time.

| rule | picture |
|---|---|
| `paired-v1`, `timed-v1` | every round of every process, and the estimate, against what the writing allows |
| `sweep-v1` | the value of each configuration, against what the writing allows |
| `growth-v1` | the values over the sizes on logarithmic axes, with the fit |
| `bytes-v1` | a bar stacked from the parts |
| `mean-v1` | a histogram with the mean's interval, against what the writing allows |

Colours are the site's CSS variables, so that a picture follows light and dark; `standalone` makes a file of it that
brings both palettes. Each picture has a title and a description that say in words what it shows, and no colour says
anything that a shape or a word does not.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from deckforge.model import estimates, written
from deckforge.model.statistics import hodges_lehmann, mean_interval, median

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

    from deckforge.model.claims import Samples, Trial, Verdict
    from deckforge.model.written import Interval, Written

WIDTH = 640
LEFT, RIGHT = 96, 24
ROW = 22
_INK, _MUTED, _LINE, _BAND, _MAIN, _OTHER = "ink", "muted", "line", "accent-soft", "accent", "cite"
_LIGHT = {
    "ink": "#1f2a2e", "muted": "#566167", "line": "#e1ddd4", "accent-soft": "#e2efec", "accent": "#17645f",
    "cite": "#2a5a94", "warn": "#7c5200", "edge": "#85817a",
}  # fmt: skip
_DARK = {
    "ink": "#e2e8e9", "muted": "#a0adb2", "line": "#2e383c", "accent-soft": "#1d3633", "accent": "#83cbc1",
    "cite": "#9cc2f2", "warn": "#e8c27a", "edge": "#76848a",
}  # fmt: skip
_SHADES = ("accent", "cite", "warn", "edge")


def plot(verdict: Verdict, anchor: str) -> str:
    """Return the picture of a verdict's samples as an `<svg>` element; `""` where there is none to draw.

    `anchor` makes the ids in it unique on a page.
    """
    measurement, output = verdict.measurement, verdict.claim.output
    samples = measurement.samples.get(output) if measurement else None
    if measurement is None or samples is None or not samples.trials:
        return ""
    text = _written(verdict)
    try:
        if samples.rule in (estimates.PAIRED, estimates.TIMED):
            return _rounds(samples, text, anchor)
        if samples.rule == estimates.SWEEP:
            return _sweep(samples, text, anchor)
        if samples.rule == estimates.GROWTH:
            return _growth(samples, anchor)
        if samples.rule == estimates.BYTES:
            return _budget(samples, anchor)
        if samples.rule == estimates.MEAN:
            values = measurement.outputs.get(output)
            return _histogram(values, text, anchor) if isinstance(values, tuple) and len(values) > 1 else ""
    except (KeyError, ValueError, ZeroDivisionError, OverflowError):
        return ""  # a receipt of another shape: the verdict has said what is wrong with it
    return ""


def picture(verdict: Verdict, anchor: str) -> Markup:
    """Return the picture as a page's HTML: on one line, in a box of its own; nothing where there is none."""
    from markupsafe import Markup

    svg = plot(verdict, anchor)
    # On a phone it scrolls rather than shrinking to letters that nobody can read.
    box = 'class="df-plot" tabindex="0" role="group" aria-label="Picture" style="margin:.8em 0;overflow-x:auto"'
    wide = svg.replace("width:100%;", "width:100%;min-width:480px;", 1)
    return Markup(f"<div {box}>{wide}</div>" if svg else "")  # noqa: S704


def standalone(svg: str) -> str:
    """Return a picture as a file of its own, which follows the reader's preference for light or dark."""
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in each.items()) for each in (_LIGHT, _DARK))
    style = f"<style>svg{{{light};background:#fff0}}@media (prefers-color-scheme:dark){{svg{{{dark}}}}}</style>"
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace("<title", f"{style}<title", 1)


def _written(verdict: Verdict) -> Written | None:
    try:
        text = written.parse(verdict.claim.text, verdict.claim.override)
    except written.WrittenError:
        return None
    return text if text.numeric else None


# Kinds of picture -----------------------------------------------------------------------------------------------------


def _rounds(samples: Samples, text: Written | None, anchor: str) -> str:
    """Every round as a dot, each process a row, the estimate with its interval below, the allowed values as a band."""
    paired = samples.rule == estimates.PAIRED
    middle = _middle if paired else median
    names = estimates.configurations(samples)
    rows = [
        (name, index, _values(trial, name, paired=paired))
        for name in names
        for index, trial in enumerate(samples.trials)
    ]
    try:
        bound = text is not None and text.kind is written.Kind.BOUND
        found = {each.name: each for each in estimates.estimates(samples, one_sided=bound)}
    except estimates.NoEstimate:
        found = {}
    every = sorted(value for _, _, values in rows for value in values)
    if not every:
        return ""
    low, high = _usual(every)
    ends = [end for each in found.values() for end in (each.low, each.high)]
    interval = _allowed(text, len(names))
    scale = _Axis([low, high, *ends, *_near(interval, low, high)], LEFT, WIDTH - RIGHT)
    parts = []
    y = 30.0
    bottom = y + (len(rows) + len(names)) * ROW + 4
    parts += _band(interval, scale, y - 8, bottom)
    for name in names:
        for _, index, values in (row for row in rows if row[0] == name):
            parts.append(_text(LEFT - 8, y + 4, f"{name} " * bool(name) + f"process {index + 1}", "end", _MUTED))
            parts += [_dot(scale(value), y, 2.2, _MUTED, 0.55) for value in values]
            parts.append(_rule(scale(middle(values)), y - 7, scale(middle(values)), y + 7, _OTHER, 2))
            y += ROW
        if name in found:
            each = found[name]
            parts.append(_text(LEFT - 8, y + 4, "together", "end", _INK))
            parts.append(_rule(scale(each.low), y, scale(each.high), y, _MAIN, 3))
            parts.append(_dot(scale(each.value), y, 5, _MAIN))
        y += ROW
    parts += _axis(scale, bottom, _shown(text))
    rate = not paired and bool(estimates.work_of(samples.trials[0], names[0]))
    caption = "times as fast as the baseline" if paired else "a second" if rate else "a call"
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, bottom + 36, f"{caption}; a dot is a round", "middle", _MUTED))
    what = "Speedup" if paired else "Rate" if rate else "Time of a call"
    said = "; ".join(
        f"{f'{each.name}: ' if each.name else ''}{_number(each.value, text)}, 95 % between {_number(each.low, text)} "
        f"and {_number(each.high, text)}, from {each.processes} processes and {each.rounds} rounds"
        for each in found.values()
    )
    allowed = f" The writing allows {interval.text}." if interval else ""
    return _svg(
        anchor, f"{what}, round by round", f"{said or 'No estimate.'}.{allowed}".replace("..", "."), bottom + 46, parts
    )


def _usual(values: Sequence[float]) -> tuple[float, float]:
    """Return between which values to draw: a wild round must not squeeze the others together; it stands at the edge."""
    first, last = values[len(values) // 4], values[-1 - len(values) // 4]
    reach = 4 * (last - first)
    return max(values[0], first - reach), min(values[-1], last + reach)


def _allowed(text: Written | None, configurations: int) -> Interval | None:
    """Return what the writing allows; of `up to 4x` about several configurations, where the best one has to be."""
    if text is None:
        return None
    return text.reached.interval() if text.reached and configurations > 1 else text.interval()


def _sweep(samples: Samples, text: Written | None, anchor: str) -> str:
    """The value of each configuration, a row each, with its interval where processes differ."""
    found = estimates.estimates(samples)
    interval = _allowed(text, len(found))
    ends = [end for each in found for end in (each.low, each.high)]
    scale = _Axis([*ends, *_near(interval, min(ends), max(ends))], LEFT, WIDTH - RIGHT)
    bottom = 30.0 + len(found) * ROW + 4
    parts = _band(interval, scale, 22, bottom)
    for row, each in enumerate(found):
        y = 30.0 + ROW * (row + 0.5)
        parts.append(_text(LEFT - 8, y + 4, each.name, "end", _INK))
        parts.append(_rule(scale(each.low), y, scale(each.high), y, _MAIN, 3))
        parts.append(_dot(scale(each.value), y, 5, _MAIN))
    parts += _axis(scale, bottom, _shown(text))
    said = "; ".join(f"{each.name}: {_number(each.value, text)}" for each in found)
    allowed = f" The writing allows {interval.text}." if interval else ""
    return _svg(anchor, "Value by configuration", f"{said}.{allowed}", bottom + 34, parts)


def _middle(ratios: Sequence[float]) -> float:
    return math.exp(hodges_lehmann([math.log(ratio) for ratio in ratios]))


def _values(trial: Trial, name: str, *, paired: bool) -> list[float]:
    series = estimates.rounds(trial, f"{name}/" if name else "")
    if paired:
        return [a / b for a, b in zip(series["baseline"], series["candidate"], strict=True)]
    work = estimates.work_of(trial, name)
    return [float(work) / each if isinstance(work, int | float) else each for each in series["seconds"]]


def _growth(samples: Samples, anchor: str) -> str:
    """The measured values as dots, the fitted curve over the sizes that it was fitted to."""
    fit = estimates.fits(samples)[0]
    points = [
        pair for trial in samples.trials for pair in zip(trial.series["size"], trial.series["value"], strict=True)
    ]
    sizes, values = [x for x, _ in points], [y for _, y in points]
    top, bottom = 24.0, 284.0
    across = _Axis([math.log10(size) for size in sizes], LEFT, WIDTH - RIGHT)
    up = _Axis([math.log10(value) for value in (*values, max(values) * 1.2, min(values) / 1.2)], bottom, top)
    parts = []
    for size in sorted(set(sizes)):
        x = across(math.log10(size))
        parts.append(_rule(x, top, x, bottom, "line"))
        parts.append(_text(x, bottom + 16, _short(size), "middle", _MUTED))
    for power in range(math.ceil(up.low), math.floor(up.high) + 1):
        parts.append(_rule(LEFT, up(power), WIDTH - RIGHT, up(power), "line"))
        parts.append(_text(LEFT - 8, up(power) + 4, _short(10.0**power), "end", _MUTED))
    steps = [fit.first * (fit.last / fit.first) ** (step / 40) for step in range(41)]
    curve = " ".join(f"{across(math.log10(n)):.1f},{up(math.log10(fit.at(n))):.1f}" for n in steps if fit.at(n) > 0)
    parts.append(f'<polyline points="{curve}" style="fill:none;stroke:{_var(_MAIN)};stroke-width:2.5"/>')
    parts += [_dot(across(math.log10(x)), up(math.log10(y)), 4, _OTHER) for x, y in points]
    over = f"over N = {fit.first:,.0f} to {fit.last:,.0f}"
    end = across(math.log10(fit.last)), up(math.log10(fit.at(fit.last)))
    parts.append(_text(end[0] - 12, end[1] + 2, f"exponent {fit.exponent:.2f}", "end", _INK))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, bottom + 34, "size N, logarithmic on both axes", "middle", _MUTED))
    constant = f", beside a constant {_short(fit.intercept)}" if fit.intercept else ""
    said = f"Fitted exponent {fit.exponent:.2f} {over}{constant}; between the last two sizes {fit.steepness:.2f}."
    return _svg(anchor, "Growth with the size", said, bottom + 44, parts)


def _budget(samples: Samples, anchor: str) -> str:
    """A bar stacked from the parts, the largest first, with a mark for what the allocator reserved."""
    facts = samples.trials[0].facts
    parts_of = {
        name.replace("_", " "): int(size)
        for name, size in sorted(facts.items(), key=lambda part: -part[1] if isinstance(part[1], int) else 0)
        if name != "reserved" and isinstance(size, int) and not isinstance(size, bool)
    }
    total = sum(parts_of.values())
    if total <= 0:
        return ""
    reserved = facts.get("reserved")
    most = max(total, int(reserved) if isinstance(reserved, int | float) else 0)
    scale = _Axis([0.0, float(most)], 24, WIDTH - 24, nice=False)
    parts: list[str] = []
    at, y = 0.0, 20.0
    legend = []
    for number, (name, size) in enumerate(parts_of.items()):
        x, end = scale(at), scale(at + size)
        shade = _SHADES[number % len(_SHADES)]
        fade = 1 - 0.3 * (number // len(_SHADES) % 3)
        parts.append(_box(x, y, max(end - x - 1, 0.5), 36, shade, fade))
        legend.append(f"{name} {_bytes(size)}")
        row = y + 60 + 20 * number
        parts.append(_box(24, row - 10, 12, 12, shade, fade))
        parts.append(_text(44, row, f"{name}: {_bytes(size)}, {100 * size / total:.1f} %", "start", _INK))
        at += size
    height = y + 60 + 20 * len(parts_of)
    parts.append(_text(WIDTH - 24, y + 52, f"together {_bytes(total)}", "end", _INK))
    more = ""
    if isinstance(reserved, int | float) and reserved:
        x = scale(float(reserved))
        parts.append(_rule(x, y - 6, x, y + 42, _INK, 2))
        parts.append(_text(WIDTH - 24, y + 72, f"the line: {_bytes(int(reserved))} reserved", "end", _MUTED))
        more = f" The allocator had reserved {_bytes(int(reserved))}."
    return _svg(anchor, "Bytes, by part", f"{', '.join(legend)}; together {_bytes(total)}.{more}", height, parts)


def _histogram(values: tuple[float, ...], text: Written | None, anchor: str) -> str:
    """How often which value was drawn, with the mean and its interval."""
    mean, low, high = mean_interval(values)
    interval = text.interval() if text else None
    scale = _Axis([min(values), max(values), low, high, *_near(interval, min(values), max(values))], 40, WIDTH - RIGHT)
    bins = 24
    width = (max(values) - min(values)) / bins or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(int((value - min(values)) / width), bins - 1)] += 1
    top, bottom = 28.0, 172.0
    parts = _band(interval, scale, top, bottom)
    for number, count in enumerate(counts):
        x, end = scale(min(values) + number * width), scale(min(values) + (number + 1) * width)
        height = (bottom - top - 30) * count / max(counts)
        if count:
            parts.append(_box(x, bottom - height, max(end - x - 1, 1), height, _OTHER, 0.55))
    parts.append(_rule(scale(low), top + 8, scale(high), top + 8, _MAIN, 3))
    parts.append(_dot(scale(mean), top + 8, 5, _MAIN))
    parts += _axis(scale, bottom, _shown(text))
    caption = "the dot is the mean, the line its 95 % interval"
    parts.append(_text((40 + WIDTH - RIGHT) / 2, bottom + 36, caption, "middle", _MUTED))
    said = f"{len(values)} samples from {_number(min(values), text)} to {_number(max(values), text)}; their mean is "
    said += f"{_number(mean, text)}, 95 % between {_number(low, text)} and {_number(high, text)}."
    allowed = f" The writing allows {interval.text}." if interval else ""
    return _svg(anchor, "Samples and their mean", said + allowed, bottom + 46, parts)


# Pieces ---------------------------------------------------------------------------------------------------------------


class _Axis:
    """From values to a coordinate, linearly, with some room at both ends and round ticks."""

    def __init__(self, values: Sequence[float], start: float, end: float, *, nice: bool = True) -> None:
        low, high = min(values), max(values)
        room = (high - low or abs(high) or 1.0) * (0.05 if nice else 0)
        self.low, self.high = low - room, high + room
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return four to ten round values."""
        rough = (self.high - self.low) / 6
        step = 10.0 ** math.floor(math.log10(rough))
        step *= next(factor for factor in (1, 2, 5, 10) if factor * step >= rough)
        first = math.ceil(self.low / step)
        return [index * step for index in range(first, math.floor(self.high / step) + 1)]


def _near(interval: Interval | None, low: float, high: float) -> list[float]:
    """Return the ends of an interval that are worth seeing beside values from `low` to `high`."""
    reach = max(high - low, 0.1 * abs(high))
    ends = (interval.low, interval.high) if interval else ()
    return [end for end in ends if low - 2 * reach <= end <= high + 2 * reach]


def _band(interval: Interval | None, scale: _Axis, top: float, bottom: float) -> list[str]:
    if interval is None or interval.high < scale.low or interval.low > scale.high:
        return []
    left, right = scale(interval.low), scale(interval.high)
    parts = [_box(left, top, max(right - left, 1), bottom - top, _BAND)]
    ends = (end for end in (interval.low, interval.high) if scale.low <= end <= scale.high)
    parts += [_rule(scale(end), top, scale(end), bottom, _MAIN, 1, dash=True) for end in ends]
    parts.append(_text((left + right) / 2, top - 4 if top > 16 else top + 10, "allowed", "middle", _MAIN))
    return parts


def _axis(scale: _Axis, y: float, shown: Callable[[float], str]) -> list[str]:
    parts = [_rule(scale.start, y, scale.end, y, "edge")]
    for tick in scale.ticks():
        parts.append(_rule(scale(tick), y, scale(tick), y + 4, "edge"))
        parts.append(_text(scale(tick), y + 18, shown(tick), "middle", _MUTED))
    return parts


def _shown(text: Written | None) -> Callable[[float], str]:
    unit = text.unit if text and len(text.unit) <= 8 else ""
    factor = text.scale if text else 1.0
    return lambda value: f"{value / factor:g}".replace("e+", "e") + unit if abs(value) > 1e-12 else f"0{unit}"


def _number(value: float, text: Written | None) -> str:
    return text.show(value) if text else f"{value:.4g}"


def _short(value: float) -> str:
    """Return `16k`, `1.3M` or `0.002`."""
    for unit, name in ((2**30, "Gi"), (2**20, "Mi"), (2**10, "Ki")):
        if value >= unit and value % unit == 0 and value % 1000 != 0:
            return f"{value / unit:g}{name}"
    for factor, name in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.3g}{name}"
    return f"{value:.3g}"


def _bytes(size: int) -> str:
    for unit, name in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} B"


def _var(name: str) -> str:
    return f"var(--{name},{_LIGHT[name]})"


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'style="fill:{_var(colour)};font-size:12px">{escape(text, quote=False)}</text>'
    )


def _box(  # noqa: PLR0917 - a place, a size, then how
    x: float, y: float, width: float, height: float, colour: str, opacity: float = 1.0
) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'style="fill:{_var(colour)};opacity:{opacity:.2g}"/>'
    )


def _dot(x: float, y: float, radius: float, colour: str, opacity: float = 1.0) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" style="fill:{_var(colour)};opacity:{opacity:g}"/>'


def _rule(  # noqa: PLR0917 - two points, then how
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, *, dash: bool = False
) -> str:
    dashes = ";stroke-dasharray:4 3" if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'style="stroke:{_var(colour)};stroke-width:{width:g}{dashes}"/>'
    )


def _svg(anchor: str, title: str, description: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="{anchor}.plot-t {anchor}.plot-d" '
        f'style="display:block;width:100%;max-width:{WIDTH}px;height:auto;font-family:inherit">'
        f'<title id="{anchor}.plot-t">{escape(title, quote=False)}</title>'
        f'<desc id="{anchor}.plot-d">{escape(description, quote=False)}</desc>{"".join(parts)}</svg>'
    )
