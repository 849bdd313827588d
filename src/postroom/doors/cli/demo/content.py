"""What the demo's three creators are called, whom they write to, and what they have written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LOGIN = "ada@slowmornings.example"
PASSWORD = "slow-mornings"  # noqa: S105 - printed on purpose; refused on any bind but localhost
OWNER = "Ada Moreno"


@dataclass(frozen=True)
class Creator:
    """One demo account. `days_between` letters, `weekday` 0 is Monday, `people` in the end."""

    name: str
    from_name: str
    from_email: str
    address: str
    zone: str
    domain: str
    people: int
    weekday: int
    hour: int
    days_between: int
    forms: tuple[str, ...]
    tags: tuple[tuple[str, float], ...]
    """Name and the share of people who carry it."""
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    """Label and the values people have."""
    subjects: tuple[str, ...]
    """The newest first."""
    links: tuple[tuple[str, str], ...]
    """Words and path below the creator's domain."""
    upcoming: tuple[tuple[str, str], ...] = field(default=())
    """Subject and what becomes of it: draft, blocks, scheduled, paused, aborted, sending."""


SLOW_MORNINGS = Creator(
    name="Slow Mornings",
    from_name="Ada at Slow Mornings",
    from_email="ada@slowmornings.example",
    address="Rua das Flores 12, 1200-195 Lisboa, Portugal",
    zone="Europe/Lisbon",
    domain="slowmornings.example",
    people=1_240,
    weekday=3,
    hour=8,
    days_between=7,
    forms=("Weekly letter", "Desk notes", "Free guide"),
    tags=(("Newsletter", 0.86), ("Free guide", 0.31), ("Customer", 0.17), ("Podcast", 0.14),
          ("Workshop ’26", 0.12), ("VIP", 0.05)),
    fields=(
        ("Last name", ()),
        ("City", ("Lisbon", "Porto", "Madrid", "Berlin", "Malmö", "Lyon", "Ghent", "Turin", "Leeds", "Oslo")),
        ("Favourite paper", ("Cold press, 300 g", "Hot press", "Newsprint", "Whatever is near")),
    ),
    subjects=(
        "The quiet week, and what grew in it", "A drawer for unfinished things", "Why I moved my desk",
        "Five pages before breakfast", "Watercolour basics is open", "The bus I did not take",
        "One list for the whole week", "What the rain was good for", "Notes from a borrowed kitchen",
        "The second cup", "Things I stopped measuring", "A walk without a podcast", "How to end a day",
        "The long table", "Small tools, well kept", "What I read over breakfast", "Late summer, early light",
        "Letters I did not send", "The chair by the window", "An honest failure", "Two hours, no screen",
        "The garden does not hurry", "On being late", "The postcard experiment", "Waking before the street",
        "A week of saying no", "The notebook problem", "Slow is a skill", "What silence costs",
        "Mending, mostly", "The hour nobody wants", "Bread, again", "A map of my mornings",
        "Keep the first page ugly", "The kettle and the draft", "How I lost a Thursday",
        "Borrowed patience", "Lent, without the church", "The unfinished shelf", "Winter rules",
        "Why I write by hand", "The smallest studio", "A calendar with holes", "Ten minutes of nothing",
        "Before the year begins", "What I am not doing this year", "Letters from last January",
        "The short days", "A fire, a book, a timer", "December, gently", "The year in small things",
        "Hello from a new notebook",
    ),
    links=(("Read the field notes", "field-notes"), ("The one-list method", "one-list"),
           ("For your ears: episode 41", "podcast/41"), ("For your hands: a small kit", "kit"),
           ("Which one would you try?", "try")),
    upcoming=(
        ("A letter about letters", "draft"), ("Every block there is", "blocks"),
        ("Ten minutes of nothing, part two", "scheduled"), ("Workshop ’26: the last seats", "scheduled"),
        ("A question for the long weekend", "paused"), ("The wrong link (stopped)", "aborted"),
        ("What I carried home this week", "sending"),
    ),
)  # fmt: skip

