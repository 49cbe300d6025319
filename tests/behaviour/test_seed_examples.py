"""Both WebSocket examples of the seed documentation run verbatim, and so does a third-party client."""
import json
import pathlib
import time

import pytest

from support.node_process import NodeProcess, install_packages

EXAMPLES = pathlib.Path(__file__).parent / "seed_examples"


@pytest.fixture
def run():
    """Runs a script of EXAMPLES against a server, with a token."""
    programs = []

    def run(server, token, *arguments):
        address = f"ws://127.0.0.1:{server.port}/ws?token={token}"
        programs.append(NodeProcess(install_packages(EXAMPLES), *arguments, environment={"KINGSHARE_WS": address}))
        return programs[-1]

    yield run
    for program in programs:
        program.kill()


def test_in_the_browser(start_server, run):
    server = start_server()
    anna, ben = server.user("anna"), server.user("ben")
    page = run(server, anna.token, "run_browser.js")
    page.expect(r"Connected to WebSocket\n")
    page.expect(r"Received: \{\s+type: 'AuthenticationResult',\s+data: \{ success: true, message: '[^']+' \}\s+\}")
    page.write_line("sendPing()")
    page.expect(r"Received: \{ type: 'Pong' \}")
    page.write_line(f"authenticate({json.dumps(anna.token)})")
    page.expect(r"type: 'AuthenticationResult',\s+data: \{ success: true")
    ben.connect()
    page.expect(rf"type: 'UserOnline',\s+data: \{{\s+user_id: '{ben.id}',\s+username: 'ben'\s+\}}.*User online: ben\n")
    file = anna.upload("document.pdf", b"x" * 1000)
    page.expect(r"type: 'UploadProgress'.*progress: 1,")
    page.expect(rf"type: 'FileUploaded',\s+data: \{{\s+file_id: '{file['id']}',\s+filename: 'document.pdf',\s+size: 1000\s+\}}")
    page.expect(r"File uploaded: document\.pdf 1000\n")
    server.terminate()
    page.expect("WebSocket connection closed")
    server.wait_for_end()


def test_in_node(common_server, anna, run):
    program = run(common_server, anna.token, "--require", "./shim_node.js", "node.js")
    program.expect(r"Connected to WebSocket\n")
    program.expect(r"Received: \{\s+type: 'AuthenticationResult',\s+data: \{ success: true, message: '[^']+' \}\s+\}")
    file = anna.upload("document.pdf", b"x" * 1000)
    program.expect(rf"type: 'FileUploaded',\s+data: \{{\s+file_id: '{file['id']}',\s+filename: 'document.pdf',\s+size: 1000\s+\}}")
    anna.http.post("auth/logout-all", want=204)
    program.expect(r"code: 'INVALID_TOKEN'.*WebSocket connection closed\n")
    assert program.wait() == 0


def test_in_node_with_a_bad_token(common_server, run):
    program = run(common_server, "your_jwt_token", "--require", "./shim_node.js", "node.js")
    program.expect(r"type: 'AuthenticationResult',\s+data: \{ success: false.*code: 'INVALID_TOKEN'.*WebSocket connection closed\n")
    assert program.wait() == 0


def test_somebody_elses_client_compressed(common_server, anna, ben, run):
    client = run(common_server, ben.token, "somebody_elses_client.js")
    client.expect(r"open kingshare\.v1 permessage-deflate")
    client.expect(r'text \{"type":"AuthenticationResult"')

    def heard(kind):
        found = client.expect(rf'text (\{{"type":"{kind}"[^\n]*)\n')
        return json.loads(found[1])["data"]

    client.write_line('{"type":"Ping"}')
    client.expect(r'text \{"type":"Pong"\}\n')
    client.write_line("ping")
    client.expect(r"pong anybody\?\n")
    client.write_line("nonsense " * 500)
    assert heard("Error")["code"] == "INVALID_MESSAGE"
    own = ben.upload("mine.txt", b"x" * 100)
    assert heard("UploadProgress")["progress"] == 1
    assert heard("FileUploaded")["file_id"] == own["id"]
    file = anna.upload("a long name, " * 15 + ".txt")
    share = anna.share(file, recipients=[ben])
    assert heard("FileShared") == {name: share[name] for name in ("share_id", "file_id", "share_token")}
    ben.http.get(f"public/shares/{share['share_token']}/content", want=200)
    assert heard("DownloadStarted")["filename"] == file["filename"]
    notice = f"notice at {time.time()} " + "and so on " * 200
    common_server.send_notification(notice, "Success")
    assert heard("SystemNotification") == {"message": notice, "level": "Success"}
    anna.delete(file)
    assert heard("FileDeleted")["file_id"] == file["id"]
    client.write_line("close")
    client.expect(r"close 1000\n")
    assert client.wait() == 0
