"""Names as hurried people, other alphabets and web pages write them, and texts that are full of them."""

import html
import random
from collections.abc import Callable, Sequence

Mutation = Callable[[str, random.Random], str]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TWINS = str.maketrans("AaBEeKMHOoPpCcTXxy", "АаВЕеКМНОоРрСсТХху")
_GREEK_TWINS = str.maketrans("ABEZHIKMNOPTYXov", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_WIDE_PUNCTUATION = str.maketrans(",!?;:", "，！？；：")
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
_MARKS = str.maketrans("aeioun", "àéîôüñ")
_FORMS = (" Ltd", ", Inc.", " Inc", " Co., Ltd.", " GmbH", " GmbH & Co KG", " AG", " S.p.A.", " A/S",
          " limited", " plc", " (Inc)", " [Corp]", "股份有限公司", "公司", "株式会社", " Co. Ltd", ". Co",
          "; Ltd", " PLC's Ltd", " GmbH und Co KG", " AB (publ)")  # fmt: skip
_GAPS = ("-", "- ", "-\n", "\u2010", " ", "  ", "\n", "\n\n", "\r\n \r\n",
         ", ", ",", "，", ". ", ".", "! ", "; ", ": ", ":", "：",
         "。", "…", " (", ") ", "/", "'s ", "’ ", "\u00a0", "\u200b", "\u2029", " & ", " and ", " und ", " “",
         "” ", ".) ")  # fmt: skip
_NEIGHBOURS = (
    "今日",
    "宣布",
    "是",
    "の",
    "は",
    "ソニー",
    "기아",
    "는",
    "я",
    "α",
    "「",
    "」",
    "，",
    "（",
    "）",
    "™",
    "®",
    "&amp;",
    "“",
    "”",
)
_CONNECTIVES = (" & ", " and ", " und ", " et ", " y ", " och ", " And ", "&", " + ")


def chance_of(seed: int) -> random.Random:
    """Chance that comes out the same for the same seed."""
    return random.Random(seed)  # noqa: S311 no secret hangs on it


def typo(name: str, chance: random.Random) -> str:
    """One letter dropped, doubled, changed or swapped with its neighbour."""
    at = chance.randrange(max(1, len(name)))
    letter = chance.choice(_LETTERS)
    return chance.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at:],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
        )
    )


def typos(name: str, chance: random.Random) -> str:
    for _ in range(chance.randint(2, 3)):
        name = typo(name, chance)
    return name


def split(name: str, chance: random.Random) -> str:
    """Two words for one."""
    at = chance.randint(min(2, len(name)), max(2, len(name) - 2))
    right = name[at:].capitalize() if chance.random() < 0.5 else name[at:]
    return name[:at] + chance.choice((" ", " ", "-", "- ", "-\n", ". ", "'s ", *_GAPS)) + right


def join(name: str, chance: random.Random) -> str:
    """One word for two, or for all."""
    return name.replace(" ", chance.choice(("", "-")), chance.choice((1, 1, 9)))


def possessive(name: str, chance: random.Random) -> str:
    """At the end, or inside."""
    ending = chance.choice(("'s", "’s", "'", "’", "ʼs", "'S", "s'"))
    words = name.split(" ")
    at = chance.choice((len(words) - 1, chance.randrange(len(words))))
    words[at] += ending
    return " ".join(words)


def number(name: str, chance: random.Random) -> str:
    """A word in the plural, or in the singular."""
    words = name.split(" ")
    at = chance.randrange(len(words))
    word = words[at]
    if word.endswith("ies"):
        words[at] = chance.choice((word[:-3] + "y", word[:-1]))
    elif word.endswith("s"):
        words[at] = chance.choice((word[:-1], word.removesuffix("es"), word + "es"))
    else:
        words[at] = chance.choice((word + "s", word + "es", word[:-1] + "ies"))
    return " ".join(words)


def legal_form(name: str, chance: random.Random) -> str:
    return name + chance.choice(_FORMS) + chance.choice(("", "", chance.choice(_FORMS)))


def case(name: str, chance: random.Random) -> str:
    return chance.choice((name.upper(), name.lower(), name.title(), name.swapcase()))


def width(name: str, chance: random.Random) -> str:
    at = chance.randint(0, len(name))
    return chance.choice(
        (name.translate(_WIDE), name[:at].translate(_WIDE) + name[at:], name.translate(_WIDE_PUNCTUATION))
    )


def look_alike(name: str, chance: random.Random) -> str:
    at = chance.randint(0, len(name))
    return chance.choice(
        (name.translate(_TWINS), name.translate(_GREEK_TWINS), name[:at].translate(_TWINS) + name[at:])
    )


def marks(name: str, chance: random.Random) -> str:
    """Umlauts spelled out, marks added, the text as a web page has it."""
    spelled = "".join(_UMLAUTS.get(char, char) for char in name)
    at = chance.randint(0, len(name))
    entity = "".join(f"&#{ord(char)};" for char in name[at : at + 1])
    return chance.choice(
        (
            spelled, name.translate(_MARKS), name.replace("ue", "ü").replace("oe", "ö"), html.escape(name),
            name[:at] + entity + name[at + 1 :], name[:at] + "\u200b" + name[at:], name[:at] + "\u00ad" + name[at:],
            name[:at] + "\u0301" + name[at:],
        )
    )  # fmt: skip


def gap(name: str, chance: random.Random) -> str:
    """Something else between two words."""
    return name.replace(" ", chance.choice(_GAPS), 1)


def neighbours(name: str, chance: random.Random) -> str:
    return chance.choice(("", *_NEIGHBOURS)) + name + chance.choice(("", *_NEIGHBOURS))


def words(name: str, chance: random.Random) -> str:
    """A word less, a word more, or in another order."""
    found = name.split(" ")
    at = chance.randrange(len(found))
    return " ".join(chance.choice((found[:at] + found[at + 1 :], [*found[:at], "Global", *found[at:]], found[::-1])))


def connectives(name: str, chance: random.Random) -> str:
    for connective in _CONNECTIVES[:-1]:
        name = name.replace(connective, chance.choice(_CONNECTIVES), 1)
    return "The " + name if chance.random() < 0.2 else name


def initials(name: str, chance: random.Random) -> str:
    """Dots in or out."""
    if "." in name:
        return chance.choice(
            (name.replace(".", ""), name.replace(". ", "."), name.replace(".", ". ").replace("  ", " "))
        )
    first, _, rest = name.partition(" ")
    if len(first) > 4 or not first.isalpha():
        return name[:1] + ". " + name
    dotted = chance.choice((".", ". ")).join(first) + "."
    return dotted + chance.choice((" ", "")) + rest


def unchanged(name: str, _: random.Random) -> str:
    return name


MUTATIONS: tuple[Mutation, ...] = (
    unchanged, typo, typo, typos, split, split, join, possessive, number, legal_form, case, width, look_alike, marks,
    gap, neighbours, words, connectives, initials,
)  # fmt: skip


def mutated(name: str, chance: random.Random) -> str:
    """The name after one change, or two, or three."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
        name = chance.choice(MUTATIONS)(name, chance)
    return name


def text_of(names: Sequence[str], filler: Sequence[str], chance: random.Random, size: int = 14) -> str:
    """A text in which every other piece is a name, changed."""
    pieces = []
    for _ in range(size):
        pieces.append(mutated(chance.choice(names), chance))
        pieces.append(chance.choice((" ", " ", ", ", ". ", " - ", "", "; ", "\n\n", " and ", "'s ", "“")))
        pieces.extend(f"{word} " for word in chance.sample(filler, chance.randint(0, 4)))
    return "".join(pieces)
