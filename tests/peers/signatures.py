"""Makes requests up and signs them with the official SDK: `signatures.py COUNT REQUESTS SIGNATURES`.

REQUESTS gets a JSON object a line, as examples/sign.rs reads it; SIGNATURES the SDK's Authorization value of each.
The same every time: a difference can be looked at again by its number.
"""

import json
import random
import sys
from types import SimpleNamespace

from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

SEED = 20261124
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "get", "Post"]
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# What URLs, readers of URLs and encoders of forms treat in ways of their own.
SPECIAL = "-._~!$&'()*+,;=:@ %\"<>[]{}|\\^`#?/"
FOREIGN = "äöüßéñÅ中文云手机任务状态한국日本語עברתאبجد𝄞😀\u00a0\u200d\u202e"
CONTENT_TYPES = [
    "application/json",
    "application/json;charset=utf8",
    "application/bson",
    "application/octet-stream",
    "text/plain; charset=utf-8",
    "multipart/form-data; boundary=x",
]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def text(self, alphabet, shortest, longest):
        return "".join(self.random.choices(alphabet, k=self.random.randint(shortest, longest)))

    def any_text(self, shortest=0, longest=16):
        alphabet = self.random.choice([PLAIN, PLAIN + SPECIAL, SPECIAL, PLAIN + FOREIGN, PLAIN + SPECIAL + FOREIGN])
        return self.text(alphabet, shortest, longest)

    def path(self):
        """Percent-encoded, half encoded, or not at all; bytes that are no text, doubled slashes, dots."""
        segments = []
        for _ in range(self.random.randint(0, 6)):
            segment = self.any_text().replace("?", "").replace("#", "")
            if self.chance(0.3):
                segment += "".join(f"%{self.random.randrange(256):02{self.random.choice('xX')}}" for _ in range(3))
            segments.append(self.random.choice([segment, segment, segment, "", ".", ".."]))
        return "/" + "/".join(segments) + self.random.choice(["", "/"])

    def query(self):
        """As callers of the SDK give it: texts, numbers, booleans, lists; keys of one kind each."""
        query = []
        for number in range(self.random.randint(0, 5)):
            key = self.any_text(1, 10)
            kind = self.random.randrange(6)
            if kind == 0:
                query.append((f"{key}l{number}", [self.any_text() for _ in range(self.random.randint(0, 4))]))
            elif kind == 1:
                query.append((f"{key}n{number}", self.random.randint(-5, 10**9)))
            elif kind == 2:
                query.append((f"{key}b{number}", self.chance(0.5)))
            else:
                query.extend((f"{key}t{number}", self.any_text()) for _ in range(self.random.choice([1, 1, 1, 2, 3])))
        self.random.shuffle(query)
        return query

    def headers(self, date):
        headers = {"X-Sdk-Date": date}
        if self.chance(0.7):
            headers["X-Project-Id"] = self.text("0123456789abcdef", 32, 32)
        if self.chance(0.4):
            headers["X-Security-Token"] = self.text(PLAIN + "+/=-_", 20, 3000)
        if self.chance(0.6):
            headers["Content-Type"] = self.random.choice(CONTENT_TYPES)
        for number in range(self.random.randint(0, 3)):
            name = f"X-{self.text(PLAIN + '-', 1, 10)}-{number}"
            blanks = self.text(" \t", 0, 3)
            headers[name] = blanks + self.any_text() + blanks
        if self.chance(0.1):
            headers["x_dropped_by_gateways"] = "x"
        items = list(headers.items())
        self.random.shuffle(items)
        return dict(items)

    def date(self):
        r = self.random.randint
        return f"{r(1970, 2200)}{r(1, 12):02}{r(1, 28):02}T{r(0, 23):02}{r(0, 59):02}{r(0, 59):02}Z"


def sign(make):
    """One request for our signer, and the SDK's signature of it."""
    access_key, secret_key = make.text(PLAIN, 1, 40), make.any_text(1, 60)
    method, path, query, date = make.random.choice(METHODS), make.path(), make.query(), make.date()
    body = "" if make.chance(0.5) else json.dumps({make.any_text(): make.any_text(0, 200)}, ensure_ascii=False)
    request = SdkRequest(
        method=method,
        schema="https",
        host=f"cph.{make.text(PLAIN, 1, 9).lower()}.example",
        resource_path=path,
        query_params=[(key, list(value) if isinstance(value, list) else value) for key, value in query],
        header_params=make.headers(date),
        body=body,
    )
    Signer(SimpleNamespace(ak=access_key, sk=secret_key)).sign(request)
    headers = dict(request.header_params)
    authorization = headers.pop("Authorization")
    line = {
        "access_key": access_key,
        "secret_key": secret_key,
        "date": date,
        "method": method,
        "path": path,
        "query": [[key, word] for key, value in query for word in words(value)],
        # The SDK turns them into the bytes of the wire, one a character.
        "headers": [[name, value.encode("iso-8859-1").decode()] for name, value in headers.items()],
        "body": body,
    }
    return json.dumps(line), authorization


def words(value):
    """As it goes over the wire: a list is a repeated key, a boolean a word."""
    if isinstance(value, list):
        return value
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def main():
    count, requests, signatures = sys.argv[1:]
    make = Maker(SEED)
    with open(requests, "w", encoding="utf-8", newline="\n") as ours, open(signatures, "w", newline="\n") as theirs:
        for _ in range(int(count)):
            line, authorization = sign(make)
            ours.write(line + "\n")
            theirs.write(authorization + "\n")


main()
