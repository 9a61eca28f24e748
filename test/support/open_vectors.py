"""Opens docs/sealing-vectors.json with docs/open_sealed.py; prints how many opened and were refused."""

import json
import sys
from pathlib import Path

docs = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(docs))
sys.dont_write_bytecode = True

from open_sealed import Context, SealBroken, encryption_context, open_sealed, parse  # noqa: E402


def opened(vector):
    return open_sealed(
        parse(bytes.fromhex(vector["sealed"])),
        bytes.fromhex(vector["dataKey"]),
        Context(**vector["context"]),
    )


vectors = json.loads((docs / "sealing-vectors.json").read_text(encoding="utf-8"))
for vector in vectors["opens"]:
    blob = parse(bytes.fromhex(vector["sealed"]))
    context = Context(**vector["context"])
    assert encryption_context(blob, context) == vector["encryptionContext"], vector["name"]
    assert opened(vector).decode() == vector["plaintext"], vector["name"]
for vector in vectors["refused"]:
    try:
        opened(vector)
    except SealBroken:
        continue
    raise AssertionError(vector["name"])
print(len(vectors["opens"]), len(vectors["refused"]))
