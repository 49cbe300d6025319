"""Formats the medians as Markdown: aims, all figures, and the growth of cost with the number of connections."""
import statistics

# work, minimum ratio of each peer's cost to ours; IDLE is an absolute limit for ours
PEERS = ("node ws", "nginx nchan", "nats-server")
BARE = "bare sends"
RATIOS = [
    ("fan 100", (2.5, 1.7, 2.7)), ("fan 1000", (3, 2, 3.5)), ("fan 10000", (2.8, 2.4, 4)), ("fan 1000 16", (12, 9, 1.4)),
    ("echo", (2.8,)), ("connect", (5,)), ("pace", (2.5,)), ("idle", (15, 20, 48)),
]
WITHOUT = [("fan 1000", (1.7, 1.2, 2))]
IDLE = 512


def row(*cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def said(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


class Medians:
    def __init__(self, works, results):
        self.works = works
        self._medians = {key: [statistics.median(values) for values in zip(*measured)] for key, measured in results.items()}

    def get(self, work, name):
        return self._medians.get((work, name))

    def title(self, key):
        return next(work.title for work in self.works if work.key == key)


def aims(medians):
    yield row("work", "against", "aim: theirs ÷ ours", "measured", "reached", "theirs ÷ bare sends")
    yield row(*["---"] * 6)
    for ours, ratios in (("kingshare", RATIOS), ("kingshare, io_uring off", WITHOUT)):
        for work, limits in ratios:
            for peer, limit in zip(PEERS, limits):
                mine, theirs = medians.get(work, ours), medians.get(work, peer)
                if mine and theirs:
                    ratio = theirs[0] / mine[0]
                    title = medians.title(work) + ("" if ours == "kingshare" else ", io_uring off")
                    bare = medians.get(work, BARE) if ours == "kingshare" else None
                    yield row(title, peer, f"≥ {limit:g}", f"{ratio:.2f}", "yes" if ratio >= limit else "**no**",
                              f"{theirs[0] / bare[0]:.2f}" if bare else "")
    if idle := medians.get("idle", "kingshare"):
        yield row(medians.title("idle"), "", f"≤ {IDLE} bytes", said(idle[0]), "yes" if idle[0] <= IDLE else "**no**", "")
    alone = medians.get("one 10", "kingshare")
    among = [one for work in medians.works if work.key.startswith("one ") and (one := medians.get(work.key, "kingshare"))]
    if alone and len(among) > 1:
        ratio = among[-1][0] / alone[0]
        yield row(medians.title("one 10") + " against all", "", "within 10 %", f"{ratio:.2f}", "yes" if ratio <= 1.1 else "**no**", "")


def figures(medians):
    yield row("work", "server", "", "÷ ours", "beside it")
    yield row(*["---"] * 5)
    for work in medians.works:
        ours = medians.get(work.key, "kingshare")
        for number, party in enumerate(work.parties):
            one = medians.get(work.key, party.name)
            if one:
                beside = ", ".join(f"{name} {said(value)}" for name, value in zip(work.others, one[1:]))
                yield row("" if number else work.title, party.name, f"{said(one[0])} {work.unit}",
                          f"{one[0] / ours[0]:.2f}" if ours and ours[0] else "–", beside)


def growth(medians):
    """Yields tables of the cost of one delivery and of one user's event by the number of connections."""
    for prefix, title in (("fan ", "a delivery, by how many receive it"), ("one ", "one user's event, by how many are connected")):
        keys = [work.key for work in medians.works if work.key.startswith(prefix) and work.key.count(" ") == 1]
        yield from ("", f"### CPU µs: {title}", "")
        yield row("server", *(f"{int(key.split()[1]):,}" for key in keys), "last ÷ first")
        yield row(*["---"] * (len(keys) + 2))
        for name in (*PEERS, "kingshare"):
            values = [medians.get(key, name) for key in keys]
            if values and all(values):
                yield row(name, *(said(value[0]) for value in values), f"{values[-1][0] / values[0][0]:.2f}")


def text(works, results, description):
    medians = Medians(works, results)
    return "\n".join(["# Real time", "", description, "", "## The aims", "", *aims(medians), "", "## All figures", "", *figures(medians),
                      "", "## Growth", *growth(medians)]) + "\n"
