"""What may go wrong with a labelled file.

```
LabelError
├── InvalidLabel        values that must not be written: change the value
├── UnsupportedFormat   no PNG, JPEG, PDF or UTF-8 text: convert the file, or label it elsewhere
├── MalformedFile       the file breaks its own format: make it anew
├── TooMuchMetadata     more than is read of a stranger's file: look at it by hand
└── NotWritable         labelling would spoil the file (signed, encrypted, no room): label it earlier
```

Metadata that breaks the rules of a label is no error: it is what a verdict tells. `OSError` of the file system passes through.
"""

__all__ = ["InvalidLabel", "LabelError", "MalformedFile", "NotWritable", "TooMuchMetadata", "UnsupportedFormat"]


class LabelError(Exception):
    """Root of this portion; the text names the problem and the remedy, never a value."""


class InvalidLabel(LabelError):
    """A value breaks the rules of GB 45438-2025, Annex E; nothing was written."""


class UnsupportedFormat(LabelError):
    """The file is of a kind that carries no label here."""


class MalformedFile(LabelError):
    """The file breaks the format that it begins as."""


class TooMuchMetadata(LabelError):
    """The file holds more metadata than is read into memory."""


class NotWritable(LabelError):
    """The file cannot take a label without being spoilt; it was left as it was."""
