"""A fetcher that answers what a test says, and judges validators as servers do."""

from dataclasses import dataclass, field

from bot.errors import BadStatus
from bot.model.fetch import PLAIN, Manners, Response
from bot.model.source import NO_CURSOR, Cursor


@dataclass
class ScriptedFetcher:
    """`pages` maps addresses to answers; an address that it does not know is a 404."""

    pages: dict[str, Response] = field(default_factory=dict)
    asked: list[tuple[str, Cursor]] = field(default_factory=list)
    manners: list[Manners] = field(default_factory=list)

    def put(self, url: str, body: bytes, content_type: str = "application/xml", etag: str = "") -> None:
        self.pages[url] = Response(200, url, body, content_type, etag)

    async def get(
        self,
        url: str,
        *,
        cursor: Cursor = NO_CURSOR,
        accept: str = "*/*",  # noqa: ARG002
        manners: Manners = PLAIN,
    ) -> Response:
        self.asked.append((url, cursor))
        self.manners.append(manners)
        if url not in self.pages:
            raise BadStatus(404)
        page = self.pages[url]
        if page.etag and page.etag == cursor.etag:
            return Response(304, url, etag=page.etag, not_modified=True)
        return page
