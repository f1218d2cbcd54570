"""What can be moved: sliders, choices, switches and text boxes, each able to read its position from a link."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slider:
    """A number out of `steps`, in increasing order; integers stay integers."""

    name: str
    label: str
    steps: tuple[float, ...]
    value: float

    def __post_init__(self) -> None:
        if self.value not in self.steps:
            raise ValueError(f"slider {self.name}: its first value {self.value} is none of its steps")

    def read(self, text: str) -> float:
        """The step that a link names. Raises: ValueError where it names none."""
        try:
            return next(step for step in self.steps if step == float(text))
        except (ValueError, StopIteration):
            first, last = self.steps[0], self.steps[-1]
            raise ValueError(
                f"{self.name} = {text}: must be one of the {len(self.steps)} steps from {first} to {last}"
            ) from None


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    name: str
    label: str
    options: tuple[str, ...]
    value: str

    def read(self, text: str) -> str:
        """The option that a link names. Raises: ValueError where it names none."""
        if text not in self.options:
            raise ValueError(f"{self.name} = {text}: must be one of {', '.join(self.options)}")
        return text


@dataclass(frozen=True)
class Switch:
    """On or off."""

    name: str
    label: str
    value: bool = False

    def read(self, text: str) -> bool:
        """The position that a link names. Raises: ValueError where it names none."""
        if text not in ("True", "False"):
            raise ValueError(f"{self.name} = {text}: must be True or False")
        return text == "True"


@dataclass(frozen=True)
class Text:
    """Free text, which the exploration itself reads and may refuse."""

    name: str
    label: str
    value: str

    def read(self, text: str) -> str:
        """The text of a link, as it is."""
        return text


Control = Slider | Choice | Switch | Text
