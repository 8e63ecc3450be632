"""Articles in words: what reports and boards print for the short forms in which duties cite the law.

```python
laws()["IM 15; DS 12"]["en"]  # Interim Measures art. 15; Deep Synthesis Provisions art. 12
```
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["laws"]


@cache
def laws() -> Mapping[str, Mapping[str, str]]:
    """By short form, the words by language (`en`, `zh`); one part for each instrument, between `; ` or `；`."""
    text = (resources.files("tracemark.schemas") / "laws.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))
