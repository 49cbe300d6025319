"""Checks the events that an owner receives while files are uploaded."""


def assert_upload_events(messages, *files):
    """Checks each file's events: non-decreasing progress up to the full size, then FileUploaded. No other events are allowed."""
    for file in files:
        *progress, uploaded = [message for message in messages if message.data["file_id"] == file["id"]]
        assert uploaded.type == "FileUploaded"
        assert uploaded.data == {"file_id": file["id"], "filename": file["filename"], "size": file["size"]}
        assert {message.type for message in progress} == {"UploadProgress"}
        steps = [(message.data["progress"], message.data["bytes_uploaded"]) for message in progress]
        assert steps == sorted(steps), "progress never goes backwards"
        assert progress[-1].data == {"file_id": file["id"], "progress": 1, "bytes_uploaded": file["size"], "total_bytes": file["size"]}
    assert {message.data["file_id"] for message in messages} == {file["id"] for file in files}


def uploaded_file_ids(messages):
    """Returns the file ids of all FileUploaded messages, in order."""
    return [message.data["file_id"] for message in messages if message.type == "FileUploaded"]
