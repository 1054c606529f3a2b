"""Counts in words."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 list`, `1,200 lists`, `2 companies`; `many` where the plural is more than an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
