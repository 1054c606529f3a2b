"""A long run: `python -m tests.matching.oracle [PAIRS] [SEED]`; other seeds every time unless one is given."""

import secrets
import sys
import time

from tests.matching.oracle import material
from tests.matching.oracle.compare import Tally, trial, trial_live, trial_on_articles
from tests.matching.oracle.mutations import chance_of
from tests.matching.oracle.report import described
from tests.shared_data import SHARED

_PAIRS = 100_000_000
_SHOWN = 20
_BIG_LIST = 1_000
_EVERY = 25


def main(pairs: int, seed: int) -> int:
    """Print pairs, missed, extra and the smallest form of some differences; 1 if there are any."""
    started, real = time.monotonic(), SHARED.is_dir()
    tally = Tally()
    sys.stdout.write(f"seed {seed}, {pairs:,} pairs, {'invented and real' if real else 'invented'} names\n")
    while tally.pairs < pairs:
        chance = chance_of(seed)
        size = _BIG_LIST if seed % _EVERY == 0 else 30
        if real and seed % 3:
            trial(material.real_names(), chance, tally, size)
            trial_on_articles(chance, tally)
        else:
            trial(material.INVENTED, chance, tally)
        trial_live(material.real_names() if real and seed % 2 else material.INVENTED, chance, tally)
        seed += 1
    sys.stdout.write(f"{tally}; {time.monotonic() - started:.0f} s, next seed {seed}\n")
    for difference in tally.differences[:_SHOWN]:
        sys.stdout.write(described(difference))
    return bool(tally.differences)


if __name__ == "__main__":
    given = [int(argument.replace("_", "")) for argument in sys.argv[1:]]
    sys.exit(main(given[0] if given else _PAIRS, given[1] if len(given) > 1 else secrets.randbelow(10**9)))
