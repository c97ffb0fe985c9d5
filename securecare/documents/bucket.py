"""Encrypted files in a bucket that speaks S3, through boto3.

Who it is that asks is told to boto3 the way it is used to (AWS_ACCESS_KEY_ID and so on).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from securecare.documents.errors import FileMissing, VaultOutOfReach
from securecare.documents.stores import Kept, is_name

GONE = frozenset({"404", "NoSuchKey", "NotFound"})


@lru_cache(maxsize=4)
def bucket(name: str, prefix: str, endpoint: str | None, drafts: Path) -> "BucketStore":
    """The bucket, with one client for this process."""
    careful = Config(
        connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}
    )
    return BucketStore(
        boto3.client("s3", endpoint_url=endpoint, config=careful), name, prefix, drafts
    )


class BucketStore:
    """Files below a prefix of a bucket."""

    def __init__(self, client: Any, name: str, prefix: str, drafts: Path) -> None:
        self._client, self._bucket, self.drafts = client, name, drafts
        self._prefix = f"{prefix}/" if prefix else ""

    def put(self, key: str, draft: Path) -> None:
        with _translated(), draft.open("rb") as file:
            self._client.put_object(**self._named(key), Body=file)
        draft.unlink()

    def open(self, key: str) -> BinaryIO:
        with _translated():
            return self._client.get_object(**self._named(key))["Body"]

    def bytes_of(self, key: str) -> int:
        with _translated():
            return self._client.head_object(**self._named(key))["ContentLength"]

    def remove(self, key: str) -> None:
        with _translated():
            self._client.delete_object(**self._named(key))

    def listed(self) -> Iterator[Kept]:
        pages = self._client.get_paginator("list_objects_v2")
        with _translated():
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for each in page.get("Contents", ()):
                    key = each["Key"].removeprefix(self._prefix)
                    if is_name(key):
                        yield Kept(key, each["Size"], each["LastModified"])

    def _named(self, key: str) -> dict[str, str]:
        if not is_name(key):
            raise FileMissing
        return {"Bucket": self._bucket, "Key": self._prefix + key}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as refused:
        if str(refused.response.get("Error", {}).get("Code")) in GONE:
            raise FileMissing from None
        raise VaultOutOfReach from None
    except (BotoCoreError, OSError):
        raise VaultOutOfReach from None
