"""From bytes to text, the way browsers read charset labels rather than the way their names promise."""

import codecs
import re

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
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "korean", "windows-949"), _KOREAN),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932"), _JAPANESE),
    **dict.fromkeys(("euc-jp", "x-euc-jp", "cseucpkdfmtjapanese"), ("euc_jp", "euc_jis_2004")),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp"), ("iso2022_jp", "iso2022_jp_ext")),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5", "l5", "windows-1254"), ("cp1254",)),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), ("cp874",)),
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
    """The text of a document. Never fails: what no label explains is read as UTF-8 with windows-1252 in between.

    Asked in this order: byte order mark, charset of the Content-Type, XML declaration or meta element, UTF-8.
    A label that does not fit the bytes is passed over. One of the server alone yields to valid UTF-8, because servers
    put theirs on everything, and no other text is valid UTF-8 by chance.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, _WRONG if codec == "utf-8" else "replace")
    inside = _codecs_inside(body)
    outside = _codecs_of(_label(_HTTP_LABEL.search(content_type)))
    if outside != inside and not body.isascii():
        outside = ("utf-8", *outside)
    for codec in (*outside, *inside, "utf-8"):
        text = _strictly(body, codec)
        if text is not None:
            return text
    many = next((codec for codec in (*outside, *inside) if codec != "utf-8"), "")
    if many:
        return body.decode(many, "replace")
    return body.decode("utf-8", _WRONG)


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
    if codec == "cp1252":
        return body.decode("cp1252", _WRONG)
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None
