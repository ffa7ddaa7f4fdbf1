#!/usr/bin/env python3
"""Verifies an exported audit log without any code of Countersign: docs/audit.md as a program.

    python3 verify.py log.jsonl key.pem

Needs Python 3.8 and the openssl command (3.0 or later). Prints `intact: …` and exits with 0, or names the first thing that is
wrong and exits with 1.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile

ROW = re.compile(r'\{"type":"row","id":"([^"]*)",(.*),"hash":"([0-9a-f]{64})"\}\Z', re.S)
HEAD = re.compile(r'\{"type":"head",(.*),"signature":"([A-Za-z0-9_-]+)"\}\Z', re.S)


def wrong(text):
    print(text)
    sys.exit(1)


def once(pairs):
    """A member that stands there twice is read by one program as this and by another as that."""
    if len({name for name, _ in pairs}) != len(pairs):
        wrong("changed: a member stands twice in one object")
    return dict(pairs)


def is_signed(text, signature, key):
    with tempfile.NamedTemporaryFile() as message, tempfile.NamedTemporaryFile() as signed:
        message.write(text.encode())
        message.flush()
        signed.write(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
        signed.flush()
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin"]
        return subprocess.run(command + ["-in", message.name, "-sigfile", signed.name], capture_output=True).returncode == 0


def verify(log, key):
    hashes, ends, witnesses, signed = {}, {}, [], {}
    for line in log:
        line = line.rstrip("\r\n")
        value = json.loads(line, object_pairs_hook=once)
        chain = (value["tenantId"], value["writerId"])
        name = f"row {value['writerId']}.{value['seq']} of tenant {value['tenantId']}"

        head = HEAD.match(line)
        if head:
            if not is_signed("countersign-audit-head-v1\n{" + head[1] + "}", head[2], key):
                wrong(f"forged-head: the head at {name} is not signed")
            witnesses.append((chain, value["seq"], value["hash"], name, "a signed head"))
            signed[chain] = max(signed.get(chain, 0), value["seq"])
            continue

        row = ROW.match(line)
        if not row or value["id"] != f"{value['writerId']}.{value['seq']}":
            wrong(f"changed: {name} is not written as Countersign writes it")
        if hashlib.sha256(("countersign-audit-v1\n{" + row[2] + "}").encode()).hexdigest() != value["hash"]:
            wrong(f"changed: {name} does not fit its hash")
        seq, previous = ends.get(chain, (0, "0" * 64))
        if value["seq"] != seq + 1:
            wrong(f"dropped, doubled or reordered: {name} stands where {seq + 1} belongs")
        if value["previous"] != previous:
            wrong(f"changed: {name} does not follow the row before it")
        ends[chain] = (value["seq"], value["hash"])
        hashes[chain, value["seq"]] = value["hash"]
        if value["seq"] == 1 and value["event"] == "audit.chain-started":
            for claim in value["detail"]["previous"]:
                other = (value["tenantId"], claim["writerId"])
                there = f"row {claim['writerId']}.{claim['seq']} of tenant {value['tenantId']}"
                witnesses.append((other, claim["seq"], claim["hash"], there, "another chain"))

    for chain, seq, digest, name, witness in witnesses:
        if (chain, seq) not in hashes:
            wrong(f"cut: {name} is missing, {witness} names it")
        if hashes[chain, seq] != digest:
            wrong(f"changed: {name} was rewritten, {witness} names another hash")
    print(f"intact: {len(hashes)} rows in {len(ends)} chains, {sum(signed.values())} of them covered by signed heads")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="\n") as lines:
        verify(lines, sys.argv[2])