FIELD_KITCHEN = Creator(
    name="Field Kitchen",
    from_name="Jonas, Field Kitchen",
    from_email="jonas@fieldkitchen.example",
    address="Hafenstraße 4, 24103 Kiel, Germany",
    zone="Europe/Berlin",
    domain="fieldkitchen.example",
    people=480,
    weekday=5,
    hour=10,
    days_between=14,
    forms=("Saturday recipe", "Pantry list"),
    tags=(("Recipes", 0.9), ("Vegetarian", 0.4), ("Cooking class", 0.12)),
    fields=(("Town", ("Kiel", "Lübeck", "Hamburg", "Flensburg", "Bremen")),),
    subjects=(
        "Leeks, three ways", "The last tomatoes", "Broth for a wet week", "Rye, water, time", "A pan for one",
        "Beans that wait for you", "Smoke and herring", "The long lunch", "Strawberries, not jam",
        "Asparagus without fuss", "The first chives", "Nettles are food", "Dumplings on a Tuesday",
        "Cabbage deserves better", "Marmalade weekend", "What to do with quince", "Pickles before Christmas",
        "Goose, or not", "Soup for twelve", "New year, old lentils", "A better omelette", "Roots and butter",
        "The freezer, emptied", "Bread for beginners", "Salt", "Hello from the field",
    ),
    links=(("Print the recipe", "recipe"), ("Shopping list", "list"), ("Join the class", "class")),
    upcoming=(("Twelve soups for winter", "draft"), ("Cooking class: two places left", "scheduled")),
)  # fmt: skip

SMALL_BOATS = Creator(
    name="Small Boats Monthly",
    from_name="Ines of Small Boats",
    from_email="ines@smallboats.example",
    address="3 Quay Street, Falmouth TR11 3HH, United Kingdom",
    zone="Europe/London",
    domain="smallboats.example",
    people=280,
    weekday=6,
    hour=18,
    days_between=14,
    forms=("The tide table",),
    tags=(("Sailors", 0.8), ("Builders", 0.35)),
    fields=(("Home port", ("Falmouth", "Fowey", "Cowes", "Roscoff", "Vigo")),),
    subjects=(
        "Varnish weather", "A mast from a telegraph pole", "Sculling, slowly", "What the harbour said",
        "Rowing home in fog", "Copper nails", "The leak that was not", "A tender named Late",
        "Sails from old sheets", "Anchors for the lazy", "Night tides", "How to lose an oar",
        "Tar, twine, tea", "The smallest ketch", "Winter under the cover", "Frames first",
        "Borrowed moorings",
        "A chart from 1911", "Knots you already know", "Paint is a sail too", "The bilge diary",
        "Two planks a day", "Oars by hand", "The quiet engine", "Plans for February", "First letter ashore",
    ),
    links=(("See the drawings", "drawings"), ("The tide table", "tides")),
    upcoming=(("Oars, and who makes them", "draft"),),
)  # fmt: skip

CREATORS = (SLOW_MORNINGS, FIELD_KITCHEN, SMALL_BOATS)

FIRST_NAMES = [
    "Ines",
    "Diego",
    "Theo",
    "Clara",
    "Marcus",
    "Jonas",
    "Mara",
    "Lucia",
    "Tomas",
    "Hanna",
    "Felix",
    "Nora",
    "Omar",
    "Greta",
    "Pablo",
    "Sofia",
    "Emil",
    "Aisha",
    "Leo",
    "Freya",
    "Hugo",
    "Ida",
    "Bruno",
    "Elsa",
    "Rafael",
    "Mila",
    "Anton",
    "Zoe",
    "Samir",
    "Alma",
    "Oscar",
    "Petra",
    "Luis",
    "Ruth",
    "Viktor",
    "Yara",
    "Nils",
    "Carmen",
    "Otto",
    "Agnes",
    "Ravi",
    "Lena",
    "Karim",
    "Julia",
    "Matteo",
    "Vera",
    "Arne",
    "Teresa",
    "Dario",
    "Signe",
    "Paula",
    "Kenji",
    "Marta",
    "Ivan",
    "Chloe",
    "Said",
    "Olga",
    "Finn",
    "Beatriz",
    "Sven",
]
LAST_NAMES = [
    "Tanaka",
    "Navarro",
    "Haddad",
    "Nwosu",
    "Kim",
    "Hartmann",
    "Duarte",
    "Chen",
    "Rossi",
    "Lindqvist",
    "Costa",
    "Weber",
    "Okafor",
    "Larsen",
    "Silva",
    "Moreau",
    "Novak",
    "Petersen",
    "Alvarez",
    "Yilmaz",
    "Keller",
    "Sato",
    "Ferreira",
    "Dubois",
    "Jansen",
    "Romano",
    "Ivanov",
    "Berg",
    "Castro",
    "Fischer",
    "Mensah",
    "Santos",
    "Olsen",
    "Vidal",
    "Marchetti",
    "Singh",
    "Kowalski",
    "Bauer",
    "Ramos",
    "Eriksen",
    "Almeida",
    "Thomsen",
    "Greco",
    "Lopez",
    "Winter",
    "Adeyemi",
    "Falk",
    "Pinto",
    "Ricci",
    "Holm",
]


