"""Every call checks its JSON Web Token (RFC 8725): valid and invalid ones."""
import time

import pytest

from support import jwt
from support.raw_http import assert_problem
from support.timeouts import eventually

FLAWS = [flaw for flaw in jwt.invalid_tokens("somebody") if flaw not in ("empty", "huge")]


@pytest.fixture(scope="module")
def victim(common_server_process):
    return common_server_process.user("victim")


def me(server, authorization):
    return server.guest().get("users/me", headers={"Authorization": authorization}, want=0)


@pytest.mark.parametrize("flaw", FLAWS)
def test_invalid_tokens(common_server, victim, flaw):
    token = jwt.invalid_tokens(victim.id)[flaw]
    me(common_server, f"Bearer {token}").expect("401 INVALID_TOKEN")
    common_server.guest().call("POST", "files?filename=a.txt", body=b"x", headers={"Authorization": f"Bearer {token}"},
                               want="401 INVALID_TOKEN")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic YWRtaW46YWRtaW4=", "Digest x", "Token {token}", "{token}"])
def test_malformed_authorization(common_server, victim, authorization):
    assert me(common_server, authorization.format(token=victim.token)).status == 401


def test_missing_token(common_server):
    common_server.guest().get("users/me", want="401 AUTHENTICATION_REQUIRED")


def test_a_huge_one(common_server, victim):
    answer = common_server.guest().get("users/me", headers={"Authorization": "Bearer " + jwt.invalid_tokens(victim.id)["huge"]}, want=0,
                                       checked=False)
    assert answer.status in (401, 431)
    assert_problem(answer)


def test_not_in_the_address(common_server, victim):
    for name in ("token", "access_token", "bearer"):
        common_server.guest().get(f"users/me?{name}={victim.token}", want="401 AUTHENTICATION_REQUIRED")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_scheme_in_any_case(common_server, victim, scheme):
    assert me(common_server, f"{scheme} {victim.token}").expect(200).json()["id"] == victim.id


@pytest.mark.parametrize("more", [{}, {"iss": "kingshare"}, {"nbf": 1}, {"exp": 253402300799}, {"jti": "x", "name": "Victim", "admin": True, "role": "admin"}])
def test_one_that_another_program_signed(common_server, victim, more):
    answer = me(common_server, f"Bearer {jwt.token(victim.id, **more)}").expect(200).json()
    assert (answer["id"], answer["role"]) == (victim.id, "user")


@pytest.mark.parametrize("header", [{"alg": "HS256"}, {"alg": "HS256", "typ": "JWT", "kid": "1"}, {"typ": "JWT", "alg": "HS256"}])
def test_a_header_written_otherwise(common_server, victim, header):
    me(common_server, "Bearer " + jwt.sign({"sub": victim.id, "exp": int(time.time()) + 60}, header=header)).expect(200)


@pytest.mark.parametrize("claims", [{"iss": ""}, {"iss": "KingShare"}, {"iss": ["kingshare"]}, {"nbf": "soon"}, {"exp": None}, {"exp": []},
                                    {"exp": 0}, {"sub": ""}, {"sub": None}])
def test_a_claim_that_is_not_right(common_server, victim, claims):
    token = jwt.sign({"sub": victim.id, "exp": int(time.time()) + 60, **claims})
    me(common_server, f"Bearer {token}").expect("401 INVALID_TOKEN")


def test_a_session_that_was_never_there(common_server, victim):
    token = jwt.token(victim.id, iss="kingshare", sid="00000000-0000-7000-8000-000000000000", iat=int(time.time()))
    me(common_server, f"Bearer {token}").expect("401 INVALID_TOKEN")


def test_ours_says_what_was_agreed(common_server, anna):
    claims = jwt.claims_of(anna.token)
    assert claims["sub"] == anna.id and claims["iss"] == "kingshare" and {"jti", "sid"} <= set(claims)
    assert claims["exp"] - claims["iat"] in (900, 901) and abs(claims["iat"] - time.time()) < 60
    again = jwt.claims_of(anna.sign_in_again().token)
    assert again["jti"] != claims["jti"] and again["sid"] != claims["sid"]


def test_it_runs_out(start_server):
    server = start_server(auth__access_token_ttl="1s")
    anna = server.user("anna")
    ends = jwt.claims_of(anna.token)["exp"]
    eventually(lambda: anna.http.get("users/me", want=0).status == 401, "the token runs out")
    anna.http.get("users/me", want="401 INVALID_TOKEN")
    assert time.time() >= ends


def test_another_secret_is_another_server(start_server):
    one = start_server()
    other = start_server(auth__jwt_secret="quite another secret of quite another server")
    anna = one.user("anna")
    assert me(other, f"Bearer {anna.token}").status == 401


def test_of_a_user_who_is_gone(common_server, anna):
    token = jwt.token(anna.id)
    me(common_server, f"Bearer {token}").expect(200)
    common_server.admin.http.delete(f"users/{anna.id}", want=204)
    for dead in (token, anna.token, jwt.token(anna.id)):
        me(common_server, f"Bearer {dead}").expect("401 INVALID_TOKEN")


def test_a_bad_one_is_no_stranger_at_a_link(common_server, anna):
    """An invalid token is refused rather than ignored: otherwise the only download would be spent anonymously."""
    share = anna.share(anna.upload("letter.txt", b"hello"), max_downloads=1)
    target = f"public/shares/{share['share_token']}"
    for token in [jwt.invalid_tokens(anna.id)[flaw] for flaw in FLAWS]:
        for method, where in (("GET", target), ("GET", target + "/content"), ("HEAD", target + "/content")):
            answer = common_server.guest().call(method, where, headers={"Authorization": f"Bearer {token}"}, want=401)
            assert method == "HEAD" or answer.json()["code"] == "INVALID_TOKEN"
    common_server.guest().get(target, headers={"Cookie": "ks_session=nonsense"}, want=200)
    assert anna.http.get(f"shares/{share['share_id']}").json()["download_count"] == 0
    assert anna.http.get(target + "/content", want=200).body == b"hello"
