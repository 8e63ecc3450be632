"""From an output's receipt to a file that leads back to it."""

from pathlib import Path

from PIL import Image

from tracemark.labels import Aigc, read_labels, write_label
from tracemark.sdk.testing import Recorder


def test_a_picture_is_labelled_with_what_the_receipt_tells(recorder: Recorder, tmp_path: Path) -> None:
    """ReservedCode1 in the file is the hash of the event that the broker has, and the ProduceID is its content."""
    path = tmp_path / "picture.png"
    Image.new("RGB", (8, 8)).save(path)
    with recorder.client.generation(model="painter-2", modality="image") as gen:
        output = gen.output(path.read_bytes(), media_type="image/png")
    assert output.content_id is not None
    label = Aigc.first(
        content_producer="001191110108MA01KX2A0000000",
        produce_id=output.content_id,
        reserved_code1=output.event_hash.hex(),
    )
    write_label(path, label)
    [record] = read_labels(path).records
    [row] = recorder.events("output.generated")
    assert record.values is not None
    assert (record.values.reserved_code1, record.values.produce_id) == (row["event_hash"].hex(), row["content_id"])
