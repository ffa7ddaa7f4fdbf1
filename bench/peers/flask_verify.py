"""A stand-in for the Python class of such servers: Flask, SQLAlchemy and PostgreSQL, as one would write it.

It checks a token, looks the user up, judges the code of RFC 6238 in a window of one step, and commits a guarded UPDATE with an audit row. It
has no policies, budgets, metrics or log, and the secrets are not sealed. BENCH_DATABASE_URL names the database.
"""

import hashlib
import hmac
import os
import struct
import time

from flask import Flask, jsonify, request
from sqlalchemy import BigInteger, create_engine, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PERIOD = 30
TOKEN_HASH = hashlib.sha256(b"Bearer " + b"x" * 47).digest()

engine = create_engine(os.environ["BENCH_DATABASE_URL"], pool_size=16)
app = Flask(__name__)


class Base(DeclarativeBase):
    pass


class Counter(Base):
    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[str]
    last: Mapped[int] = mapped_column(BigInteger)


class Audit(Base):
    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]


def code_of(secret: bytes, step: int) -> str:
    mac = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = mac[19] & 15
    return f"{(struct.unpack('>I', mac[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@app.get("/")
def health():
    return jsonify(up=True)


@app.post("/v1/verify")
def verify():
    given = hashlib.sha256(request.headers.get("Authorization", "").encode()).digest()
    if not hmac.compare_digest(given, TOKEN_HASH):
        return jsonify(error="unauthenticated"), 401
    question = request.get_json()
    now = int(time.time())
    with Session(engine) as session:
        found = session.get(Counter, question["user"])
        if found is None:
            return jsonify(accepted=False)
        secret = bytes.fromhex(found.secret)
        steps = (now // PERIOD + offset for offset in (0, -1, 1))
        step = next((s for s in steps if hmac.compare_digest(code_of(secret, s), question["code"])), None)
        if step is None:
            return jsonify(accepted=False)
        advance = update(Counter).where(Counter.name == found.name, Counter.last < step).values(last=step)
        accepted = session.execute(advance).rowcount == 1
        session.add(Audit(at=now * 1000, name=question["user"]))
        session.commit()
    return jsonify(accepted=accepted, user={"name": question["user"]}, method="totp")
