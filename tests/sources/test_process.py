"""The child process: it says what it read, gets nothing of ours, and ends when its time is up."""

from pathlib import Path

from bot.sources.parsing.process import parse_in_child

RSS = b"<rss version='2.0'><channel><item><guid>1</guid><title>Lava \xe5\xb0\x8f</title></item></channel></rss>"
SLOW = b"<rss version='2.0'><channel><item><author>a@" + b"a." * 60_000 + b"!</author></item></channel></rss>"


def test_both_parsers_say_the_same() -> None:
    listings = [parse_in_child(RSS, "fast"), parse_in_child(RSS, "patient")]
    assert [[(item.id, item.title) for item in listing.items] for listing in listings if listing] == [
        [("1", "Lava 小")]
    ] * 2


def test_a_child_that_takes_too_long_is_ended() -> None:
    assert parse_in_child(SLOW, "patient", seconds=0.7) is None


def test_no_file_and_no_address_is_opened(tmp_path: Path) -> None:
    document = tmp_path / "feed.xml"
    document.write_bytes(RSS)
    for named in (str(document), document.as_uri()):
        listing = parse_in_child(named.encode(), "patient")
        assert listing is not None
        assert listing.items == ()
