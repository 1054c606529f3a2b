"""The language of a text that nobody has named: by its script, and by its commonest words where scripts are shared.

Cheap on purpose: it is asked of every article whose source says nothing. It would rather say nothing than be wrong.
"""

import re
from collections import Counter, defaultdict

SAMPLE = 1_000
_FEWEST_WORDS = 3

# What a script says alone. Kana go before Han: Japanese is written with both.
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]"), 0.1),
    ("ko", re.compile("[\uac00-\ud7a3]"), 0.3),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]"), 0.3),
    ("th", re.compile("[\u0e01-\u0e5b]"), 0.5),
    ("el", re.compile("[\u0370-\u03ff]"), 0.5),
    ("he", re.compile("[\u05d0-\u05ea]"), 0.5),
    ("hi", re.compile("[\u0904-\u0939]"), 0.5),
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
# Letters that one language of the script has and its neighbours have not.
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_SERBIAN_OR_MACEDONIAN = re.compile("[ђћџљњјѓќѕЂЋЏЉЊЈЃЌЅ]")
_RUSSIAN = re.compile("[ыэёЫЭЁ]")
_ARABIC = re.compile("[\u0620-\u064a\u067e\u0686\u06a9\u06af\u06cc]")
_PERSIAN = re.compile("[\u067e\u0686\u06a9\u06af\u06cc]")

# Words that open and join sentences, and that few other languages share.
_COMMON = {
    "en": "the and of to is that for with was by are said has from its which will have this be",
    "de": "der die und das ist von mit den nicht ein eine für auf dem im sich auch werden wurde nach",
    "fr": "le les des et est une dans du que pour qui sur pas au plus par avec ce sont cette",
    "es": "el los las una y es en del que por con para se su como más fue al ha según",
    "it": "il di che è per una della sono gli con non dei nel alla anche più ha dal delle ai",
    "pt": "o os as um uma não em do da dos que para com por mais foi são ao pelo na",
    "nl": "het een van en dat niet voor zijn met op aan ook worden heeft bij naar deze door wordt uit",
    "pl": "i w na z się nie do jest że to przez od oraz po jak dla ale są który będzie",
    "cs": "a v se na je že s z do i o k ve pro za by ale jako podle která",
    "sv": "och att det som en på är av för med den till inte har om ett de var från men",
    "tr": "ve bir bu için ile da de olarak daha çok olan gibi en kadar sonra göre ne ise oldu dedi",
    "vi": "và của là các có được cho trong với không một đã người những này khi đến để từ về",
    "id": "yang dan di dengan untuk dari ini pada itu dalam tidak akan adalah juga oleh ke telah sebagai bisa kata",
}
_LANGUAGES: defaultdict[str, list[str]] = defaultdict(list)
for _lang, _words in _COMMON.items():
    for _word in _words.split():
        _LANGUAGES[_word].append(_lang)
_TAG = re.compile(r"([a-z]{2,3})(?![a-z])")
"""https://www.rfc-editor.org/rfc/rfc5646#section-2.1"""
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """`en`, `zh`, ...: the language of the beginning of a text; "" where too little speaks for one."""
    sample = text[:SAMPLE]
    if sample.isascii():
        return _by_common_words(sample)
    letters = sum(map(str.isalpha, sample))
    for lang, script, share in _SCRIPTS:
        if len(script.findall(sample)) > letters * share:
            return lang
    if len(_CYRILLIC.findall(sample)) * 2 > letters:
        return _of_cyrillic(sample)
    if len(_ARABIC.findall(sample)) * 2 > letters:
        return "fa" if _PERSIAN.search(sample) else "ar"
    return _by_common_words(sample)


def told_or_seen(told: str, text: str) -> str:
    """The language that a source names ("en-US" is "en"), unless it names none or the script belies it."""
    found = _TAG.match(told.strip().lower())
    named = found.group(1) if found else ""
    if named and (named not in _COMMON or text[:SAMPLE].isascii()):
        return named
    seen = language_of(text)
    return seen if not named or (seen and seen not in _COMMON) else named


def _of_cyrillic(sample: str) -> str:
    if _UKRAINIAN.search(sample):
        return "" if _RUSSIAN.search(sample) else "uk"
    if _SERBIAN_OR_MACEDONIAN.search(sample):
        return ""
    return "ru" if _RUSSIAN.search(sample) else ""


def _by_common_words(sample: str) -> str:
    """The language with the most words of its own, if it has clearly more than the next."""
    words = filter(_LANGUAGES.__contains__, _WORD.findall(sample.lower()))
    found = Counter(lang for word in words for lang in _LANGUAGES[word])
    best = found.most_common(2)
    if not best or best[0][1] < _FEWEST_WORDS:
        return ""
    return best[0][0] if len(best) == 1 or best[0][1] >= best[1][1] * 1.5 else ""
