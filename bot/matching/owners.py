"""Whose name has a token: a token of another watched name is no misspelling."""

from collections.abc import Container, Iterable


class Owners:
    """By token, the companies of a list whose names have it."""

    def __init__(self) -> None:
        """No company yet."""
        # Nearly every token has one owner, and a set of one is large.
        self._owners: dict[str, int | frozenset[int]] = {}

    @property
    def tokens(self) -> Container[str]:
        """Every token of any name."""
        return self._owners.keys()

    def add(self, company: int, tokens: Iterable[str]) -> None:
        """Note that names of the company have these tokens."""
        for token in tokens:
            known = self._owners.setdefault(token, company)
            if known != company:
                self._owners[token] = frozenset({company}) | (known if isinstance(known, frozenset) else {known})

    def remove(self, company: int, tokens: Iterable[str]) -> None:
        """Forget the tokens of a company that is gone."""
        for token in tokens:
            known = self._owners.get(token)
            if isinstance(known, frozenset):
                left = known - {company}
                self._owners[token] = left if len(left) > 1 else next(iter(left))
            elif known == company:
                del self._owners[token]

    def other_than(self, company: int, token: str) -> bool:
        """Whether a name of another company has this token."""
        known = self._owners.get(token, company)
        return known != company
