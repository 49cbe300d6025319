"""JSON Web Tokens, valid and invalid, signed with the server's secret."""
import base64
import hashlib
import hmac
import json
import math
import time

SECRET = "a secret of the tests, long enough to be one"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims, secret=SECRET, header=None, digest=hashlib.sha256):
    head = {"alg": "HS256", "typ": "JWT"} if header is None else header
    text = ".".join(encode(json.dumps(part).encode()) for part in (head, claims))
    return f"{text}.{encode(hmac.new(secret.encode(), text.encode(), digest).digest())}"


def token(user_id, lasting=3600, **more):
    """Returns a valid token with `sub`, `exp` and any further claims. It lives at least `lasting` seconds."""
    return sign({"sub": user_id, "exp": math.ceil(time.time() + lasting), **more})


def invalid_tokens(user_id):
    """Returns tokens for a real user that must all be rejected, keyed by their defect."""
    now = int(time.time())
    good = {"sub": user_id, "exp": now + 3600}
    head, body, signature = sign(good).split(".")
    unsigned = encode(json.dumps({"alg": "none", "typ": "JWT"}).encode())
    return {
        "empty": "",
        "no token at all": "nonsense",
        "dots only": "..",
        "two parts": f"{head}.{body}",
        "four parts": f"{head}.{body}.{signature}.{signature}",
        "no signature": f"{head}.{body}.",
        "alg none": f"{unsigned}.{body}.",
        "alg none, signed": sign(good, header={"alg": "none", "typ": "JWT"}),
        "alg in other letters": sign(good, header={"alg": "hs256", "typ": "JWT"}),
        "alg HS512": sign(good, header={"alg": "HS512", "typ": "JWT"}, digest=hashlib.sha512),
        "alg HS512, signed as HS256": sign(good, header={"alg": "HS512", "typ": "JWT"}),
        "alg RS256": sign(good, header={"alg": "RS256", "typ": "JWT"}),
        "no alg": sign(good, header={"typ": "JWT"}),
        "another secret": sign(good, secret="another secret, quite as long as the right one"),
        "signature cut short": f"{head}.{body}.{signature[:-4]}",
        "body exchanged": f"{head}.{encode(json.dumps({**good, 'exp': now + 7200}).encode())}.{signature}",
        "header is a list": sign(good, header=["HS256"]),
        "claims are a list": sign([good]),
        "unknown crit": sign(good, header={"alg": "HS256", "crit": ["http://example.invalid/x"], "http://example.invalid/x": 1}),
        "expired": sign({**good, "exp": now - 120}),
        "no exp": sign({"sub": user_id}),
        "exp as text": sign({**good, "exp": str(now + 3600)}),
        "exp below zero": sign({**good, "exp": -1}),
        "not yet valid": sign({**good, "nbf": now + 3600}),
        "another issuer": sign({**good, "iss": "somebody else"}),
        "no sub": sign({"exp": now + 3600}),
        "sub as number": sign({**good, "sub": 1}),
        "sub is no id": sign({**good, "sub": "admin"}),
        "unknown user": sign({**good, "sub": "00000000-0000-7000-8000-000000000000"}),
        "huge": sign({**good, "padding": "x" * 20000}),
    }


def claims_of(token):
    """Returns a token's claims without verifying the signature."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
