"""From bytes to text, the way browsers read charset labels rather than the way their names promise."""

import codecs
import re

import chardet

# https://encoding.spec.whatwg.org/#names-and-labels: what a label means on the web. Several codecs are tried in order.
_WINDOWS_1252 = ("cp1252",)
_CHINESE = ("gb18030",)
_BIG5 = ("big5hkscs", "cp950")
_KOREAN = ("cp949", "johab")
_JAPANESE = ("cp932", "shift_jis_2004")

_LABELS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode20utf8"), ("utf-8",)),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode", "ucs-2", "iso-10646-ucs-2", "csunicode"), ("utf-16-le",)),
    **dict.fromkeys(("utf-16be", "unicodefffe"), ("utf-16-be",)),
    **dict.fromkeys(("utf-32", "utf-32le"), ("utf-32-le",)),
    "utf-32be": ("utf-32-be",),
    **dict.fromkeys(
        ("ascii", "us-ascii", "ansi_x3.4-1968", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1"),
        _WINDOWS_1252,
    ),
    **dict.fromkeys(("windows-1252", "cp1252", "x-cp1252", "cp819", "ibm819"), _WINDOWS_1252),
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "gb18030", "csgb2312", "chinese", "hz-gb-2312"), _CHINESE),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5"), _BIG5),
    **dict.fromkeys(
        ("euc-kr", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "korean", "windows-949", "cp949"), _KOREAN
    ),
    **dict.fromkeys(
        ("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932", "cp932"), _JAPANESE
    ),
    **dict.fromkeys(("euc-jp", "x-euc-jp", "cseucpkdfmtjapanese"), ("euc_jp", "euc_jis_2004")),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp"), ("iso2022_jp", "iso2022_jp_ext")),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5", "l5", "windows-1254"), ("cp1254",)),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874", "cp874"), ("cp874",)),
    **dict.fromkeys(("koi8-r", "koi8", "koi", "koi8_r"), ("koi8_r",)),
    **dict.fromkeys(("koi8-u", "koi8-ru"), ("koi8_u",)),
    **dict.fromkeys(("macintosh", "mac", "x-mac-roman"), ("mac_roman",)),
    **{f"windows-{number}": (f"cp{number}",) for number in (1250, 1251, 1253, 1255, 1256, 1257, 1258)},
    **{f"cp{number}": (f"cp{number}",) for number in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258, 866)},
    **{f"iso-8859-{part}": (f"iso8859_{part}",) for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "iso-8859-8-i": ("iso8859_8",),
    "ibm866": ("cp866",),
}

# Four bytes before two: a UTF-32 mark begins like a UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# https://www.w3.org/TR/xml/#sec-guessing: "<?" or "<x" in wide characters gives the width away.
_WIDE_STARTS = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_WIDE = ("utf-16", "utf-32")

# The detector: of 26 pairs of language and charset (16 languages) chardet 7 tells all by one sentence of 40 to 120
# characters, at 0.6 ms each; charset-normalizer 20, chardetng 23 (both better at less). Its own confidence in such a
# sentence is .13 to .8; what it takes wrongly for another charset, a few words mostly, it gives less.
_SAMPLE = 20_000
_SURE = 0.15
_SURE_OF_MANY_BYTES = 0.04  # wrong pairs of bytes do not decode
_MANY_BYTES = frozenset((*_CHINESE, *_BIG5, *_KOREAN, *_JAPANESE, "euc_jp"))
_TAG = re.compile(rb"<[^<>]{1,500}>")
_NEARLY = 50  # of so many characters one may be wrong, and a label is still believed
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Windows-1252 leaves these open; texts in Big5, Shift_JIS or windows-1251 are full of them.
_NOT_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
_HEAD = 2_048
_HTTP_LABEL = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]{1,40})", re.IGNORECASE)
_XML_LABEL = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_META_LABEL = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,400}\?>", re.IGNORECASE)


_WRONG = "namewatch-windows-1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are wrong here as windows-1252, which is what they nearly always are."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_WINDOWS_1252_CHARS[byte] for byte in wrong), error.end


# The five bytes that windows-1252 leaves open are control characters on the web.
_WINDOWS_1252_CHARS = tuple(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))
codecs.register_error(_WRONG, _as_windows_1252)


