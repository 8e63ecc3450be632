"""The one exchange that the demo follows: made unique, so that its trace has exactly one chain."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from tracemark.cli.demo.world import NOTICES

__all__ = ["Featured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Featured:
    """A complaint in the making.

    Attributes:
        prompt: What was asked.
        answer: What the model answered, with its markup.
        case_id: The case that a reader's report will open.
    """

    prompt: str
    answer: str
    case_id: str

    @classmethod
    def make(cls, number: str) -> Self:
        """The exchange of this run of the demo."""
        return cls(
            prompt="给“海角茶馆”写一段宣传语，语气要热情。",
            answer=f"**海角茶馆**，一杯新茶，一扇看海的窗。\n\n凭口令 **{number}** 到店，*第一壶免费*！",
            case_id=f"case-{number}",
        )

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """What `to_dict` gave."""
        return cls(**content)

    def to_dict(self) -> dict[str, Any]:
        """For the job of a service."""
        return asdict(self)

    @property
    def shown(self) -> str:
        """What the service put on the screen: with its label in front."""
        return NOTICES["zh"] + self.answer

    @property
    def found(self) -> str:
        """What somebody copied from the screen: the markup is gone, the label came along."""
        return self.shown.replace("*", "").replace("\n\n", "\n")
