"""Opens what oauth2-token-capture has sealed: format 1 of docs/sealing.md.

Needs the package cryptography, and boto3 for a row of the table:

    python3 docs/open_sealed.py TABLE KEY_ARN OWNER PROVIDER ACCOUNT [tokens|profile]
"""

import base64
import hashlib
import json
import struct
import sys
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"


class SealBroken(Exception):
    """The value was altered, or stands in another row than it was sealed for."""


@dataclass
class Context:
    """Where a sealed value stands."""

    kind: str  # "tokens" or "profile"
    owner: str
    provider: str
    account: str
    writeId: str  # in the row, beside the value


@dataclass
class Blob:
    salt: bytes
    encrypted_data_key: bytes
    iv: bytes
    ciphertext: bytes  # with the tag at its end


def parse(sealed):
    if len(sealed) < 19 or sealed[:1] != FORMAT:
        raise SealBroken("not a sealed value of format 1")
    (key_length,) = struct.unpack_from(">H", sealed, 17)
    iv_at = 19 + key_length
    if len(sealed) < iv_at + 12 + 16:
        raise SealBroken("a sealed value cut short")
    return Blob(sealed[1:17], sealed[19:iv_at], sealed[iv_at : iv_at + 12], sealed[iv_at + 12 :])


def length_prefixed(*values):
    parts = (value.encode() if isinstance(value, str) else value for value in values)
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def encryption_context(blob, context):
    """What KMS wants to hear before it opens the data key."""
    if context.kind == "profile":
        return {"v": "1", "kind": "profile"}
    row = length_prefixed(context.owner, context.provider, context.account)
    digest = hashlib.sha256(blob.salt + row).digest()
    return {
        "v": "1",
        "kind": context.kind,
        "provider": context.provider,
        "row": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    }


def open_sealed(blob, data_key, context):
    additional_data = length_prefixed(
        FORMAT,
        blob.salt,
        blob.encrypted_data_key,
        context.kind,
        context.owner,
        context.provider,
        context.account,
        context.writeId,
    )
    try:
        return AESGCM(data_key).decrypt(blob.iv, blob.ciphertext, additional_data)
    except InvalidTag:
        raise SealBroken("it does not open in the row where it stands") from None


def open_row(table, key_arn, owner, provider, account, kind="tokens"):
    """Reads a row of the table, has KMS open the data key, and opens the value."""
    import boto3

    key = {"pk": f"OWNER#{owner}", "sk": f"CONN#{provider}#{account}"}
    item = boto3.resource("dynamodb").Table(table).get_item(Key=key)["Item"]
    blob = parse(item[kind]["sealed"].value)
    context = Context(kind, owner, provider, account, item[kind]["writeId"])
    data_key = boto3.client("kms").decrypt(
        KeyId=key_arn,
        CiphertextBlob=blob.encrypted_data_key,
        EncryptionContext=encryption_context(blob, context),
    )["Plaintext"]
    return json.loads(open_sealed(blob, data_key, context))


if __name__ == "__main__":
    if len(sys.argv) not in (6, 7):
        sys.exit(__doc__)
    print(json.dumps(open_row(*sys.argv[1:])))
