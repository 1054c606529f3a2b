"""An exhaustive oracle: docs/matching.md, "Candidates", word for word; no index, slow, and easy to check by eye.

It shares `bot.text.fold` with the matcher, the closed lists (legal forms, generic words, connectives, markets), which
are a part of the definition, and nothing else. Where the two differ, one of them is wrong.
"""