def paragraph(*parts: Any) -> dict[str, Any]:
    """A paragraph of texts and nodes."""
    return {
        "type": "paragraph",
        "content": [part if isinstance(part, dict) else text(part) for part in parts],
    }


def text(words: str, *marks: str, href: str = "") -> dict[str, Any]:
    """Words with marks, or a link."""
    made: list[dict[str, Any]] = [{"type": mark} for mark in marks]
    if href:
        made.append({"type": "link", "attrs": {"href": href}})
    return {"type": "text", "text": words} | ({"marks": made} if made else {})


def heading(words: str, level: int = 1) -> dict[str, Any]:
    """A heading."""
    return {"type": "heading", "attrs": {"level": level}, "content": [text(words)]}


def name_chip() -> dict[str, Any]:
    """The reader's first name, or “there”."""
    return {"type": "variable", "attrs": {"name": "first_name", "fallback": "there"}}


def bullets(*lines: str, ordered: bool = False) -> dict[str, Any]:
    """A list."""
    items = [{"type": "listItem", "content": [paragraph(line)]} for line in lines]
    return {"type": "orderedList" if ordered else "bulletList", "content": items}


def button(label: str, href: str) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "attrs": {"label": label, "href": href}}


def document(*nodes: dict[str, Any]) -> dict[str, Any]:
    """A block document."""
    return {"v": 1, "doc": {"type": "doc", "content": list(nodes)}}


_OPENERS = (
    "I took seven days off from posting. Nothing broke.",
    "this one took longer than it should have, which is rather the point.",
    "it rained all week and I have not complained once.",
    "somebody asked me last month why I still do this by hand.",
)
_THOUGHTS = (
    (
        "No phone before the first page is written",
        "One long walk, no podcast",
        "A single list for the whole week",
    ),
    ("Begin with what is on the table", "Leave one thing undone on purpose", "Write down what surprised you"),
    ("Half the plan, twice the time", "Ask before you mend", "Stop while it still goes well"),
)


def letter(creator: Creator, subject: str, number: int) -> dict[str, Any]:
    """A letter as this creator writes them; the same number always gives the same one."""
    urls = [f"https://{creator.domain}/{path}" for _, path in creator.links]
    nodes = [
        heading(subject),
        paragraph("Hi ", name_chip(), ", ", _OPENERS[number % len(_OPENERS)], " In fact ",
                  text("three things got better", "bold"), ", and I want to show you how."),
        heading("What I changed", 2),
        bullets(*_THOUGHTS[number % len(_THOUGHTS)]),
        button(creator.links[0][0], urls[0]),
        {"type": "horizontalRule"},
    ]  # fmt: skip
    nodes += [
        paragraph(text(words, href=url), ". It is short, and it is free.")
        for (words, _), url in list(zip(creator.links, urls, strict=True))[1:]
    ]
    nodes.append(
        paragraph("Until next time,", {"type": "hardBreak"}, creator.from_name.split()[0].strip(","))
    )
    return document(*nodes)


def every_block(creator: Creator, image_url: str) -> dict[str, Any]:
    """One of each block the editor knows."""
    return document(
        heading("Every block there is"),
        paragraph("Hi ", name_chip(), ". This draft shows ", text("bold", "bold"), ", ",
                  text("italic", "italic"), ", ", text("underlined", "underline"), ", ",
                  text("struck", "strike"), ", ",
                  text("code", "code"), " and ",
                  text("a link", href=f"https://{creator.domain}/field-notes"), "."),
        {"type": "image", "attrs": {"src": image_url, "alt": "A low sun over green hills", "width": 600}},
        heading("A subheading", 2),
        bullets("A bulleted list", "with a second line"),
        heading("Smaller still", 3),
        bullets("A numbered list", "that counts by itself", ordered=True),
        {"type": "blockquote", "content": [paragraph("Keep the first page ugly, and the second will come.")]},
        {"type": "codeBlock", "content": [text("kettle on\nnotebook open\nphone elsewhere")]},
        button("Read the field notes", f"https://{creator.domain}/field-notes"),
        {"type": "horizontalRule"},
        {"type": "html", "attrs": {"html": "<p>And <b>your own HTML</b>, cleaned first.</p>"}},
        paragraph("That is all of them."),
    )  # fmt: skip
