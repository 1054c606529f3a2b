"""How the channels of one decision hear: their wishes, what is muted, and how much they have heard of late."""

from bot.alerting.hearing import CATCH_UP, Hold, a_word, closed, muted, muted_hold, told_once, too_many
from bot.alerting.route import rules_of
from bot.alerting.windows import Wishes, wishes_of
from bot.decide.scene import Arrival, Hit, Scene
from bot.matching.words import frequency
from bot.model.card import AlertCard, CompanyLine, TextCard
from bot.model.channel import Channel
from bot.model.mute import Hearing
from bot.model.upkeep import CANARY
from bot.text import fold_key

EVERYWHERE = 3e-3
"""Share among all words from which a word says nothing: `the` has 5e-2, `time` and `new` half of this."""


class Ears:
    """Answers for one decision, whose own posts count as they are owed."""

    def __init__(self, scene: Scene, hearing: Hearing) -> None:
        """`hearing` is what the store knows of the channels. A canary is kept from nobody: it tests the way."""
        self._scene = scene
        self._hearing = hearing
        self._is_canary = scene.source.tenant == CANARY
        self._rules = rules_of((watchlist for watchlist, _ in scene.lists), scene.live)
        self._wishes: dict[Channel, Wishes] = {}
        self._closed: dict[Channel, Hold | None] = {}
        self._told = {(each.channel, each.cause, each.subject) for each in hearing.waiting}
        self._said = {(each.channel, _opening(each.card)) for each in hearing.notices}
        self._posts: dict[Channel, list[AlertCard]] = {}
        for post in hearing.posts:
            self._posts.setdefault(post.channel, []).append(post.card)

    def wishes(self, channel: Channel) -> Wishes:
        """What its rules say."""
        if channel not in self._wishes:
            self._wishes[channel] = wishes_of(channel, self._rules.get(channel, ()))
        return self._wishes[channel]

    def unmuted(self, channel: Channel, arrival: Arrival, hits: list[Hit]) -> tuple[list[Hit], Hold | None]:
        """The hits that the channel has not muted; where it has muted all of them, all of them and why."""
        if self._is_canary:
            return hits, None
        mutes, now = self._hearing.mutes, self._scene.now
        source = self._scene.source.key
        found = [
            muted(mutes, channel, now, company=fold_key(hit.verdict.company), source=source, story=arrival.story_id)
            for hit in hits
        ]
        audible = [hit for hit, mute in zip(hits, found, strict=True) if mute is None]
        first = next((mute for mute in found if mute is not None), None)
        return (audible, None) if audible or first is None else (hits, muted_hold(first))

    def closed(self, channel: Channel) -> Hold | None:
        """Why nothing is posted there now: a pause, a digest, quiet hours, or that the bot was down."""
        if self._is_canary:
            return None
        if channel not in self._closed:
            self._closed[channel] = self._why_closed(channel)
        return self._closed[channel]

    def _why_closed(self, channel: Channel) -> Hold | None:
        scene, wishes = self._scene, self.wishes(channel)
        hold = closed(wishes, self._hearing.mutes, channel, scene.now)
        since = scene.before.last_success
        if not scene.late or (hold is not None and hold.cause in ("pause", "quiet")) or since is None:
            return hold
        # A digest that was missed comes late, and what was published before it belongs to it.
        missed = hold is None or wishes.next_digest(since) <= scene.now
        return CATCH_UP if missed else hold

    def too_many(self, channel: Channel, lines: tuple[CompanyLine, ...]) -> Hold | None:
        """Why there is no room for one more post: what names it says nothing, or the budget is used up."""
        if self._is_canary:
            return None
        return self.only_words(lines) or too_many(self.wishes(channel), self._posts.get(channel, ()), lines)

    def only_words(self, lines: tuple[CompanyLine, ...]) -> Hold | None:
        """Why these names tell nothing: each is a word of nearly every article."""
        if not lines or not all(_is_everywhere(line.alias or line.company) for line in lines):
            return None
        return a_word(lines[0].alias or lines[0].company, lines[0].company)

    def spend(self, channel: Channel, card: AlertCard) -> None:
        """Count one more post."""
        self._posts.setdefault(channel, []).append(card)

    def told_once(self, channel: Channel, hold: Hold, lines: tuple[CompanyLine, ...]) -> TextCard | None:
        """What to say because of it, unless the channel still waits for what was held, or was told so of late."""
        key = (channel, hold.cause, hold.subject)
        if key in self._told:
            return None
        self._told.add(key)
        card = told_once(hold, lines, self.wishes(channel), self._scene.now)
        return card if card is None or (channel, _opening(card)) not in self._said else None


def _opening(card: TextCard) -> object:
    """What a notice says, without when the digest comes."""
    return next((span for line in card.lines for span in line), "")


def _is_everywhere(alias: str) -> bool:
    """Whether this is a word of nearly every article. In capitals, as ON and IT, it is a name after all."""
    return not alias.isupper() and frequency(fold_key(alias)) >= EVERYWHERE
