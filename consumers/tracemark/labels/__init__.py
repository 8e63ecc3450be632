"""Labels of generated content, checked and not claimed: the AIGC metadata of files, the explicit label of texts.

```python
from tracemark.labels import Aigc, Claim, check, read_labels, write_label

label = Aigc.first(content_producer=provider_code, produce_id=content_id, reserved_code1=event_hash.hex())
write_label(path, label)
verdict = check(read_labels(path).records, Claim.of_values(label))
assert verdict.state == "verified"
```
"""

from tracemark.labels.aigc import AIGC_KEYS, Aigc, legal_value, parse
from tracemark.labels.checking import Claim, Verdict, check, event_hash_in
from tracemark.labels.codes import CODES, meaning
from tracemark.labels.errors import (
    InvalidLabel,
    LabelError,
    MalformedFile,
    NotWritable,
    TooMuchMetadata,
    UnsupportedFormat,
)
from tracemark.labels.files import FileLabels, media_type_in_name, media_type_of, read_labels, write_label
from tracemark.labels.pdf import limit_pdf_memory
from tracemark.labels.records import Record
from tracemark.labels.text import TextLabel, TextVerdict, check_text_label

__all__ = [
    "AIGC_KEYS",
    "CODES",
    "Aigc",
    "Claim",
    "FileLabels",
    "InvalidLabel",
    "LabelError",
    "MalformedFile",
    "NotWritable",
    "Record",
    "TextLabel",
    "TextVerdict",
    "TooMuchMetadata",
    "UnsupportedFormat",
    "Verdict",
    "check",
    "check_text_label",
    "event_hash_in",
    "legal_value",
    "limit_pdf_memory",
    "meaning",
    "media_type_in_name",
    "media_type_of",
    "parse",
    "read_labels",
    "write_label",
]
