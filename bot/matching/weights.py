"""What each argument weighs, in logits: +1 multiplies the odds by 2.7. Set by hand, in one place."""

# Where the judgement starts: what kind of spelling this is.
FULL_NAME = 2.6  # two or more tokens, one of them distinctive
PLAIN_WORDS = 1.6  # two or more tokens that are all everyday or generic words
UNKNOWN_WORD = 2.2  # one token that is in no word list
BRAND = 1.4  # one token that is known but hardly ever inflected
ORDINARY_WORD = -0.9  # one token that is an everyday word, or a surname
GIVEN_NAME = -0.7
HAN_LONG = 2.2
HAN_SHORT = 0.9
KANA = 1.6
HANGUL = 1.2
TICKER_FULL = 3.5
TICKER_BARE = 0.7
TICKER_NUMBER = -1.0
ACRONYM = 1.0
MARKED_WEAK = -1.4
MARKED_STRONG = 2.5

# What the span itself shows.
LEGAL_FORM = 2.8
TICKER_BESIDE = 2.5
EDIT = -0.6
LOOKALIKE = -0.2
CAPITALS = 1.7
INNER_CAPITALS = 1.2
LOWER_CASE = -5.0
PARTLY_LOWER = -3.0
LOWER_EVERYWHERE = -0.8
NOT_IN_CAPITALS = -2.5
NOT_IN_CAPITALS_LONGER = -1.0
AMID_CJK = 1.7
SHOUTED = -0.6
POSSESSIVE = 0.5
POSSESSIVE_INSIDE = -4.0

# What stands beside it.
TITLE_BEFORE = -3.5
FIRST_NAME_BEFORE = -3.5
INITIAL_BEFORE = -2.5
CAPITAL_BEFORE = -2.0
CAPITAL_BEFORE_IN_TITLE = -0.4
PLACE_AFTER = -3.5
FIRM_AFTER = -2.6
OF_PLACE_AFTER = -2.6
CAPITAL_AFTER = -0.5
SURNAME_AFTER = -2.4
VERB_AFTER = 1.3
LONGER_NAME = -4.0

# What stands around it.
CORPORATE_WORD = 0.65
CORPORATE_MOST = 1.95
EVERYDAY_WORD = -1.3
EVERYDAY_MOST = -3.9
CONTEXT_NEAR = 2.0
CONTEXT_SOMEWHERE = 1.2
HAN_WORD_CUT = -1.2  # and as much again for every power of ten
HAN_WORD_MOST = -4.0
HAN_WHOLE = 0.3

# What the rest of the article says.
STRONG_ELSEWHERE = 2.6
PERSON_ELSEWHERE = -2.2
OTHER_COMPANY = 0.5
OTHER_COMPANIES_MOST = 1.0

CUT_OFFS = {"strict": 0.8, "normal": 0.5, "loose": 0.3}
"""The confidence that a company's evidence level asks for."""

SURE = 0.85
"""From here on a mention vouches for the weaker ones of its company."""