def decoded(body: bytes, content_type: str = "") -> str:
    """The text of a document. Never fails: what nothing explains is read as UTF-8 with windows-1252 in between.

    Asked in this order: byte order mark, charset of the Content-Type, XML declaration or meta element, UTF-8, and what
    the bytes look like. A label that does not fit the bytes is passed over. One of the server alone yields to valid
    UTF-8, because servers put theirs on everything, and no other text is valid UTF-8 by chance; their Latin-1, which
    fits everything, yields to any other label and to bytes that no text in it has.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, _WRONG if codec == "utf-8" else "replace")
    inside = _codecs_inside(body)
    outside = _codecs_of(_label(_HTTP_LABEL.search(content_type)))
    if outside != inside and not body.isascii():
        outside = ("utf-8", *outside)
    said = (*inside, *outside) if "cp1252" in outside else (*outside, *inside)
    for codec in (*_escaped(body), *said, "utf-8"):
        text = _strictly(body, codec)
        if text is not None:
            return text
    return _leniently(body, said)


def _leniently(body: bytes, said: tuple[str, ...]) -> str:
    """The text where no label fits every byte: by the first label that fits nearly all, else by the looks."""
    labels = [codec for codec in said if codec not in ("utf-8", "cp1252")]
    for codec in labels:
        text = body.decode(codec, "replace")
        if text.count("\ufffd") * _NEARLY <= len(text):
            return text
    seen = "" if _nearly_utf8(body) else _looks_like(body)
    shown = _strictly(body, seen) if seen else None
    if shown is not None:
        return shown
    return body.decode(labels[0], "replace") if labels else body.decode("utf-8", _WRONG)


def _nearly_utf8(body: bytes) -> bool:
    """Whether there is text in UTF-8 with a few wrong bytes in it."""
    right = len(_UTF8_CHARACTER.findall(body))
    wrong = body.decode("utf-8", "replace").count("\ufffd")
    return right > 3 * wrong


def _escaped(body: bytes) -> tuple[str, ...]:
    """Japanese in seven bits gives itself away, and is UTF-8 at the same time."""
    return _LABELS["iso-2022-jp"] if _JAPANESE_ESCAPE.search(body) else ()


def _looks_like(body: bytes) -> str:
    """The codec that the bytes look like to a detector which is sure enough, or nothing."""
    start = _BEYOND_ASCII.search(body)
    if start is None:
        return ""
    # No tag: names in it make a text look more like English. No byte of a character can be taken for its brackets.
    found = chardet.detect(_TAG.sub(b" ", body[start.start() : start.start() + _SAMPLE]))
    codec = (*_codecs_of(str(found["encoding"] or "").lower()), "")[0]
    surely = _SURE_OF_MANY_BYTES if codec in _MANY_BYTES else _SURE
    return codec if codec != "cp1252" and (found["confidence"] or 0) >= surely else ""


def as_utf8(body: bytes, content_type: str = "") -> bytes:
    """The document as UTF-8 without an XML declaration, so that no parser reads an outdated label."""
    return _XML_DECLARATION.sub("", decoded(body, content_type), count=1).encode("utf-8", "replace")


def _label(found: re.Match[str] | None) -> str:
    return found.group(1).strip().lower() if found else ""


def _codecs_of(label: str) -> tuple[str, ...]:
    return _LABELS.get(label, ())


def _codecs_inside(body: bytes) -> tuple[str, ...]:
    """What the document says of itself, or shows by its first bytes."""
    for start, codec in _WIDE_STARTS:
        if body.startswith(start):
            return (codec,)
    head = body[:_HEAD]
    found = _XML_LABEL.search(head) or _META_LABEL.search(head)
    label = found.group(1).decode("ascii").lower() if found else ""
    # A label that could be read byte by byte can't be of a wide encoding.
    return () if label.startswith((*_WIDE, "ucs-2")) else _codecs_of(label)


def _strictly(body: bytes, codec: str) -> str | None:
    """The text, or None where the bytes can't be of that encoding."""
    if codec.startswith(_WIDE) and b"\x00" not in body[:_HEAD]:
        return None  # almost any bytes can be read two by two; markup in wide characters has zeros
    if codec == "cp1252" and (not _NOT_1252.search(body) or not _looks_like(body)):
        return body.decode("cp1252", _WRONG)
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None
