"""What an owner is told while files arrive."""


def assert_arrived(messages, *files):
    """For each file: progress that only grows up to the whole, then FileUploaded; and nothing else."""
    for file in files:
        *progress, uploaded = [message for message in messages if message.data["file_id"] == file["id"]]
        assert uploaded.type == "FileUploaded"
        assert uploaded.data == {"file_id": file["id"], "filename": file["filename"], "size": file["size"]}
        assert {message.type for message in progress} == {"UploadProgress"}
        steps = [(message.data["progress"], message.data["bytes_uploaded"]) for message in progress]
        assert steps == sorted(steps), "progress never goes backwards"
        assert progress[-1].data == {"file_id": file["id"], "progress": 1, "bytes_uploaded": file["size"], "total_bytes": file["size"]}
    assert {message.data["file_id"] for message in messages} == {file["id"] for file in files}


def uploaded(messages):
    """The ids of the files that were said to be there, in their order."""
    return [message.data["file_id"] for message in messages if message.type == "FileUploaded"]
