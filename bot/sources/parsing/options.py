"""Options that several types of source share."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class WebOptions(BaseModel):
    """A source whose entries stand on pages of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Literal["auto", "feed", "page"] = Field(
        default="auto",
        description="where the text of an article comes from: the feed, its page, or (auto) its page where the feed "
        "gives less than 200 characters",
    )
