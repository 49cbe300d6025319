"""Formats the medians as Markdown: the aims with their measured values, then all figures."""
import statistics

from works import GIB, MIB, Figures

# work, party, figure, sign, limit, reference party (None: the limit is absolute)
AIMS = [
    *[(work, "kingshare", "cpu", *aim) for work in ("download 1", "download 4")
      for aim in (("≤", 0.30, None), ("≤", 0.7, "nginx"), ("≤", 1.1, "caddy"))],
    ("download small", "kingshare", "rate", "≥", 30000, None),
    ("download small", "kingshare", "rate", "≥", 0.9, "nginx"),
    ("download small", "kingshare", "rate", "≥", 2, "caddy"),
    *[("upload", door, "cpu", *aim) for door in ("kingshare raw", "kingshare multipart")
      for aim in (("≤", 1.4, None), ("≤", 1.0, "nginx PUT"), ("≤", 0.55, "node, hash and fsync"))],
    ("upload", "kingshare on two cores", "rate", "≥", 1.7, "kingshare raw"),
    ("tus", "kingshare tus", "cpu", "≤", 1.5, None),
    ("tus", "kingshare tus", "cpu", "≤", 0.6, "@tus/server"),
    ("upload small", "kingshare", "rate", "≥", 2500, None),
    ("upload small", "kingshare", "rate", "≥", 1.5, "node, hash and fsync"),
    ("upload small", "kingshare", "rate", "≥", 4, "@tus/server"),
    *[(work, "kingshare", *aim) for work in ("at once 0", "at once 1")
      for aim in (("growth", "≤", 512 << 10, None), ("peak", "≤", 0.3, "node, hash and fsync"))],
    ("rest", "kingshare", "peak", "≤", 32 * MIB, None),
    ("rest", "kingshare", "peak", "≤", 0.3, "node, hash and fsync"),
]


def median(measured):
    return Figures(*(statistics.median(values) for values in zip(*(vars(figures).values() for figures in measured))))


def said(figure, unit, value):
    if figure == "cpu":
        return f"{value:.2f} CPU s/GiB" if unit == "GiB" else f"{value * 1e6:.0f} CPU µs a file"
    if figure == "rate":
        return f"{value * GIB / MIB:,.0f} MiB/s" if unit == "GiB" else f"{value:,.0f}/s"
    return f"{value / 1024:,.0f} KiB" if figure == "growth" else f"{value / MIB:.0f} MiB"


def row(*cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def figures(works, results):
    yield row("work", "server", "CPU", "cores busy", "rate", "peak memory", "CPU ÷ ours", "rate ÷ ours", "memory ÷ ours")
    yield row(*["---"] * 9)
    for work in works:
        medians = {name: median(results[work.key, name]) for name, *_ in work.parties}
        ours = next((one for name, one in medians.items() if name.startswith("kingshare")), None)
        for number, (name, one) in enumerate(medians.items()):
            ratios = [f"{getattr(one, figure) / getattr(ours, figure):.2f}" if ours and getattr(ours, figure) else "–"
                      for figure in ("cpu", "rate", "peak")]
            yield row("" if number else work.title, name, said("cpu", work.unit, one.cpu), f"{one.busy:.2f}",
                      said("rate", work.unit, one.rate), said("peak", work.unit, one.peak), *ratios)


def aims(works, results, at_rest):
    units = {work.key: work.unit for work in works}
    titles = {"rest": "at rest", **{work.key: work.title for work in works}}
    medians = {key: median(measured) for key, measured in results.items()}
    medians.update((("rest", name), Figures(0, 0, 0, size, 0)) for name, size in at_rest.items())
    words = {"cpu": "CPU", "rate": "rate", "peak": "memory", "growth": "memory above rest, a transfer"}
    yield row("work", "whose", "what", "aim", "measured", "reached")
    yield row(*["---"] * 6)
    for work, whose, figure, sign, limit, against in AIMS:
        unit = units.get(work)
        aim = f"{sign} {limit:g} × {against}" if against else f"{sign} {said(figure, unit, limit)}"
        ours = medians.get((work, whose))
        if not ours:
            yield row(titles[work], whose, words[figure], aim, "–", "not measured")
            continue
        value = getattr(ours, figure)
        if against:
            value /= getattr(medians[work, against], figure) or 1
        reached = value <= limit if sign == "≤" else value >= limit
        measured = f"{value:.2f} ×" if against else said(figure, unit, value)
        yield row(titles[work], whose, words[figure], aim, measured, "yes" if reached else "**no**")


def text(works, results, at_rest, missing, description):
    lines = ["# Transfers", "", description, "", "## The aims", "", *aims(works, results, at_rest), "", "## All figures", "",
             *figures(works, results), "", "At rest: " + ", ".join(f"{name} {size / MIB:.0f} MiB" for name, size in at_rest.items()) + "."]
    if missing:
        lines += ["", "Not offered by the server, so not measured: " + "; ".join(missing) + "."]
    return "\n".join(lines) + "\n"
